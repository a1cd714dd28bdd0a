"""Records made before there were further entrances: they load, are judged and look as they did, byte for byte but for charts.

`earlier/` has pages and records of the embedded AgentCore, made by the commit before (e21df9b7): with IAM in two languages, with
two mistakes, and with ten callers.
"""

from __future__ import annotations

import gzip
import json
import re
from itertools import zip_longest
from pathlib import Path

import pytest

from agentcore_probe import api, store
from agentcore_probe.judge.recompute import decision_differences
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.page import make_page
from agentcore_probe.report.render import renderer
from tests.conftest import Command
from tests.report.conftest import NOTEBOOK

EARLIER = Path(__file__).with_name("earlier")
NAMES = sorted(path.name.removesuffix(".html.gz") for path in EARLIER.glob("*.html.gz"))
_MADE_BY = re.compile(r'<meta name="renderer" content="[^"]*">')
"""The versions that made a page, and the digest of its notebook."""
_CHART = re.compile(r"<svg\b.*?</svg>", re.S)


def text_of(name: str) -> str:
    return gzip.decompress((EARLIER / f"{name}.gz").read_bytes()).decode("utf-8")


def record_file(name: str, folder: Path) -> Path:
    """The record in a file of its own, as its user has it."""
    path = folder / f"{name}.json"
    path.write_text(text_of(f"{name}.record.json"), "utf-8")
    return path


def comparable(page: str) -> str:
    """The page without what made it, and without charts, which matplotlib's versions and this program's draw differently."""
    return _CHART.sub("", _MADE_BY.sub("", page))


def first_difference(one: str, other: str) -> tuple[str | None, str | None] | None:
    """The first line that differs in both, to be read in a failure."""
    pairs = zip_longest(one.split("\n"), other.split("\n"))
    return next(((a and a[:500], b and b[:500]) for a, b in pairs if a != b), None)


def test_there_are_earlier_records() -> None:
    """Those that are named above."""
    assert NAMES == ["broken", "callers", "iam"]


@pytest.mark.parametrize("name", NAMES)
def test_an_earlier_record_is_judged_as_before(name: str, tmp_path: Path) -> None:
    """Its digest is valid, its decisions are the same, and the file that it would be written to has the same bytes."""
    path = record_file(name, tmp_path)
    record = api.load(path)
    assert record.digest == json.loads(path.read_text("utf-8"))["digest"]
    assert not decision_differences(record)
    assert record.environment.entrances is None
    written = store.record_text(record, api.judge(record))
    assert first_difference(written, path.read_text("utf-8")) is None


@pytest.mark.parametrize("name", NAMES)
def test_an_earlier_record_shows_the_same_page(name: str, tmp_path: Path, worker: Worker) -> None:
    """In each of its languages, with tables, texts and style."""
    before = text_of(f"{name}.html")
    record = api.load(record_file(name, tmp_path))
    languages = re.findall(r'<div class="part" id="part-([a-z]+)"', before)
    judgement = api.judge(record)
    store.write(tmp_path / "record.json", store.record_text(record, judgement))
    now = make_page(record, judgement, languages, notebook=NOTEBOOK, folder=tmp_path, worker=worker).html
    assert renderer() in now
    assert first_difference(comparable(now), comparable(before)) is None


def test_check_accepts_an_earlier_page(command_here: Command, tmp_path: Path) -> None:
    """It is unaltered; where other versions made it, its record is intact and its results are those that it shows."""
    (tmp_path / "report.html").write_text(text_of("iam.html"), "utf-8")
    result = command_here("check", "report.html", cwd=tmp_path)
    assert (result.returncode, result.stderr) in ((0, ""), (2, ""))
    assert result.stdout.startswith(("unaltered:", "record intact"))
    assert "it shows" not in result.stdout
