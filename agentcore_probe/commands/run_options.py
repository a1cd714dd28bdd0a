"""The options that `report` and `verify` share. Imports nothing heavy, because `--help` imports this module."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agentcore_probe.commands.ci_options import CiOptions, ci_options
from agentcore_probe.commands.export_options import export_options, requested
from agentcore_probe.commands.limit_options import limit_options
from agentcore_probe.commands.limits import Limits
from agentcore_probe.commands.options import RunOptions
from agentcore_probe.commands.parameters import controls_option, experiments_option
from agentcore_probe.commands.shard import Shard, shard_option
from agentcore_probe.report.exports import EXPORTS

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


def run_options(concurrency: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that adds the options that `report` and `verify` share to a command, which gets them as one argument `run`.

    Args:
        concurrency: the default of `--concurrency`.
    """

    def add(command: Callable[..., None]) -> Callable[..., None]:
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

        limits = limit_options(concurrency)
        options = (limits, shard_option, export_options, experiments_option, controls_option, ci_options)
        for option in reversed(options):
            with_options = option(with_options)
        return with_options

    return add
