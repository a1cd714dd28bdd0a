"""How a request identifies its caller.

Each credential is an `AuthBase` of requests, the anonymous one too: to a request without one, requests applies a
netrc entry, which silently replaces a bearer token (measured).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote_plus

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from agentcore_probe.model.exchange import MAX_SUBPROTOCOL, SUBPROTOCOL, Auth
from agentcore_probe.secret import Secret


class Credential(AuthBase):
    """What identifies the caller of a request: here nothing, in the subclasses a token or a signature."""

    auth: Auth = "none"
    secret: Secret | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the credential to `request`."""
        return request

    def address(self, url: str) -> str:
        """`url` as it is sent: with the credential, where that is in the query."""
        return url


class Bearer(Credential):
    """A bearer token in the Authorization header."""

    auth: Auth = "bearer"

    def __init__(self, token: Secret) -> None:
        self.secret = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the credential to `request`."""
        assert self.secret is not None
        request.headers["Authorization"] = f"Bearer {self.secret.reveal()}"
        return request


class InvalidAuthorization(Credential):
    """An Authorization header that identifies nobody, for a control.

    Args:
        value: the header's value.
    """

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the header to `request`."""
        request.headers["Authorization"] = self._value
        return request


class Signed(Credential):
    """A SigV4 signature that is in the headers already: they are sent as they are."""

    auth: Auth = "sigv4"


class SubprotocolBearer(Credential):
    """A bearer token as a subprotocol, for clients that cannot set headers, such as browsers."""

    auth: Auth = "bearer"

    def __init__(self, token: Secret) -> None:
        self.secret = token

    @property
    def subprotocols(self) -> str:
        """What the client offers: the token in base64url without padding, and the word that says so."""
        assert self.secret is not None
        token = base64.urlsafe_b64encode(self.secret.reveal().encode()).rstrip(b"=").decode()
        return f"{SUBPROTOCOL}.{token}, {SUBPROTOCOL}"

    @property
    def fits(self) -> bool:
        """Whether AWS's SDK would send it."""
        return len(self.subprotocols.partition(",")[0]) <= MAX_SUBPROTOCOL

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the credential to `request`."""
        request.headers["Sec-WebSocket-Protocol"] = self.subprotocols
        return request


class Presigned(Signed):
    """A SigV4 signature in the URL's query. It is made when the request is sent, since it is valid for a short time.

    Args:
        presign: returns a URL with the signature.
    """

    def __init__(self, presign: Callable[[str], str]) -> None:
        self._presign = presign

    def address(self, url: str) -> str:
        """`url` with the signature."""
        return self._presign(url)


class Basic(Credential):
    """A client's id and secret, each form-encoded, as a token endpoint expects them (RFC 6749 section 2.3.1)."""

    def __init__(self, user: str, secret: Secret) -> None:
        self._user = user
        self.secret = secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the credential to `request`."""
        assert self.secret is not None
        basic = HTTPBasicAuth(quote_plus(self._user), quote_plus(self.secret.reveal()))
        authorized: requests.PreparedRequest = basic(request)
        return authorized
