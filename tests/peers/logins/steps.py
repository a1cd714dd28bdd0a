"""At which step a client stopped: read from the requests that it made, and from its own words where they do not show it.

The tables are written by hand from the clients' protocol; nothing of the forecasts is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentcore_probe.model.login_chain import STEPS, StepId
from tests.peers.logins.clients import Attempt
from tests.peers.logins.deployment import Request

_CALLS = r"/mcp|/runtimes/[^/]+/invocations"
"""The paths of the targets."""
_REQUESTS: tuple[tuple[str, str, StepId], ...] = (
    ("GET", r"/\.well-known/oauth-protected-resource.*", "resource-metadata"),
    ("GET", r".*/\.well-known/(oauth-authorization-server|openid-configuration).*", "server-metadata"),
    ("POST", r"(/oauth2)?/register|/reg|/oauth2/v1/clients", "client-identity"),
    ("GET", r"(/oauth2(/v1)?)?/authorize|/login|/error|/auth(/.*)?|/interaction/.*", "authorization"),
    ("POST", r"/login|/interaction/.*", "authorization"),
    ("POST", r"(/oauth2(/v1)?)?/token", "token"),
)
"""Method and path of a request, and the step that it belongs to."""

_WORDS: tuple[tuple[str, StepId], ...] = (
    # The TypeScript SDK compares the resource when it has read the authorization server's metadata, and reads what the
    # server can do when it has registered: its last request is then of a later step than the one that stops it.
    ("Protected resource .* does not match expected", "resource-metadata"),
    ("does not support (code challenge method|response type)", "server-capabilities"),
    ("does not support dynamic client registration", "client-identity"),
)
"""Words of a client that say at which step it stopped, whatever it last asked for."""


def step_of(request: Request) -> StepId | None:
    """The step that a request belongs to; a call of the target is the challenge, or with a token the last step.

    None: it belongs to none, as the authorizer's own request for keys.
    """
    if re.fullmatch(_CALLS, request.path):
        return "call" if request.has_token else "challenge"
    matches = (step for method, path, step in _REQUESTS if _is(request, method, path))
    return next(matches, None)


def _is(request: Request, method: str, path: str) -> bool:
    return request.method == method and re.fullmatch(path, request.path) is not None


def stopped_at(attempt: Attempt) -> StepId | None:
    """The step at which a client stopped; None: it has connected."""
    if attempt.is_connected:
        return None
    for words, stopped in _WORDS:
        if re.search(words, attempt.output):
            return stopped
    steps = [step for request in _of_the_login(attempt.requests) if (step := step_of(request))]
    return max(steps, key=STEPS.index)


def _of_the_login(requests: Sequence[Request]) -> Sequence[Request]:
    """From the first call, whose refusal began the login: mcp-remote reads the documents before it, too."""
    calls = (index for index, request in enumerate(requests) if request.method == "POST")
    return requests[next(calls) :]
