"""A task of a cluster, here without one: what it does when parts of the report are there already."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.commands import remote
from agentcore_probe.commands.remote_request import RemoteRequest, RemoteResult, extension_versions
from agentcore_probe.commands.report_files import reserve
from agentcore_probe.commands.stored_report import StoredReport
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.secret import Secret
from agentcore_probe.storage import open_storage
from tests.commands.test_on_cluster import history_of
from tests.conftest import PROJECT

RUN = "1" * 32


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: Worker) -> RemoteRequest:
    """What the client asks for, with the folder that it has reserved."""
    monkeypatch.setattr(remote, "_notebook_process", worker)
    monkeypatch.chdir(tmp_path)
    environment = Environment(name="prod", record="sample.record.json")
    return RemoteRequest(
        environment=environment,
        run=RUN,
        location=str(tmp_path / "reports"),
        name=reserve(open_storage(tmp_path / "reports"), "prod"),
    )


def record_of_run(run: str = RUN) -> RunRecord:
    """The sample's record as that of a run of this environment."""
    record = api.load(PROJECT / "environments" / "sample.record.json")
    return record.model_copy(
        update={
            "environment": record.environment.model_copy(update={"name": "prod"}),
            "provenance": record.provenance.model_copy(update={"run": run}),
        }
    )


def stored(task: RemoteRequest) -> StoredReport:
    """What of its report is there."""
    return StoredReport(open_storage(task.location), "prod", task.name, task.run)


def execute(task: RemoteRequest, **changes: Any) -> RemoteResult:
    """The result of the task, as a worker sends it."""
    request = task.model_copy(update=changes).model_dump_json()
    return RemoteResult.model_validate_json(remote.make_report(request, threading.Event()))


def test_a_task_goes_on_where_the_lost_one_ended(task: RemoteRequest, tmp_path: Path) -> None:
    """From a record without a page, the page; of a whole report, nothing is written again; the history has the run once."""
    record = record_of_run()
    folder = tmp_path / "reports" / "prod" / task.name
    assert stored(task).add_record(record, api.judge(record)) == record
    (folder / ".report.ipynb.0a1b2c3d").write_text("unfinished")
    assert execute(task).error is None
    files = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert files.keys() == {"record.json", "report.html", "report.ipynb"}
    (tmp_path / "reports" / "prod" / "badge.svg").unlink()
    assert execute(task).error is None
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == files
    assert (tmp_path / "reports" / "prod" / "badge.svg").exists()
    assert history_of(tmp_path / "reports") == {"prod": 1}


def test_the_first_of_two_records_counts(task: RemoteRequest) -> None:
    """Where a worker was thought lost and was not, both go on with the same facts."""
    first, second = record_of_run(), record_of_run().model_copy(update={"token": None, "exchanges": ()})
    stored(task).add_record(first, api.judge(first))
    assert stored(task).add_record(second, api.judge(second)).digest == first.digest


def test_what_another_run_has_written_is_left_alone(task: RemoteRequest) -> None:
    """Its folder is named."""
    other = record_of_run("2" * 32)
    report = StoredReport(open_storage(task.location), "prod", task.name, "2" * 32)
    report.add_record(other, api.judge(other))
    error = execute(task).error
    assert error is not None
    assert error["what"] == "is the record of another run"
    assert report.page() is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "20260101T000000Z"}, "this folder, which the client has made, is not there"),
        ({"version": "0.0.1"}, "and the client 0.0.1"),
        ({"extensions": {"checks/a.py": "0"}}, "checks or sections differ from the client's: checks/a.py"),
    ],
)
def test_a_worker_that_differs_from_the_client_refuses(
    changes: dict[str, Any], problem: str, task: RemoteRequest
) -> None:
    """Before anything is sent to a target: it shares no folder, has another version, or other checks."""
    with pytest.raises(InputError) as caught:
        execute(task, **changes)
    assert problem in caught.value.line()


def test_what_a_task_says_has_no_secret(task: RemoteRequest, tmp_path: Path) -> None:
    """Not even where a team's own check prints one: the result is a message of the scheduler's."""
    Secret(password := "correct-horse-battery-1", "password")
    (tmp_path / "environments").mkdir()
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "own.py").write_text(
        f"def check(record, judgement):\n    raise KeyError({password!r})"
    )
    stored(task).add_record(record := record_of_run(), api.judge(record))
    result = execute(task, extensions=extension_versions(tmp_path))
    assert "KeyError" in (text := result.model_dump_json())
    assert password not in text
