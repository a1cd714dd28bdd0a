"""Promises 6 and 21: a record shows the same page everywhere, and an altered page is told."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Command

TOKYO = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1", "PATH": "/usr/bin:/bin"}
LOS_ANGELES = {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}


def made(command: Command, project: Path, *words: str, env: dict[str, str] | None = None) -> Path:
    before = set(project.glob("reports/*/*"))
    done = command("report", *words, env=env)
    assert done.returncode in (0, 1), done.stderr
    (folder,) = set(project.glob("reports/*/*")) - before
    return folder


def test_a_replayed_record_gives_the_page_of_its_run(command: Command, project: Path) -> None:
    """Byte for byte, from record.json and from the page itself, in another time zone, locale and hash seed."""
    run = made(command, project, "local", env=TOKYO)
    page = (run / "report.html").read_bytes()
    again = made(command, project, "local", "--from", str(run / "record.json"), env=LOS_ANGELES)
    assert (again / "report.html").read_bytes() == page
    assert (again / "record.json").read_bytes() == (run / "record.json").read_bytes()
    carried = made(command, project, "local", "--from", str(run / "report.html"))
    assert (carried / "report.html").read_bytes() == page


def test_one_altered_byte_is_told(command: Command, project: Path) -> None:
    """In what is shown `check` says altered; in the carried record the digest does not hold."""
    page = made(command, project, "sample") / "report.html"
    assert command("check", str(page)).returncode == 0
    text = page.read_text("utf-8")
    page.write_text(text.replace("Not verified", "Not verifiex", 1), "utf-8")
    done = command("check", str(page))
    assert (done.returncode, done.stdout.split(":")[0]) == (1, "altered")
    start = text.index('type="application/', text.index("<script")) + 200
    page.write_text(text[:start] + ("A" if text[start] != "A" else "B") + text[start + 1 :], "utf-8")
    done = command("check", str(page))
    assert done.returncode == 2
    assert done.stderr.startswith("error:")


def test_an_altered_record_file_is_told(command: Command, project: Path) -> None:
    """Its digest does not hold any more."""
    path = project / "record.json"
    whole = json.loads((project / "environments" / "sample.record.json").read_text("utf-8"))
    whole["exchanges"][0]["response"]["status"] = 201
    path.write_text(json.dumps(whole), "utf-8")
    done = command("report", "sample", "--from", str(path))
    assert done.returncode == 2
    assert "does not match its own digest" in done.stderr
