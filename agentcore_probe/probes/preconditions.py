"""What a probe needs before it can try: a token, forged ones, or AWS credentials."""

from __future__ import annotations

from agentcore_probe.access.identity import NoTokens, Tokens
from agentcore_probe.model.exchange import Forgery
from agentcore_probe.probes.context import BearerCaller, Result, Scene


def needs_token(scene: Scene) -> Tokens | Result:
    """The tokens, or the result of a row that cannot be tried without them."""
    if scene.tokens is None:
        return Result(not_tried="no-identity")
    if isinstance(scene.tokens, NoTokens):
        return Result(not_tried=scene.tokens.reason, exchange=scene.tokens.exchange)
    return scene.tokens


def needs_aws(scene: Scene) -> Result | None:
    """The result of a row that cannot be tried without AWS credentials, or None when there are some."""
    missing = scene.aws.missing_credentials()
    return Result(not_tried=missing) if missing else None


def forging_callers(scene: Scene) -> list[tuple[Forgery, BearerCaller]] | Result:
    """One caller a forged token, with its defect; or why there are none."""
    tokens = needs_token(scene)
    if isinstance(tokens, Result):
        return tokens
    # cryptography takes 50 ms to import: only where tokens are forged.
    from agentcore_probe.probes.forgery import forge

    forged = forge(tokens.access, scene.public_keys())
    if not forged:
        return Result(not_tried="token-malformed")
    return [(each.defect, BearerCaller(each.token, each.defect)) for each in forged]


def id_token_caller(scene: Scene) -> BearerCaller | Result:
    """The caller who sends the login's ID token, or why there is none."""
    tokens = needs_token(scene)
    if isinstance(tokens, Result):
        return tokens
    return Result(not_applicable="no-id-token") if tokens.id is None else BearerCaller(tokens.id)
