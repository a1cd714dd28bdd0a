"""A record is judged once: its page and the cells of its notebook use the judgement that was handed over."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from agentcore_probe import api, store
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report import report as report_module
from agentcore_probe.report.page import make_page
from tests.report.conftest import NOTEBOOK


@pytest.fixture(scope="module")
def other_judgement(sample: RunRecord) -> Judgement:
    """A judgement that judging the sample would not give, by which it is recognized."""
    return api.judge(sample).model_copy(update={"verdict": "verified"})


@pytest.fixture
def folder(tmp_path: Path, sample: RunRecord) -> Path:
    store.write(tmp_path / "record.json", store.record_text(sample, api.judge(sample)))
    return tmp_path


def fail(_: RunRecord) -> Judgement:
    raise AssertionError("a record was judged again")


def notebook_with(folder: Path, source: str) -> Path:
    """The report's notebook with one more cell at its end."""
    book = nbformat.read(NOTEBOOK, 4)
    book.cells.append(v4.new_code_cell(source))
    nbformat.write(book, folder / "n.ipynb")
    return folder / "n.ipynb"


def test_page_and_cells_use_the_judgement_that_was_handed_over(
    sample: RunRecord,
    other_judgement: Judgement,
    folder: Path,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The summary is made by the page, the evaluation by a cell."""
    monkeypatch.setattr(report_module, "judge", fail)
    page = make_page(sample, other_judgement, ["en", "ja"], notebook=NOTEBOOK, folder=folder, worker=worker)
    assert page.html.count('<div class="verdict verified">') == 4
    assert '<div class="verdict not-verified">' not in page.html


def test_so_does_a_page_that_is_made_in_a_process_of_its_own(
    sample: RunRecord, other_judgement: Judgement, folder: Path, worker: Worker
) -> None:
    """As those of many environments are."""
    page = worker.page(sample, other_judgement, ["en", "ja"], notebook=NOTEBOOK, folder=folder)
    assert page.html.count('<div class="verdict verified">') == 4
    assert '<div class="verdict not-verified">' not in page.html


def test_another_record_in_a_cell_is_judged_by_itself(
    sample: RunRecord, other_judgement: Judgement, folder: Path, worker: Worker
) -> None:
    """The judgement is that of exactly one record."""
    first = sample.exchanges[0].model_copy(update={"step": "initialize"})
    another = sample.model_copy(update={"exchanges": (first, *sample.exchanges[1:])})
    store.write(folder / "another.json", store.record_text(another, other_judgement))
    notebook = notebook_with(folder, "print(api.report('x', 'another.json').judgement.verdict)")
    page = make_page(sample, other_judgement, ["en"], notebook=notebook, folder=folder, worker=worker)
    assert "<pre>not-verified\n</pre>" in page.html
    assert '<div class="verdict not-verified">' not in page.html


def test_an_altered_record_never_shows_a_stale_judgement(
    sample: RunRecord, other_judgement: Judgement, folder: Path, worker: Worker
) -> None:
    """A file that was altered on purpose, its digest removed, is judged by what it says now."""
    facts = json.loads((folder / "record.json").read_text("utf-8"))
    del facts["digest"]
    facts["exchanges"][0]["step"] = "initialize"
    (folder / "record.json").write_text(json.dumps(facts), "utf-8")
    notebook = notebook_with(folder, "print(report.judgement.verdict)")
    page = make_page(sample, other_judgement, ["en"], notebook=notebook, folder=folder, worker=worker)
    assert "<pre>not-verified\n</pre>" in page.html


def test_jupyter_s_own_kernel_judges_again(
    sample: RunRecord, other_judgement: Judgement, folder: Path
) -> None:
    """It cannot receive a judgement, so its cells say what the record means."""
    page = make_page(sample, other_judgement, ["en"], notebook=NOTEBOOK, folder=folder, worker=None)
    assert page.html.count('<div class="verdict verified">') == 1
    assert page.html.count('<div class="verdict not-verified">') == 1
