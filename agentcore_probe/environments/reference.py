"""docs/environment.md, generated from the model of an environment file: `make docs` writes it, `make check` compares it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.environments.schema import environment_schema

_INTRODUCTION = """\
# The environment file

<!-- Generated from agentcore_probe/model/environment.py and identity.py by `make docs`. -->

`environments/NAME.toml` describes one environment. `agentcore-probe discover NAME` writes it from what is deployed;
[environments/example.toml](../environments/example.toml) is a file to copy. It names a Runtime, a Gateway or both, or
asks for the embedded AgentCore (`[local]`), or replays a record (`record`). Every other key is optional.

A file has the values of the one that it `extends`, and of those that this one extends. `environments/defaults.toml` has a
table `[defaults]` with values for every file in the folder, and any file may have one for those that extend it. The
file's own values win, then those that it extends, then defaults; tables are merged key by key, lists are replaced.

A file with a table `[table]` is a **template**: each row of its table is an environment, and `{column}` is replaced by
the row's cell ([fleet/tables.md](fleet/tables.md)).

Editors complete and check such files with the schema that `agentcore-probe schema environment` prints.

A **secret** is never written into the file, only where it is:

| reference | source |
| --- | --- |
| `{ env = "NAME" }` | an environment variable |
| `{ file = "PATH" }` | a file |
| `{ ssm = "/name" }` | a parameter of SSM Parameter Store |
| `{ secretsmanager = "id", key = "password" }` | a secret of Secrets Manager; `key` of its JSON, else the whole |
| `{ command = ["pass", "show", "probe"] }` | what a command prints |
"""

_TABLES: dict[str, str] = {
    "RuntimeTarget": "[runtime]",
    "GatewayTarget": "[gateway]",
    "ToolCall": "[gateway.tool]",
    "PassthroughCall": "[gateway.passthrough]",
    "HarnessTarget": "[harness]",
    "RegistryTarget": "[registry]",
    "Identity": "[identity]",
    "NamedIdentity": "[identities.NAME]",
    "Limits": "[limits]",
    "LocalSetup": "[local]",
    "Expectation": "[expect.METHOD]",
    "Table": "[table]",
}
"""The tables of a file by the name of their type, in reading order."""


def reference_page() -> str:
    """The content of docs/environment.md.

    Raises:
        LookupError: a key has no description, or a type has no place on the page.
    """
    schema = environment_schema(templates=False)
    types = schema["$defs"]
    missing = types.keys() - _TABLES.keys() - {"SecretReference", "Defaults"}
    if missing:
        raise LookupError(f"reference._TABLES does not name {', '.join(sorted(missing))}")
    parts = [_INTRODUCTION, *_section("Top level", schema)]
    # Its other keys are those of [identity].
    own = {key: types["NamedIdentity"]["properties"][key] for key in ("role_arn", "external_id", "expect")}
    types["NamedIdentity"]["properties"] = own
    for name, title in _TABLES.items():
        parts += _section(f"`{title}`", types[name])
    return "\n".join(parts)


def _section(title: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    if "properties" in schema and schema.get("description") and title != "Top level":
        yield f"{schema['description']}\n"
    required = schema.get("required", [])
    yield "| key | value | default | meaning |\n| --- | --- | --- | --- |"
    for key, value in schema["properties"].items():
        if "description" not in value:
            raise LookupError(f"{title} {key} has no docstring in its model")
        name = f"`{key}`" + (" (required)" if key in required else "")
        yield f"| {name} | {_values(value)} | {_default(value)} | {_cell(value['description'])} |"
    yield ""


def _values(value: dict[str, Any]) -> str:
    """The values that a key takes."""
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return "secret" if name == "SecretReference" else f"table `{_TABLES.get(name, '[defaults]')}`"
    kind = {
        "string": "text",
        "integer": "number",
        "boolean": "`true`, `false`",
        "object": "table",
        "array": "list",
    }
    return kind.get(value.get("type", ""), str(value.get("type", "text"))) + _range(value)


def _range(value: dict[str, Any]) -> str:
    low = value.get("minimum", value.get("exclusiveMinimum"))
    high = value.get("maximum", value.get("exclusiveMaximum"))
    if low is None:
        return ""
    above = "above " if "exclusiveMinimum" in value else ""
    return f", {above}{low}" + (f" to {high}" if high is not None else "" if above else " or more")


def _default(value: dict[str, Any]) -> str:
    default = value.get("default")
    if default is None or default in ([], {}):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _cell(text: str) -> str:
    """A description as a cell of a table; `None` is a key that is left out."""
    return text.replace("|", "\\|").replace("None:", "left out:")


if __name__ == "__main__":
    print(reference_page(), end="")
