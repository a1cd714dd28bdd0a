"""The progress of a run below the cell that started it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from agentcore_probe.model.display import visible
from agentcore_probe.model.progress import ProgressText


@contextmanager
def notebook_progress(
    own: Callable[[str, str], None] | None,
) -> Iterator[Callable[[str, str], None] | None]:
    """A function that shows each phase and its state while the block runs; it leaves nothing behind.

    Args:
        own: the caller's own function, which is used instead; None: in a notebook, an output of the running cell that is
            updated, without widgets.
    """
    if own is not None:
        yield own
        return
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        yield None
        return
    from IPython import display

    text = ProgressText()
    show: Any = display.display
    line = show({"text/plain": "starting"}, raw=True, display_id=True)

    def progress(phase: str, state: str) -> None:
        line.update({"text/plain": visible(text(phase, state))}, raw=True)

    try:
        yield progress
    finally:
        line.update({"text/plain": ""}, raw=True)
