"""Asks the person at the terminal, or shows something there; one thing at a time, whatever is running."""

from __future__ import annotations

import contextlib
import getpass
import os
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from agentcore_probe.errors import StoppedError

_PROMPTS = threading.Lock()
_changed: list[tuple[int, list[Any]]] = []
"""The terminal that does not show what is typed, with its settings before."""


def has_terminal() -> bool:
    """Whether somebody may type an answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def has_notebook() -> bool:
    """Whether somebody works with a notebook: a kernel whose client answers questions (nbclient's and papermill's do not)."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(getattr(shell, "kernel", None), "_allow_stdin", False) is True


PromptCallback = Callable[[str], None]
"""Called with `begun` before a prompt and with `done` after it."""


@contextlib.contextmanager
def turn(on_prompt: PromptCallback, stop: threading.Event | None = None) -> Iterator[None]:
    """The terminal belongs to the block; other prompts wait.

    Args:
        on_prompt: makes room on the terminal.
        stop: ends the wait for the other prompts.

    Raises:
        StoppedError: `stop` was set.
    """
    while not _PROMPTS.acquire(timeout=0.1):
        if stop is not None and stop.is_set():
            raise StoppedError
    try:
        on_prompt("begun")
        try:
            yield
        finally:
            on_prompt("done")
    finally:
        _PROMPTS.release()


def ask(text: str, on_prompt: PromptCallback) -> str:
    """What the user types; empty at the end of input.

    Args:
        text: the prompt.
        on_prompt: makes room on the terminal.
    """
    with turn(on_prompt):
        terminal = sys.stdin.fileno()
        _changed.append((terminal, termios.tcgetattr(terminal)))
        try:
            return getpass.getpass(text).strip()
        except EOFError:
            return ""
        finally:
            _changed.clear()


def show(text: str) -> None:
    """Shows `text` to the person, during a `turn`: on the terminal even where the output goes to a file."""
    if not has_terminal():
        print(text, flush=True)  # below the notebook's cell
    elif sys.stderr is not None and sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)
    else:
        show_on_terminal(text)


def show_on_terminal(text: str) -> None:
    """Shows `text` on the terminal and in no output, where words that the person must know are replaced as secrets."""
    if has_terminal():
        with (
            contextlib.suppress(OSError),
            Path(os.ttyname(sys.stdin.fileno())).open("w", encoding="utf-8") as terminal,
        ):
            terminal.write(f"{text}\n")


def restore_terminal() -> None:
    """Shows again what is typed, where the process ends during a prompt."""
    for terminal, settings in _changed:
        termios.tcsetattr(terminal, termios.TCSANOW, settings)
