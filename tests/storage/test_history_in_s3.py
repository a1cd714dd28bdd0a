"""The history in S3: DuckDB reads copies of its objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agentcore_probe.history import compaction
from agentcore_probe.history.compaction import compact
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.history.rebuild import replace
from agentcore_probe.storage import Storage, open_storage
from tests.history.runs import many
from tests.history.test_dataset import rows_in


def test_it_is_as_in_a_folder(
    open_s3: Callable[..., Storage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding, merging, rebuilding and reading; a run counts once."""
    monkeypatch.setattr(compaction, "MANY", 3)
    in_folder, in_s3 = Dataset(open_storage(tmp_path)), Dataset(open_s3(prefix="history"))
    for dataset in (in_folder, in_s3):
        assert dataset.add(many(4)) == 4
        assert compact(dataset) == 4
        assert dataset.add(many(5)) == 1
        assert replace(dataset, many(2)) == 2
    assert rows_in(in_s3) == rows_in(in_folder)
    assert len(rows_in(in_s3)) == 15
