"""The probe phase, compared with a plain loop of `requests` that sends the same requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from agentcore_probe.live import with_embedded
from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from benchmarks.commands import Run
from benchmarks.measure import Approach
from benchmarks.table import CPU, SECONDS, Table, cpu, ratio, result, seconds
from benchmarks.workplace import Workplace

ROWS = {method.id for method in METHODS} - {"runtime-cli"}


@dataclass(frozen=True)
class Phase:
    """The probe phase of one run."""

    record: RunRecord
    duration: timedelta
    """From the end of login and discovery to the end of the last row."""
    cpu: float
    """Seconds of processor time of this process, from the beginning of the first row to the end of the last."""
    rows: dict[str, timedelta]
    """The time of each row's exchanges, added up."""


def measure_phase(ready: Mapping[str, Any]) -> Phase:
    """The probe phase of one run against an embedded AgentCore, without experiments."""
    ends: list[datetime] = []
    cpu_times: list[float] = []

    def progress(name: str, state: str) -> None:
        if name in ROWS:
            cpu_times.append(time.process_time())
            if state != "begun":
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
    return Phase(record, max(ends) - start, max(cpu_times) - min(cpu_times), rows)


def _duration(exchanges: Sequence[Exchange]) -> timedelta:
    return timedelta(milliseconds=sum(exchange.timings.total for exchange in exchanges))


def _end(exchange: Exchange) -> datetime:
    assert exchange.request.at is not None
    return exchange.request.at + timedelta(milliseconds=exchange.timings.total)


@dataclass(frozen=True)
class _Probing:
    """The phase, in this process."""

    ready: Mapping[str, Any]

    def run(self, _out: Path, _interval: float | None, /) -> Run:
        phase = measure_phase(self.ready)
        slowest = max(phase.rows.values()).total_seconds()
        return Run(phase.duration.total_seconds(), phase.cpu, result=slowest)


@dataclass(frozen=True)
class _Loop:
    """The requests of a run, one after the other, in this process; their credentials are placeholders."""

    record: RunRecord

    def run(self, _out: Path, _interval: float | None, /) -> Run:
        start, cpu = time.perf_counter(), time.process_time()
        with requests.Session() as session:
            for exchange in self.record.exchanges:
                request, method = exchange.request, exchange.id.rpartition("/")[0]
                if not request.url or method not in ROWS:
                    continue
                headers = {
                    name: value for name, value in request.headers.items() if name.lower() != "content-length"
                }
                session.request(request.method, request.url, headers=headers, data=request.body, timeout=30)
        return Run(time.perf_counter() - start, time.process_time() - cpu)


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    for title, faults in (("immediate", ()), ("0.5 s later", ("answers-late",))):
        process = workplace.resources.enter_context(LocalProcess(LocalSetup(faults=faults)))
        ready = process.ready().facts
        loop = f"plain loop, answers {title}"
        yield Approach(f"the probe phase, answers {title}", _Probing(ready), references=(loop,), is_long=True)
        yield Approach(loop, _Loop(measure_phase(ready).record), references=(loop,), is_long=True)


TABLE = Table(
    "probing",
    "The probe phase",
    _approaches,
    (
        SECONDS,
        ratio("of the loop", seconds),
        CPU,
        ratio("of the loop", cpu),
        result("its slowest row, seconds", digits=2),
    ),
    note="From the end of login and discovery to the end of the last row, of one run without `aws`. The loop sends the same requests\n"
    "with `requests`, one after the other. Processor time is that of the caller, without the embedded AgentCore's.",
    share=3,
)
