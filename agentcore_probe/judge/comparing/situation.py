"""What a run's results depend on, as plain JSON values in which single facts can be replaced."""

from __future__ import annotations

from typing import Any, TypedDict

from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.record import RunRecord

OWN = ""
"""The key of the token of the environment's own caller."""


class Situation(TypedDict):
    """Everything of a record except its requests and answers."""

    configuration: dict[str, Any]
    environment: dict[str, Any]
    tokens: dict[str, dict[str, Any]]
    """The token of each caller, by its name; `OWN` for the environment's own."""
    run: dict[str, Any]
    """`started` (a Unix time), `clock` (seconds that the service's clock is ahead), `caller`, `awsLogin`, `aws` (why the command cannot be
    used)."""
    tools: list[str]
    """The names of the tools that a Gateway listed."""


def situation_of(record: RunRecord) -> Situation:
    """The situation of a run.

    Args:
        record: its facts.
    """
    tokens = {OWN: record.token, **{caller.name: caller.token for caller in record.identities}}
    provenance = record.provenance
    login = provenance.aws_login
    return {
        "configuration": _plain(record.configuration),
        "environment": _plain(record.environment),
        "tokens": {name: _plain(token) for name, token in tokens.items() if token is not None},
        "run": {
            "started": provenance.started.timestamp() if provenance.started else 0.0,
            "clock": provenance.clock_offset or 0.0,
            "caller": _caller(provenance.caller),
            "awsLogin": login.cause if login is not None else None,
            "aws": _why_no_command(record),
        },
        "tools": _tools(record),
    }


def _plain(model: Any) -> dict[str, Any]:
    plain: dict[str, Any] = model.model_dump(mode="json", exclude_none=True)
    return plain


def _caller(arn: str | None) -> str | None:
    """`user/NAME` or `assumed-role/NAME`, without the name of the session."""
    return "/".join(read_arn(arn).resource.split("/")[:2]) if arn else None


def _why_no_command(record: RunRecord) -> str | None:
    reasons = (row.not_applicable or "" for row in record.observations)
    return next((reason for reason in reasons if reason.startswith("aws-")), None)


def _tools(record: RunRecord) -> list[str]:
    """Of the first row that listed any."""
    lists = (row.facts.get("tools") for row in record.observations)
    found = next((tools for tools in lists if isinstance(tools, list) and tools), [])
    return sorted(map(str, found))
