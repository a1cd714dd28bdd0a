"""Asks for something on the terminal without showing what is typed; one prompt at a time, whatever is running."""

from __future__ import annotations

import getpass
import sys
import termios
import threading
from collections.abc import Callable
from typing import Any

_PROMPTS = threading.Lock()
_changed: list[tuple[int, list[Any]]] = []
"""The terminal that does not show what is typed, with its settings before."""


def has_terminal() -> bool:
    """Whether somebody may type an answer."""
    return sys.stdin is not None and sys.stdin.isatty()


PromptCallback = Callable[[str], None]
"""Called with `begun` before a prompt and with `done` after it."""


def ask(text: str, on_prompt: PromptCallback) -> str:
    """What the user types; empty at the end of input.

    Args:
        text: the prompt.
        on_prompt: makes room on the terminal.
    """
    with _PROMPTS:
        terminal = sys.stdin.fileno()
        on_prompt("begun")
        _changed.append((terminal, termios.tcgetattr(terminal)))
        try:
            return getpass.getpass(text).strip()
        except EOFError:
            return ""
        finally:
            _changed.clear()
            on_prompt("done")


def restore_terminal() -> None:
    """Shows again what is typed, where the process ends during a prompt."""
    for terminal, settings in _changed:
        termios.tcsetattr(terminal, termios.TCSANOW, settings)
