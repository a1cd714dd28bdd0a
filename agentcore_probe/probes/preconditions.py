"""What a probe needs before it can send anything: a token, forged tokens, or AWS credentials."""

from __future__ import annotations

from collections.abc import Callable

from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result


def needs_token(context: ProbeContext) -> Tokens | Result:
    """The tokens, or the result of a probe that cannot run without them."""
    if context.tokens is None:
        return Result(not_tried="no-identity")
    if isinstance(context.tokens, NoTokens):
        return Result(not_tried=context.tokens.reason, exchange=context.tokens.exchange)
    return context.tokens


def needs_aws(context: ProbeContext) -> Result | None:
    """The result of a probe that cannot run without AWS credentials, or None when there are some."""
    reason = context.aws.missing_credentials()
    return Result(not_tried=reason) if reason else None


def send_forgeries(context: ProbeContext, send: Callable[[BearerCaller, str], object]) -> Result:
    """Calls `send` once for each forged token, with its caller and the step that names its defect."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    # Imported here: cryptography takes 50 ms, and only this probe needs it.
    from agentcore_probe.probes.forgery import forge

    forgeries = forge(tokens.access, context.public_keys())
    if not forgeries:
        return Result(not_tried="token-malformed")
    for forgery in forgeries:
        send(BearerCaller(forgery.token, forgery.defect), f"forged: {forgery.defect}")
    return Result()


def id_token_caller(context: ProbeContext) -> BearerCaller | Result:
    """The caller who sends the login's ID token, or the result of a probe without one."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    return Result(not_applicable="no-id-token") if tokens.id is None else BearerCaller(tokens.id)
