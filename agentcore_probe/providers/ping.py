"""PingOne (docs.pingidentity.com). PingFederate is at its owner's address and not recognized."""

from __future__ import annotations

from agentcore_probe.providers.provider import Provider, host_is_in

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
)
