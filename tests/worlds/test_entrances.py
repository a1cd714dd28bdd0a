"""Runs against worlds with one fault at one entrance: decisions, causes and verdicts are the right ones.

Whatever answers, no secret gets into a record, no command and no frame but the close frame is sent, and the budget holds.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.methods import entrances_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.store import record_text
from tests.worlds.entrance_catalogue import TOGETHER, WORLDS
from tests.worlds.entrance_run import observed
from tests.worlds.entrance_server import SECRET_OF_SESSION, EntranceServer
from tests.worlds.entrance_world import EntranceWorld

QUICK = frozenset(world.id for world in WORLDS[:: len(WORLDS) // 6])
"""Every n-th world: for `make test`."""
_CLOSE = 0x88
"""The first byte of a close frame (RFC 6455 section 5.2)."""


@pytest.fixture(scope="module")
def server() -> Iterator[EntranceServer]:
    """One server for all worlds."""
    with EntranceServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _without_aws_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of the `aws` command would take most of the time, and asks what the signed row asks."""
    monkeypatch.setenv("PATH", "/nonexistent")


def test_every_world_has_a_name_of_its_own() -> None:
    """Else one of two would be skipped without a word."""
    assert len({world.id for world in WORLDS}) == len(WORLDS) > 300


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(world, id=world.id, marks=() if world.id in QUICK else pytest.mark.slow)
        for world in WORLDS
    ],
)
def test_what_is_right_is_said(server: EntranceServer, world: EntranceWorld) -> None:
    """It is written down with the world."""
    with server.serving_entrances(world):
        record = observed(server)
    judgement = judge(record)
    findings = {finding.method: finding for finding in judgement.findings}
    decisions = {row: findings[row].observed for row in world.decisions}
    wrong = {row: decision for row, decision in decisions.items() if decision not in world.decisions[row]}
    assert not wrong
    assert judgement.verdict in world.verdicts
    causes = {row: findings[row].diagnosis.cause for row in (*world.causes, *world.not_causes)}
    assert all(causes[row] in right for row, right in world.causes.items()), causes
    assert not any(causes[row] in wrong for row, wrong in world.not_causes.items()), causes
    shown = {conclusion.claim for conclusion in judgement.conclusions if conclusion.shown is True}
    assert shown.isdisjoint(world.no_claims)
    assert set(world.errors) <= {finding.id for finding in judgement.configuration}
    assert not secrets_of(server) & found_in(record, secrets_of(server))
    assert {request.body for entrance, _, request in server.requests if entrance == "runtime-command"} <= {
        b"{}"
    }
    assert all(sent[0] == _CLOSE for sent in server.after_upgrade if sent)
    assert len(server.requests) <= 120 + sum(one.requests for one in entrances_of(world.entrances))


def secrets_of(server: EntranceServer) -> set[str]:
    """Every credential that came in, in each form in which it came."""
    token = server.genuine
    encoded = base64.urlsafe_b64encode(token.encode()).rstrip(b"=").decode()
    signatures = {
        signature
        for _, _, request in server.requests
        for signature in re.findall(
            r"Signature=([0-9a-f]{64})", f"{request.path} {request.headers.get('authorization')}"
        )
    }
    return {*token.split(".")[1:], encoded[:400], SECRET_OF_SESSION} | signatures


def found_in(record: RunRecord, secrets: set[str]) -> set[str]:
    """Those that the record's file has."""
    text = record_text(record, judge(record))
    return {secret for secret in secrets if secret in text}


def test_the_calls_have_every_form_of_a_credential(server: EntranceServer) -> None:
    """So that the search for secrets finds something to search for."""
    with server.serving_entrances(TOGETHER):
        observed(server)
    sockets = [request for entrance, _, request in server.requests if entrance == "runtime-ws"]
    assert any("sec-websocket-protocol" in request.headers for request in sockets)
    assert any("X-Amz-Signature" in request.path for request in sockets)
    assert any(SECRET_OF_SESSION in request.path for _, _, request in server.requests)
    assert {sent[:1] for sent in server.after_upgrade} == {bytes([_CLOSE])}
