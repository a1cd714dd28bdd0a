"""What the refusal of a token says about it: a claim, a rule, an expiry, a scope."""

from __future__ import annotations

import re

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match
from agentcore_probe.judge.token_rules import TokenCheck, check_token, first_failure, is_id_token, scopes
from agentcore_probe.model.judgement import Confidence
from agentcore_probe.regex import regex

CLAIM = regex(
    r"claim ['\"](?P<claim>[\w.:/-]+)['\"] (value )?(is )?(mismatch|missing|not|invalid)"
    r"|\b(?P<known>client_id|aud|scope|scp|iss|exp|nbf) claim (value )?(is |does )?(mismatch|missing|not|invalid)",
    re.I,
)
"""Any claim in quotes, or a registered one by its name."""


def checks(case: Case) -> list[TokenCheck]:
    """The token that was sent, checked against the rules of the deployed authorizer; empty without a token."""
    if case.token is None:
        return []
    return check_token(case.token, case.authorizer, case.issuer, case.now)


_CAUSES_BY_WORDS = (
    (
        "audience-not-allowed",
        r"(invalid|wrong|bad|unexpected) audience|audience .{0,20}(invalid|not match|mismatch|not allowed)",
    ),
    (
        "issuer-mismatch",
        r"(invalid|wrong|bad|unexpected|unknown) issuer|issuer .{0,20}(invalid|not match|mismatch|not allowed)",
    ),
)
"""What verifiers say instead of a claim's name."""


def named_cause(case: Case, token_checks: list[TokenCheck]) -> Match | None:
    """The cause that the response itself names, or None.

    Args:
        case: a refused token.
        token_checks: its checks, which make the cause more or less certain.
    """
    answer = case.answer
    claim = CLAIM.search(answer.message)
    if claim:
        return _named_claim(case, claim["claim"] or claim["known"], token_checks)
    if answer.message_matches(r"token (has |is )?expired", r"expired token"):
        near = any(check.cause == "token-near-expiry" and check.passed is False for check in token_checks)
        return _agreed("token-near-expiry" if near else "token-expired", token_checks)
    for cause, words in _CAUSES_BY_WORDS:
        if answer.message_matches(words):
            return _agreed(cause, token_checks)
    if answer.message_matches(r"not yet valid", r"used before"):
        return _agreed("token-not-yet-valid", token_checks)
    if answer.message_matches(
        r"(invalid|bad|failed).{0,20}signature",
        r"signature.{0,30}(invalid|failed|not valid|mismatch|not match)",
    ):
        # A check that fails explains the refusal better than a signature, which cannot be checked here.
        return None if first_failure(token_checks) else Match("signature-invalid")
    if answer.challenge.get("error") == "insufficient_scope" or answer.message_matches(
        r"insufficient.?scope"
    ):
        return _insufficient_scope(case, token_checks)
    return None


_CAUSES_BY_CLAIM = {
    "aud": "audience-not-allowed",
    "scope": "scope-missing",
    "scp": "scope-missing",
    "iss": "issuer-mismatch",
    "exp": "token-expired",
    "nbf": "token-not-yet-valid",
}


def _named_claim(case: Case, claim: str, token_checks: list[TokenCheck]) -> Match:
    claims = case.token.claims if case.token else {}
    if claim == "client_id":
        cause = "id-token-sent" if is_id_token(claims) else "client-not-allowed"
    else:
        cause = _CAUSES_BY_CLAIM.get(claim, "custom-claim-mismatch")
    match = _agreed(cause, token_checks)
    value = {"found": str(claims.get(claim, "-"))[:200]} if claims else {}
    return Match(match.cause, match.confidence, {"claim": claim, **value, **match.values})


def _agreed(cause: str, token_checks: list[TokenCheck]) -> Match:
    """A cause that the response names: proven if a local check agrees, possible if one contradicts."""
    relevant = [check for check in token_checks if check.cause == cause]
    failure = first_failure(relevant)
    if failure is not None:
        return Match(cause, "proven", failure.values)
    if any(check.passed for check in relevant):
        return Match(cause, "possible", relevant[0].values)
    return Match(cause, "probable")


def _client_behind_scope(case: Case) -> Match | None:
    """A Gateway that requires no scope may say so of an app client that it does not allow (docs/agentcore.md section 4.2)."""
    client = case.token.claims.get("client_id") if case.token else None
    if case.service != "gateway" or client is None:
        return None
    return Match("client-not-allowed", "possible", {"claim": "client_id", "found": str(client)[:200]})


def _insufficient_scope(case: Case, token_checks: list[TokenCheck]) -> Match | None:
    """The response asks for other scopes; None if the token has them, or if another check explains the refusal."""
    advertised = case.advertised
    required = case.answer.challenge.get("scope", "").split() or list(advertised.scopes if advertised else ())
    if case.token is None or case.token.unparsable is not None:
        cause = "scope-missing" if case.service == "runtime" else "insufficient-scope"
        return Match(cause, values={"wanted": " ".join(required)})
    granted = scopes(case.token.claims)
    rule = next((check for check in token_checks if check.cause == "scope-missing"), None)
    has_required = bool(required) and all(scope in granted for scope in required)
    if has_required and (rule is None or rule.passed is not False):
        return None
    if rule is None:
        # Without the authorizer's rule, only the challenge, or the metadata that it names, says which scopes are
        # missing, and only if all else passes.
        if first_failure(token_checks) is not None:
            return None
        if not required:
            return _client_behind_scope(case) if advertised is not None else None
    elif rule.passed:
        return None
    cause = "insufficient-scope" if case.service == "gateway" else "scope-missing"
    confidence: Confidence = "proven" if rule is not None and rule.passed is False else "probable"
    values = {"wanted": " ".join(required), "found": " ".join(granted) or "-"}
    return Match(cause, confidence, values | _validated_names(case, required))


def _validated_names(case: Case, required: list[str]) -> dict[str, str]:
    """The names of `allowedScopes` that a token needs, where the challenge shows others (`advertisedScopeMapping`)."""
    rules = case.authorizer.jwt if case.authorizer else None
    mapping = rules.advertised_scopes if rules else {}
    names = [validated for validated, advertised in mapping.items() if advertised in required]
    return {"validated": " ".join(names)} if names else {}
