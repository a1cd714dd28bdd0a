"""Another service than AgentCore's data plane answered: an API of AWS, something in front, or somebody else's server.

Its refusal says nothing about the authorizer of a Runtime or Gateway.
"""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.senders import Sender
from agentcore_probe.judge.rules.iam import denied_by_iam, signature_fault
from agentcore_probe.judge.rules.match import Match, Rule

_AGENTCORES_APIS = ("AgentCore control plane", "AgentCore Identity", "AgentCore Memory")


def other_operation(case: Case) -> Match | None:
    """The error of an API that is not the data plane's: what it says of the caller, else whose it is."""
    sender = case.sender
    if sender is None or sender.id != "aws-api" or not case.is_error:
        return None
    answer = case.answer
    fault = signature_fault(case)
    if fault is not None:
        return Match(fault, values={"message": answer.message})
    denied = denied_by_iam(case)
    if denied is not None:
        return denied
    is_rejected = answer.is_type("Validation", "ParamValidationError", "InvalidParameter")
    if is_rejected and sender.name in _AGENTCORES_APIS:
        return Match("payload-rejected", values={"message": answer.message})
    return Match("answer-of-another-service", values=_values(case, sender))


def another_service(case: Case) -> Match | None:
    """A service of AWS, an identity provider or somebody else's server, by its headers, its words or its host."""
    sender = case.sender
    if sender is None or sender.id == "proxy":
        return None
    if sender.id == "front" and not sender.is_at(case.address.host):
        return None  # something on the way, perhaps to AgentCore
    if case.exchange.response is None or not (case.is_error or case.answer.from_aws is False):
        return None
    if case.service in ("cognito", "oauth") and (case.answer.error_type or sender.id == "provider"):
        return None  # the provider that was asked for a token
    response = case.exchange.response
    if response.status == 407 or response.header("x-amzn-remapped-www-authenticate"):
        return None
    is_certain = case.answer.sender is not None or sender.is_at(case.address.host)
    return Match("answer-of-another-service", "probable" if is_certain else "possible", _values(case, sender))


def unknown_host(case: Case) -> Match | None:
    """A refusal by a host of which nothing shows that AgentCore is behind it."""
    if not case.is_at_unknown_host or case.answer.status not in (401, 403) or case.answer.sender is not None:
        return None
    values = {"sender": case.address.host, "kind": "host", "message": case.answer.message}
    return Match("answer-of-another-service", "possible", values)


def _values(case: Case, sender: Sender) -> dict[str, str]:
    answer = case.answer
    return {
        "sender": sender.name,
        "kind": sender.id,
        "operation": answer.operation,
        "message": answer.message,
        "host": case.address.host,
    }


RULES: tuple[Rule, ...] = (other_operation, another_service)
