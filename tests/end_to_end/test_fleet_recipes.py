"""The recipes of docs/fleet/: their files are what the engines accept, and their scripts run as the engines run them."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator
from packaging.requirements import Requirement

from tests import s3
from tests.conftest import COMMANDS, PROJECT

FLEET = PROJECT / "docs" / "fleet"
BATCH = FLEET / "aws-batch"
WORKFLOW = yaml.safe_load((FLEET / "github-actions.yml").read_text("utf-8"))
STEPS = {
    (job, step["name"]): step
    for job, content in WORKFLOW["jobs"].items()
    for step in content["steps"]
    if "run" in step
}
"""The shell steps of the workflow."""
FILES = [path for path in sorted(FLEET.rglob("*")) if path.is_file()]


def lines_with_commands(text: str) -> Iterator[list[str]]:
    """The words of each call of the command in a file."""
    for call in re.findall(r"agentcore-probe ((?:[^\n'\"`|]|\"\$?[A-Z/$_a-z.-]*\"|\\\n)*)", text):
        words = call.replace("\\\n", " ").split()
        if words and words[0] in COMMANDS:
            yield words


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_recipe_calls_what_exists(path: Path) -> None:
    """Commands, their options, and extras of the package."""
    text = path.read_text("utf-8")
    for command, *words in lines_with_commands(text):
        options = {option for parameter in COMMANDS[command].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, words
    for requirement in re.findall(r"agentcore-probe\[[a-z,]+\]", text):
        assert Requirement(requirement).extras <= {"report", "fleet", "local", "lab"}


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".sh"], ids=lambda path: path.name)
def test_a_script_is_valid(path: Path) -> None:
    """For a shell of POSIX, and executable."""
    assert subprocess.run(["sh", "-n", path], check=False).returncode == 0
    assert os.access(path, os.X_OK)


def errors_in(operation: str, parameters: Mapping[str, Any]) -> str:
    """What botocore has against the parameters of an operation of AWS Batch; it knows names, types and what is required."""
    shape = botocore.session.get_session().get_service_model("batch").operation_model(operation).input_shape
    assert shape is not None
    report = ParamValidator().validate(parameters, shape)
    wrong_values = [
        f"{value} is not one of {allowed}"
        for value, allowed in enumerated(parameters, shape)
        if value not in allowed
    ]
    return "\n".join([*report.generate_report().splitlines(), *wrong_values])


def enumerated(value: Any, shape: Any) -> Iterator[tuple[str, list[str]]]:
    """Each text whose shape has a list of values, with that list: botocore itself does not compare them."""
    if shape.type_name == "structure":
        for name, member in value.items():
            if name in shape.members:
                yield from enumerated(member, shape.members[name])
    elif shape.type_name == "list":
        for member in value:
            yield from enumerated(member, shape.member)
    elif getattr(shape, "enum", None):
        yield value, shape.enum


def test_aws_batch_knows_the_job_definition() -> None:
    """And would not know one with a misspelt key or value."""
    definition = json.loads((BATCH / "job-definition.json").read_text("utf-8"))
    assert errors_in("RegisterJobDefinition", definition) == ""
    definition["containerProperties"]["comand"] = definition["containerProperties"].pop("command")
    definition["type"] = "array"
    errors = errors_in("RegisterJobDefinition", definition)
    assert "comand" in errors
    assert "array is not one of ['container', 'multinode']" in errors


AWS = """#!/usr/bin/env python3
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
print("11111111-2222-3333-4444-555555555555")
"""
"""Stands in for the aws command, notes how it was called and prints a job's id."""


def test_the_array_job_comes_before_the_index(tmp_path: Path) -> None:
    """What the script gives to `aws batch submit-job` is what Batch knows; the definition runs the script of a part."""
    aws = tmp_path / "aws"
    aws.write_text(AWS.format(log=str(tmp_path / "log")))
    aws.chmod(0o755)
    subprocess.run([BATCH / "submit.sh"], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True)
    calls = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    array, index = (parameters(call[2:]) for call in calls)
    assert [call[:2] for call in calls] == [["batch", "submit-job"]] * 2
    assert errors_in("SubmitJob", array) == ""
    assert errors_in("SubmitJob", index) == ""
    assert array["arrayProperties"]["size"] >= 2
    assert index["dependsOn"] == [{"jobId": "11111111-2222-3333-4444-555555555555"}]
    definition = json.loads((BATCH / "job-definition.json").read_text("utf-8"))
    assert definition["jobDefinitionName"] == array["jobDefinition"] == index["jobDefinition"]
    dockerfile = (BATCH / "Dockerfile").read_text("utf-8")
    (folder,) = re.findall(r"^WORKDIR (.*)$", dockerfile, re.M)
    assert definition["containerProperties"]["command"] == ["sh", f"{folder}/part.sh"]


def parameters(words: list[str]) -> dict[str, Any]:
    """The options of the aws command as parameters of the operation: `--job-name a`, `--array-properties size=8`."""
    found: dict[str, Any] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        first, *others = option.removeprefix("--").split("-")
        name = first + "".join(map(str.capitalize, others))
        shorthand = re.fullmatch(r"(\w+)=(.*)", value)
        if shorthand:
            content: Any = {shorthand[1]: int(shorthand[2]) if shorthand[2].isdecimal() else shorthand[2]}
            found[name] = [content] if name == "dependsOn" else content
        elif name not in ("query", "output"):
            found[name] = json.loads(value) if value.startswith("{") else value
    return found


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A project with four environments that are not verified, of which one cannot run; the command is on PATH."""
    (tmp_path / "environments").mkdir()
    shutil.copy(PROJECT / "environments" / "sample.record.json", tmp_path / "environments")
    for name in ("e1", "e2", "e3"):
        (tmp_path / "environments" / f"{name}.toml").write_text('extends = "base"\n')
    (tmp_path / "environments" / "base.toml").write_text('record = "sample.record.json"\n')
    (tmp_path / "environments" / "e4.toml").write_text('regin = "us-east-1"\n')
    return tmp_path


def run(script: str | Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a file, or the text of a step as GitHub's runner does."""
    if isinstance(script, str):
        (folder / "step.sh").write_text(script)
    command = ["bash", "-eo", "pipefail", "step.sh"] if isinstance(script, str) else ["sh", str(script)]
    return subprocess.run(
        command,
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{folder / 'stand-ins'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            **variables,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def environments_in(reports: Path) -> list[str]:
    """The environments that have a report, one name for each report."""
    return sorted(path.parent.parent.name for path in reports.glob("*/2*/report.html"))


@pytest.mark.slow
def test_each_child_of_the_array_job_takes_its_part(fleet: Path) -> None:
    """Neither findings nor an environment that cannot run fail a child: the index waits for all of them."""
    reports = fleet / "shared"
    for number in range(2):
        variables = {"AWS_BATCH_JOB_ARRAY_INDEX": str(number), "AWS_BATCH_JOB_ARRAY_SIZE": "2"}
        # `all` leaves out recorded environments, which these are.
        script = (BATCH / "part.sh").read_text("utf-8").replace("report all", "report 'e*'")
        (fleet / "part.sh").write_text(script)
        result = run(fleet / "part.sh", fleet, REPORTS="shared", **variables)
        assert result.returncode == 0, result.stderr
    assert environments_in(reports) == ["e1", "e2", "e3"]
    (fleet / "part.sh").write_text(script.replace("report 'e*'", "report e1"))
    (fleet / "file").write_text("")
    assert run(fleet / "part.sh", fleet, REPORTS="file/shared").returncode == 5
    index = subprocess.run(
        ["agentcore-probe", "index", "--out", "shared"],
        cwd=fleet,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert index.returncode == 0, index.stderr
    page = (reports / "index.html").read_text("utf-8")
    assert all(f">{name}<" in page for name in ("e1", "e2", "e3", "e4"))


@pytest.mark.slow
def test_the_array_job_keeps_its_results_in_s3(fleet: Path) -> None:
    """Reports, index and badges; they are a baseline for the next run."""
    script = (BATCH / "part.sh").read_text("utf-8").replace("report all", "report 'e*'")
    (fleet / "part.sh").write_text(script)
    with s3.running() as port:
        location = f"s3://{s3.BUCKET}/agentcore"
        variables = {**s3.variables(port), "REPORTS": location}
        for number in range(2):
            array = {"AWS_BATCH_JOB_ARRAY_INDEX": str(number), "AWS_BATCH_JOB_ARRAY_SIZE": "2"}
            result = run(fleet / "part.sh", fleet, **variables, **array)
            assert result.returncode == 0, result.stderr
        definition = json.loads((BATCH / "job-definition.json").read_text("utf-8"))
        assert definition["containerProperties"]["environment"][0]["name"] == "REPORTS"
        assert run('agentcore-probe index --out "$REPORTS"', fleet, **variables).returncode == 0
        names = s3.names(port, location)
        assert {"index.html", "badge.svg", "e1/badge.svg", "e4/badge.svg", "e4/error.json"} <= set(names)
        reported = [name.split("/")[0] for name in names if re.fullmatch(r"e\d/2[^/]*/report\.html", name)]
        assert reported == ["e1", "e2", "e3"]
        for name in ("e1", "e2"):
            (record,) = (key for key in names if re.fullmatch(rf"{name}/2[^/]*/record\.json", key))
            source = {"Bucket": s3.BUCKET, "Key": f"agentcore/{record}"}
            s3.client(port).copy_object(Bucket=s3.BUCKET, Key=f"agentcore/{name}.json", CopySource=source)
        result = run('agentcore-probe verify e1 e2 --baseline "$REPORTS"', fleet, **variables)
        assert result.returncode == 0, result.stderr
        assert f"e1: no differences from {location}." in result.stderr


def test_the_workflow_has_a_part_for_each_twenty_environments(fleet: Path) -> None:
    """At least one, and at most the 256 jobs that a matrix may have."""
    script = STEPS["parts", "List"]["run"].replace("environments all", "environments 'n*'")
    for count in (1, 20, 21):
        for number in range(count):
            (fleet / "environments" / f"n{number}.toml").write_text('extends = "base"\n')
        (fleet / "output").unlink(missing_ok=True)
        result = run(script, fleet, GITHUB_OUTPUT=str(fleet / "output"))
        assert result.returncode == 0, result.stderr
        assert (
            (fleet / "output").read_text()
            == f"parts={json.dumps(list(range(1, (count + 19) // 20 + 1)), separators=(',', ':'))}\n"
        )


@pytest.mark.slow
def test_the_workflow_makes_one_index_of_all_parts(fleet: Path) -> None:
    """Artefacts are copies of what links name; earlier runs come from the cache, and a part's runs are beside them."""
    (fleet / "baselines").mkdir()
    shutil.copy(fleet / "environments" / "sample.record.json", fleet / "baselines" / "sample.json")
    artefacts = []
    for number in (1, 2):
        script = STEPS["report", "Report"]["run"].replace("report all", "report 'e*'")
        result = run(script, fleet, PART=str(number), PARTS="2")
        assert result.returncode in (1, 2), result.stderr
        artefacts.append(fleet / f"artefact-{number}")
        shutil.copytree(fleet / "reports", artefacts[-1], ignore=shutil.ignore_patterns("latest"))
        shutil.rmtree(fleet / "reports")
    for artefact in artefacts:
        shutil.copytree(artefact, fleet / "reports", dirs_exist_ok=True)
    for name in ("Index", "Keep 30 days"):
        result = run(STEPS["index", name]["run"], fleet)
        assert result.returncode == 0, result.stderr
    assert environments_in(fleet / "reports") == ["e1", "e2", "e3"]
    page = (fleet / "reports" / "index.html").read_text("utf-8")
    assert all(f">{name}<" in page for name in ("e1", "e2", "e3", "e4"))
    badge = (fleet / "reports" / "badge.svg").read_text("utf-8")
    assert "3 not verified, 1 could not run" in badge


def test_the_workflow_gives_no_expression_to_a_shell() -> None:
    """Whoever chose its value could run commands; values come through variables."""
    for step in STEPS.values():
        assert "${{" not in step["run"]
        assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """The service runs the script, at the time of cron."""
    cron = FLEET / "cron"
    service = (cron / "agentcore-probe.service").read_text("utf-8")
    timer = (cron / "agentcore-probe.timer").read_text("utf-8")
    script = (cron / "nightly.sh").read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", service, re.M)
    assert f"# 17 3 * * *  {command}\n" in script
    assert "OnCalendar=*-*-* 03:17:00" in timer
    if shutil.which("systemd-analyze"):
        (tmp_path / "agentcore-probe.service").write_text(service.replace(command, "/bin/true"))
        (tmp_path / "agentcore-probe.timer").write_text(timer)
        units = [tmp_path / "agentcore-probe.service", tmp_path / "agentcore-probe.timer"]
        result = subprocess.run(
            ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
        )
        assert (result.returncode, result.stderr) == (0, "")


STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "{log}"\n[ -t 0 ] || cat >> "{log}"\n'


@pytest.mark.slow
def test_cron_reports_all_and_sends_what_went_wrong(fleet: Path) -> None:
    """One line in the system log, the output by mail; nothing while another run goes on."""
    programs = fleet / "stand-ins"
    programs.mkdir()
    for name in ("mail", "logger"):
        (programs / name).write_text(STAND_IN.format(log=fleet / "calls.log"))
        (programs / name).chmod(0o755)
    script = (FLEET / "cron" / "nightly.sh").read_text("utf-8").replace('"${@:-all}"', "'e*'")
    (fleet / "nightly.sh").write_text(script)
    with (fleet / "nightly.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run(fleet / "nightly.sh", fleet, AGENTCORE_PROJECT=str(fleet)).returncode == 0
        assert not (fleet / "calls.log").exists()
    result = run(fleet / "nightly.sh", fleet, AGENTCORE_PROJECT=str(fleet))
    assert (result.returncode, result.stdout, result.stderr) == (2, "", "")
    calls = (fleet / "calls.log").read_text("utf-8")
    assert calls.startswith("logger -t agentcore-probe -p user.err exit code 2: ")
    assert "mail -s agentcore-probe: exit code 2 ops@example.com\n" in calls
    assert "environments/e4.toml" in calls
    assert environments_in(fleet / "reports") == ["e1", "e2", "e3"]
