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


def as_json_values(text: str) -> Any:
    """TOML as an editor validates it: a date is a string."""
    return json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_every_shipped_environment_conforms_to_the_schema(path: Path) -> None:
    """Including every key of example.toml."""
    validator(environment_schema()).validate(as_json_values(path.read_text("utf-8")))


def test_example_names_every_key_of_the_schema() -> None:
    """Except `local` and `record`, which exclude the others."""
    example = as_json_values((PROJECT / "environments" / "example.toml").read_text("utf-8"))
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
    """Except rules about several tables, which only the program checks."""
    with pytest.raises(EnvironmentFileError):
        parse(text.encode(), name="x", where="x.toml")
    assert not validator(environment_schema()).is_valid(as_json_values(text))


def test_a_record_conforms_to_the_schema() -> None:
    """A run's record: facts, digest and judgement, with experiments and causes."""
    record = observed(BROKEN)
    document = json.loads(store.record_text(record, api.judge(record)))
    validator(record_schema()).validate(document)
    for broken in (
        {**document, "digest": "x"},
        {**document, "schema": "agentcore-probe/record/0"},
        {**document, "more": 1},
        {**document, "exchanges": [{**document["exchanges"][0], "fault": {"kind": "bad luck"}}]},
        {**document, "judgement": {**document["judgement"], "verdict": "fine"}},
    ):
        assert not validator(record_schema()).is_valid(broken)


def test_the_sample_record_conforms_to_the_schema() -> None:
    """It was transcribed by hand from a report."""
    whole = json.loads((PROJECT / "environments" / "sample.record.json").read_text("utf-8"))
    validator(record_schema()).validate(whole)


def test_fields_are_described_by_their_docstrings() -> None:
    """Editors show them beside a key."""
    definitions = environment_schema()["$defs"]
    assert definitions["Limits"]["properties"]["seconds"]["description"].startswith("Wall clock")
    assert "title" not in json.dumps(definitions)
