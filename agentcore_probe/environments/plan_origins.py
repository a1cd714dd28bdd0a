"""A plan's settings with the file and the line that each comes from."""

from __future__ import annotations

from agentcore_probe.environments.layers import Layered
from agentcore_probe.model.plan import Plan, PlannedValue


def with_lines(plan: Plan, layered: Layered) -> Plan:
    """The plan, whose settings of the file name the file, or the one that it extends, and the line.

    Args:
        plan: of an environment.
        layered: the content of its files.
    """
    return plan.model_copy(update={"values": tuple(_with_line(value, layered) for value in plan.values)})


def _with_line(value: PlannedValue, layered: Layered) -> PlannedValue:
    origin = layered.origin(tuple(value.where.split("."))) if value.origin == "file" else None
    if origin is None or origin.kind == "builtin":
        return value
    where = origin.where if origin.line is None else f"{origin.where}:{origin.line}"
    if origin.columns:
        where += f", {', '.join(origin.columns)}"
    return value.model_copy(update={"origin": origin.kind, "where": where})
