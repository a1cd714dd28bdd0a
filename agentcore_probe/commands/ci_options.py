"""The options of `report` and `verify` for pipelines. Imports nothing heavy, because `--help` imports this module."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from agentcore_probe.commands.location import Location

if TYPE_CHECKING:
    from agentcore_probe.history.gate import Kind

_KINDS: tuple[Kind, ...] = ("unexpected", "error", "change")


@dataclass(frozen=True)
class CiOptions:
    """What makes the exit code 1, and how long to wait for a deployment."""

    fail_on: frozenset[Kind] = frozenset({"unexpected", "error"})
    """The kinds of findings that count (`history.gate`)."""
    baseline: str | None = None
    """The record of a run whose findings are accepted, or a folder with those of many; None: none are."""
    wait: float = 0
    """Minutes to wait at most until the targets can be called."""

    @property
    def has_gate(self) -> bool:
        """Whether the exit code is to follow anything but the verdict."""
        return self.baseline is not None or self.fail_on != CiOptions.fail_on

    @property
    def needs_previous_run(self) -> bool:
        """Whether changes count and there is no baseline to count them from."""
        return "change" in self.fail_on and self.baseline is None


class _Kinds(click.ParamType[tuple[str, ...]]):
    """Kinds of findings with commas between them."""

    name = "KINDS"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The kinds, as they were given."""
        kinds = value if isinstance(value, tuple) else tuple(value.split(","))
        for kind in kinds:
            if kind not in _KINDS:
                self.fail(f"unknown kind {kind!r}. Use one or more of: {','.join(_KINDS)}", param, ctx)
        return kinds


class _Minutes(click.FloatRange):
    """A number of minutes; click lets `nan` pass, which no time is ever greater than."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The minutes."""
        minutes: float = super().convert(value, param, ctx)
        if math.isnan(minutes):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return minutes


_OPTIONS = (
    click.option(
        "--fail-on",
        type=_Kinds(),
        multiple=True,
        help="Exit with 1 only for findings of these kinds: unexpected, error, change; with commas or repeated "
        "[default: unexpected,error]",
    ),
    click.option(
        "--baseline",
        type=Location(),
        metavar="LOCATION",
        help="Do not exit with 1 for what this record.json or report.html has already; print what differs from it. "
        "A folder, or s3://BUCKET/PREFIX, has ENV.json for each environment, or their reports",
    ),
    click.option(
        "--wait",
        type=_Minutes(min=0, max=24 * 60),
        default=0,
        metavar="MINUTES",
        help="After a deployment: wait at most this long until the targets can be called",
    ),
)


def ci_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options to a command, which gets them as one argument `ci`."""

    @functools.wraps(command)
    def with_options(
        *arguments: Any,
        fail_on: tuple[tuple[Kind, ...], ...],
        baseline: str | None,
        wait: float,
        **others: Any,
    ) -> None:
        kinds = frozenset(kind for group in fail_on for kind in group) or CiOptions.fail_on
        command(*arguments, ci=CiOptions(kinds, baseline, wait), **others)

    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return with_options
