"""What the promises' tests tried and found, by name."""

from __future__ import annotations

from typing import Any

from tests.promises.figures import TRIED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures of docs/security.md, as a table."""
    if len(TRIED) > 1:
        terminalreporter.write_line("| what | number |\n| --- | ---: |")
    for what, number in sorted(TRIED.items()):
        terminalreporter.write_line(f"| {what} | {number} |")
