"""Promise 17: for every input a parser returns a result or raises its one documented error.

Inputs are arbitrary text, arbitrary bytes, and valid inputs with pieces cut out, doubled or replaced.
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
from tests.promises.figures import FIGURES

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
def mutations(draw: st.DrawFn, valid: str) -> str:
    """A valid text with up to four pieces cut out, doubled or replaced."""
    text = valid
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        mutation = draw(st.sampled_from(["cut", "double", "replace"]))
        if mutation == "replace":
            piece = draw(st.text(max_size=20))
        else:
            piece = text[start:end] * 2 if mutation == "double" else ""
        text = text[:start] + piece + text[end:]
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
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_parser_returns_a_result_or_raises_its_one_error(name: str, data: Any) -> None:
    """On arbitrary text and on mutations of a valid input."""
    parse, valid, error = PARSERS[name]
    text = data.draw(st.one_of(st.text(max_size=400), mutations(valid)))
    FIGURES["inputs fuzzed"] += 1
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
"""Resource -> fields of the API's response."""


@given(data=st.data())
def test_a_malformed_api_response_makes_one_resource_unreadable(data: Any) -> None:
    """The other resources stay readable."""
    broken = data.draw(st.sampled_from(sorted(ANSWERS)))
    facts = {broken: {key: data.draw(JSON) for key in ANSWERS[broken]}}
    healthy = {"runtime": {"status": "READY"}, "gateway": {"status": "READY"}, "client": {"ClientId": "c"}}
    FIGURES["inputs fuzzed"] += 1
    configuration = from_answers(
        {**healthy, **facts, "issuers": [{"discoveryUrl": "d", "keys": data.draw(JSON)}]}
    )
    for name in ANSWERS.keys() - {broken}:
        assert getattr(configuration, name).unreadable is None
    assert getattr(configuration, broken) is not None
    assert len(configuration.issuers) == 1


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_an_environment_error(data: bytes) -> None:
    """They are not text, not TOML, or an environment without content."""
    FIGURES["inputs fuzzed"] += 1
    with pytest.raises(EnvironmentFileError):
        load.parse(data, name="t", where="t.toml")


@settings(suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=200), mutations(NOTEBOOK)))
def test_a_malformed_notebook_has_its_own_exit_code(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Whatever is wrong with it, the error is the notebook's."""
    FIGURES["inputs fuzzed"] += 1
    path = tmp_path_factory.mktemp("n") / "n.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        check_parameters(path, ("environment",))
    except ProbeError as raised:
        assert raised.exit_code == 5


def test_a_page_with_a_decompression_bomb_is_refused() -> None:
    """100 KB decompress to 100 MB; only the permitted number of bytes is read."""
    bomb = base64.b64encode(gzip.compress(b" " * 100_000_000)).decode()
    page = PAGE[: PAGE.index('id="record">') + len('id="record">')] + bomb + "</script>"
    with pytest.raises(RecordError, match="over 50000000 bytes"):
        read_embedded_record(page, where="t")


@pytest.mark.parametrize("name", PARSERS)
def test_the_valid_input_is_valid(name: str) -> None:
    """The inputs that the tests above mutate are parsed without an error."""
    parse, valid, _ = PARSERS[name]
    assert parse(valid) is not None
