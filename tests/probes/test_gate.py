"""The order of the calls to a target: who waits for whom, and that nobody waits forever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from agentcore_probe.model.methods import METHODS, method
from agentcore_probe.probes import rows
from agentcore_probe.probes.gate import Gate

SECONDS = 10


def in_thread(call: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """A call that may have to wait, and its result once it has ended."""
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(call()), daemon=True)
    thread.start()
    return thread, results


def test_a_genuine_call_waits_for_the_first_controls_of_its_target() -> None:
    """And not for those of the other target."""
    gate = Gate(METHODS)
    row = method("gateway-jwt")
    assert row is not None
    thread, _ = in_thread(lambda: gate.wait_for_first_controls(row))
    gate.first_was_sent("runtime-anonymous")
    gate.first_was_sent("gateway-anonymous")
    thread.join(0.05)
    assert thread.is_alive()
    gate.first_was_sent("gateway-jwt-forged")
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_a_signed_call_does_not_wait_for_a_login() -> None:
    """The forged token is made from the token of the login."""
    gate = Gate(METHODS)
    gate.first_was_sent("gateway-anonymous")
    row = method("gateway-sigv4")
    assert row is not None
    thread, _ = in_thread(lambda: gate.wait_for_first_controls(row))
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_an_entrance_waits_for_an_accepted_invocation_and_gets_what_it_sent() -> None:
    """Of the calls in the documented form; where all of them end without one, it gets nothing."""
    exchange = Mock()
    gate = Gate(METHODS)
    thread, results = in_thread(lambda: gate.wait_for_invocation("runtime"))
    gate.end("runtime-sigv4", "refused", [Mock()])
    gate.end("gateway-jwt", "accepted", [Mock()])
    thread.join(0.05)
    assert thread.is_alive()
    gate.end("runtime-jwt", "accepted", [exchange])
    thread.join(SECONDS)
    assert results == [(exchange,)]
    refused = Gate(METHODS)
    for id in ("runtime-jwt", "runtime-sigv4"):
        refused.end(id, "refused", [Mock()])
    assert refused.wait_for_invocation("runtime") == ()


def test_controls_go_on_as_soon_as_a_counterpart_was_accepted() -> None:
    """The other counterparts may still be running."""
    gate = Gate(METHODS)
    thread, results = in_thread(lambda: gate.wait_for_counterpart("gateway-anonymous"))
    thread.join(0.05)
    assert thread.is_alive()
    gate.end("gateway-jwt", "accepted")
    thread.join(SECONDS)
    assert results == [True]


def test_controls_go_on_when_every_counterpart_has_failed() -> None:
    """They are sent anyway, and are not marked as sent after an acceptance."""
    gate = Gate(METHODS)
    thread, results = in_thread(lambda: gate.wait_for_counterpart("gateway-anonymous"))
    gate.end("gateway-jwt", "refused")
    gate.end("gateway-sigv4", "undecided")
    thread.join(SECONDS)
    assert results == [False]


def test_a_control_that_fails_before_its_first_call_holds_nobody_up() -> None:
    """Its end counts as its first call."""
    gate = Gate(METHODS)
    gate.end("gateway-anonymous", "undecided")
    gate.end("gateway-jwt-forged", "undecided")
    row = method("gateway-jwt")
    assert row is not None
    thread, _ = in_thread(lambda: gate.wait_for_first_controls(row))
    thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.mark.parametrize("row", METHODS, ids=lambda row: row.id)
def test_a_method_that_runs_alone_does_not_wait(row: object) -> None:
    """Nothing that is not part of the run is waited for."""
    gate = Gate()
    for candidate in METHODS:
        if candidate is row:
            gate.wait_for_first_controls(candidate)
            assert gate.wait_for_counterpart(candidate.id) is False


def test_a_failure_while_deciding_lets_others_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of our own in one row must not keep another waiting forever."""

    def fail(*_: object) -> None:
        raise TypeError("unhashable")

    row = method("gateway-jwt")
    assert row is not None
    context, transport = Mock(gate=Gate([row])), Mock(exchanges=[])
    monkeypatch.setattr(rows, "run_probe", lambda *_: None)
    monkeypatch.setattr(rows, "combined_decision", fail)
    with pytest.raises(TypeError):
        rows._run_in_order(row, context, transport)
    thread, results = in_thread(lambda: context.gate.wait_for_counterpart("gateway-jwt-forged"))
    thread.join(SECONDS)
    assert results == [False]
