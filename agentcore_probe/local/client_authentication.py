"""How a client of the authorization server authenticates itself: RFC 6749 section 2.3.1."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from agentcore_probe.local.asgi import AsgiRequest


def client_credentials(request: AsgiRequest, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret, from a Basic header or from the form; empty where there are none.

    Args:
        request: may have the header.
        form: its fields.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        user, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(user), unquote_plus(secret)
