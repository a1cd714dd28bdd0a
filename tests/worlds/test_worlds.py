"""The verdict of a run against each world is the one that is right there: no hole missed, none invented, no false alarm."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from agentcore_probe.access.aws import AwsKeys
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, GatewayTarget, Limits, RuntimeTarget, ToolCall
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.run import Run
from agentcore_probe.report.report import Report
from agentcore_probe.secret import Secret
from agentcore_probe.store import record_text
from tests.worlds.catalogue import WORLDS as CATALOGUE
from tests.worlds.real_servers import WORLDS_OF_REAL_SERVERS
from tests.worlds.server import GATEWAY_ID, REGION, RUNTIME_ARN, WorldServer
from tests.worlds.world import World

WORLDS = (*CATALOGUE, *WORLDS_OF_REAL_SERVERS)
QUICK = frozenset(world.id for world in WORLDS[:: len(WORLDS) // 15])
"""Every n-th world, over all families: for `make test`."""


@pytest.fixture(scope="module")
def server() -> Iterator[WorldServer]:
    """One server for all worlds."""
    with WorldServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _without_aws_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of the `aws` command would take most of the time, and asks what the signed row asks."""
    monkeypatch.setenv("PATH", "/nonexistent")


def observed(server: WorldServer) -> RunRecord:
    """The record of a run against the world that is served."""
    world = server.world
    environment = Environment(
        name=world.id,
        region=REGION,
        runtime=RuntimeTarget(arn=RUNTIME_ARN) if world.runtime else None,
        gateway=_gateway(world, server) if world.gateway else None,
        identity=Identity(
            flow="token",
            token=SecretReference(source="embedded", name="token"),
            discovery_url=server.discovery_url,
        ),
        limits=Limits(
            seconds=4 if world.gateway is None or world.gateway.tools < 500 else 20, requests=world.requests
        ),
        endpoints={
            "bedrock-agentcore": server.url("runtime"),
            "bedrock-agentcore-control": server.url("control"),
            "sts": server.url("issuer"),
            "cognito-idp": server.url("issuer"),
        },
    )
    keys = AwsKeys("AKIAWORLDWORLDWORLD0", Secret("world-secret-key-of-no-use", "aws secret key"))
    secrets = {"token": Secret(server.token(), "token")}
    return Run(environment, keys=keys, secrets=secrets, stop=threading.Event()).observe()


def _gateway(world: World, server: WorldServer) -> GatewayTarget:
    tool = ToolCall(name=world.tool) if world.tool else None
    return GatewayTarget(id=GATEWAY_ID, url=server.gateway_url, tool=tool)


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(world, id=world.id, marks=() if world.id in QUICK else pytest.mark.slow)
        for world in WORLDS
    ],
)
def test_the_right_verdict(server: WorldServer, world: World) -> None:
    """What is right is written down with the world."""
    with server.serving(world):
        record = observed(server)
    judgement = judge(record)
    summary = _summary(judgement)
    assert judgement.verdict in world.verdicts, summary
    assert record.provenance.source == "loopback"
    opened = {
        target
        for target in ("gateway", "runtime")
        for row in METHODS
        if row.target == target and row.control and (finding := judgement.finding(row.id))
        and finding.observed == "accepted"
    }  # fmt: skip
    assert opened == set(world.open_targets), summary
    claims = {conclusion.claim: conclusion.shown for conclusion in judgement.conclusions}
    assert all(claims[claim] is True for claim in world.claims), summary
    assert not any(claims[claim] is True for claim in world.no_claims), summary
    if world.kind != "hole":
        assert claims["anonymous-refused"] is not False, summary
        assert claims["forged-refused"] is not False, summary
    if world.kind == "sound" and "verified" in world.verdicts:
        assert _listed(record) == _listable(world), summary
    assert _counted(server) <= (world.requests or 120), summary
    if world.requests is not None:
        assert any(gap.id == "request-limit" for gap in judgement.not_tried), summary
    if world.tool is not None and world.kind == "sound":
        assert "tools/call" in server.state.received, summary
    for method, causes in world.causes.items():
        finding = judgement.finding(method)
        assert finding is not None, summary
        assert finding.diagnosis.cause in causes, summary
        assert finding.diagnosis.confidence == "proven" or method not in world.proven, summary


def _counted(server: WorldServer) -> int:
    """How many requests came that count: of each conversation, the pages of tools after the second do not."""
    pages = {f"tools/list {page}" for page in range(10_000)}
    target = server.world.gateway or server.world.runtime
    second = f"tools/list {target.page_size}" if target else ""
    return sum(request not in pages or request == second for request in server.state.received)


def _listed(record: RunRecord) -> dict[str, int]:
    """How many tools the accepted conversations listed, by target."""
    return {
        observation.method.partition("-")[0]: len(observation.facts["tools"])
        for observation in record.observations
        if observation.decision == "accepted" and "tools" in observation.facts
    }


def _listable(world: World) -> dict[str, int]:
    """How many tools there are, by target that speaks MCP."""
    targets = {"gateway": world.gateway, "runtime": world.runtime}
    return {
        name: target.tools
        for name, target in targets.items()
        if target is not None and (name == "gateway" or target.protocol == "MCP")
    }


LONG_LISTS = {
    "sound-500-tools-500-a-page": "tools___tool_499",
    "broken-100-clients": f"client{99:024d}",
    "broken-130-groups": "engineering-department-129",
}
"""World -> the last item of its long list."""


@pytest.mark.parametrize(
    "world", [world for world in WORLDS if world.id in LONG_LISTS], ids=lambda world: world.id
)
def test_a_long_list_is_short_in_its_sentence_and_whole_below(server: WorldServer, world: World) -> None:
    """And in the record."""
    with server.serving(world):
        record = observed(server)
    judgement, last = judge(record), LONG_LISTS[world.id]
    for language in LANGUAGES:
        report = Report(record, language)
        table = report.access_methods().html
        assert last not in table
        sections = report.evidence().html + report.root_causes().html
        lists = re.findall(r'<details class="whole">.*?</details>', sections)
        assert any(last in text for text in lists)
    assert last in record_text(record, judgement)


def _summary(judgement: Judgement) -> dict[str, Any]:
    """What a reader of a failed test needs."""
    return {
        "verdict": judgement.verdict,
        "rows": {
            row.method: (row.observed, row.outcome, row.diagnosis.cause, row.reason)
            for row in judgement.findings
        },
        "claims": {conclusion.claim: conclusion.shown for conclusion in judgement.conclusions},
        "configuration": [finding.id for finding in judgement.configuration],
    }
