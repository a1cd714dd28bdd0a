"""Where `report` and `verify` write the formats for other tools."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agentcore_probe import api
from agentcore_probe.commands import several
from agentcore_probe.commands.export import outputs
from agentcore_probe.errors import EnvironmentFileError, InputError, ProbeError, ReportError
from agentcore_probe.report.exports.result import EnvironmentResult
from tests.conftest import PROJECT, Command


@pytest.fixture
def results() -> list[EnvironmentResult]:
    """The sample, in English and in Japanese."""
    record = api.load(PROJECT / "environments" / "sample.record.json")
    judgement = api.judge(record)
    return [
        EnvironmentResult("sample", 1, language, record, judgement, page="reports/sample/1/report.html")
        for language in ("en", "ja")
    ]


def test_each_requested_file_contains_all_results(results: list[EnvironmentResult], tmp_path: Path) -> None:
    """Each in its own language; nothing else is written."""
    junit, checklist = tmp_path / "new" / "junit.xml", tmp_path / "checklist.md"
    with outputs({"junit": junit, "markdown": checklist}) as output:
        output.write(results)
    suites = ET.parse(junit).getroot()  # noqa: S314  (our own file)
    assert [suite.get("tests") for suite in suites] == ["4", "4"]
    text = checklist.read_text("utf-8")
    assert "Not verified" in text
    assert "検証" in text
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["checklist.md", "junit.xml", "new"]


def test_a_file_that_cannot_be_written_does_not_prevent_the_others(
    results: list[EnvironmentResult], tmp_path: Path
) -> None:
    """It is an error with its path."""
    (tmp_path / "file").write_text("")
    requested = {"junit": tmp_path / "file" / "junit.xml", "markdown": tmp_path / "checklist.md"}
    with (
        outputs(requested) as output,
        pytest.raises(ReportError, match=r"file/junit\.xml: cannot be written"),
    ):
        output.write(results)
    assert (tmp_path / "checklist.md").is_file()


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_is_for_the_program_alone(command: Command, name: str) -> None:
    """What people read goes to standard error, and the annotations with it."""
    result = command("verify", "sample", "nosuch", "--json-summary", name, "--github")
    summary = json.loads(result.stdout)
    assert [environment["name"] for environment in summary["environments"]] == ["sample", "nosuch"]
    assert "✗ sample: Not verified." in result.stderr
    assert "::error title=nosuch::" in result.stderr
    assert result.returncode == 2


@pytest.mark.parametrize("words", [("--junit", "-", "--sarif", "/dev/stdout"), ("--json", "--markdown", "-")])
def test_two_formats_on_standard_output_are_an_error(command_here: Command, words: tuple[str, ...]) -> None:
    """Before anything is done."""
    result = command_here("verify", "sample", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert "cannot both be printed to standard output" in result.stderr


def test_two_formats_in_one_file_are_an_error(tmp_path: Path) -> None:
    """Also through a link; a device takes both."""
    link = tmp_path / "link"
    link.symlink_to("junit.xml")
    with (
        pytest.raises(InputError, match=r"link: --junit and --markdown cannot both be written to one file"),
        outputs({"junit": tmp_path / "junit.xml", "markdown": link}),
    ):
        pass
    with outputs({"junit": Path(os.devnull), "markdown": Path(os.devnull)}) as output:
        output.write([])


def test_a_link_to_standard_output_is_standard_output(command: Command, project: Path) -> None:
    """Also where that is a file: it is written, not replaced."""
    (project / "link").symlink_to("/dev/stdout")
    with (project / "output").open("w") as file:
        before = os.fstat(file.fileno()).st_ino
        subprocess.run(
            [sys.executable, "-m", "agentcore_probe", "verify", "sample", "--junit", "link"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=file,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    assert (project / "output").stat().st_ino == before
    assert len(ET.parse(project / "output").getroot()) == 1  # noqa: S314  (ours)


def test_a_name_that_is_not_utf8_is_in_every_format(tmp_path: Path) -> None:
    """As the command line gives it: with a half of a surrogate pair."""
    error = EnvironmentFileError("environment '\udcff' not found")
    requested = {name: tmp_path / name for name in ("junit", "markdown", "sarif", "json_summary")}
    with outputs(requested) as output:
        output.write([EnvironmentResult("\udcff", 2, error=error)])
    assert all(path.read_text("utf-8") for path in requested.values())


def test_a_result_that_cannot_be_shown_is_an_error_in_its_place(
    results: list[EnvironmentResult], tmp_path: Path
) -> None:
    """Exit 70; the others are in every format."""
    broken = replace(results[0], name="broken", language="xx")
    requested = {name: tmp_path / name for name in ("junit", "markdown", "sarif", "json_summary")}
    with outputs(requested) as output, pytest.raises(ProbeError, match="internal error") as error:
        output.write([results[0], broken])
    assert error.value.exit_code == 70
    for path in requested.values():
        assert "internal error" in path.read_text("utf-8")
        assert "arn-not-encoded" in path.read_text("utf-8") or path.name == "markdown"
    shown: list[int] = []

    def show(result: EnvironmentResult) -> None:
        assert result.sentence
        shown.append(result.exit_code)

    with pytest.raises(Exception, match="xx"):
        show(broken)
    assert several.print_or_replace(broken, show).exit_code == 70
    assert shown == [70]


def test_special_files_stay_special(project: Path) -> None:
    """A pipe and a link, as `--junit` and `--markdown`: the reader gets the text, both stay what they are."""
    pipe, link = project / "pipe", project / "link"
    os.mkfifo(pipe)
    link.symlink_to("checklist.md")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "agentcore_probe",
            "verify",
            "sample",
            "--junit",
            "pipe",
            "--markdown",
            "link",
        ],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
    )
    text = pipe.read_text()
    assert process.wait(20) == 1
    assert len(ET.fromstring(text)) == 1  # noqa: S314  (ours)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert link.is_symlink()
    assert "Not verified" in (project / "checklist.md").read_text()


def test_the_job_summary_is_appended(
    results: list[EnvironmentResult],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """To what other steps wrote there; without the variable there are annotations only."""
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    for _ in range(2):
        with outputs({"github": None}) as output:
            output.write(results)
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert summary.read_text().startswith("before\n2 not verified\n")
    assert summary.read_text().count("\n## ") == 2
    lines = [line for line in capsys.readouterr().out.splitlines() if "title=" in line]
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]
    assert all(line.startswith("::") for line in lines)


@pytest.mark.parametrize(
    ("left", "headings", "verdicts"), [(20_000, 3, 0), (1000, 0, 3), (100, 0, 1), (10, 0, 0)]
)
def test_the_job_summary_is_shorter_where_github_would_drop_it(  # noqa: PLR0917  (one column each)
    results: list[EnvironmentResult],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    left: int,
    headings: int,
    verdicts: int,
) -> None:
    """GitHub takes 1024 KiB of a step: then each environment has its verdict, what could not run first."""
    summary = tmp_path / "summary"
    before = " " * (1024 * 1024 - left)
    summary.write_text(before)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    with outputs({"github": None}) as output:
        output.write([*results, EnvironmentResult("nosuch", 2, error=EnvironmentFileError("not found"))])
    assert summary.stat().st_size <= 1024 * 1024
    lines = summary.read_text("utf-8").removeprefix(before).splitlines()
    assert [line.startswith("## ") for line in lines].count(True) == headings
    names = [line.split("**")[1] for line in lines if line.startswith("- **")]
    assert names == ["nosuch", "sample", "sample"][:verdicts]


def test_only_annotations_are_workflow_commands(
    results: list[EnvironmentResult], capsys: pytest.CaptureFixture[str]
) -> None:
    """The runner skips what is printed before and after them: it may be a server's words."""
    with outputs({"github": None}) as output:
        print("::error::words of a server")
        output.write(results)
        print("##[add-mask]words of a server")
    print("::debug::of the next command")
    token, read, seen = "", [], False
    for line in capsys.readouterr().out.splitlines():  # as actions/runner does, `ActionCommandManager.cs`
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token, seen = line.removeprefix("::stop-commands::"), True
        else:
            read.append(line)
    assert seen
    assert read.pop() == "::debug::of the next command"
    assert read
    assert all("title=sample" in line for line in read)


def test_a_shared_output_has_no_words_of_an_error(results: list[EnvironmentResult]) -> None:
    """They may hold names: of the environment, of a file, of a host."""
    error = EnvironmentFileError("is not TOML", where="environments/acme.toml")
    stdout = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stdout)
        for name in ("junit", "markdown", "sarif", "json_summary"):
            with outputs({name: Path("-")}, shared=True) as output:
                output.write([results[0], EnvironmentResult("acme", 2, error=error)])
    assert "environment-2" in stdout.getvalue()
    assert "acme" not in stdout.getvalue()
    assert "reports/sample" not in stdout.getvalue()


def test_json_is_for_one_environment(command_here: Command) -> None:
    """Exit 2, and the option for several."""
    result = command_here("verify", "sample", "local", "--json")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Use --json-summary FILE" in json.loads(result.stderr)["hint"]
