"""Okta (developer.okta.com/docs/api)."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import Claims, McpLogin, Provider, endpoint_path, host_is_in
from agentcore_probe.regex import regex


def _is_machine(claims: Claims) -> bool | None:
    return "cid" in claims and claims.get("sub") == claims["cid"]


_okta = partial(Sentence, sender="provider", service="oauth", values=(("provider", "okta"),))

SENTENCES = (
    _okta(
        literal="policy evaluation failed for this request",
        example="Policy evaluation failed for this request, please check the policy configurations.",
        cause="oauth-grant-not-allowed",
    ),
    _okta(
        literal="not authorized to use the provided grant type",
        pattern=r"(?P<message>The client is not authorized to use the provided grant type[^\n\"]{0,200})",
        example="The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].",
        cause="oauth-grant-not-allowed",
    ),
    _okta(
        literal="the client secret supplied for a confidential client is invalid",
        example="The client secret supplied for a confidential client is invalid.",
        cause="oauth-client-invalid",
    ),
    _okta(
        literal="invalid value for 'client_id' parameter",
        example="Invalid value for 'client_id' parameter.",
        cause="oauth-client-invalid",
    ),
    _okta(
        literal="no client credentials found",
        example="No client credentials found.",
        cause="oauth-client-invalid",
    ),
    _okta(
        literal="the 'redirect_uri' parameter must be",
        pattern=r"(?P<message>The 'redirect_uri' parameter must be[^\n\"]{0,300})",
        example="The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: https://example-admin.okta.com/admin/app/oidc_client/instance/0oa",
        cause="redirect-uri-mismatch",
    ),
    _okta(
        literal="one or more scopes are not configured for the authorization server resource",
        example="One or more scopes are not configured for the authorization server resource.",
        cause="oauth-scope-invalid",
    ),
    _okta(
        literal="does not have any configured default scopes",
        example="The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        cause="oauth-scope-invalid",
    ),
    _okta(
        literal="the authorization code is invalid or has expired",
        example="The authorization code is invalid or has expired.",
        cause="oauth-grant-invalid",
        values=(("provider", "okta"), ("kind", "code")),
    ),
    _okta(
        literal="the refresh token is invalid or expired",
        example="The refresh token is invalid or expired.",
        cause="oauth-grant-invalid",
        values=(("provider", "okta"), ("kind", "refresh")),
    ),
    _okta(
        literal="pkce verification failed",
        example="PKCE verification failed.",
        cause="oauth-grant-invalid",
        values=(("kind", "code"),),
    ),
    _okta(
        literal="user is not assigned to the client application",
        example="User is not assigned to the client application.",
        cause="oauth-grant-not-allowed",
        values=(("provider", "okta"), ("kind", "denied")),
    ),
    # Its management API, which registers clients, without its token
    _okta(
        literal="e0000011",
        pattern=r"\bE0000011\b",
        example='{"errorCode":"E0000011","errorSummary":"Invalid token provided"}',
        cause="client-registration-refused",
        confidence="possible",
    ),
    _okta(
        literal="e0000005",
        pattern=r"\bE0000005\b",
        example='{"errorCode":"E0000005","errorSummary":"Invalid session"}',
        cause="client-registration-refused",
        confidence="possible",
    ),
    _okta(
        literal="e0000006",
        pattern=r"\bE0000006\b",
        example='{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}',
        cause="client-registration-refused",
        confidence="possible",
    ),
    _okta(
        literal="e0000004",
        pattern=r"\bE0000004\b",
        example='{"errorCode":"E0000004","errorSummary":"Authentication failed"}',
        cause="wrong-password",
    ),
)

_AUTHORIZE = regex(r"/oauth2/(?:[\w-]{1,100}/)?v1/authorize")


def _recognizes_metadata(document: Claims) -> bool:
    """Also at a custom domain: by the path of its authorization servers, or its own response mode."""
    modes = document.get("response_modes_supported")
    is_own_mode = isinstance(modes, list) and "okta_post_message" in modes
    return is_own_mode or _AUTHORIZE.fullmatch(endpoint_path(document)) is not None


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
    sentences=SENTENCES,
    recognizes_metadata=_recognizes_metadata,
    mcp_login=McpLogin(registration="with-token", resource="accepted", resource_sets_audience=False),
)
