"""Promises 1, 5 and 32: many runs with canary secrets in one command leak none, also where one has ended before another.

A server echoes what it is sent. All environments are rows of a table and have the same password; some end at once, and
the others later. Beside the reports, the index, the history, the badges and the kept errors are searched.
"""

from __future__ import annotations

from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, Thread

import pyarrow.parquet as pq
import pytest

from agentcore_probe import store
from agentcore_probe.errors import SecretLeakError
from agentcore_probe.secret import Holder, Secret, find_leak
from tests.conftest import Command
from tests.promises.test_echoed_secrets import PASSWORD, SESSION, TOKEN, echo
from tests.promises.test_no_secret_leaves_a_run import WatchedRun

__all__ = ["echo"]

TEMPLATE = """
region = "us-east-1"
[table]
file = "rows.csv"
[runtime]
arn = "arn:aws:bedrock-agentcore:us-east-1:{account}:runtime/{runtime}"
[gateway]
url = "{url}/mcp"
[identity]
client_id = "c"
flow = "user-password"
username = "{user}"
password = { env = "T_PASSWORD" }
[endpoints]
"""
SERVICES = ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts")


@pytest.fixture
def dead() -> str:
    """The URL of a port that nothing listens at."""
    with ThreadingHTTPServer(("127.0.0.1", 0), None) as server:  # type: ignore[arg-type]
        port = server.server_port
    return f"http://127.0.0.1:{port}"


@pytest.mark.slow
def test_a_fleet_leaks_no_canary(echo: str, dead: str, project: Path, tmp_path: Path) -> None:
    """Not in a file, a row of the history, on the terminal or on a command line, whatever a row of the table has."""
    endpoints = "".join(f'{name} = "{{url}}"\n' for name in SERVICES)
    (project / "environments" / "rows.toml").write_text(TEMPLATE + endpoints)
    rows = [
        f"echo-1,123456789012,a-ABCDEFGHIJ,{echo},u",
        f"gone,123456789012,a-ABCDEFGHIJ,{dead},u",
        f"echo-2,123456789012,a-ABCDEFGHIJ,{echo},u",
        f"ended,123456789012,not an id,{echo},u",
        f'"{PASSWORD.replace(chr(34), chr(34) * 2)}",123456789012,a-ABCDEFGHIJ,{echo},u',
        f'planted,123456789012,a-ABCDEFGHIJ,{echo},"{PASSWORD.replace(chr(34), chr(34) * 2)}"',
        f"echo-3,123456789012,a-ABCDEFGHIJ,{echo},u",
    ]
    (project / "environments" / "rows.csv").write_text(
        "\n".join(["name,account,runtime,url,user", *rows]), "utf-8"
    )
    canaries = {"T_PASSWORD": PASSWORD, "AWS_SESSION_TOKEN": SESSION, "AWS_SECRET_ACCESS_KEY": "w" * 39 + "/"}
    words = (
        "rows",
        "--markdown",
        "m.md",
        "--junit",
        "j.xml",
        "--sarif",
        "s.sarif",
        "--json-summary",
        "s.json",
    )
    run = WatchedRun(project, tmp_path / "tmp", canaries, "report", *words, "--concurrency", "3")
    output = run.wait()
    assert run.process.returncode == 5, output  # one record would have shown it
    table = project / "environments" / "rows.csv"
    table.unlink()  # the user's own file has one
    reports = project / "reports"
    assert (reports / "index.html").is_file()
    assert len([*reports.glob("echo-*/2*/report.html")]) == 3
    history = [repr(pq.read_table(path).to_pylist()) for path in reports.glob("history/*/*.parquet")]
    assert len(history) >= 3
    (project / "history.txt").write_text("\n".join(history))
    assert run.leaks(output) == []
    assert run.command_line_leaks == []


def test_a_password_of_three_runs_is_found_until_the_last_has_ended(tmp_path: Path) -> None:
    """The runs register it at the same moment, and one ends while the others are about to write."""
    holders = [Holder() for _ in range(3)]
    together = Barrier(3)

    def begin(holder: Holder) -> None:
        with holder.holding():
            together.wait()
            Secret(PASSWORD, "password")

    threads = [Thread(target=begin, args=(holder,)) for holder in holders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for holder in holders:
        with pytest.raises(SecretLeakError):
            store.write(tmp_path / "record.json", f'"{PASSWORD}"')
        holder.release()
    assert find_leak(PASSWORD.encode()) is None


def test_a_command_looks_for_its_own_secrets_only(command_here: Command, project: Path) -> None:
    """The limit: a text that has the secret of a run that ended, in the file of another one, is not recognized."""
    holder = Holder()
    with holder.holding():
        Secret(TOKEN, "token")
    holder.release()
    store.write(project / "later.txt", TOKEN)
    assert (project / "later.txt").read_text() == TOKEN
