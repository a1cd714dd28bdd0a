"""Reports in a bucket: the same as in a folder, whole or not there, and found again by history, diff and gates."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api, store
from agentcore_probe.commands import latest
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.past_runs import newest_run, previous_run
from agentcore_probe.commands.report_writer import ReportWriter
from agentcore_probe.errors import NotebookError, ReportError, SecretLeakError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.worker import Page
from agentcore_probe.secret import Secret
from agentcore_probe.storage import open_storage
from tests import s3
from tests.conftest import PROJECT, Command, environment_file

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")


@pytest.fixture
def location(s3_port: int, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A place of the test's own in the bucket of a server that is this process's S3."""
    for name, value in s3.variables(s3_port).items():
        monkeypatch.setenv(name, value)
    return f"s3://{s3.BUCKET}/{re.sub(r'[^a-z0-9]+', '-', request.node.name)}"


def make_page(*args: Any, **kwargs: Any) -> Page:
    """A page without a notebook, which would find its record."""
    assert (kwargs["folder"] / "record.json").read_bytes()
    return Page("<!DOCTYPE html>", "{}")


def write(
    location: str, make_page: Any = make_page, record: RunRecord = SAMPLE, name: str | None = None
) -> str:
    """Writes a report of the record; where its page is."""
    reports = open_storage(location)
    writer = ReportWriter(
        Path(), reports, Path("verification.ipynb"), ReportOptions(), threading.Event(), name=name
    )
    return writer.write(record, api.judge(record), lambda *_: None, make_page=make_page)


def at(day: int) -> RunRecord:
    """A run of the sample on this day of January."""
    facts = json.loads((PROJECT / "environments" / "sample.record.json").read_text("utf-8"))
    facts.pop("digest")
    facts["provenance"]["started"] = f"2026-01-0{day}T09:30:00Z"
    return store.parse_record(json.dumps(facts), where=f"day {day}")


def keep(location: str, *days: int) -> None:
    """Writes the records of these days, as their reports would."""
    for day in days:
        record = at(day)
        name = f"sample/2026010{day}T093000Z/record.json"
        open_storage(location).write(name, store.record_text(record, api.judge(record)))


def test_a_report_in_a_bucket_is_that_of_a_folder(location: str, s3_port: int, tmp_path: Path) -> None:
    """The same files with the same bytes; `latest` is an object with the folder's name."""
    here, there = (Path(page).parent for page in (write(str(tmp_path)), write(location)))
    storage = open_storage(location)
    assert s3.names(s3_port, location) == [
        *(f"sample/{there.name}/{file.name}" for file in sorted(here.iterdir())),
        "sample/badge.svg",
        "sample/latest",
    ]
    for file in here.iterdir():
        assert storage.read(f"sample/{there.name}/{file.name}") == file.read_bytes()
    assert storage.read("sample/latest") == f"{there.name}\n".encode()


@pytest.mark.slow
def test_the_command_writes_the_same_report_to_a_bucket(
    location: str, command_here: Command, project: Path, s3_port: int
) -> None:
    """But for the times at which the notebook's cells were executed; the command and its exports say where it is."""
    words = ("report", "sample", "--json-summary", "summary.json", "--out")
    assert command_here(*words, "here").returncode == 1
    result = command_here(*words, location)
    assert (result.returncode, result.stderr) == (1, "")
    (page,) = (key for key in s3.names(s3_port, location) if key.endswith("report.html"))
    assert result.stdout.endswith(f"Report: {location}/{page}\n")
    (environment,) = json.loads((project / "summary.json").read_text())["environments"]
    assert environment["page"] == f"{location}/{page}"
    name = page.split("/")[1]
    assert [file for file in s3.names(s3_port, location) if not file.startswith("history/")] == [
        *(f"sample/{name}/{file}" for file in ("record.json", "report.html", "report.ipynb")),
        "sample/badge.svg",
        "sample/latest",
    ]
    assert any(file.endswith(".parquet") for file in s3.names(s3_port, location))
    source = f"{location}/sample/{name}/record.json"
    assert command_here("report", "--from", source, "--out", "again").returncode == 1
    storage = open_storage(location)
    assert storage.read("sample/latest") == f"{name}\n".encode()
    for file in ("record.json", "report.html", "report.ipynb"):
        there = storage.read(f"sample/{name}/{file}") or b""
        here = (project / "here" / "sample" / "latest" / file).read_bytes()
        if file == "report.ipynb":
            here, there = (_without_times(content) for content in (here, there))
        assert there == here, file


def _without_times(notebook: bytes) -> bytes:
    """Nor the id of the cell that papermill adds."""
    return re.sub(rb'"\d{4}-\d\d-\d\dT[^"]*"|("duration": )[0-9.]+|"id": "[0-9a-f]+"', b"", notebook)


def test_runs_in_a_bucket_are_found(location: str, command_here: Command) -> None:
    """By history, diff, the interface, and what compares a run with the previous one."""
    keep(location, 2, 1)
    result = command_here("history", "sample", "--out", location)
    assert result.stdout.startswith("sample: 2 runs since 2026-01-01 09:30")
    assert len(api.history("sample", reports=location).runs) == 2
    result = command_here("diff", "sample", "--out", f"{location}/")
    assert (result.returncode, result.stdout) == (0, "no differences\n")
    objects = [f"{location}/sample/2026010{day}T093000Z/record.json" for day in (1, 2)]
    assert command_here("diff", *objects).returncode == 0
    result = command_here("diff", objects[0], f"{location}/record.json")
    assert (result.returncode, result.stderr) == (
        2,
        f"error: {location}/record.json: cannot be read: there is no such object\n",
    )
    storage = open_storage(location)
    assert newest_run(storage, "sample") == at(2)
    assert previous_run(storage, at(2)) == at(1)
    storage.write("sample/20260103T000000Z/record.json", "{")
    result = command_here("history", "sample", "--out", location)
    assert f"{location}/sample/20260103T000000Z/record.json: is not JSON" in result.stderr
    result = command_here("history", "other", "--out", location)
    assert (result.returncode, result.stderr) == (
        2,
        f"error: {location}/other: no reports yet. Run: agentcore-probe report other\n",
    )


def test_a_bucket_that_does_not_exist_is_found_out_before_the_run(
    location: str, command_here: Command, project: Path
) -> None:
    """Exit 5, or 2 where there cannot be one; nothing is written."""
    result = command_here("report", "sample", "--out", "s3://no-such-bucket/x")
    assert (result.returncode, result.stdout) == (5, "")
    assert result.stderr == (
        "error: s3://no-such-bucket/x: cannot be used: there is no bucket no-such-bucket. Create it, or correct its "
        "name in the location\n"
    )
    result = command_here("report", "sample", "--out", "s3://No_Bucket/x")
    assert result.returncode == 2
    assert "'--out': s3://No_Bucket/x: 'No_Bucket' is not a valid bucket name" in result.stderr
    assert not (project / "reports").exists()


@pytest.mark.parametrize("file", ["record.json", "report.ipynb", "report.html"])
def test_an_upload_that_fails_leaves_no_half_report(
    location: str, command_here: Command, s3_port: int, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """The error names what was not written, and the command that writes the report again from the record that is kept."""
    write(location, record=at(1))
    before = s3.names(s3_port, location)
    with s3.relay(s3_port, s3.cut_upload, of=file) as server, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        with pytest.raises(ReportError, match=f"/{file}: cannot be written: S3 did not answer") as caught:
            write(location, record=at(2))
    assert s3.names(s3_port, location) == before
    again = re.search(r"report --from (\S+) --out (\S+)$", str(caught.value.hint))
    assert again is not None
    assert again[2] == location
    kept = Path(again[1])
    assert (api.load(kept), [path.name for path in kept.parent.iterdir()]) == (at(2), ["record.json"])
    assert kept.parent.stat().st_mode & 0o077 == 0
    kept.unlink()
    kept.parent.rmdir()


def test_where_nothing_can_be_removed_the_record_is_left(
    location: str, s3_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a page without its record, and `latest` does not name it."""
    with s3.relay(s3_port) as server, monkeypatch.context() as patch:

        def fail_at_last(relay: s3.Relay) -> bool:
            return (relay.path.endswith("report.html") or relay.command == "POST") and relay.error(
                403, "AccessDenied"
            )

        server.fault = fail_at_last
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
        with pytest.raises(ReportError, match="may not call s3:PutObject") as caught:
            write(location)
    assert [key.split("/")[-1] for key in s3.names(s3_port, location)] == ["record.json", "report.ipynb"]
    kept = Path(re.findall(r"--from (\S+)", str(caught.value.hint))[0])
    kept.unlink()
    kept.parent.rmdir()


def test_a_report_that_another_process_has_finished_stays(
    location: str, s3_port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A run on a cluster may be repeated under its name, and the repetition may fail."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    page = write(location)
    before = s3.names(s3_port, location)
    with s3.relay(
        s3_port, lambda relay: relay.command == "PUT" and relay.error(403, "AccessDenied"), of=".html"
    ) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
        with pytest.raises(ReportError, match="may not call s3:PutObject"):
            write(location, name=page.split("/")[-2])
    assert s3.names(s3_port, location) == before


def test_a_page_that_cannot_be_made_leaves_the_record(
    location: str,
    s3_port: int,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a folder; nothing stays on this machine."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def failing_page(*args: Any, **kwargs: Any) -> Page:
        raise NotebookError("cell 5 failed")

    with pytest.raises(NotebookError):
        write(location, make_page=failing_page)
    (key,) = s3.names(s3_port, location)
    assert key.endswith("/record.json")
    assert capsys.readouterr().err == f"The record is kept: {location}/{key}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_not_uploaded(
    location: str, s3_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it in the record, nothing is kept anywhere."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert SAMPLE.environment.runtime is not None
    Secret(SAMPLE.environment.runtime.arn, "password")
    with pytest.raises(SecretLeakError, match="it would contain the password"):
        write(location)
    assert (s3.names(s3_port, location), list(tmp_path.iterdir())) == ([], [])


def test_writers_in_one_second_have_folders_of_their_own(location: str, s3_port: int) -> None:
    """And `latest` names one whose page is there."""
    together = threading.Barrier(4)

    def write_with_others(_: int) -> str:
        together.wait()
        return write(location)

    with ThreadPoolExecutor(4) as pool:
        pages = set(pool.map(write_with_others, range(4)))
    assert len(pages) == 4
    newest = (open_storage(location).read("sample/latest") or b"").decode().strip()
    assert f"{location}/sample/{newest}/report.html" in pages


def test_latest_never_names_an_older_or_a_missing_report(
    location: str, s3_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A writer that is late leaves it; where it cannot be written, a warning says so: the report is complete."""
    storage = open_storage(location)
    names = ["20260101T000000Z", "20260101T000000Z-2", "20260101T000000Z-10"]

    def after(name: str) -> bytes | None:
        latest.point_to(storage, "sample", name)
        return storage.read("sample/latest")

    for name in names:
        storage.write(f"sample/{name}/report.html", "x")
        assert after(name) == f"{name}\n".encode()
    assert after(names[1]) == f"{names[2]}\n".encode()
    storage.remove([f"sample/{names[2]}/report.html"])
    assert after(names[1]) == f"{names[1]}\n".encode()
    with s3.relay(s3_port, lambda relay: relay.error(403, "AccessDenied"), of="latest") as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
        page = write(location)
    assert page.removeprefix(f"{location}/") in s3.names(s3_port, location)
    assert capsys.readouterr().err.startswith(f"warning: {location}/sample/latest: cannot be read: ")


def test_a_late_writer_does_not_overwrite_latest(location: str, s3_port: int) -> None:
    """It read the name before the newer report was there."""
    storage = open_storage(location)
    for name in ("20260101T000000Z", "20260102T000000Z"):
        storage.write(f"sample/{name}/report.html", "x")
    with s3.relay(s3_port) as server:

        def overtake(relay: s3.Relay) -> bool:
            if relay.command == "PUT":
                server.fault = None
                latest.point_to(storage, "sample", "20260102T000000Z")
            return False

        server.fault, server.of = overtake, "latest"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
            latest.point_to(open_storage(location), "sample", "20260101T000000Z")
    assert storage.read("sample/latest") == b"20260102T000000Z\n"


@pytest.mark.slow
def test_a_run_is_compared_with_the_previous_one(
    location: str, command_here: Command, project: Path, agentcore: Mapping[str, Any]
) -> None:
    """Which another machine may have written to the bucket."""
    (project / "environments" / "prod.toml").write_text(environment_file(agentcore))
    words = ("report", "prod", "--controls", "few", "--fail-on", "change", "--out", location)
    for message in ("there is no earlier run to compare with", "no differences from the previous run"):
        result = command_here(
            *words, env={"T_PASSWORD": agentcore["identity"]["password"], "PATH": "/usr/bin:/bin"}
        )
        assert (result.returncode, message in result.stderr) == (0, True), result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "left"),
    [
        ("report.ipynb", ["record.json"]),
        ("report.html", ["record.json", "report.ipynb"]),
        ("latest", ["record.json", "report.html", "report.ipynb"]),
    ],
)
def test_a_process_that_is_killed_leaves_whole_files(
    location: str, project: Path, s3_port: int, file: str, left: list[str]
) -> None:
    """In an upload; `latest` names the earlier report, and the record that is there counts as a run."""
    write(location, record=at(1))
    before = s3.names(s3_port, location)
    with s3.relay(s3_port, of=file) as server:
        variables = {**os.environ, **s3.variables(server.port), "PYTHONPATH": str(PROJECT)}
        words = [sys.executable, "-m", "agentcore_probe", "report", "sample", "--out", location]
        with subprocess.Popen(words, cwd=project, env=variables, stderr=subprocess.PIPE) as process:

            def kill(relay: s3.Relay) -> bool:
                if relay.command == "PUT":
                    process.kill()
                    process.wait()
                return relay.command == "PUT"

            server.fault = kill
            process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    new = [name for name in s3.names(s3_port, location) if name not in before]
    assert [name.split("/")[-1] for name in new] == left
    storage = open_storage(location)
    assert (storage.read("sample/latest") or b"").decode().strip() == before[0].split("/")[1]
    assert newest_run(storage, "sample") is not None
