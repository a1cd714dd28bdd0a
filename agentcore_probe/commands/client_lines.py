"""Whether MCP clients can connect, in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from agentcore_probe.commands.inert import COLOURS, inert
from agentcore_probe.commands.wrapping import print_wrapped
from agentcore_probe.report.view import View
from agentcore_probe.report.view.clients import chains, line, open_steps, reasons


def print_clients(console: Console, view: View) -> None:
    """Prints for each target the steps that are not passed, a line for each client, and why some do not connect."""
    if view.judgement.login_chains:
        console.print()
        print_wrapped(console, view.messages("section-clients"), "bold")
    for number, chain in enumerate(chains(view)):
        if number:
            console.print()
        _print_chain(console, view, chain)


def _print_chain(console: Console, view: View, chain: dict[str, Any]) -> None:
    console.print(inert(f"{chain['name']}: {chain['url']}"), soft_wrap=True)
    for step in open_steps(chain):
        style = COLOURS.get(step["result"], "yellow")
        print_wrapped(console, f"  {step['symbol']} {step['name']}: {step['text']}", style)
    print_wrapped(console, chain["counts"])
    for client in chain["clients"]:
        style = COLOURS.get(client["outcome"], "yellow")
        print_wrapped(console, f"  {client['ways'][0]['symbol']} {line(view, client)}", style)
    for reason in reasons(view, chain):
        print_wrapped(console, f"  {reason}")
