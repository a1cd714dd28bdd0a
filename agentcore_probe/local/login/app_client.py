"""The app client of the pool as an MCP client can use it, whose id a person types in."""

from __future__ import annotations

from agentcore_probe.local.login.metadata import SCOPES
from agentcore_probe.local.moto_backend import MotoBackend

REDIRECT_URIS = (
    "http://localhost:8400/callback",
    *(
        f"http://{host}{path}"
        for host in ("127.0.0.1", "localhost")
        for path in ("/callback", "/oauth/callback", "/")
    ),
)
"""Where it may return to; those without a port stand for any port."""


def allow_login(backend: MotoBackend) -> None:
    """Lets the app client ask for every scope, and return to where MCP clients listen.

    Args:
        backend: the seeded account; changed in place.
    """
    settings = backend.pool.clients[backend.client.id].extended_config
    settings.update(CallbackURLs=list(REDIRECT_URIS), AllowedOAuthScopes=list(SCOPES))
