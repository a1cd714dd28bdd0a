"""The credential: is there one, of the right kind, and does it pass? (docs/agentcore.md section 2).

A message that names a claim or a rule beats the local order of checks.
"""

from __future__ import annotations

import re

from agentcore_probe.judge.decision import REFUSAL_WORDS, REFUSALS, REFUSED_CODES
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.token_rules import (
    TokenCheck,
    check_token,
    first_failure,
    is_id_token,
    scopes,
)
from agentcore_probe.model.exchange import USER_HEADER
from agentcore_probe.model.judgement import Confidence

_PLACEHOLDER = re.compile(
    r"^(undefined|null|none|nan|\[object \w+\]|\$\{?\w+\}?|\{\{.*\}\}|%\w+%|\$env:\w+|\{\w+\})$", re.I
)
_CLAIM = re.compile(
    r"claim ['\"](?P<claim>[\w.:/-]+)['\"] (value )?(is )?(mismatch|missing|not|invalid)"
    r"|\b(?P<known>client_id|aud|scope|scp|iss|exp|nbf) claim (value )?(is |does )?(mismatch|missing|not|invalid)",
    re.I,
)
"""Any claim in quotes, or a registered one by its name."""


def is_refusal(case: Case) -> bool:
    """Whether the authorizer's refusal is what has to be explained."""
    answer = case.answer
    if case.service in ("cognito", "oauth") or answer.is_type("RuntimeClientError"):
        return False
    if answer.status in (401, 403) or (case.code in REFUSED_CODES and case.service == "runtime"):
        return True
    if (
        answer.status is None
        and case.service in ("runtime", "gateway")
        and answer.message_matches(*REFUSAL_WORDS)
    ):
        return True
    return answer.status is None and answer.is_type(*REFUSALS)


def forged(case: Case) -> Match | None:
    """A token that we forged on purpose, and that was refused as it should be."""
    if case.exchange.forged is None or not is_refusal(case):
        return None
    return Match("signature-invalid", values={"defect": case.exchange.forged})


def method_mismatch(case: Case) -> Match | None:
    """SigV4 where a token is wanted, or the reverse. It says nothing about the other way in."""
    if not is_refusal(case):
        return None
    said = case.answer.message_matches(r"authorization method mismatch", r"requires OAuth Bearer token")
    kind = case.authorizer.type if case.authorizer else None
    wanted_jwt, wanted_iam = kind == "CUSTOM_JWT", kind in ("AWS_IAM", "AUTHENTICATE_ONLY")
    if not said and (
        _CLAIM.search(case.answer.message) or case.answer.message_matches(r"not authorized to perform")
    ):
        return None  # the answer names another cause: what was read of the configuration is out of date
    values: dict[str, str] = {"authorizer": kind or "unknown", **({"said": "mismatch"} if said else {})}
    wants_bearer = case.answer.challenged and case.answer.status == 401
    if case.auth == "sigv4" and (said or wants_bearer or (wanted_jwt and not _sigv4_fault(case))):
        agreed = kind is None or wanted_jwt
        return Match("sigv4-on-jwt", _sure(said, kind is not None, agreed), values)
    if case.auth == "bearer" and (said or wanted_iam):
        agreed = kind is None or wanted_iam
        return Match("bearer-on-iam", _sure(said, kind is not None, agreed), values)
    if case.auth == "bearer" and kind is None and (_looks_like_iam(case) or _sigv4_fault(case)):
        return Match("bearer-on-iam", "possible", values)
    if said and case.auth == "none" and not case.exchange.request.url:
        return Match("sigv4-on-jwt", "possible", values)
    return None


def _looks_like_iam(case: Case) -> bool:
    """A token was sent and is called missing, with 403 and no challenge: so answers an IAM authorizer."""
    answer = case.answer
    sent = case.token is not None and case.token.unparsable is None
    named = answer.message_matches(r"missing authentication token") or answer.is_type(
        "MissingAuthenticationToken"
    )
    return sent and named and answer.status == 403 and not answer.challenged


def _sure(said: bool, known: bool, agreed: bool) -> Confidence:
    """Proven: the answer names the cause and the configuration agrees."""
    if not agreed:
        return "possible"
    return "proven" if said and known else "probable"


def missing(case: Case) -> Match | None:
    """No Authorization at all, an empty one, a placeholder, or a token without `Bearer `."""
    if not is_refusal(case):
        return None
    given = case.exchange.request.header("authorization")
    if given is None:
        return _without_header(case)
    value = given.strip()
    scheme, credential = (*value.split(None, 1), "", "")[:2]
    if value.startswith("AWS4-"):
        return None
    if not value or (scheme.lower() == "bearer" and not credential and not _token_text(case)):
        return _missing(case)
    if scheme.lower() == "bearer":
        shown = _token_text(case) or credential
        if _PLACEHOLDER.match(shown):
            return Match("bearer-placeholder", values={"found": shown})
        if re.match(r"bearer\s|['\"]", credential, re.I):
            # Twice Bearer, or the quotes of `jq` without -r: what follows is no token.
            return Match("token-malformed", values={"found": credential.split("<")[0].split("eyJ")[0]})
        return None
    if _PLACEHOLDER.match(value):
        return Match("bearer-placeholder", values={"found": value})
    return Match("bearer-prefix-missing", values={"scheme": scheme if credential else "-"})


def _without_header(case: Case) -> Match | None:
    if case.auth in ("sigv4", "bearer") or case.exchange.request.header("x-amz-date"):
        return None
    if case.exchange.request.method.upper() == "OPTIONS":
        return None  # a browser's preflight carries none by design
    if case.exchange.request.header("sec-websocket-protocol"):
        return None  # a browser's token travels there (docs/agentcore.md section 1.3)
    if case.exchange.request.url or case.auth == "none":
        knows_request = bool(case.exchange.request.url) or case.answer.message_matches(r"missing .*token")
        if not knows_request and not case.answer.is_type("MissingAuthenticationToken"):
            # Only an answer was pasted: whether a credential was sent is not known.
            return None
        return _missing(case)
    return None


def _missing(case: Case) -> Match:
    named = case.answer.message_matches(r"missing (authentication|bearer) token") and bool(
        case.exchange.request.url
    )
    if not case.exchange.request.url:
        return Match("credential-missing", "possible")  # API Gateway says so of a wrong path, too
    return Match("credential-missing", "proven" if named and case.authorizer else "probable")


def _token_text(case: Case) -> str:
    return (case.token.unparsable or "") if case.token else ""


def signed(case: Case) -> Match | None:
    """The faults of a signed request, and permissions."""
    if not is_refusal(case) or case.auth == "bearer" or not (case.auth == "sigv4" or _sigv4_fault(case)):
        return None
    answer = case.answer
    values = {"message": answer.message}
    fault = _sigv4_fault(case)
    if fault:
        return Match(fault, values=values)
    if answer.message_matches(r"not authorized to perform", r"explicit deny"):
        user_id = case.exchange.request.header(USER_HEADER)
        for_user = answer.message_matches(r"InvokeAgentRuntimeForUser")
        if for_user or (
            user_id is not None and not answer.message_matches(r"perform: [\w-]+:InvokeAgentRuntime\b")
        ):
            return Match("iam-user-id-not-allowed", values=values)
        return Match("iam-not-allowed", values={**values, "policy": answer.refusing_policy or "caller"})
    if case.exchange.request.header(USER_HEADER) is not None:
        return Match("iam-user-id-not-allowed", "possible", values)
    if case.authorizer is not None and case.authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        return Match("iam-not-allowed", "possible", {**values, "policy": "caller"})
    return Match("refused-unexplained", "possible", values)


def _sigv4_fault(case: Case) -> str | None:
    answer = case.answer
    if answer.message_matches(r"signature expired", r"signature not yet current") or answer.is_type(
        "RequestExpired", "RequestTimeTooSkewed"
    ):
        return "aws-clock-skew"
    if answer.is_type("UnrecognizedClient", "InvalidClientTokenId", "InvalidAccessKeyId"):
        return "aws-key-unknown"
    if answer.is_type("ExpiredToken"):
        return "aws-token-expired"
    if answer.message_matches(r"security token .*expired"):
        return "aws-token-expired"
    if answer.is_type("InvalidSignature", "SignatureDoesNotMatch", "IncompleteSignature"):
        return "aws-signature-invalid"
    return None


def bearer(case: Case) -> Match | None:
    """A refused token: what the answer names, else the first local check that fails."""
    if not is_refusal(case) or case.auth == "sigv4":
        return None
    held = checks(case)
    told = tuple(check.as_check() for check in held)
    named = _named(case, held)
    if named is not None:
        return Match(named.cause, named.confidence, named.values, told)
    failed = first_failure(held)
    if failed is not None:
        return Match(failed.cause, "probable", failed.values, told)
    rules = case.authorizer.jwt if case.authorizer else None
    if rules and rules.workload_binding:
        values = {"wanted": ", ".join(rules.workload_binding)}
        return Match("workload-binding", "probable", values, told)
    message = case.answer.message or case.answer.challenge.get("error", "")
    return Match("refused-unexplained", "possible", {"message": message}, told)


def checks(case: Case) -> list[TokenCheck]:
    """The rules of the deployed authorizer held against the token that was sent; empty without one."""
    if case.token is None:
        return []
    return check_token(case.token, case.authorizer, case.issuer, case.now)


_BY_WORDS = (
    (
        "audience-not-allowed",
        r"(invalid|wrong|bad|unexpected) audience|audience .{0,20}(invalid|not match|mismatch|not allowed)",
    ),
    (
        "issuer-mismatch",
        r"(invalid|wrong|bad|unexpected|unknown) issuer|issuer .{0,20}(invalid|not match|mismatch|not allowed)",
    ),
)
"""What verifiers call these, where they name no claim."""


def _named(case: Case, held: list[TokenCheck]) -> Match | None:
    """The cause that the answer itself names."""
    answer = case.answer
    claim = _CLAIM.search(answer.message)
    if claim:
        return _claim(case, claim["claim"] or claim["known"], held)
    if answer.message_matches(r"token (has |is )?expired", r"expired token"):
        near = next((c for c in held if c.cause == "token-near-expiry" and c.passed is False), None)
        return _agreed("token-near-expiry" if near else "token-expired", held)
    for cause, words in _BY_WORDS:
        if answer.message_matches(words):
            return _agreed(cause, held)
    if answer.message_matches(r"not yet valid", r"used before"):
        return _agreed("token-not-yet-valid", held)
    if answer.message_matches(
        r"(invalid|bad|failed).{0,20}signature",
        r"signature.{0,30}(invalid|failed|not valid|mismatch|not match)",
    ):
        failed = first_failure(held)
        return None if failed else Match("signature-invalid")
    if answer.challenge.get("error") == "insufficient_scope" or answer.message_matches(
        r"insufficient.?scope"
    ):
        return _insufficient_scope(case, held)
    return None


def _claim(case: Case, claim: str, checks: list[TokenCheck]) -> Match:
    claims = case.token.claims if case.token else {}
    if claim == "client_id":
        cause = "id-token-sent" if is_id_token(claims) else "client-not-allowed"
    else:
        cause = {
            "aud": "audience-not-allowed",
            "scope": "scope-missing",
            "scp": "scope-missing",
            "iss": "issuer-mismatch",
            "exp": "token-expired",
            "nbf": "token-not-yet-valid",
        }.get(claim, "custom-claim-mismatch")
    match = _agreed(cause, checks)
    found = {"found": str(claims.get(claim, "-"))[:200]} if claims else {}
    return Match(match.cause, match.confidence, {"claim": claim, **found, **match.values})


def _agreed(cause: str, checks: list[TokenCheck]) -> Match:
    """Proven where a check of ours agrees with what the answer names; possible where one contradicts."""
    mine = [check for check in checks if check.cause == cause]
    failed = next((check for check in mine if check.passed is False), None)
    if failed is not None:
        return Match(cause, "proven", failed.values)
    if any(check.passed for check in mine):
        return Match(cause, "possible", mine[0].values)
    return Match(cause, "probable")


def _insufficient_scope(case: Case, checks: list[TokenCheck]) -> Match | None:
    """A challenge whose scopes the token has points elsewhere (docs/diagnosis.md)."""
    wanted = case.answer.challenge.get("scope", "").split()
    if case.token is None or case.token.unparsable is not None:
        return Match("insufficient-scope", values={"wanted": " ".join(wanted), "found": "-"})
    found = scopes(case.token.claims)
    lacking = [each for each in wanted if each not in found]
    values = {"wanted": " ".join(wanted), "found": " ".join(found) or "-"}
    if wanted and not lacking:
        return None
    rule = next((check for check in checks if check.cause == "scope-missing"), None)
    if not wanted and rule is None:
        return None
    if rule is not None and rule.passed:
        return None
    earlier = first_failure([check for check in checks if check.cause != "scope-missing"])
    if earlier is not None and rule is None:
        return None
    cause = "insufficient-scope" if case.service == "gateway" else "scope-missing"
    return Match(cause, "proven" if rule is not None and rule.passed is False else "probable", values)


RULES: tuple[Rule, ...] = (missing, method_mismatch, forged, signed, bearer)
