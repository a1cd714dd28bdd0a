"""Which scopes a client asks for, and which the provider lets it have."""

from __future__ import annotations

from agentcore_probe.judge.login_chain.attempt import Attempt

_OFFLINE = "offline_access"
_STANDARD = ("openid", "email", "phone", "profile")
"""What a client that registered itself at Cognito can have without `AllowedScopes` (docs/agentcore.md section 5.1)."""


def asked(attempt: Attempt) -> tuple[str, ...] | None:
    """The scopes that a client asks for; empty where it names none, None where that is not established.

    Args:
        attempt: the client's login.
    """
    sources = attempt.client.scope_sources
    if sources is None:
        return None
    found: dict[str, tuple[str, ...] | None] = {
        "challenge": tuple(attempt.start.scope.split()) if attempt.start.scope else None,
        "resource-metadata": attempt.resource.scopes,
        "server-metadata": attempt.server.document.texts("scopes_supported"),
    }
    scopes = next((found[source] for source in sources if found.get(source)), None)
    scopes = scopes or attempt.client.default_scopes
    listed = found["server-metadata"] or ()
    if scopes and attempt.client.asks_offline_access and _OFFLINE in listed and _OFFLINE not in scopes:
        return (*scopes, _OFFLINE)
    return scopes


def allowed(attempt: Attempt) -> tuple[str, ...] | None:
    """The scopes that the provider lets the client have; None where that is not known.

    Args:
        attempt: the client's login.
    """
    situation, pool = attempt.situation, attempt.pool
    if attempt.id_kind == "typed":
        return situation.app_client.oauth_scopes if situation.app_client is not None else None
    if attempt.id_kind == "registered" and pool is not None:
        return pool.registered_scopes or _STANDARD
    if attempt.id_kind == "document" and pool is not None:
        return None  # those of the app client that a policy names
    return attempt.server.document.texts("scopes_supported") or None
