"""PingOne (docs.pingidentity.com). PingFederate is at its owner's address and not recognized."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import Provider, host_is_in

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
)
