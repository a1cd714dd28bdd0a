"""The login: Cognito's InitiateAuth and the OAuth token endpoint (docs/agentcore.md section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from agentcore_probe.judge.reading.answer import Answer
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.judgement import Confidence
from agentcore_probe.providers import CLIENT_ERRORS, GRANT_ERRORS, SCOPE_ERRORS
from agentcore_probe.providers.provider import OAuthError

_MFA = re.compile(r"MFA|OTP|SELECT_CHALLENGE|WEB_AUTHN|DEVICE")


def cognito(case: Case) -> Match | None:
    """Why InitiateAuth gave its answer."""
    if case.service != "cognito":
        return None
    answer = case.answer
    values = {
        "client": _client_id(case),
        "message": answer.message,
        "policy": answer.refusing_policy or "caller",
    }
    if answer.status in (200, None) and not answer.error_type:
        return Match(_challenge(answer.result or {}), values=values)
    for cause, matches in (
        ("throttled", answer.is_type("TooManyRequests", "LimitExceeded") or answer.status == 429),
        ("user-not-confirmed", answer.is_type("UserNotConfirmed")),
        ("password-reset-required", answer.is_type("PasswordResetRequired")),
        ("wrong-password", answer.is_type("UserNotFound")),
        ("client-not-found", answer.is_type("ResourceNotFound")),
        ("iam-not-allowed", answer.is_type("AccessDenied")),
        ("refused-unexplained", answer.is_type("Forbidden")),
        ("service-fault", answer.is_type("InternalError") or (answer.status or 0) >= 500),
    ):
        if matches:
            return Match(cause, values=values)
    return _settings(case, values)


def _challenge(result: dict[str, Any]) -> str:
    """The cause of a 200: without tokens it is a challenge, which a script may mistake for success."""
    if result.get("AuthenticationResult"):
        return "none"
    name = str(result.get("ChallengeName") or "")
    if name == "NEW_PASSWORD_REQUIRED":
        return "password-change-required"
    return "mfa-required" if _MFA.search(name) else "unexplained"


def _settings(case: Case, values: dict[str, str]) -> Match | None:
    """Which setting a NotAuthorized or InvalidParameter is about, by the message or the client's settings."""
    answer, client = case.answer, case.configuration.client
    has_hash = "SECRET_HASH" in (case.exchange.request.body or "")
    has_secret = client.has_secret if client else None
    flow = _request_field(case, "AuthFlow")
    flows = client.auth_flows if client else None
    for cause, in_message, in_settings in (
        ("secret-hash-wrong", answer.message_matches(r"unable to verify secret hash"), False),
        (
            "secret-hash-unexpected",
            answer.message_matches(r"not configured for secret"),
            has_secret is False and has_hash,
        ),
        (
            "secret-hash-missing",
            answer.message_matches(r"SECRET_HASH was not received", r"configured with secret"),
            has_secret is True and not has_hash,
        ),
        (
            "auth-flow-disabled",
            answer.message_matches(r"flow not enabled", r"not enabled for (this|the) client"),
            flows is not None and flow is not None and not _is_enabled(flow, flows),
        ),
        ("password-reset-required", answer.message_matches(r"password reset required"), False),
        (
            "wrong-password",
            answer.message_matches(r"incorrect username or password", r"user does not exist"),
            False,
        ),
    ):
        if in_message:
            return Match(cause, "proven" if in_settings else "probable", values)
        if in_settings and not answer.message:
            return Match(cause, "possible", values)
    if answer.is_type("NotAuthorized") and not answer.message:
        return Match("wrong-password", "possible", values)
    return None


def _is_enabled(flow: str, flows: tuple[str, ...]) -> bool:
    return flow in flows or f"ALLOW_{flow}" in flows


def _client_id(case: Case) -> str:
    client = case.configuration.client
    return _request_field(case, "ClientId") or (client.client_id if client else None) or "unknown"


def _request_field(case: Case, name: str) -> str | None:
    value = case.exchange.request.fields.get(name)
    return value if isinstance(value, str) else None


def oauth(case: Case) -> Match | None:
    """Why the token endpoint gave its answer (RFC 6749 section 5.2)."""
    if case.service != "oauth":
        return None
    answer = case.answer
    values = {"client": _client_id(case), "message": answer.message or answer.error_type}
    if answer.status == 200:
        token = (answer.result or {}).get("access_token")
        return Match("none" if token else "unexplained", values=values)
    if _is_one_of(CLIENT_ERRORS, answer):
        return Match("oauth-client-invalid", values=values)
    if _is_one_of(SCOPE_ERRORS, answer):
        return Match("oauth-scope-invalid", values=values)
    if (error := _first_match(GRANT_ERRORS, answer)) is not None:
        return Match("oauth-grant-not-allowed", _grant_confidence(case, error), values)
    if answer.status == 429:
        return Match("throttled", values=values)
    if (answer.status or 0) >= 500:
        return Match("service-fault", values=values)
    return None


def _first_match(errors: Iterable[OAuthError], answer: Answer) -> OAuthError | None:
    return next(
        (error for error in errors if error.matches(answer.error_type, answer.message, answer.status)), None
    )


def _is_one_of(errors: Iterable[OAuthError], answer: Answer) -> bool:
    return _first_match(errors, answer) is not None


def _grant_confidence(case: Case, error: OAuthError) -> Confidence:
    """Proven by the client's own settings; the response alone may have another reason."""
    if error.ambiguous:
        return "possible"
    client = case.configuration.client
    if client is None or "grant_type=client_credentials" not in (case.exchange.request.body or ""):
        return "probable"
    off = client.oauth_flows is not None and "client_credentials" not in client.oauth_flows
    return "proven" if off or client.oauth_enabled is False else "probable"


RULES: tuple[Rule, ...] = (cognito, oauth)
