"""Commands about what runs have found out: records, pages, index and history."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from agentcore_probe.cli.group import cli
from agentcore_probe.commands.interrupt import interruptible
from agentcore_probe.commands.location import Location
from agentcore_probe.commands.options import IndexOptions
from agentcore_probe.commands.parameters import Languages, engine_option, out_option
from agentcore_probe.model.languages import DEFAULT, LANGUAGES


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
@engine_option
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
