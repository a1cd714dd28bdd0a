"""PingOne (docs.pingidentity.com). PingFederate and PingAM, which their owners run, are in modules of their own."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import Claims, Provider, endpoint_path, host_is_in

_ping = partial(Sentence, sender="provider", service="oauth", values=(("provider", "ping"),))

SENTENCES = (
    _ping(
        literal="unknown or invalid client_id",
        example="Unknown or invalid client_id",
        cause="oauth-client-invalid",
    ),
    _ping(
        literal="invalid client or client credentials",
        example="Invalid client or client credentials.",
        cause="oauth-client-invalid",
    ),
    _ping(
        literal="may not request scopes for multiple resources",
        example="May not request scopes for multiple resources",
        cause="oauth-scope-invalid",
    ),
    _ping(
        literal="the requested scope(s) must be blank or a subset",
        example="The requested scope(s) must be blank or a subset of the provided scopes.",
        cause="oauth-scope-invalid",
    ),
    _ping(
        literal="authorization code is invalid or expired",
        example="Authorization code is invalid or expired.",
        cause="oauth-grant-invalid",
        values=(
            ("provider", "ping"),
            ("kind", "code"),
        ),
    ),
    _ping(
        literal="unknown, invalid, or expired refresh token",
        example="unknown, invalid, or expired refresh token",
        cause="oauth-grant-invalid",
        values=(
            ("provider", "ping"),
            ("kind", "refresh"),
        ),
    ),
)

_PATHS = {"authorization_endpoint": "/as/authorize", "token_endpoint": "/as/token"}


def _recognizes_metadata(document: Claims) -> bool:
    """Also at a custom domain, whose paths have no environment."""
    return all(endpoint_path(document, name).endswith(path) for name, path in _PATHS.items())


PROVIDER = Provider(
    id="ping",
    name="PingOne",
    recognizes=lambda url: host_is_in(
        url,
        "auth.pingone.com",
        "auth.pingone.eu",
        "auth.pingone.ca",
        "auth.pingone.asia",
        "auth.pingone.com.au",
    ),
    client_claims=("client_id",),
    sentences=SENTENCES,
    recognizes_metadata=_recognizes_metadata,
)
