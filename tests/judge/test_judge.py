"""Judging: pure, total, and never more than the observations show."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentcore_probe import api
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, Expectation
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response, TokenFacts
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import Observation, Provenance, RunRecord
from tests.conftest import PROJECT
from tests.judge.redacted import redacted
from tests.judge.test_actions import check

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")


def test_the_sample_record_is_judged_by_its_evidence() -> None:
    """Its three rows, the right cause of the 404, and no claim beyond the evidence."""
    judgement = judge(SAMPLE)
    rows = {finding.method: finding for finding in judgement.findings}
    assert list(rows) == ["gateway-jwt", "runtime-jwt", "runtime-cli"]
    assert rows["gateway-jwt"].observed == "accepted"
    assert (rows["runtime-jwt"].outcome, rows["runtime-jwt"].observed) == ("unexpected", "undecided")
    diagnosis = rows["runtime-jwt"].diagnosis
    assert (diagnosis.cause, diagnosis.confidence) == ("arn-not-encoded", "probable")
    assert diagnosis.experiment == "arn-encoding"
    assert rows["runtime-cli"].diagnosis.cause == "sigv4-on-jwt"
    assert judgement.verdict == "not-verified"
    shown = {conclusion.claim: conclusion.shown for conclusion in judgement.conclusions}
    assert shown["gateway-accepts-jwt"] is True
    assert shown["runtime-refuses-sigv4"] is True
    for claim in ("runtime-accepts-jwt", "same-issuer-and-client", "direct-https-call-exists"):
        assert shown[claim] is None


def test_the_order_of_observations_and_exchanges_does_not_matter() -> None:
    """Every order gives the same judgement."""
    for observations in itertools.permutations(SAMPLE.observations):
        shuffled = SAMPLE.model_copy(
            update={"observations": observations, "exchanges": tuple(reversed(SAMPLE.exchanges))}
        )
        assert judge(shuffled) == judge(SAMPLE)


@pytest.mark.parametrize(
    ("expectation", "outcome", "problems"),
    [
        (None, "unexpected", []),
        ({"decision": "undecided", "reason": "known"}, "as-expected", []),
        ({"decision": "accepted", "reason": "soon"}, "unexpected", ["not-met"]),
        ({"decision": "undecided", "reason": "known", "until": "2020-01-01"}, "as-expected", ["expired"]),
    ],
)
def test_an_expectation_replaces_the_prediction_and_a_stale_one_is_reported(
    expectation: Any, outcome: str, problems: list[str]
) -> None:
    """An expectation that has expired still applies, so that the row and the line to remove are both reported."""
    expect = {"runtime-jwt": Expectation(**expectation)} if expectation else {}
    record = SAMPLE.model_copy(
        update={
            "environment": SAMPLE.environment.model_copy(update={"expect": expect}),
            "provenance": Provenance(ended=datetime(2026, 1, 1, tzinfo=UTC)),
        }
    )
    judgement = judge(record)
    finding = judgement.finding("runtime-jwt")
    assert finding is not None
    assert finding.outcome == outcome
    assert [expectation.problem for expectation in judgement.expectations] == problems


_TEXT = st.text(max_size=60)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_BODY = _TEXT | st.sampled_from(
    [
        '{"message": "Claim \'aud\' value mismatch"}',
        '{"jsonrpc":"2.0","error":{"code":-32004,"message":"x"}}',
        'data: {"type":"RUN_ERROR","code":"AGENT_ERROR"}',
        '{"jsonrpc":"2.0","result":{"isError":true,"content":"x"}}',
        '{"result": {"tools": [1, null, {"name": 3}]}}',
        '{"error": {"code": [1], "message": {"a": 1}}}',
        "An error occurred (X) when calling the Y operation: z",
    ]
)
_HEADERS = st.dictionaries(
    st.sampled_from(
        ["x-amzn-requestid", "WWW-Authenticate", "Date", "Mcp-Session-Id", "Authorization", "Accept", "a"]
    ),
    _TEXT | st.sampled_from(["Bearer <token>", 'Bearer error="insufficient_scope"', "AWS4-HMAC-SHA256 x"]),
    max_size=4,
)
_URL = _TEXT | st.sampled_from(
    [
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn:aws:x:y:z:1:runtime/a/invocations",
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes//invocations",
        "https://x.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
        "https://[::1/",
        "http://127.0.0.1:99999/oauth2/token",
    ]
)
_EXCHANGE = st.builds(
    Exchange,
    id=st.sampled_from([f"{method.id}/1" for method in METHODS] + ["identity/1", "x"]),
    step=st.just("invoke"),
    request=st.builds(
        Request,
        method=st.sampled_from(["POST", "GET", "aws", ""]),
        url=_URL,
        headers=_HEADERS,
        auth=st.sampled_from(["bearer", "sigv4", "none"]),
        body=st.none() | _BODY,
    ),
    response=st.none()
    | st.builds(
        Response,
        status=st.none() | st.sampled_from([200, 202, 307, 400, 401, 402, 403, 404, 406, 409, 424, 429, 500, 504]),
        headers=_HEADERS,
        body=_BODY,
    ),
    fault=st.none() | st.builds(Fault, kind=st.sampled_from(["dns", "timeout", "not-http"]), detail=_TEXT),
    token=st.none()
    | st.builds(TokenFacts, header=st.dictionaries(_TEXT, _JSON, max_size=2), claims=st.dictionaries(
        st.sampled_from(["exp", "nbf", "iss", "aud", "client_id", "scope", "token_use"]), _JSON, max_size=5)),
)  # fmt: skip
_CONFIGURATION = st.sampled_from(
    [
        {},
        {"runtime": {"authorizerConfiguration": None, "arn": "arn:aws:x:y:z:1:runtime/a"}},
        {"runtime": {"unreadable": "AccessDenied"}, "gateway": {"authorizerType": "NONE"}},
        {
            "runtime": {
                "authorizerConfiguration": {
                    "customJWTAuthorizer": {
                        "discoveryUrl": "x",
                        "allowedAudience": ["a"],
                        "allowedScopes": ["s"],
                    }
                },
                "endpoints": [],
            },
            "gateway": {
                "authorizerType": "AUTHENTICATE_ONLY",
                "targets": [{"name": "t", "status": "FAILED"}],
            },
            "issuer": "i",
            "keys": ["k"],
        },
    ]
)


def record_of(exchanges: list[Exchange], facts: dict[str, Any]) -> RunRecord:
    """A record with one observation for each exchange."""
    ids = dict.fromkeys(exchange.id for exchange in exchanges)
    return RunRecord(
        environment=Environment(name="t"),
        configuration=from_facts(facts),
        exchanges=tuple(exchanges),
        observations=tuple(
            Observation(method=id.split("/")[0], decision="undecided", exchanges=(id,)) for id in ids
        ),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_EXCHANGE, max_size=4), _CONFIGURATION)
def test_any_record_gives_a_judgement(exchanges: list[Exchange], facts: dict[str, Any]) -> None:
    """Judging never fails, and its result can be shown."""
    from agentcore_probe.report.messages import messages
    from agentcore_probe.report.view import View

    record = record_of(exchanges, facts)
    judgement = judge(record)
    assert len(judgement.findings) == len(record.observations)
    check(judgement)
    view = View(record, judgement, messages("ja"))
    assert view.root_causes() is not None
    assert len(view.actions()) == len(judgement.actions)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_EXCHANGE, min_size=1, max_size=3), _CONFIGURATION)
def test_redaction_changes_no_verdict(exchanges: list[Exchange], facts: dict[str, Any]) -> None:
    """Redacting a redacted exchange again changes neither it nor the judgement."""
    once = [redacted(exchange) for exchange in exchanges]
    twice = [redacted(exchange) for exchange in once]
    assert once == twice
    assert judge(record_of(once, facts)) == judge(record_of(twice, facts))
