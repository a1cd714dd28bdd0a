"""Google (developers.google.com/identity/openid-connect)."""

from __future__ import annotations

from agentcore_probe.providers.provider import Provider, host_is_in

PROVIDER = Provider(
    id="google",
    name="Google",
    recognizes=lambda url: host_is_in(url, "accounts.google.com"),
    client_claims=("azp",),
    access_tokens_have_client_id=False,
)
