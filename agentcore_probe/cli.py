"""The command line: commands, options and exit codes. `python -m agentcore_probe --help` lists them.

Exit codes: 0 verified, explained, accepted (`ask`), or without a problem (`doctor`); 1 a finding differs from what is
expected, an expectation is not met or out of date, inconclusive, a fault that `ask` or `doctor` found, or no cause is known
(`explain`); 2 usage, an input file, or a page that `check` cannot compare; 3 no identity; 4 nothing reachable; 5 report not
written; 70 internal error; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from agentcore_probe import __version__
from agentcore_probe.commands import streams
from agentcore_probe.commands.exit_status import exit_status
from agentcore_probe.commands.interrupt import interruptible
from agentcore_probe.commands.location import Location
from agentcore_probe.commands.options import (
    AskOptions,
    DiscoverOptions,
    IndexOptions,
    PlanOptions,
    ReportOptions,
    RunOptions,
    VerifyOptions,
)
from agentcore_probe.commands.parameters import (
    Group,
    Languages,
    controls_option,
    experiments_option,
    out_option,
    run_options,
)
from agentcore_probe.model.languages import DEFAULT, LANGUAGES

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="agentcore-probe")
def cli() -> None:
    """Verify how Amazon Bedrock AgentCore (Runtime and Gateway) accepts its callers."""


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
@click.option(
    "--engine",
    type=click.Choice(["fork", "nbclient"]),
    help="How the notebook is executed [default: fork on Linux, else nbclient]",
)
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
@run_options
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
@run_options
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
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Require a signature of this public key (Ed25519, PEM or OpenSSH)",
)
def check(file: Path, key: Path | None) -> None:
    """Verify that FILE, a report.html, was not altered.

    Decides each row of its record again, renders the record again and compares the pages.
    """
    from agentcore_probe.commands import check as command

    sys.exit(command.run(file, key))


@cli.command()
@click.argument("one", metavar="ENV|FILE")
@click.argument("other", metavar="[ENV|FILE]", required=False)
@out_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: a list for one environment, else an object"
)
@click.option(
    "--markdown",
    is_flag=False,
    flag_value="-",
    type=click.Path(path_type=Path),
    metavar="[FILE]",
    help="Write Markdown about two environments [default: to standard output]",
)
@click.option(
    "--lang",
    type=click.Choice(list(LANGUAGES)),
    default=DEFAULT,
    help=f"Language about two environments [default: {DEFAULT}]",
)
def diff(  # noqa: PLR0913, PLR0917  (click passes one argument an option)
    one: str, other: str | None, out: str | None, as_json: bool, markdown: Path | None, lang: str
) -> None:
    """Compare two runs, or two environments.

    Of one environment, or of two files of it (record.json, report.html): every difference between its last two
    runs. Of two environments: the smallest difference that explains why their newest runs have different
    results. Exits with 0 if no result differs, with 1 otherwise.
    """
    from agentcore_probe.commands import diff as command

    sys.exit(command.run(one, other, out=out, as_json=as_json, markdown=markdown, language=lang))


@cli.command()
@click.argument("environments", nargs=-1, metavar="ENV...")
@out_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, or a list for several environments"
)
@click.option("--rebuild", is_flag=True, help="Write the history again from the records of the reports")
def history(environments: tuple[str, ...], out: str | None, as_json: bool, rebuild: bool) -> None:
    """Show since when each row of ENV is as it is.

    Also in how many runs, the row's latency, and which rows flap (default ENV: local). Of several environments, of a
    pattern ('prod-*') or of all: one line each, those that need attention first.
    """
    if rebuild:
        if as_json:
            raise click.UsageError("--rebuild prints no JSON")
        from agentcore_probe.commands import rebuild as rebuilding

        rebuilding.run(environments or ("all",), out=out)
        return
    from agentcore_probe.commands import history as command

    command.run(environments or ("local",), out=out, as_json=as_json)


@cli.command()
@click.argument("environments", nargs=-1, required=True, metavar="ENV...")
@click.option("--older-than", "age", required=True, metavar="AGE", help="Of which reports: 90d, 12w, 36h")
@out_option
@click.option("--dry-run", "is_trial", is_flag=True, help="Print only what would be removed")
def prune(environments: tuple[str, ...], age: str, out: str | None, is_trial: bool) -> None:
    """Remove old reports of ENV, a pattern or all.

    Their runs stay in the history. The newest report of each environment stays, and so does every folder with other
    files.
    """
    from agentcore_probe.commands import prune as command

    command.run(environments, age=age, out=out, is_trial=is_trial)


@cli.command()
@click.option(
    "--lang",
    type=Languages(),
    default=(),
    help=f"The page's language ({', '.join(LANGUAGES)}), or several in one file [default: that of most environments]",
)
@out_option
@click.option(
    "--engine",
    type=click.Choice(["fork", "nbclient"]),
    help="How the notebook is executed [default: fork on Linux, else nbclient]",
)
def index(lang: tuple[str, ...], out: str | None, engine: str | None) -> None:
    """Make the page about all environments anew.

    It is index.html beside the reports, and shows what is in them: each environment as of its newest run. `report`
    of several environments makes it too.
    """
    from agentcore_probe.extras import require_extra
    from agentcore_probe.notebook.worker import worker_for

    require_extra("report", "'index'")

    def work(_: threading.Event) -> int:
        with worker_for(engine, modules=("agentcore_probe.api",)) as worker:
            from agentcore_probe.commands import index as command

            command.run(IndexOptions(languages=lang, out=out, engine=engine), worker)
            return 0

    sys.exit(interruptible(work))


@cli.command()
@click.argument("source", metavar="[FILE|TEXT]", required=False)
@click.option(
    "--token-env", metavar="NAME", help="The variable with the bearer token [default: the one in TEXT]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object")
@click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default=DEFAULT, help=f"Language [default: {DEFAULT}]"
)
def explain(source: str | None, token_env: str | None, as_json: bool, lang: str) -> None:
    """Explain a response, or a token, ARN, URL or authorizer.

    Takes curl -i output, an AWS error, a case file, a command before it is sent, a JWT or its claims, an ARN, a URL
    or an authorizer's settings (JSON, CloudFormation, CDK, Terraform): from FILE, as TEXT, or from standard input.
    """
    from agentcore_probe.commands import explain as command

    sys.exit(command.run(source, language=lang, as_json=as_json, token_variable=token_env))


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
@click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default=DEFAULT, help=f"Language [default: {DEFAULT}]"
)
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


@cli.command()
@click.option("--force", is_flag=True, help="Replace files that exist")
def init(force: bool) -> None:
    """Copy built-in environments and notebooks to edit.

    Writes example.toml, local.toml and the notebooks to the working directory.
    """
    from agentcore_probe.commands import init as command

    command.run(Path.cwd(), force=force)


@cli.command()
@click.argument("environment", default="local", metavar="ENV")
@click.option(
    "--from", "source", type=Location(), metavar="FILE", help="Read this record.json or report.html instead"
)
@click.option("--anonymous", is_flag=True, help="Replace account ids, names, hosts and ids with pseudonyms")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file, or - [default: ENV.record.json, with --anonymous capture.record.json]",
)
@click.option("--force", is_flag=True, help="Replace a file that exists")
def record(environment: str, source: str | None, anonymous: bool, out: Path | None, force: bool) -> None:
    """Write the facts of a run as a file, for others.

    Probes ENV (default: local) and writes its record, without a page. An anonymous record can be sent in as a
    test case (docs/captures.md).
    """

    def work(stop: threading.Event) -> int:
        from agentcore_probe.commands import record as command

        return command.run(environment, source=source, anonymous=anonymous, out=out, force=force, stop=stop)

    sys.exit(interruptible(work))


@cli.command()
@click.argument("name", type=click.Choice(["record", "environment"]), required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema of records or environment files.

    Without a name: both in one object.
    """
    from agentcore_probe.commands import schema as command

    command.run(name)


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
    "--cognito",
    type=click.Choice(["classic", "2026"]),
    default="classic",
    help="With 2026, Secrets Manager has the secrets of app clients",
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


def main() -> NoReturn:
    """The console script: runs a command and ends the process with its exit code."""
    # Imports allocate many objects and no garbage; the default threshold of 700 costs a tenth of the time.
    gc.set_threshold(10_000)
    # pydantic searches every installed package for plugins, which takes 40 ms; none is used here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    streams.prepare()
    streams.end(exit_status(cli, wants_json="--json" in sys.argv))
