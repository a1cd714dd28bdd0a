"""What several commands have in common on the command line. Imports nothing heavy, because `--help` imports this."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from agentcore_probe.commands.ci_options import CiOptions, ci_options
from agentcore_probe.commands.export_options import export_options, requested
from agentcore_probe.commands.limit_options import limit_options
from agentcore_probe.commands.limits import Limits
from agentcore_probe.commands.location import Location
from agentcore_probe.commands.options import RunOptions
from agentcore_probe.commands.shard import Shard, shard_option
from agentcore_probe.model.languages import DEFAULT, LANGUAGES
from agentcore_probe.report.exports import EXPORTS

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


class OnceOnly(click.Command):
    """A command that refuses a value given twice, of which click would silently take the last."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the arguments; raises UsageError for an option with one value that has two."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            for param in set(order):
                is_single = isinstance(param, click.Option) and not (param.multiple or param.is_flag)
                if is_single and order.count(param) > 1:
                    ctx.fail(f"Option '{param.opts[0]}' was given {order.count(param)} times; give it once")
        return super().parse_args(ctx, args)


class Group(click.Group):
    """The group of all commands."""

    command_class = OnceOnly


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


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that `report` and `verify` share to a command, which gets them as one argument `run`."""

    @functools.wraps(command)
    def with_options(
        *arguments: Any,
        limits: Limits,
        shard: Shard | None,
        experiments: bool,
        controls: ControlLevel,
        ci: CiOptions,
        **others: Any,
    ) -> None:
        exports = requested({name: others.pop(name) for name in EXPORTS})
        run = RunOptions(
            limits=limits, shard=shard, experiments=experiments, controls=controls, exports=exports, ci=ci
        )
        command(*arguments, run=run, **others)

    options = (limit_options, shard_option, export_options, experiments_option, controls_option, ci_options)
    for option in reversed(options):
        with_options = option(with_options)
    return with_options
