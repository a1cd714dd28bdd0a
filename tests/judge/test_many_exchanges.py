"""Runs with many more exchanges than one of today: judging them takes linear time."""

from __future__ import annotations

import json

from agentcore_probe import api
from agentcore_probe.model.record import RunRecord
from tests.history.runs import SAMPLE
from tests.timing import is_linear

TIMES = 800


def with_longer_rows(times: int) -> RunRecord:
    """The sample, each of whose rows sent its exchanges so many times."""
    facts = json.loads(json.dumps(SAMPLE.facts()))
    exchanges = {exchange["id"]: exchange for exchange in facts["exchanges"]}
    for row in facts["observations"]:
        made = [
            {**exchanges[id], "id": f"{row['method']}/{number}"}
            for number, id in enumerate(row["exchanges"] * times, start=1)
        ]
        facts["exchanges"] += [exchange for exchange in made if exchange["id"] not in exchanges]
        row["exchanges"] = [exchange["id"] for exchange in made]
    return RunRecord.model_validate(facts)


def test_judging_takes_linear_time() -> None:
    """Each call of `is_linear` gets a record of its own, of which nothing is known yet."""
    records = {times: [with_longer_rows(times) for _ in range(3)] for times in (TIMES // 4, TIMES)}
    assert is_linear(lambda text: api.judge(records[len(text)].pop()), "x" * TIMES)


def test_an_exchange_is_found_by_its_id() -> None:
    """In a record that was made of another one, too."""
    record = with_longer_rows(2)
    assert record.exchanges
    assert [record.exchange(exchange.id) for exchange in record.exchanges] == list(record.exchanges)
    shorter = record.model_copy(update={"exchanges": record.exchanges[1:]})
    assert shorter.exchange(record.exchanges[0].id) is None
    assert shorter.exchange("none/1") is None
