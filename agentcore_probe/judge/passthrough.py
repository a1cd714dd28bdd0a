"""What an answer through a passthrough target shows: the service behind it may say anything (docs/agentcore.md section 11.11)."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.methods.through_gateway import PASSTHROUGH


def is_passthrough(case: Case) -> bool:
    """Whether a call of a Gateway goes on to another service than a Runtime, as far as that is known."""
    if case.entrance:
        return case.entrance == PASSTHROUGH
    if case.target != "gateway" or case.gateway is None:
        return False
    target = case.gateway.target(case.address.path.lstrip("/").partition("/")[0])
    return target is not None and target.type == "PASSTHROUGH"


def is_gateways_own(case: Case) -> bool:
    """Whether an error has a mark of the Gateway's own: its challenge, AWS's error type, or a JSON-RPC code."""
    answer, response = case.answer, case.exchange.response
    has_type = response is not None and response.header("x-amzn-errortype") is not None
    names_gateway = "resource_metadata" in answer.challenge or answer.challenge.get("error") is not None
    return has_type or names_gateway or answer.rpc_code is not None or answer.is_agentcores_sentence


def is_of_service_behind(case: Case) -> bool:
    """Whether the service behind the target gave an answer that could be taken for the Gateway's refusal."""
    return is_passthrough(case) and case.answer.status in (401, 403) and not is_gateways_own(case)
