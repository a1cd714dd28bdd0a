"""The section of several callers: a matrix as picture and table, tools, causes; only where there are several."""

from __future__ import annotations

import re
from functools import cache

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.identity import NamedIdentity, Wanted
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.registry import number, numbered
from agentcore_probe.report.report import Report
from agentcore_probe.report.view import View
from agentcore_probe.report.view.callers import caller_rows
from tests.embedded import observed, recorded

SETUP = LocalSetup(identities=True, runtime_authorizer="iam")


@cache
def run() -> RunRecord:
    return observed(Environment(name="t", local=SETUP), controls="few", experiments=False)


def expecting(**wanted: Wanted) -> RunRecord:
    """The record with what is wanted of some callers."""
    record = run()
    own = record.environment.identities or {}
    callers = {
        name: caller.model_copy(update={"expect": wanted.get(name)}) if name in wanted else caller
        for name, caller in own.items()
    }
    return record.model_copy(
        update={"environment": record.environment.model_copy(update={"identities": callers})}
    )


def view_of(record: RunRecord, language: str = "en") -> View:
    return View(record, judge(record), messages(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_has_a_cell_with_symbol_word_and_evidence(language: str) -> None:
    """Colour is never the only sign, and every link has its target on the page."""
    report = Report(expecting(staff="refused"), language)
    html, evidence = report.callers().html, report.evidence().html
    prefix, words = report.view.prefix, report.view.messages
    for finding in report.judgement.identities:
        cell = re.search(
            rf'<td class="outcome[^"]*" data-label="[^"]*" id="{prefix}row-{finding.method}">(.*?)</td>', html
        )
        assert cell is not None, finding.method
        assert re.search(r'class="sign" aria-hidden="true">[✓✗?!–]<', cell[1])
        assert (
            words("decision-accepted") in cell[1]
            or words("decision-refused") in cell[1]
            or "–" in cell[1]
            or (finding.observed is None)
        )
        for anchor in re.findall(r'href="#([^"]*)"', cell[1]):
            assert f'id="{anchor}"' in evidence
    assert html.count("<svg") == 1


def test_what_is_wanted_is_in_brackets_where_it_differs() -> None:
    """In the cell, and nowhere else."""
    rows = {row["name"]: row for row in caller_rows(view_of(expecting(staff="refused", admin="accepted")))}
    assert rows["staff"]["cells"]["gateway"]["word"] == "accepted (should be refused)"
    assert "should be" not in rows["staff"]["cells"]["runtime"]["word"]
    assert "should be" not in rows["admin"]["cells"]["gateway"]["word"]
    assert rows["admin"]["cells"]["runtime"]["word"].endswith(" (should be accepted)")


def test_the_tools_that_only_others_see_are_named() -> None:
    """The policy engine hides them."""
    rows = {row["name"]: row["tools"] for row in caller_rows(view_of(run()))}
    assert rows["admin"] == "3 tools"
    assert rows["staff"].startswith("1 of 3 tools; not listed: echo-tool___echo")
    assert rows["guest"] == ""


def test_a_disabled_user_is_refused_at_the_login_and_its_old_tokens_are_not() -> None:
    """The truth about JWTs is said where it matters."""
    record = expecting(former="refused")
    view = view_of(record)
    (row,) = (row for row in caller_rows(view) if row["name"] == "former")
    assert {cell["word"] for cell in row["cells"].values()} == {"refused at login"}
    assert {cell["outcome"] for cell in row["cells"].values()} == {"as-expected"}
    assert view.messages("callers-token-outlives-login") in Report(record).callers().html


def test_a_page_without_callers_has_no_such_section() -> None:
    """The numbers of the sections after it are as before."""
    report = Report(recorded(LocalSetup(), "few"))
    assert report.callers() is None
    assert "callers" not in numbered(report.view)
    assert number("checklist", report.view) == 4
    assert number("checklist", view_of(run())) == 5


def test_names_of_callers_stay_text() -> None:
    """A record may hold any name."""
    evil = "<script>alert(1)</script>"
    record = run()
    (first, *others) = record.identities
    observations = tuple(
        observation.model_copy(update={"method": observation.method.replace("admin:", f"{evil}:")})
        for observation in first.observations
    )
    named = first.model_copy(update={"name": evil, "observations": observations})
    callers = {evil: NamedIdentity(username=evil), **(record.environment.identities or {})}
    environment = record.environment.model_copy(update={"identities": callers})
    html = (
        Report(record.model_copy(update={"identities": (named, *others), "environment": environment}))
        .callers()
        .html
    )
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
