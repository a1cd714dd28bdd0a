"""What a probe needs before it can try: a token, forged ones, or AWS credentials."""

from __future__ import annotations

from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.model.exchange import Forgery
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result


def needs_token(context: ProbeContext) -> Tokens | Result:
    """The tokens, or the result of a row that cannot be tried without them."""
    if context.tokens is None:
        return Result(not_tried="no-identity")
    if isinstance(context.tokens, NoTokens):
        return Result(not_tried=context.tokens.reason, exchange=context.tokens.exchange)
    return context.tokens


def needs_aws(context: ProbeContext) -> Result | None:
    """The result of a row that cannot be tried without AWS credentials, or None when there are some."""
    missing = context.aws.missing_credentials()
    return Result(not_tried=missing) if missing else None


def forging_callers(context: ProbeContext) -> list[tuple[Forgery, BearerCaller]] | Result:
    """One caller a forged token, with its defect; or why there are none."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    # cryptography takes 50 ms to import: only where tokens are forged.
    from agentcore_probe.probes.forgery import forge

    forged = forge(tokens.access, context.public_keys())
    if not forged:
        return Result(not_tried="token-malformed")
    return [(each.defect, BearerCaller(each.token, each.defect)) for each in forged]


def id_token_caller(context: ProbeContext) -> BearerCaller | Result:
    """The caller who sends the login's ID token, or why there is none."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    return Result(not_applicable="no-id-token") if tokens.id is None else BearerCaller(tokens.id)
