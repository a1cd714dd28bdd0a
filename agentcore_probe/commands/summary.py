"""The result of a run in the terminal: verdict, what to do now, and the rows that are not as expected."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentcore_probe.commands.client_lines import print_clients
from agentcore_probe.commands.entrance_lines import print_map
from agentcore_probe.commands.inert import COLOURS, inert
from agentcore_probe.commands.line_breaks import lines
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View, policy
from agentcore_probe.report.view.callers import called_targets, caller_rows
from agentcore_probe.report.view.clients import summaries
from agentcore_probe.report.view.entrances import has_more_entrances, methods_text

_PIPE_WIDTH = 140
"""Columns where neither a terminal nor the variable COLUMNS says how many there are."""
_TABLE_WIDTH = 110
"""Columns from which rows are a table; with fewer, a row is a block, because a table would break words."""


def print_summary(record: RunRecord, judgement: Judgement, language: str) -> None:
    """Prints the verdict, the actions, the rows that are not as expected, and what the run did not try.

    Args:
        record: the facts.
        judgement: their judgement.
        language: "en" or "ja".
    """
    view = View(record, judgement, messages(language))
    is_known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    console = Console(width=None if is_known else _PIPE_WIDTH, highlight=False)
    console.print(inert(view.title, "bold"))
    verdict = view.verdict
    message = "summary-verdict" if judgement.only is None else "summary-partial"
    line = view.messages(message, verdict=verdict["word"], sentence=verdict["sentence"])
    _print_lines(console, inert(line, COLOURS.get(verdict["id"], "yellow")))
    for summary in summaries(view):
        _print_lines(console, inert(summary))
    if (aws_login := view.aws_login) is not None:
        _print_lines(console, inert(aws_login, "red"))
    _print_actions(console, view)
    _print_rows(console, view)
    if has_more_entrances(view):
        print_map(console, view)
        if (claim := view.only_way_in()) is not None:
            console.print()
            _print_lines(console, inert(claim))
    else:
        _print_callers(console, view)
    _print_tools(console, view)
    print_clients(console, view)
    console.print()
    if (gaps := view.not_tried()) is not None:
        _print_lines(console, inert(gaps))
    if record.provenance.source != "aws":
        _print_lines(console, inert(verdict["source"]))
    for finding in view.configuration():
        if not finding["is_settled"]:
            _print_lines(console, inert(f"{finding['word']}: {finding['title']}", "yellow"))


def _print_actions(console: Console, view: View) -> None:
    actions = view.actions()
    if actions:
        console.print()
        console.print(inert(view.messages("actions-title"), "bold"))
    for number, action in enumerate(actions, start=1):
        rows = f" ({', '.join(action['methods'])})" if action["methods"] else ""
        owner = inert(f" [{action['owner']}]", "dim")
        because = inert(f"\n{action['because']}{rows}")
        _print_indented(console, Text.assemble(inert(action["title"], "bold"), owner, because), f"{number}.")
        if action["command"]:
            # Not wrapped: a line break in the middle would change what is pasted.
            for line in action["command"].splitlines():
                console.print(inert(f"     {line}", "cyan"), soft_wrap=True)
        if action["check"]:
            check = view.messages("action-check")
            console.print(inert(f"   {check}: {action['check']}"), soft_wrap=True)


def _print_lines(console: Console, text: Text) -> None:
    """The text in lines of the console's width."""
    for line in lines(text, console.width):
        console.print(line, soft_wrap=True)


def _print_indented(console: Console, text: Text, label: str = "") -> None:
    """The text in lines of the console's width, three columns to the right, without spaces at their ends."""
    for number, line in enumerate(lines(text, console.width - 3)):
        console.print(Text.assemble(f"{'' if number else label:3}", line), soft_wrap=True)


def _print_rows(console: Console, view: View) -> None:
    """Rows as expected, and rows that do not apply for the same reason, are one line."""
    good, others = view.methods_as_expected(), view.failing_rows()
    skipped: dict[str, list[str]] = {}
    for row in view.rows():
        if row["outcome"] == "not-applicable":
            skipped.setdefault(row["explanation"], []).append(row["id"])
    console.print()
    groups = list(_alike(others))
    if groups and console.width >= _TABLE_WIDTH:
        console.print(_table(view, groups))
    else:
        for group in groups:
            _print_block(console, view, group)
    if good:
        line = view.messages(
            "summary-as-expected", count=len(good), methods=methods_text(view, good, comma=", ")
        )
        _print_lines(console, inert(line, "green"))
    for reason, methods in skipped.items():
        line = view.messages("summary-not-applicable", methods=", ".join(methods), reason=reason)
        _print_lines(console, inert(line, "dim"))


def _print_tools(console: Console, view: View) -> None:
    """What the tools under a policy engine come to, and those that are not as predicted."""
    if not view.judgement.tools:
        return
    console.print()
    console.print(inert(view.messages("section-policy"), "bold"))
    for sentence in policy.sentences(view):
        _print_lines(console, inert(sentence))
    for line in policy.lines(view, only="unexpected"):
        _print_lines(console, inert(line, "red"))


def _print_callers(console: Console, view: View) -> None:
    """The matrix of further callers and targets; what is wanted is in brackets where it differs."""
    rows = caller_rows(view)
    if not rows:
        return
    targets = called_targets(view)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(inert(view.messages("column-caller")), overflow="fold")
    for target in targets:
        table.add_column(inert(view.messages(f"target-{target}")), overflow="fold")
    table.add_column(inert(view.messages("column-tools")), overflow="fold")
    for row in rows:
        cells = [_caller_cell(row["cells"].get(target)) for target in targets]
        table.add_row(inert(row["name"]), *cells, inert(row["tools"] or "–"))
    console.print()
    console.print(table)


def _caller_cell(cell: dict[str, Any] | None) -> Text:
    if cell is None:
        return inert("–")
    return inert(f"{cell['symbol']} {cell['word']}", COLOURS.get(cell["outcome"], "yellow"))


def _alike(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows that differ in method and credential only, together."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        key = (row["outcome"], row["expected"], row["result"], _explanation(row))
        groups.setdefault(key, []).append(row)
    yield from groups.values()


def _table(view: View, groups: Iterable[list[dict[str, Any]]]) -> Table:
    table = Table()
    for column in ("method", "auth", "expected", "result", "outcome", "explanation"):
        heading = inert(view.messages(f"column-{column}"))
        table.add_column(heading, overflow="fold", no_wrap=column in ("method", "auth", "outcome"))
    for group in groups:
        row = group[0]
        ids, credentials = ("\n".join(member[name] for member in group) for name in ("id", "auth"))
        cells = (ids, credentials, row["expected"], row["result"])
        table.add_row(*map(inert, cells), _outcome(row), inert(_explanation(row)))
    return table


def _print_block(console: Console, view: View, group: list[dict[str, Any]]) -> None:
    """Rows without a frame: no word is broken, however narrow the terminal is."""
    row = group[0]
    names = ", ".join(f"{member['id']} ({member['auth']})" for member in group)
    _print_lines(console, inert(f"{names}: ", "bold") + _outcome(row))
    expected = f"{view.messages('column-expected')}: {row['expected']}"
    for text in (f"{view.messages('column-result')}: {row['result']}", expected, _explanation(row)):
        _print_indented(console, inert(text))


def _outcome(row: dict[str, Any]) -> Text:
    return inert(f"{row['symbol']} {row['outcome_word']}", COLOURS.get(row["outcome"], "yellow"))


def _explanation(row: dict[str, Any]) -> str:
    return f"{row['explanation']} ({row['cause']})" if row["cause"] != "none" else row["explanation"]
