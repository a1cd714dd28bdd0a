"""`--concurrency`, `--per-account`, `--jobs`: how many environments run at the same time."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from agentcore_probe.commands.limits import PER_ACCOUNT, Limits

_per_account = click.option(
    "--per-account",
    type=click.IntRange(1, 1000),
    default=PER_ACCOUNT,
    metavar="N",
    help=f"How many of them in one account and region [default: {PER_ACCOUNT}]",
)
_jobs = click.option(
    "--jobs",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="How many processes make pages or run an embedded AgentCore [default: one per core]",
)


def limit_options(concurrency: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that adds the options to a command, which gets them as one argument `limits`.

    Args:
        concurrency: the default of `--concurrency`.
    """
    concurrency_option = click.option(
        "--concurrency",
        type=click.IntRange(1, 1000),
        default=concurrency,
        metavar="N",
        help=f"How many environments to probe at a time [default: {concurrency}]",
    )

    def add(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def with_options(
            *arguments: Any, concurrency: int, per_account: int, jobs: int | None, **others: Any
        ) -> None:
            jobs = jobs or os.cpu_count() or 1
            limits = Limits(concurrency=concurrency, per_account=per_account, jobs=jobs)
            command(*arguments, limits=limits, **others)

        return concurrency_option(_per_account(_jobs(with_options)))

    return add
