"""The metadata of the authorization server, and where it is served (docs/agentcore.md section 12.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentcore_probe.local.asgi import AsgiResponse, json_response
from agentcore_probe.local.error_responses import aws_error
from agentcore_probe.local.state import SCOPE, State

REGISTRATION_PATH = "/oauth2/register"
OKTA_PATHS = {
    "/oauth2/authorize": "/oauth2/default/v1/authorize",
    "/oauth2/token": "/oauth2/default/v1/token",
    "/oauth2/device_authorization": "/oauth2/default/v1/device/authorize",
    REGISTRATION_PATH: "/oauth2/v1/clients",
}
"""Where Okta has these endpoints, so that a refusal of a registration can be foreseen."""
SCOPES = ("openid", "email", "phone", "profile", "offline_access", SCOPE)
"""What every client may ask for."""
_INSERTED = "/.well-known/oauth-authorization-server"
_OPENID = "/.well-known/openid-configuration"

ENTRA_MEMBERS = {
    "tenant_region_scope": "EU",
    "cloud_instance_name": "microsoftonline.com",
    "cloud_graph_host_name": "graph.windows.net",
    "msgraph_host": "graph.microsoft.com",
}
"""What only Entra ID has in its document, so that a refusal of `resource` can be foreseen."""


def server_metadata(state: State) -> dict[str, Any]:
    """The document, by RFC 8414 and OpenID Connect Discovery.

    Args:
        state: with a `login_server`.
    """
    base, features, faults = state.addresses.aws, state.login_server or frozenset(), state.service_faults
    document: dict[str, Any] = {
        "issuer": state.issuer,
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "token_endpoint": f"{base}/oauth2/token",
        "device_authorization_endpoint": f"{base}/oauth2/device_authorization",
        "jwks_uri": f"{base}/{state.pool_id}/.well-known/jwks.json",
        "response_types_supported": ["token"] if "response-type-missing" in faults else ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "scopes_supported": list(SCOPES),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
    }
    if registers(state):
        document["registration_endpoint"] = f"{base}{REGISTRATION_PATH}"
    if "client-metadata" in features:
        document["client_id_metadata_document_supported"] = True
    if "s256-not-listed" in faults:
        document["code_challenge_methods_supported"] = ["plain"]
    elif "s256" in features and "s256-list-absent" not in faults:
        document["code_challenge_methods_supported"] = ["S256"]
    if "iss" in features:
        document["authorization_response_iss_parameter_supported"] = True
    if "resource-refused" in faults:
        document |= ENTRA_MEMBERS
    if "registration-refused" in faults:
        urls = {f"{base}{path}": f"{base}{okta}" for path, okta in OKTA_PATHS.items()}
        document = {name: urls.get(str(value), value) for name, value in document.items()}
    return document


def registers(state: State) -> bool:
    """Whether clients can register themselves."""
    return "registration" in (state.login_server or ()) and "registration-missing" not in state.service_faults


def metadata_response(path: str, state: State, document: Mapping[str, Any]) -> AsgiResponse | None:
    """What is served where a client looks for the metadata; None for every other path.

    Without RFC 8414, Cognito answers 400 (docs/agentcore.md section 12.2).

    Args:
        path: of the request.
        state: with a `login_server`.
        document: the metadata.
    """
    pool = f"/{state.pool_id}"
    rfc8414, openid = (f"{_INSERTED}{pool}", f"{pool}{_INSERTED}"), (f"{_OPENID}{pool}", f"{pool}{_OPENID}")
    if path not in (*rfc8414, *openid):
        return None
    if "server-metadata-fails" in state.service_faults:
        return aws_error(500, "InternalErrorException", "An internal error occurred")
    if "server-metadata-missing" in state.service_faults:
        return aws_error(404, "ResourceNotFoundException", "Not found")
    if path == openid[1] or (path == rfc8414[0] and "server-metadata" in (state.login_server or ())):
        return json_response(200, document)
    if path in rfc8414:
        return aws_error(400, "InvalidParameterException", "Invalid request")
    return None
