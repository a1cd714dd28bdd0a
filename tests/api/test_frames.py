"""Frames of several callers."""

from __future__ import annotations

from agentcore_probe.model.judgement import Diagnosis, Finding, Judgement, Prediction


def row(method: str) -> Finding:
    return Finding(
        method=method,
        predicted=Prediction(decision=None),
        expected=None,
        observed="refused",
        outcome="as-expected",
        diagnosis=Diagnosis(cause="none", confidence="probable"),
    )


def test_each_further_caller_has_rows_with_its_name() -> None:
    """The environment's own rows have none."""
    frame = Judgement(findings=(row("gateway-jwt"),), identities=(row("admin:gateway-jwt"),)).to_frame()
    assert list(frame["method"]) == ["gateway-jwt", "gateway-jwt"]
    assert list(frame["caller"].fillna("")) == ["", "admin"]
