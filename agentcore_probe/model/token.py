"""Reads the header and claims of a bearer token, without verifying anything."""

from __future__ import annotations

import base64
import json
from typing import Any

from agentcore_probe.model.exchange import TokenFacts

_MAX_LENGTH = 65_536
"""Characters. Longer texts are not read: no header can be as long."""

MARGIN_SECONDS = 60
"""A token with less time before `exp` is treated as stale (docs/agentcore.md section 2.2, row 10)."""


def unverified_facts(token: str) -> TokenFacts:
    """The header and claims of `token`, without any verification.

    Never raises: a text that is not a JWT gives facts with `unparsable` set.
    """
    if len(token) > _MAX_LENGTH:
        return TokenFacts(unparsable=f"longer than {_MAX_LENGTH} characters")
    parts = token.split(".")
    if len(parts) != 3:
        return TokenFacts(unparsable=_describe(token, len(parts)))
    header, claims = _decode(parts[0]), _decode(parts[1])
    if header is None or claims is None:
        part = "header" if header is None else "payload"
        return TokenFacts(header=header or {}, unparsable=f"its {part} is not base64url JSON")
    return TokenFacts(header=header, claims=claims)


def is_unset(token: str) -> bool:
    """Whether it is what callers send by mistake in place of a token: a name for nothing, or nothing."""
    return token.strip().lower() in ("undefined", "null", "none", "nan", "")


def _describe(token: str, parts: int) -> str:
    """What a text is that is not a JWT. It may be a secret, so only placeholders are shown as they are."""
    if is_unset(token):
        return token
    if token.startswith("$"):
        return "$VARIABLE"
    return f"{parts} part{'s' if parts != 1 else ''} instead of 3"


def _decode(text: str) -> dict[str, Any] | None:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
