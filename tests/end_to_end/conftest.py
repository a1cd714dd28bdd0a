"""Counts the faults on our side that a run survived, for `make promises`."""

from __future__ import annotations

from typing import Any

from tests.promises.figures import FIGURES


def pytest_runtest_logreport(report: Any) -> None:
    """Every passed test of `test_faults_on_our_side.py` is one."""
    if report.when == "call" and report.passed and "test_faults_on_our_side.py" in report.nodeid:
        FIGURES["faults on our side, each survived"] += 1
