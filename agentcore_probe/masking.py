"""Masks claims that name a person."""

from __future__ import annotations

from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.providers import PERSONAL_CLAIMS
from agentcore_probe.regex import regex

MASKED = "<masked>"

_EMAIL = regex(r"[^@\s<]@[^@\s.>]++\.[^@\s>]")


def mask_personal_claims(facts: TokenFacts, exempt: frozenset[str] = frozenset()) -> TokenFacts:
    """The facts of a token with each claim masked that names a person, by its name or by an e-mail address.

    Args:
        facts: the token's header and claims.
        exempt: claims that stay as they are, since an authorizer's rule refers to them.
    """
    claims = {
        name: value if name in exempt or not (name in PERSONAL_CLAIMS or _has_email(value)) else MASKED
        for name, value in facts.claims.items()
    }
    return facts.model_copy(update={"claims": claims})


def _has_email(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_has_email, value))
    return isinstance(value, str) and _EMAIL.search(value[:1000]) is not None
