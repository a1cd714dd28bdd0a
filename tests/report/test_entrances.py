"""Rows of more than two entrances: the map in each output, folds by entrance, and what a file leaves out."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from agentcore_probe.commands.summary import print_summary
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import ENTRANCES, caller_of, method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.charts import matrix
from agentcore_probe.report.exports import EXPORTS
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.report.messages import messages
from agentcore_probe.report.report import Report
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import columns, groups, has_more_entrances, map_rows
from tests.embedded import observed, recorded

SETUP = LocalSetup(identities=True, harness="jwt", login_server=("server-metadata", "s256"))


@cache
def run(*entrances: str) -> RunRecord:
    """A run of ten callers through the entrances, `all` by default; its shell and its commands are open to its callers."""
    environment = Environment(name="t", local=SETUP, entrances=entrances or ("all",))
    return observed(environment, controls="few", experiments=False)


def view_of(record: RunRecord, language: str = "en") -> View:
    return View(record, judge(record), messages(language))


def test_two_entrances_are_shown_as_before() -> None:
    """No map, no folds, and no word of entrances."""
    report = Report(recorded(LocalSetup(), "few"))
    assert not has_more_entrances(report.view)
    for html in (report.access_methods().html, report.evidence().html, report.usage().html):
        assert "entrance" not in html
    assert matrix.draw(report.view).title == report.view.messages("matrix-title")  # type: ignore[union-attr]


def test_the_map_has_each_result_once_under_its_caller() -> None:
    """Of the environment's own caller and of every further one."""
    view = view_of(run())
    shown = Counter(cell["id"] for row in map_rows(view) for cells in row["cells"].values() for cell in cells)
    assert shown == Counter(finding.method for finding in view.judgement.all_findings)
    for row in map_rows(view):
        for column, cells in row["cells"].items():
            callers = {caller_of(cell["id"]) for cell in cells}
            assert callers <= ({column.removeprefix(":")} if column.startswith(":") else {None})
            assert all(method(cell["id"]).entrance == row["id"] for cell in cells)  # type: ignore[union-attr]
    assert [row["id"] for row in map_rows(view)] == [entrance.id for entrance in ENTRANCES]


def test_the_result_that_needs_attention_is_the_first_of_its_cell() -> None:
    """Of equals, the documented call: the ARN that is not encoded reaches no authorizer."""
    view = view_of(run())
    by_id = {group.id: group for group in groups(view)}
    assert [finding.method for finding in by_id["runtime-invocations"].of("jwt")] == [
        "runtime-jwt",
        "runtime-jwt-id-token",
        "runtime-jwt-raw-arn",
    ]
    changed = view.judgement.model_copy(
        update={
            "findings": tuple(
                finding.model_copy(update={"outcome": "unexpected"})
                if finding.method == "runtime-ws-jwt-subprotocol"
                else finding
                for finding in view.judgement.findings
            )
        }
    )
    worse = {group.id: group for group in groups(View(view.record, changed, view.messages))}["runtime-ws"]
    assert worse.worst == "unexpected"
    assert [finding.method for finding in worse.of("jwt")] == ["runtime-ws-jwt-subprotocol", "runtime-ws-jwt"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_leads_to_its_row(language: str) -> None:
    """One click from the map to the reason; each row is on the page once."""
    report = Report(run(), language)
    page = f"{report.access_methods().html}{report.callers().html}"
    prefix, ids = report.view.prefix, re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    for finding in report.judgement.all_findings:
        anchor = f"{prefix}row-{finding.method}"
        assert anchor in ids
        assert page.count(f'href="#{anchor}"') == 2  # from the table of a desk and from the fold of a phone
    for row in map_rows(report.view):
        assert f"{prefix}entrance-{row['id']}" in ids
    anchors = set(re.findall(r'href="#([^"]*)"', page))
    others = f"{report.evidence().html}{report.root_causes().html}"
    assert anchors <= set(ids) | set(re.findall(r'\bid="([^"]*)"', others))


def test_a_fold_is_open_where_something_is_wrong() -> None:
    """The callers of this file may run commands in the agent."""
    html = Report(run()).access_methods().html
    folds = dict(re.findall(r'<details class="row entrance [\w-]+" id="entrance-([\w-]+)"( open)?>', html))
    assert folds["runtime-command"] == folds["runtime-shell"] == " open"
    assert folds["gateway-mcp"] == folds["runtime-ws"] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_has_every_entrance_and_every_caller(language: str) -> None:
    """In words, and with what its short words mean."""
    view = view_of(run(), language)
    chart = matrix.draw(view)
    assert chart is not None
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", chart.svg)
    for row in map_rows(view):
        assert row["name"] in texts
    for column in columns(view):
        assert column.name in texts
    assert view.messages("map-legend") in chart.alt
    assert view.messages("map-title") == chart.title


def test_evidence_and_usage_name_each_entrance_once() -> None:
    """Above its rows and its lines."""
    report = Report(run())
    headings = re.findall(r'<h3 class="evidence-of">([^<]*)</h3>', report.evidence().html)
    assert headings[:3] == ["Gateway MCP", "Runtime invocations", "Runtime WebSocket"]
    assert len(headings) == len(set(headings))
    usage = re.findall(r'<h3 class="usage-of">([^<]*)</h3>', report.usage().html)
    assert usage[:2] == ["Gateway MCP", "Runtime invocations"]
    assert len(usage) == len(set(usage))


@pytest.mark.parametrize("width", [80, 140])
def test_the_terminal_has_the_map(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Within the columns that there are, each entrance and each caller; in brackets what is intended, where it differs."""
    monkeypatch.setenv("COLUMNS", str(width))
    record = run()
    print_summary(record, judge(record), "en")
    out = capsys.readouterr().out
    table = out[out.index("What each entrance decided") : out.index("\nTools under")]
    assert re.search(r"^Runtime WebSocket +✓ refused +✓ refused +✓ accepted +✓ refused", table, re.M)
    assert re.search(r"^Runtime shell +✓ refused +✓ refused +✗ accepted", table, re.M)
    assert re.search(r"^Runtime agent card +– +– +– +–", table, re.M)
    assert all(re.search(rf"^Entrance .*\b{caller.name}\b", table, re.M) for caller in record.identities)
    assert max(map(len, table.splitlines())) <= width
    assert "\n\n\n" not in out


def test_the_map_of_a_narrow_terminal_breaks_no_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The credentials are in several tables, then."""
    monkeypatch.setenv("COLUMNS", "60")
    record = run()
    print_summary(record, judge(record), "en")
    table = capsys.readouterr().out.partition("What each entrance decided")[2].partition("\nTools under")[0]
    assert re.search(r"^Runtime shell +✗ accepted \(refused\)", table, re.M)
    assert max(map(len, table.splitlines())) <= 60


def test_markdown_has_the_map_as_a_table() -> None:
    """With as many cells in each row as there are columns."""
    record = run()
    text = EXPORTS["markdown"].text([EnvironmentResult("t", 1, record=record, judgement=judge(record))])
    before, _, _ = text.partition("\n### Can this client connect?")
    lines = [line for line in before.splitlines() if line.startswith("|")]
    view = view_of(record)
    assert len(lines) == 2 + len(map_rows(view))
    assert {line.count(" | ") for line in (lines[0], *lines[2:])} == {len(columns(view))}
    assert "✗ accepted (refused)" in text
    for finding in view.judgement.findings:
        assert f"] {view.name(finding.method)} (".replace("_", "\\_") in text


def test_a_report_says_which_entrances_its_file_leaves_out() -> None:
    """Only where the file names some: files of earlier versions knew no others."""
    (gap,) = (gap for gap in judge(run("runtime-ws")).not_tried if gap.id == "entrances")
    assert gap.values["names"].split(", ") == [
        entrance.id
        for entrance in ENTRANCES
        if entrance.on_request and entrance.target in ("runtime", "gateway") and entrance.id != "runtime-ws"
    ]
    gaps = {gap.id for gap in judge(run()).not_tried}
    assert "entrances" not in gaps
    assert "other-calls" in gaps  # WebSockets were tried
    before = {gap.id for gap in judge(recorded(LocalSetup(), "few")).not_tried}
    assert "entrances" not in before
    assert "other-access-methods" in before
