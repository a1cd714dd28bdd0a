"""The recipes of docs/ci.md: their shell steps run as the pipelines run them, and their installations name what exists."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from packaging.requirements import Requirement

from tests.conftest import COMMANDS, PROJECT, environment_file

PAGE = (PROJECT / "docs" / "ci.md").read_text("utf-8")
YAML = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)]
CRON = (PROJECT / "docs" / "fleet" / "cron" / "nightly.sh").read_text("utf-8")
NIGHTLY, SHARED, DEPLOYED = YAML[0]["jobs"]["report"]["steps"], YAML[1], YAML[2]
GITLAB = YAML[3]
SCRIPTS = {
    **{step["name"]: step["run"] for step in (*NIGHTLY, *SHARED, *DEPLOYED) if "run" in step},
    **{name: "\n".join(job["script"]) for name, job in GITLAB.items()},
    "cron": CRON,
}
"""Every script of the page, by the name of its step or job."""

STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "{log}"\n[ -t 0 ] || cat >> "{log}"\n'
"""A program of others, which notes how it was called and what it read."""


def is_installation(line: str) -> bool:
    return line.startswith("pip install")


def test_the_page_has_the_three_pipelines() -> None:
    """GitHub Actions in three parts, GitLab, and cron."""
    assert len(YAML) == 4
    assert list(GITLAB) == ["agentcore", "pages"]
    assert YAML[0]["permissions"] == {
        "contents": "read",
        "id-token": "write",
        "security-events": "write",
    }


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_valid_and_calls_what_exists(name: str) -> None:
    """Commands, options and extras; no expression of the runner, which would be code of whoever chose its value."""
    script = SCRIPTS[name]
    shell = "sh" if script.startswith("#!/bin/sh") else "bash"
    assert subprocess.run([shell, "-n"], input=script, text=True, check=False).returncode == 0
    assert "${{" not in script
    assert "make " not in script
    for words in re.findall(r"^(?:- )?agentcore-probe ((?:.*\\\n)*.*)", script, re.M):
        command, *arguments = words.replace("\\\n", " ").split()
        options = {option for parameter in COMMANDS[command].params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= options


@pytest.mark.parametrize(
    ("scripts", "extras"),
    [
        ([step.get("run", "") for step in (*NIGHTLY, *SHARED)], {"report"}),
        ([step.get("run", "") for step in DEPLOYED], set()),
        (GITLAB["agentcore"]["script"], {"report"}),
        (GITLAB["pages"]["script"], {"report"}),
    ],
)
def test_a_job_installs_what_it_calls(scripts: list[str], extras: set[str]) -> None:
    """Reports need an extra, and `verify` of a deployed environment needs none."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    (installation,) = filter(is_installation, scripts)
    requirement = Requirement(installation.removeprefix("pip install ").strip("'"))
    assert requirement.name == project["name"]
    assert requirement.extras == extras <= set(project["optional-dependencies"])
    commands = set(re.findall(r"^agentcore-probe (\w+)", "\n".join(scripts), re.M))
    assert commands == ({"report"} if extras else {"verify"})


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    """A checkout of a user with the environment `prod`, here the recorded one."""
    (tmp_path / "environments").mkdir()
    shutil.copy(PROJECT / "environments" / "sample.record.json", tmp_path / "environments")
    (tmp_path / "environments" / "prod.toml").write_text('record = "sample.record.json"\n')
    return tmp_path


@pytest.fixture
def deployed(pipeline: Path, agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with an environment that can be called, and its credentials in variables."""
    gateway = agentcore["gateway"]
    # By its id, its configuration can be read.
    text = environment_file(agentcore).replace(f'url = "{gateway["url"]}"', f'id = "{gateway["id"]}"')
    (pipeline / "environments" / "prod.toml").write_text(text)
    monkeypatch.setenv("T_PASSWORD", agentcore["identity"]["password"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", agentcore["aws"]["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", agentcore["aws"]["secret_access_key"])
    return pipeline


def run(
    script: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    *,
    interpreter: tuple[str, ...] = ("bash", "-e"),
) -> subprocess.CompletedProcess[str]:
    """Runs a script in a folder, without its installations: the package of this checkout is on PATH."""
    programs = folder / "stand-ins"
    programs.mkdir(exist_ok=True)
    for name in ("aws", "mail", "logger"):
        (programs / name).write_text(STAND_IN.format(log=folder / "calls.log"))
        # The probe uses the `aws` command, too, so that it is there for the step that needs it only.
        (programs / name).chmod(0o755 if name != "aws" or "aws s3" in script else 0o644)
    lines = [line for line in script.splitlines(keepends=True) if not is_installation(line)]
    file = folder / "step.sh"
    file.write_text("".join(lines))
    return subprocess.run(
        [*interpreter, file],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "PATH": f"{programs}:{Path(sys.executable).parent}:/usr/bin:/bin",
            **(variables or {}),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def run_job(steps: list[dict[str, Any]], folder: Path) -> dict[str, int]:
    """Runs the steps of a job as GitHub does; the exit code of each step that was run."""
    codes: dict[str, int] = {}
    for step in steps:
        if "run" not in step or (any(codes.values()) and step.get("if") != "${{ !cancelled() }}"):
            continue
        variables = {"GITHUB_STEP_SUMMARY": str(folder / "step-summary.md"), **step.get("env", {})}
        codes[step["name"]] = run(step["run"], folder, variables).returncode
    return codes


def cron_script(folder: Path) -> str:
    """The script for cron with this folder instead of /srv/agentcore, for one environment."""
    if not (folder / ".venv").exists():
        (folder / ".venv").mkdir()
        (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    return CRON.replace("/srv/agentcore", str(folder)).replace('"${@:-all}"', "prod")


@pytest.mark.slow
def test_cron_sends_the_output_of_a_run_that_fails(pipeline: Path) -> None:
    """A line for the log and a mail; the exit code stays."""
    result = run(cron_script(pipeline), pipeline, interpreter=("sh",))
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    calls = (pipeline / "calls.log").read_text("utf-8")
    assert calls.startswith("logger -t agentcore-probe -p user.err exit code 1: ")
    assert "mail -s agentcore-probe: exit code 1 ops@example.com\n" in calls
    assert "Verdict: Not verified" in calls
    assert len(list(pipeline.glob("reports/prod/2*/report.html"))) == 1


@pytest.mark.slow
def test_cron_does_nothing_while_another_run_goes_on_and_is_silent_if_all_is_well(deployed: Path) -> None:
    """Exit 0 either way."""
    with (deployed / "nightly.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run(cron_script(deployed), deployed, interpreter=("sh",)).returncode == 0
        assert not (deployed / "reports").exists()
    assert run(cron_script(deployed), deployed, interpreter=("sh",)).returncode == 0
    assert len(list(deployed.glob("reports/prod/2*/report.html"))) == 1
    assert not (deployed / "calls.log").exists()


@pytest.mark.slow
def test_github_compares_with_the_last_night(deployed: Path) -> None:
    """The first run has none, the second is the same, and the third fails; its files are kept all the same."""
    steps = [step for step in NIGHTLY if step.get("name") != "Install"]
    well = {"Report": 0, "Keep 30 runs": 0}
    assert run_job(steps, deployed) == well
    assert run_job(steps, deployed) == well
    file = deployed / "environments" / "prod.toml"
    file.write_text(file.read_text() + '[expect.gateway-jwt]\ndecision = "refused"\nreason = "t"\n')
    assert run_job(steps, deployed) == {**well, "Report": 1}
    assert len(list((deployed / "reports" / "prod").glob("2*"))) == 3
    assert ET.parse(deployed / "junit.xml").getroot().find(".//failure") is not None  # noqa: S314  (our own file)
    sarif = json.loads((deployed / "access.sarif").read_text("utf-8"))
    assert [result["level"] for result in sarif["runs"][0]["results"]].count("error") >= 1
    summary = (deployed / "step-summary.md").read_text("utf-8")
    assert summary.count("Verified") == 2
    assert summary.count("Not verified") == 1
    for number in range(40):
        (deployed / "reports" / "prod" / f"20250101T0000{number:02}Z").mkdir()
    assert run(SCRIPTS["Keep 30 runs"], deployed).returncode == 0
    kept = sorted(path.name for path in (deployed / "reports" / "prod").glob("2*"))
    assert (deployed / "reports" / "prod" / "latest").is_dir()
    assert (len(kept), kept[0]) == (30, "20250101T000013Z")


@pytest.mark.slow
def test_the_shared_page_has_no_names_and_goes_where_it_is_sent(pipeline: Path) -> None:
    """Although the run is not verified."""
    assert run(SCRIPTS["Report"], pipeline).returncode == 1
    steps = [step for step in SHARED if "run" in step]
    assert set(run_job(steps, pipeline).values()) == {0}
    page = (pipeline / "site" / "index.html").read_text("utf-8")
    assert "<!DOCTYPE html>" in page
    assert "echo-tool" not in page
    assert (
        "aws s3 cp site/index.html s3://my-reports/agentcore/prod.html"
        in (pipeline / "calls.log").read_text()
    )
    (pipeline / "reports").rename(pipeline / "elsewhere")
    assert run(SCRIPTS["Shared page"], pipeline).returncode != 0


@pytest.mark.slow
def test_gitlab_runs_both_jobs(deployed: Path) -> None:
    """Lines of one shell, which ends with the first that fails."""
    interpreter = ("bash", "-eo", "pipefail")
    variables = {**GITLAB["agentcore"]["variables"], "AWS_TOKEN": "an-id-token"}
    assert run(SCRIPTS["agentcore"], deployed, variables, interpreter=interpreter).returncode == 0
    artifacts = GITLAB["agentcore"]["artifacts"]
    for path in (*artifacts["paths"], artifacts["reports"]["junit"], *GITLAB["agentcore"]["cache"]["paths"]):
        assert (deployed / path).exists(), path
    assert run(SCRIPTS["pages"], deployed, interpreter=interpreter).returncode == 0
    assert (deployed / "public" / "index.html").is_file()
    file = deployed / "environments" / "prod.toml"
    file.write_text(file.read_text().replace("client_id", "client"))
    assert run(SCRIPTS["agentcore"], deployed, variables, interpreter=interpreter).returncode == 2


@pytest.fixture
def deploying(pipeline: Path) -> Path:
    """The environment `prod` is being deployed, and a baseline of it is there."""
    file = pipeline / "environments" / "prod.toml"
    file.write_text("[local]\n")
    result = run("agentcore-probe verify prod --controls few --json > baseline.json", pipeline)
    assert result.returncode == 0, result.stderr
    (pipeline / "baselines").mkdir()
    (pipeline / "baseline.json").rename(pipeline / "baselines" / "prod.json")
    file.write_text('[local]\nfaults = ["deploying"]\n')
    return pipeline


@pytest.mark.slow
def test_a_deployment_is_verified_when_it_can_be_called(deploying: Path) -> None:
    """Two lines while it waits, one at the end, and a verdict on the deployed resources."""
    result = run(SCRIPTS["Verify the deployment"], deploying)
    assert result.returncode == 0, result.stderr
    lines = result.stderr.splitlines()
    assert "waiting for gateway: CREATING; runtime: CREATING" in lines[0]
    assert "endpoint-propagating" in lines[1]
    assert re.fullmatch(r"prod: no deployment to wait for after \d+ s\.", lines[2])
    assert "Verdict: Verified" in result.stdout
    assert "::notice title=prod::" in result.stdout


@pytest.mark.slow
def test_each_of_several_environments_is_waited_for(deploying: Path) -> None:
    """At the same time; a line says for which."""
    shutil.copy(deploying / "environments" / "prod.toml", deploying / "environments" / "stage.toml")
    shutil.copy(deploying / "baselines" / "prod.json", deploying / "baselines" / "other.json")
    script = "agentcore-probe verify prod stage --controls few --wait 10 --baseline baselines --json-summary s.json"
    result = run(script, deploying)
    assert result.returncode == 0, result.stderr
    for name in ("prod", "stage"):
        assert re.search(rf"^{name}: no deployment to wait for after \d+ s\.$", result.stderr, re.M)
    assert "stage: there is no baseline in baselines, so every finding counts." in result.stderr
    environments = json.loads((deploying / "s.json").read_text("utf-8"))["environments"]
    assert [environment["verdict"] for environment in environments] == ["verified", "verified"]


@pytest.mark.slow
def test_an_interrupted_wait_ends_at_once(deploying: Path) -> None:
    """Exit 130, within the pause between two looks."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "verify", "prod", "--wait", "10"],
        cwd=deploying,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "waiting for" in process.stderr.readline()
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert time.monotonic() - begin < 4
    assert (process.returncode, output) == (130, "")
    assert errors.strip() == "error: interrupted; nothing was left half-written"
