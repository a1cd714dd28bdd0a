"""The table of access methods; of more entrances than those of every run, their map, and a table for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import (
    Column,
    columns,
    entrance_id,
    has_more_entrances,
    map_rows,
)
from agentcore_probe.report.view.policy import tools_part

_MOST_COLUMNS = 6
"""So many callers are beside each other in a table."""


def _content(view: View) -> dict[str, Any]:
    rows = view.rows()
    entrances = _entrances(view, rows) if has_more_entrances(view) else None
    tools = tools_part(view) if view.judgement.tools else None
    return {"rows": rows, "entrances": entrances, "tools": tools, "aws_login": view.aws_login}


def _entrances(view: View, rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = columns(view)
    return {
        "columns": list(_tables(shown)),
        "rows": [
            {
                **row,
                "present": [id for id, cells in row["cells"].items() if cells],
                "columns": [column for column in shown if row["cells"][column.id]],
                "is_open": row["worst"] in ("unexpected", "error"),
                "methods": [one for one in rows if entrance_id(one["id"]) == row["id"]],
            }
            for row in map_rows(view)
        ],
    }


def _tables(shown: list[Column]) -> Iterator[list[Column]]:
    """The columns of each table: the environment's own caller, then further ones, as many as a page has room for."""
    own = [column for column in shown if not column.is_caller]
    further = [column for column in shown if column.is_caller]
    if own:
        yield own
    for start in range(0, len(further), _MOST_COLUMNS):
        yield further[start : start + _MOST_COLUMNS]


SECTION = Section(id="access-methods", order=30, content=_content)
