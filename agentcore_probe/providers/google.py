"""Google (developers.google.com/identity/openid-connect)."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import McpLogin, Provider, host_is_in

_google = partial(Sentence, sender="provider", service="oauth", values=(("provider", "google"),))

SENTENCES = (
    _google(
        literal="the oauth client was not found",
        example="Error 401: invalid_client The OAuth client was not found.",
        cause="oauth-client-invalid",
    ),
    _google(
        literal="token has been expired or revoked",
        example="Token has been expired or revoked.",
        cause="oauth-grant-invalid",
        values=(
            ("provider", "google"),
            ("kind", "refresh"),
        ),
    ),
    _google(
        literal="malformed auth code",
        example="Malformed auth code.",
        cause="oauth-grant-invalid",
        values=(
            ("provider", "google"),
            ("kind", "code"),
        ),
    ),
    _google(
        literal="some requested scopes were invalid",
        pattern=r"(?P<message>Some requested scopes were invalid[^\n]{0,200})",
        example="Some requested scopes were invalid. {valid=[openid], invalid=[mcp.read]}",
        cause="oauth-scope-invalid",
    ),
)

PROVIDER = Provider(
    id="google",
    name="Google",
    recognizes=lambda url: host_is_in(url, "accounts.google.com"),
    client_claims=("azp",),
    sentences=SENTENCES,
    access_tokens_have_client_id=False,
    recognizes_metadata=lambda document: host_is_in(
        str(document.get("authorization_endpoint")), "accounts.google.com"
    ),
    # developers.google.com/identity/protocols/oauth2/native-app: any port, for desktop apps
    mcp_login=McpLogin(registration="none", allows_any_loopback_port=True),
)
