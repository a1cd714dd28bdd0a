"""The schemas accept what this program reads and writes, and refuse what it refuses."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agentcore_probe import api, store
from agentcore_probe.environments.layers import LAYER_KEYS
from agentcore_probe.environments.load import from_tables, parse
from agentcore_probe.environments.schema import environment_schema, record_schema
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.flows import FLOWS
from agentcore_probe.model.environment import Environment, LocalSetup
from tests.conftest import PROJECT
from tests.embedded import observed

ENVIRONMENTS = sorted((PROJECT / "environments").glob("*.toml"))
BROKEN = Environment(name="local-broken", local=LocalSetup(faults=("runtime-audience-rule",)))


@cache
def validator(schema: Callable[[], dict[str, Any]]) -> Draft202012Validator:
    """Of one of the two schemas, checked once."""
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def as_json_values(text: str) -> Any:
    """TOML as an editor validates it: a date is a string."""
    return json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_every_shipped_environment_conforms_to_the_schema(path: Path) -> None:
    """Including every key of example.toml."""
    validator(environment_schema).validate(as_json_values(path.read_text("utf-8")))


def test_example_names_every_key_of_the_schema() -> None:
    """Except `local` and `record`, which exclude the others, and those about other files."""
    example = as_json_values((PROJECT / "environments" / "example.toml").read_text("utf-8"))
    assert set(environment_schema()["properties"]) - set(example) == {"record", "local", *LAYER_KEYS}


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
        '[local]\n[gateway]\npolicy_session = "a b"',
        '[local]\n[gateway.passthrough]\ntarget = "a/b"',
        '[local]\n[gateway.passthrough]\ntarget = "a"\npath = "/x/%2e./y"',
        '[local]\n[gateway.passthrough]\ntarget = "a"\npath = "/x%2F.."',
        '[local]\n[gateway.passthrough]\ntarget = "a"\npath = "/x?my_token=y"',
        '[local]\nprotocol = "GRPC"',
        "[local]\n[limits]\nseconds = 0",
        'name = "x"\n[local]',
        'role_arn = "arn:aws:iam::123456789012:user/x"\n[local]',
        'external_id = "agentcore-probe"\n[local]',
    ],
)
def test_what_the_program_refuses_the_schema_refuses(text: str) -> None:
    """Except rules about several tables, which only the program checks."""
    with pytest.raises(EnvironmentFileError):
        parse(text.encode(), name="x", where="x.toml")
    assert not validator(environment_schema).is_valid(as_json_values(text))


URLS = st.sampled_from(
    [
        *("https://a.example/x?y=1", "HTTPS://a.example", "https://[::1]:8443/", "https://a.example:65535"),
        *("http://127.0.0.1:80", "http://localhost", "http://[::1]/", "http://LOCALHOST:1/x"),
        *("", "x", "http://a.example", "ftp://a.example", "https://", "https:///x", "https://a b"),
        *("https://u:p@a.example", "https://a.example/?Api_Key=1", "https://a.example/?x=1&my-token=2"),
        *("https://a.example:65536", "https://a.example:x", "https://a.example?monkey=1", "https://[::1"),
    ]
)
TABLES = st.fixed_dictionaries(
    {},
    optional={
        "region": st.just("us-east-1"),
        "record": st.just("x.json"),
        "runtime": st.just({"arn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/a-abcdefghij"}),
        "gateway": st.fixed_dictionaries(
            {},
            optional={"id": st.sampled_from(["my-gateway-abcdefghij", ""]), "url": URLS},
        ),
        "identity": st.fixed_dictionaries(
            {},
            optional={
                "flow": st.sampled_from([*FLOWS, "password"]),
                "username": st.just("u"),
                **{name: st.just({"env": "X"}) for name in ("password", "client_secret", "token")},
                "discovery_url": URLS,
            },
        ),
        "local": st.fixed_dictionaries(
            {},
            optional={
                "faults": st.sampled_from([[], ["mmdsv2-off"]]),
                "policy_mode": st.sampled_from(["ENFORCE", "LOG_ONLY"]),
                "policies": st.just({"all": "permit(principal, action, resource);"}),
            },
        ),
        "endpoints": st.dictionaries(st.sampled_from(["sts", "s3"]), URLS, min_size=1, max_size=1),
    },
)


@given(TABLES)
@settings(max_examples=200, deadline=None)
def test_the_schema_accepts_exactly_the_files_that_a_run_accepts(tables: dict[str, Any]) -> None:
    """The loader's rules, and the keys that a login needs, which a run checks."""
    try:
        environment = from_tables(json.loads(json.dumps(tables)), name="x", where="x.toml")
        identity = environment.identity
        needed = FLOWS[identity.flow].required_keys if identity else ()
        is_accepted = all(getattr(identity, key) is not None for key in needed)
    except EnvironmentFileError:
        is_accepted = False
    assert validator(environment_schema).is_valid(tables) == is_accepted


@pytest.mark.slow
def test_a_record_conforms_to_the_schema() -> None:
    """A run's record: facts, digest and judgement, with experiments and causes."""
    record = observed(BROKEN)
    document = json.loads(store.record_text(record, api.judge(record)))
    schema = validator(record_schema)
    schema.validate(document)
    document["exchanges"] = document["exchanges"][:1]
    for broken in (
        {**document, "digest": "x"},
        {**document, "schema": "agentcore-probe/record/0"},
        {**document, "more": 1},
        {**document, "exchanges": [{**document["exchanges"][0], "fault": {"kind": "bad luck"}}]},
        {**document, "judgement": {**document["judgement"], "verdict": "fine"}},
    ):
        assert not schema.is_valid(broken)


def test_the_sample_record_conforms_to_the_schema() -> None:
    """It was transcribed by hand from a report."""
    whole = json.loads((PROJECT / "environments" / "sample.record.json").read_text("utf-8"))
    validator(record_schema).validate(whole)


def test_fields_are_described_by_their_docstrings() -> None:
    """Editors show them beside a key."""
    definitions = environment_schema()["$defs"]
    assert definitions["Limits"]["properties"]["seconds"]["description"].startswith("Wall clock")
    assert "title" not in json.dumps(definitions)
