"""`discover` writes an environment file that a run can use unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import Command
from tests.embedded import started

SERVICE_IDS = {"cognito-idp": "COGNITO_IDENTITY_PROVIDER"}


def variables(agentcore: Mapping[str, Any]) -> dict[str, str]:
    """AWS credentials and endpoints, in botocore's own variables."""
    endpoints = {
        f"AWS_ENDPOINT_URL_{SERVICE_IDS.get(name, name).upper().replace('-', '_')}": url
        for name, url in agentcore["endpoints"].items()
    }
    keys = {
        "AWS_ACCESS_KEY_ID": agentcore["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": agentcore["aws"]["secret_access_key"],
    }
    return {
        **endpoints,
        **keys,
        "DEPLOYED_PASSWORD": agentcore["identity"]["password"],
        "PATH": "/usr/bin:/bin",
    }


def test_the_written_environment_is_verified_unchanged(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """With only the variable set that the to-do list names."""
    env = variables(agentcore)
    words = ("--runtime", agentcore["runtime"]["arn"], "--gateway", agentcore["gateway"]["id"])
    result = command_here("discover", "deployed", *words, "--username", "probe", env=env)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "Written: environments/deployed.toml",
        "- Put the user's password into the variable DEPLOYED_PASSWORD.",
        "- Then: agentcore-probe doctor deployed",
    ]
    text = (project / "environments" / "deployed.toml").read_text("utf-8")
    assert f'client_id = "{agentcore["identity"]["client_id"]}"' in text
    assert agentcore["identity"]["password"] not in text
    run = command_here("verify", "deployed", env=env)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Verdict: Verified." in run.stdout


def test_a_runtime_is_found_by_its_id(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """In the list, which has its ARN; the region is that of the command."""
    arn = agentcore["runtime"]["arn"]
    env = variables(agentcore)
    result = command_here(
        "discover", "by-id", "--runtime", arn.rpartition("/")[2], "--region", "us-east-1", env=env
    )
    assert result.returncode == 0, result.stderr
    assert f'arn = "{arn}"' in (project / "environments" / "by-id.toml").read_text("utf-8")


def test_an_existing_file_is_never_overwritten(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Whoever wrote it, it is kept."""
    path = project / "environments" / "local.toml"
    before = path.read_bytes()
    result = command_here(
        "discover", "local", "--gateway", agentcore["gateway"]["id"], "--region", "us-east-1", env=variables(agentcore)
    )  # fmt: skip
    assert result.returncode == 2
    assert "environment 'local' already exists" in result.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no region is known"),
        (["--gateway", "nope-abcdefghij", "--region", "us-east-1"], "no Gateway named 'nope-abcdefghij'"),
        (
            ["--gateway", "local-gatway", "--region", "us-east-1"],
            "Did you mean local-gateway (--gateway local-gat",
        ),
        (
            ["--gateway", "http://127.0.0.1:1/mcp", "--region", "us-east-1"],
            "does not contain the Gateway's id",
        ),
        (["--gateway", "my-gateway-abcdefghij"], "no region is known"),
        (["--runtime", "arn:aws:iam::123456789012:role/x"], "is not the ARN of a target"),
        (
            ["--runtime", "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/nobody-ABCDEFGHIJ"],
            "Runtime not found",
        ),
    ],
)
def test_what_cannot_be_discovered_is_reported_and_nothing_is_written(
    command_here: Command,
    project: Path,
    agentcore: Mapping[str, Any],
    words: list[str],
    message: str,
) -> None:
    """One line, with a hint."""
    result = command_here("discover", "new", *words, env=variables(agentcore))
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (project / "environments" / "new.toml").exists()


@pytest.mark.parametrize("name", ["../new", "a/b", "", "-x", "a b", "x" * 65])
def test_a_name_that_is_not_a_file_name_is_refused(
    command_here: Command, tmp_path: Path, agentcore: Mapping[str, Any], name: str
) -> None:
    """The name becomes a file name."""
    before = sorted(tmp_path.rglob("*"))
    result = command_here(
        "discover", "--gateway", agentcore["gateway"]["id"], "--", name, env=variables(agentcore)
    )
    assert result.returncode == 2
    assert "invalid environment name" in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_an_endpoint_that_does_not_answer_is_reported(
    command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """Exit 4, and not the message about credentials."""
    env = {**variables(agentcore), "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": "http://127.0.0.1:1"}
    result = command_here("discover", "new", "--runtime", agentcore["runtime"]["arn"], env=env)
    assert result.returncode == 4
    assert "nothing answered" in result.stderr


def test_all_is_not_a_name(command_here: Command, agentcore: Mapping[str, Any]) -> None:
    """`report all` means every environment."""
    result = command_here(
        "discover", "all", "--runtime", agentcore["runtime"]["arn"], env=variables(agentcore)
    )
    assert result.returncode == 2
    assert "'all' means every environment" in result.stderr


def test_the_region_that_was_used_is_written(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Another machine may have another default."""
    env = {**variables(agentcore), "AWS_REGION": "us-east-1"}
    result = command_here("discover", "new", "--gateway", agentcore["gateway"]["id"], env=env)
    assert result.returncode == 0, result.stderr
    assert 'region = "us-east-1"' in (project / "environments" / "new.toml").read_text("utf-8")


def test_without_permission_nothing_is_guessed(command_here: Command, project: Path) -> None:
    """The file holds what is deployed, so nothing is written."""
    with started(LocalSetup(faults=("control-plane-denied",))) as denied:
        words = ("--runtime", denied["runtime"]["arn"], "--gateway", denied["gateway"]["id"])
        result = command_here("discover", "new", *words, env=variables(denied))
    assert result.returncode == 3
    assert "AccessDeniedException" in result.stderr
    assert not (project / "environments" / "new.toml").exists()


def test_a_built_in_name_is_refused(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """`local`, the default, must not become a deployed environment by accident."""
    (project / "environments" / "local.toml").unlink()
    result = command_here(
        "discover", "local", "--runtime", agentcore["runtime"]["arn"], env=variables(agentcore)
    )
    assert result.returncode == 2
    assert "environment 'local' is built in" in result.stderr
