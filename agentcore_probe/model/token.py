"""Reads what a bearer token says about itself. It verifies nothing, and says so."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from agentcore_probe.model.exchange import TokenFacts

_MAX_LENGTH = 65_536
"""Longer texts are not read: no header may carry them anyway."""

MARGIN_SECONDS = 60
"""A token with less left counts as stale (docs/agentcore.md section 2.2, row 10)."""

PERSONAL = frozenset(
    {
        "email", "username", "cognito:username", "preferred_username", "upn", "unique_name", "name",
        "given_name", "family_name", "nickname", "phone_number", "address", "birthdate",
    }
)  # fmt: skip
"""Claims that name a person (OpenID Connect Core 5.1, Cognito, Entra)."""
MASKED = "<masked>"


def masked(facts: TokenFacts, kept: frozenset[str] = frozenset()) -> TokenFacts:
    """The facts with the claims masked that name a person, but for `kept`: those that a rule asks for."""
    claims = {
        name: MASKED if name in PERSONAL - kept or (name not in kept and _names_somebody(value)) else value
        for name, value in facts.claims.items()
    }
    return facts.model_copy(update={"claims": claims})


def _names_somebody(value: object) -> bool:
    """Whether a claim of any name holds an e-mail address."""
    if isinstance(value, list):
        return any(map(_names_somebody, value))
    return isinstance(value, str) and re.search(r"[^@\s<]@[^@\s.>]++\.[^@\s>]", value[:1000]) is not None


def unverified_facts(token: str) -> TokenFacts:
    """The header and claims of `token`, without any verification.

    Never raises: a text that is no JWT gives facts with `unparsable` set.
    """
    if len(token) > _MAX_LENGTH:
        return TokenFacts(unparsable=f"longer than {_MAX_LENGTH} characters")
    parts = token.split(".")
    if len(parts) != 3:
        return TokenFacts(unparsable=_shape(token, len(parts)))
    header, claims = _part(parts[0]), _part(parts[1])
    if header is None or claims is None:
        which = "header" if header is None else "payload"
        return TokenFacts(header=header or {}, unparsable=f"its {which} is not base64url JSON")
    return TokenFacts(header=header, claims=claims)


def _shape(token: str, parts: int) -> str:
    """A text that is not a token may be shown when it is a known placeholder only."""
    if token.strip().lower() in ("undefined", "null", "none", ""):
        return token
    if token.startswith("$"):
        return "$VARIABLE"
    return f"{parts} part{'s' if parts != 1 else ''} in place of 3"


def _part(text: str) -> dict[str, Any] | None:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
