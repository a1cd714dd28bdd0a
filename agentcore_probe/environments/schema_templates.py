"""The schema of a file that may be a template: where it has `[table]`, a placeholder may be in the place of any value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentcore_probe.environments.layers import TABLE

_PLACEHOLDER = {"type": "string", "pattern": r"\{[A-Za-z_]\w*\}"}
_CONSTRAINTS = (
    "type",
    "enum",
    "const",
    "pattern",
    "minLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
)
"""Keywords about one value."""
_SELF_CONTAINED = "SecretReference"

TABLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["file"],
    "properties": {
        "file": {
            "type": "string",
            "minLength": 1,
            "description": "The table: CSV, or JSON where the name ends with .json; a path relative to this file.",
        },
        "name": {
            "type": "string",
            "default": "{name}",
            "description": "What each row's environment is called.",
        },
        "only": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
            "description": "Column -> the value that rows must have, or several, with * and ?; None: all rows.",
        },
    },
    "description": "The table of which each row is an environment (docs/fleet/tables.md).",
}


def with_templates(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a file that may be a template.

    Args:
        schema: of a file that is none, with the key `table`.
    """
    definitions = schema["$defs"]
    own = {key: value for key, value in schema["properties"].items() if key != TABLE}
    strict = _constraints({"properties": own}, definitions)
    relaxed = {
        name: node if name in (_SELF_CONTAINED, "Table") else _relaxed(node)
        for name, node in definitions.items()
    }
    return {
        **schema,
        "$defs": relaxed,
        "properties": {**_relaxed({"properties": own})["properties"], TABLE: schema["properties"][TABLE]},
        "allOf": [{"if": {"not": {"required": [TABLE]}}, "then": strict}],
    }


def _is_constrained(node: Mapping[str, Any]) -> bool:
    """Whether a placeholder would not be such a value."""
    kind = node.get("type")
    if kind in ("object", "array") or not node.keys() & {*_CONSTRAINTS}:
        return False
    return kind != "string" or bool(node.keys() & {"enum", "const", "pattern"})


def _relaxed(node: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value, or a placeholder."""
    if _is_constrained(node):
        own = {key: value for key, value in node.items() if key in _CONSTRAINTS}
        rest = {key: value for key, value in node.items() if key not in _CONSTRAINTS}
        return {**rest, "anyOf": [own, _PLACEHOLDER]}
    changed = dict(node)
    if "properties" in node:
        changed["properties"] = {key: _relaxed(value) for key, value in node["properties"].items()}
    for key in ("additionalProperties", "items"):
        if isinstance(node.get(key), dict):
            changed[key] = _relaxed(node[key])
    return changed


def _constraints(node: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Only what `_relaxed` takes away, of a value and of those in it."""
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name == _SELF_CONTAINED:
        return {}
    node = definitions.get(name, node)
    if _is_constrained(node):
        return {key: value for key, value in node.items() if key in _CONSTRAINTS}
    found: dict[str, Any] = {}
    members = {key: _constraints(value, definitions) for key, value in node.get("properties", {}).items()}
    if members := {key: value for key, value in members.items() if value}:
        found["properties"] = members
    for key in ("additionalProperties", "items"):
        if isinstance(node.get(key), dict) and (inner := _constraints(node[key], definitions)):
            found[key] = inner
    return found
