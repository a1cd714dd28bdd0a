"""`check`: verifies that a report page is what its record says."""

from __future__ import annotations

import re
import tempfile
from itertools import zip_longest
from pathlib import Path

from agentcore_probe import api, store
from agentcore_probe.commands.printable import printable
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import RecordError
from agentcore_probe.extras import require_extra
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord

_PART = re.compile(rf'<div class="part" id="part-({"|".join(LANGUAGES)})"')
_RENDERER = re.compile(r'<meta name="renderer" content="([^"]*)">')


def run(file: Path) -> int:
    """Renders the page in `file` again and compares: 0 where both are equal, else 1.

    Raises:
        RecordError: the file is not a report page, or its record does not match its digest.
        ReportError: the page cannot be rendered again.
        InputError: the extra `report` is not installed.
    """
    require_extra("report", "'check'")
    record = api.load(file)
    page = file.read_text("utf-8")
    languages = _PART.findall(page)
    if not languages:
        raise RecordError("is not a report page", where=str(file), hint="Pass a report.html")
    rendered_page = _render(record, languages)
    if rendered_page == page:
        print(f"unaltered: {file} is what its record says ({record.digest})")
        return 0
    renderer, own_renderer = _RENDERER.search(page), _RENDERER.search(rendered_page)
    if renderer and own_renderer and renderer[1] != own_renderer[1]:
        print(
            f"record intact ({record.digest}); the page was made by other versions, or with another notebook,"
            " and cannot be compared"
        )
        print(printable(f"  made by: {renderer[1]}\n  here:    {own_renderer[1]}"))
        return 1
    line = _first_different_line(page, rendered_page)
    print(f"altered: {file} differs from what its record says, first in line {line}")
    return 1


def _render(record: RunRecord, languages: list[str]) -> str:
    """The page of the record, by the versions and the notebook that are installed here."""
    from agentcore_probe.notebook.parameters import report_notebook
    from agentcore_probe.notebook.worker import worker_for
    from agentcore_probe.report.page import make_page

    with worker_for(None) as worker, tempfile.TemporaryDirectory(prefix="agentcore-probe-") as name:
        folder = Path(name)
        judgement = api.judge(record)
        store.write(folder / "record.json", store.record_text(record, judgement))
        notebook = report_notebook(find_root())
        return make_page(record, judgement, languages, notebook=notebook, folder=folder, worker=worker).html


def _first_different_line(one: str, other: str) -> int:
    """Counted from 1; the line after the last where only line ends differ."""
    pairs = list(zip_longest(one.splitlines(), other.splitlines()))
    return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), len(pairs) + 1)
