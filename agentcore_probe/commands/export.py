"""Writes the formats that other tools read: to files, to standard output, or where GitHub Actions reads them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from agentcore_probe import store
from agentcore_probe.errors import InputError, ProbeError
from agentcore_probe.report.exports import EXPORTS, option
from agentcore_probe.report.exports.result import EnvironmentResult

_STANDARD_OUTPUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


@dataclass(frozen=True)
class Outputs:
    """Where a command writes its results.

    Args:
        stdout: standard output, also while text for people goes to standard error.
        requested: the formats, each with its file; None for a flag.
        shared: whether the results are for readers outside.
    """

    stdout: TextIO
    requested: Mapping[str, Path | None]
    shared: bool = False

    def write(self, results: Sequence[EnvironmentResult]) -> None:
        """Writes every requested format with all results in it.

        Raises:
            ReportError: one could not be written; the others were.
        """
        if self.shared:
            results = [_without_names(result, number) for number, result in enumerate(results, start=1)]
        errors: list[ProbeError] = []
        for name, path in self.requested.items():
            try:
                self._write(name, path, results)
            except ProbeError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _write(self, name: str, path: Path | None, results: Sequence[EnvironmentResult]) -> None:
        export = EXPORTS[name]
        text = export.text(results)
        if path is not None and str(path) not in _STANDARD_OUTPUT:
            store.write(path, text)
        else:
            store.checked(text, where="standard output")
            print(text, end="", file=self.stdout if path is not None else sys.stdout, flush=True)
        if export.appended is not None and (file := os.environ.get(export.appended.variable)):
            store.append(Path(file), export.appended.text(results))


@contextlib.contextmanager
def outputs(
    requested: Mapping[str, Path | None], *, shared: bool = False, printed: str | None = None
) -> Iterator[Outputs]:
    """Where to write results. In the block, text for people goes to standard error if standard output is for a program.

    Args:
        requested: the formats, each with its file; None for a flag.
        shared: whether the results are for readers outside.
        printed: another option that prints to standard output, if it was given.

    Raises:
        InputError: more than one thing is to be printed to standard output.
    """
    printing = [
        name for name, path in requested.items() if path is not None and str(path) in _STANDARD_OUTPUT
    ]
    options = [*([printed] if printed else []), *map(option, printing)]
    if len(options) > 1:
        raise InputError(
            f"{options[0]} and {options[1]} cannot both be printed to standard output",
            hint="Give one of them a file",
        )
    stdout = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if options else contextlib.nullcontext():
        yield Outputs(stdout, requested, shared)


def _without_names(result: EnvironmentResult, number: int) -> EnvironmentResult:
    """A result without the names that an error and a path may hold; those of a shared record are pseudonyms."""
    error = result.error
    if error is not None:
        error = type(error)("an error that may hold names; the terminal shows it")
    name = result.name if result.record is not None else f"environment-{number}"
    return replace(result, name=name, error=error, page=None)
