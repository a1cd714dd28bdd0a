"""`schema`: one JSON Schema, or both."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Command


@pytest.mark.parametrize(
    ("name", "title"),
    [("record", "AgentCore Probe: record.json"), ("environment", "AgentCore Probe: environments/NAME.toml")],
)
def test_a_schema_is_printed_by_its_name(command_here: Command, name: str, title: str) -> None:
    """As one JSON document."""
    result = command_here("schema", name)
    assert (result.returncode, result.stderr) == (0, "")
    schema = json.loads(result.stdout)
    assert (schema["$schema"], schema["title"]) == ("https://json-schema.org/draft/2020-12/schema", title)


def test_without_a_name_both_are_printed(command_here: Command) -> None:
    """In one object."""
    schemas = json.loads(command_here("schema").stdout)
    assert list(schemas) == ["record", "environment"]
    assert schemas["record"] == json.loads(command_here("schema", "record").stdout)


def test_an_unknown_name_is_an_error(command_here: Command) -> None:
    """Exit 2."""
    result = command_here("schema", "report")
    assert (result.returncode, result.stdout) == (2, "")
