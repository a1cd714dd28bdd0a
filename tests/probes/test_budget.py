"""How many requests a run sends: entrances that a file asks for have their own share, and the others send none."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections import Counter
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.access.request_limit import MAX_REQUESTS
from agentcore_probe.builtin import FILES
from agentcore_probe.live import before_start
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, ToolCall
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import ALL, ENTRANCES, caller_of, entrances_of, method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.budget import request_limit
from agentcore_probe.probes.plan import make_plan
from tests.conftest import PROJECT
from tests.embedded import observed
from tests.sampling import every

EARLIER = PROJECT / "tests" / "report" / "earlier"
BUILT_IN = sorted(
    name
    for file in FILES
    if file.endswith(".toml") and (name := file.removeprefix("environments/").removesuffix(".toml"))
)
ON_REQUEST = [entrance for entrance in ENTRANCES if entrance.on_request]
TOOL = GatewayTarget(tool=ToolCall(name="echo-tool___ping"))
SETUPS: list[dict[str, Any]] = [
    {"runtime_authorizer": authorizer, "gateway_authorizer": authorizer, "protocol": protocol}
    for authorizer, protocol in itertools.product(("jwt", "iam"), ("HTTP", "MCP", "A2A", "AGUI"))
]


def of_entrance(record: RunRecord) -> Counter[str]:
    """How many requests of the run's own caller went through each entrance, without experiments."""
    rows = (
        method(exchange.id.rpartition("/")[0])
        for exchange in record.exchanges
        if exchange.change is None and caller_of(exchange.id) is None
    )
    return Counter(row.entrance for row in rows if row is not None)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_environment_fits_in_its_budget(name: str) -> None:
    """Whatever the answers are; with the default budget, where the file has a number of its own."""
    environment = api.environment(name, root=PROJECT)
    limits = environment.limits.model_copy(update={"requests": None})
    environment = environment.model_copy(update={"limits": limits})
    plan = api.plan(environment, root=PROJECT)
    assert plan.needed <= plan.limit


@pytest.mark.parametrize("setup", every(3, SETUPS), ids=lambda setup: "-".join(map(str, setup.values())))
@pytest.mark.parametrize("entrances", [None, (ALL,)], ids=["two", "all"])
def test_every_set_up_fits_in_its_budget(setup: dict[str, Any], entrances: tuple[str, ...] | None) -> None:
    """With each protocol, a tool that is called, and all entrances or only the two of every run."""
    local = LocalSetup.model_validate(setup)
    environment = Environment(name="t", local=local, gateway=TOOL, entrances=entrances)
    plan = make_plan(before_start(environment))
    assert plan.needed <= request_limit(environment)


def test_further_callers_have_their_share_of_every_entrance() -> None:
    """Ten callers through all entrances, whatever the answers are."""
    local = LocalSetup(identities=True, protocol="MCP")
    environment = before_start(Environment(name="t", local=local, gateway=TOOL, entrances=(ALL,)))
    assert make_plan(environment).needed <= request_limit(environment)


def test_an_entrance_adds_its_own_share_only_where_it_is_asked_for() -> None:
    """The share of each is counted, and a file's own number replaces them all."""
    without = Environment(name="t", local=LocalSetup())
    assert request_limit(without) == MAX_REQUESTS
    assert all(entrance.requests == 0 for entrance in entrances_of(None))
    for entrance in ON_REQUEST:
        asked = without.model_copy(update={"entrances": (entrance.id,)})
        assert request_limit(asked) == MAX_REQUESTS + entrance.requests
    everything = without.model_copy(update={"entrances": (ALL,)})
    assert request_limit(everything) == MAX_REQUESTS + sum(entrance.requests for entrance in ON_REQUEST)


@pytest.mark.parametrize("name", ["local-entrances"])
def test_a_run_through_all_entrances_stays_within_the_share_of_each(name: str) -> None:
    """Nothing was left out because the limit was reached."""
    environment = api.environment(name, root=PROJECT)
    record = observed(environment)
    assert not [exchange.id for exchange in record.exchanges if exchange.fault and not exchange.was_sent]
    sent = of_entrance(record)
    for entrance in ON_REQUEST:
        assert sent[entrance.id] <= entrance.requests, entrance.id
    assert sum(sent[entrance.id] for entrance in entrances_of(None)) <= MAX_REQUESTS
    assert len(record.exchanges) <= request_limit(environment)


_VARIES = re.compile(
    r"127\.0\.0\.1:\d+|us-east-1_\w+|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\b[0-9a-z]{26}\b"
)
"""Ports, pools, UUIDs and app clients, which no two runs have in common."""


def request_of(exchange: Exchange) -> tuple[Any, ...]:
    """What is sent, as far as it is the same in every run."""
    request = exchange.request
    return (
        exchange.id,
        exchange.step,
        request.method,
        _VARIES.sub("*", request.url),
        request.auth,
        exchange.control,
        exchange.forged,
        exchange.phase,
        exchange.change.factor if exchange.change else None,
        tuple(sorted(name.lower() for name in request.headers)),
        _VARIES.sub("*", request.body or ""),
    )


@pytest.mark.parametrize(
    ("earlier", "name", "controls"),
    [("iam", "local-iam", "all"), ("broken", "local-broken", "few"), ("callers", "local-identities", "few")],
)
def test_a_file_without_entrances_sends_what_it_always_sent(earlier: str, name: str, controls: Any) -> None:
    """Request by request, as in a record of the commit before there were further entrances (e21df9b7)."""
    text = gzip.decompress((EARLIER / f"{earlier}.record.json.gz").read_bytes())
    before = RunRecord.model_validate(
        {key: value for key, value in json.loads(text).items() if key not in ("digest", "judgement")}
    )
    now = observed(api.environment(name, root=PROJECT), controls=controls)
    requests = [
        sorted(
            str(request_of(exchange))
            for exchange in record.exchanges
            if not exchange.id.startswith("runtime-cli")  # these runs have no `aws` command
        )
        for record in (before, now)
    ]
    assert requests[0] == requests[1]
    rows = [[row.method for row in record.all_observations] for record in (before, now)]
    assert rows[0] == rows[1]
