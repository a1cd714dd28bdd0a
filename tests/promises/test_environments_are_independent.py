"""Promise 23: whatever happens to one environment, the others are what they would be alone, and all are reported."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from agentcore_probe.commands.batch import Work, run_all
from agentcore_probe.commands.limits import Limits
from agentcore_probe.errors import StoppedError
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.record import RunRecord
from tests.conftest import Command
from tests.promises.figures import FIGURES

DEAD = '[gateway]\nurl = "http://127.0.0.1:9/mcp"\n[limits]\nseconds = 2\n'
"""Nothing listens there."""

RUNTIME = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-abcdefghij"

QUICK = {
    "broken": "region = [\n",
    "unset": f'{DEAD}[identity]\nflow = "token"\ntoken = {{ env = "UNSET_TOKEN" }}\n',
    "healthy": 'record = "sample.record.json"\n',
    "nokey": "[runtime]\narn = 1\n",
    "dead": DEAD,
    "noprofile": f'profile = "nosuch"\nregion = "us-east-1"\n{DEAD}',
    "badregion": f'region = "nowhere"\n[runtime]\narn = "{RUNTIME}"\n',
    "norecord": 'record = "nosuch.json"\n',
}
"""Each environment file with another fault; nothing of them starts an embedded AgentCore."""

SLOW = {
    **QUICK,
    "password": '[local]\nfaults = ["login-wrong-password"]\n',
    "expired": (
        "[local]\n[expect.runtime-sigv4]\n"
        'decision = "refused"\nreason = "closed for the audit"\nuntil = 2026-01-01\n'
    ),
    "unwritable": 'record = "sample.record.json"\n',
}

EXIT_CODES = {
    "broken": 2, "nosuch": 2, "unset": 2, "healthy": 1, "nokey": 2, "dead": 4, "badregion": 2, "norecord": 2,
    "password": 1, "expired": 1, "unwritable": 5, "local": 0, "local-iam": 0,
}  # fmt: skip
"""What each would end with alone; that of a missing profile depends on what else can be tried."""

OUTPUTS = (
    "--junit",
    "j.xml",
    "--markdown",
    "m.md",
    "--sarif",
    "s.sarif",
    "--json-summary",
    "s.json",
    "--github",
)


def write_environments(project: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (project / "environments" / f"{name}.toml").write_text(content)


def check_outputs(project: Path, stdout: str, names: list[str]) -> dict[str, Any]:
    """Every output has every environment, in the order asked; the environments of the summary by name."""
    suites = ET.parse(project / "j.xml").getroot()  # noqa: S314  (our own file)
    assert [suite[0].get("classname") for suite in suites] == names
    headings = [line for line in (project / "m.md").read_text().splitlines() if line.startswith("## ")]
    assert len(headings) == len(names)
    assert all(name in heading.replace("\\", "") for name, heading in zip(names, headings, strict=True)), (
        headings
    )
    artifacts = json.loads((project / "s.sarif").read_text())["runs"][0]["artifacts"]
    assert [artifact["location"]["uri"] for artifact in artifacts] == [
        f"environments/{name}.toml" for name in names
    ]
    annotations = [line for line in stdout.splitlines() if line.startswith("::") and "title=" in line]
    titles = [line.split("title=")[1].split("::")[0] for line in annotations]
    if len(names) <= 10:
        assert titles[: len(names)] == names
    else:  # those for which GitHub has no place are named together
        more = [line.split("::", 2)[2] for line in annotations if " further environments::" in line]
        rest = [name for text in more for name in text.split(", ")]
        assert sorted([*(set(titles) & set(names)), *rest]) == sorted(names)
    environments = json.loads((project / "s.json").read_text())["environments"]
    assert [environment["name"] for environment in environments] == names
    codes = {environment["name"]: environment["exit_code"] for environment in environments}
    assert {name: code for name, code in codes.items() if name != "noprofile"} == {
        name: EXIT_CODES[name] for name in names if name != "noprofile"
    }
    return {environment["name"]: environment for environment in environments}


def test_each_fault_is_an_entry_of_its_own_in_every_output(command: Command, project: Path) -> None:
    """Nine environments, eight with a fault, two at a time: the healthy one's rows are those it has alone."""
    write_environments(project, QUICK)
    names = ["unset", "healthy", "broken", "nosuch", "dead", "noprofile", "badregion", "nokey", "norecord"]
    result = command("verify", *names, *OUTPUTS, "--jobs", "2", env={"PATH": "/usr/bin:/bin"})
    assert result.returncode in (2, 70), result.stderr
    environments = check_outputs(project, result.stdout, names)
    assert "UNSET_TOKEN" in environments["unset"]["error"]["what"]
    assert environments["noprofile"]["error"] or environments["noprofile"]["verdict"] != "verified"
    errors = [line.split(": ")[1] for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert errors == [name for name in names if environments[name]["error"]]
    last = next(line for line in result.stdout.splitlines() if "could not run" in line)
    assert last.startswith("1 not verified, ")
    alone = command("verify", "healthy", "--json-summary", "alone.json")
    assert alone.returncode == 1
    (expected,) = json.loads((project / "alone.json").read_text())["environments"]
    assert environments["healthy"] == expected


@pytest.mark.slow
def test_the_healthy_ones_are_what_they_are_alone(command: Command, project: Path) -> None:
    """Fourteen environments, two of them embedded AgentCores without a fault, with their reports."""
    write_environments(project, SLOW)
    (project / "reports").mkdir()
    (project / "reports" / "unwritable").write_text("a file in the place of the folder")
    names = [
        "unset", "local", "broken", "password", "nosuch", "dead", "noprofile", "badregion", "expired",
        "unwritable", "nokey", "local-iam", "norecord", "healthy",
    ]  # fmt: skip
    result = command("report", *names, *OUTPUTS, env={"PATH": "/usr/bin:/bin"})
    FIGURES["environments with a fault beside healthy ones"] += len(names) - 3
    assert result.returncode in (5, 70), result.stderr
    together = check_outputs(project, result.stdout, names)
    assert together["unwritable"]["verdict"] == "not-verified"
    assert together["unwritable"]["error"]["error"] == "ReportError"
    for name in ("local", "local-iam", "healthy", "expired", "password"):
        assert (project / together[name]["page"]).is_file()
        command("verify", name, "--json-summary", f"{name}.json", env={"PATH": "/usr/bin:/bin"})
        (alone,) = json.loads((project / f"{name}.json").read_text())["environments"]
        for key in ("verdict", "sentence", "rows", "error", "exit_code"):
            assert together[name][key] == alone[key], name
        assert [finding["id"] for finding in together[name]["configuration"]] == [
            finding["id"] for finding in alone["configuration"]
        ]
    assert "local\n" not in (project / "reports" / "unwritable").read_text()


def test_one_environment_alone_that_fails_is_in_every_output(command_here: Command, project: Path) -> None:
    """A pipeline that finds no test results would be green."""
    write_environments(project, {"unset": QUICK["unset"]})
    result = command_here("verify", "unset", *OUTPUTS)
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    check_outputs(project, result.stdout, ["unset"])


def _observe(environment: Environment, _: Progress) -> RunRecord:
    if environment.name == "crash":
        raise RuntimeError("a defect\nof this program")
    return RunRecord(environment=environment)


@pytest.fixture
def work(project: Path) -> Work:
    write_environments(project, dict.fromkeys(("crash", "other"), DEAD))
    return Work(project, threading.Event(), _observe)


def test_a_crash_is_an_internal_error_of_its_environment(work: Work) -> None:
    """With its first line; the other environment has its result."""
    crash, other = run_all(["crash", "other"], work, Limits(), lambda *_: None)
    assert crash.error is not None
    assert (crash.exit_code, crash.error.line()) == (70, "internal error: RuntimeError: a defect")
    assert (other.error, other.state) == (None, "inconclusive")


def test_an_interrupted_command_has_no_results(work: Work) -> None:
    """Nothing is reported about runs that were stopped."""
    work.stop.set()
    with pytest.raises(StoppedError):
        list(run_all(["other", "crash"], work, Limits(), lambda *_: None))
