"""Step 7: the code is exchanged for a token."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.reasons import Caution
from agentcore_probe.judge.login_chain.stop import Stop, not_established
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.login_chain import StepId

_STEP: StepId = "token"


def stops(attempt: Attempt) -> Iterator[Stop]:
    """Why the exchange may fail.

    Args:
        attempt: the client's login.
    """
    url = attempt.server.document.text("token_endpoint") or ""
    parts = urlsplit(url)
    if parts.scheme.lower() == "http" and parts.hostname not in LOOPBACK:
        # Some clients refuse it, others do not look.
        yield not_established(_STEP, "token-endpoint-insecure", "provider", attempt.evidence, url=url)


def warnings(attempt: Attempt) -> Iterator[Caution]:
    """What may still go wrong."""
    client = attempt.situation.app_client
    if attempt.id_kind == "typed" and client is not None and client.has_secret:
        yield "warning-client-secret"
