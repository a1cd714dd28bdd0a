"""`diff`: what it prints, as text and as JSON, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command

SAMPLE = "environments/sample.record.json"


def write_later_run(project: Path) -> None:
    """`later.json`: the sample, but the call without an encoded ARN was accepted, by an answer with an escape."""
    record = json.loads((project / SAMPLE).read_text("utf-8"))
    record.pop("digest")
    record["observations"][1]["decision"] = "accepted"
    record["exchanges"][1]["response"] |= {"status": 200, "body": "{}"}
    record["configuration"]["runtime"] = {"status": "READY\x1b[2J"}
    (project / "later.json").write_text(json.dumps(record), "utf-8")


def test_a_run_has_no_differences_from_itself(command_here: Command) -> None:
    """Exit 0."""
    result = command_here("diff", SAMPLE, SAMPLE)
    assert (result.returncode, result.stdout, result.stderr) == (0, "no differences\n", "")
    assert command_here("diff", SAMPLE, SAMPLE, "--json").stdout == "[]\n"


def test_each_difference_is_a_line(command_here: Command, project: Path) -> None:
    """Exit 1; what is absent is marked, and no text controls the terminal."""
    write_later_run(project)
    result = command_here("diff", SAMPLE, "later.json")
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert "runtime-jwt observed: undecided -> accepted" in lines
    assert "runtime.status: (absent) -> READY\N{REPLACEMENT CHARACTER}[2J" in lines


def test_json_has_the_same_differences(command_here: Command, project: Path) -> None:
    """A list of objects with `where`, `before` and `after`."""
    write_later_run(project)
    result = command_here("diff", SAMPLE, "later.json", "--json")
    differences = json.loads(result.stdout)
    assert result.returncode == 1
    assert {"where": "runtime-jwt observed", "before": "undecided", "after": "accepted"} in differences


def test_a_file_without_a_record_is_an_error(command_here: Command) -> None:
    """Exit 2, with its name."""
    result = command_here("diff", SAMPLE, "environments/local.toml")
    assert result.returncode == 2
    assert result.stderr.startswith("error: environments/local.toml: is not JSON")


def write_run(project: Path, time: str, source: Path) -> None:
    folder = project / "reports" / "sample" / time
    folder.mkdir(parents=True)
    (folder / "record.json").write_text(source.read_text("utf-8"), "utf-8")


def test_an_environment_is_its_last_two_runs(command_here: Command, project: Path) -> None:
    """A run with two reports counts once; the tenth report of a second is later than the second."""
    write_later_run(project)
    write_run(project, "20260102T000000Z-2", project / SAMPLE)
    write_run(project, "20260102T000000Z-10", project / "later.json")
    write_run(project, "20260103T000000Z", project / "later.json")
    result = command_here("diff", "sample")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == command_here("diff", SAMPLE, "later.json").stdout
    (project / "reports").rename(project / "elsewhere")
    assert command_here("diff", "sample", "--out", "elsewhere").stdout == result.stdout


def test_the_last_two_runs_are_so_by_their_own_time(command_here: Command, project: Path) -> None:
    """The report that was made again of the first run, and the copy of it, are not the latest; one file is no run."""
    record = json.loads((project / SAMPLE).read_text("utf-8"))
    record.pop("digest")
    for day in (1, 2, 3):
        record["provenance"]["started"] = f"2026-01-0{day}T09:30:00Z"
        record["configuration"]["runtime"] = {"status": f"STATUS-{day}"}
        (project / "run.json").write_text(json.dumps(record), "utf-8")
        for folder in [f"2026010{day}T093010Z", *(("20260109T000000Z", "copy") if day == 1 else ())]:
            write_run(project, folder, project / "run.json")
    (project / "reports" / "sample" / "notes.txt").write_text("a file")
    (project / "reports" / "sample" / "latest").symlink_to("nowhere")
    assert command_here("diff", "sample").stdout == "runtime.status: STATUS-2 -> STATUS-3\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ("sample",),
            "reports/sample: has only one run. Two are compared; the next is written by: agentcore-",
        ),
        (("prod",), "reports/prod: has no runs."),
        ((SAMPLE,), f"{SAMPLE}: there is nothing to compare it with. Name a second file"),
        ((SAMPLE, SAMPLE, "--out", "reports"), "--out is for the runs of environments"),
        (("sam*",), "sam*: means several environments"),
    ],
)
def test_without_two_runs_there_is_no_comparison(
    command_here: Command, project: Path, words: tuple[str, ...], error: str
) -> None:
    """Exit 2, and what to do."""
    write_run(project, "20260102T000000Z", project / SAMPLE)
    result = command_here("diff", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert error in result.stderr


def write_environments(project: Path) -> None:
    """prod and stage, each with a run: the sample, with another configuration and an answer in stage."""
    for name, mode in (("prod", "PUBLIC"), ("stage", "VPC")):
        record = json.loads((project / SAMPLE).read_text("utf-8"))
        record.pop("digest")
        record["environment"]["name"] = name
        record["configuration"]["runtime"] = {"status": "READY", "network_mode": mode}
        if name == "stage":
            record["observations"][1]["decision"] = "accepted"
            record["exchanges"][1]["response"] |= {"status": 200, "body": '{"result": "hello"}'}
        folder = project / "reports" / name / "20260102T000000Z"
        folder.mkdir(parents=True)
        (folder / "record.json").write_text(json.dumps(record), "utf-8")


def test_two_environments_are_explained(command_here: Command, project: Path) -> None:
    """By their names, or by a file and a name; in lines of 80 columns, in the language that was asked for."""
    write_environments(project)
    result = command_here("diff", "prod", "stage")
    assert (result.returncode, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "prod and stage compared"
    assert max(map(len, lines)) <= 80
    assert "1 further difference explains no result." in lines
    assert "   Runtime: networkMode" in lines
    file = "reports/prod/20260102T000000Z/record.json"
    assert command_here("diff", file, "stage").stdout == result.stdout
    assert command_here("diff", "prod", "stage", "--lang", "ja").stdout.startswith("prod と stage の比較\n")


def test_two_environments_as_json_and_markdown(command_here: Command, project: Path) -> None:
    """An object, and a text for a ticket: to a file, or to standard output."""
    write_environments(project)
    found = json.loads(command_here("diff", "prod", "stage", "--json").stdout)
    assert found["differs"] is True
    assert [side["environment"] for side in found["sides"]] == ["prod", "stage"]
    assert [fact["fact"] for fact in found["others"]] == ["runtime.networkMode"]
    printed = command_here("diff", "prod", "stage", "--markdown").stdout
    assert printed.startswith("## prod and stage compared\n")
    result = command_here("diff", "prod", "stage", "--markdown", "diff.md")
    assert (result.returncode, result.stdout) == (1, "")
    assert (project / "diff.md").read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("prod", "nowhere"), "reports/nowhere: no reports yet. Run: agentcore-probe report nowhere"),
        (("prod", "prod"), "prod: both are the same. Its last two runs are compared by: agentcore-probe diff prod"),
        (("prod", "stage", "--json", "--markdown"), "--json and --markdown exclude each other"),
        ((SAMPLE, SAMPLE, "--markdown"), "--markdown is for two environments. Leave it out"),
    ],
)  # fmt: skip
def test_two_environments_that_cannot_be_compared(
    command_here: Command, project: Path, words: tuple[str, ...], error: str
) -> None:
    """Exit 2, and what to do."""
    write_environments(project)
    result = command_here("diff", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert error in result.stderr
