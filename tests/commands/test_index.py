"""`index`, and the index that `report` makes of several environments."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from agentcore_probe import store
from agentcore_probe.commands.index import write_index
from agentcore_probe.model.fleet import Fleet
from agentcore_probe.notebook.worker import Page, Worker
from agentcore_probe.storage import open_storage
from tests.conftest import PROJECT, Command
from tests.fleet.reports import days_ago, run_of, write_run

RECORDED = 'record = "sample.record.json"\n'


def states(project: Path) -> dict[str, str]:
    """The state of each environment in the index's facts."""
    fleet = Fleet.model_validate_json((project / "reports" / "fleet.json").read_bytes())
    return {state.environment: state.state for state in fleet.environments}


def links(page: Path) -> list[str]:
    """The links of a page to other files."""
    return re.findall(r'<a href="([^"#][^"]*)"', page.read_text("utf-8"))


@pytest.fixture
def three(project: Path) -> list[str]:
    """Two recorded environments, and one whose file cannot be read."""
    for name, text in (("one", RECORDED), ("two", RECORDED), ("broken", "region = [\n")):
        (project / "environments" / f"{name}.toml").write_text(text)
    return ["one", "two", "broken"]


def test_report_of_several_makes_the_index_of_everything_that_is_there(
    command_here: Command, project: Path, three: list[str]
) -> None:
    """Also of earlier commands and of what could not run; its links lead to pages. Then each alone renews it."""
    reports = project / "reports"
    write_run(reports, run_of("earlier", at=days_ago(2)))
    result = command_here("report", "two,one", "broken", "not-there")
    assert result.returncode == 2
    assert result.stdout.splitlines()[-2:] == ["2 not verified, 2 could not run", "reports/index.html"]
    assert states(project) == {
        "broken": "error",
        "earlier": "verified",
        "one": "not-verified",
        "two": "not-verified",
    }
    assert not (reports / "not-there").exists()
    page = reports / "index.html"
    assert len(links(page)) == 3
    assert all((reports / link).is_file() for link in links(page))
    assert "is not TOML" in page.read_text("utf-8")
    assert "could not run" in (reports / "badge.svg").read_text("utf-8")

    (project / "environments" / "broken.toml").write_text(RECORDED)
    assert command_here("report", "broken").returncode == 1
    assert states(project)["broken"] == "not-verified"
    assert not (reports / "broken" / "error.json").exists()


def test_an_index_that_cannot_be_made_leaves_the_former_one(
    command_here: Command, project: Path, three: list[str]
) -> None:
    """Exit 5, and why; the reports are written."""
    reports = project / "reports"
    for name in ("index.html", "fleet.json", "fleet.ipynb"):
        store.write(reports / name, f"the former {name}")
    notebook = project / "notebooks" / "fleet.ipynb"
    book = json.loads(notebook.read_text("utf-8"))
    next(cell for cell in book["cells"] if cell["id"] == "environments")["source"] = ["1 / 0"]
    notebook.write_text(json.dumps(book))
    result = command_here("report", *three[:2])
    assert result.returncode == 5
    assert "error: the index was not renewed: the notebook: cell 7 failed: ZeroDivisionError" in result.stderr
    assert all(
        (reports / name).read_text() == f"the former {name}"
        for name in ("index.html", "fleet.json", "fleet.ipynb")
    )
    assert len(list(reports.glob("*/2*/report.html"))) == 2
    next(cell for cell in book["cells"] if cell["id"] == "environments")["source"] = ["report.changes()"]
    notebook.write_text(json.dumps(book))
    result = command_here("index")
    assert result.returncode == 5
    assert "the notebook did not put out the section environments, the environment one" in result.stderr


@pytest.mark.slow
def test_a_notebook_that_leaves_something_out_is_an_error(command_here: Command, project: Path) -> None:
    """Whoever reads the page would take it for all there is."""
    write_run(project / "reports", run_of("one"))
    notebook = project / "notebooks" / "fleet.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("report.environments()", "report.changes()"))
    result = command_here("index")
    assert result.returncode == 5
    assert "the notebook did not put out the section environments, the environment one" in result.stderr


def test_index_makes_it_of_what_is_in_a_storage(command_here: Command, project: Path) -> None:
    """In both languages, in another folder; what cannot be read is named."""
    out = project / "elsewhere"
    write_run(out, run_of("prod", language="ja"))
    store.write(write_run(out, run_of("bad")) / "record.json", "{")
    result = command_here("index", "--out", "elsewhere", "--lang", "en,ja")
    assert result.returncode == 0
    assert "left out of the index: bad/20261130T060000Z/record.json: is not JSON" in result.stderr
    assert result.stdout.splitlines() == ["1 verified", "elsewhere/index.html"]
    page = (out / "index.html").read_text("utf-8")
    assert 'id="env-prod"' in page
    assert 'id="ja-env-prod"' in page
    assert "<script" not in page


@pytest.mark.slow
def test_the_language_is_that_of_most_environments(command_here: Command, project: Path) -> None:
    """And there is no link to a page that was pruned."""
    write_run(project / "reports", run_of("prod", language="ja"), page=False)
    assert command_here("index").stdout.splitlines()[0] == "検証合格 1 件"
    assert links(project / "reports" / "index.html") == []


def test_without_reports_there_is_no_index(command_here: Command, project: Path) -> None:
    """Exit 2."""
    result = command_here("index")
    assert result.returncode == 2
    assert "reports: no reports yet. Run: agentcore-probe report all" in result.stderr
    assert not (project / "reports").exists()


def test_without_a_usable_report_there_is_no_index(command_here: Command, project: Path) -> None:
    """Exit 2, and why."""
    store.write(write_run(project / "reports", run_of("bad")) / "record.json", "{")
    result = command_here("index")
    assert result.returncode == 2
    assert "no usable reports: bad/20261130T060000Z/record.json: is not JSON" in result.stderr
    assert not (project / "reports" / "index.html").exists()


@pytest.mark.slow
def test_shared_reports_have_no_index(command_here: Command, project: Path, three: list[str]) -> None:
    """It would name their environments."""
    assert command_here("report", *three, "--share").returncode == 2
    assert [path.name for path in (project / "reports").iterdir() if path.is_file()] == []
    assert not (project / "reports" / "broken").exists()


def test_six_environments_take_two_lines_each(command_here: Command, project: Path) -> None:
    """In 80 columns: verdict and page of those that are not verified, and the first thing to do."""
    names = [f"e{number}" for number in range(6)]
    for name in names:
        (project / "environments" / f"{name}.toml").write_text(RECORDED)
    result = command_here("verify", *names, env={"COLUMNS": "80"})
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("  → Percent-encode the whole ARN") for line in lines) == 6
    assert lines[-1] == "6 not verified"


def test_what_another_command_writes_meanwhile_is_on_the_page(tmp_path: Path, worker: Worker) -> None:
    """Whichever of two commands ends last, the index has the reports of both."""
    reports = open_storage(tmp_path)
    write_run(tmp_path, run_of("one"))
    made: list[list[str]] = []

    def make(fleet: Fleet, languages: Sequence[str], **places: Path) -> Page:
        page = worker.index(fleet, languages, **places)
        if not made:
            write_run(tmp_path, run_of("two"))
        made.append([state.environment for state in fleet.environments])
        return page

    write_index(reports, (), notebook=PROJECT / "notebooks" / "fleet.ipynb", make=make)
    assert made == [["one"], ["one", "two"]]
    assert 'id="env-two"' in (tmp_path / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_what_a_template_made_before_it_was_put_right_is_forgotten(
    command_here: Command, project: Path
) -> None:
    """Rows that could not be named would be "could not run" for ever."""
    table = project / "environments" / "rows.csv"
    (project / "environments" / "rows.toml").write_text('record = "{file}"\n[table]\nfile = "rows.csv"\n')
    table.write_text("name,file\none,sample.record.json\n,x\n")
    command_here("report", "rows")
    assert states(project) == {"one": "not-verified", "rows-line-3": "error"}
    table.write_text("name,file\none,sample.record.json\n")
    command_here("report", "rows")
    assert states(project) == {"one": "not-verified"}


@pytest.mark.slow
def test_a_name_with_another_meaning_leaves_nothing(command_here: Command, project: Path) -> None:
    """Beside the reports, `history` is the folder of the history."""
    for name in ("history", "one"):
        (project / "environments" / f"{name}.toml").write_text(RECORDED)
    result = command_here("report", "history", "one")
    assert result.returncode == 2
    assert "'history' has another meaning beside reports" in result.stderr
    assert states(project) == {"one": "not-verified"}
    assert not (project / "reports" / "history" / "error.json").exists()


@pytest.mark.slow
def test_a_required_check_that_fails_is_on_the_index_and_the_badge(
    command_here: Command, project: Path
) -> None:
    """And in the line about all environments, as the exit code is."""
    (project / "checks").mkdir()
    (project / "checks" / "latency.py").write_text(
        "TITLE, REQUIRED = 'Latency budget', True\ndef check(record, judgement):\n    yield 'too slow'\n"
    )
    record = PROJECT / "tests" / "model" / "records" / "v1-first.json"
    for name in ("one", "two"):
        (project / "environments" / f"{name}.toml").write_text(f'record = "{record}"\n')
    result = command_here("report", "one", "two")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-2:] == ["2 not verified", "reports/index.html"]
    assert states(project) == dict.fromkeys(("one", "two"), "not-verified")
    page = (project / "reports" / "index.html").read_text("utf-8")
    assert "Required checks of the team failed: Latency budget" in page
    assert "No environment has an earlier run to compare with." in page
    assert "one: not verified" in (project / "reports" / "one" / "badge.svg").read_text("utf-8")


def test_one_environment_of_a_fleet_that_cannot_run_is_noted(command_here: Command, project: Path) -> None:
    """By a job that has only this one, before anything else is there, the index would lack it."""
    (project / "environments" / "broken.toml").write_text("region = [\n")
    (project / "environments" / "one.toml").write_text(RECORDED)
    assert command_here("report", "broken", "one", "--shard", "1/2").returncode == 2
    assert command_here("report", "broken", "one", "--shard", "2/2").returncode == 1
    command_here("index")
    assert states(project) == {"broken": "error", "one": "not-verified"}
