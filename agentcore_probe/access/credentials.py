"""How a request identifies its caller.

Each is an `AuthBase` of requests', the anonymous one too: without one a netrc entry silently replaces a bearer
token (measured).
"""

from __future__ import annotations

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from agentcore_probe.model.exchange import Auth
from agentcore_probe.secret import Secret


class Credential(AuthBase):
    """How a request identifies its caller; this one does not."""

    auth: Auth = "none"
    secret: Secret | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with this credential in it."""
        return request


class Bearer(Credential):
    """A bearer token in the Authorization header."""

    auth: Auth = "bearer"

    def __init__(self, token: Secret) -> None:
        self.secret = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with this credential in it."""
        assert self.secret is not None
        request.headers["Authorization"] = f"Bearer {self.secret.reveal()}"
        return request


class Signed(Credential):
    """A request that was signed (SigV4) before it came here: its headers stay as they are."""

    auth: Auth = "sigv4"


class Basic(Credential):
    """A client's id and secret, as a token endpoint wants them (RFC 6749 section 2.3.1)."""

    def __init__(self, user: str, secret: Secret) -> None:
        self._user = user
        self.secret = secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with this credential in it."""
        assert self.secret is not None
        signed: requests.PreparedRequest = HTTPBasicAuth(self._user, self.secret.reveal())(request)
        return signed
