"""The schemas accept what this program reads and writes, and refuse what it refuses."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agentcore_probe import api, store
from agentcore_probe.environments.load import parse
from agentcore_probe.environments.schema import environment_schema, record_schema
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment, LocalSetup
from tests.conftest import PROJECT
from tests.embedded import observed

ENVIRONMENTS = sorted((PROJECT / "environments").glob("*.toml"))
BROKEN = Environment(name="local-broken", local=LocalSetup(faults=("runtime-audience-rule",)))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def as_an_editor_sees(text: str) -> Any:
    """TOML as JSON values: a date is its text."""
    return json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_each_shipped_environment_keeps_to_the_schema(path: Path) -> None:
    """Every key of example.toml, too."""
    validator(environment_schema()).validate(as_an_editor_sees(path.read_text("utf-8")))


def test_example_names_every_key_of_the_schema() -> None:
    """But for those of the embedded AgentCore and `record`, which exclude the others."""
    example = as_an_editor_sees((PROJECT / "environments" / "example.toml").read_text("utf-8"))
    assert set(environment_schema()["properties"]) - set(example) == {"record", "local"}


@pytest.mark.parametrize(
    "text",
    [
        'regoin = "us-east-1"',
        '[runtime]\narn = "arn:aws:iam::123456789012:role/x"',
        '[gateway]\nid = "My_Gateway"',
        '[gateway]\nid = "my-gateway-abcdefghij"\n[identity]\npassword = "hunter2"',
        '[gateway]\nid = "my-gateway-abcdefghij"\n[identity]\npassword = { env = "A", file = "B" }',
        '[gateway]\nid = "my-gateway-abcdefghij"\n[identity]\npassword = { command = "pass show x" }',
        '[gateway]\nid = "my-gateway-abcdefghij"\n[identity]\nflow = "password"',
        '[gateway]\nid = "my-gateway-abcdefghij"\n[endpoints]\ns3 = "https://s3.amazonaws.com"',
        '[local]\nprotocol = "GRPC"',
        "[local]\n[limits]\nseconds = 0",
        'name = "x"\n[local]',
    ],
)
def test_what_the_program_refuses_the_schema_refuses(text: str) -> None:
    """As far as one key can tell; what excludes or needs another table, the program alone says."""
    with pytest.raises(EnvironmentFileError):
        parse(text.encode(), name="x", where="x.toml")
    assert not validator(environment_schema()).is_valid(as_an_editor_sees(text))


def test_a_record_keeps_to_the_schema() -> None:
    """A run's own file: facts, digest, judgement, with experiments and causes in it."""
    record = observed(BROKEN)
    written = json.loads(store.record_text(record, api.judge(record)))
    validator(record_schema()).validate(written)
    for broken in (
        {**written, "digest": "x"},
        {**written, "schema": "agentcore-probe/record/0"},
        {**written, "more": 1},
        {**written, "exchanges": [{**written["exchanges"][0], "fault": {"kind": "bad luck"}}]},
        {**written, "judgement": {**written["judgement"], "verdict": "fine"}},
    ):
        assert not validator(record_schema()).is_valid(broken)


def test_the_shipped_record_keeps_to_the_schema() -> None:
    """Written by hand from a report, and read by everybody first."""
    whole = json.loads((PROJECT / "environments" / "sample.record.json").read_text("utf-8"))
    validator(record_schema()).validate(whole)


def test_fields_are_described_by_their_docstrings() -> None:
    """What an editor shows beside a key."""
    definitions = environment_schema()["$defs"]
    assert definitions["Limits"]["properties"]["seconds"]["description"].startswith("Wall clock")
    assert "title" not in json.dumps(definitions)
