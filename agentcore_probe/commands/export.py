"""Writes the formats that other tools read: to files, to standard output, or where GitHub Actions reads them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from agentcore_probe import store
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.errors import ExitCode, InputError, ProbeError
from agentcore_probe.report.exports import EXPORTS, option
from agentcore_probe.report.exports.export import Appended, Render
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

    def write(self, results: Sequence[EnvironmentResult]) -> None:
        """Writes every requested format with all results in it.

        Raises:
            ReportError: one could not be written; the others were.
        """
        if self.shared:
            results = [_without_names(result, number) for number, result in enumerate(results, start=1)]
        errors: list[ProbeError] = []
        for name, path in self.requested.items():
            export = EXPORTS[name]
            try:
                begin, end = self.pauses.get(name, ("", ""))
                self._write(path, f"{end}{_text(export.text, results, errors)}{begin}")
                if export.appended is not None and (file := os.environ.get(export.appended.variable)):
                    store.append(Path(file), _text(_fitting(export.appended, Path(file)), results, errors))
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


def _fitting(appended: Appended, file: Path) -> Render:
    """Makes the text that still fits into the file."""
    left = appended.limit - store.size(file)
    return lambda results: appended.text(results, left)


def _text(render: Render, results: Sequence[EnvironmentResult], errors: list[ProbeError]) -> str:
    """The results in a format; one that it cannot show, a defect of this program, is an error in its place."""
    try:
        return render(results)
    except Exception:  # noqa: BLE001  (the other environments are in the format all the same)
        return render([_that_can_be_shown(render, result, errors) for result in results])


def _that_can_be_shown(
    render: Render, result: EnvironmentResult, errors: list[ProbeError]
) -> EnvironmentResult:
    try:
        render([result])
    except Exception as error:  # noqa: BLE001  (it is reported)
        errors.append(internal_error(error))
        return EnvironmentResult(result.name, ExitCode.INTERNAL, error=errors[-1])
    return result


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
