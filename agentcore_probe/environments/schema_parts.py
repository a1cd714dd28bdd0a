"""The schema of an environment file in two parts: what each key is, and which keys a file needs that inherits none."""

from __future__ import annotations

import copy
from typing import Any

from agentcore_probe.environments.layers import DEFAULTS, EXTENDS, TABLE, UNSET
from agentcore_probe.environments.schema_templates import TABLE_SCHEMA

_RULES = ("required", "dependentRequired", "allOf", "oneOf", "anyOf", "not")
"""Keywords about which keys there are."""
_SELF_CONTAINED = "SecretReference"
"""A value of several keys that is never inherited in parts."""


def with_layers(schema: dict[str, Any], *, inherits: bool) -> dict[str, Any]:
    """The schema of a file that may take values from others.

    Args:
        schema: of a file that stands alone.
        inherits: whether every file may do so, because its folder has defaults or files that extend others;
            otherwise only one with `extends` or with nothing but defaults.
    """
    definitions = schema["$defs"]
    complete = _rules_of(schema, definitions)
    partial = _without_rules(schema)
    for name, definition in definitions.items():
        if name != _SELF_CONTAINED:
            partial["$defs"][name] = _without_rules(definition)
    partial["$defs"]["Defaults"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": copy.deepcopy(partial["properties"]),
        "description": "Values for the files that extend this one; in defaults.toml, for every file of the folder.",
    }
    partial["$defs"]["Table"] = copy.deepcopy(TABLE_SCHEMA)
    partial["properties"] |= {
        EXTENDS: {"type": "string", "description": "The environment whose values this one has too."},
        UNSET: {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "Inherited keys that this environment does not have, with dots.",
        },
        DEFAULTS: {
            "$ref": "#/$defs/Defaults",
            "description": "Values for the environments that extend this one.",
        },
        TABLE: {
            "$ref": "#/$defs/Table",
            "description": "Makes an environment of each row of a table; `{column}` in this file is the row's cell.",
        },
    }
    if inherits:
        return partial
    alone = {"anyOf": [{"required": [EXTENDS]}, {"required": [DEFAULTS], "maxProperties": 1}]}
    return {**partial, "if": {"not": alone}, "then": complete}


def _without_rules(node: dict[str, Any]) -> dict[str, Any]:
    """An object's schema with none of its keys required."""
    return {key: copy.deepcopy(value) for key, value in node.items() if key not in _RULES}


def _rules_of(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Only the rules of an object's schema, and those of the objects in it."""
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name == _SELF_CONTAINED:
        return {}
    node = definitions.get(name, node)
    if "properties" not in node and not isinstance(node.get("additionalProperties"), dict):
        return {}
    rules = {key: value for key, value in node.items() if key in _RULES and value}
    members = {key: _rules_of(value, definitions) for key, value in node.get("properties", {}).items()}
    if members := {key: value for key, value in members.items() if value}:
        rules["properties"] = members
    if isinstance(entries := node.get("additionalProperties"), dict) and (
        entry := _rules_of(entries, definitions)
    ):
        rules["additionalProperties"] = entry
    return rules
