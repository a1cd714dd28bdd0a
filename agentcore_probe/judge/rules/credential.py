"""The credential: whether there is one, of the right kind, and whether it passes (docs/agentcore.md section 2).

A message that names a claim or a rule takes precedence over the local order of checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from agentcore_probe.judge.decision import REFUSAL_WORDS, REFUSALS, REFUSED_CODES, REFUSING_CHALLENGES
from agentcore_probe.judge.needed_actions import needed_values
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.iam import denied_by_iam, policy_of_token, signature_fault
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.named_cause import CLAIM, checks, named_cause
from agentcore_probe.judge.token_rules import first_failure, without_keys
from agentcore_probe.model.exchange import USER_HEADER
from agentcore_probe.model.judgement import Check, Confidence
from agentcore_probe.regex import regex

_PLACEHOLDER = regex(
    r"^(undefined|null|none|nan|\[object \w+\]|\$\{?\w+\}?|\{\{.*\}\}|%\w+%|\$env:\w+|\{\w+\})$", re.I
)
_NAME_IN_CODE = regex(r"(?!eyJ)[A-Za-z_]{1,20}(?:[_.][A-Za-z_]{1,20}){0,4}")
_TOKEN_AUTHORIZERS = ("CUSTOM_JWT",)
_SIGNATURE_AUTHORIZERS = ("AWS_IAM", "AUTHENTICATE_ONLY")


def is_refusal(case: Case) -> bool:
    """Whether the response is an authorizer's refusal."""
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
    is_challenge = answer.challenge.get("error") in REFUSING_CHALLENGES
    return answer.status is None and (is_challenge or answer.is_type(*REFUSALS))


def forged_token(case: Case) -> Match | None:
    """A token that was forged on purpose was refused, as it should be."""
    if case.exchange.forged is None or not is_refusal(case):
        return None
    return Match("signature-invalid", values={"defect": case.exchange.forged})


def method_mismatch(case: Case) -> Match | None:
    """A signature where a token is required, or the reverse. It says nothing about the other kind of credential."""
    if not is_refusal(case):
        return None
    answer, authorizer = case.answer, case.authorizer.type if case.authorizer else None
    names_mismatch = answer.message_matches(r"authorization method mismatch", r"requires OAuth Bearer token")
    if not names_mismatch and _names_another_cause(case):
        return None  # the configuration that was read is out of date
    values = {"authorizer": authorizer or "unknown", **({"said": "mismatch"} if names_mismatch else {})}

    asks_for_token = answer.challenged and answer.status == 401
    refuses_signature = authorizer in _TOKEN_AUTHORIZERS and signature_fault(case) is None
    if case.auth == "sigv4" and (names_mismatch or asks_for_token or refuses_signature):
        confidence = _mismatch_confidence(authorizer, _TOKEN_AUTHORIZERS, is_named=names_mismatch)
        return Match("sigv4-on-jwt", confidence, values)

    if case.auth == "bearer" and (names_mismatch or authorizer in _SIGNATURE_AUTHORIZERS):
        confidence = _mismatch_confidence(authorizer, _SIGNATURE_AUTHORIZERS, is_named=names_mismatch)
        return Match("bearer-on-iam", confidence, values)

    if case.auth == "bearer" and _is_lost(case):
        return Match("credential-lost-on-the-way", "probable", _lost_values(case))

    answers_like_iam = _calls_token_missing(case) or signature_fault(case) is not None
    if case.auth == "bearer" and authorizer is None and answers_like_iam:
        return Match("bearer-on-iam", "possible", values)

    only_the_error_is_known = case.auth == "none" and (case.url_only or not case.exchange.request.url)
    if names_mismatch and only_the_error_is_known:
        if case.target != "harness":  # its sentence says that it takes tokens; the other one fits both kinds
            values["sent"] = "unseen"
        return Match("sigv4-on-jwt", "possible", values)  # signed calls are those that print such a line
    return None


def _is_lost(case: Case) -> bool:
    """Whether a JWT authorizer reports a token as missing that was sent, and nothing is wrong with it."""
    answer = case.answer
    is_jwt = answer.challenged or (case.authorizer is not None and case.authorizer.type in _TOKEN_AUTHORIZERS)
    is_token = case.token is not None and case.token.unparsable is None
    says_missing = answer.message_matches(r"missing (authentication|bearer) token") or answer.is_type(
        "MissingAuthenticationToken"
    )
    header = case.exchange.request.header("authorization") or ""
    is_well_formed = re.match(r"bearer [^\s]", header, re.I) is not None
    if case.is_control or not (is_jwt and is_token and is_well_formed and says_missing):
        return False
    return first_failure(checks(case)) is None


def _lost_values(case: Case) -> dict[str, str]:
    response = case.exchange.response
    server = (response.header("server") or response.header("via") or "") if response else ""
    return {"server": server}


def _names_another_cause(case: Case) -> bool:
    """Whether the message names a claim, or a permission of IAM."""
    message = case.answer.message
    return CLAIM.search(message) is not None or case.answer.message_matches(r"not authorized to perform")


def _calls_token_missing(case: Case) -> bool:
    """A token was sent and is reported missing, with 403 and no challenge, as an IAM authorizer does."""
    answer = case.answer
    has_token = case.token is not None and case.token.unparsable is None
    says_missing = answer.message_matches(r"missing authentication token") or answer.is_type(
        "MissingAuthenticationToken"
    )
    return has_token and says_missing and answer.status == 403 and not answer.challenged


def _mismatch_confidence(
    authorizer: str | None, expected_authorizers: Collection[str], *, is_named: bool
) -> Confidence:
    """How certain a mismatch is.

    Args:
        authorizer: the type of the deployed authorizer; None if not known.
        expected_authorizers: the types that explain the mismatch.
        is_named: whether the message names the mismatch.

    Returns:
        `proven` if the message names it and the configuration agrees, `possible` if the configuration contradicts.
    """
    if authorizer is None:
        return "probable"
    if authorizer not in expected_authorizers:
        return "possible"
    return "proven" if is_named else "probable"


def missing_credential(case: Case) -> Match | None:
    """No Authorization header, an empty one, a placeholder, or a token without `Bearer `."""
    if not is_refusal(case):
        return None
    header = case.exchange.request.header("authorization")
    return _without_header(case) if header is None else faulty_header(case, header)


def faulty_header(case: Case, header: str) -> Match | None:
    """An Authorization header without a credential of the form that its scheme requires."""
    value = header.strip()
    scheme, credential = (*value.split(None, 1), "", "")[:2]
    is_bearer = scheme.lower() == "bearer"
    if value.startswith("AWS4-"):
        return None
    if not value or (is_bearer and not credential and not _unparsable_token(case)):
        return _missing(case)
    if is_bearer:
        return _not_a_token(_unparsable_token(case) or credential, credential)
    if _PLACEHOLDER.match(value):
        return Match("bearer-placeholder", values={"found": value})
    if not credential and _NAME_IN_CODE.fullmatch(value):
        return None  # a variable of a program, whose value is not shown
    return Match("bearer-prefix-missing", values={"scheme": scheme if credential else "-"})


def _not_a_token(token: str, credential: str) -> Match | None:
    """A bearer token that is a placeholder, has `Bearer` twice, or the quotes of `jq` without -r."""
    if _PLACEHOLDER.match(token):
        return Match("bearer-placeholder", values={"found": token})
    if re.match(r"bearer\s|['\"]", credential, re.I):
        return Match("token-malformed", values={"found": credential.partition("<")[0].partition("eyJ")[0]})
    return None


def _without_header(case: Case) -> Match | None:
    request = case.exchange.request
    if case.auth in ("sigv4", "bearer") or request.header("x-amz-date"):
        return None
    if request.method.upper() == "OPTIONS":
        return None  # a browser's preflight carries no credential by design
    if request.header("sec-websocket-protocol"):
        return None  # a browser's token travels there (docs/agentcore.md section 1.3)
    says_missing = case.answer.message_matches(r"missing .*token") or case.answer.is_type(
        "MissingAuthenticationToken"
    )
    if case.exchange.control is None and not says_missing and _names_a_token(case):
        return None  # people shorten the command that they paste: the answer weighs more
    # Where the request is not shown, it is not known whether a credential was sent, unless the response says so.
    is_shown = bool(request.url) and not case.url_only
    return _missing(case) if is_shown or says_missing else None


def _names_a_token(case: Case) -> bool:
    """Whether the answer is about a token that it got: RFC 6750 section 3 names no error where there was none."""
    return named_cause(case, []) is not None or case.answer.challenge.get("error") == "invalid_token"


def _missing(case: Case) -> Match:
    if not case.exchange.request.url or case.url_only:
        return Match("credential-missing", "possible")  # API Gateway says so of a wrong path, too
    is_named = case.answer.message_matches(r"missing (authentication|bearer) token")
    looks_like_iam = case.answer.status == 403 and not case.answer.challenged and case.authorizer is None
    values = {"challenge": "no"} if is_named and looks_like_iam and case.service == "runtime" else {}
    return Match("credential-missing", "proven" if is_named and case.authorizer else "probable", values)


def _unparsable_token(case: Case) -> str:
    return (case.token.unparsable or "") if case.token else ""


def signed_request(case: Case) -> Match | None:
    """A signed request was refused: its keys, its signature, or the caller's permissions."""
    fault, denied = signature_fault(case), denied_by_iam(case)
    is_signed = case.auth == "sigv4" or fault is not None or denied is not None
    if not is_refusal(case) or case.auth == "bearer" or not is_signed:
        return None
    answer = case.answer
    values = {"message": answer.message}
    if fault is not None:
        return Match(fault, values=values)
    has_user_id = case.exchange.request.header(USER_HEADER) is not None
    if denied is not None:
        for_user = answer.message_matches(r"InvokeAgentRuntime(?:WithWebSocketStream)?ForUser")
        names_no_action = has_user_id and "action" not in denied.values
        if denied.cause == "iam-not-allowed" and (for_user or names_no_action):
            return Match("iam-user-id-not-allowed", values=denied.values)
        return denied
    if has_user_id:
        return Match("iam-user-id-not-allowed", "possible", values)
    if case.authorizer is not None and case.authorizer.type in _SIGNATURE_AUTHORIZERS:
        return Match("iam-not-allowed", "possible", {**values, "policy": "caller", **needed_values(case)})
    return Match("refused-unexplained", "possible", _what_is_known(case))


def bearer_token(case: Case) -> Match | None:
    """A token was refused: what the response names, otherwise the first local check that fails."""
    if not is_refusal(case) or case.auth == "sigv4":
        return None
    token_checks = checks(case)
    listed = tuple(check.as_check() for check in token_checks)
    match = named_cause(case, token_checks)
    if case.exchange.request.url and not case.url_only and case.auth == "none" and case.token is None:
        sent = Check(id="credential-missing", passed=False, detail="no Authorization header in the request")
        listed = (*listed, sent)
        match = replace(match, confidence="possible") if match else None
    if match is not None:
        return Match(match.cause, match.confidence, match.values, listed)
    failure = first_failure(token_checks)
    if failure is not None:
        form = {"form": "opaque"} if failure.cause == "token-malformed" and _was_issued(case) else {}
        return Match(failure.cause, "probable", {**failure.values, **form}, listed)
    rules = case.authorizer.jwt if case.authorizer else None
    if rules and rules.workload_binding:
        return Match("workload-binding", "probable", {"wanted": ", ".join(rules.workload_binding)}, listed)
    if (missing := _missing_keys(case)) is not None:
        return Match("issuer-without-keys", "probable", missing, listed)
    if (by_policy := policy_of_token(case)) is not None:
        return replace(by_policy, checks=listed)
    return Match("refused-unexplained", "possible", _what_is_known(case), listed)


def _what_is_known(case: Case) -> dict[str, str]:
    """What the answer says of a refusal that nothing explains, and what would explain more."""
    answer, response = case.answer, case.exchange.response
    message = answer.message or answer.challenge.get("error", "")
    if case.auth == "sigv4":
        lacks = "signature"
    elif not message and (response is None or not response.body.strip()):
        lacks = "body"
    elif case.token is None:
        lacks = "token"
    else:
        lacks = "configuration" if case.authorizer is None else ""
    program = {"program": case.program} if lacks == "body" else {}
    return {"message": message, "lacks": lacks, "credential": case.auth, **program}


def _was_issued(case: Case) -> bool:
    """Whether the token came as it is from a token endpoint, which may give a reference instead of a JWT."""
    return any(
        other.purpose == "token" and other.response is not None and other.response.status == 200
        for other in case.related
    )


def _missing_keys(case: Case) -> dict[str, str] | None:
    """What is known of an issuer whose keys cannot be read; None if they can, or if nothing is known of it."""
    issuer = case.issuer
    if issuer is None or issuer.keys:
        return None
    why = without_keys(issuer)
    return None if why is None else {"url": issuer.jwks_uri or issuer.discovery_url, "why": why}


RULES: tuple[Rule, ...] = (missing_credential, method_mismatch, forged_token, signed_request, bearer_token)
