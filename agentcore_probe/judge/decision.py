"""What a response shows of authorization: accepted, refused or undecided (defined in docs/diagnosis.md)."""

from __future__ import annotations

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.container_words import is_containers
from agentcore_probe.judge.invalid_requests import decision_on_content, is_unmarked_refusal
from agentcore_probe.judge.judges import closing, judges_decision
from agentcore_probe.judge.oauth_metadata import documents_decision, is_about_documents
from agentcore_probe.judge.passthrough import is_of_service_behind, is_passthrough
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.login_documents import is_public_document, is_registration
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.judge.session_endpoint import session_decision
from agentcore_probe.judge.success import (
    content,
    has_json_rpc_result,
    is_answer,
    is_notification,
)
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import method as find_method

REFUSALS = (
    "AccessDenied", "Unauthorized", "UnrecognizedClient", "InvalidSignature", "ExpiredToken",
    "InvalidClientTokenId", "SignatureDoesNotMatch", "IncompleteSignature", "RequestExpired",
    "MissingAuthenticationToken", "UnauthorizedInboundToken",
)  # fmt: skip
"""Error types of a refusal; they decide if a pasted line shows no status."""
REFUSED_CODES = {-32001, -32002, "UNAUTHORIZED", "ACCESS_DENIED"}
"""The same as JSON-RPC and AG-UI codes (docs/agentcore.md section 2.1)."""


REFUSING_CHALLENGES = ("invalid_token", "insufficient_scope")
"""Errors of a challenge that come with 401 and 403 only (RFC 6750 section 3.1)."""

REFUSAL_WORDS = (
    r"claim '[^']+' value mismatch",
    r"authorization method mismatch",
    r"oauth authorization failed",
    r"(missing|invalid) (authentication|bearer) token",
    r"inbound ?token",
    r"insufficient[ _]scope",
    r"authorization failed for the provided token",
    r"requires oauth bearer token",
    r"is not authorized to perform",
    r"security token included in the request is (?:invalid|expired)",
    r"session token has expired",
    r"signature (?:expired|not yet current)",
    r"credential should be scoped to",
    r"request signature we calculated does not match",
)
"""What only an authorizer says; it decides if the status is unknown."""


def decision(case: Case) -> Decision:
    """What `case` shows of authorization: by the authorizer, or by another judge that refuses the caller."""
    row = case.sentence.row if case.sentence is not None else None
    if row is not None and row.cause and not (row.hides and case.exchange.response is not None):
        # What a client or a provider says is not an answer of AgentCore.
        return CAUSES[row.cause].decision if row.sender in ("agentcore", "aws", "other") else "undecided"
    if (at_session := session_decision(case)) is not None:
        return at_session
    if _is_without_judge(case):
        return "undecided" if closing(case) is None else "accepted"
    judged = judges_decision(case) or decision_on_content(case)
    if judged is not None:
        return judged
    answer = case.answer
    if answer.status in (424, 504) and case.is_control:
        return "undecided"  # nothing came from behind the authorizer
    if is_containers(case) or _is_behind(case):
        return "accepted"
    return _by_status(case)


def _by_status(case: Case) -> Decision:
    status = case.answer.status
    if status in (401, 403):
        return _with_refusing_status(case)
    if status is None:
        return _without_status(case)
    if status == 101:
        return "accepted"  # a WebSocket's handshake is what is authorized
    return _with_success_status(case) if 200 <= status < 300 else "undecided"


def _is_without_judge(case: Case) -> bool:
    """Whether no authorizer was asked, or its answer did not arrive."""
    address = case.address
    if case.exchange.fault is not None or case.answer.from_aws is False or case.sender is not None:
        return True
    if case.service in ("cognito", "oauth"):
        return True  # a login
    if case.service == "other" and is_registration(case.exchange.request):
        return True
    if is_public_document(address.path):
        return not (
            address.is_vpc_endpoint and case.answer.status == 403
        )  # only an endpoint policy refuses those
    if address.host_kind in ("control", "aws") and address.on_data_path:
        return True  # another service responded
    return address.is_former_registry


def _with_refusing_status(case: Case) -> Decision:
    has_result = case.is_control and has_json_rpc_result(case)
    if (
        has_result
        or is_unmarked_refusal(case)
        or is_throttled_403(case)
        or case.is_at_unknown_host
        or is_of_service_behind(case)
    ):
        return "undecided"
    return "refused"


def is_throttled_403(case: Case) -> bool:
    """Whether a 403 limits the rate of calls and says nothing about the caller."""
    answer = case.answer
    return answer.status == 403 and (
        answer.is_type("Throttling", "TooManyRequests")
        or answer.message_matches(r"^rate exceeded", r"\bthrottl(?:ed|ing)\b", r"\btoo many requests\b")
    )


def _is_behind(case: Case) -> bool:
    """Whether AgentCore reports a failure that only occurs behind the authorizer."""
    if case.answer.is_type("RuntimeClientError"):
        return True
    return case.answer.status in (424, 504) and _may_be_from_aws(case)


def _may_be_from_aws(case: Case) -> bool:
    """Whether AWS sent the response; a pasted one without headers does not show who did."""
    response = case.exchange.response
    return case.answer.from_aws is True or response is None or not response.headers


def combined_decision(
    exchanges: tuple[Exchange, ...], configuration: Configuration, related: tuple[Exchange, ...] = ()
) -> Decision:
    """What all exchanges of one access method show together.

    One acceptance is an acceptance. Controls must all be refused; otherwise, the last exchange decides, since a
    method stops at its first failure. An equal call again decides only if it was accepted, and the empty answer to a
    notification shows nothing beside them.

    Args:
        exchanges: of the method, in order.
        configuration: what is deployed.
        related: the run's other exchanges, which decide about a request that is invalid on purpose.
    """
    calls = [exchange for exchange in exchanges if not is_notification(exchange)]
    others = Related(related)
    decisions = {exchange.id: decision(Case(exchange, configuration, others)) for exchange in calls}
    if "accepted" in decisions.values():
        return "accepted"
    if any(exchange.must_be_refused for exchange in calls):
        return "refused" if set(decisions.values()) == {"refused"} else "undecided"
    first_calls = [decisions[exchange.id] for exchange in calls if exchange.control != "repeated"]
    return first_calls[-1] if first_calls else "undecided"


def row_decision(
    method: str,
    exchanges: tuple[Exchange, ...],
    configuration: Configuration,
    related: tuple[Exchange, ...] = (),
) -> Decision:
    """What all exchanges of a row show together.

    Under a policy engine, the calls of tools decide: everyone whom the authorizer accepts may list tools. Documents that
    anyone may read have a meaning of their own (`judge.oauth_metadata`).

    Args:
        method: the access method, or a further caller's way in.
        exchanges: in their order.
        configuration: what is deployed.
        related: the run's other exchanges.
    """
    if is_about_documents(method):
        return documents_decision(exchanges)
    row = find_method(method)
    calls = [exchange for exchange in exchanges if exchange.step.startswith(TOOL_CALL)]
    if row is None or row.entrance != UNDER_POLICY or not calls:
        return combined_decision(exchanges, configuration, related)
    decisions = {decision(Case(exchange, configuration)) for exchange in calls}
    order: tuple[Decision, ...] = ("refused", "undecided", "accepted")
    return next(one for one in order if one in decisions)


TOOL_CALL = "tools/call "
"""What the step of an exchange begins with that calls a tool, before its name."""
UNDER_POLICY = "gateway-policy"
"""The entrance whose rows are about the policy engine."""


def _with_success_status(case: Case) -> Decision:
    """A 2xx is an acceptance only if it contains what only an accepted caller gets.

    A control is held to more: an error that a server or agent may give to anyone shows no acceptance of it.
    """
    kind = content(case)
    if kind == "refusal":
        return "refused"
    if kind in ("result", "partial", "container") and not (
        case.is_control and case.answer.status in (202, 204) and not is_passthrough(case)
    ):
        return "accepted"
    if kind in ("agent", "server-error", "cut") and not case.is_control:
        return "accepted"
    return "undecided"


def _without_status(case: Case) -> Decision:
    """A pasted error line shows no status; its error type or its words decide."""
    if case.service not in ("runtime", "gateway"):
        return "undecided"  # no other API of AWS has this authorizer
    if case.answer.is_type(*REFUSALS) or case.answer.message_matches(*REFUSAL_WORDS):
        return "refused"
    if case.answer.challenge.get("error") in REFUSING_CHALLENGES:
        return "refused"
    return "accepted" if is_answer(case) else "undecided"
