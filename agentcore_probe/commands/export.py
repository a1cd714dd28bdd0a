"""Writes the formats that other tools read: to files, to standard output, or where GitHub Actions reads them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from agentcore_probe import store
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.errors import ExitCode, InputError, ProbeError
from agentcore_probe.report.exports import EXPORTS, option
from agentcore_probe.report.exports.export import Part
from agentcore_probe.report.exports.result import EnvironmentResult


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
    pauses: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The lines around everything else that is printed, for the formats that need some."""

    _parts: dict[str, list[Part[Any]]] = field(default_factory=lambda: defaultdict(list))
    _errors: list[ProbeError] = field(default_factory=list)

    def add(self, result: EnvironmentResult) -> None:
        """Takes the next result; its record is not kept.

        A format that cannot show it, a defect of this program, gets an error in its place.
        """
        for name in self.requested:
            export, parts = EXPORTS[name], self._parts[name]
            shown = _without_names(result, len(parts) + 1) if self.shared else result
            try:
                part = export.part(shown)
                # Now, since the secrets of its run are forgotten when all is written.
                store.checked(str(part), where=f"{option(name)}, {shown.name}")
                parts.append(part)
            except Exception as error:  # noqa: BLE001  (it is reported, and the others are in the format)
                self._errors.append(error if isinstance(error, ProbeError) else internal_error(error))
                failed = EnvironmentResult(shown.name, ExitCode.INTERNAL, error=self._errors[-1])
                parts.append(export.part(failed))

    def write(self, results: Sequence[EnvironmentResult] = ()) -> None:
        """Writes every requested format with all results in it.

        Args:
            results: those that were not added yet.

        Raises:
            ReportError: one could not be written; the others were.
        """
        for result in results:
            self.add(result)
        errors = self._errors
        for name, path in self.requested.items():
            export, parts = EXPORTS[name], self._parts[name]
            try:
                begin, end = self.pauses.get(name, ("", ""))
                self._write(path, f"{end}{export.whole(parts)}{begin}")
                appended = export.appended
                if appended is not None and (file := os.environ.get(appended.variable)):
                    left = appended.limit - store.size(Path(file))
                    store.append(Path(file), appended.text(parts, left))
            except ProbeError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _write(self, path: Path | None, text: str) -> None:
        if path is not None and not _is_standard_output(path):
            store.write(path, text)
        else:
            store.checked(text, where="standard output")
            print(text, end="", file=self.stdout if path is not None else sys.stdout, flush=True)


def _is_standard_output(path: Path) -> bool:
    return str(path) == "-" or store.descriptor(path) == 1


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
        InputError: more than one thing is to be printed to standard output, or written to one file.
    """
    files = {name: path for name, path in requested.items() if path is not None}
    printing = [name for name, path in files.items() if _is_standard_output(path)]
    _check_that_files_differ({name: path for name, path in files.items() if name not in printing})
    options = [*([printed] if printed else []), *map(option, printing)]
    if len(options) > 1:
        raise InputError(
            f"{options[0]} and {options[1]} cannot both be printed to standard output",
            hint="Give one of them a file",
        )
    stdout = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if options else contextlib.nullcontext():
        pauses = {name: paused() for name in requested if (paused := EXPORTS[name].paused) is not None}
        for begin, _ in pauses.values():
            print(begin, end="", flush=True)
        try:
            yield Outputs(stdout, requested, shared, pauses)
        finally:
            for _, end in pauses.values():
                print(end, end="", flush=True)


def _check_that_files_differ(files: Mapping[str, Path]) -> None:
    """Refuses one file for two formats, of which only the last would be left.

    Raises:
        InputError: there is one.
    """
    owners: dict[str, str] = {}
    for name, path in files.items():
        owner = owners.setdefault(os.path.realpath(path), name)
        if owner != name and not store.is_special(path):
            raise InputError(
                f"{option(owner)} and {option(name)} cannot both be written to one file",
                where=str(path),
                hint="Give each its own file",
            )


def _without_names(result: EnvironmentResult, number: int) -> EnvironmentResult:
    """A result without the names that an error and a path may hold; those of a shared record are pseudonyms."""
    error = result.error
    if error is not None:
        error = type(error)("an error that may hold names; the terminal shows it")
    name = result.name if result.record is not None else f"environment-{number}"
    return replace(result, name=name, error=error, page=None)
