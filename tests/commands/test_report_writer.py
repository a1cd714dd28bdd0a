"""One report: which files are written, and which remain after an error."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.commands import latest
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.report_writer import ReportWriter
from agentcore_probe.errors import NotebookError, ReportError, SecretLeakError
from agentcore_probe.notebook.worker import Page
from agentcore_probe.secret import Secret
from agentcore_probe.storage import open_storage
from tests.conftest import PROJECT

SAMPLE = PROJECT / "environments" / "sample.record.json"
ENVIRONMENT = api.environment("sample", root=PROJECT)


def writer(root: Path, reports: str = "reports", **options: Any) -> ReportWriter:
    """A writer of the sample's report below `root`."""
    return ReportWriter(
        root,
        open_storage(root / reports),
        root / "verification.ipynb",
        ReportOptions(source=SAMPLE, **options),
        threading.Event(),
    )


def write(writer: ReportWriter, make_page: Any) -> Path:
    """Writes the report of the source; the page's path."""
    record = writer.observe(ENVIRONMENT, ignore_progress)
    return Path(writer.write(record, api.judge(record), ignore_progress, make_page=make_page))


def ignore_progress(phase: str, state: str) -> None:
    """Shows nothing."""


def make_page(*args: Any, **kwargs: Any) -> Page:
    """A page without a notebook."""
    return Page("<!DOCTYPE html>", "{}")


def test_latest_is_the_newest_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative link that never points back; a file where links are not possible; a folder is left alone."""
    folders = [tmp_path / "env" / name for name in ("20260101T000000Z", "20260101T000001Z")]
    for folder in folders:
        folder.mkdir(parents=True)
    name = tmp_path / "env" / "latest"
    reports = open_storage(tmp_path)

    def point_to(folder: Path) -> None:
        latest.point_to(reports, "env", folder.name)

    for folder in (*folders, folders[0]):
        point_to(folder)
    assert name.readlink() == Path(folders[1].name)
    name.unlink()
    name.symlink_to("nowhere")
    point_to(folders[0])
    assert name.readlink() == Path(folders[0].name)
    name.unlink()
    os.mkfifo(name)
    point_to(folders[1])
    assert name.readlink() == Path(folders[1].name)
    name.unlink()

    def refuse(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "symlink_to", refuse)
        point_to(folders[0])
        point_to(folders[1])
    assert name.read_text("utf-8") == f"{folders[1].name}\n"
    name.unlink()
    name.mkdir()
    point_to(folders[1])
    assert sorted(path.name for path in name.parent.iterdir()) == [*(path.name for path in folders), "latest"]
    assert list(name.iterdir()) == []


def test_a_report_has_three_files(tmp_path: Path) -> None:
    """In a folder named after the environment of the record and the time; beside it are `latest` and the badge."""
    calls: list[tuple[Any, dict[str, Any]]] = []

    def recording_page(*args: Any, **kwargs: Any) -> Page:
        calls.append((args, kwargs))
        return make_page()

    page = write(writer(tmp_path, languages=("ja", "en")), recording_page)
    folder = page.parent
    assert (page.name, folder.parent) == ("report.html", tmp_path / "reports" / "sample")
    assert (folder.parent / "latest").readlink() == Path(folder.name)
    assert ">not verified undated, recorded<" in (folder.parent / "badge.svg").read_text("utf-8")
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {
        "record.json": (folder / "record.json").read_text("utf-8"),
        "report.html": "<!DOCTYPE html>",
        "report.ipynb": "{}",
    }
    (((record, judgement, languages), kwargs),) = calls
    assert (record, languages) == (api.load(SAMPLE), ("ja", "en"))
    assert judgement == api.judge(record)
    assert (kwargs["folder"], kwargs["own_only"]) == (folder, False)


def test_reports_in_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    """With a suffix."""
    folders = [write(writer(tmp_path), make_page).parent for _ in range(3)]
    assert len(set(folders)) == 3


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    """It is no folder of the same second."""
    (tmp_path / "reports").symlink_to("nowhere")
    with pytest.raises(ReportError, match="cannot be created: a link leads nowhere"):
        write(writer(tmp_path), make_page)


def test_a_failed_page_leaves_the_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says where it is."""

    def failing_page(*args: Any, **kwargs: Any) -> Page:
        raise NotebookError("cell 5 failed")

    with pytest.raises(NotebookError):
        write(writer(tmp_path, reports="out"), failing_page)
    (record,) = (path for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert record.name == "record.json"
    assert capsys.readouterr().err == f"The record is kept: {record}\n"


def test_a_record_with_a_secret_leaves_nothing(tmp_path: Path) -> None:
    """Not even the folder of the report."""
    runtime = api.load(SAMPLE).environment.runtime
    assert runtime is not None
    Secret(runtime.arn, "password")
    with pytest.raises(SecretLeakError, match="it would contain the password"):
        write(writer(tmp_path), make_page)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))
    assert list((tmp_path / "reports" / "sample").iterdir()) == []
