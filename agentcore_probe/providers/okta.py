"""Okta (developer.okta.com/docs/api)."""

from __future__ import annotations

from agentcore_probe.providers.provider import Provider, host_is_in

PROVIDER = Provider(
    id="okta",
    recognizes=lambda url: host_is_in(url, "okta.com", "oktapreview.com", "okta-emea.com"),
    client_claims=("cid",),
    scope_claims=("scp",),
    error_type_keys=("errorCode",),
    error_message_keys=("errorSummary",),
)
