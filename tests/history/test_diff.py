"""Differences between two runs: verdict first, then rows, then configuration; no times."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.history.diff import Difference, compare
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")


@pytest.fixture
def facts() -> dict[str, Any]:
    """The sample's facts, to be changed."""
    copy: dict[str, Any] = json.loads(json.dumps(SAMPLE.facts()))
    return copy


def test_times_are_not_compared(facts: dict[str, Any]) -> None:
    """Neither of the run nor of an exchange."""
    facts["provenance"]["started"] = "2026-01-01T00:00:00Z"
    facts["exchanges"][0]["timings"] = {"first_byte": 12.5}
    assert compare(SAMPLE, RunRecord.model_validate(facts)) == []


def test_a_row_that_differs_is_compared_by_its_properties(facts: dict[str, Any]) -> None:
    """Decision, expectation, outcome and cause; unchanged rows have none."""
    facts["observations"][1]["decision"] = "accepted"
    facts["exchanges"][1]["response"] |= {"status": 200, "body": '{"result": "hello"}'}
    differences = {
        difference.where: difference for difference in compare(SAMPLE, RunRecord.model_validate(facts))
    }
    assert differences["runtime-jwt observed"] == Difference("runtime-jwt observed", "undecided", "accepted")
    assert differences["runtime-jwt outcome"].before == "unexpected"
    assert not [where for where in differences if where.startswith("gateway-jwt")]


def test_the_verdict_is_first(facts: dict[str, Any]) -> None:
    """Here it changes, as nothing is unexpected any more."""
    facts["observations"] = facts["observations"][:1]
    differences = compare(SAMPLE, RunRecord.model_validate(facts))
    assert differences[0].where == "verdict"
    assert differences[0].before == "not-verified"


def test_a_row_of_one_run_only_is_absent_in_the_other(facts: dict[str, Any]) -> None:
    """None, in either direction."""
    facts["observations"] = facts["observations"][:2]
    shorter = RunRecord.model_validate(facts)
    for before, after, expected in (
        (SAMPLE, shorter, ("refused", None)),
        (shorter, SAMPLE, (None, "refused")),
    ):
        differences = {difference.where: difference for difference in compare(before, after)}
        observed = differences["runtime-cli observed"]
        assert (observed.before, observed.after) == expected


def test_configuration_is_compared_leaf_by_leaf(facts: dict[str, Any]) -> None:
    """By the path of the field, with list items by their index."""
    facts["configuration"]["issuers"] = [
        {"issuer": "https://a.example", "keys": ["k1"]},
        {"issuer": "https://b.example"},
    ]
    old = RunRecord.model_validate(facts)
    facts["configuration"]["issuers"][0]["keys"] = ["k2", "k3"]
    new = RunRecord.model_validate(facts)
    differences = compare(old, new)
    assert Difference("issuers[0].keys[0]", "k1", "k2") in differences
    assert Difference("issuers[0].keys[1]", None, "k3") in differences
    assert not [difference for difference in differences if difference.where.startswith("issuers[1]")]
