"""Paths as the terminal shows them."""

from __future__ import annotations

from pathlib import Path


def display_path(path: Path | str) -> str:
    """The path relative to the working directory where it is below it, else unchanged, as a URL is."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd())) if "://" not in str(path) else str(path)
    except ValueError:
        return str(path)
