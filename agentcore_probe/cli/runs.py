"""Commands that call an environment's targets, or say what a call needs."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agentcore_probe.cli.group import cli
from agentcore_probe.commands.interrupt import interruptible
from agentcore_probe.commands.limits import CONCURRENCY, CONCURRENCY_WITH_PAGES
from agentcore_probe.commands.location import Location
from agentcore_probe.commands.options import AskOptions, PlanOptions, ReportOptions, RunOptions, VerifyOptions
from agentcore_probe.commands.parameters import (
    Languages,
    controls_option,
    engine_option,
    experiments_option,
    language_option,
    out_option,
)
from agentcore_probe.commands.run_options import run_options
from agentcore_probe.model.languages import LANGUAGES

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


@cli.command()
@click.argument("environments", nargs=-1, metavar="ENV...")
@click.option(
    "--lang",
    type=Languages(),
    default=(),
    help=f"The report's language ({', '.join(LANGUAGES)}), or several in one file: en,ja [default: the environment's]",
)
@out_option
@click.option(
    "--from",
    "source",
    type=Location(),
    metavar="FILE",
    help="Report on this record.json or report.html instead of a new run",
)
@engine_option
@click.option(
    "--notebook",
    metavar="NAME",
    help="Make the page with notebooks/NAME.ipynb, or with one that a package provides [default: verification]",
)
@click.option(
    "--share",
    is_flag=True,
    help="Replace account ids, names, hosts and resource ids with pseudonyms, and omit cells added to the notebook",
)
@click.option(
    "--history",
    "with_history",
    is_flag=True,
    help="Add a section: since when each result is as it is, how often, its latency, what flaps",
)
@click.option(
    "--sign",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Sign the page with this private key (Ed25519, PEM or OpenSSH)",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Let the workers of a Dask cluster make the reports: tcp://HOST:PORT or tls://HOST:PORT (docs/fleet/dask.md)",
)
@click.option(
    "--against",
    metavar="ENV|FILE",
    help="Compare with the newest run of another environment, in a section of the page",
)
@run_options(CONCURRENCY_WITH_PAGES)
def report(  # noqa: PLR0913, PLR0917  (click passes one argument an option)
    environments: tuple[str, ...],
    lang: tuple[str, ...],
    out: str | None,
    source: str | None,
    engine: str | None,
    notebook: str | None,
    share: bool,
    with_history: bool,
    sign: Path | None,
    scheduler: str | None,
    against: str | None,
    run: RunOptions,
) -> None:
    """Probe ENV and write its report (default ENV: local).

    The report is reports/ENV/TIME/report.html. ENV may be a pattern ('prod-*') or `all`: every file in environments/
    but example and recorded ones. Several also make reports/index.html. For an exported FILE, - is standard output.
    """
    from agentcore_probe.extras import require_extra
    from agentcore_probe.notebook.worker import worker_for

    require_extra("report", "'report'")
    options = ReportOptions(
        languages=lang,
        out=out,
        source=source,
        engine=engine,
        notebook=notebook,
        share=share,
        history=with_history,
        sign=sign,
        scheduler=scheduler,
        against=against,
        **vars(run),
    )
    if scheduler is not None:
        require_extra("fleet", "'--scheduler'")

    def work(stop: threading.Event) -> int:
        # Started before anything else is imported: the worker's imports take as long as this process's.
        with worker_for(engine, modules=("agentcore_probe.api",)) as worker:
            from agentcore_probe.commands import report as command

            return command.run(environments or ("local",), options, stop, worker)

    sys.exit(interruptible(work))


@cli.command()
@click.argument("environments", nargs=-1, metavar="ENV...")
@click.option("--only", metavar="METHOD", help="Test only this access method, and what its judgement needs")
@click.option("--change", metavar="FACTOR", help="Repeat its first request with only this factor changed")
@click.option("--json", "as_json", is_flag=True, help="Print the record and its judgement as JSON")
@run_options(CONCURRENCY)
def verify(
    environments: tuple[str, ...],
    only: str | None,
    change: str | None,
    as_json: bool,
    run: RunOptions,
) -> None:
    """Probe ENV and print the result instead of a report.

    Of several environments, or `all`, it prints the verdicts and the rows that are not as expected. For an
    exported FILE, - is standard output.
    """
    from agentcore_probe.commands import verify as command

    options = VerifyOptions(
        only=only,
        change=change,
        as_json=as_json,
        **vars(run),
    )
    names = environments or ("local",)
    sys.exit(interruptible(lambda stop: command.run(names, options, stop)))


@cli.command()
@click.argument("environments", nargs=-1, metavar="ENV...")
@click.option("--only", metavar="METHOD", help="Plan only this access method, and what its judgement needs")
@controls_option
@experiments_option
@click.option(
    "--from",
    "source",
    type=Location(),
    metavar="FILE",
    help="Take what is deployed from this record.json or report.html [default: the newest report]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with headers and bodies")
def plan(  # noqa: PLR0913, PLR0917  (click passes one argument an option)
    environments: tuple[str, ...],
    only: str | None,
    controls: ControlLevel,
    experiments: bool,
    source: str | None,
    as_json: bool,
) -> None:
    """Show what a run of ENV would send, and send nothing.

    Every request with its prediction and what is charged, how many there are, and where each setting comes from.
    Nothing is called, no AWS login is made, and no command for a secret is run.
    """
    from agentcore_probe.commands import plan as command

    options = PlanOptions(
        source=source, only=only, controls=controls, experiments=experiments, as_json=as_json
    )
    sys.exit(command.run(environments or ("local",), options))


@cli.command()
@click.argument("target", metavar="ARN|URL")
@click.option("--token-env", metavar="NAME", help="The variable that has the bearer token")
@click.option("--token-file", metavar="FILE", help="The file that has it")
@click.option("--token-command", metavar="COMMAND", help="The command that prints it")
@click.option(
    "--sign", is_flag=True, help="Sign with AWS credentials [default: without a token, if there are some]"
)
@click.option("--profile", help="AWS profile to sign with, and to read what is deployed")
@click.option("--region", help="AWS region [default: the one in ARN or URL]")
@click.option(
    "--protocol",
    type=click.Choice(["http", "mcp", "a2a", "agui"]),
    help="What the target speaks [default: mcp for a Gateway and /mcp, else as it is seen, else http]",
)
@click.option("--prompt", metavar="TEXT", help="What to say to the agent [default: a greeting]")
@click.option("--payload", metavar="JSON|@FILE", help="The whole body instead; with --tool, its arguments")
@click.option("--tool", metavar="NAME", help="The Gateway's tool to call [default: tools are listed]")
@click.option(
    "--seconds", type=click.FloatRange(0, 900, min_open=True), help="Time limit of one request [default: 30]"
)
@click.option("--environment", metavar="NAME", help="Write environments/NAME.toml instead of printing it")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object")
@click.option(
    "--report",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Write the page too [default: reports/asked/]",
)
@language_option
def ask(  # noqa: PLR0913, PLR0917  (click passes one argument an option)
    target: str,
    token_env: str | None,
    token_file: str | None,
    token_command: str | None,
    sign: bool,
    profile: str | None,
    region: str | None,
    protocol: str | None,
    prompt: str | None,
    payload: str | None,
    tool: str | None,
    seconds: float | None,
    environment: str | None,
    as_json: bool,
    report: str | None,
    lang: str,
) -> None:
    """Make one call and explain its answer.

    Needs no environment file. Sends the call, the same without a credential, a Runtime's with the other form
    of its ARN, and reads the public documents that a 401 names: at most 12 requests.
    """
    options = AskOptions(
        token={"env": token_env, "file": token_file, "command": token_command},
        sign=sign,
        profile=profile,
        region=region,
        protocol=protocol,
        prompt=prompt,
        payload=payload,
        tool=tool,
        seconds=seconds,
        environment=environment,
        report=report,
        language=lang,
        as_json=as_json,
    )

    def work(stop: threading.Event) -> int:
        from agentcore_probe.commands import ask as command

        return command.run(target, options, stop)

    sys.exit(interruptible(work))


@cli.command()
@click.argument("environments", nargs=-1, metavar="[ENV]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object")
def doctor(environments: tuple[str, ...], as_json: bool) -> None:
    """Check what a run of ENV needs, without one.

    Versions, files, AWS login, network, clock, permissions, secrets, settings: each is ok, or the line says what
    to do. Without ENV: this machine and its AWS login. Runtime and Gateway are not called.
    """

    def work(stop: threading.Event) -> int:
        from agentcore_probe.commands import doctor as command

        return command.run(environments, stop, as_json=as_json)

    sys.exit(interruptible(work))
