"""`doctor`: prints what each check found, and what to do, at 80 columns."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.result_lines import BRIEF_FROM
from agentcore_probe.commands.selection import select_environments
from agentcore_probe.commands.wrapping import wrapped
from agentcore_probe.environments.load import builtin_names, find_root, local_files
from agentcore_probe.secret import redact

if TYPE_CHECKING:
    from agentcore_probe.doctor.examination import Group
    from agentcore_probe.doctor.line import Line

_STATUS_WIDTH = 9
_INDENT = " " * (_STATUS_WIDTH + 2)


def run(names: Sequence[str], stop: threading.Event, *, as_json: bool) -> int:
    """Prints the groups, each as soon as it is known, and the next step; returns the exit code.

    Of many environments, only the lines that are not ok.

    Args:
        names: the environments, or "all"; none: this machine and its AWS login.
        stop: ends it.
        as_json: print one JSON object instead.

    Raises:
        InputError: there is no environment for "all".
    """
    from agentcore_probe.doctor.examination import exit_code

    root = find_root()
    selected = select_environments(names, root)
    is_brief = len(selected) >= BRIEF_FROM
    groups: list[Group] = []
    for group in api.doctor(*selected, root=root, stop=stop):
        groups.append(group)
        shown = [line for line in group.lines if not (is_brief and line.status == "ok")]
        if shown and not as_json:
            _show("\n".join(_group_lines(group, shown)) + "\n")
    code = exit_code(groups)
    if as_json:
        found = [
            {
                "environment": group.environment,
                "title": group.title,
                "lines": [asdict(line) for line in group.lines],
            }
            for group in groups
        ]
        document = {"exit_code": int(code), "counts": _counts(groups), "groups": found}
        print(redact(json.dumps(document, ensure_ascii=False)), flush=True)
    else:
        own = [name for name in local_files(root) if name not in builtin_names()]
        _show("\n".join(_end(groups, selected, own)))
    return int(code)


def _show(text: str) -> None:
    print(printable(redact(text)), flush=True)


def _group_lines(group: Group, shown: Iterable[Line]) -> Iterator[str]:
    yield f"{group.environment}: {group.title}" if group.environment else group.title
    fixes: set[str] = set()
    for line in shown:
        yield from _line(line, shows_fix=bool(line.fix) and (line.fix not in fixes or bool(line.command)))
        fixes.add(line.fix)


def _line(line: Line, *, shows_fix: bool) -> Iterator[str]:
    """The line; without its fix where that is the one of a line above."""
    first = f"  {line.status:{_STATUS_WIDTH}}"
    yield from wrapped(line.text, first)
    if shows_fix:
        yield from wrapped(line.fix, _INDENT)
    for row in line.command.splitlines():
        yield f"{_INDENT}  {row}"  # as it is, to be pasted


def _counts(groups: Sequence[Group]) -> dict[str, int]:
    statuses = [line.status for group in groups for line in group.lines]
    return {status: statuses.count(status) for status in ("ok", "warning", "problem", "unknown")}


def _end(groups: Sequence[Group], selected: Sequence[str], own: Sequence[str]) -> Iterator[str]:
    counts = _counts(groups)
    yield ", ".join(
        f"{count} {status}{'s' if count > 1 and status in ('warning', 'problem') else ''}"
        for status, count in counts.items()
        if count
    )
    if counts["problem"]:
        return
    if selected:
        yield f"Next: agentcore-probe report {selected[0]}"
    elif own:
        yield f"Next: agentcore-probe doctor {own[0]}"
    else:
        yield "Next, without an AWS account (in a checkout: make report):"
        yield "  agentcore-probe report local"
        yield "For your own account:"
        yield "  agentcore-probe discover prod"
