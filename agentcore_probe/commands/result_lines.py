"""Several environments in the terminal: a line for each, its error, and one line about all of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.text import Text

from agentcore_probe.commands.inert import COLOURS, inert
from agentcore_probe.commands.line_breaks import lines
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.commands.wrapping import open_console
from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.report.action_lines import plain_action_lines
from agentcore_probe.report.exports.result import EnvironmentResult, State, counts_line, explained
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View

BRIEF_FROM = 6
"""Of so many environments, each takes as few lines as it can: the pages and the index say the rest."""


def print_result(result: EnvironmentResult, *, brief: bool = False) -> None:
    """The verdict with the page's path, and the error, which goes to standard error.

    Args:
        result: of one environment.
        brief: leave out the page of one that is verified.
    """
    if result.view is not None:
        verdict = result.view.verdict
        line = f"{verdict['symbol']} {result.name}: {result.sentence}"
        _print_wrapped(line, style=COLOURS.get(verdict["id"], "yellow"))
    if result.page is not None and not (brief and result.state == "verified"):
        print(f"  {result.page}")
    sys.stdout.flush()
    if result.error is not None:
        name = " ".join(result.name.split())  # as it was typed: perhaps with line breaks
        print_to_stderr(f"error: {name}: {result.error.line()}")


def _print_wrapped(line: str, indent: int = 0, style: str = "") -> None:
    """A line as wide as the terminal, or as it is where there is none; its further lines are indented."""
    console = open_console(_UNLIMITED)
    for number, part in enumerate(lines(inert(line, style), console.width - indent - 2)):
        console.print(Text.assemble(" " * (indent + 2 if number else indent), part), soft_wrap=True)


_UNLIMITED = 1_000_000


def print_extensions(result: EnvironmentResult) -> None:
    """What the team's own checks found, a line for each problem, and which check or section failed."""
    text = result.messages
    for extension in result.extensions:
        symbol = SYMBOLS[False] if extension.is_required else SYMBOLS["error"]
        if extension.error is not None:
            failure = text("extension-failed", name=extension.name, error=extension.error)
            print(printable(f"{symbol} {failure}"))
        for problem in extension.problems:
            values = {"title": extension.title, "name": extension.name, "problem": problem}
            print(printable(text("extension-line", values, symbol=symbol)))
    if any(extension.fails_run for extension in result.extensions):
        print(text("extension-not-verified"))
    sys.stdout.flush()


def print_failing_rows(result: EnvironmentResult) -> None:
    """The rows that are not as expected, each explanation once, and what is wrong in the configuration."""
    view = result.view
    if view is None:
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for row in view.failing_rows():
        groups.setdefault((row["symbol"], explained(row, view.messages)), []).append(row["id"])
    for (symbol, explanation), ids in groups.items():
        _print_wrapped(f"{symbol} {', '.join(ids)}: {explanation}", 2)
    for finding in view.configuration():
        if finding["severity"] == "error":
            _print_wrapped(f"{finding['word']}: {finding['title']}", 2)
    for line in view.expectations():
        _print_wrapped(line, 2)
    sys.stdout.flush()


def print_actions(result: EnvironmentResult, *, brief: bool = False) -> None:
    """What to do about an environment that is not verified.

    Args:
        result: of one environment.
        brief: only the first thing to do, without the line to paste.
    """
    if result.view is None:
        return
    if brief:
        _print_first_action(result.view)
    else:
        check = f"   {result.view.messages('action-check')}: "
        for line in plain_action_lines(result.view):
            if line.startswith(("     ", check)):
                print(printable(f"  {line}"))  # as it is, to be pasted
            else:
                _print_wrapped(line.lstrip(), 2 if line[0].isdigit() else 5)
    sys.stdout.flush()


def _print_first_action(view: View) -> None:
    actions = view.actions()
    if actions:
        first, more = actions[0], f" (+{len(actions) - 1})" if actions[1:] else ""
        _print_wrapped(f"→ {first['title']} [{first['owner']}]{more}", 2)


def print_counts(states: Sequence[State], language: str) -> None:
    """How many environments are verified, not verified, and so on."""
    print(counts_line(states, messages(language)), flush=True)
