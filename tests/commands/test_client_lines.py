"""Forecasts for MCP clients in the terminal."""

from __future__ import annotations

import pytest
from rich.console import Console

from agentcore_probe import api
from agentcore_probe.commands.client_lines import print_clients
from tests.conftest import PROJECT
from tests.report.login_chains import view_of

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")
LINES = """
Can this client connect?
Gateway: https://gateway.example/mcp
  ! Metadata of the authorization server: It names
    <script>alert("x")</script>.
  ✗ The client's id: Nobody can register.
  ? Token: A run does not log in as a client.
1 of 3 clients can be expected to connect. 1 more could not be determined.
  ✓ t-first: connects (with a client id)
  ✗ t-second: fails at "The client's id" [identity provider]
  ? t-third: possible, unknown at "Token" [client]
  t-second: It cannot register itself. Turn registration on in the user pool.
  t-third: It reads <script>alert("x")</script>.
"""


def test_steps_that_are_not_passed_and_a_line_for_each_client(capsys: pytest.CaptureFixture[str]) -> None:
    """At eighty columns; each reason once."""
    print_clients(Console(width=80, highlight=False), view_of(SAMPLE))
    assert capsys.readouterr().out == LINES


@pytest.mark.parametrize("width", [40, 80, 140])
def test_no_line_is_wider_than_the_terminal(capsys: pytest.CaptureFixture[str], width: int) -> None:
    """In Japanese, too."""
    print_clients(Console(width=width, highlight=False), view_of(SAMPLE, "ja"))
    lines = capsys.readouterr().out.splitlines()
    assert any("接続可" in line for line in lines)
    assert all(len(line) <= width for line in lines)


def test_nothing_is_printed_without_a_chain(capsys: pytest.CaptureFixture[str]) -> None:
    """As before."""
    view = view_of(SAMPLE)
    without = type(view)(view.record, api.judge(SAMPLE), view.messages)
    print_clients(Console(width=80), without)
    assert capsys.readouterr().out == ""
