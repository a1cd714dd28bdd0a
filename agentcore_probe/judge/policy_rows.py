"""The rows of `gateway-policy`: what the policies predict for them, and each tool by each caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic import ValidationError

from agentcore_probe.judge.decision import TOOL_CALL, UNDER_POLICY, decision
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.policy import judged
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, ConfigurationFinding, Prediction
from agentcore_probe.model.methods import caller_of, method
from agentcore_probe.model.policy_engine import (
    OTHER_TOOLS,
    PolicyPrediction,
    ToolOutcome,
    ToolPrediction,
    ToolResult,
)
from agentcore_probe.model.record import Observation, RunRecord


def is_under_policy(observation: Observation) -> bool:
    """Whether an observation is one of these rows."""
    row = method(observation.method)
    return row is not None and row.entrance == UNDER_POLICY


def with_policies(
    predicted: Prediction, observation: Observation, exchanges: Iterable[Exchange]
) -> Prediction:
    """The prediction of a row, with what the policies say of the calls that it makes.

    Args:
        predicted: by the authorizer.
        observation: of the row.
        exchanges: of the row.
    """
    policies = _prediction_of(observation)
    called = [name for name, _ in _calls(exchanges)]
    if predicted.decision != "accepted" or policies is None or policies.mode != "ENFORCE" or not called:
        return predicted
    found = [(name, policies.of(name)) for name in called]
    checks = tuple(_check(name, tool) for name, tool in found)
    decisions = {tool.called if tool else None for _, tool in found}
    because = (*predicted.because, *checks)
    if "deny" in decisions:
        return Prediction(decision="refused", cause="policy-denied", because=because)
    return Prediction(decision=None if None in decisions else "accepted", because=because)


def _check(name: str, tool: ToolPrediction | None) -> Check:
    passed = {"permit": True, "deny": False}.get((tool.called if tool else None) or "")
    by = f" ({', '.join(tool.by)})" if tool is not None and tool.by else ""
    return Check(id="policy", passed=passed, detail=f"{name}{by}")


def could_list(observation: Observation) -> bool:
    """Whether the caller could list tools, so that the denial of a call is about the tool."""
    return is_under_policy(observation) and "tools" in observation.facts


def tool_results(record: RunRecord) -> tuple[ToolResult, ...]:
    """Each tool by each caller that was to see it: callers in the order of the report, tools as they were first named."""
    rows = [
        _Row(observation, record)
        for observation in record.all_observations
        if is_under_policy(observation) and _reaches_engine(record.of(observation), record.configuration)
    ]
    tools = dict.fromkeys(tool for row in rows for tool in row.tools)
    seen = {tool for row in rows for tool in (*(row.listed or ()), *row.called)}
    return tuple(row.result(tool, is_seen=tool in seen) for row in rows for tool in tools)


def check_tools(results: Iterable[ToolResult], record: RunRecord) -> Iterator[ConfigurationFinding]:
    """Callers who are shown no tool at all although the engine has policies that are enforced.

    Args:
        results: of the run.
        record: the run's facts.
    """
    gateway = record.configuration.gateway
    engine = gateway.engine if gateway is not None else None
    is_empty = engine is not None and not any(policy.is_enforced for policy in engine.policies or ())
    if gateway is None or gateway.policy_engine != "ENFORCE" or is_empty:
        return
    lists: dict[str, bool | None] = {}
    for result in results:
        lists[result.method] = lists.get(result.method) or result.listed
    hidden = [caller_of(method) or "" for method, is_any_listed in lists.items() if is_any_listed is False]
    if hidden:
        names = ", ".join(name for name in hidden if name)
        values = {"names": names, "own": "yes" if "" in hidden else "no"}
        yield ConfigurationFinding(id="policy-hides-every-tool", severity="warning", values=values)


def _reaches_engine(exchanges: Iterable[Exchange], configuration: Configuration) -> bool:
    """Whether the authorizer let a caller pass, so that the policy engine judged it."""
    cases = (Case(exchange, configuration) for exchange in exchanges)
    return any(decision(case) == "accepted" or judged(case) is not None for case in cases)


def contradicts(results: Iterable[ToolResult], id: str) -> bool:
    """Whether a tool's result contradicts the policies, for one access method or way in."""
    return any(result.method == id and result.outcome == "unexpected" for result in results)


class _Call(NamedTuple):
    """What the call of a tool got."""

    decision: Decision
    denied_by: str | None
    evidence: str


class _Row:
    """One caller's list and calls."""

    def __init__(self, observation: Observation, record: RunRecord) -> None:
        self._id = observation.method
        self._policies = _prediction_of(observation)
        exchanges = record.of(observation)
        self._calls = {name: _call(exchange, record.configuration) for name, exchange in _calls(exchanges)}
        self._pages = [exchange.id for exchange in exchanges if exchange.step.startswith("tools/list")]
        facts = observation.facts
        tools = facts.get("tools") if facts.get("complete") is not False else None
        self.listed = None if tools is None else frozenset(map(str, tools))

    @property
    def called(self) -> Iterator[str]:
        """The tools that this caller could call."""
        return (tool for tool, call in self._calls.items() if call.decision == "accepted")

    @property
    def tools(self) -> Iterator[str]:
        """The tools that this caller's list, calls and prediction name."""
        yield from self._calls
        yield from sorted(self.listed or ())
        for prediction in self._policies.tools if self._policies else ():
            if prediction.tool != OTHER_TOOLS:
                yield prediction.tool

    def result(self, tool: str, *, is_seen: bool) -> ToolResult:
        """What one tool came to.

        Args:
            tool: its name.
            is_seen: whether any caller is shown it, or could call it, so that it exists.
        """
        policies, call = self._policies, self._calls.get(tool)
        predicted = policies.of(tool) if policies is not None else None
        listed = None if self.listed is None else tool in self.listed
        result = ToolResult(
            method=self._id,
            tool=tool,
            may_list=predicted.listed if predicted else None,
            may_call=(predicted.called or predicted.listed) if predicted else None,
            listed=listed,
            called=call.decision if call else None,
            by=predicted.by if predicted else (),
            denied_by=call.denied_by if call else None,
            why=(predicted.why if predicted else None) or (policies.why if policies else None),
            evidence=(call.evidence,) if call else tuple(self._pages[:1]),
        )
        mode = policies.mode if policies else None
        return result.model_copy(
            update={
                "outcome": _outcome(result, mode, is_seen=is_seen),
                "would_lose": mode == "LOG_ONLY" and result.may_call == "deny" and listed is True,
            }
        )


def _outcome(result: ToolResult, mode: str | None, *, is_seen: bool) -> ToolOutcome:
    """Whether prediction and observation agree; an engine that only logs must change nothing."""
    if mode == "LOG_ONLY":
        return "unexpected" if result.denied_by is not None else "as-expected"
    if mode != "ENFORCE":
        return "not-determined"
    agreements = []
    if result.called in ("accepted", "refused") and result.may_call is not None:
        agreements.append((result.called == "accepted") == (result.may_call == "permit"))
    # A tool that nobody sees need not exist, although policies permit it.
    is_certain = is_seen or result.may_list == "deny"
    if result.listed is not None and result.may_list is not None and is_certain:
        agreements.append(result.listed == (result.may_list == "permit"))
    if not agreements:
        return "not-determined"
    return "as-expected" if all(agreements) else "unexpected"


def _call(exchange: Exchange, configuration: Configuration) -> _Call:
    case = Case(exchange, configuration)
    match = judged(case)
    is_denied = match is not None and match.cause == "policy-denied"
    return _Call(
        decision=decision(case),
        denied_by=match.values.get("policy", "") if match is not None and is_denied else None,
        evidence=exchange.id,
    )


def _calls(exchanges: Iterable[Exchange]) -> Iterator[tuple[str, Exchange]]:
    for exchange in exchanges:
        if exchange.step.startswith(TOOL_CALL):
            yield exchange.step.removeprefix(TOOL_CALL), exchange


def _prediction_of(observation: Observation) -> PolicyPrediction | None:
    """What was predicted for a row before its calls; None where a record has something else there."""
    try:
        return PolicyPrediction.model_validate(observation.facts.get("policy") or {})
    except ValidationError:
        return None
