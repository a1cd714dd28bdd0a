"""The options of the export formats, made from their table. Imports nothing heavy, because `--help` imports this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from agentcore_probe.report.exports import EXPORTS, option

Given = Path | bool | None
"""The value of a format's option: its file, whether the flag was given, or None."""


def export_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the option of every format; the command gets them as keyword arguments by the formats' names."""
    for name, export in reversed(EXPORTS.items()):
        if export.takes_file:
            kind: dict[str, Any] = {"type": click.Path(path_type=Path), "metavar": "FILE"}
        else:
            kind = {"is_flag": True}
        command = click.option(option(name), name, help=export.help, **kind)(command)
    return command


def requested(values: Mapping[str, Given]) -> dict[str, Path | None]:
    """The formats whose options were given: each with its file, or with None for a flag."""
    return {name: None if value is True else value for name, value in values.items() if value}
