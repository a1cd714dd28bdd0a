"""`record`: writes the facts of a run as one file, on request without names, so that it can be given to others."""

from __future__ import annotations

import threading
from pathlib import Path

from agentcore_probe import api, store
from agentcore_probe.commands.batch import Work
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.report_writer import read_source
from agentcore_probe.documentation import documentation
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.secret import redact

ANONYMOUS = "capture"
"""What the file of a record without names is called: the environment's name is one of the names."""


def run(  # noqa: PLR0913  (one argument an option)
    name: str,
    *,
    source: str | Path | None,
    anonymous: bool,
    out: Path | None,
    force: bool,
    stop: threading.Event,
) -> int:
    """Writes the record, and prints where it is and what it shows; returns 0 also if the run is not verified.

    Args:
        name: the environment to observe; not used with `source`.
        source: a record.json or a report.html to read instead.
        anonymous: whether names become pseudonyms.
        out: the file, `-` for standard output; None is NAME.record.json in the working directory.
        force: whether a file that exists is replaced.
        stop: ends the run.

    Raises:
        InputError: the file exists.
        ProbeError: no record could be made, or it would mean something else without its names.
    """
    prints = out is not None and str(out) == "-"
    path = out or Path(f"{ANONYMOUS if anonymous else name}.record.json")
    if not prints and not force and path.exists() and path.is_file():
        raise InputError(
            "exists", where=display_path(path), hint="Name another file with --out, or add --force"
        )
    record, judgement = _read(source) if source is not None else _observe(name, stop)
    if anonymous:
        from agentcore_probe.sharing import share_record

        record = share_record(record)
        judgement = api.judge(record)
    text = store.record_text(record, judgement)
    if prints:
        print(redact(text), end="", flush=True)
        return 0
    store.write(path, text)
    for line in _lines(path, record, judgement, anonymous=anonymous):
        print(printable(line))
    return 0


def _read(source: str | Path) -> tuple[RunRecord, Judgement]:
    record = read_source(source)
    return record, api.judge(record)


def _observe(name: str, stop: threading.Event) -> tuple[RunRecord, Judgement]:
    from agentcore_probe.commands.terminal import show_progress

    root = find_root()

    def observe(environment: Environment, progress: Progress) -> RunRecord:
        return api.observe(environment, root=root, progress=progress, stop=stop)

    with show_progress() as progress:
        result = Work(root, stop, observe).run(name, progress)
    if result.error is not None:
        raise result.error
    assert result.record is not None
    assert result.judgement is not None
    return result.record, result.judgement


def _lines(path: Path, record: RunRecord, judgement: Judgement, *, anonymous: bool) -> list[str]:
    text = messages("en")
    verdict = text(f"verdict-{judgement.verdict}")
    lines = [f"Written: {display_path(path)} ({len(record.exchanges)} exchanges; {verdict})"]
    if anonymous:
        lines += [
            "Account ids, names, hosts and resource ids are pseudonyms. Read the file before you send it.",
            f"How to contribute it as a test case: {documentation('captures')}",
        ]
    return lines
