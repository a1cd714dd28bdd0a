"""Every output has the results of several callers: terminal, exports, comparisons, shared records, frames."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from agentcore_probe.commands.summary import print_summary
from agentcore_probe.history.diff import compare
from agentcore_probe.history.gate import apply_gate
from agentcore_probe.history.trend import read_history
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.methods import way_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.exports import EXPORTS
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.sharing import share_record
from agentcore_probe.store import parse_record, record_text
from tests.embedded import recorded

CELL = "staff:gateway-jwt"


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run with ten callers."""
    return recorded(LocalSetup(identities=True, runtime_authorizer="iam"), "few")


@pytest.fixture(scope="module")
def wrong(record: RunRecord) -> RunRecord:
    """The same where `staff`, whom the rules let in, is to be refused."""
    callers = dict(record.environment.identities or {})
    callers["staff"] = callers["staff"].model_copy(update={"expect": "refused"})
    return record.model_copy(
        update={"environment": record.environment.model_copy(update={"identities": callers})}
    )


@pytest.mark.parametrize("name", ["junit", "markdown", "sarif", "json_summary", "github"])
def test_an_export_has_the_wrong_result(wrong: RunRecord, name: str) -> None:
    """By its id or its name, as a failure."""
    judgement = judge(wrong)
    text = EXPORTS[name].text([EnvironmentResult("t", 1, record=wrong, judgement=judgement)])
    if name == "junit":
        case = ET.fromstring(text).find(f".//testcase[@name='{CELL}']")  # noqa: S314  (ours)
        assert case is not None
        assert case.find("failure") is not None
    elif name == "json_summary":
        (cell,) = (
            cell
            for cell in json.loads(text)["environments"][0]["callers"]
            if (cell["caller"], cell["method"]) == ("staff", "gateway-jwt")
        )
        assert (cell["outcome"], cell["reason"]) == ("unexpected", "rules-let-in")
    elif name == "sarif":
        results = json.loads(text)["runs"][0]["results"]
        assert CELL in [result["properties"]["method"] for result in results]
    elif name == "markdown":
        assert "- [ ] staff: Gateway MCP" in text
    else:
        assert f"{CELL.replace(':', '%3A')}" in text


def test_the_terminal_has_the_matrix_in_eighty_columns(
    wrong: RunRecord, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Symbols and words, and what is wanted where it differs."""
    monkeypatch.setenv("COLUMNS", "80")
    print_summary(wrong, judge(wrong), "en")
    out = capsys.readouterr().out
    table = out[out.index("\nCaller ") :]
    assert re.search(r"^staff +✗ accepted", table, re.M)
    assert re.search(r"^operator +✓ refused +✓ accepted", table, re.M)
    assert re.search(r"^former +. refused at login|^former +\? nothing sent", table, re.M)
    assert max(map(len, table.splitlines())) <= 80


def test_diff_gate_and_history_compare_results(record: RunRecord, wrong: RunRecord) -> None:
    """A baseline has the wrong result or not."""
    differences = {difference.where for difference in compare(record, wrong)}
    assert f"{CELL} outcome" in differences
    (problem,) = (
        item for item in apply_gate(wrong, judge(wrong), baseline=record).failing if item.where == CELL
    )
    assert problem.what.startswith("accepted instead of refused")
    known = apply_gate(wrong, judge(wrong), baseline=wrong)
    assert CELL in [item.where for item in known.known]
    assert CELL not in [item.where for item in known.failing]
    assert {row.method: row.runs for row in read_history([record, wrong]).rows}[CELL] == 1


def test_a_shared_record_has_pseudonyms_for_callers(record: RunRecord) -> None:
    """Users, roles and the names in the file; what was found stays."""
    shared = share_record(record)
    text = json.dumps(shared.facts())
    names = "bob|carol|dave|erin|staff|guest|former|lead|other-client|machine|auditor|contractor"
    assert not re.search(rf"(?<![A-Za-z])(?:{names})(?![A-Za-z])", text)
    before, after = (
        [(way_of(item.method), item.outcome, item.diagnosis.cause) for item in judge(facts).identities]
        for facts in (record, shared)
    )
    assert before == after


def test_a_record_with_callers_is_read_again(record: RunRecord) -> None:
    """With its digest; its judgement has them, too."""
    text = record_text(record, judge(record))
    assert parse_record(text, where="x") == record
    assert json.loads(text)["judgement"]["identities"]
