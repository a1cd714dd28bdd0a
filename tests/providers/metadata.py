"""Metadata documents of authorization servers as they were published, with their own names replaced.

Each has the members that its provider's document has, without the lists of algorithms and claims.
"""

from __future__ import annotations

from typing import Any

_CUSTOM = "https://login.example.com"
"""A custom domain, which shows nothing about who is behind it."""

DOCUMENTS: dict[str, dict[str, Any]] = {
    # The documentation of Cognito, "OpenID Connect discovery"; a domain of the pool's owner
    "cognito": {
        "authorization_endpoint": f"{_CUSTOM}/oauth2/authorize",
        "end_session_endpoint": f"{_CUSTOM}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
        "jwks_uri": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{_CUSTOM}/oauth2/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{_CUSTOM}/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{_CUSTOM}/oauth2/userInfo",
    },
    # login.microsoftonline.com, 2021 to 2023: recordings in the tests of several SDKs; behind a proxy of one's own
    "entra": {
        "token_endpoint": f"{_CUSTOM}/88888888-8888-8888-8888-888888888888/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{_CUSTOM}/88888888-8888-8888-8888-888888888888/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{_CUSTOM}/88888888-8888-8888-8888-888888888888/v2.0",
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "authorization_endpoint": f"{_CUSTOM}/88888888-8888-8888-8888-888888888888/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{_CUSTOM}/88888888-8888-8888-8888-888888888888/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "kerberos_endpoint": f"{_CUSTOM}/88888888-8888-8888-8888-888888888888/kerberos",
        "tenant_region_scope": "WW",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    },
    # A custom authorization server of an Okta org, 2023 (Redpanda's tests of OpenID Connect)
    "okta": {
        "issuer": f"{_CUSTOM}/oauth2/default",
        "authorization_endpoint": f"{_CUSTOM}/oauth2/default/v1/authorize",
        "token_endpoint": f"{_CUSTOM}/oauth2/default/v1/token",
        "userinfo_endpoint": f"{_CUSTOM}/oauth2/default/v1/userinfo",
        "registration_endpoint": f"{_CUSTOM}/oauth2/v1/clients",
        "jwks_uri": f"{_CUSTOM}/oauth2/default/v1/keys",
        "response_types_supported": ["code", "id_token", "code id_token", "code token", "id_token token"],
        "response_modes_supported": ["query", "fragment", "form_post", "okta_post_message"],
        "grant_types_supported": [
            "authorization_code", "implicit", "refresh_token", "password", "urn:openid:params:grant-type:ciba",
            "http://auth0.com/oauth/grant-type/mfa-otp",
        ],
        "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt", "none"],
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": f"{_CUSTOM}/oauth2/default/v1/introspect",
        "pushed_authorization_request_endpoint": f"{_CUSTOM}/oauth2/default/v1/par",
    },
    # A tenant with a custom domain (Micronaut's tests of OpenID Connect)
    "auth0": {
        "issuer": f"{_CUSTOM}/",
        "authorization_endpoint": f"{_CUSTOM}/authorize",
        "token_endpoint": f"{_CUSTOM}/oauth/token",
        "device_authorization_endpoint": f"{_CUSTOM}/oauth/device/code",
        "userinfo_endpoint": f"{_CUSTOM}/userinfo",
        "mfa_challenge_endpoint": f"{_CUSTOM}/mfa/challenge",
        "jwks_uri": f"{_CUSTOM}/.well-known/jwks.json",
        "registration_endpoint": f"{_CUSTOM}/oidc/register",
        "revocation_endpoint": f"{_CUSTOM}/oauth/revoke",
        "scopes_supported": ["openid", "profile", "offline_access", "name", "email", "phone", "address"],
        "response_types_supported": ["code", "token", "id_token", "code token", "code id_token"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    },
    # Keycloak 26 with its realm behind a proxy that hides `/realms/NAME`
    "keycloak": {
        "issuer": _CUSTOM,
        "authorization_endpoint": f"{_CUSTOM}/protocol/openid-connect/auth",
        "token_endpoint": f"{_CUSTOM}/protocol/openid-connect/token",
        "introspection_endpoint": f"{_CUSTOM}/protocol/openid-connect/token/introspect",
        "jwks_uri": f"{_CUSTOM}/protocol/openid-connect/certs",
        "check_session_iframe": f"{_CUSTOM}/protocol/openid-connect/login-status-iframe.html",
        "registration_endpoint": f"{_CUSTOM}/clients-registrations/openid-connect",
        "scopes_supported": ["openid", "basic", "email", "web-origins", "profile", "microprofile-jwt", "acr"],
        "require_request_uri_registration": True,
        "code_challenge_methods_supported": ["plain", "S256"],
        "backchannel_token_delivery_modes_supported": ["poll", "ping"],
        "backchannel_authentication_endpoint": f"{_CUSTOM}/protocol/openid-connect/ext/ciba/auth",
        "pushed_authorization_request_endpoint": f"{_CUSTOM}/protocol/openid-connect/ext/par/request",
        "mtls_endpoint_aliases": {"token_endpoint": f"{_CUSTOM}/protocol/openid-connect/token"},
        "authorization_response_iss_parameter_supported": True,
    },
    # A PingOne environment (PingOne's tool for OpenID Connect clients), at a custom domain
    "ping": {
        "issuer": f"{_CUSTOM}/as",
        "authorization_endpoint": f"{_CUSTOM}/as/authorize",
        "token_endpoint": f"{_CUSTOM}/as/token",
        "userinfo_endpoint": f"{_CUSTOM}/as/userinfo",
        "jwks_uri": f"{_CUSTOM}/as/jwks",
        "end_session_endpoint": f"{_CUSTOM}/as/signoff",
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code", "id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
    },
    # PingFederate's runtime in a container (the tests of its Terraform provider)
    "pingfederate": {
        "issuer": _CUSTOM,
        "authorization_endpoint": f"{_CUSTOM}/as/authorization.oauth2",
        "token_endpoint": f"{_CUSTOM}/as/token.oauth2",
        "revocation_endpoint": f"{_CUSTOM}/as/revoke_token.oauth2",
        "userinfo_endpoint": f"{_CUSTOM}/idp/userinfo.openid",
        "introspection_endpoint": f"{_CUSTOM}/as/introspect.oauth2",
        "jwks_uri": f"{_CUSTOM}/pf/JWKS",
        "registration_endpoint": f"{_CUSTOM}/as/clients.oauth2",
        "ping_revoked_sris_endpoint": f"{_CUSTOM}/pf-ws/rest/sessionMgmt/revokedSris",
        "ping_end_session_endpoint": f"{_CUSTOM}/idp/startSLO.ping",
        "device_authorization_endpoint": f"{_CUSTOM}/as/device_authz.oauth2",
        "scopes_supported": ["address", "mail", "phone", "openid", "profile", "group1"],
        "response_types_supported": ["code", "token", "id_token", "code token", "code id_token"],
        "response_modes_supported": ["fragment", "query", "form_post"],
        "subject_types_supported": ["public", "pairwise"],
    },
    # The documentation of PingOne Advanced Identity Cloud, /oauth2/.well-known/openid-configuration
    "pingam": {
        "issuer": f"{_CUSTOM}/am/oauth2/realms/root/realms/alpha",
        "authorization_endpoint": f"{_CUSTOM}/am/oauth2/realms/root/realms/alpha/authorize",
        "token_endpoint": f"{_CUSTOM}/am/oauth2/realms/root/realms/alpha/access_token",
        "introspection_endpoint": f"{_CUSTOM}/am/oauth2/realms/root/realms/alpha/introspect",
        "jwks_uri": f"{_CUSTOM}/am/oauth2/realms/root/realms/alpha/connect/jwk_uri",
        "registration_endpoint": f"{_CUSTOM}/am/oauth2/realms/root/realms/alpha/register",
        "subject_types_supported": ["public", "pairwise"],
        "response_types_supported": ["code token id_token", "code", "device_code", "id_token", "token"],
    },
    # accounts.google.com, 2023 to 2026; asked for at another address
    "google": {
        "issuer": "https://accounts.google.com",
        "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "device_authorization_endpoint": "https://oauth2.googleapis.com/device/code",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
        "revocation_endpoint": "https://oauth2.googleapis.com/revoke",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
        "response_types_supported": ["code", "token", "id_token", "code token", "none"],
        "scopes_supported": ["openid", "email", "profile"],
        "code_challenge_methods_supported": ["plain", "S256"],
    },
}  # fmt: skip
"""Provider -> its document at an address that says nothing."""

OTHERS: dict[str, dict[str, Any]] = {
    # AD FS on Windows Server (Redpanda's tests of OpenID Connect)
    "AD FS": {
        "issuer": f"{_CUSTOM}/adfs",
        "authorization_endpoint": f"{_CUSTOM}/adfs/oauth2/authorize/",
        "token_endpoint": f"{_CUSTOM}/adfs/oauth2/token/",
        "jwks_uri": f"{_CUSTOM}/adfs/discovery/keys",
        "access_token_issuer": "http://login.example.com/adfs/services/trust",
        "microsoft_multi_refresh_token": True,
        "userinfo_endpoint": f"{_CUSTOM}/adfs/userinfo",
        "capabilities": ["kdf_ver2"],
    },
    # RFC 8414 section 3.2
    "the standard's example": {
        "issuer": "https://server.example.com",
        "authorization_endpoint": "https://server.example.com/authorize",
        "token_endpoint": "https://server.example.com/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "userinfo_endpoint": "https://server.example.com/userinfo",
        "jwks_uri": "https://server.example.com/jwks.json",
        "registration_endpoint": "https://server.example.com/register",
        "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access"],
        "response_types_supported": ["code", "code token"],
        "ui_locales_supported": ["en-US", "en-GB", "en-CA", "fr-FR", "fr-CA"],
    },
    # The OAuth provider that the Python MCP SDK 2.3.0 has for servers (mcp/server/auth/routes.py)
    "an MCP SDK's server": {
        "issuer": "https://mcp.example.com/",
        "authorization_endpoint": "https://mcp.example.com/authorize",
        "token_endpoint": "https://mcp.example.com/token",
        "registration_endpoint": "https://mcp.example.com/register",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    },
    "nothing": {},
    "other types": {
        "authorization_endpoint": 1,
        "response_modes_supported": "okta_post_message",
        "jwks_uri": ["https://["],
        "registration_endpoint": "https://[/oidc/register",
        "userinfo_endpoint": None,
    },
}
"""Documents that no provider recognizes."""
