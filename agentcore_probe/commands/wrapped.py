"""Text in lines of the terminal's width."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.text import Text

from agentcore_probe.commands.summary import inert


def open_console(pipe_width: int) -> Console:
    """Standard output, with the width of the terminal.

    Args:
        pipe_width: columns where neither a terminal nor the variable COLUMNS says how many there are.
    """
    is_known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console(width=None if is_known else pipe_width, highlight=False)


def print_wrapped(console: Console, line: str, style: str = "") -> None:
    """A sentence in lines of the console's width, indented as it is, without spaces at their ends.

    Args:
        console: where it is printed.
        line: the sentence; a line break before it leaves a line empty.
        style: of rich.
    """
    if line.startswith("\n"):
        console.print()
    words = line.strip()
    indent = len(line.lstrip("\n")) - len(line.lstrip())
    for number, part in enumerate(inert(words, style).wrap(console, console.width - indent - 2)):
        part.rstrip()
        space = " " * (indent + 2 if indent and number else indent)
        console.print(Text.assemble(space, part), soft_wrap=True)
