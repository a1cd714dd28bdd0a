"""`discover` writes an environment file that a run can use as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import Command
from tests.embedded import started

SERVICE_IDS = {"cognito-idp": "COGNITO_IDENTITY_PROVIDER"}


def variables(told: Mapping[str, Any]) -> dict[str, str]:
    """AWS as a user has it: keys and endpoints by botocore's own variables."""
    endpoints = {
        f"AWS_ENDPOINT_URL_{SERVICE_IDS.get(name, name).upper().replace('-', '_')}": url
        for name, url in told["endpoints"].items()
    }
    keys = {
        "AWS_ACCESS_KEY_ID": told["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": told["aws"]["secret_access_key"],
    }
    return {**endpoints, **keys, "PROBE_PASSWORD": told["identity"]["password"], "PATH": "/usr/bin:/bin"}


def test_what_is_written_is_verified_as_it_is(
    command: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """The file, the variable that it says is wanted, and a run."""
    env = variables(agentcore)
    words = ("--runtime", agentcore["runtime"]["arn"], "--gateway", agentcore["gateway"]["id"])
    made = command("discover", "found", *words, "--username", "probe", env=env)
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines() == [
        "Written: environments/found.toml",
        "- Put the user's password into the variable PROBE_PASSWORD.",
        "- Then: make report ENV=found",
    ]
    text = (project / "environments" / "found.toml").read_text("utf-8")
    assert f'client_id = "{agentcore["identity"]["client_id"]}"' in text
    assert agentcore["identity"]["password"] not in text
    run = command("verify", "found", env=env)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Verdict: Verified." in run.stdout


def test_a_file_that_is_there_stays_as_it_is(
    command: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Whoever wrote it."""
    path = project / "environments" / "local.toml"
    before = path.read_bytes()
    made = command(
        "discover", "local", "--gateway", agentcore["gateway"]["id"], "--region", "us-east-1", env=variables(agentcore)
    )  # fmt: skip
    assert made.returncode == 2
    assert "there is an environment of this name already" in made.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "there is nothing to discover"),
        (["--gateway", "nope-abcdefghij", "--region", "us-east-1"], "no such Gateway"),
        (["--gateway", "Nope", "--region", "us-east-1"], "'Nope' is not a Gateway id"),
        (["--gateway", "http://127.0.0.1:1/mcp", "--region", "us-east-1"], "which this URL does not name"),
        (
            ["--gateway", "my-gateway-abcdefghij", "--profile", "nope", "--region", "us-east-1"],
            "no AWS profile 'nope'",
        ),
        (["--gateway", "my-gateway-abcdefghij"], "no region is known"),
        (["--runtime", "arn:aws:iam::123456789012:role/x"], "is not the ARN of a Runtime"),
        (
            ["--runtime", "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/nobody-ABCDEFGHIJ"],
            "no such Runtime",
        ),
    ],
)
def test_what_cannot_be_discovered_is_told_and_nothing_written(
    command: Command,
    project: Path,
    agentcore: Mapping[str, Any],
    words: list[str],
    says: str,
) -> None:
    """One line, with the way out."""
    made = command("discover", "new", *words, env=variables(agentcore))
    assert (made.returncode, made.stdout) == (2, "")
    assert says in made.stderr
    assert len(made.stderr.splitlines()) == 1
    assert not (project / "environments" / "new.toml").exists()


@pytest.mark.parametrize("name", ["../new", "a/b", "", "-x", "a b", "x" * 65])
def test_a_name_that_is_no_file_name_is_refused(
    command: Command, tmp_path: Path, agentcore: Mapping[str, Any], name: str
) -> None:
    """It would become one."""
    before = sorted(tmp_path.rglob("*"))
    made = command("discover", "--gateway", agentcore["gateway"]["id"], "--", name, env=variables(agentcore))
    assert made.returncode == 2
    assert "is no name of an environment" in made.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_what_does_not_answer_is_told_as_such(command: Command, agentcore: Mapping[str, Any]) -> None:
    """Exit 4: it is not the credentials."""
    env = {**variables(agentcore), "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": "http://127.0.0.1:1"}
    made = command("discover", "new", "--runtime", agentcore["runtime"]["arn"], env=env)
    assert made.returncode == 4
    assert "nothing answered" in made.stderr


def test_all_is_no_name(command: Command, agentcore: Mapping[str, Any]) -> None:
    """`report all` means every environment."""
    made = command("discover", "all", "--runtime", agentcore["runtime"]["arn"], env=variables(agentcore))
    assert made.returncode == 2
    assert "'all' means every environment" in made.stderr


def test_the_region_that_was_used_is_written(
    command: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Elsewhere another is in force."""
    env = {**variables(agentcore), "AWS_REGION": "us-east-1"}
    made = command("discover", "new", "--gateway", agentcore["gateway"]["id"], env=env)
    assert made.returncode == 0, made.stderr
    assert 'region = "us-east-1"' in (project / "environments" / "new.toml").read_text("utf-8")


def test_without_permission_nothing_is_guessed(command: Command, project: Path) -> None:
    """What is deployed is the point; nothing else can stand in the file."""
    with started(LocalSetup(faults=("control-plane-denied",))) as told:
        words = ("--runtime", told["runtime"]["arn"], "--gateway", told["gateway"]["id"])
        made = command("discover", "new", *words, env=variables(told))
    assert made.returncode == 3
    assert "AccessDeniedException" in made.stderr
    assert not (project / "environments" / "new.toml").exists()
