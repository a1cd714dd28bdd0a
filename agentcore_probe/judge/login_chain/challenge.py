"""Step 1: the answer to a call without a credential begins the login."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.judge.login_chain.reasons import Connection, Reason
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.judge.reading.login_documents import Challenge, is_absolute
from agentcore_probe.model.login_chain import StepId
from agentcore_probe.model.mcp_client import McpClient

_STEP: StepId = "challenge"


class Start(NamedTuple):
    """A login that has begun."""

    exchange: str
    """The id of the exchange with the challenge."""
    metadata_url: str | None
    """`resource_metadata`, as it is in the header."""
    scope: str | None
    cause: Reason
    """Why a client that finds no metadata of the MCP server does not find it."""


class NoLogin(NamedTuple):
    """The target answered without a credential, or takes signatures from a client that sends them: nobody logs in."""

    reason: Connection
    exchange: str = ""


def begin(client: McpClient, situation: Situation) -> Start | NoLogin | Stop:
    """What the first answer makes of a login.

    Args:
        client: the client.
        situation: the facts.
    """
    kind = situation.authorizer.type if situation.authorizer is not None else None
    challenge = situation.documents.challenge
    evidence = (challenge.exchange,) if challenge is not None else ()
    if not client.logs_in:
        return _signed(kind, evidence)
    if kind in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        return fails(_STEP, "bearer-on-iam", "target", evidence)
    if challenge is None:
        return NoLogin("no-login-needed") if kind == "NONE" else not_established(_STEP, "challenge-unread")
    if 200 <= challenge.status < 300:
        return NoLogin("no-login-needed", challenge.exchange)
    if client.starts_on is None and challenge.status != 401:
        return not_established(_STEP, "start-unknown", "target", evidence, status=challenge.status)
    if challenge.status not in (client.starts_on or (401,)):
        return fails(_STEP, "challenge-status", "target", evidence, status=challenge.status)
    if (stop := _relative_address(client, challenge)) is not None:
        return stop
    cause: Reason = "challenge-header-renamed" if challenge.is_renamed else "oauth-metadata-missing"
    return Start(challenge.exchange, challenge.metadata_url, challenge.scope, cause)


def _relative_address(client: McpClient, challenge: Challenge) -> Stop | None:
    """What a client makes of an address of the metadata that is not absolute; None: it goes on without one."""
    named = challenge.metadata_url
    if named is None or is_absolute(named) or client.relative_metadata_url == "ignored":
        return None
    if client.resource_lookup == "none":
        return None
    evidence = (challenge.exchange,)
    if client.relative_metadata_url is None:
        return not_established(_STEP, "relative-url-unknown", "target", evidence, metadata=named)
    return fails(
        _STEP, "oauth-metadata-missing", "target", evidence, metadata=named, status="", fallback="none"
    )


def _signed(kind: str | None, evidence: tuple[str, ...]) -> NoLogin | Stop:
    """A client that signs its calls needs a target that takes signatures."""
    if kind is None:
        return not_established(_STEP, "authorizer-unread", None, evidence)
    if kind == "CUSTOM_JWT":
        return fails(_STEP, "sigv4-on-jwt", "client", evidence)
    return NoLogin("signs-calls", *evidence)
