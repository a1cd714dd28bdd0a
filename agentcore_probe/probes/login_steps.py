"""The steps of a login as they are shown: by the documents that were read, and by the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from agentcore_probe.judge.decision import combined_decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.login_chain import STEPS, LoginStep, StepId
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.client_choice import ClientChoice
from agentcore_probe.probes.context import Result
from agentcore_probe.probes.login_documents import LoginDocuments

_UNKNOWN = ("none", "unexplained")
_MALFORMED = ("resource-metadata-malformed", "server-metadata-malformed")
"""Reasons of a document that is of no use to any client."""
NO_LOGIN_NEEDED = "no-login-needed"
"""The reason of a challenge that there is not: the call without a credential is accepted."""


def passed(step: StepId, reason: str, **values: str) -> LoginStep:
    """A step that succeeded.

    Args:
        step: which one.
        reason: the id of its sentence.
        values: the variables of the sentence.
    """
    return LoginStep(step=step, result="passed", reason=reason, values=values)


def failed(
    step: StepId, reason: str, shown: Exchange | None, values: Mapping[str, str] | None = None
) -> LoginStep:
    """A step at which the login ended.

    Args:
        step: which one.
        reason: the id of its sentence, or of a cause.
        shown: the exchange that shows it, if one does.
        values: the variables of the sentence.
    """
    evidence = (shown.id,) if shown is not None else ()
    return LoginStep(step=step, result="failed", reason=reason, values=dict(values or {}), evidence=evidence)


def refused_login(
    step: StepId,
    reason: str,
    shown: Exchange | None,
    deployed: Configuration,
    exchanges: Sequence[Exchange],
) -> LoginStep:
    """The step of the login itself that failed, by the cause that its answer shows.

    Args:
        step: which one.
        reason: why there is no token (`flows.flow.NoTokens`).
        shown: the exchange that shows it, if one does.
        deployed: what is deployed.
        exchanges: of the login.
    """
    cause, values = _cause_of(shown, deployed, exchanges)
    is_in_answer = reason == "no-token" and cause is not None
    if shown is not None and cause == "oauth-scope-invalid":
        values |= _refused_scopes(shown, deployed)
    return failed(step, str(cause) if is_in_answer else reason, shown, values)


def _refused_scopes(shown: Exchange, deployed: Configuration) -> dict[str, str]:
    """The scopes of a request that the app client may not have; all of them where that is not known."""
    asked = " ".join(parse_qs(urlsplit(shown.request.url).query).get("scope", ())).split()
    allowed = deployed.client.oauth_scopes if deployed.client is not None else None
    refused = [scope for scope in asked if scope not in (allowed or ())]
    is_certain = allowed is not None or len(refused) == 1
    known = ("all" if is_certain else "some") if refused else "none"
    return {"scopes": " ".join(refused), "known": known}


def call_step(
    exchanges: Sequence[Exchange],
    result: Result,
    deployed: Configuration,
    related: Iterable[Exchange],
    *,
    protocol: str = "MCP",
) -> LoginStep:
    """The call with the token.

    Args:
        exchanges: of the call, at least one.
        result: what its probe returned.
        deployed: what is deployed.
        related: the exchanges before it.
        protocol: of the call.
    """
    if combined_decision(tuple(exchanges), deployed) != "accepted":
        cause, values = _cause_of(exchanges[-1], deployed, related)
        return failed("call", cause or "unexplained", exchanges[-1], values)
    tools = result.facts.get("tools")
    if isinstance(tools, list):
        return passed("call", "tools-listed", count=str(len(tools)))
    if protocol != "MCP":
        step = passed("call", "protocol-not-mcp", protocol=protocol)
        return step.model_copy(update={"result": "warning"})
    return passed("call", "call-accepted")


def discovery_steps(found: LoginDocuments, record: RunRecord, choice: ClientChoice) -> tuple[LoginStep, ...]:
    """The steps before a client is needed, up to the first that fails.

    A document that was not read ends the login, too: a later place may belong to somebody else than the first.

    Args:
        found: the documents that the client uses.
        record: has the documents, and what is deployed.
        choice: the client.
    """
    observed = (
        step for chain in login_chains(record) if chain.target == choice.target for step in chain.steps
    )
    steps: list[LoginStep] = []
    for step in filter(is_before_client, observed):
        unsafe = found.unsafe_endpoints(registers=choice.registers)
        is_usable = step.step != "server-capabilities" or next(unsafe, None) is None
        shown = step.model_copy(update={"result": "failed"}) if _is_unread(step) else step
        steps.append(shown if is_usable else failed(step.step, "endpoint-not-safe", found.server))
        if steps[-1].result == "failed" or step.reason == NO_LOGIN_NEEDED:
            break
    return tuple(steps)


def exchange_of(step: LoginStep, exchanges: Sequence[Exchange], deployed: Configuration) -> str | None:
    """The id of the exchange that shows the cause of a step about documents; None where none shows it alone.

    Args:
        step: the step.
        exchanges: of the walk.
        deployed: what is deployed.
    """
    if step.reason in _MALFORMED:
        return next((item.id for item in exchanges if item.request.url == step.values.get("url")), None)
    shown = (item for item in exchanges if _cause_of(item, deployed, ())[0] == step.reason)
    return next((item.id for item in shown), None)


def is_before_client(step: LoginStep) -> bool:
    """Whether a step is about documents alone, which are the same for every client."""
    return STEPS.index(step.step) < STEPS.index("client-identity")


def _is_unread(step: LoginStep) -> bool:
    """Whether a step lacks the answer or the document that the steps after it are about."""
    return step.result == "unknown" and STEPS.index(step.step) < STEPS.index("server-capabilities")


def _cause_of(
    exchange: Exchange | None, deployed: Configuration, related: Iterable[Exchange]
) -> tuple[str | None, dict[str, str]]:
    """The cause that an exchange shows, with the values of its text; None where it shows none."""
    if exchange is None:
        return None, {}
    diagnosis = diagnose(Case(exchange, deployed, Related(related)))
    return (None, {}) if diagnosis.cause in _UNKNOWN else (diagnosis.cause, diagnosis.values)
