"""Agents and clients of A2A 1.x, whose SDK does not fit beside that of 0.3: each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.conftest import log_in
from tests.local.callers import runtime_url
from tests.peers.beside import beside
from tests.peers.install import HERE, python_of
from tests.peers.probing import Verification, environment_text, verify
from tests.peers.processes import serving
from tests.peers.table import Peer

ROW = "runtime-agent-card-jwt"


def probed(tmp_path: Path, *options: str) -> Verification:
    """The rows of a Runtime with the agent of the SDK in the place of its container."""
    command: list[str | Path] = [python_of("a2a"), HERE / "servers" / "a2a_agent.py", *options]
    with (
        serving(command, log=tmp_path / "log") as address,
        beside(agent_url=address, protocol="A2A") as ready,
    ):
        text = f'entrances = ["runtime-agent-card"]\n{environment_text(ready)}'
        return verify(tmp_path, ready, text)


def test_an_agent_of_1_0_gets_the_message_of_its_card(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """SendMessage with the header; the invocation in the form of 0.3 is the wrong version, behind the authorizer."""
    peer("a2a-sdk", "agent of A2A 1.0 in the Runtime", "a2a")
    run = probed(tmp_path)
    assert (run.rows[ROW]["observed"], run.cause(ROW)) == ("accepted", "none")
    message = next(exchange for exchange in run.exchanges if exchange["id"] == f"{ROW}/2")
    assert message["step"] == "SendMessage"
    assert message["request"]["headers"]["A2A-Version"] == "1.0"
    assert (run.rows["runtime-jwt"]["observed"], run.cause("runtime-jwt")) == (
        "accepted",
        "a2a-version-mismatch",
    )


def test_an_agent_that_also_speaks_0_3_accepts_both(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """Its card names 1.0."""
    peer("a2a-sdk", "agent of A2A 1.0 and 0.3 in the Runtime", "a2a")
    run = probed(tmp_path, "compat")
    assert {run.cause(row) for row in (ROW, "runtime-jwt")} == {"none"}
    assert run.verdict == "verified"


def test_the_client_of_1_0_reaches_an_agent_through_the_runtime(
    tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """By the card that the Runtime answers, whose interface is the URL of the invocations."""
    peer("a2a-sdk", "client of A2A 1.0 before the Runtime", "a2a")
    command = [python_of("a2a"), HERE / "servers" / "a2a_agent.py"]
    with (
        serving(command, log=tmp_path / "log") as address,
        beside(agent_url=address, protocol="A2A") as ready,
    ):
        url = runtime_url(ready).partition("?")[0]
        done = subprocess.run(
            [python_of("a2a"), HERE / "clients" / "a2a_client.py", url],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={"TOKEN": log_in(ready)["AccessToken"]},
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"name": "peer", "answer": "hi"}
