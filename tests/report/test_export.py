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
from tests.conftest import PROJECT
from tests.embedded import observed


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run in which every row comes out as expected."""
    return observed(Environment(name="t", local=LocalSetup()))


def view_of(record: RunRecord) -> View:
    return View(record, api.judge(record), messages("en"))


def test_junit_has_a_case_for_each_row_and_one_for_the_verdict(record: RunRecord) -> None:
    """With times, so that a CI server can draw them."""
    root = ET.fromstring(junit([view_of(record)]))  # noqa: S314  (ours)
    (suite,) = root
    names = [case.get("name") for case in suite]
    assert (root.tag, suite.get("failures"), suite.get("errors")) == ("testsuites", "0", "0")
    assert names == [*(observation.method for observation in record.observations), "verdict"]
    assert int(suite.get("tests", "0")) == len(names)
    assert suite.get("timestamp")
    assert float(suite.find("testcase").get("time")) > 0  # type: ignore[union-attr,arg-type]


def test_a_stale_expectation_is_reported_everywhere(record: RunRecord) -> None:
    """No page is green beside a red exit code."""
    facts = record.facts()
    facts["environment"]["expect"] = {
        "runtime-sigv4": {"decision": "refused", "reason": "wanted", "until": "2026-01-01"}
    }
    stale = RunRecord.model_validate(facts)
    view = view_of(stale)
    assert view.judgement.verdict == "inconclusive"
    assert api.exit_code(stale, view.judgement) == 1
    assert "1 expectation in the environment file is out of date" in view.verdict["sentence"]
    assert "[expect.runtime-sigv4]" in markdown(view).replace("\\", "")
    (suite,) = ET.fromstring(junit([view]))  # noqa: S314  (ours)
    (failed,) = [case for case in suite if case.find("failure") is not None]
    assert failed.get("name") == "expect.runtime-sigv4"
    assert suite.get("failures") == "1"


def test_what_could_not_be_read_is_in_the_checklist() -> None:
    """With the permission that it needs."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("control-plane-denied",))))
    assert "AccessDeniedException (requires bedrock-agentcore:GetAgentRuntime)" in markdown(view_of(record))


def test_the_markdown_begins_with_what_to_do(record: RunRecord) -> None:
    """After the verdict; a line to paste is a code block that nothing in it can end, and a verified run has none."""
    assert "What to do now" not in markdown(view_of(record))
    sample = api.load(PROJECT / "environments" / "sample.record.json")
    text = markdown(view_of(sample))
    verdict, actions, rows = (text.index(part) for part in ("Not verified", "### What to do now", "- [x]"))
    assert verdict < actions < rows
    command = view_of(sample).actions()[0]["command"].splitlines()
    assert "\n\n" + "".join(f"       {line}\n" for line in command) in text


def test_control_characters_are_escaped(record: RunRecord) -> None:
    """Markdown is displayed in terminals, too."""
    facts = record.facts()
    facts["environment"]["name"] = "a\x1b[31mb\u202ec"
    text = markdown(view_of(RunRecord.model_validate(facts)))
    assert "\x1b" not in text
    assert "\u202e" not in text
