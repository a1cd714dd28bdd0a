"""The worker and its children: a fresh process without credentials for each notebook, and none that stays behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from agentcore_probe.errors import NotebookError
from agentcore_probe.notebook.worker import Worker
from tests.conftest import PROJECT
from tests.notebook.conftest import notebook, outputs
from tests.processes import still_running


def test_the_process_that_is_forked_has_one_thread(worker: Worker) -> None:
    """A lock that another thread holds would be held in the child for ever; numpy starts threads by itself."""
    with worker.child(".", 10) as child:
        child.run("report = 1")
        assert psutil.Process(worker.pid).num_threads() == 1


def test_a_cell_that_forks_answers_once(worker: Worker, tmp_path: Path) -> None:
    """A second reply would shift every later output by one."""
    values = outputs(notebook(tmp_path, "import os; pid = os.fork()", "'A'", "'B'"), worker)
    assert [value["data"]["text/plain"] for value in values] == ["'A'", "'B'"]


def test_what_a_cell_starts_ends_with_the_notebook(worker: Worker, tmp_path: Path) -> None:
    """As with a kernel. A process with a session of its own is meant to stay."""
    start = "import subprocess; p = subprocess.Popen(['sleep', '600']); p.pid"
    (value,) = outputs(notebook(tmp_path, start), worker)
    pid = int(value["data"]["text/plain"])
    with suppress(psutil.NoSuchProcess):
        assert still_running([psutil.Process(pid)], 10) == []


@pytest.mark.slow
def test_a_long_output_takes_time_in_proportion_to_its_length(worker: Worker, tmp_path: Path) -> None:
    """Four times as much in less than eight times the time: no byte is searched again and again."""

    def seconds(megabytes: int) -> float:
        path = notebook(tmp_path, f"print('x' * {megabytes}_000_000)")
        start = time.monotonic()
        (output,) = outputs(path, worker)
        assert len(output["text"]) == megabytes * 1_000_000 + 1
        return time.monotonic() - start

    seconds(1)
    assert min(seconds(40) / seconds(10) for _ in range(3)) < 8


def test_a_folder_may_have_a_long_name(worker: Worker, tmp_path: Path) -> None:
    """Up to the system's own limit, in any script."""
    folder = tmp_path
    while len(str(folder).encode()) < 3500:
        folder /= "レ" * 80
    folder.mkdir(parents=True)
    (value,) = outputs(notebook(folder, "import os; os.getcwd()"), worker)
    assert value["data"]["text/plain"] == repr(str(folder))


def test_a_worker_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has its last line."""
    (tmp_path / "IPython.py").write_text("raise ImportError('a file of the same name is in the way')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{PROJECT}")
    with Worker() as broken, pytest.raises(NotebookError, match="a file of the same name is in the way"):
        outputs(notebook(tmp_path, "1"), broken)


def test_no_process_runs_two_notebooks(worker: Worker, tmp_path: Path) -> None:
    """State of one report cannot reach the next."""
    path = notebook(tmp_path, "import os; os.getpid()")
    assert outputs(path, worker)[0]["data"] != outputs(path, worker)[0]["data"]


def test_the_notebook_process_never_held_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in os.environ nor in /proc."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-canary-canary")
    monkeypatch.setenv("PROBE_PASSWORD", "canary-canary-canary")
    path = notebook(tmp_path, "import os\nstr(dict(os.environ)) + open('/proc/self/environ').read()")
    with Worker() as fresh:
        environment = outputs(path, fresh)[0]["data"]["text/plain"]
    assert "PATH" in environment
    assert "canary" not in environment


def test_a_killed_worker_takes_its_children_along(tmp_path: Path) -> None:
    """Whatever they were doing."""
    worker = Worker()
    path = notebook(
        tmp_path,
        f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)",
    )

    def execute_it() -> None:
        with pytest.raises(NotebookError):
            outputs(path, worker)

    running = threading.Thread(target=execute_it)
    running.start()
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    os.kill(worker.pid, signal.SIGKILL)
    assert still_running([child], 10) == []
    running.join(10)
    worker.close()


@pytest.mark.parametrize("is_used", [True, False])
def test_closing_the_worker_leaves_no_process(is_used: bool) -> None:
    """It is waited for, whether it serves or is still loading."""
    worker = Worker()
    pid = worker.pid
    if is_used:
        with worker.child(".", 10) as child:
            child.run("1")
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
