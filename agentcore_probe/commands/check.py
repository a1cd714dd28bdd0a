"""`check`: is a report still what its record says?"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from agentcore_probe import api, store
from agentcore_probe.commands.printable import printable
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import EnvironmentFileError, RecordError
from agentcore_probe.model.languages import LANGUAGES

_PART = re.compile(rf'<div class="part" id="part-({"|".join(LANGUAGES)})"')
_RENDERER = re.compile(r'<meta name="renderer" content="([^"]*)">')


def run(file: Path) -> int:
    """Says whether `file` is unaltered: 0; 1 when it is not, or when that cannot be told.

    Raises:
        RecordError: it is no report, or its record does not match its digest.
        ReportError: it cannot be rendered again.
    """
    from agentcore_probe.notebook.parameters import report_notebook
    from agentcore_probe.notebook.worker import worker_for
    from agentcore_probe.report.page import make_page

    record = api.load(file)
    page = file.read_text("utf-8")
    languages = _PART.findall(page)
    if not languages:
        raise RecordError("is no report page", where=str(file))
    made_by = _RENDERER.search(page)
    with worker_for(None) as worker, tempfile.TemporaryDirectory(prefix="agentcore-probe-") as name:
        folder = Path(name)
        judgement = api.judge(record)
        store.write(folder / "record.json", store.record_text(record, judgement))
        notebook = report_notebook(_root())
        again = make_page(record, judgement, languages, notebook=notebook, folder=folder, worker=worker).html
    if again == page:
        print(f"unaltered: {file} is what its record says ({record.digest})")
        return 0
    here = _RENDERER.search(again)
    if made_by and here and made_by[1] != here[1]:
        print(
            f"record intact ({record.digest}); the page was made by other versions, or with another notebook,"
            " and cannot be compared"
        )
        print(printable(f"  made by: {made_by[1]}\n  here:    {here[1]}"))
        return 1
    line = next(n for n, (a, b) in enumerate(_lines(page, again), start=1) if a != b)
    print(f"altered: {file} differs from what its record says, first in line {line}")
    return 1


def _root() -> Path:
    """The checkout here, else the one that this program runs from: a report is checked wherever it arrives."""
    try:
        return find_root()
    except EnvironmentFileError:
        return find_root(Path(__file__))


def _lines(one: str, other: str) -> list[tuple[str, str]]:
    a, b = one.splitlines(), other.splitlines()
    size = max(len(a), len(b)) + 1
    return list(zip([*a, *[""] * (size - len(a))], [*b, *["\0"] * (size - len(b))], strict=True))
