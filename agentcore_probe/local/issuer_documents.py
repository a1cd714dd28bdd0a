"""The user pool's discovery document and signing keys, made in memory.

The identity service serves them, and the JWT authorizers of Runtime and Gateway read them here. An authorizer
that fetched them from this process's own server would wait for itself under load.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import jwt

from agentcore_probe.local.login.metadata import server_metadata
from agentcore_probe.local.moto_backend import discovery_document, public_keys
from agentcore_probe.local.state import State


class ServedIssuer(NamedTuple):
    """An issuer that an authorizer trusts."""

    name: str
    """The `issuer` of its discovery document."""
    keys: jwt.PyJWKClient


class IssuerDocuments:
    """The documents of the only user pool.

    Args:
        state: what is deployed.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    @cached_property
    def discovery(self) -> dict[str, Any]:
        """The discovery document."""
        base = self._state.addresses.aws
        document = self._cognito() if self._state.login_server is None else server_metadata(self._state)
        if "registration-open" in self._state.service_faults:
            document["registration_endpoint"] = f"{base}/oauth2/register"
        if "discovery-names-another-issuer" in self._state.service_faults:
            document["issuer"] = f"{document['issuer']}Z"
        return document

    def _cognito(self) -> dict[str, Any]:
        base = self._state.addresses.aws
        document = discovery_document(self._state.discovery_url)
        document["jwks_uri"] = f"{base}/{self._state.pool_id}/.well-known/jwks.json"
        return document | {
            "authorization_endpoint": f"{base}/oauth2/authorize",
            "token_endpoint": f"{base}/oauth2/token",
            "device_authorization_endpoint": f"{base}/oauth2/device_authorization",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }

    @cached_property
    def keys(self) -> dict[str, Any]:
        """The JWKS. With the fault `keys-rotated`, the same keys have other key ids, as if they had been replaced."""
        keys = public_keys()
        if "keys-rotated" in self._state.service_faults:
            keys = {"keys": [{**key, "kid": f"{key['kid']}-rotated"} for key in keys["keys"]]}
        return keys

    def issuer(self, discovery_url: str) -> ServedIssuer | None:
        """The issuer whose discovery document is at `discovery_url`; None where no document is served."""
        return self._issuer if discovery_url == self._state.discovery_url else None

    @cached_property
    def _issuer(self) -> ServedIssuer:
        return ServedIssuer(self.discovery["issuer"], _KeysInMemory(self.discovery["jwks_uri"], self.keys))


class _KeysInMemory(jwt.PyJWKClient):
    """PyJWT's choice of a key by its `kid`, without a request."""

    def __init__(self, uri: str, keys: dict[str, Any]) -> None:
        super().__init__(uri)
        self._keys = keys

    def fetch_data(self) -> Any:
        """The JWKS."""
        return self._keys
