"""Commands about environment files and what they describe."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from agentcore_probe.cli.group import cli
from agentcore_probe.commands.interrupt import interruptible
from agentcore_probe.commands.options import DiscoverOptions


@cli.command()
@click.argument("words", nargs=-1, metavar="[NAME] [TARGET]...")
@click.option("--runtime", metavar="RUNTIME", help="The Runtime's name, id, ARN or URL")
@click.option("--gateway", metavar="GATEWAY", help="The Gateway's name, id, ARN or URL")
@click.option("--harness", metavar="HARNESS", help="The harness's name, id or ARN: the Runtime behind it")
@click.option("--stack", metavar="STACK", help="The targets of this CloudFormation stack")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="One file for each Runtime and Gateway; with NAME, one table of them",
)
@click.option("--stdout", is_flag=True, help="Print the file instead of writing it")
@click.option("--force", is_flag=True, help="Replace a file that exists; it is kept as NAME.toml.bak")
@click.option("--region", help="AWS region [default: the ARN's, else boto3's]")
@click.option("--profile", help="AWS profile to read with; it is written to the file")
@click.option("--username", help="The Cognito user to log in as")
def discover(  # noqa: PLR0913, PLR0917  (click passes one argument an option)
    words: tuple[str, ...],
    runtime: str | None,
    gateway: str | None,
    harness: str | None,
    stack: str | None,
    everything: bool,
    stdout: bool,
    force: bool,
    region: str | None,
    profile: str | None,
    username: str | None,
) -> None:
    """Write environments/NAME.toml from what is deployed.

    Without a target, it lists the Runtimes, Gateways and harnesses of the region, to choose from. A TARGET is a
    name, an id, an ARN or a URL. Without NAME, the file is called like its target. Nothing deployed is changed.

    NAME --all writes a template, NAME.toml, and a table, NAME.csv, with a row for each environment; again with
    another --region or --profile, it adds rows.
    """
    options = DiscoverOptions(
        targets={"runtime": runtime, "gateway": gateway, "harness": harness},
        stack=stack,
        everything=everything,
        stdout=stdout,
        force=force,
        region=region,
        profile=profile,
        username=username,
    )

    def work(_: threading.Event) -> int:
        from agentcore_probe.commands import discover as command

        return command.run(words, options)

    sys.exit(interruptible(work))


@cli.command()
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of objects: name, file, all")
def environments(names: tuple[str, ...], as_json: bool) -> None:
    """List environments with their files.

    Those that ENV means: names, patterns such as 'prod-*', or `all`. Without ENV: every one, also those that
    `all` leaves out.
    """
    from agentcore_probe.commands import environments as command

    command.run(names, as_json=as_json)


@cli.command()
@click.option("--force", is_flag=True, help="Replace files that exist")
def init(force: bool) -> None:
    """Copy built-in environments and notebooks to edit.

    Writes example.toml, local.toml and the notebooks to the working directory.
    """
    from agentcore_probe.commands import init as command

    command.run(Path.cwd(), force=force)


@cli.command()
@click.argument("name", type=click.Choice(["record", "environment"]), required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema of records or environment files.

    Without a name: both in one object.
    """
    from agentcore_probe.commands import schema as command

    command.run(name)


@cli.command()
@click.argument("environment", metavar="ENV")
@click.option("--principal", metavar="ARN", required=True, help="The user, the role, or a session of a role")
@click.option("--profile", help="AWS profile that reads the principal's policies [default: as for ENV]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object")
def simulate(environment: str, principal: str, profile: str | None, as_json: bool) -> None:
    """Say whether an IAM principal may call ENV's targets.

    Evaluates its policies and the resource policies as IAM does, without becoming it: each action is allowed, or
    the line says what decides. Nothing is invoked. Exits with 0 if the calls of a run are allowed, else with 1.
    """

    def work(_: threading.Event) -> int:
        from agentcore_probe.commands import simulate as command

        return command.run(environment, principal, profile, as_json=as_json)

    sys.exit(interruptible(work))
