"""The requests that several flows make: to a token endpoint, and to Cognito's API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from agentcore_probe.flows.flow import BasicAuthentication, LoginEndpoints, LoginRequest, PreparedLogin
from agentcore_probe.model.pool import pool_of
from agentcore_probe.secret import Secret

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  (a token's type)
"""The type of an access token (RFC 8693 section 3)."""

Values = Mapping[str, "str | Secret | None"]
"""The fields of a form or of a JSON object; those that are None are left out."""


def oauth_request(  # noqa: PLR0913  (what a request consists of)
    step: str,
    url: str,
    login: PreparedLogin,
    endpoints: LoginEndpoints,
    values: Values,
    *,
    is_poll: bool = False,
) -> LoginRequest:
    """A form with the client's authentication (RFC 6749 section 2.3.1).

    The form always has `client_id`, which some servers want beside Basic. The secret is in the Basic header, unless
    the environment or the issuer's discovery document asks for it in the form.

    Args:
        step: the exchange's step in the record.
        url: of the endpoint.
        login: with the client's id and secret.
        endpoints: know the discovery document.
        values: the form.
        is_poll: see `LoginRequest`.
    """
    secret, client_id = login.client_secret, login.client_id or ""
    is_in_form = secret is not None and _auth_method(login, endpoints) == "client_secret_post"
    form = {**values, "client_id": client_id, "client_secret": secret if is_in_form else None}
    return LoginRequest(
        step,
        url,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        body=urlencode(_revealed(form)).encode(),
        basic=BasicAuthentication(client_id, secret) if secret is not None and not is_in_form else None,
        is_poll=is_poll,
    )


def _auth_method(login: PreparedLogin, endpoints: LoginEndpoints) -> str:
    """The environment's, else Basic, which every server must support, unless the issuer lists only the other."""
    if login.identity.token_endpoint_auth_method is not None:
        return login.identity.token_endpoint_auth_method
    listed = endpoints.document().get("token_endpoint_auth_methods_supported")
    is_only_post = (
        isinstance(listed, list) and "client_secret_post" in listed and "client_secret_basic" not in listed
    )
    return "client_secret_post" if is_only_post else "client_secret_basic"


def cognito_request(
    operation: str, login: PreparedLogin, endpoints: LoginEndpoints, values: Mapping[str, Any]
) -> LoginRequest:
    """An unsigned call of Cognito's API, in the region of the pool, which may differ from the Runtime's.

    Args:
        operation: of cognito-idp.
        login: knows the pool.
        endpoints: know the API's URL.
        values: the request; secrets are revealed in its body, fields that are None are left out.
    """
    pool = pool_of(login.discovery_url) if login.discovery_url else None
    return LoginRequest(
        "login",
        f"{endpoints.base_url('cognito-idp', pool.region if pool else None)}/",
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        },
        body=json.dumps(_revealed(values)).encode(),
    )


def _revealed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are sent, those in nested objects too."""
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    return _revealed(value) if isinstance(value, Mapping) else value


def is_cognito(login: PreparedLogin) -> bool:
    """Whether the login's issuer is a Cognito user pool, whose API needs no domain."""
    return login.discovery_url is not None and pool_of(login.discovery_url) is not None
