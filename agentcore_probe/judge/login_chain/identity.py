"""Step 5: the client gets an id."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.model.login_chain import StepId
from agentcore_probe.model.oauth_discovery import origin_of

_STEP: StepId = "client-identity"


def stops(attempt: Attempt) -> Iterator[Stop]:
    """Why the client gets no id, or may get none.

    Args:
        attempt: the client's login.
    """
    if attempt.way == "typed-id":
        yield from _typed(attempt)
    elif attempt.client.registrations is None or (
        attempt.id_kind is None and attempt.registration is not None
    ):
        yield not_established(_STEP, "registration-unknown", None, attempt.evidence)
    elif attempt.id_kind is None:
        yield fails(
            _STEP, "client-registration-unsupported", "provider", attempt.evidence, tried=_tried(attempt)
        )
    elif attempt.id_kind == "registered":
        yield from _registered(attempt)


def _tried(attempt: Attempt) -> str | None:
    """Where a client registers itself although the server lists no endpoint: at the MCP server, which has none."""
    tries = attempt.client.registers_at_origin and "dynamic" in (attempt.client.registrations or ())
    return f"{origin_of(attempt.situation.url)}/register" if tries else None


def _typed(attempt: Attempt) -> Iterator[Stop]:
    if attempt.client.takes_typed_id is None:
        yield not_established(_STEP, "typed-id-unknown", None, attempt.evidence)
    elif attempt.situation.client_id is None:
        yield not_established(_STEP, "client-id-missing", None, attempt.evidence)


def _registered(attempt: Attempt) -> Iterator[Stop]:
    """A listed endpoint may still refuse: only the provider's settings say so."""
    values = {"provider": attempt.server.provider.id}
    is_open = _is_open(attempt)
    if is_open is None:
        yield not_established(_STEP, "registration-policy-unknown", "provider", attempt.evidence, **values)
    elif not is_open:
        yield fails(_STEP, "client-registration-refused", "provider", attempt.evidence, **values)


def _is_open(attempt: Attempt) -> bool | None:
    pool = attempt.pool
    if pool is not None and pool.registers is False:
        return False
    if pool is not None and pool.registers_openly is not None:
        return pool.registers_openly
    answers = {"open": True, "with-token": False}  # the endpoint is listed, so that "none" is no longer true
    return answers.get(attempt.server.provider.mcp_login.registration or "")
