"""The probe phase beside a bare loop of `requests`: the same requests, one after the other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from agentcore_probe import api
from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.run import Run
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
            _phase(told)  # its parts are loaded, its keys are read
            phases, rows, loops = [], [], []
            for _ in range(rounds):
                phase, row, record = _phase(told)
                phases.append(phase)
                rows.append(row)
                loops.append(_loop(record))
        print(
            f"| {title} | {spread(phases)} | {spread(rows)} | {ratio(phases, rows)} | {spread(loops)} | {ratio(phases, loops)} |"
        )
    print(flush=True)


def _phase(told: Mapping[str, Any]) -> tuple[float, float, RunRecord]:
    """Seconds from login and configuration to the last row's end, those of the slowest row, and the record."""
    ended: list[datetime] = []

    def progress(phase: str, state: str) -> None:
        if phase in ROWS and state != "begun":
            ended.append(datetime.now(UTC))

    given = api.embedded(Environment(name="local", local=LocalSetup()), told)
    run = Run(
        given.environment,
        keys=given.keys,
        secrets=given.secrets,
        source="embedded",
        progress=progress,
        experiments=False,
    )
    record = run.observe()
    prepared = max(
        each.request.at + timedelta(milliseconds=each.timings.total)
        for each in record.exchanges
        if each.request.at is not None and each.id.startswith(("identity", "discovery"))
    )
    waited = (
        sum(exchange.timings.total for exchange in record.of(each))
        for each in record.observations
        if each.method in ROWS
    )
    return (max(ended) - prepared).total_seconds(), max(waited) / 1000, record


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
