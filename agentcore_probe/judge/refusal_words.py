"""The words by which an error, or a text that is nothing else, refuses the caller."""

from __future__ import annotations

import re

from agentcore_probe.regex import regex

_REFUSAL = regex(
    r"\bunauthori[sz]ed\b|\bforbidden\b|\baccess (?:is )?denied\b|\bnot authori[sz]ed\b"
    r"|\bauthentication (?:is )?(?:required|failed)\b|\bauthori[sz]ation (?:is )?(?:required|failed)\b"
    r"|\b(?:missing|invalid|expired) (?:authentication |bearer |access )?token\b"
    r"|\btoken (?:is )?(?:invalid|missing)\b|claim '[^']{1,100}' value mismatch"
    r"|authorization method mismatch|\b(?:access|permission)_?denied(?:exception)?\b"
    r"|\b(?:unauthorized|forbidden)(?:exception|error)\b"
    r"|\b(?:invalid_token|insufficient_scope|unauthorized_client)\b",
    re.I,
)
_EXPIRY = regex(r"\btoken (?:has |is )?expired\b", re.I)
"""It may be a token that an HTTP agent itself uses, so it refuses the caller in the other protocols only."""
_LEAD = regex(
    r"(?:(?:http(?:/[\d.]{1,5})?|error|status)[ :]{0,3}){0,2}(?:40[13])?[ :-]{0,3}"
    r"(?:(?:you|the user|user|caller|client)(?: is| are)? )?",
    re.I,
)
"""What may come before the words: a status, or who is refused."""
_REST = regex(
    r"(?: access)?[.! ]*"
    r"(?:$|[:.,;(!-].{0,80}?\b{subject}|(?: to| for| by| with| because| due).{0,80}?\b{subject})".replace(
        "{subject}",
        r"(?:tokens?|credentials?|permissions?|log ?in|sign|headers?|requests?|users?|callers?|clients?|resources?|hosts?|origins?"
        r"|access|auth\w{0,15}|jwt|bearer|scopes?|polic\w{1,4}|roles?|endpoint|api|invoke|perform)\b",
    ),
    re.I,
)
"""What may follow them: nothing, or what the refusal is about. Anything else is a sentence that begins with these words."""
_LONGEST = 200
"""Characters of a text that can be a refusal; a longer one that names authorization is an answer about it."""


def refuses_caller(text: str) -> bool:
    """Whether the words of an error refuse the caller, apart from the expiry of a token."""
    return _REFUSAL.search(text) is not None


def names_authorization(text: str) -> bool:
    """Whether the words of an error refuse the caller."""
    return refuses_caller(text) or _EXPIRY.search(text) is not None


def names_authorization_briefly(text: str) -> bool:
    """Whether a text that need not be an error is short, and names authorization."""
    return len(text) <= _LONGEST and refuses_caller(text)


def is_refusal(text: str) -> bool:
    """Whether a text is a refusal and nothing else: "Unauthorized", not "Unauthorized Biography of a King"."""
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return False
    lead = _LEAD.match(text)
    words = _REFUSAL.match(text, lead.end() if lead else 0)
    if words is None:
        return False
    return words[0].endswith("mismatch") or _REST.match(text, words.end()) is not None
