"""The command that runs the embedded AgentCore."""

from __future__ import annotations

from typing import Any

import click

from agentcore_probe.cli.group import cli


@cli.command()
@click.option(
    "--runtime",
    "runtime_authorizer",
    type=click.Choice(["jwt", "iam"]),
    default="jwt",
    help="The Runtime's authorizer",
)
@click.option(
    "--gateway",
    "gateway_authorizer",
    type=click.Choice(["jwt", "iam", "none"]),
    default="jwt",
    help="The Gateway's authorizer",
)
@click.option(
    "--protocol",
    type=click.Choice(["HTTP", "MCP", "A2A", "AGUI"]),
    default="HTTP",
    help="The Runtime's protocol",
)
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Set up this fault (repeatable)")
@click.option(
    "--allowed-port",
    "allowed_ports",
    multiple=True,
    type=click.IntRange(8_000, 12_000),
    metavar="N",
    help="Give sessions an endpoint that serves this port (repeatable)",
)
@click.option(
    "--runtimes",
    type=click.IntRange(1, 1000),
    default=1,
    metavar="N",
    help="How many Runtimes the account has",
)
@click.option(
    "--gateways",
    type=click.IntRange(1, 100),
    default=1,
    metavar="N",
    help="How many Gateways the account has",
)
@click.option(
    "--harnesses",
    type=click.IntRange(0, 1000),
    default=0,
    metavar="N",
    help="How many harnesses the account has",
)
@click.option(
    "--harness",
    type=click.Choice(["jwt", "iam"]),
    help="Add a harness with this authorizer, which can be called",
)
@click.option(
    "--registry",
    type=click.Choice(["jwt", "iam"]),
    help="Add an agent registry with this authorizer",
)
@click.option(
    "--cognito",
    type=click.Choice(["classic", "2026"]),
    default="classic",
    help="With 2026, Secrets Manager has the secrets of app clients",
)
@click.option(
    "--login-server",
    multiple=True,
    type=click.Choice(["registration", "client-metadata", "server-metadata", "s256", "iss"]),
    help="Let MCP clients log in; the authorization server offers this (repeatable)",
)
@click.option("--stack", metavar="NAME", help="Name what is deployed in this CloudFormation stack")
@click.option("--list-faults", is_flag=True, help="Print the name and the effect of each fault")
@click.option(
    "--json", "as_json", is_flag=True, help="When ready, print everything a client needs as one line of JSON"
)
@click.option(
    "--export", is_flag=True, help="Run in the background, and print the variables for a shell to evaluate"
)
def local(list_faults: bool, as_json: bool, export: bool, **setup: Any) -> None:
    """Run the embedded AgentCore until interrupted.

    Prints commands to paste for curl, boto3, the aws command, an MCP client and notebooks.
    """
    from agentcore_probe.commands import local as command

    if list_faults:
        command.print_faults()
        return
    command.run(as_json=as_json, export=export, **setup)
