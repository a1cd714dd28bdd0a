"""The index of a storage with files that nobody of this program wrote so: each is an entry or a line, and no crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import InputError
from agentcore_probe.fleet.read import read_fleet
from agentcore_probe.storage import open_storage
from tests.history.runs import START, record_at

_FAILURE: dict[str, Any] = {"at": "2026-01-02T00:00:00Z", "error": "InputError", "what": "is wrong"}


def write_run(reports: Path, **provenance: Any) -> None:
    """A report of `prod`, whose record says this of itself."""
    facts = json.loads(store.record_text(record := record_at(START, "prod"), api.judge(record)))
    facts.pop("digest")
    facts["provenance"] |= provenance
    store.write(reports / "prod" / "20260101T093000Z" / "record.json", json.dumps(facts))


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_no_zone_has_is_no_time(tmp_path: Path, at: str) -> None:
    """To show it in UTC would end the index of all."""
    write_run(tmp_path)
    store.write(tmp_path / "prod" / "error.json", json.dumps(_FAILURE | {"at": at}))
    (state,) = read_fleet(open_storage(tmp_path)).fleet.environments
    assert state.state == "not-verified"
    write_run(tmp_path, started=at)
    with pytest.raises(InputError, match="provenance.started"):
        read_fleet(open_storage(tmp_path), anew=True)


def test_a_time_without_a_zone_is_one_of_utc(tmp_path: Path) -> None:
    """It is compared with others."""
    write_run(tmp_path, started="2026-01-01T09:30:00")
    store.write(tmp_path / "prod" / "error.json", json.dumps(_FAILURE))
    (state,) = read_fleet(open_storage(tmp_path)).fleet.environments
    assert (state.state, state.started) == ("error", START)
