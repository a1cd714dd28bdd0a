"""Counts what the promises' tests tried; `make promises` prints it."""

from __future__ import annotations

from typing import Any

from tests.promises.figures import TRIED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures of docs/security.md."""
    for what, number in sorted(TRIED.items()):
        terminalreporter.write_line(f"{what}: {number}")
