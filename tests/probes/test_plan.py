"""A plan has the requests of the run, because the run's own code builds them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, ToolCall
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.plan import UNKNOWN_GATEWAY, UNKNOWN_TARGET, Plan, PlannedRequest
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.plan import make_plan
from tests.embedded import started

TOOL = GatewayTarget(tool=ToolCall(name="echo-tool___ping"))
_FURTHER_PAGE = re.compile(r"tools/list page (?!1$)")


def _planned(request: PlannedRequest) -> tuple[str | None, ...]:
    return (
        request.row,
        request.step,
        request.method,
        request.url,
        request.auth,
        request.control,
        request.forged,
    )


def _sent(record: RunRecord) -> Counter[Any]:
    """What a run sent, without experiments and further pages of tools."""
    return Counter(
        (
            exchange.id.rpartition("/")[0],
            exchange.step,
            exchange.request.method,
            exchange.request.url,
            exchange.request.auth,
            exchange.control,
            exchange.forged,
        )
        for exchange in record.exchanges
        if exchange.change is None and not _FURTHER_PAGE.match(exchange.step)
    )


def _expected(plan: Plan, record: RunRecord) -> Iterator[PlannedRequest]:
    """The plan's requests: as predicted; of a row without a prediction, those of its decision in the run."""
    rows = {row.method: row for row in plan.rows}
    for request in plan.requests:
        row = rows.get(request.row)
        if request.row == "read":
            continue
        if row is None:
            yield request
        elif row.decision is not None:
            yield from [request] if request in plan.expected(row) else []
        else:
            observation = record.observation(request.row)
            assert observation is not None
            wanted = "accepted" if observation.decision == "accepted" else "refused"
            yield from [request] if request.condition in (None, wanted) else []


def _assert_same(plan: Plan, record: RunRecord) -> None:
    planned = Counter(_planned(request) for request in _expected(plan, record))
    sent = _sent(record)
    if plan.known is None:
        # Which addresses an issuer's document names is not known before it is read.
        planned, sent = (_without_addresses(requests) for requests in (planned, sent))
    assert planned == sent
    by_row = {row.method: row for row in plan.rows}
    of_callers = [observation for caller in record.identities for observation in caller.observations]
    for observation in (*record.observations, *of_callers):
        row = by_row[observation.method]
        assert (row.not_applicable, row.not_tried) == (observation.not_applicable, observation.not_tried)


def _without_addresses(requests: Counter[Any]) -> Counter[Any]:
    return Counter(request for request in requests.elements() if request[1] != "signing keys")


@pytest.mark.parametrize(
    ("setup", "controls"),
    [
        pytest.param(LocalSetup(), "all", id="jwt", marks=pytest.mark.slow),
        pytest.param(LocalSetup(protocol="MCP"), "few", id="mcp", marks=pytest.mark.slow),
        pytest.param(
            LocalSetup(protocol="A2A", runtime_authorizer="iam", gateway_authorizer="iam"), "all", id="iam"
        ),
        pytest.param(LocalSetup(gateway_authorizer="none"), "few", id="open", marks=pytest.mark.slow),
        pytest.param(LocalSetup(runtime_authorizer="iam", identities=True), "few", id="callers"),
    ],
)
def test_a_plan_has_the_requests_of_the_run(
    setup: LocalSetup, controls: ControlLevel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Method, URL and kind of credential of each, by row; with and without an earlier run that shows what is deployed."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")  # a source of credentials, for the plan
    with started(setup) as facts:
        live = with_embedded(Environment(name="t", local=setup, gateway=TOOL), facts)
        names = ("admin", "guest", "operator", "auditor")  # those whose login succeeds, of both kinds
        callers = (
            {name: live.environment.identities[name] for name in names}
            if live.environment.identities
            else None
        )
        deployed = live.environment.model_copy(update={"local": None, "identities": callers})
        again = type(live)(deployed, live.keys, live.secrets)
        first = again.run(experiments=False, controls=controls).observe()
        unknown = make_plan(deployed, controls=controls)
        known = make_plan(deployed, first, controls=controls)
        second = again.run(experiments=False, controls=controls).observe()
    _assert_same(known, second)
    assert all(row.decision is not None for row in known.rows if row.not_applicable is None)
    assert known.count == sum(_sent(second).values())
    assert unknown.known is None
    assert unknown.needed >= len(second.exchanges)
    if setup == LocalSetup():  # a row that does not apply to an authorizer, and the protocol, are read first
        _assert_same(unknown, second)


def test_nothing_depends_on_the_order_of_threads() -> None:
    """Two plans of one environment are equal, but for ids that are new in each run."""
    environment = Environment.model_validate(
        {
            "name": "t",
            "runtime": {
                "arn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
            },
            "gateway": {"id": "my-gateway-abcdefghij"},
            "identity": {"username": "u", "password": {"source": "command", "name": "false"}},
        }
    )
    plans = [make_plan(environment) for _ in range(3)]
    assert len({tuple(_planned(request) for request in plan.requests) for plan in plans}) == 1
    frame = plans[0].to_frame()
    assert list(frame["id"]) == [request.id for request in plans[0].requests]
    assert "runtime-jwt/1" in plans[0]._repr_html_()
    (issuer,) = {request.url for request in plans[0].of("discovery") if request.step == "discovery document"}
    assert issuer.startswith("https://issuer-of-the-authorizer.invalid/")
    assert {row.not_tried for row in plans[0].rows if "jwt" in row.method} == {None}


def test_a_gateway_whose_url_a_run_has_to_read_counts() -> None:
    """By its id alone, with another server in place of AWS: its calls are planned, at an address with a name."""
    gateway = Environment(
        name="t",
        region="us-east-1",
        gateway=GatewayTarget(id="my-gateway-abcdefghij"),
        endpoints={"bedrock-agentcore": "http://127.0.0.1:1"},
    )
    addresses = {request.url for request in make_plan(gateway).requests if request.row == "gateway-anonymous"}
    assert addresses == {UNKNOWN_GATEWAY}


def test_a_call_through_a_gateway_whose_targets_a_run_has_to_read_counts() -> None:
    """With a name in place of the target's; the file's own name is used where it has one."""
    named = {None: UNKNOWN_TARGET, "agent": "agent"}
    for name, shown in named.items():
        gateway = Environment(
            name="t",
            region="us-east-1",
            entrances=("gateway-to-runtime",),
            gateway=GatewayTarget(id="my-gateway-abcdefghij", runtime_target=name),
        )
        requests = [row for row in make_plan(gateway).requests if row.row == "gateway-to-runtime-anonymous"]
        assert len(requests) == 2
        assert {request.url.split("/", 3)[3] for request in requests} == {f"{shown}/invocations"}


def test_the_user_pool_is_read_for_the_login_of_mcp_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the login, where no authorizer is known to name one; not for other entrances."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-secret-key")
    identity = Identity(
        flow="user-password",
        client_id="c",
        username="ana",
        password=SecretReference(source="env", name="AWS_SECRET_ACCESS_KEY"),
        discovery_url="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/openid-configuration",
    )
    environment = Environment(
        name="t", region="us-east-1", gateway=GatewayTarget(id="gw-abcdefghij"), identity=identity
    )

    def pools(*entrances: str) -> list[str | None]:
        plan = make_plan(environment.model_copy(update={"entrances": entrances}))
        return [request.url for request in plan.requests if request.step == "cognito-idp:DescribeUserPool"]

    assert pools("gateway-oauth-metadata") == ["https://cognito-idp.eu-west-1.amazonaws.com/"]
    assert pools("gateway-policy") == []
