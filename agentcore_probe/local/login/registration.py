"""Clients register themselves: RFC 7591, open to everyone."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from agentcore_probe.local.asgi import AsgiRequest
from agentcore_probe.local.login.clients import LoginClient, MetadataRefused, check_grants, redirect_uris
from agentcore_probe.local.login.metadata import SCOPES

_METHODS = ("none", "client_secret_basic", "client_secret_post")
_DEFAULT_METHOD = "client_secret_basic"
"""RFC 7591 section 2."""
_GRANTS = ("authorization_code", "refresh_token")
_KEPT = (
    "client_name", "client_uri", "logo_uri", "contacts", "tos_uri", "policy_uri", "software_id", "software_version",
    "application_type",
)  # fmt: skip
"""What says something to people only."""


def register(request: AsgiRequest) -> tuple[LoginClient, dict[str, Any]]:
    """A new client, and the answer with what was registered (RFC 7591 section 3.2.1).

    Args:
        request: has the client's metadata.

    Raises:
        MetadataRefused: it is not accepted.
    """
    metadata = _metadata(request)
    uris = redirect_uris(metadata)
    check_grants(metadata)
    method = metadata.get("token_endpoint_auth_method", _DEFAULT_METHOD)
    if method not in _METHODS:
        raise MetadataRefused("invalid_client_metadata", f"token_endpoint_auth_method: {', '.join(_METHODS)}")
    secret = None if method == "none" else secrets.token_urlsafe(32)
    client = LoginClient(secrets.token_hex(13), uris, secret)
    wanted = metadata.get("grant_types", _GRANTS[:1])
    answer: dict[str, Any] = {
        "client_id": client.id,
        "client_id_issued_at": int(time.time()),
        "redirect_uris": list(uris),
        "token_endpoint_auth_method": method,
        "grant_types": [grant for grant in _GRANTS if grant in wanted],
        "response_types": ["code"],
        **{name: metadata[name] for name in _KEPT if name in metadata},
    }
    if secret is not None:
        answer |= {"client_secret": secret, "client_secret_expires_at": 0}
    if "scope" in metadata:
        answer["scope"] = " ".join(SCOPES)
    return client, answer


def _metadata(request: AsgiRequest) -> Mapping[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        metadata = json.loads(request.body)
    except (ValueError, RecursionError):
        metadata = None
    if kind != "application/json" or not isinstance(metadata, dict):
        raise MetadataRefused("invalid_client_metadata", "a JSON object of type application/json is needed")
    return metadata
