"""The options of `report` and `verify`. Imports nothing heavy, because `--help` imports this module."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.commands.ci_options import CiOptions

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


@dataclass(frozen=True)
class ReportOptions:
    """The options of `report`."""

    languages: tuple[str, ...] = ()
    """Empty: the environment's language."""
    out: Path | None = None
    """The folder of the reports; None: `reports/` of the project."""
    source: Path | None = None
    """The record to report on; None: a new run."""
    engine: str | None = None
    """"fork" or "nbclient"; None: fork on Linux, else nbclient."""
    jobs: int | None = None
    """How many environments to report on at a time; None: one a core."""
    experiments: bool = True
    controls: ControlLevel = "all"
    junit: Path | None = None
    markdown: Path | None = None
    share: bool = False
    sign: Path | None = None
    """The file of the private key that signs the page; None: it is not signed."""
    ci: CiOptions = field(default_factory=CiOptions)


@dataclass(frozen=True)
class VerifyOptions:
    """The options of `verify`."""

    only: str | None
    """The id of the one method to test; None: all."""
    change: str | None
    """The factor of that method's first request to change; None: none."""
    as_json: bool
    experiments: bool
    controls: ControlLevel = "all"
    ci: CiOptions = field(default_factory=CiOptions)
