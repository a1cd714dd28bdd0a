"""Which findings make the exit code 1: by kind, and by what a baseline has already."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, get_args

import pytest

from agentcore_probe import api
from agentcore_probe.commands.ci_options import _KINDS, CiOptions
from agentcore_probe.history.gate import DEFAULT_KINDS, GateResult, Kind, Problem, apply_gate
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.record import RunRecord
from tests.embedded import recorded

Change = Callable[[dict[str, Any]], object]
"""Changes the facts of a run."""


@pytest.fixture(scope="module")
def verified() -> RunRecord:
    """A run of the healthy embedded AgentCore."""
    return recorded(LocalSetup(), "few")


def changed(record: RunRecord, *changes: Change) -> RunRecord:
    facts = copy.deepcopy(record.facts())
    for change in changes:
        change(facts)
    return RunRecord.model_validate(facts)


def exchange(facts: dict[str, Any], **properties: str) -> dict[str, Any]:
    """The first exchange with these properties."""
    found: dict[str, Any] = next(
        one for one in facts["exchanges"] if properties.items() <= {**one, "method": method(one)}.items()
    )
    return found


def method(one: dict[str, Any]) -> str:
    return str(one["id"]).rpartition("/")[0]


def row(facts: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in facts["observations"] if one["method"] == name)
    return found


def hole(forgery: str) -> Change:
    """The Runtime accepts tokens with this forgery."""

    def change(facts: dict[str, Any]) -> None:
        accepted = exchange(facts, method="runtime-jwt", step="invoke")["response"]
        for one in facts["exchanges"]:
            if method(one) == "runtime-jwt-forged" and one.get("forged") == forgery:
                one["response"] = accepted
        row(facts, "runtime-jwt-forged")["decision"] = "accepted"

    return change


def timed_out(facts: dict[str, Any]) -> None:
    """One control of the Gateway has no answer, so its row is undecided."""
    one = exchange(facts, method="gateway-anonymous")
    del one["response"]
    one["fault"] = {"kind": "timeout", "detail": "1 s"}
    row(facts, "gateway-anonymous")["decision"] = "undecided"


def target_failed(facts: dict[str, Any]) -> None:
    facts["configuration"]["gateway"]["targets"][0]["status"] = "FAILED"


def stale(facts: dict[str, Any]) -> None:
    """The file expects that a call is refused which is accepted."""
    facts["environment"]["expect"] = {"gateway-sigv4": {"decision": "accepted", "reason": "t"}}


def redeployed(facts: dict[str, Any]) -> None:
    facts["configuration"]["runtime"]["endpoints"][0]["live_version"] = "2"
    facts["configuration"]["runtime"]["endpoints"][0]["target_version"] = "2"


def as_today(facts: dict[str, Any]) -> None:
    """Nothing is changed."""


def gate(
    record: RunRecord,
    *kinds: Kind,
    baseline: RunRecord | None = None,
    previous: RunRecord | None = None,
) -> GateResult:
    return apply_gate(
        record, api.judge(record), frozenset(kinds) or DEFAULT_KINDS, baseline=baseline, previous=previous
    )


@pytest.mark.parametrize(
    ("change", "failing"),
    # the kinds that make the exit code 1, each alone; changes are counted from the healthy run
    [
        (as_today, set()),
        (hole("foreign-key"), {"unexpected", "change"}),
        (timed_out, {"error", "change"}),
        (target_failed, {"unexpected", "change"}),
        (stale, {"unexpected", "change"}),
        (redeployed, {"change"}),
    ],
)
def test_each_kind_counts_its_own_findings(verified: RunRecord, change: Change, failing: set[Kind]) -> None:
    """Alone or together, and the default follows the verdict."""
    record = changed(verified, change)
    for kind in get_args(Kind):
        result = gate(record, kind, previous=verified)
        assert bool(result.failing) == (kind in failing), kind
        assert {problem.kind for problem in result.failing} <= {kind}
        assert not result.known
    assert bool(gate(record, *get_args(Kind), previous=verified).failing) == bool(failing)
    is_verified = api.judge(record).verdict == "verified"
    assert is_verified == (not gate(record).failing)
    assert is_verified == failing.isdisjoint(DEFAULT_KINDS)


def test_without_rows_nothing_was_found_out(verified: RunRecord) -> None:
    """An error, as the verdict is inconclusive."""
    record = changed(verified, lambda facts: facts.update(observations=[]))
    assert api.judge(record).verdict == "inconclusive"
    assert gate(record).failing == (Problem("error", "verdict", "no access method applies"),)


def test_without_an_earlier_run_nothing_changed(verified: RunRecord) -> None:
    """There is nothing to compare with, which is not the same as no differences."""
    result = gate(changed(verified, target_failed), "change")
    assert (result.failing, result.differences) == ((), None)
    assert [problem.where for problem in result.ignored if problem.where == "configuration"]


@pytest.mark.parametrize("change", [hole("foreign-key"), timed_out, target_failed, stale])
def test_what_the_baseline_has_does_not_count(verified: RunRecord, change: Change) -> None:
    """And what it does not have, does."""
    record = changed(verified, change)
    result = gate(record, baseline=record)
    assert (result.failing, result.differences) == ((), ())
    assert result.known
    new = gate(record, baseline=verified)
    assert new.failing == result.known
    assert new.differences


def test_a_further_hole_in_a_row_with_a_hole_is_new(verified: RunRecord) -> None:
    """Outcome and cause of the row are the same."""
    forgeries = [
        one["forged"] for one in verified.facts()["exchanges"] if method(one) == "runtime-jwt-forged"
    ]
    first, second, *_ = dict.fromkeys(forgeries)
    baseline = changed(verified, hole(first))
    result = gate(changed(verified, hole(first), hole(second)), baseline=baseline)
    assert result.failing == (Problem("unexpected", "runtime-jwt-forged", f"accepted: {second}"),)
    assert [difference.where for difference in result.differences or ()] == [
        "runtime-jwt-forged wrongly accepted"
    ]


def test_a_finding_that_is_gone_is_a_change_only(verified: RunRecord) -> None:
    """It fails where changes count, since the baseline is out of date."""
    baseline = changed(verified, target_failed)
    assert not gate(verified, baseline=baseline).failing
    assert {problem.kind for problem in gate(verified, "change", baseline=baseline).failing} == {"change"}


def test_a_run_of_one_method_is_compared_by_its_rows(verified: RunRecord) -> None:
    """Rows that were not tested are no difference."""
    record = changed(
        verified, lambda facts: facts.update(observations=[row(facts, "runtime-jwt")]), redeployed
    )
    result = gate(record, "change", baseline=verified)
    assert {problem.where.partition("[")[0] for problem in result.failing} == {"runtime.endpoints"}


def test_the_command_line_has_the_same_kinds() -> None:
    """It does not import the gate, which takes longer than `--help` may."""
    assert get_args(Kind) == _KINDS
    assert CiOptions().fail_on == DEFAULT_KINDS
