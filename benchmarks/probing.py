"""The probe phase beside a bare loop of `requests`: the same requests, one after the other."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from agentcore_probe.live import with_embedded
from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from benchmarks.measure import ratio, spread

ROWS = {method.id for method in METHODS} - {"runtime-cli"}


def table(rounds: int) -> None:
    """Prints the table."""
    print("## The probe phase, without `aws`\n")
    print(
        "| every answer comes | the phase, seconds | its slowest row | phase / row | bare loop, seconds | phase / loop |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for title, faults in (("at once", ()), ("0.5 s late", ("answers-late",))):
        with LocalProcess(LocalSetup(faults=faults)) as process:
            told = process.ready().facts
            phase(told)  # its parts are loaded, its keys are read
            taken = [(made := phase(told), _loop(made.record)) for _ in range(rounds)]
        phases = [made.whole.total_seconds() for made, _ in taken]
        rows = [max(made.rows.values()).total_seconds() for made, _ in taken]
        loops = [loop for _, loop in taken]
        print(
            f"| {title} | {spread(phases)} | {spread(rows)} | {ratio(phases, rows)} | {spread(loops)} | {ratio(phases, loops)} |"
        )
    print(flush=True)


@dataclass(frozen=True)
class Phase:
    """What the probe phase of one run took."""

    record: RunRecord
    whole: timedelta
    """From when login and configuration were there to the last row's end."""
    rows: dict[str, timedelta]
    """What each row's exchanges waited for, one after the other."""


def phase(told: Mapping[str, Any]) -> Phase:
    """One run against an embedded AgentCore, without experiments, and what its probes took."""
    ended: list[datetime] = []

    def progress(name: str, state: str) -> None:
        if name in ROWS and state != "begun":
            ended.append(datetime.now(UTC))

    given = with_embedded(Environment(name="local", local=LocalSetup()), told)
    record = given.run(progress=progress, experiments=False).observe()
    prepared = max(_end(each) for each in record.exchanges if each.id.startswith(("identity", "discovery")))
    rows = {each.method: _waited(record.of(each)) for each in record.observations if each.method in ROWS}
    return Phase(record, max(ended) - prepared, rows)


def _waited(exchanges: Sequence[Exchange]) -> timedelta:
    return timedelta(milliseconds=sum(each.timings.total for each in exchanges))


def _end(exchange: Exchange) -> datetime:
    assert exchange.request.at is not None
    return exchange.request.at + timedelta(milliseconds=exchange.timings.total)


def _loop(record: RunRecord) -> float:
    """Seconds of the run's own requests, one after the other; their credentials are placeholders."""
    begun = time.perf_counter()
    with requests.Session() as session:
        for each in record.exchanges:
            if each.request.url and each.id.rpartition("/")[0] in ROWS:
                headers = {
                    name: value
                    for name, value in each.request.headers.items()
                    if name.lower() != "content-length"
                }
                session.request(
                    each.request.method, each.request.url, headers=headers, data=each.request.body, timeout=30
                )
    return time.perf_counter() - begun
