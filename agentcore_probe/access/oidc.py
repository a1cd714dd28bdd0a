"""Reads an issuer's discovery document and the keys it leads to."""

from __future__ import annotations

import json
from typing import Any

from agentcore_probe.access.transport import Outgoing, Transport
from agentcore_probe.model.exchange import Exchange


def read_issuer(discovery_url: str, transport: Transport) -> dict[str, Any]:
    """The issuer behind `discovery_url`.

    Returns:
        `issuer`, `jwks_uri`, `token_endpoint`, `keys` (the kids) and `jwks` (the public keys by kid).
        What could not be read stands under `unreadable` with the reason.
    """
    found: dict[str, Any] = {"discoveryUrl": discovery_url}
    document, why = _json(transport.send(Outgoing("discovery document", discovery_url, method="GET")))
    if document is None:
        return {**found, "unreadable": why}
    for key in ("issuer", "jwks_uri", "token_endpoint"):
        if isinstance(document.get(key), str):
            found[key] = document[key]
    if "jwks_uri" in found:
        keys, why = _json(transport.send(Outgoing("signing keys", found["jwks_uri"], method="GET")))
        if keys is None:
            return {**found, "unreadable": f"jwks: {why}"}
        listed = keys.get("keys")
        if isinstance(listed, list):
            found["jwks"] = {
                str(each["kid"]): each for each in listed if isinstance(each, dict) and "kid" in each
            }
            found["keys"] = list(found["jwks"])
    return found


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
