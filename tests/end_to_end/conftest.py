"""Counts the faults of ours that were survived; `make promises` prints it."""

from __future__ import annotations

from typing import Any

from tests.promises.figures import FIGURES


def pytest_runtest_logreport(report: Any) -> None:
    """Each test of faults on our side is one that was survived, if it passed."""
    if report.when == "call" and report.passed and "test_faults_on_our_side.py" in report.nodeid:
        FIGURES["faults on our side, each survived"] += 1
