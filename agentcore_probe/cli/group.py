"""The group to which each module of this package adds its commands."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

import click

from agentcore_probe import __version__

_FAMILIES = {
    "embedded": ("local",),
    "environments": ("discover", "environments", "init", "schema", "simulate"),
    "explanation": ("explain",),
    "login": ("login",),
    "results": ("check", "diff", "history", "index", "prune", "record"),
    "runs": ("ask", "doctor", "plan", "report", "verify"),
}
"""The commands of each module."""


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
    """The group of all commands. It imports the module of the command that is called, and every module for `--help`."""

    command_class = OnceOnly

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None if there is none, and every command is known then, to name a similar one."""
        family = next((family for family, names in _FAMILIES.items() if cmd_name in names), None)
        _load(_FAMILIES if family is None else (family,))
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        _load(_FAMILIES)
        return super().list_commands(ctx)


def _load(families: Iterable[str]) -> None:
    for family in families:
        import_module(f"agentcore_probe.cli.{family}")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="agentcore-probe")
def cli() -> None:
    """Verify how Amazon Bedrock AgentCore (Runtime and Gateway) accepts its callers."""
