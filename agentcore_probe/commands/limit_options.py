"""`--concurrency`, `--per-account`, `--jobs`: how many environments run at the same time."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from agentcore_probe.commands.limits import CONCURRENCY, PER_ACCOUNT, WITH_PAGES, Limits

_concurrency = click.option(
    "--concurrency",
    type=click.IntRange(1, 1000),
    metavar="N",
    help=f"How many environments to probe at a time [default: {CONCURRENCY}, and {WITH_PAGES} with pages]",
)
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


def limit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options to a command, which gets them as one argument `limits`."""

    @functools.wraps(command)
    def with_options(
        *arguments: Any, concurrency: int | None, per_account: int, jobs: int | None, **others: Any
    ) -> None:
        limits = Limits(concurrency=concurrency, per_account=per_account, jobs=jobs or os.cpu_count() or 1)
        command(*arguments, limits=limits, **others)

    return _concurrency(_per_account(_jobs(with_options)))
