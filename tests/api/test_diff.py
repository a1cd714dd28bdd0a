"""`api.diff`: of records, files and names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentcore_probe import api

SAMPLE = "environments/sample.record.json"


def write_run(folder: Path, name: str, time: str) -> Path:
    """A run of the sample as another environment."""
    record = json.loads(Path(SAMPLE).read_text("utf-8"))
    record.pop("digest")
    record["environment"]["name"] = name
    record["provenance"]["started"] = time
    folder.mkdir(parents=True)
    path = folder / "record.json"
    path.write_text(json.dumps(record), "utf-8")
    return path


def test_names_files_and_records_are_compared(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a name, the newest run by its own time; a name without a run is an error."""
    monkeypatch.chdir(project)
    write_run(Path("reports/stage/20260103T000000Z"), "stage", "2026-01-01T00:00:00Z")
    file = write_run(Path("reports/stage/20260102T000000Z"), "stage", "2026-01-02T00:00:00Z")
    found = api.diff(SAMPLE, "stage")
    assert found == api.diff(api.load(SAMPLE), file)
    assert found == api.diff(SAMPLE, "stage", reports=project / "reports")
    assert [side.environment for side in found.sides] == ["sample", "stage"]
    assert str(found.sides[1].started)[:10] == "2026-01-02"
    assert not found.differs
    with pytest.raises(api.ProbeError, match="no reports yet"):
        api.diff("stage", "nowhere")
