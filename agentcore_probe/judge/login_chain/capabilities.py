"""Step 4: what the authorization server's metadata offers is enough for the client."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.reasons import Caution
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.model.login_chain import StepId

_STEP: StepId = "server-capabilities"


def stops(attempt: Attempt) -> Iterator[Stop]:
    """What the metadata lacks for the client.

    Args:
        attempt: the client's login.
    """
    yield from _response_type(attempt)
    yield from _challenge_methods(attempt)


def warnings(attempt: Attempt) -> Iterator[Caution]:
    """What may still go wrong although the client takes the metadata."""
    methods = attempt.server.document.texts("code_challenge_methods_supported")
    if methods is not None and "S256" not in methods:
        yield "warning-s256-not-listed"
    if methods is None and attempt.client.earlier_needed_s256 is not None:
        yield "warning-s256-earlier"


def _response_type(attempt: Attempt) -> Iterator[Stop]:
    types = attempt.server.document.texts("response_types_supported")
    if types is None or "code" in types or attempt.client.checks_response_type is False:
        return
    values = {"types": ", ".join(types)}
    if attempt.client.checks_response_type is None:
        yield not_established(_STEP, "response-type-check-unknown", "provider", attempt.evidence, **values)
    else:
        yield fails(_STEP, "response-type-unsupported", "provider", attempt.evidence, **values)


def _challenge_methods(attempt: Attempt) -> Iterator[Stop]:
    client = attempt.client
    methods = attempt.server.document.texts("code_challenge_methods_supported")
    refuses = client.needs_s256_listed if methods is None else client.refuses_list_without_s256
    if refuses is False or "S256" in (methods or ()):
        return
    values = {"methods": ", ".join(methods or ())}
    if refuses is None:
        yield not_established(_STEP, "pkce-check-unknown", "provider", attempt.evidence, **values)
    else:
        yield fails(_STEP, "pkce-not-advertised", "provider", attempt.evidence, **values)
