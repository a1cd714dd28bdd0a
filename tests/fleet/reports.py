"""Folders of reports with many environments, made of the sample record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agentcore_probe import api, store
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")
MORNING = datetime(2026, 11, 30, 6, tzinfo=UTC)


def run_of(
    name: str,
    *,
    at: datetime = MORNING,
    verified: bool = True,
    account: str = "111111111111",
    region: str = "us-east-1",
    **provenance: Any,
) -> RunRecord:
    """A run of the environment `name`; one that is not verified is the sample itself.

    Args:
        name: the environment's.
        at: when it began.
        verified: whether its direct call was accepted, and the other two were not tried.
        account: of its Runtime.
        region: of its Runtime.
        provenance: other values of its provenance.
    """
    text = json.dumps(SAMPLE.facts()).replace("123456789012", account).replace("us-east-1", region)
    facts = json.loads(text)
    facts["environment"] |= {"name": name, "region": region, "language": provenance.pop("language", "en")}
    facts["provenance"] |= {"source": "aws", "started": at.isoformat(), **provenance}
    if verified:
        facts["observations"] = [one for one in facts["observations"] if one["method"] == "gateway-jwt"]
    return RunRecord.model_validate(facts)


def write_run(reports: Path, record: RunRecord, folder: str = "", *, page: bool = True) -> Path:
    """The folder of a run as `report` writes it; its page is not a real one.

    Args:
        reports: the folder of all reports.
        record: the run.
        folder: its name; empty: the run's time.
        page: whether the page is still there.
    """
    started = record.provenance.started
    assert started is not None
    place = reports / record.environment.name / (folder or f"{started:%Y%m%dT%H%M%SZ}")
    store.write(place / "record.json", store.record_text(record, api.judge(record)))
    if page:
        store.write(place / "report.html", "<!DOCTYPE html>")
    return place


def days_ago(days: float) -> datetime:
    """The time of a run so many days before the last morning."""
    return MORNING - timedelta(days=days)
