"""The steps of a login as they are shown: by the documents that were read, and by the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agentcore_probe.judge.decision import combined_decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.login_documents import challenge_url
from agentcore_probe.model import login_chain
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.login_chain import LoginStep, StepId, StepResult
from agentcore_probe.probes.context import Result
from agentcore_probe.probes.login_documents import ENDPOINTS, LoginDocuments

_UNKNOWN = ("none", "unexplained")


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
    return failed(step, str(cause) if is_in_answer else reason, shown, values)


def call_step(
    exchanges: Sequence[Exchange], result: Result, deployed: Configuration, related: Iterable[Exchange]
) -> LoginStep:
    """The call with the token.

    Args:
        exchanges: of the call, at least one.
        result: what its probe returned.
        deployed: what is deployed.
        related: the exchanges before it.
    """
    if combined_decision(tuple(exchanges), deployed) != "accepted":
        cause, values = _cause_of(exchanges[-1], deployed, related)
        return failed("call", cause or "unexplained", exchanges[-1], values)
    tools = result.facts.get("tools")
    if isinstance(tools, list):
        return passed("call", "tools-listed", count=str(len(tools)))
    return passed("call", "call-accepted")


def discovery_steps(found: LoginDocuments, deployed: Configuration) -> tuple[LoginStep, ...]:
    """The steps before a client is needed, up to the first that fails.

    Args:
        found: the documents that the client uses.
        deployed: what is deployed.
    """
    steps: list[LoginStep] = []
    for step in _discovery_steps(found, deployed):
        steps.append(step)
        if step.result == "failed":
            break
    return tuple(steps)


def _discovery_steps(found: LoginDocuments, deployed: Configuration) -> Iterator[LoginStep]:
    challenge = next(item for item in found.exchanges if item.step == login_chain.CHALLENGE)
    cause, values = _cause_of(challenge, deployed, ())
    named = challenge_url(challenge)
    if named is not None:
        yield passed("challenge", "challenged", url=named)
    else:
        result: StepResult = "failed" if found.resource is None else "warning"
        yield failed("challenge", cause or "no-metadata-url", challenge, values).model_copy(
            update={"result": result}
        )
    yield _document("resource-metadata", login_chain.RESOURCE_METADATA, found.resource, found, deployed)
    yield _document("server-metadata", login_chain.SERVER_METADATA, found.server, found, deployed)
    missing = [name for name in ENDPOINTS if not isinstance(found.document.get(name), str)]
    if missing:
        reason = "no-token-endpoint" if "token_endpoint" in missing else "no-authorization-endpoint"
        yield failed("server-capabilities", reason, found.server)
    elif next(found.unsafe_endpoints(), None) is not None:
        yield failed("server-capabilities", "endpoint-not-safe", found.server)
    else:
        yield passed("server-capabilities", "endpoints-listed")


def _document(
    step: StepId, name: str, used: Exchange | None, found: LoginDocuments, deployed: Configuration
) -> LoginStep:
    """A step that reads a document: it fails where there is none, or where what it says is wrong."""
    shown = used or next((item for item in found.exchanges if item.step == name), None)
    cause, values = _cause_of(shown, deployed, ())
    if used is None or cause is not None:
        return failed(step, cause or "no-document", shown, values)
    return passed(step, "document-read", url=used.request.url)


def _cause_of(
    exchange: Exchange | None, deployed: Configuration, related: Iterable[Exchange]
) -> tuple[str | None, dict[str, str]]:
    """The cause that an exchange shows, with the values of its text; None where it shows none."""
    if exchange is None:
        return None, {}
    diagnosis = diagnose(Case(exchange, deployed, tuple(related)))
    return (None, {}) if diagnosis.cause in _UNKNOWN else (diagnosis.cause, diagnosis.values)
