"""A team's own checks, sections and notebooks: from folders and from an installed distribution."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.extensions.run import SECONDS, run_extensions
from agentcore_probe.model.extension import ExtensionResult
from tests.conftest import PROJECT, Command

RECORD = api.load(PROJECT / "environments" / "sample.record.json")
JUDGEMENT = api.judge(RECORD)

UNEXPECTED = """
TITLE = "Nothing unexpected"
REQUIRED = {required}
def check(record, judgement):
    return [f"{{f.method}} is {{f.outcome}}" for f in judgement.findings if f.outcome == "unexpected"]
"""
SECTION = """
TITLE = "Outcomes"
def section(record, judgement):
    return judgement.to_frame()[["method", "outcome"]]
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root, in which the command runs."""
    for folder in ("environments", "checks", "sections"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    return tmp_path


def results(root: Path) -> dict[str, ExtensionResult]:
    return {result.name: result for result in run_extensions(root, RECORD, JUDGEMENT)}


def install(site: Path) -> None:
    """An installed distribution with a check, a section and a notebook."""
    package = site / "acme_rules"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(UNEXPECTED.format(required=True) + SECTION)
    shutil.copy(PROJECT / "notebooks" / "verification.ipynb", package / "acme.ipynb")
    facts = site / "acme_rules-2.1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 2.1\n")
    groups = {"checks": "acme", "sections": "acme", "notebooks": "acme"}
    points = "".join(f"[agentcore_probe.{group}]\n{name} = acme_rules\n" for group, name in groups.items())
    (facts / "entry_points.txt").write_text(points)


def test_without_a_file_or_an_entry_point_nothing_runs(root: Path) -> None:
    """And no process is started."""
    assert run_extensions(root, RECORD, JUDGEMENT) == ()


def test_files_of_the_project_are_checks_and_sections(root: Path) -> None:
    """By their names; one that begins with an underscore is a helper."""
    (root / "checks" / "unexpected.py").write_text(UNEXPECTED.format(required=True))
    (root / "checks" / "_helper.py").write_text("raise SystemExit")
    (root / "sections" / "outcomes.py").write_text(SECTION)
    found = results(root)
    assert list(found) == ["checks/unexpected.py", "sections/outcomes.py"]
    check, section = found.values()
    assert (check.title, check.problems) == ("Nothing unexpected", ("runtime-jwt is unexpected",))
    assert check.fails_run
    assert "arn-not-encoded" not in section.html
    assert "runtime-jwt" in section.html


def test_a_folder_above_the_current_one_is_not_trusted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files may be somebody else's: they run only where the command runs in the project's root."""
    (root / "checks" / "unexpected.py").write_text(UNEXPECTED.format(required=True))
    monkeypatch.chdir(root / "environments")
    assert run_extensions(root, RECORD, JUDGEMENT) == ()


FAILING = {
    "division": ("def check(record, judgement):\n    return [1 / 0]", "ZeroDivisionError: division by zero (division.py, line 2)", False),
    "key": ("REQUIRED = True\ndef check(record, judgement):\n    raise KeyError('x')", "KeyError: 'x' (key.py, line 3)", True),
    "misspelt": ("def chekc(record, judgement): ...", "TypeError: has no function check(record, judgement)", False),
    "missing": ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name' (missing.py, line 1)", True),
    "syntax": ("def check(record, judgement) return", "SyntaxError", True),
    "ended": ("import os\nos._exit(3)", "it ended its process (status 3)", True),
}  # fmt: skip
"""The code of a check, what is said of it, and whether it fails the run."""


def test_one_that_fails_is_named_and_the_others_run(root: Path) -> None:
    """Checks and sections, after any failure; one that cannot be loaded may be a required one, so it counts as such."""
    for name, (code, _, _) in FAILING.items():
        (root / "checks" / f"{name}.py").write_text(code)
    (root / "checks" / "unexpected.py").write_text(UNEXPECTED.format(required=False))
    (root / "sections" / "outcomes.py").write_text(SECTION)
    found = results(root)
    assert len(found) == len(FAILING) + 2
    for name, (_, problem, fails) in FAILING.items():
        assert (found[f"checks/{name}.py"].error or "").startswith(problem), name
        assert found[f"checks/{name}.py"].fails_run is fails, name
    assert found["checks/unexpected.py"].problems == ("runtime-jwt is unexpected",)
    assert found["sections/outcomes.py"].error is None


def test_one_that_does_not_end_is_stopped(root: Path) -> None:
    """Within the limit for all of them."""
    (root / "checks" / "slow.py").write_text("import time\ntime.sleep(60)")
    (result,) = run_extensions(root, RECORD, JUDGEMENT, seconds=2)
    assert result.error == "there was no time left for it, or it did not end"


def test_a_text_is_one_problem(root: Path) -> None:
    """And not one for each of its characters."""
    values: dict[str, tuple[str, ...]] = {"'Too slow'": ("Too slow",), "''": (), "None": ()}
    for number, value in enumerate(values):
        (root / "checks" / f"own{number}.py").write_text(f"def check(record, judgement):\n    return {value}")
    assert [result.problems for result in run_extensions(root, RECORD, JUDGEMENT)] == list(values.values())


def test_one_that_forks_hides_no_other(root: Path) -> None:
    """Both processes go on and write results; the required check after it still counts, and nothing is waited for."""
    (root / "checks" / "a.py").write_text(
        "import os, time\ndef check(record, judgement):\n    if os.fork(): time.sleep(0.5)"
    )
    (root / "checks" / "b.py").write_text(
        "import os\nREQUIRED = True\ndef check(record, judgement):\n    os._exit(3)"
    )
    (root / "checks" / "c.py").write_text(
        "import os, time\ndef check(record, judgement):\n    os.fork() or time.sleep(600)"
    )
    begin = time.monotonic()
    found = run_extensions(root, RECORD, JUDGEMENT)
    assert time.monotonic() - begin < SECONDS / 2
    assert [result.name for result in found] == ["checks/a.py", "checks/b.py", "checks/c.py"]
    assert [result.fails_run for result in found] == [False, True, False]


def test_it_has_no_credentials_and_its_output_is_nobodys(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is that of the process that executes notebooks."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-checks")
    monkeypatch.setenv("JWT_TOKEN", "not-for-checks")
    (root / "checks" / "own.py").write_text(
        "import os\nprint('noise')\ndef check(record, judgement):\n    return sorted(os.environ)"
    )
    (result,) = run_extensions(root, RECORD, JUDGEMENT)
    assert "PATH" in result.problems
    assert not [name for name in result.problems if name.startswith(("AWS_", "JWT_"))]


def test_an_installed_distribution_provides_them(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By entry points, found through its metadata."""
    site = tmp_path_factory.mktemp("site")
    install(site)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(PROJECT)]))
    found = results(root)
    assert list(found) == ["acme (acme-rules 2.1)"]
    results_of_both = run_extensions(root, RECORD, JUDGEMENT)
    assert [result.kind for result in results_of_both] == ["check", "section"]
    assert results_of_both[0].problems == ("runtime-jwt is unexpected",)


def test_the_page_and_the_exit_code(
    command: Command, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The page shows them after the report, as text where they are text; a required check makes the exit code 1."""
    site = tmp_path_factory.mktemp("site")
    install(site)
    paths = {"PYTHONPATH": os.pathsep.join([str(site), str(PROJECT)])}
    (project / "checks").mkdir()
    (project / "checks" / "zero.py").write_text(
        "def check(record, judgement):\n    return ['<b>x</b>', 1 / 0]"
    )
    done = command("report", "sample", "--notebook", "acme", env=paths)
    assert "✗ Outcomes (acme (acme-rules 2.1)): runtime-jwt is unexpected" in done.stdout
    assert "checks/zero.py failed: ZeroDivisionError" in done.stdout
    page = project / "reports" / "sample" / "latest" / "report.html"
    assert "<h2>Outcomes</h2>" in page.read_text("utf-8")
    assert "runtime-jwt is unexpected" in page.read_text("utf-8")
    book = json.loads((page.parent / "report.ipynb").read_text("utf-8"))
    assert ["".join(cell["source"]) for cell in book["cells"][-2:]] == [
        "# checks/zero.py\n# acme (acme-rules 2.1)",
        "# acme (acme-rules 2.1)",
    ]
    (project / "checks" / "zero.py").write_text("open('ran', 'w').close()")
    checked = command("check", str(page), env=paths)
    assert checked.returncode == 2
    assert not (project / "ran").exists()
    shared = command("report", "sample", "--share", env=paths)
    assert shared.returncode == 1
    assert "Outcomes" not in page.read_text("utf-8")


def test_an_unknown_notebook_is_an_error_that_lists_what_there_is(command: Command, project: Path) -> None:
    """Before anything is sent."""
    done = command("report", "sample", "--notebook", "verifcation")
    assert done.returncode == 2
    assert "notebook 'verifcation' not found" in done.stderr
    assert "There are: explore, fleet, verification" in done.stderr
