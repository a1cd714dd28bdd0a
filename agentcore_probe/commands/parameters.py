"""What several commands have in common on the command line. Imports nothing heavy, because `--help` imports this."""

from __future__ import annotations

import click

from agentcore_probe.commands.location import Location
from agentcore_probe.model.languages import DEFAULT, LANGUAGES


class Languages(click.ParamType[tuple[str, ...]]):
    """Language codes with commas between them, in the order of the page: `en`, or `en,ja`."""

    name = "LANG"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The codes, each once."""
        if isinstance(value, tuple):
            return value
        codes = tuple(dict.fromkeys(value.split(",")))
        for code in codes:
            if code not in LANGUAGES:
                self.fail(f"unknown language {code!r}. Use one of: {', '.join(LANGUAGES)}", param, ctx)
        return codes


out_option = click.option(
    "--out",
    type=Location(),
    metavar="LOCATION",
    help="Folder of the reports, or s3://BUCKET/PREFIX [default: reports]",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["fork", "nbclient"]),
    help="How the notebook is executed [default: fork on Linux, else nbclient]",
)
language_option = click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default=DEFAULT, help=f"Language [default: {DEFAULT}]"
)
experiments_option = click.option(
    "--no-experiments",
    "experiments",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Make no extra calls to prove a cause",
)
controls_option = click.option(
    "--controls",
    type=click.Choice(["few", "all"]),
    default="all",
    help="How many calls to send that must be refused: a dozen per target, or some forty [default: all]",
)
