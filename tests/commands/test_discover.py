"""`discover`: what it prints. tests/environments/test_discover.py has what it writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import Command


def test_the_file_and_what_is_left_to_do_are_printed(
    command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """From a folder below the project, the path is absolute."""
    env = {
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": agentcore["endpoints"]["bedrock-agentcore-control"],
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": agentcore["endpoints"]["cognito-idp"],
        "AWS_ENDPOINT_URL_STS": agentcore["endpoints"]["sts"],
        "AWS_ACCESS_KEY_ID": agentcore["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": agentcore["aws"]["secret_access_key"],
    }
    words = ("discover", "new", "--runtime", agentcore["runtime"]["arn"], "--username", "probe")
    result = command_here(*words, env=env, cwd=project / "notebooks")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == f"Written: {project / 'environments' / 'new.toml'}"
    assert lines[-1] == "- Then: agentcore-probe doctor new"
    assert all(line.startswith("- ") for line in lines[1:])


def test_a_profile_that_does_not_exist_is_one_line(
    command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """The same line and exit 2, whether an option or a variable names it."""
    words = ("discover", "new", "--runtime", agentcore["runtime"]["arn"])
    by_option = command_here(*words, "--profile", "nosuch", env={"AWS_CONFIG_FILE": "/nonexistent"})
    by_variable = command_here(*words, env={"AWS_CONFIG_FILE": "/nonexistent", "AWS_PROFILE": "nosuch"})
    assert (by_option.returncode, by_option.stderr) == (2, by_variable.stderr)
    assert by_variable.returncode == 2
    assert by_option.stderr.startswith(
        "error: environment new: AWS credentials: The AWS profile nosuch does not exist. "
    )
    assert by_option.stderr.rstrip().endswith("aws configure sso --profile nosuch.")


def test_credentials_that_aws_refuses_are_named_as_the_cause(
    command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """Other permissions would not help, so none are asked for."""
    env = {
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": agentcore["endpoints"]["bedrock-agentcore-control"],
        "AWS_ENDPOINT_URL_STS": agentcore["endpoints"]["sts"],
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "x" * 40,
    }
    for words in (("discover",), ("discover", "new", "--runtime", agentcore["runtime"]["arn"])):
        result = command_here(*words, env=env)
        assert (result.returncode, result.stdout) == (3, "")
        assert "AWS credentials: AWS does not recognize the access key. " in result.stderr
        assert "permissions" not in result.stderr


def test_an_invalid_region_is_an_error_of_the_option(command_here: Command) -> None:
    """Not of a file, since there is none yet."""
    result = command_here("discover", "--region", "nowhere", env={})
    assert (result.returncode, result.stderr) == (
        2,
        "error: --region: invalid region 'nowhere'. A region is like us-east-1\n",
    )
