"""Keycloak (www.keycloak.org/documentation)."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import Claims, McpLogin, OAuthError, Provider, endpoint_path
from agentcore_probe.regex import regex

_REALM = regex(r"^https?://[^/?#]+/(?:[^?#]+/)?realms/[^/?#]+")


def _is_id_token(claims: Claims) -> bool | None:
    kind = claims.get("typ")
    return bool(kind == "ID") if kind in ("ID", "Bearer") else None


_keycloak = partial(Sentence, sender="provider", service="oauth", values=(("provider", "keycloak"),))
_code = partial(_keycloak, cause="oauth-grant-invalid", values=(("provider", "keycloak"), ("kind", "code")))
_refresh = partial(
    _keycloak, cause="oauth-grant-invalid", values=(("provider", "keycloak"), ("kind", "refresh"))
)

SENTENCES = (
    _keycloak(
        literal="rejected request to client-registration service",
        pattern=r"(?P<message>Policy '[^'\n]{1,100}' rejected request to client-registration service[^\n\"]{0,200})",
        example="Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted.",
        cause="client-registration-refused",
    ),
    _keycloak(
        literal="invalid client or invalid client credentials",
        example="Invalid client or Invalid client credentials",
        cause="oauth-client-invalid",
    ),
    _keycloak(
        literal="invalid client credentials",
        example="Invalid client credentials",
        cause="oauth-client-invalid",
    ),
    _keycloak(
        literal="client not enabled to retrieve service account",
        example="Client not enabled to retrieve service account",
        cause="oauth-grant-not-allowed",
    ),
    _keycloak(
        literal="public client not allowed to retrieve service account",
        example="Public client not allowed to retrieve service account",
        cause="oauth-grant-not-allowed",
    ),
    _keycloak(
        literal="client not allowed for direct access grants",
        example="Client not allowed for direct access grants",
        cause="oauth-grant-not-allowed",
    ),
    _keycloak(
        literal="client is not allowed to initiate browser login",
        example="Client is not allowed to initiate browser login with given response_type.",
        cause="oauth-grant-not-allowed",
    ),
    _keycloak(
        literal="invalid scopes:",
        pattern=r"(?P<message>Invalid scopes: [^\n\"]{0,200})",
        example="Invalid scopes: openid mcp.read",
        cause="oauth-scope-invalid",
    ),
    _keycloak(
        literal="invalid parameter: redirect_uri",
        example="Invalid parameter: redirect_uri",
        cause="redirect-uri-mismatch",
    ),
    _keycloak(
        literal="incorrect redirect_uri", example="Incorrect redirect_uri", cause="oauth-grant-invalid"
    ),
    _code(literal="code not valid", example="Code not valid"),
    _refresh(
        literal="token is not active",
        pattern=r"(?<!access )Token is not active",
        example="Token is not active",
    ),
    _refresh(literal="session not active", example="Session not active"),
    _refresh(literal="stale token", example="Stale token"),
    _refresh(
        literal="maximum allowed refresh token reuse exceeded",
        example="Maximum allowed refresh token reuse exceeded",
    ),
    _keycloak(literal="invalid user credentials", example="Invalid user credentials", cause="wrong-password"),
    _keycloak(
        literal="account is not fully set up",
        example="Account is not fully set up",
        cause="password-change-required",
    ),
)


def _is_machine(claims: Claims) -> bool | None:
    return str(claims.get("preferred_username")).startswith("service-account-")


PROVIDER = Provider(
    id="keycloak",
    name="Keycloak",
    recognizes=lambda url: _REALM.match(url) is not None,
    client_claims=("azp",),
    access_tokens_have_client_id=False,  # only in those of service accounts
    is_machine=_is_machine,
    is_id_token=_is_id_token,
    is_shared_audience=lambda audience, _: audience == "account",  # of its default client scope
    token_paths=("/openid-connect/token",),
    errors=(
        OAuthError(
            "oauth-client-invalid", "unauthorized_client", r"invalid client|client (credentials|secret)"
        ),
    ),
    sentences=SENTENCES,
    recognizes_metadata=lambda document: endpoint_path(document).endswith("/protocol/openid-connect/auth"),
    mcp_login=McpLogin(
        registration="by-policy",
        resource="accepted",
        # RedirectUtils.verifyRedirectUri: without its port, it is compared with the registered URI once more
        allows_any_loopback_port=True,
    ),
)
