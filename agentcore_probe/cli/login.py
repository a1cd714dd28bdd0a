"""The command that logs in as an MCP client does."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import click

from agentcore_probe.cli.group import cli
from agentcore_probe.commands.interrupt import interruptible
from agentcore_probe.commands.options import LoginOptions
from agentcore_probe.model.languages import LANGUAGES


@cli.command()
@click.argument("environment", metavar="ENV")
@click.option(
    "--target",
    type=click.Choice(["gateway", "runtime"]),
    default="gateway",
    help="What to log in to [default: gateway]",
)
@click.option("--client-id", metavar="ID", help="The app client [default: the one of [identity]]")
@click.option("--register", is_flag=True, help="Register a client (DCR), which stays at the provider")
@click.option("--client-metadata-url", metavar="URL", help="The client's metadata document (CIMD)")
@click.option("--scope", metavar="SCOPES", help="Scopes to ask for [default: those that the target names]")
@click.option(
    "--redirect-uri",
    metavar="URI",
    help="Where the browser returns to [default: that of [identity], else one that the app client lists, else http://localhost:8400/callback]",
)
@click.option(
    "--no-resource", "sends_resource", is_flag=True, flag_value=False, default=True, help="Send no resource"
)
@click.option(
    "--no-browser",
    "opens_browser",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Only print the URL of the login",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the record to FILE, a new one"
)
@click.option(
    "--lang", "language", type=click.Choice(list(LANGUAGES)), help="Language [default: that of ENV]"
)
def login(environment: str, **values: Any) -> None:
    """Log in to ENV as an MCP client does, step by step.

    Reads the documents that the Gateway names, lets you log in with your browser, and calls it with the token. A
    secret of the app client is that of [identity]. It needs a terminal, also with --no-browser. Codes, tokens and secrets are neither printed nor written.
    Exits with 0 if the call is accepted, with 1 if a step fails.
    """
    options = LoginOptions(**values)

    def work(stop: threading.Event) -> int:
        from agentcore_probe.commands import login as command

        return command.run(environment, options, stop)

    sys.exit(interruptible(work))
