"""What the command line says. Nothing heavy is imported here: `--help` needs it, too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReportOptions:
    """How `report` observes, shows and writes."""

    languages: tuple[str, ...] = ()
    """Empty: the environment's own."""
    out: Path | None = None
    """The folder of the reports; None: `reports/` of the project."""
    source: Path | None = None
    """A record to show; None: a run is made."""
    engine: str | None = None
    jobs: int | None = None
    """Environments under way at a time; None: one a core."""
    experiments: bool = True
    junit: Path | None = None
    markdown: Path | None = None
    share: bool = False


@dataclass(frozen=True)
class VerifyOptions:
    """What `verify` was asked for beside its environment."""

    only: str | None
    change: str | None
    as_json: bool
    experiments: bool
