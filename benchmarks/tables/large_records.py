"""A report from a record with many exchanges, or of a Gateway with many tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.record import RunRecord
from agentcore_probe.store import record_text
from benchmarks.commands import OUT, Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, cpu, ratio, result, seconds
from benchmarks.workplace import PROGRAMS, PROJECT, Workplace, probe

TOOLS_ON_PAGE = 100


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    record = api.load(workplace.record_of(PROJECT, PROGRAMS, "--controls", "few"))
    records = {"as recorded": record}
    records |= {f"{times} times the exchanges": repeated(record, times) for times in (10, 100)}
    records |= {f"{tools:,} tools": with_tools(record, tools) for tools in (1_000, 10_000)}
    for name, large in records.items():
        path = workplace.folder / f"{name.replace(' ', '-')}.json"
        path.write_text(record_text(large, api.judge(large)), "utf-8")
        yield Approach(
            f"{name} ({len(large.exchanges):,})",
            Commands(
                [[*probe(), "report", "--from", str(path), "--out", OUT]],
                workplace.project,
                result=_kilobytes,
            ),
            is_long=len(large.exchanges) > 1000,
        )


def _kilobytes(out: Path) -> float:
    """The size of the report's page."""
    (page,) = out.glob("*/[0-9]*/report.html")  # beside `latest`
    return page.stat().st_size / 1000


def repeated(record: RunRecord, times: int) -> RunRecord:
    """The record with every exchange so many times in its row, each with an id of its own."""
    exchanges = [
        exchange.model_copy(update={"id": _again(exchange.id, copy)})
        for copy in range(times)
        for exchange in record.exchanges
    ]
    observations = [
        observation.model_copy(
            update={
                "exchanges": tuple(_again(id, copy) for copy in range(times) for id in observation.exchanges)
            }
        )
        for observation in record.observations
    ]
    return record.model_copy(update={"exchanges": tuple(exchanges), "observations": tuple(observations)})


def _again(id: str, copy: int) -> str:
    row, _, number = id.rpartition("/")
    return f"{row}/{int(number) + 1000 * copy}"


def with_tools(record: RunRecord, number: int) -> RunRecord:
    """The record of a Gateway with so many tools, on pages of a hundred."""
    row = record.observation("gateway-jwt")
    assert row is not None
    calls = record.of(row)
    old = [exchange for exchange in calls if exchange.step.startswith("tools/list")]
    new = [_page(old[0], page, number) for page in range(1, number // TOOLS_ON_PAGE + 1)]
    longer = row.model_copy(
        update={
            "exchanges": tuple(exchange.id for exchange in _replaced(calls, old, new)),
            "facts": {**row.facts, "tools": [_tool(index) for index in range(number)], "pages": len(new)},
        }
    )
    observations = tuple(longer if other is row else other for other in record.observations)
    exchanges = _replaced(record.exchanges, old, new)
    return record.model_copy(update={"exchanges": exchanges, "observations": observations})


def _replaced(
    exchanges: Sequence[Exchange], old: Sequence[Exchange], new: Sequence[Exchange]
) -> tuple[Exchange, ...]:
    """The exchanges with others in the place of some that follow each other."""
    start = exchanges.index(old[0])
    return (*exchanges[:start], *new, *exchanges[start + len(old) :])


def _page(first: Exchange, page: int, number: int) -> Exchange:
    """A page of the list of so many tools, like a real one."""
    assert first.response is not None
    answer = json.loads(first.response.body)
    pattern = answer["result"]["tools"][0]
    indexes = range((page - 1) * TOOLS_ON_PAGE, page * TOOLS_ON_PAGE)
    answer["result"] = {"tools": [{**pattern, "name": _tool(index)} for index in indexes]}
    if page * TOOLS_ON_PAGE < number:
        answer["result"]["nextCursor"] = str(page)
    response = first.response.model_copy(update={"body": json.dumps(answer)})
    id, step = _again(first.id, page), f"tools/list page {page}"
    return first.model_copy(update={"id": id, "step": step, "response": response})


def _tool(index: int) -> str:
    return f"team-{index // 20:03}___read_the_orders_of_day_{index % 20}"


TABLE = Table(
    "large-records",
    "Reports from large records",
    _approaches,
    (
        SECONDS,
        ratio("of the first", seconds),
        CPU,
        ratio("of the first", cpu),
        PEAK,
        result("page, kB"),
    ),
    "record (exchanges)",
    "A real record of `local --controls few`, whose exchanges are repeated, each with an id of its own, or whose Gateway lists more tools.",
    share=7,
)
