"""What the metadata of authorization servers and protected resources say of themselves, in the words of their standards.

RFC 8414, RFC 9728, RFC 9207, OpenID Connect Discovery 1.0 and the MCP authorization specification define the members. Some
values are a known provider's own, by which it is recognized (`Provider.recognizes_metadata`).
"""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.record import OMITTED

PLACES = frozenset(
    {
        "authorization_endpoint", "registration_endpoint", "userinfo_endpoint", "device_authorization_endpoint",
        "mfa_challenge_endpoint", "end_session_endpoint", "revocation_endpoint", "introspection_endpoint",
    }
)  # fmt: skip
"""Members whose values are URLs, beside those of other answers (`issuer`, `token_endpoint`, `jwks_uri`, `resource`)."""
CAPABILITIES = frozenset(
    {
        "response_types_supported", "response_modes_supported", "grant_types_supported", "code_challenge_methods_supported",
        "token_endpoint_auth_methods_supported", "bearer_methods_supported", "authorization_response_iss_parameter_supported",
        "client_id_metadata_document_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
    }
)  # fmt: skip
"""Members that say what the server can do."""
_WORDS = frozenset(
    {
        "code", "code id_token", "code token", "code id_token token", "id_token", "id_token token", "none", "token",
        "query", "fragment", "form_post", "okta_post_message",
        "authorization_code", "client_credentials", "implicit", "refresh_token", "password",
        "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "S256", "plain", "client_secret_basic", "client_secret_post",
        "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "header", "body",
        "public", "pairwise", "RS256", "ES256",
    }
)  # fmt: skip
"""Their values that say nothing about whose server it is; any other one is omitted."""


def share_capability(value: Any) -> Any:
    """Whether a server can do something, or the known words for what it can do.

    Args:
        value: of one of `CAPABILITIES`.
    """
    if isinstance(value, bool):
        return value
    listed = value if isinstance(value, list) else []
    return [item if item in _WORDS else OMITTED for item in listed if isinstance(item, str)]
