"""The beginning of a session: one call at a time, until one may have begun it."""

from __future__ import annotations

import threading

import pytest

from agentcore_probe.model.exchange import Exchange, Fault, Request, Response
from agentcore_probe.probes.session import SessionStart

SECONDS = 10


def exchange(status: int | None) -> Exchange:
    answer = {"fault": Fault(kind="timeout")} if status is None else {"response": Response(status=status)}
    return Exchange.model_validate({"id": "x/1", "step": "handshake", "request": Request(), **answer})


@pytest.mark.parametrize(
    ("first", "waits"), [(403, True), (401, True), (101, False), (424, False), (None, False)]
)
def test_the_next_call_waits_for_one_that_began_no_session(first: int | None, waits: bool) -> None:
    """Then it is alone again; after a call that began the session, or got no answer, all go at the same time."""
    start = SessionStart()
    assert start.send(lambda: exchange(first)) == exchange(first)
    second_is_sent, third_was_sent = threading.Event(), threading.Event()

    def second() -> Exchange:
        second_is_sent.set()
        assert third_was_sent.wait(0.2 if waits else SECONDS) is not waits
        return exchange(101)

    def third() -> Exchange:
        third_was_sent.set()
        return exchange(101)

    failures: list[BaseException] = []

    def run(send: object) -> None:
        try:
            start.send(send)  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=run, args=(second,))]
    threads[0].start()
    assert second_is_sent.wait(SECONDS)
    threads.append(threading.Thread(target=run, args=(third,)))
    threads[1].start()
    for thread in threads:
        thread.join(SECONDS)
    assert failures == []
    assert third_was_sent.is_set()
