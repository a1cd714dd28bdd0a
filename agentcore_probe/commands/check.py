"""`check`: verifies that a report page is what its record says, and who signed it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe import api, store
from agentcore_probe.commands.printable import printable
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import ExitCode, RecordError
from agentcore_probe.extras import require_extra
from agentcore_probe.judge.recompute import decision_differences
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.regex import regex
from agentcore_probe.signing import is_signed_by, read_public_key, split_signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_PART = regex(rf'<div class="part" id="part-({"|".join(LANGUAGES)})"')
_RENDERER = regex(r'<meta name="renderer" content="([^"]*)">')
_TAG = regex(r"<[^<>]*>")


@dataclass(frozen=True)
class _Page:
    """A page, as it was read or rendered."""

    html: str
    """With line ends of one line feed, without the signature."""
    signature: str | None = None
    has_other_line_ends: bool = False

    @property
    def languages(self) -> list[str]:
        return _PART.findall(self.html)

    @property
    def renderer(self) -> str:
        """The versions that made it."""
        match = _RENDERER.search(self.html)
        return match[1] if match else ""

    @property
    def verdicts(self) -> list[str]:
        """The verdicts that it shows, in order."""
        boxes = self.html.split('<div class="verdict ')[1:]
        return [_text(box.partition("<b>")[2].partition("</b>")[0]) for box in boxes]

    @property
    def outcomes(self) -> dict[str, str]:
        """Row -> the outcome that it shows, in every language: the keys contain the part's prefix."""
        outcomes = {}
        for row in self.html.split('<tr class="')[1:]:
            head, _, cells = row.partition(">")
            _, is_outcome, cell = cells.partition('<td class="outcome"')
            if is_outcome:
                id = head.partition('id="')[2].rstrip('"').replace("row-", "")
                outcomes[id] = _text(cell.partition(">")[2].partition("</td>")[0])
        return outcomes


def run(file: Path, key: Path | None = None) -> int:
    """Renders the page in `file` again and compares: 0 where both are equal, 1 where it was altered.

    2 means that the page cannot be compared here: other versions, or another notebook, made it.

    With a key, the page must have a valid signature. A signed page of other versions is unaltered where it
    shows the same results.

    Args:
        file: the page.
        key: the file of a public key; None checks no signature.

    Raises:
        RecordError: the file is not a report page, or its record does not match its digest.
        ReportError: the page cannot be rendered again.
        InputError: the extra `report` is not installed, or the key cannot be used.
    """
    require_extra("report", "'check'")
    public_key = read_public_key(key) if key else None
    record, has_digest = store.read_record_file(file)
    page = _read(file)
    if not page.languages:
        raise RecordError("is not a report page", where=str(file), hint="Pass a report.html")
    if public_key is not None and (problem := _signature_problem(public_key, page)):
        return _result(1, f"{problem}: {file}")
    if not has_digest:
        return _result(1, f"altered: {file} has a record without a digest")
    rendered_page = _Page(_render(record, page.languages))
    if page.html == rendered_page.html and not decision_differences(record):
        text = f"unaltered: {file} is what its record says ({record.digest})"
        return _result(0, text, *_remarks(page, is_checked=public_key is not None))
    altered = f"altered: {file} differs from what its record says"
    versions = [f"made by: {page.renderer}", f"here:    {rendered_page.renderer}"]
    is_comparable = page.renderer == rendered_page.renderer
    differences = [*_edited_decisions(record), *_different_results(page, rendered_page)]
    if is_comparable:
        line = _first_different_line(page.html, rendered_page.html)
        return _result(1, f"{altered}, first in line {line}" if line else altered, *differences)
    if differences:
        return _result(1, altered, *differences, *versions)
    if public_key is not None:
        text = f"unaltered since it was signed: {file} shows the results of its record ({record.digest})"
        return _result(0, text, *versions)
    text = (
        f"record intact ({record.digest}); the page was made by other versions, or with another notebook,"
        " and cannot be compared"
    )
    return _result(ExitCode.USAGE, text, *versions, *_results(record))


def _read(file: Path) -> _Page:
    with file.open(encoding="utf-8", newline="") as stream:
        original = stream.read()
    text = original.replace("\r\n", "\n").replace("\r", "\n")
    html, signature = split_signature(text)
    return _Page(html, signature, has_other_line_ends=text != original)


def _signature_problem(key: Ed25519PublicKey, page: _Page) -> str | None:
    """What is wrong with the page's signature, or None."""
    if page.signature is None:
        return "not signed"
    if is_signed_by(key, page.html, page.signature):
        return None
    return "invalid signature, because another key made it or the page was altered afterwards"


def _edited_decisions(record: RunRecord) -> list[str]:
    return [
        f"{difference.method} is recorded as {difference.recorded}, but its exchanges show {difference.recomputed}"
        for difference in decision_differences(record)
    ]


def _different_results(page: _Page, rendered_page: _Page) -> list[str]:
    """The verdicts and outcomes that the page shows and its record does not give, whichever versions made it."""
    differences = []
    if page.verdicts != rendered_page.verdicts:
        differences.append(
            f"it shows {_list(page.verdicts)}; its record gives {_list(rendered_page.verdicts)}"
        )
    outcomes, own_outcomes = page.outcomes, rendered_page.outcomes
    differences += [
        f"it shows {row}: {outcomes.get(row, '-')}; its record gives {own_outcomes.get(row, '-')}"
        for row in {**own_outcomes, **outcomes}
        if outcomes.get(row) != own_outcomes.get(row)
    ]
    return differences


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def _list(verdicts: list[str]) -> str:
    return ", ".join(dict.fromkeys(verdicts)) or "no verdict"


def _remarks(page: _Page, *, is_checked: bool) -> list[str]:
    remarks = []
    if page.has_other_line_ends:
        remarks.append("only its line ends were changed")
    if is_checked:
        remarks.append("signed with this key")
    elif page.signature is not None:
        remarks.append("its signature was not checked: pass --key")
    return remarks


def _results(record: RunRecord) -> list[str]:
    """The verdict and the rows that the record gives, for a page that cannot be compared."""
    judgement = api.judge(record)
    rows = (
        f"{finding.method}: {finding.observed or '-'}, {finding.outcome}"
        for finding in judgement.all_findings
    )
    partial = f" (only {judgement.only} was tested)" if judgement.only else ""
    return [f"its record gives: {judgement.verdict}{partial}", *rows]


def _result(status: int, text: str, *details: str) -> int:
    """Prints the result with its details, and returns the exit code."""
    print(printable("\n".join([text, *(f"  {detail}" for detail in details)])))
    return status


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


def _first_different_line(one: str, other: str) -> int | None:
    """Counted from 1; None where both are equal."""
    pairs = zip_longest(one.split("\n"), other.split("\n"))
    return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), None)
