"""Records that users sent in (docs/captures.md): each is judged as its file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api
from tests.conftest import PROJECT

CAPTURES = sorted((PROJECT / "tests" / "judge" / "captures").glob("*.json"))


def _results(judgement: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    return {
        finding["method"]: (finding["observed"], finding["outcome"], finding["diagnosis"]["cause"])
        for finding in judgement["findings"]
    }


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_capture_is_judged_as_its_file_says(path: Path) -> None:
    """Decision, outcome and cause of each row, and the verdict."""
    labelled = json.loads(path.read_text())["judgement"]
    judgement = api.judge(api.load(path))
    assert _results(judgement.as_json()) == _results(labelled)
    assert judgement.verdict == labelled["verdict"]
