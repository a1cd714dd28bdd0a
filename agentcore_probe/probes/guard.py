"""What a probe needs before it can try: a token, or AWS credentials."""

from __future__ import annotations

from agentcore_probe.access.identity import NoTokens, Tokens
from agentcore_probe.probes.scene import Result, Scene


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
