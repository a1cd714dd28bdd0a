"""The scopes that an answer names: a challenge, or a metadata document (RFC 6750 section 3, RFC 8414, RFC 9728)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from agentcore_probe.model.exchange import Exchange


def named_scopes(exchange: Exchange) -> Iterator[str]:
    """Every scope that the answer of an exchange names; never raises."""
    response = exchange.response
    if response is None:
        return
    for challenge in re.findall(r'\bscope="([^"]*)"', response.header("www-authenticate") or ""):
        yield from challenge.split()
    if '"scopes_supported"' in response.body:
        try:
            scopes = json.loads(response.body)["scopes_supported"]
        except (ValueError, RecursionError, LookupError, TypeError):
            return
        if isinstance(scopes, list):
            yield from (scope for scope in scopes if isinstance(scope, str))
