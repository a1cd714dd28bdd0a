"""Paths as the terminal shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe.commands.paths import display_path


def test_a_path_below_the_working_directory_is_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is written."""
    monkeypatch.chdir(tmp_path)
    assert display_path(tmp_path / "reports" / "x.html") == "reports/x.html"
    assert display_path(Path("reports/../x.html")) == "x.html"


def test_any_other_path_is_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `..`."""
    monkeypatch.chdir(tmp_path)
    assert display_path(Path("/elsewhere/x.html")) == "/elsewhere/x.html"
