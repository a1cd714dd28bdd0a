"""`discover` in an account with several Runtimes, Gateways and harnesses, and a CloudFormation stack."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.errors import InputError
from agentcore_probe.local.moto_backend import DISCOVERY_POLICY
from agentcore_probe.model.environment import LocalSetup
from tests.conftest import Command
from tests.embedded import started

STACK = "agents-prod"
ACTIONS = [action for statement in DISCOVERY_POLICY["Statement"] for action in statement["Action"]]


def variables(account: Mapping[str, Any]) -> dict[str, str]:
    return {**account["variables"], "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="module")
def account() -> Iterator[Mapping[str, Any]]:
    """Three Runtimes, three Gateways, two harnesses, one stack."""
    with started(LocalSetup(runtimes=3, gateways=3, harnesses=2, stack=STACK)) as facts:
        yield facts


@pytest.fixture
def discover(command_here: Command, account: Mapping[str, Any]) -> Command:
    """Runs `discover` in that account."""
    return lambda *words: command_here("discover", *words, env=variables(account))


def tables(project: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((project / "environments" / f"{name}.toml").read_text("utf-8"))


def test_without_a_terminal_there_is_a_list_with_lines_to_paste(
    discover: Command, project: Path, account: Mapping[str, Any]
) -> None:
    """Each line works as it is, and nothing is written before."""
    before = sorted((project / "environments").iterdir())
    result = discover()
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted((project / "environments").iterdir()) == before
    lines = result.stdout.splitlines()
    assert lines[0] == "us-east-1, account 123456789012"
    assert "  agent_002      READY     IAM   HTTP" in lines
    assert "  gateway-003    READY     JWT   MCP" in lines
    assert "  assistant_001  READY     JWT" in lines
    commands = [line.split() for line in lines if line.startswith("  agentcore-probe discover --")]
    assert [words[2] for words in commands] == ["--runtime"] * 3 + ["--gateway"] * 3 + ["--all"]
    assert all(len(line) <= 80 for line in lines if "agentcore-probe" not in line)
    for words in commands[2:4]:
        assert discover(*words[2:]).returncode == 0
    assert tables(project, "local_agent")["runtime"]["arn"] == account["runtime"]["arn"]
    assert "gateway-002" in [path.stem for path in (project / "environments").iterdir()]


def test_a_target_that_another_file_has_too_can_have_a_file_of_its_own(
    discover: Command, project: Path
) -> None:
    """Only a file about exactly the same is in the way; to print one, none is."""
    assert discover("both", "--runtime", "local_agent", "--gateway", "local-gateway").returncode == 0
    printed = discover("--runtime", "local_agent", "--stdout")
    assert (printed.returncode, "[runtime]" in printed.stdout) == (0, True)
    assert discover("--runtime", "local_agent").returncode == 0
    assert "gateway" not in tables(project, "local_agent")
    again = discover("--runtime", "local_agent")
    assert again.returncode == 2
    assert "environments/local_agent.toml: describes this already" in again.stderr


def test_a_name_without_a_target_is_not_guessed(discover: Command, project: Path) -> None:
    """The list, and exit 2."""
    result = discover("prod")
    assert result.returncode == 2
    assert "  agentcore-probe discover prod --runtime agent_002-LOCAL00002" in result.stdout
    assert "environment prod: no target was chosen" in result.stderr
    assert not (project / "environments" / "prod.toml").exists()


def test_every_page_of_a_list_is_read(command_here: Command) -> None:
    """A page has at most 100 Runtimes."""
    with started(LocalSetup(runtimes=102)) as facts:
        result = command_here("discover", env=variables(facts))
    assert result.returncode == 0, result.stderr
    assert ["agent_102", "READY", "IAM", "HTTP"] in [line.split() for line in result.stdout.splitlines()]
    assert result.stdout.count("discover --runtime") == 102


@pytest.mark.parametrize(
    "words",
    [
        ("--runtime", "agent_003"),
        ("--runtime", "agent_003-LOCAL00003"),
        ("--runtime", "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent_003-LOCAL00003"),
        (
            "--runtime",
            "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3A"
            "us-east-1%3A123456789012%3Aruntime%2Fagent_003-LOCAL00003/invocations?qualifier=DEFAULT",
        ),
        ("agent_003",),
        ("agent_003", "agent_003"),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent_003-LOCAL00003",),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent_003-LOCAL00003/runtime-endpoint/prod",),
    ],
    ids=["name", "id", "ARN", "URL", "only word", "second word", "ARN as a word", "ARN of an endpoint"],
)  # fmt: skip
def test_a_runtime_is_named_in_many_ways(discover: Command, project: Path, words: tuple[str, ...]) -> None:
    """The file is called like it."""
    result = discover(*words)
    assert result.returncode == 0, result.stderr
    runtime = tables(project, "agent_003")["runtime"]
    assert runtime["arn"].endswith(":runtime/agent_003-LOCAL00003")
    assert runtime["qualifier"] == ("prod" if words[-1].endswith("/prod") else "DEFAULT")


def test_a_gateway_is_named_in_many_ways(
    discover: Command, project: Path, account: Mapping[str, Any]
) -> None:
    """Also by a URL without its id: the Gateway whose URL that is."""
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/local-gateway-localgw001"
    ways = ("local-gateway", "local-gateway-localgw001", arn, account["gateway"]["url"])
    for number, text in enumerate(ways):
        result = discover(f"g{number}", "--gateway", text)
        assert result.returncode == 0, result.stderr
        file = tables(project, f"g{number}")
        assert (file["gateway"]["id"], file["region"]) == ("local-gateway-localgw001", "us-east-1")


def test_both_targets_as_words(discover: Command, project: Path) -> None:
    """The first word is the environment's name."""
    assert discover("prod", "local_agent", "gateway-003").returncode == 0
    file = tables(project, "prod")
    assert file["runtime"]["arn"].endswith("local_agent-LOCALAGENT")
    assert file["gateway"] == {"id": "gateway-003-local00003"}
    assert file["identity"]["password"] == {"env": "PROD_PASSWORD"}


def test_a_harness_without_a_readable_runtime_is_described_itself(discover: Command, project: Path) -> None:
    """Its authorizer's login is drafted, and its agent is not run unless somebody adds that."""
    result = discover("--harness", "assistant_001")
    assert result.returncode == 0, result.stderr
    file = tables(project, "assistant_001")
    assert file["harness"] == {
        "arn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/assistant_001-LOCAL00001",
        "qualifier": "DEFAULT",
    }
    assert file["identity"]["client_id"]
    text = (project / "environments" / "assistant_001.toml").read_text("utf-8")
    assert "# It requires a JWT." in text
    assert "# invoke = true" in text


def test_all_writes_one_file_each_and_no_second_one(discover: Command, project: Path) -> None:
    """A second time, each target is described already."""
    first = discover("--all")
    assert first.returncode == 0, first.stderr
    names = ("agent_002", "agent_003", "local_agent", "gateway-002", "gateway-003", "local-gateway")
    files = {name: (project / "environments" / f"{name}.toml").read_bytes() for name in names}
    second = discover("--all")
    assert second.returncode == 0
    assert second.stdout.count("Skipped: ") == 6
    assert "Written" not in second.stdout
    assert {name: (project / "environments" / f"{name}.toml").read_bytes() for name in names} == files


def test_all_pairs_a_runtime_with_the_gateway_that_it_is_bound_to(
    command_here: Command, project: Path
) -> None:
    """The terminal and the file say why."""
    with started(LocalSetup(gateways=2, faults=("runtime-workload-binding",))) as facts:
        result = command_here("discover", "--all", env=variables(facts))
    assert result.returncode == 0, result.stderr
    assert "because the Runtime accepts calls" in result.stdout
    file = tables(project, "local_agent")
    assert file["gateway"] == {"id": "local-gateway-localgw001"}
    assert set(tables(project, "gateway-002")) == {"region", "gateway"}
    assert not (project / "environments" / "local-gateway.toml").exists()
    text = (project / "environments" / "local_agent.toml").read_text("utf-8")
    assert "# One file for both, because the Runtime accepts calls from this Gateway only." in text
    assert "so a direct call is meant to fail" in text


def test_a_replaced_file_is_kept(discover: Command, project: Path) -> None:
    """Under a name that is free; without --force nothing is replaced."""
    path = project / "environments" / "prod.toml"
    path.write_text("# mine\n")
    (project / "environments" / "prod.toml.bak").write_text("# older\n")
    assert discover("prod", "--runtime", "local_agent").returncode == 2
    assert path.read_text() == "# mine\n"
    result = discover("prod", "--runtime", "local_agent", "--force")
    assert result.returncode == 0
    assert "(the former one is environments/prod.toml.bak2)" in result.stdout
    assert (project / "environments" / "prod.toml.bak2").read_text() == "# mine\n"
    assert (project / "environments" / "prod.toml.bak").read_text() == "# older\n"
    assert "local_agent" in path.read_text()


def test_stdout_has_the_file_and_nothing_else(discover: Command, project: Path) -> None:
    """What is left to do is on standard error."""
    before = sorted((project / "environments").iterdir())
    result = discover("prod", "--runtime", "local_agent", "--stdout")
    assert result.returncode == 0
    assert tomllib.loads(result.stdout)["identity"]["password"] == {"env": "PROD_PASSWORD"}
    assert "PROD_PASSWORD." in result.stderr
    assert sorted((project / "environments").iterdir()) == before


def test_a_stack_names_its_targets(discover: Command, project: Path) -> None:
    """From its resources and outputs; a stack that does not exist is an error."""
    assert discover("prod", "--stack", STACK).returncode == 0
    file = tables(project, "prod")
    assert file["runtime"]["arn"].endswith("local_agent-LOCALAGENT")
    assert file["gateway"] == {"id": "local-gateway-localgw001"}
    missing = discover("--stack", "nope")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "--stack: no stack 'nope' in us-east-1" in missing.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--all", "--stack", "x"), "--stack and --all exclude each other"),
        (("--all", "--runtime", "x"), "--stack and --all find their targets themselves"),
        (("--runtime", "eyJhbGciOiJSUzI1NiJ9.e30.x"), "a token is not a target"),
        (("prod", "agent_002", "agent_003"), "one environment has one runtime"),
        (("--runtime", "local-gateway"), "no Runtime named 'local-gateway'"),
        (("--gateway", "https://mcp.example.invalid/mcp"), "no Gateway of the region names this host as its own"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_an_error(discover: Command, words: tuple[str, ...], message: str) -> None:
    """Exit 2, and one line."""
    result = discover(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "eyJhbGci" not in result.stderr


QUICK = ("ListAgentRuntimes", "ListStackResources")
CALLS = {
    "ListUserPoolClients": ("--runtime", "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/local_agent-LOCALAGENT"),
    "GetGatewayTarget": ("--gateway", "local-gateway"),
    "DescribeStacks": ("--stack", STACK),
    "ListStackResources": ("--stack", STACK),
}  # fmt: skip
"""What needs an action, where it is not the list."""


@pytest.mark.parametrize(
    "action",
    [pytest.param(action, marks=() if action.endswith(QUICK) else pytest.mark.slow) for action in ACTIONS],
)
def test_without_a_permission_the_rest_is_read(command_here: Command, project: Path, action: str) -> None:
    """What is missing is named, with the statement that allows it."""
    operation = action.partition(":")[2]
    faults = (f"without-{operation}", *(("runtime-no-rule",) if operation == "ListUserPoolClients" else ()))
    with started(LocalSetup(harnesses=1, stack=STACK, faults=faults)) as facts:
        result = command_here("discover", *CALLS.get(operation, ()), env=variables(facts))
        assert result.returncode == 0, result.stderr
        (statement,) = json.loads(result.stdout[result.stdout.index("\n[\n") :])
        assert statement["Action"] == [action]
        assert statement["Effect"] == "Allow"
        assert f"{action} allows it" in " ".join(result.stdout.split())
        if operation == "ListAgentRuntimes":
            assert "Runtimes: could not be listed" in result.stdout
            by_name = command_here("discover", "x", "--runtime", "local_agent", env=variables(facts))
            assert by_name.returncode == 3
            assert f"or allow {action}" in by_name.stderr
            by_id = command_here("discover", "x", "--runtime", "local_agent-LOCALAGENT", env=variables(facts))
            assert by_id.returncode == 0, by_id.stderr
            no_sts = {**variables(facts), "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}
            unknown = command_here("discover", "y", "--runtime", "local_agent-LOCALAGENT", env=no_sts)
            assert unknown.returncode == 3
            assert "--runtime: the account of the Runtime" in unknown.stderr


def test_without_any_list_the_missing_actions_are_named(command_here: Command) -> None:
    """Exit 3, in one line."""
    with started(LocalSetup(faults=("control-plane-denied",))) as facts:
        result = command_here("discover", env=variables(facts))
    assert (result.returncode, result.stdout) == (3, "")
    assert "Allow bedrock-agentcore:ListAgentRuntimes, bedrock-agentcore:ListGateways" in result.stderr


def test_the_python_interface_lists_and_writes(
    account: Mapping[str, Any], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the command does."""
    for name, value in variables(account).items():
        monkeypatch.setenv(name, value)
    inventory = api.deployed()
    assert [one.name for one in inventory.of("gateway")] == ["gateway-002", "gateway-003", "local-gateway"]
    assert "agent_002-LOCAL00002" in inventory._repr_html_()
    found = api.discover(runtime="agent_002", root=project)
    assert found.path == project / "environments" / "agent_002.toml"
    assert found.path.read_text("utf-8") == found.text
    with pytest.raises(InputError, match="no target is named"):
        api.discover("x", root=project)
