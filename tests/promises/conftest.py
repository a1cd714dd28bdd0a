"""Prints what the tests behind docs/security.md tried."""

from __future__ import annotations

from typing import Any

from tests.promises.figures import FIGURES


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures of docs/security.md, as a table."""
    if len(FIGURES) > 1:
        terminalreporter.write_line("| what | number |\n| --- | ---: |")
    for description, number in sorted(FIGURES.items()):
        terminalreporter.write_line(f"| {description} | {number} |")
