"""Okta (developer.okta.com/docs/api)."""

from __future__ import annotations

from agentcore_probe.providers.provider import Claims, Provider, host_is_in


def _is_machine(claims: Claims) -> bool | None:
    return "cid" in claims and claims.get("sub") == claims["cid"]


PROVIDER = Provider(
    id="okta",
    name="Okta",
    recognizes=lambda url: host_is_in(url, "okta.com", "oktapreview.com", "okta-emea.com"),
    client_claims=("cid",),
    scope_claims=("scp",),
    access_tokens_have_client_id=False,
    is_machine=_is_machine,
    error_type_keys=("errorCode",),
    error_message_keys=("errorSummary",),
)
