"""Promise 17: whatever bytes come in, a parser gives a result or the one documented error.

Inputs are free text, free bytes, and valid ones with pieces cut out, doubled or replaced.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentcore_probe import store
from agentcore_probe.environments import load
from agentcore_probe.errors import EnvironmentFileError, ProbeError, RecordError
from agentcore_probe.judge.explain import explain
from agentcore_probe.judge.reading import address, answer
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.embedded_record import read_embedded_record
from agentcore_probe.model.exchange import Request, Response
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.notebook.parameters import check_parameters
from tests.conftest import PROJECT
from tests.promises.figures import TRIED

TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2EiLCJleHAiOjF9.c2lnbmF0dXJl"
CURL = (
    "> POST /runtimes/arn%3Aaws HTTP/1.1\n> Authorization: Bearer a.b.c\n>\n"
    'HTTP/1.1 401 Unauthorized\nx-amzn-errortype: UnauthorizedException\nwww-authenticate: Bearer error="invalid"\n'
    '\n{"message": "Missing Authentication Token"}\n'
)
SSE = 'event: message\ndata: {"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": "x"}}\n\n'
SAMPLE = (PROJECT / "environments" / "sample.record.json").read_text("utf-8")
EXAMPLE = (PROJECT / "environments" / "example.toml").read_text("utf-8")
CASE = (PROJECT / "tests" / "judge" / "cases" / "expired.json").read_text("utf-8")
PAGE = next((PROJECT / "reports" / "sample").glob("*/report.html")).read_text("utf-8")
NOTEBOOK = (PROJECT / "notebooks" / "verification.ipynb").read_text("utf-8")


@st.composite
def mutated(draw: st.DrawFn, whole: str) -> str:
    """A valid text with up to four pieces cut out, doubled or replaced."""
    text = whole
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(["cut", "double", "replace"]))
        piece = {"cut": "", "double": text[start:end] * 2}.get(kind) if kind != "replace" else draw(st.text(max_size=20))  # fmt: skip
        text = text[:start] + (piece or "") + text[end:]
    return text


def _environment(text: str) -> object:
    return load.parse(text.encode("utf-8", "surrogatepass"), name="t", where="t.toml")


def _address(text: str) -> object:
    return address.read(Request(method="POST", url=text, headers={}, auth="none"))


def _answer(text: str) -> object:
    return answer.read(
        Response(status=401, headers={"www-authenticate": text, "x-amzn-errortype": text}, body=text)
    )


PARSERS: dict[str, tuple[Callable[[str], object], str, type[ProbeError] | None]] = {
    "token": (unverified_facts, TOKEN, None),
    "answer: challenge, JSON, JSON-RPC, events": (_answer, SSE, None),
    "address": (
        _address,
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws/invocations",
        None,
    ),
    "explain: curl text": (lambda text: explain(text, where="t"), CURL, RecordError),
    "explain: case": (lambda text: explain(text, where="t"), CASE, RecordError),
    "environment": (_environment, EXAMPLE, EnvironmentFileError),
    "record": (lambda text: store.parse_record(text, where="t"), SAMPLE, RecordError),
    "page": (
        lambda text: store.parse_record(read_embedded_record(text, where="t"), where="t"),
        PAGE,
        RecordError,
    ),
}
"""Name -> the parser, a valid input, and the one error that it may raise."""


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_parser_gives_a_result_or_its_one_error(name: str, data: Any) -> None:
    """On free text and on valid input gone wrong."""
    parse, valid, error = PARSERS[name]
    text = data.draw(st.one_of(st.text(max_size=400), mutated(valid)))
    TRIED["inputs fuzzed"] += 1
    try:
        parse(text)
    except ProbeError as raised:
        assert error is not None
        assert isinstance(raised, error)
        assert raised.line()
        json.dumps(raised.as_json())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ANSWERS: dict[str, tuple[str, ...]] = {
    "runtime": ("agentRuntimeArn", "status", "protocolConfiguration", "metadataConfiguration", "endpoints",
                "authorizerConfiguration", "requestHeaderConfiguration", "failureReason"),
    "gateway": ("gatewayId", "gatewayUrl", "protocolConfiguration", "authorizerType", "authorizerConfiguration",
                "targets", "statusReasons", "policyEngineConfiguration", "interceptorConfigurations"),
    "client": ("ClientId", "ExplicitAuthFlows", "AllowedOAuthFlows", "AllowedOAuthScopes", "ClientSecret"),
}  # fmt: skip
"""What the control plane and Cognito answer with."""


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_an_answer_of_another_shape_is_unreadable(data: Any) -> None:
    """And harms no other part."""
    broken = data.draw(st.sampled_from(sorted(ANSWERS)))
    facts = {broken: {key: data.draw(JSON) for key in ANSWERS[broken]}}
    healthy = {"runtime": {"status": "READY"}, "gateway": {"status": "READY"}, "client": {"ClientId": "c"}}
    TRIED["inputs fuzzed"] += 1
    told = from_answers({**healthy, **facts, "issuers": [{"discoveryUrl": "d", "keys": data.draw(JSON)}]})
    for name in ANSWERS.keys() - {broken}:
        assert getattr(told, name).unreadable is None
    assert getattr(told, broken) is not None
    assert len(told.issuers) == 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_bytes_that_are_no_text_are_an_environment_error(data: bytes) -> None:
    """Or, by chance, a file without content."""
    TRIED["inputs fuzzed"] += 1
    with pytest.raises(EnvironmentFileError):
        load.parse(data, name="t", where="t.toml")


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=200), mutated(NOTEBOOK)))
def test_a_notebook_gone_wrong_is_told(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """The file's own error, whatever stands in it."""
    TRIED["inputs fuzzed"] += 1
    path = tmp_path_factory.mktemp("n") / "n.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        check_parameters(path, ("environment",))
    except ProbeError as raised:
        assert raised.exit_code == 5


def test_a_page_that_carries_a_bomb_is_told() -> None:
    """A hundred MiB from a hundred KiB: read up to the cap, and no further."""
    packed = base64.b64encode(gzip.compress(b" " * 100_000_000)).decode()
    page = PAGE[: PAGE.index('id="record">') + len('id="record">')] + packed + "</script>"
    with pytest.raises(RecordError, match="over 50000000 bytes"):
        read_embedded_record(page, where="t")


@pytest.mark.parametrize("name", PARSERS)
def test_the_valid_input_is_valid(name: str) -> None:
    """What is mutated above is understood as it stands."""
    parse, valid, _ = PARSERS[name]
    assert parse(valid) is not None
