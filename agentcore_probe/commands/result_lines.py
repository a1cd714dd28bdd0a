"""Several environments in the terminal: a line for each, its error, and one line about all of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from agentcore_probe.commands.printable import printable
from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.report.action_lines import plain_action_lines
from agentcore_probe.report.exports.result import EnvironmentResult, State, counts_line, explained
from agentcore_probe.report.messages import messages


def print_result(result: EnvironmentResult) -> None:
    """The verdict with the page's path, and the error, which goes to standard error."""
    if result.view is not None:
        print(printable(f"{result.view.verdict['symbol']} {result.name}: {result.sentence}"))
    if result.page is not None:
        print(f"  {result.page}")
    sys.stdout.flush()
    if result.error is not None:
        name = " ".join(result.name.split())  # as it was typed: perhaps with line breaks
        print(printable(f"error: {name}: {result.error.line()}"), file=sys.stderr, flush=True)


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
        print(printable(f"  {symbol} {', '.join(ids)}: {explanation}"))
    for finding in view.configuration():
        if finding["severity"] == "error":
            print(printable(f"  {finding['word']}: {finding['title']}"))
    for line in view.expectations():
        print(printable(f"  {line}"))
    sys.stdout.flush()


def print_actions(result: EnvironmentResult) -> None:
    """What to do about an environment that is not verified."""
    if result.view is None:
        return
    for line in plain_action_lines(result.view):
        print(printable(f"  {line}"))
    sys.stdout.flush()


def print_counts(states: Sequence[State], language: str) -> None:
    """How many environments are verified, not verified, and so on."""
    print(counts_line(states, messages(language)), flush=True)
