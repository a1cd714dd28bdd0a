"""`--shard I/N`: one of N equal parts of the environments, for N machines. Imports nothing heavy, because `--help` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from agentcore_probe.regex import regex

_FORM = regex(r"([0-9]{1,6})/([0-9]{1,6})")


class Shard(NamedTuple):
    """Which part of the environments a command takes."""

    number: int
    """From 1."""
    parts: int

    def part(self, names: Sequence[str]) -> list[str]:
        """The part: every `parts`-th name. Of the same names, every shard has different ones, and together all.

        Args:
            names: all environments, in any order.
        """
        return sorted(names)[self.number - 1 :: self.parts]

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"


class ShardType(click.ParamType[Shard]):
    """I/N, with I from 1 to N."""

    name = "I/N"

    def convert(self, value: str | Shard, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """The shard."""
        if isinstance(value, Shard):
            return value
        match = _FORM.fullmatch(value)
        shard = Shard(int(match[1]), int(match[2])) if match else None
        if shard is None or not 1 <= shard.number <= shard.parts:
            self.fail(
                f"{value!r} is not I/N, such as 1/4 for the first of 4 parts; I is from 1 to N.", param, ctx
            )
        return shard


def part_of(names: Sequence[str], shard: Shard | None) -> list[str]:
    """The environments that a command takes; prints it where there are none, which is not an error: a part may be empty.

    Args:
        names: all that it was given.
        shard: which part; None: all.
    """
    if shard is None:
        return list(names)
    part = shard.part(names)
    if not part:
        print(f"part {shard} is empty: there are {len(names)} environments", file=sys.stderr)
    return part


shard_option = click.option(
    "--shard",
    type=ShardType(),
    metavar="I/N",
    help="Take only every N-th environment, from the I-th on: one part of N, for N machines",
)
