"""The options of `report` and `verify`. Imports nothing heavy, because `--help` imports this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.commands.ci_options import CiOptions

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options that `report` and `verify` share."""

    jobs: int | None = None
    """How many environments at a time; None: one a core."""
    experiments: bool = True
    controls: ControlLevel = "all"
    exports: Mapping[str, Path | None] = field(default_factory=dict)
    """The formats to write (keys of `report.exports.EXPORTS`), each with its file; None for a flag."""
    ci: CiOptions = field(default_factory=CiOptions)


@dataclass(frozen=True, kw_only=True)
class ReportOptions(RunOptions):
    """The options of `report`."""

    languages: tuple[str, ...] = ()
    """Empty: the environment's language."""
    out: Path | None = None
    """The folder of the reports; None: `reports/` of the project."""
    source: Path | None = None
    """The record to report on; None: a new run."""
    engine: str | None = None
    """"fork" or "nbclient"; None: fork on Linux, else nbclient."""
    share: bool = False
    sign: Path | None = None
    """The file of the private key that signs the page; None: it is not signed."""


@dataclass(frozen=True, kw_only=True)
class VerifyOptions(RunOptions):
    """The options of `verify`."""

    only: str | None = None
    """The id of the one method to test; None: all."""
    change: str | None = None
    """The factor of that method's first request to change; None: none."""
    as_json: bool = False
