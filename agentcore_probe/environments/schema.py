"""JSON Schema (2020-12) of the record and of the environment file, generated from their types."""

from __future__ import annotations

import ast
import contextlib
import inspect
import re
import textwrap
from typing import Any

from agentcore_probe.environments.consistency import ROLE_KEYS, SERVICES, SESSION_ID
from agentcore_probe.environments.schema_parts import with_layers
from agentcore_probe.environments.schema_rules import KINDS, KINDS_OF_CALLERS, PASSTHROUGH, URL, flow_rules
from agentcore_probe.environments.schema_templates import with_templates
from agentcore_probe.flows import FLOWS
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.environment import (
    ENDPOINT_NAME,
    GATEWAY_ID,
    RUNTIME_ARN,
    Environment,
)
from agentcore_probe.model.identity import EXTERNAL_ID, IDENTITY_NAME, MFA_SERIAL, REDIRECT_URI, ROLE_ARN
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import ALL, ENTRANCES, METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.record_versions import SCHEMA

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def record_schema() -> dict[str, Any]:
    """The schema of `record.json`: the facts, their digest, and the judgement."""
    facts, judgement = (_describe(model.model_json_schema(), model) for model in (RunRecord, Judgement))
    definitions = {**facts.pop("$defs"), **judgement.pop("$defs"), "Judgement": judgement}
    for table in ("Identity", "NamedIdentity"):
        definitions[table]["properties"]["flow"]["enum"] = list(FLOWS)
    properties = {
        **facts["properties"],
        "schema": {"const": SCHEMA},
        "digest": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": _line(RunRecord.digest.__doc__),
        },
        "judgement": {"$ref": "#/$defs/Judgement"},
    }
    return {
        "$schema": DIALECT,
        "title": "AgentCore Probe: record.json",
        **{key: value for key, value in facts.items() if key not in ("title", "properties")},
        "required": ["schema", "environment"],
        "properties": properties,
        "$defs": definitions,
    }


def environment_schema(*, inherits: bool = False, templates: bool = True) -> dict[str, Any]:
    """The schema of `environments/NAME.toml`, as TOML editors apply it: no value is null, a date may be a date.

    Args:
        inherits: whether files take values from others (`files.has_layers`), so that no key is required in each.
        templates: whether a file with `[table]` may have placeholders, which hides the kinds of values one level deeper.
    """
    schema = _without_null(_describe(Environment.model_json_schema(), Environment))
    del schema["properties"]["name"]  # it is the file name
    definitions = schema["$defs"]
    definitions["SecretReference"] = _REFERENCE
    for table in ("Identity", "NamedIdentity"):
        definitions[table]["properties"]["flow"]["enum"] = list(FLOWS)
    for table, key, pattern in (
        ("RuntimeTarget", "arn", RUNTIME_ARN),
        ("RuntimeTarget", "qualifier", ENDPOINT_NAME),
        ("GatewayTarget", "id", GATEWAY_ID),
        ("GatewayTarget", "policy_session", SESSION_ID),
        ("Identity", "redirect_uri", REDIRECT_URI),
        ("NamedIdentity", "redirect_uri", REDIRECT_URI),
        ("NamedIdentity", "role_arn", ROLE_ARN),
        ("NamedIdentity", "external_id", EXTERNAL_ID),
    ):
        definitions[table]["properties"][key]["pattern"] = _as_ecma(pattern)
    for key, pattern_of_key in PASSTHROUGH.items():
        definitions["PassthroughCall"]["properties"][key]["pattern"] = f"^{pattern_of_key}$"
    for key, own in (("role_arn", ROLE_ARN), ("external_id", EXTERNAL_ID), ("mfa_serial", MFA_SERIAL)):
        schema["properties"][key]["pattern"] = _as_ecma(own)
    schema["dependentRequired"] = {key: ["role_arn"] for key in ROLE_KEYS}
    for table, key in (
        ("GatewayTarget", "url"),
        ("Identity", "discovery_url"),
        ("NamedIdentity", "discovery_url"),
    ):
        definitions[table]["properties"][key] |= URL
    schema["properties"]["endpoints"]["additionalProperties"] = URL
    definitions["Identity"]["allOf"] = flow_rules()
    definitions["LocalSetup"]["dependentRequired"] = {"policies": ["policy_mode"]}
    definitions["NamedIdentity"]["oneOf"] = KINDS_OF_CALLERS
    del definitions["NamedIdentity"]["properties"]["expired_token"]
    schema["properties"]["identities"]["propertyNames"] = {"pattern": f"^{IDENTITY_NAME.pattern}$"}
    with contextlib.suppress(ImportError):  # the extra `local` may be missing, and with it every fault
        from agentcore_probe.local.faults import FAULTS

        definitions["LocalSetup"]["properties"]["faults"]["items"] = {"enum": list(FAULTS)}
    schema["properties"]["endpoints"]["propertyNames"] = {"enum": list(SERVICES)}
    schema["properties"]["expect"]["propertyNames"] = {"enum": [method.id for method in METHODS]}
    names = [entrance.id for entrance in ENTRANCES if entrance.on_request]
    schema["properties"]["entrances"]["items"] = {"enum": [*names, ALL]}
    del schema["required"]
    layered = with_layers({**schema, "anyOf": KINDS}, inherits=inherits)
    return {
        "$schema": DIALECT,
        **(with_templates(layered) if templates else layered),
        "title": "AgentCore Probe: environments/NAME.toml",
    }


def _as_ecma(pattern: re.Pattern[str]) -> str:
    """A pattern for the whole text in JSON Schema's dialect (ECMA-262), which has no named groups of Python's syntax."""
    return f"^{re.sub(r'[?]P<[a-z]+>', '?:', pattern.pattern)}$"


def _reference(source: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {source: value, **more},
        "required": [source],
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_REFERENCE = {
    "description": "Where a secret is kept; never the secret.",
    "oneOf": [
        _reference("env", _TEXT),
        _reference("file", _TEXT),
        _reference("ssm", _TEXT),
        _reference("secretsmanager", _TEXT, key=_TEXT),
        _reference("command", {"type": "array", "items": _TEXT, "minItems": 1}),
    ],
}
"""The form in the file; the record's form differs (`environments.load.from_tables`)."""


def _describe(schema: dict[str, Any], model: type[Frozen]) -> dict[str, Any]:
    """Adds the fields' docstrings to a schema, and removes pydantic's titles, which repeat the names."""
    types = {model_type.__name__: model_type for model_type in _all_types()}
    for name, part in {**schema.get("$defs", {}), model.__name__: schema}.items():
        descriptions = _docstrings(types[name]) if name in types else {}
        for field, value in part.get("properties", {}).items():
            value.pop("title", None)
            if field in descriptions:
                value["description"] = descriptions[field]
        part.pop("title", None)
    return schema


def _all_types() -> set[type[Frozen]]:
    types: set[type[Frozen]] = set()
    pending = [Frozen]
    while pending:
        subclasses = set(pending.pop().__subclasses__()) - types
        types |= subclasses
        pending += subclasses
    return types


def _docstrings(model: type[Frozen]) -> dict[str, str]:
    """The docstrings below the fields of a class and of those that it extends, by field name."""
    types = [base for base in reversed(model.__mro__) if issubclass(base, Frozen)]
    return {name: text for base in types for name, text in _own_docstrings(base).items()}


def _own_docstrings(model: type[Frozen]) -> dict[str, str]:
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: _line(docstring.value.value)
        for field, docstring in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(docstring, ast.Expr)
        and isinstance(docstring.value, ast.Constant)
        and isinstance(docstring.value.value, str)
    }


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _without_null(value: Any) -> Any:
    """The schema without null: TOML has none, an optional key is left out."""
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    schema = {name: _without_null(item) for name, item in value.items() if (name, item) != ("default", None)}
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        return {**choices[0], **schema}
    return schema
