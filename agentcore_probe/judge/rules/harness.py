"""A harness, which answers some rejected tokens with a fault of its own (docs/agentcore.md section 11.15)."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.success import content
from agentcore_probe.judge.token_rules import is_id_token
from agentcore_probe.model.judgement import Confidence


def harness_fault(case: Case) -> Match | None:
    """A harness answers 500 to a token without the claim that its rule compares (docs/agentcore.md section 11.15)."""
    if case.answer.status != 500 or not case.address.path.startswith("/harnesses/") or case.token is None:
        return None
    claims = case.token.claims
    if "client_id" in claims or not claims:
        return None
    rules = case.authorizer.jwt if case.authorizer else None
    confidence: Confidence = "probable" if rules is not None and rules.allowed_clients else "possible"
    cause = "id-token-sent" if is_id_token(claims) else "client-not-allowed"
    return Match(cause, confidence, {"claim": "client_id", "found": "-"})


def failed_in_stream(case: Case) -> Match | None:
    """A stream that ends in an exception before it said anything: its agent failed, or AgentCore did."""
    status = case.answer.status
    if case.target != "harness" or status is None or not 200 <= status < 300:
        return None
    kind = content(case)
    errors = {name: value for item in case.answer.objects for name, value in item.items()}
    exception = next((name for name in _EXCEPTIONS if name in errors), None)
    if exception is None or kind not in ("container", "error"):
        return None
    members = errors[exception]
    message = str(members.get("message") or "") if isinstance(members, dict) else ""
    return Match(_EXCEPTIONS[exception], "probable", {"message": message})


_EXCEPTIONS = {
    "runtimeClientError": "container-failed",
    "internalServerException": "service-fault",
    "validationException": "payload-rejected",
}
"""The exceptions of a harness's stream (botocore's model of InvokeHarness), and what each means."""

RULES: tuple[Rule, ...] = (harness_fault, failed_in_stream)
