"""JUnit for CI and Markdown for a ticket say what the page says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from agentcore_probe import api
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.export import junit, markdown
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from tests.embedded import observed


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run in which all is as it should be."""
    return observed(Environment(name="t", local=LocalSetup()))


def view(record: RunRecord) -> View:
    return View(record, api.judge(record), messages("en"))


def test_junit_has_a_case_for_each_row_and_one_for_the_verdict(record: RunRecord) -> None:
    """With times, so that a CI server can draw them."""
    whole = ET.fromstring(junit([view(record)]))  # noqa: S314  (ours)
    (suite,) = whole
    names = [each.get("name") for each in suite]
    assert (whole.tag, suite.get("failures"), suite.get("errors")) == ("testsuites", "0", "0")
    assert names == [*(each.method for each in record.observations), "verdict"]
    assert int(suite.get("tests", "0")) == len(names)
    assert suite.get("timestamp")
    assert float(suite.find("testcase").get("time")) > 0  # type: ignore[union-attr,arg-type]


def test_an_expectation_that_is_out_of_date_is_loud_everywhere(record: RunRecord) -> None:
    """No green page beside a red exit code."""
    told = record.facts()
    told["environment"]["expect"] = {
        "runtime-sigv4": {"decision": "refused", "reason": "wanted", "until": "2026-01-01"}
    }
    stale = RunRecord.model_validate(told)
    seen = view(stale)
    assert seen.judgement.verdict == "inconclusive"
    assert api.exit_code(stale, seen.judgement) == 1
    assert "1 expectation in the environment file is out of date" in seen.verdict["sentence"]
    assert "[expect.runtime-sigv4]" in markdown(seen).replace("\\", "")
    (suite,) = ET.fromstring(junit([seen]))  # noqa: S314  (ours)
    (failed,) = [case for case in suite if case.find("failure") is not None]
    assert failed.get("name") == "expect.runtime-sigv4"
    assert suite.get("failures") == "1"


def test_what_could_not_be_read_stands_in_the_checklist() -> None:
    """With the permission that it needs."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("control-plane-denied",))))
    assert "AccessDeniedException (requires bedrock-agentcore:GetAgentRuntime)" in markdown(view(record))


def test_control_characters_are_written_out(record: RunRecord) -> None:
    """Markdown is shown in terminals, too."""
    told = record.facts()
    told["environment"]["name"] = "a\x1b[31mb\u202ec"
    text = markdown(view(RunRecord.model_validate(told)))
    assert "\x1b" not in text
    assert "\u202e" not in text
