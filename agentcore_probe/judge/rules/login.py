"""The login: Cognito's InitiateAuth and the OAuth token endpoint (docs/agentcore.md section 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.sentences import find_sentences
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.providers import ERRORS, SENTENCES, find_provider
from agentcore_probe.regex import regex

_WRONG_HASH = r"unable to verify secret hash"
_ONLY_FLOW = ("ALLOW_CLIENT_TOKEN_AUTH",)
_MFA = regex(r"MFA|OTP|SELECT_CHALLENGE|WEB_AUTHN|DEVICE|CUSTOM_CHALLENGE")
_RESULTS = ("AuthenticationResult", "ClientAuthenticationResult", "IssuedToken")
"""Where InitiateAuth and GetTokensFromRefreshToken, GetClientToken, and GetDerivedToken put what they issue."""
_KINDS = {
    "refresh_token": "refresh",
    "authorization_code": "code",
    "urn:ietf:params:oauth:grant-type:device_code": "device",
    "urn:ietf:params:oauth:grant-type:token-exchange": "subject",
}
"""What a grant redeems."""


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
        result = answer.result or {}
        challenge = str(result.get("ChallengeName") or "unknown")
        return Match(_challenge(result), values={**values, "challenge": challenge})
    for cause, matches in (
        ("throttled", answer.is_type("TooManyRequests", "LimitExceeded") or answer.status == 429),
        ("user-not-confirmed", answer.is_type("UserNotConfirmed")),
        ("password-reset-required", answer.is_type("PasswordResetRequired")),
        ("user-not-found", answer.is_type("UserNotFound")),
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
    if any(result.get(name) for name in _RESULTS):
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
    if flows == _ONLY_FLOW and flow is not None:
        return Match("client-token-flow-only", "proven", {**values, "flow": flow})
    for cause, in_message, in_settings in (
        (
            "client-secret-rotated",
            client is not None and client.secret_arn is not None and answer.message_matches(_WRONG_HASH),
            False,
        ),
        ("user-not-found", answer.message_matches(r"user does not exist"), False),
        ("user-disabled", answer.message_matches(r"user is disabled"), False),
        ("secret-hash-wrong", answer.message_matches(_WRONG_HASH), False),
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
        ("oauth-grant-invalid", answer.message_matches(r"refresh token"), False),
        (
            "wrong-password",
            answer.message_matches(r"incorrect username or password"),
            False,
        ),
    ):
        if cause == "auth-flow-disabled" and flow is not None:
            values = {**values, "flow": flow}
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
    provider = find_provider(case.exchange.request.url).id if case.exchange.request.url else "generic"
    if provider not in ("generic", "cognito"):
        values["provider"] = provider
    client = _form_field(case, "client_id") or values["client"]
    match = oauth_error(answer.error_type, answer.message, answer.status, client)
    if match is not None:
        return _with_request(case, replace(match, values={**values, **match.values}))
    if answer.status == 429:
        return Match("throttled", values=values)
    if (answer.status or 0) >= 500:
        return Match("service-fault", values=values)
    return None


_PROVIDERS_SENTENCES = tuple(row for row in SENTENCES if row.service in ("oauth", ""))


def oauth_error(code: str, description: str, status: int | None, client: str) -> Match | None:
    """What an OAuth error means: by the words that only one provider uses, else by its code.

    Args:
        code: the error's code; empty if it has none.
        description: its description; empty if it has none.
        status: the HTTP status; None if it is not known, as in a redirect.
        client: the client's id; "unknown" if it is not known.
    """
    values = {"client": client, "message": description or code}
    sentence = next(find_sentences(description, _PROVIDERS_SENTENCES), None)
    if sentence is not None:
        return Match(sentence.row.cause, sentence.row.confidence, {**values, **sentence.values})
    error = next((error for error in ERRORS if error.matches(code, description, status)), None)
    if error is None:
        return None
    if error.cause == "oauth-client-invalid" and client.startswith("https://"):
        return Match("cimd-url-not-allowed", "possible", values)
    if error.ambiguous:
        return Match(error.cause, "possible", {**values, "kind": "denied"})
    return Match(error.cause, "probable", values)


def _with_request(case: Case, match: Match) -> Match:
    """The match as the request and the client's settings confirm or correct it."""
    client = case.configuration.client
    is_machine = _form_field(case, "grant_type") == "client_credentials"
    if match.cause == "oauth-client-invalid" and client is not None and client.secret_arn:
        return replace(
            match, cause="client-secret-rotated", values={**match.values, "secret": client.secret_arn}
        )
    if match.cause == "oauth-grant-invalid" and is_machine:
        # There is no code or refresh token that could be invalid.
        match = replace(match, cause="oauth-grant-not-allowed", confidence="possible")
    if match.cause == "oauth-grant-invalid":
        kind = _KINDS.get(_form_field(case, "grant_type"))
        return replace(match, values={**match.values, "kind": kind}) if kind else match
    if match.cause != "oauth-grant-not-allowed" or match.confidence == "possible" or client is None:
        return match
    off = client.oauth_flows is not None and "client_credentials" not in client.oauth_flows
    is_proven = is_machine and (off or client.oauth_enabled is False)
    return replace(match, confidence="proven") if is_proven else match


def _form_field(case: Case, name: str) -> str:
    """A field of the request's form or JSON; empty if it has none."""
    body = case.exchange.request.body or ""
    if body.lstrip().startswith("{"):
        return _request_field(case, name) or ""
    return parse_qs(body).get(name, [""])[0]


RULES: tuple[Rule, ...] = (cognito, oauth)
