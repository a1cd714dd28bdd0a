"""Text in lines of 80 columns, or of the terminal's width; a word that is longer, such as an ARN, can be copied whole."""

from __future__ import annotations

import os
import sys
import textwrap

from rich.console import Console
from rich.text import Text

from agentcore_probe.commands.inert import inert
from agentcore_probe.commands.line_breaks import lines

_WIDTH = 79


def wrapped(text: str, first: str, indent: str | None = None) -> list[str]:
    """The lines of `text`.

    Args:
        text: its white space becomes single spaces.
        first: what the first line begins with.
        indent: what the others begin with; None: spaces of the same width.
    """
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if indent is None else indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def open_console(pipe_width: int) -> Console:
    """Standard output, with the width of the terminal.

    Args:
        pipe_width: columns where neither a terminal nor the variable COLUMNS says how many there are.
    """
    is_known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console(width=None if is_known else pipe_width, highlight=False)


def print_wrapped(console: Console, line: str, style: str = "", *, cuts_urls: bool = True) -> None:
    """A sentence in lines of the console's width, indented as it is, without spaces at their ends.

    Args:
        console: where it is printed.
        line: the sentence; a line break before it leaves a line empty.
        style: of rich.
        cuts_urls: whether a URL that is longer than a line is cut.
    """
    if line.startswith("\n"):
        console.print()
    words = line.strip()
    indent = len(line.lstrip("\n")) - len(line.lstrip())
    for number, part in enumerate(
        lines(inert(words, style), console.width - indent - 2, cuts_urls=cuts_urls)
    ):
        space = " " * (indent + 2 if indent and number else indent)
        console.print(Text.assemble(space, part), soft_wrap=True)
