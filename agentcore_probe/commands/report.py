"""`report`: observe an environment, judge it, write the page."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe import api, environment, store
from agentcore_probe.commands import export
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import InputError, ProbeError, ReportError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.notebook import report_notebook

if TYPE_CHECKING:
    from agentcore_probe.report.children import Worker

_M_ARENA_MAX = -8  # malloc.h
_WORST_FIRST = (70, 5, 2, 3, 4, 1, 0)
"""Of many environments' exit codes, the first of these that is present (design: exit codes)."""


def run(names: tuple[str, ...], options: ReportOptions, stop: threading.Event, worker: Worker | None) -> int:
    """Writes one report an environment and returns the exit code.

    One broken environment does not keep the others from their reports.

    Args:
        names: the environments, or "all".
        options: what the command line says.
        stop: ends what is under way.
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.

    Raises:
        ProbeError: the only environment could not be reported.
    """
    _share_one_heap()
    root = environment.find_root()
    chosen = _chosen(names, root)
    if options.source is not None and len(chosen) > 1:
        raise InputError("--from shows one record, so it takes one environment at the most")
    if len(chosen) == 1:
        return _one(chosen[0], root, options, stop, worker)
    codes = []
    for name in chosen:
        try:
            codes.append(_one(name, root, options, stop, worker))
        except ProbeError as error:
            print(printable(f"error: {name}: {error.line()}"), file=sys.stderr)
            codes.append(error.exit_code)
    return next(code for code in _WORST_FIRST if code in codes)


def _share_one_heap() -> None:
    """glibc gives each thread a heap of its own and keeps what they once held: 10 MiB with twenty of them."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _chosen(names: tuple[str, ...], root: Path) -> list[str]:
    """The environments asked for; `all` leaves out example, recorded ones and local*."""
    if "all" not in names:
        return list(dict.fromkeys(names))
    chosen = [
        name
        for name in environment.names(root)
        if name != "example" and not name.startswith("local") and environment.load(name, root).record is None
    ]
    if not chosen:
        raise InputError(
            "'all' chooses no environment: there is none but example, recorded ones and local*",
            where=f"{environment.FOLDER}/",
            hint="Copy environments/example.toml",
        )
    return chosen


def _one(name: str, root: Path, options: ReportOptions, stop: threading.Event, worker: Worker | None) -> int:
    from agentcore_probe.commands.terminal import print_summary, progress

    where = environment.load(name, root)
    notebook = report_notebook(root)
    loading = threading.Thread(target=_load_renderer, args=(options, where), daemon=True)
    loading.start()
    with progress() as tell:
        record = _record(where, root, options, tell, stop)
        if options.share:
            from agentcore_probe.report.share import shared

            record = shared(record)
        judgement = api.judge(record)
        loading.join()
        languages = options.languages or (record.environment.language,)
        folder = _new_folder((options.out or root / "reports") / record.environment.name)
        store.write(folder / "record.json", store.record_text(record, judgement))
        tell("report", "being written")
        _write_page(record, languages, notebook, folder, worker)
    print_summary(record, judgement, languages[0])
    print(_report_line(languages[0], folder / "report.html"))
    export.write(record, judgement, languages[0], options)
    api.check_reached(record)
    fine = judgement.verdict == "verified" and not judgement.expectations
    return 0 if fine else 1


def _load_renderer(options: ReportOptions, where: Environment) -> None:
    """papermill and nbconvert take half a second to import: beside the probes it costs nothing."""
    from agentcore_probe.report.page import warm_up

    warm_up(options.languages or (where.language,))


def _record(
    where: Environment, root: Path, options: ReportOptions, tell: Any, stop: threading.Event
) -> RunRecord:
    if options.source is not None:
        return api.load(options.source)
    return api.observe(where, root=root, progress=tell, experiments=options.experiments, stop=stop)


def _write_page(
    record: RunRecord, languages: tuple[str, ...], notebook: Path, folder: Path, worker: Any
) -> None:
    from agentcore_probe.report.page import make_page

    try:
        page = make_page(record, languages, notebook=notebook, folder=folder, worker=worker)
    except ProbeError:
        print(f"The record is kept: {_shown(folder / 'record.json')}", file=sys.stderr)
        raise
    store.write(folder / "report.ipynb", page.notebook)
    store.write(folder / "report.html", page.html)


def _new_folder(parent: Path) -> Path:
    """A folder named after this second, UTC; two runs in one second get two folders."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for suffix in ("", *(f"-{number}" for number in range(2, 1000))):
        folder = parent / f"{stamp}{suffix}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise ReportError(
                f"cannot be made: {error.strerror}", where=str(folder), hint="Give another folder with --out"
            ) from None
        return folder
    raise ReportError("too many reports in one second", where=str(parent))


def _report_line(language: str, path: Path) -> str:
    from agentcore_probe.report.words import words

    return words(language)("summary-report", path=_shown(path))


def _shown(path: Path) -> str:
    """The path as seen from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
