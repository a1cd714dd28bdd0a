"""Answers at a session's own endpoint, which have no marks of AWS: the application's, or an empty refusal.

See docs/agentcore.md, section 11.4.
"""

from __future__ import annotations

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules import credential, repetition
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.named_cause import checks
from agentcore_probe.judge.session_endpoint import is_at_session, is_services, refusal_code
from agentcore_probe.judge.token_rules import first_failure


def answered(case: Case) -> Match | None:
    """The application answered, whatever it said: the caller was let in."""
    if not is_at_session(case) or decision(case) != "accepted":
        return None
    if not case.is_control:
        return Match("none")
    return repetition.cached_authorization(case) or Match("open-endpoint", values={"target": "runtime"})


def unclear(case: Case) -> Match | None:
    """A 401 or 403 with a body and without the service's code: perhaps the application's own."""
    if not is_at_session(case) or case.answer.status not in (401, 403) or is_services(case):
        return None
    return Match("session-answer-unclear", "possible", {"status": str(case.answer.status)})


def refused(case: Case) -> Match | None:
    """The service refused; it says neither whether the credential, a permission or the port is the reason."""
    response = case.exchange.response
    if not is_at_session(case) or response is None or decision(case) != "refused":
        return None
    own = credential.missing_credential(case) or credential.method_mismatch(case)
    if own is not None:
        return own
    if first_failure(checks(case)) is not None:
        return credential.bearer_token(case)
    code = refusal_code(case)
    if case.answer.status == 403 and code.lower() == "accessdenied":
        return Match("session-port-not-allowed", "possible")
    names = ", ".join(sorted(name.lower() for name in response.headers))
    return Match(
        "session-refused", "possible", {"status": str(case.answer.status), "code": code, "headers": names}
    )


RULES: tuple[Rule, ...] = (answered, unclear, refused)
"""Before the rules that ask who answered."""
