"""Reads an issuer's discovery document and its signing keys, and the public metadata that names an issuer."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.configuration import WITHOUT_KEYS
from agentcore_probe.model.exchange import Exchange


def read_issuer(discovery_url: str, transport: Transport) -> dict[str, Any]:
    """The issuer behind `discovery_url`.

    Returns:
        `discoveryUrl`; the `document`, and its `issuer`, `jwks_uri` and `token_endpoint`; `keys` (the kids) and `jwks`
        (the public keys by kid; a key without one by its place). Where a document could not be read, `unreadable`
        says why; where only the keys could not, it begins with `jwks: `.
    """
    facts: dict[str, Any] = {"discoveryUrl": discovery_url}
    document, reason = _json(
        transport.send(Outgoing("discovery document", discovery_url, method="GET", purpose="discovery"))
    )
    if document is None:
        return {**facts, "unreadable": reason}
    facts["document"] = document
    for name in ("issuer", "jwks_uri", "token_endpoint", "registration_endpoint"):
        if isinstance(document.get(name), str):
            facts[name] = document[name]
    if "jwks_uri" not in facts:
        return {**facts, "unreadable": f"{WITHOUT_KEYS}no jwks_uri"}
    key_set, reason = _json(
        transport.send(Outgoing("signing keys", facts["jwks_uri"], method="GET", purpose="jwks"))
    )
    if key_set is None:
        return {**facts, "unreadable": f"{WITHOUT_KEYS}{reason}"}
    keys = key_set.get("keys")
    if not isinstance(keys, list):
        return {**facts, "unreadable": f"{WITHOUT_KEYS}no keys"}
    public_keys = [key for key in keys if isinstance(key, dict)]
    facts["keys"] = list(dict.fromkeys(str(key["kid"]) for key in public_keys if "kid" in key))
    facts["jwks"] = {
        str(key.get("kid", f"{facts['jwks_uri']}#{number}")): key for number, key in enumerate(public_keys)
    }
    return facts


class ResourceMetadata(NamedTuple):
    """What the metadata of a protected resource says (RFC 9728)."""

    issuer: str
    """The first one that it names."""
    scopes: tuple[str, ...] = ()


def read_resource_metadata(url: str, transport: Transport) -> ResourceMetadata | None:
    """The metadata document at `url`, which is read without a credential; None where it names no issuer.

    Args:
        url: of the document.
        transport: sends the request.
    """
    document, _ = _json(transport.send(Outgoing("resource metadata", url, method="GET", purpose="discovery")))
    issuers = _texts(document, "authorization_servers")
    return ResourceMetadata(issuers[0], _texts(document, "scopes_supported")) if issuers else None


def _texts(document: dict[str, Any] | None, name: str) -> tuple[str, ...]:
    values = document.get(name) if document is not None else None
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def _json(exchange: Exchange) -> tuple[dict[str, Any] | None, str | None]:
    """The JSON object of a 200, or why there is none."""
    if exchange.fault is not None:
        return None, exchange.fault.kind
    assert exchange.response is not None
    if exchange.response.status != 200:
        return None, f"HTTP {exchange.response.status}"
    try:
        value = json.loads(exchange.response.body)
    except (ValueError, RecursionError):
        return None, "not JSON"
    return (value, None) if isinstance(value, dict) else (None, "not a JSON object")
