"""The probe phase, compared with a plain loop of `requests` that sends the same requests."""

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
        "| response time | the phase, seconds | its slowest row | phase / row | plain loop, seconds | phase / loop |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for title, faults in (("immediate", ()), ("0.5 s later", ("answers-late",))):
        with LocalProcess(LocalSetup(faults=faults)) as process:
            ready = process.ready().facts
            measure_phase(ready)  # loads modules and signing keys
            measurements: list[tuple[Phase, float]] = []
            for _ in range(rounds):
                phase = measure_phase(ready)
                measurements.append((phase, _loop_seconds(phase.record)))
        phases = [phase.duration.total_seconds() for phase, _ in measurements]
        rows = [max(phase.rows.values()).total_seconds() for phase, _ in measurements]
        loops = [loop for _, loop in measurements]
        print(
            f"| {title} | {spread(phases)} | {spread(rows)} | {ratio(phases, rows)} | {spread(loops)} | {ratio(phases, loops)} |"
        )
    print(flush=True)


@dataclass(frozen=True)
class Phase:
    """The duration of the probe phase of one run."""

    record: RunRecord
    duration: timedelta
    """From the end of login and discovery to the end of the last row."""
    rows: dict[str, timedelta]
    """The time of each row's exchanges, added up."""


def measure_phase(ready: Mapping[str, Any]) -> Phase:
    """The probe phase of one run against an embedded AgentCore, without experiments."""
    ends: list[datetime] = []

    def progress(name: str, state: str) -> None:
        if name in ROWS and state != "begun":
            ends.append(datetime.now(UTC))

    environment = with_embedded(Environment(name="local", local=LocalSetup()), ready)
    record = environment.run(progress=progress, experiments=False).observe()
    start = max(
        _end(exchange) for exchange in record.exchanges if exchange.id.startswith(("identity", "discovery"))
    )
    rows = {
        observation.method: _duration(record.of(observation))
        for observation in record.observations
        if observation.method in ROWS
    }
    return Phase(record, max(ends) - start, rows)


def _duration(exchanges: Sequence[Exchange]) -> timedelta:
    return timedelta(milliseconds=sum(exchange.timings.total for exchange in exchanges))


def _end(exchange: Exchange) -> datetime:
    assert exchange.request.at is not None
    return exchange.request.at + timedelta(milliseconds=exchange.timings.total)


def _loop_seconds(record: RunRecord) -> float:
    """Seconds for the run's requests, one after the other; their credentials are placeholders."""
    start = time.perf_counter()
    with requests.Session() as session:
        for exchange in record.exchanges:
            request, method = exchange.request, exchange.id.rpartition("/")[0]
            if not request.url or method not in ROWS:
                continue
            headers = {
                name: value for name, value in request.headers.items() if name.lower() != "content-length"
            }
            session.request(request.method, request.url, headers=headers, data=request.body, timeout=30)
    return time.perf_counter() - start
