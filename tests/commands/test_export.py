"""`report --junit --markdown`: the files beside the report."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agentcore_probe import api
from agentcore_probe.commands import export
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.report_writer import WrittenReport
from agentcore_probe.errors import ReportError
from tests.conftest import PROJECT


@pytest.fixture
def reports(tmp_path: Path) -> list[WrittenReport]:
    """The report of the sample, in English and in Japanese."""
    record = api.load(PROJECT / "environments" / "sample.record.json")
    return [WrittenReport(record, api.judge(record), language, tmp_path) for language in ("en", "ja")]


def test_each_requested_file_contains_all_reports(reports: list[WrittenReport], tmp_path: Path) -> None:
    """Each in its own language."""
    options = ReportOptions(junit=tmp_path / "new" / "junit.xml", markdown=tmp_path / "checklist.md")
    assert export.is_requested(options)
    export.write(reports, options)
    assert options.junit is not None
    assert options.markdown is not None
    suites = ET.parse(options.junit).getroot()  # noqa: S314  (our own file)
    assert [suite.get("tests") for suite in suites] == ["4", "4"]
    text = options.markdown.read_text("utf-8")
    assert "Not verified" in text
    assert "検証" in text


def test_only_the_requested_file_is_written(reports: list[WrittenReport], tmp_path: Path) -> None:
    """And none where nothing is requested, or there are no reports."""
    assert not export.is_requested(ReportOptions())
    export.write(reports, ReportOptions())
    export.write([], ReportOptions(junit=tmp_path / "junit.xml"))
    assert list(tmp_path.iterdir()) == []
    export.write(reports, ReportOptions(markdown=tmp_path / "checklist.md"))
    assert [path.name for path in tmp_path.iterdir()] == ["checklist.md"]


def test_a_file_that_cannot_be_written_is_an_error(reports: list[WrittenReport], tmp_path: Path) -> None:
    """With its path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match=r"file/junit\.xml: cannot be written"):
        export.write(reports, ReportOptions(junit=tmp_path / "file" / "junit.xml"))
