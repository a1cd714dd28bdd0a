"""`discover` in a terminal: the numbered list, and what is chosen from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.commands.choosing import listing, nothing_deployed
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.inventory import Inventory, Resource
from tests.embedded import started
from tests.terminals import Terminal

PROMPT = b"or Enter to leave: "
USERNAME = b"fill it in later: "


@pytest.fixture(scope="module")
def account() -> Iterator[Mapping[str, Any]]:
    """Two Runtimes, two Gateways and a harness: numbers 1 to 5."""
    with started(LocalSetup(runtimes=2, gateways=2, harnesses=1)) as facts:
        yield facts


@pytest.fixture
def discover(account: Mapping[str, Any], project: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts `discover` in a terminal."""
    terminals: list[Terminal] = []

    def start(*words: str) -> Terminal:
        own = {"PATH": os.environ["PATH"], "TERM": "xterm", "AWS_REGION": "us-east-1", "HOME": str(project)}
        terminals.append(Terminal(("discover", *words), {**account["variables"], **own}, project))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def answer(terminal: Terminal, *texts: bytes, until: bytes = b"\0") -> str:
    """What the terminal shows after these answers, each at a prompt, until its end or that text."""
    for text in texts:
        assert PROMPT in terminal.read(50, until=PROMPT)
        terminal.type(text)
    terminal.read(50, until)
    return terminal.output.decode().replace("\r\n", "\n")


def test_a_runtime_and_a_gateway_are_chosen_together(
    discover: Callable[..., Terminal], project: Path
) -> None:
    """After a search and a wrong number; the list fits into 80 columns."""
    terminal = discover("prod")
    answer(terminal, b"GATEWAY\n", b"nothing like it\n", b"6\n", b"2, 4\n", until=USERNAME)
    terminal.type(b"probe\n")
    shown = answer(terminal)
    assert terminal.process.wait(5) == 0, shown
    lines = shown.splitlines()
    assert "    2  local_agent    READY     JWT   HTTP" in lines
    assert "    4  local-gateway  READY     JWT   MCP" in lines
    assert "Nothing is called 'nothing like it'." in shown
    assert "There is no number 6; they go from 1 to 5." in shown
    assert all(len(line.partition("leave: ")[0]) <= 80 for line in lines)
    text = (project / "environments" / "prod.toml").read_text("utf-8")
    assert "runtime/local_agent-LOCALAGENT" in text
    assert 'id = "local-gateway-localgw001"' in text
    assert 'username = "probe"' in text


def test_several_are_files_of_their_own(discover: Callable[..., Terminal], project: Path) -> None:
    """A range of numbers."""
    terminal = discover()
    assert "agent_002.toml" in answer(terminal, b"1-2\n")
    assert terminal.process.wait(5) == 0
    assert {"agent_002.toml", "local_agent.toml"} <= {
        path.name for path in (project / "environments").iterdir()
    }


@pytest.mark.parametrize(("text", "status"), [(b"\n", 0), (b"\x04", 0), (b"\x03", 130)])
def test_leaving_the_list_writes_nothing(
    discover: Callable[..., Terminal], project: Path, text: bytes, status: int
) -> None:
    """By Enter, at the end of input, and by an interrupt."""
    before = sorted((project / "environments").iterdir())
    terminal = discover("prod")
    answer(terminal, text)
    assert terminal.process.wait(5) == status
    assert sorted((project / "environments").iterdir()) == before


def test_a_name_is_one_line_of_the_list() -> None:
    """A service's text cannot look like another line, such as a command to paste."""
    named = Resource(kind="runtime", id="a-ABCDEFGHIJ", name="a\n\n  agentcore-probe\u202e", status="READY\n")
    inventory = Inventory(region="us-east-1", account=None, resources=(named,))
    assert list(listing(inventory, inventory.resources, numbers=True)) == [
        "Runtimes: status, authorizer, protocol",
        "    1  a agentcore-probe\\u202e  READY     ?     ?",
    ]


def test_of_what_could_not_be_listed_nothing_is_said_to_be_absent() -> None:
    """The list may be denied, or longer than what is read."""
    inventory = Inventory(region="us-east-1", account=None, unlisted=("runtime",))
    assert nothing_deployed(inventory) == (
        "There is no Gateway or harness in us-east-1; Runtimes could not be listed."
    )
    everything = inventory.model_copy(update={"unlisted": ()})
    assert "no Runtime, Gateway or harness in us-east-1. Try" in nothing_deployed(everything)
