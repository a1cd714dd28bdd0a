"""What users write against `api`: mypy checks it with the project, and `test_types` as users do. It is never run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import pandas as pd

from agentcore_probe import api


def main() -> int:
    """Every function that gives facts, and what their values have."""
    record = api.observe("local", controls="few")
    assert_type(record, api.RunRecord)
    judgement = api.judge(record)
    assert_type(judgement, api.Judgement)
    assert_type(judgement.to_frame(), pd.DataFrame)
    assert_type(record.to_frame(), pd.DataFrame)
    history = api.history("local", reports=Path("reports"))
    assert_type(history, api.History)
    assert_type(history.to_frame(), pd.DataFrame)
    comparison = api.diff(record, "reports/stage/latest/record.json")
    assert_type(comparison, api.Comparison)
    assert_type(comparison.to_frame(), pd.DataFrame)
    assert_type(api.decode("eyJ"), api.TokenFacts)
    prediction = api.predict(record, "eyJ")
    assert_type(prediction, api.TokenPrediction)
    assert_type(prediction.targets["gateway"].cause, str)
    assert_type(api.explain("HTTP/1.1 401 Unauthorized"), api.Explanation)
    assert_type(api.load("record.json"), api.RunRecord)
    for finding in judgement.findings:
        assert_type(finding.seconds, float | None)
    try:
        assert_type(api.deployed(region="us-east-1"), api.Inventory)
    except api.ProbeError as problem:
        assert_type(problem.hint, str | None)
    return api.exit_code(record, judgement)
