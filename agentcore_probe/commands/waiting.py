"""`--wait`: says what is waited for, and how the wait ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment

if TYPE_CHECKING:
    from agentcore_probe.probes.wait import Obstacle, Waiting


def show_waiting(environment: Environment, progress: Progress) -> Callable[[Waiting], None]:
    """Shows the states of a wait: on a terminal as progress, else a line on standard error where it changes.

    Args:
        environment: what is waited for, and in which language.
        progress: shows a phase and its state.
    """
    last: tuple[Obstacle, ...] = ()

    def show(waiting: Waiting) -> None:
        nonlocal last
        if waiting.is_over:
            key = "wait-timed-out" if waiting.obstacles else "wait-over"
            _print(key, environment, waiting)
        elif sys.stderr.isatty():
            progress("wait", _words(waiting))
        elif waiting.obstacles != last:
            _print("wait-for", environment, waiting)
        last = waiting.obstacles

    return show


def _words(waiting: Waiting) -> str:
    return "; ".join(f"{obstacle.target}: {obstacle.reason}" for obstacle in waiting.obstacles)


def _print(key: str, environment: Environment, waiting: Waiting) -> None:
    from agentcore_probe.report.messages import messages

    line = messages(environment.language)(
        key, environment=environment.name, obstacles=_words(waiting), seconds=round(waiting.seconds)
    )
    print_to_stderr(line)
