"""Judging: pure, total, and never more than the observations carry."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentcore_probe import api
from agentcore_probe.access import redaction
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.judge import judge
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.case_file import from_form, read
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, Expectation
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response, TokenFacts
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import Observation, Provenance, RunRecord
from tests.conftest import PROJECT
from tests.judge.test_cases import CASES

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")


def test_the_original_report_is_corrected() -> None:
    """Its three rows, the right cause for the 404, and nothing concluded beyond the evidence."""
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
    shown = {each.claim: each.shown for each in judgement.conclusions}
    assert shown["gateway-accepts-jwt"] is True
    assert shown["runtime-refuses-sigv4"] is True
    for withheld in ("runtime-accepts-jwt", "same-issuer-and-client", "direct-https-call-exists"):
        assert shown[withheld] is None


def test_a_method_mismatch_never_carries_that_jwt_works() -> None:
    """It proves the mode, not the other way in."""
    only = SAMPLE.model_copy(
        update={"observations": tuple(each for each in SAMPLE.observations if each.method == "runtime-cli")}
    )
    shown = {each.claim: each.shown for each in judge(only).conclusions}
    assert shown["runtime-refuses-sigv4"] is True
    assert shown["runtime-accepts-jwt"] is None


def test_the_order_of_observations_and_exchanges_does_not_matter() -> None:
    """Neither changes a finding."""
    for observations in itertools.permutations(SAMPLE.observations):
        shuffled = SAMPLE.model_copy(
            update={"observations": observations, "exchanges": tuple(reversed(SAMPLE.exchanges))}
        )
        assert judge(shuffled) == judge(SAMPLE)


@pytest.mark.parametrize("name", [name for name, form in CASES.items() if form.get("related")])
def test_the_order_of_related_exchanges_does_not_matter(name: str) -> None:
    """Every order of a case's related exchanges gives one cause, and the same confidence."""
    case = _case(name)
    found = {
        (each.cause, each.confidence)
        for order in itertools.islice(itertools.permutations(case.related), 24)
        for each in [diagnose(replace(case, related=order))]
    }
    assert len(found) == 1


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_unrelated_exchanges_change_no_cause(data: st.DataObject) -> None:
    """Calls to another Runtime or Gateway are no evidence, whatever they got."""
    case = _case(data.draw(st.sampled_from(sorted(CASES))))
    others = data.draw(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=3))
    strangers = tuple(_elsewhere(_case(name).exchange, number) for number, name in enumerate(others))
    alone, beside = diagnose(case), diagnose(replace(case, related=(*case.related, *strangers)))
    assert (beside.cause, beside.confidence) == (alone.cause, alone.confidence)
    twin = _elsewhere(case.exchange.model_copy(update={"response": Response(status=200, body="{}")}), 9)
    assert diagnose(replace(case, related=(*case.related, twin))).confidence == alone.confidence


def _case(name: str) -> Case:
    form = {key: value for key, value in CASES[name].items() if key not in ("then", "id")}
    return from_form(form, where=name)


def _elsewhere(exchange: Exchange, number: int) -> Exchange:
    """The same exchange with another account's Runtime, or another Gateway."""
    url = re.sub(r"(?<!\d)\d{12}(?!\d)", "999900001111", exchange.request.url)
    url = re.sub(r"^(https?)://", rf"\1://another-{number}-", url) if url == exchange.request.url else url
    request = exchange.request.model_copy(update={"url": url})
    return exchange.model_copy(update={"id": f"elsewhere/{number + 100}", "request": request})


@pytest.mark.parametrize(
    ("expectation", "outcome", "problems"),
    [
        (None, "unexpected", []),
        ({"decision": "undecided", "reason": "known"}, "as-expected", []),
        ({"decision": "accepted", "reason": "soon"}, "unexpected", ["no-longer-true"]),
        ({"decision": "undecided", "reason": "known", "until": "2020-01-01"}, "as-expected", ["expired"]),
    ],
)
def test_an_expectation_replaces_the_prediction_and_a_stale_one_is_loud(
    expectation: Any, outcome: str, problems: list[str]
) -> None:
    """As designed against broken."""
    from datetime import UTC, datetime

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
    assert [each.problem for each in judgement.expectations] == problems


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


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(_EXCHANGE, max_size=4), _CONFIGURATION)
def test_any_record_however_odd_gives_a_judgement(exchanges: list[Exchange], facts: dict[str, Any]) -> None:
    """Judging is total, and what it gives can be shown in both languages."""
    from agentcore_probe.report.messages import messages
    from agentcore_probe.report.view import View

    observations = tuple(
        Observation(method=id.split("/")[0], decision="undecided", exchanges=(id,))
        for id in dict.fromkeys(each.id for each in exchanges)
    )
    record = RunRecord(
        environment=Environment(name="t"),
        configuration=from_facts(facts),
        exchanges=tuple(exchanges),
        observations=observations,
    )
    judgement = judge(record)
    assert len(judgement.findings) == len(observations)
    view = View(record, judgement, messages("ja"))
    assert view.root_causes() is not None


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(_EXCHANGE, min_size=1, max_size=3), _CONFIGURATION)
def test_redaction_changes_no_verdict(exchanges: list[Exchange], facts: dict[str, Any]) -> None:
    """What was redacted at birth and is redacted again means the same."""
    once = [redacted(each) for each in exchanges]
    twice = [redacted(each) for each in once]
    assert once == twice
    assert judged(once, facts) == judged(twice, facts)


def redacted(exchange: Exchange) -> Exchange:
    """The exchange as the transport would have kept it."""
    request = exchange.request.model_copy(
        update={
            "headers": redaction.headers(exchange.request.headers),
            "body": exchange.request.body and redaction.text(exchange.request.body),
        }
    )
    response = exchange.response and exchange.response.model_copy(
        update={
            "headers": redaction.headers(exchange.response.headers),
            "body": redaction.text(exchange.response.body),
        }
    )
    return exchange.model_copy(update={"request": request, "response": response})


def judged(exchanges: list[Exchange], facts: dict[str, Any]) -> Any:
    record = RunRecord(
        environment=Environment(name="t"),
        configuration=from_facts(facts),
        exchanges=tuple(exchanges),
        observations=tuple(
            Observation(method=id.split("/")[0], decision="undecided", exchanges=(id,))
            for id in dict.fromkeys(each.id for each in exchanges)
        ),
    )
    return judge(record)


@pytest.mark.parametrize("name", list(CASES))
def test_redaction_changes_no_cause(name: str) -> None:
    """For every labelled case: the cause before is the cause after."""
    form = {key: value for key, value in CASES[name].items() if key not in ("then", "id")}
    case = read(json.dumps(form), where=name)
    clean = Case(redacted(case.exchange), case.configuration, tuple(map(redacted, case.related)))
    assert diagnose(clean).cause == diagnose(case).cause
