"""What the objects of a listing mean: each of its keys is a column, and some have a second, common name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agentcore_probe.environments.tables.table import column_name
from agentcore_probe.model.arn import read_arn

LISTINGS: dict[str, Mapping[str, str]] = {
    "Accounts": {"account": "id"},
    "StackSummaries": {"stack": "stack_name", "name": "stack_name", "status": "stack_status"},
    "Stacks": {"stack": "stack_name", "name": "stack_name", "status": "stack_status"},
    "Summaries": {},
    "Exports": {},
    "agentRuntimes": {"runtime": "agent_runtime_arn", "name": "agent_runtime_name"},
    "items": {"gateway": "gateway_id"},
}
"""Key of the list -> further columns, each with the column that it repeats. `aws organizations list-accounts`, `aws
cloudformation list-stacks`, `describe-stacks`, `list-stack-instances`, `list-exports`, and the lists of AgentCore."""
_ARNS = ("stack_id", "exporting_stack_id", "agent_runtime_arn", "gateway_arn")
"""Columns with an ARN that says the account and the region of a row."""
_NAMED = {
    "Outputs": ("OutputKey", "OutputValue", ""),
    "Parameters": ("ParameterKey", "ParameterValue", "parameter_"),
    "Tags": ("Key", "Value", "tag_"),
}
"""Lists of names and values: the keys of both, and what is before the name of the column."""


def cells_of(item: Mapping[str, Any], listing: str) -> dict[str, str]:
    """The cells of one object.

    Args:
        item: the object.
        listing: the key of its list; empty where the file is a list.
    """
    cells = dict(_own_cells(item, ""))
    for column, other in LISTINGS.get(listing, {}).items():
        if other in cells:
            cells[column] = cells[other]
    arn = read_arn(next((cells[column] for column in _ARNS if column in cells), ""))
    found = {"account": arn.account, "region": arn.region}
    if "exporting_stack_id" in cells or "stack_id" in cells:
        found["stack"] = arn.resource.removeprefix("stack/").partition("/")[0]
    # An output, a parameter or a tag has its own name, unless a column of the listing itself is called so.
    named = {**dict(_named_cells(item)), **{column: value for column, value in found.items() if value}}
    return {**cells, **named, **{column: value for column, value in cells.items() if value}}


def _own_cells(item: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in item.items():
        name = f"{before}{column_name(key)}"
        if isinstance(value, dict):
            yield from _own_cells(value, f"{name}_")
        elif not isinstance(value, list) and name.isidentifier():
            text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
            yield name, text.strip()


def _named_cells(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, (name, value, before) in _NAMED.items():
        entries = item.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get(name), str):
                column = f"{before}{column_name(entry[name])}"
                if column.isidentifier() and isinstance(entry.get(value), str) and entry[value].strip():
                    yield column, entry[value].strip()
