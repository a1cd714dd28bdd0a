"""Promises 6 and 21: a record gives the same page everywhere, and an altered page is detected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command

TOKYO = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1", "PATH": "/usr/bin:/bin"}
LOS_ANGELES = {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}


def report(command: Command, project: Path, *arguments: str, env: dict[str, str] | None = None) -> Path:
    """Writes a report and returns its folder."""
    before = set(project.glob("reports/*/2*"))
    result = command("report", *arguments, env=env)
    assert result.returncode in (0, 1), result.stderr
    (folder,) = set(project.glob("reports/*/2*")) - before
    return folder


def test_a_replayed_record_gives_the_page_of_its_run(
    command: Command, command_here: Command, project: Path
) -> None:
    """Byte for byte, from record.json and from the page, in another time zone, locale and hash seed."""
    run = report(command, project, "local", env=TOKYO)
    page = (run / "report.html").read_bytes()
    from_record = report(command, project, "local", "--from", str(run / "record.json"), env=LOS_ANGELES)
    assert (from_record / "report.html").read_bytes() == page
    assert (from_record / "record.json").read_bytes() == (run / "record.json").read_bytes()
    from_page = report(command_here, project, "local", "--from", str(run / "report.html"))
    assert (from_page / "report.html").read_bytes() == page


@pytest.mark.slow
def test_one_altered_byte_of_a_page_is_detected(command: Command, project: Path) -> None:
    """In the visible page `check` says altered; in the embedded record the digest does not match."""
    page = report(command, project, "sample") / "report.html"
    assert command("check", str(page)).returncode == 0
    text = page.read_text("utf-8")
    page.write_text(text.replace("Not verified", "Not verifiex", 1), "utf-8")
    result = command("check", str(page))
    assert (result.returncode, result.stdout.split(":")[0]) == (1, "altered")
    start = text.index('type="application/', text.index("<script")) + 200
    page.write_text(text[:start] + ("A" if text[start] != "A" else "B") + text[start + 1 :], "utf-8")
    result = command("check", str(page))
    assert result.returncode == 2
    assert result.stderr.startswith("error:")


def test_an_altered_record_file_is_detected(command_here: Command, project: Path) -> None:
    """Its digest does not match."""
    path = project / "record.json"
    record = json.loads((project / "environments" / "sample.record.json").read_text("utf-8"))
    record["exchanges"][0]["response"]["status"] = 201
    path.write_text(json.dumps(record), "utf-8")
    result = command_here("report", "sample", "--from", str(path))
    assert result.returncode == 2
    assert "does not match its own digest" in result.stderr
