"""`discover NAME --all`: the table of an account, and of the next one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.environments import load
from agentcore_probe.model.environment import LocalSetup
from tests.conftest import Command
from tests.embedded import started
from tests.environments.test_account import variables

DEPLOYED = ("agent_002", "agent_003", "local_agent", "gateway-002", "local-gateway")


@pytest.fixture(scope="module")
def account() -> Iterator[Mapping[str, Any]]:
    """Three Runtimes and two Gateways."""
    with started(LocalSetup(runtimes=3, gateways=2)) as facts:
        yield facts


@pytest.fixture
def fill(command_here: Command, account: Mapping[str, Any]) -> Command:
    """Runs `discover agents --all` in that account."""
    return lambda *words: command_here("discover", "agents", "--all", *words, env=variables(account))


def test_each_target_is_a_row(fill: Command, project: Path, account: Mapping[str, Any]) -> None:
    """With its login; a row is an environment that can be run."""
    result = fill("--username", "probe")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Written: environments/agents.csv: 5 new" in result.stdout
    assert "Put the user's password into the variable AGENTS_PASSWORD. (" in result.stdout
    assert "share a row if" in result.stdout
    assert load.rows_of("agents", project) == DEPLOYED
    environments = {name: load.load_environment(name, project) for name in DEPLOYED}
    agent = environments["local_agent"]
    assert agent.runtime is not None
    assert agent.identity is not None
    assert agent.identity.password is not None
    assert agent.runtime.arn == account["runtime"]["arn"]
    assert (agent.region, agent.gateway, agent.identity.username) == ("us-east-1", None, "probe")
    assert agent.identity.password.name == "AGENTS_PASSWORD"
    assert environments["agent_002"].identity is None
    assert environments["gateway-002"].runtime is None


def test_a_second_time_rows_are_known_and_nothing_is_written(fill: Command, project: Path) -> None:
    """What people changed stays, until --force updates it, which keeps the former table."""
    assert fill().returncode == 0
    table = project / "environments" / "agents.csv"
    edited = table.read_text().replace("agent_002,", "mine,").replace("USER", "kim").replace(":2,", ":2,")
    edited = edited.replace("local-gateway,123456789012,us-east-1", "local-gateway,,us-east-1") + "# end"
    table.write_text(edited)
    again = fill()
    assert again.returncode == 0
    assert "Unchanged: environments/agents.csv: 5 known already" in again.stdout
    assert table.read_text() == edited
    template = (project / "environments" / "agents.toml").read_text()
    (project / "environments" / "agents.toml").write_text(f"# mine\n{template}")
    forced = fill("--force")
    assert "(the former one is environments/agents.csv.bak): 1 updated, 4 known already" in forced.stdout
    assert (project / "environments" / "agents.csv.bak").read_text() == edited
    assert table.read_text() == edited.replace("local-gateway,,", "local-gateway,123456789012,")
    assert (project / "environments" / "agents.toml").read_text() == f"# mine\n{template}"


def test_another_account_adds_rows(fill: Command, command_here: Command, project: Path) -> None:
    """Each with a name of its own."""
    assert fill().returncode == 0
    table = project / "environments" / "agents.csv"
    first = table.read_text().replace("runtime/agent_002", "runtime/other_002")
    table.write_text(first)
    with started(LocalSetup(runtimes=4)) as facts:
        result = command_here("discover", "agents", "--all", env=variables(facts))
    assert "environments/agents.csv: 2 new, 3 known already" in result.stdout
    assert table.read_text().startswith(first)
    assert load.rows_of("agents", project) == (*DEPLOYED, "agent_002-us-east-1", "agent_004")


def test_stdout_has_the_table_and_nothing_else(fill: Command, project: Path) -> None:
    """Nothing is written."""
    before = sorted((project / "environments").iterdir())
    result = fill("--stdout")
    assert result.returncode == 0
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == ["name", *DEPLOYED]
    assert sorted((project / "environments").iterdir()) == before


def test_a_name_that_is_something_else_is_refused(fill: Command, project: Path) -> None:
    """An environment of its own, or a template of JSON."""
    path = project / "environments" / "agents.toml"
    for text, message in (
        ("[local]\n", "environments/agents.toml: is not a template of a table"),
        ('[table]\nfile = "x.json"\n', "environments/agents.toml: the table of this template is JSON"),
    ):
        path.write_text(text)
        result = fill()
        assert (result.returncode, result.stdout) == (2, "")
        assert message in result.stderr
        assert path.read_text() == text


def test_a_new_file_is_not_called_like_a_row(fill: Command, command_here: Command, project: Path) -> None:
    """The row would have no name any more."""
    assert fill().returncode == 0
    result = command_here("discover", "agent_003", "--gateway", "local-gateway")
    assert result.returncode == 2
    assert "environments/agents.csv:3: environment 'agent_003' already exists" in result.stderr


def test_what_rows_describe_needs_no_file(
    fill: Command, command_here: Command, account: Mapping[str, Any]
) -> None:
    """`--all` without a name skips it, and says that there are tables."""
    assert fill().returncode == 0
    result = command_here("discover", "--all", "--force", env=variables(account))
    text = " ".join(result.stdout.split())
    assert text.count("Skipped: ") == 5
    assert (
        "agent_002: it is described in environments/agents.csv:2 (environments/agents.toml) already." in text
    )
    assert "One template and one table in place of one file each: agentcore-probe discover NAME --all" in text
