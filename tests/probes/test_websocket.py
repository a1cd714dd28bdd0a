"""The WebSocket and the shell of a Runtime, probed in full runs against the embedded AgentCore."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.live import before_start
from agentcore_probe.model.environment import Environment, Expectation, LocalSetup
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.model.methods import ENTRANCES, METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.plan import make_plan
from agentcore_probe.secret import find_leak
from tests.embedded import observed

ASKED = ("runtime-ws", "runtime-shell")
ROWS = [row.id for row in METHODS if row.entrance in ASKED]


def run(*faults: str, only: str | None = None, **changes: Any) -> RunRecord:
    setup = {
        name: changes.pop(name)
        for name in ("runtime_authorizer", "protocol", "identities")
        if name in changes
    }
    fields = {"name": "t", "local": LocalSetup(faults=faults, **setup), "entrances": ASKED, **changes}
    return observed(Environment(**fields), controls="few", only=only)


def results(record: RunRecord) -> dict[str, tuple[str | None, str, str]]:
    """Decision, outcome and cause of each row of both entrances."""
    return {
        row.method: (row.observed, row.outcome, row.diagnosis.cause)
        for row in api.judge(record).findings
        if row.method in ROWS
    }


def test_a_jwt_runtime_takes_both_forms_of_a_token_and_no_signature() -> None:
    """And whoever has a token may open a shell: what nobody asked for is unexpected."""
    record = run()
    assert results(record) == {
        "runtime-ws-jwt": ("accepted", "as-expected", "none"),
        "runtime-ws-jwt-subprotocol": ("accepted", "as-expected", "none"),
        "runtime-ws-sigv4": ("refused", "as-expected", "sigv4-on-jwt"),
        "runtime-ws-presigned": ("refused", "as-expected", "sigv4-on-jwt"),
        "runtime-ws-anonymous": ("refused", "as-expected", "credential-missing"),
        "runtime-ws-jwt-forged": ("refused", "as-expected", "signature-invalid"),
        "runtime-shell-jwt": ("accepted", "unexpected", "shell-open"),
        "runtime-shell-sigv4": ("refused", "as-expected", "sigv4-on-jwt"),
        "runtime-shell-anonymous": ("refused", "as-expected", "credential-missing"),
        "runtime-shell-jwt-forged": ("refused", "as-expected", "signature-invalid"),
    }
    judgement = api.judge(record)
    shell = judgement.finding("runtime-shell-jwt")
    assert shell is not None
    assert shell.diagnosis.confidence == "probable"
    assert shell.diagnosis.remedy is not None
    assert "InvokeAgentRuntimeCommandShell" in shell.diagnosis.remedy.fragments["resource-policy"]
    _check_exchanges(record)


def test_an_iam_runtime_takes_both_forms_of_a_signature_and_no_token() -> None:
    """Each by its own action: the embedded user has that of WebSockets and not that of shells."""
    record = run(runtime_authorizer="iam")
    assert results(record) == {
        "runtime-ws-jwt": ("refused", "as-expected", "bearer-on-iam"),
        "runtime-ws-jwt-subprotocol": ("refused", "as-expected", "bearer-on-iam"),
        "runtime-ws-sigv4": ("accepted", "as-expected", "none"),
        "runtime-ws-presigned": ("accepted", "as-expected", "none"),
        "runtime-ws-anonymous": ("refused", "as-expected", "credential-missing"),
        "runtime-ws-jwt-forged": (None, "not-applicable", "none"),
        "runtime-shell-jwt": ("refused", "as-expected", "bearer-on-iam"),
        "runtime-shell-sigv4": ("refused", "as-expected", "iam-not-allowed"),
        "runtime-shell-anonymous": ("refused", "as-expected", "credential-missing"),
        "runtime-shell-jwt-forged": (None, "not-applicable", "none"),
    }
    assert api.judge(record).verdict == "verified"
    _check_exchanges(record)


def _check_exchanges(record: RunRecord) -> None:
    """One session for all, handshakes only, within the budget, and no credential in the record."""
    own = [exchange for exchange in record.exchanges if exchange.id.rpartition("/")[0] in ROWS]
    sessions = set()
    for exchange in own:
        request = exchange.request
        assert (request.method, request.body, request.header("upgrade")) == ("GET", None, "websocket")
        assert ("shellId=%21" in request.url) == ("/ws/shells" in request.url)
        in_query = request.url.rpartition(f"&{SESSION_HEADER}=")[2].partition("&")[0]
        sessions.add(request.header(SESSION_HEADER) or in_query)
        assert exchange.response is not None
        assert exchange.response.status in (101, 401, 403, 424)
    assert len(sessions) == 1
    for entrance in ENTRANCES:
        if entrance.id in ASKED:
            rows = [row.id for row in METHODS if row.entrance == entrance.id]
            sent = [exchange for exchange in own if exchange.id.rpartition("/")[0] in rows]
            assert 0 < len(sent) <= entrance.requests
    assert find_leak(record.model_dump_json().encode()) is None
    forms = {exchange.id.rpartition("/")[0]: exchange.request for exchange in own}
    assert "X-Amz-Signature=<signature>" in forms["runtime-ws-presigned"].url
    protocol = forms["runtime-ws-jwt-subprotocol"].header("sec-websocket-protocol")
    assert protocol == "base64UrlBearerAuthorization.<token>, base64UrlBearerAuthorization"


@pytest.mark.parametrize("protocol", ["MCP", "A2A"])
def test_protocols_without_a_websocket_have_no_row_of_one(protocol: Any) -> None:
    """With why; the shell does not depend on the protocol."""
    record = run(protocol=protocol)
    for row in ROWS:
        observation = record.observation(row)
        assert observation is not None
        reason = "no-websocket-protocol" if row.startswith("runtime-ws") else None
        assert observation.not_applicable == reason


def test_a_file_may_expect_an_open_shell() -> None:
    """Then its acceptance is as expected, with the file's reason."""
    expect = {"runtime-shell-jwt": Expectation(decision="accepted", reason="we debug with it")}
    finding = api.judge(run(expect=expect)).finding("runtime-shell-jwt")
    assert finding is not None
    assert (finding.observed, finding.outcome, finding.by_design) == (
        "accepted",
        "as-expected",
        "we debug with it",
    )


def test_a_closed_shell_is_what_is_meant() -> None:
    """A resource policy closes it for all tokens, although the authorizer accepts them."""
    judgement = api.judge(run("shell-denied-by-policy"))
    finding = judgement.finding("runtime-shell-jwt")
    assert finding is not None
    assert (finding.expected, finding.observed, finding.outcome) == ("refused", "refused", "as-expected")
    assert judgement.verdict == "verified"


def test_http_without_websocket_is_a_matter_of_an_action() -> None:
    """The cause names it, and the remedy allows it."""
    record = run("without-InvokeAgentRuntimeWithWebSocketStream", runtime_authorizer="iam")
    judgement = api.judge(record)
    http, socket = (judgement.finding(id) for id in ("runtime-sigv4", "runtime-ws-sigv4"))
    assert http is not None
    assert socket is not None
    assert (http.observed, socket.observed) == ("accepted", "refused")
    assert socket.diagnosis.cause == "iam-not-allowed"
    action = "bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream"
    assert socket.diagnosis.values["action"] == action
    assert socket.diagnosis.remedy is not None
    assert any(action in line for line in socket.diagnosis.remedy.commands)


@pytest.mark.parametrize("authorizer", ["jwt", "iam"])
def test_further_callers_try_both_entrances(authorizer: Any) -> None:
    """Each with its own credential, once; a shell is open to nobody unless the file names its row."""
    record = run(runtime_authorizer=authorizer, identities=True)
    form = "jwt" if authorizer == "jwt" else "sigv4"
    ways = {row.method: row for row in api.judge(record).identities}
    caller = "admin" if authorizer == "jwt" else "operator"
    assert ways[f"{caller}:runtime-ws-{form}"].observed is not None
    shell = ways[f"{caller}:runtime-shell-{form}"]
    assert shell.expected == "refused"
    calls = [
        exchange for exchange in record.exchanges if exchange.id.startswith(f"{caller}:runtime-ws-{form}/")
    ]
    assert len(calls) == 1


def test_a_plan_lists_the_handshakes() -> None:
    """With their credentials and what they cost."""
    plan = make_plan(before_start(Environment(name="t", local=LocalSetup(), entrances=ASKED)))
    own = [request for request in plan.requests if request.row in ROWS]
    assert {request.row for request in own} == set(ROWS)
    assert {request.method for request in own} == {"GET"}
    presigned = next(request for request in own if request.row == "runtime-ws-presigned")
    assert (presigned.credential, "X-Amz-Signature=<signature>" in presigned.url) == ("signature", True)
    subprotocol = next(request for request in own if request.row == "runtime-ws-jwt-subprotocol")
    assert subprotocol.credential == "token"
    assert plan.needed <= plan.limit
