"""The forking engine: the same HTML as Jupyter's kernel, and it survives what cells do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat import v4

from agentcore_probe import api
from agentcore_probe.errors import NotebookError
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "verification.ipynb"
SAMPLE = PROJECT / "environments" / "sample.record.json"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as one:
        yield one


def notebook(folder: Path, *cells: str) -> Path:
    path = folder / "n.ipynb"
    parameters = v4.new_code_cell("a = 1", metadata={"tags": ["parameters"]})
    book = v4.new_notebook(cells=[parameters, *(v4.new_code_cell(cell) for cell in cells)])
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(book, path)
    return path


def outputs(path: Path, worker: Worker | None, **parameters: Any) -> list[dict[str, Any]]:
    executed = execute(path, parameters, folder=path.parent, worker=worker)
    return [dict(output) for cell in executed.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.mark.parametrize("needless", ["rfc3987_syntax", "boto3", "tornado.web"])
def test_making_a_page_loads_nothing_needless(needless: str) -> None:
    """Grammars of JupyterLab's (0.8 s), papermill's notebooks on S3, nbconvert's web server."""
    code = f"import sys, agentcore_probe.report.page; print(sys.modules.get({needless!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert done.stdout.strip() == "None"


def test_the_process_that_is_forked_has_one_thread(worker: Worker) -> None:
    """A lock that another thread holds would be held in the child for ever; numpy starts threads by itself."""
    with worker.child(".", 10) as child:
        child.run("report = 1")
        assert psutil.Process(worker.pid).num_threads() == 1


def test_both_engines_give_the_same_page(worker: Worker) -> None:
    """nbclient with Jupyter's own kernel is the oracle."""
    record = api.load(SAMPLE)
    parameters = {"environment": "sample", "record": SAMPLE.name, "language": "ja"}
    pages = [
        render([(execute(NOTEBOOK, parameters, folder=SAMPLE.parent, worker=each), Report(record, "ja"))])
        for each in (worker, None)
    ]
    assert pages[0] == pages[1]


def test_streams_displays_and_results_are_kept_in_order(worker: Worker, tmp_path: Path) -> None:
    """As a kernel keeps them."""
    path = notebook(
        tmp_path,
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n'last'",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'), metadata={'k': 'v'})",
    )
    found = outputs(path, worker)
    assert [(each["output_type"], each.get("name"), each.get("text")) for each in found[:3]] == [
        ("stream", "stdout", "one\n"),
        ("stream", "stderr", "two\n"),
        ("stream", "stdout", "three\n"),
    ]
    assert found[3]["data"]["text/plain"] == "'last'"
    assert found[4]["data"]["text/html"] == "<b>x</b>"
    assert found[4]["metadata"] == {"k": "v"}


def test_parameters_reach_the_notebook(worker: Worker, tmp_path: Path) -> None:
    """papermill injects them behind the parameters cell."""
    assert outputs(notebook(tmp_path, "a + 1"), worker, a=41)[0]["data"]["text/plain"] == "42"


def test_an_unknown_parameter_is_an_error(worker: Worker, tmp_path: Path) -> None:
    """papermill alone would only log it."""
    with pytest.raises(NotebookError, match="unknown parameter 'tokn'"):
        outputs(notebook(tmp_path), worker, tokn="x")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1 / 0", "cell 2 failed: ZeroDivisionError"),
        ("raise SystemExit(3)", "cell 2 failed: SystemExit"),
        ("import sys; sys.exit(0)", "cell 2 failed: SystemExit: 0"),
        ("exit()", "cell 2 failed: SystemExit"),
        ("import os; os._exit(3)", "cell 2 was not finished: its process ended"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "cell 2 was not finished"),
        ("this is no python", "cell 2 failed: SyntaxError"),
        ("import os, signal; os.kill(0, signal.SIGTERM)", "cell 2 was not finished: its process ended"),
        (
            "import os; os.fork() or __import__('time').sleep(60); os._exit(3)",
            "cell 2 was not finished: its process",
        ),
        ("from IPython.display import display; display({'text/plain': object()}, raw=True)", "no JSON form"),
    ],
)
def test_a_cell_that_fails_is_named_and_the_worker_lives_on(
    worker: Worker, tmp_path: Path, cell: str, says: str
) -> None:
    """Which cell, why; and the next notebook runs."""
    with pytest.raises(NotebookError, match=says) as caught:
        outputs(notebook(tmp_path, cell), worker)
    assert caught.value.exit_code == 5
    assert "Its first line:" in caught.value.line()
    assert outputs(notebook(tmp_path, "a"), worker)


def test_a_cell_that_forks_answers_once(worker: Worker, tmp_path: Path) -> None:
    """A second answer would shift every later output by one."""
    found = outputs(notebook(tmp_path, "import os; pid = os.fork()", "'A'", "'B'"), worker)
    assert [each["data"]["text/plain"] for each in found] == ["'A'", "'B'"]


def test_what_a_cell_starts_ends_with_the_notebook(worker: Worker, tmp_path: Path) -> None:
    """As with a kernel; what makes itself a session of its own wants to stay."""
    start = "import subprocess; p = subprocess.Popen(['sleep', '600']); p.pid"
    (pid,) = (int(each["data"]["text/plain"]) for each in outputs(notebook(tmp_path, start), worker))
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_long_output_takes_the_time_of_its_length(worker: Worker, tmp_path: Path) -> None:
    """Four times as much in less than eight times the time: what came is not looked through again and again."""

    def seconds(megabytes: int) -> float:
        path = notebook(tmp_path, f"print('x' * {megabytes}_000_000)")
        begun = time.monotonic()
        (found,) = outputs(path, worker)
        assert len(found["text"]) == megabytes * 1_000_000 + 1
        return time.monotonic() - begun

    seconds(1)
    assert min(seconds(40) / seconds(10) for _ in range(3)) < 8


def test_a_folder_with_a_long_name_is_one(worker: Worker, tmp_path: Path) -> None:
    """Up to the system's own limit, in any script."""
    folder = tmp_path
    while len(str(folder).encode()) < 3500:
        folder /= "レ" * 80
    folder.mkdir(parents=True)
    assert outputs(notebook(folder, "import os; os.getcwd()"), worker)[0]["data"]["text/plain"] == repr(
        str(folder)
    )


def test_a_worker_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last line stands in the error."""
    (tmp_path / "matplotlib.py").write_text("raise ImportError('a file of the same name is in the way')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{PROJECT}")
    with Worker() as broken, pytest.raises(NotebookError, match="a file of the same name is in the way"):
        outputs(notebook(tmp_path, "1"), broken)


def test_papermill_itself_tells_a_failure_of_ours_as_its_own(tmp_path: Path) -> None:
    """Its command with our engine: the cell is marked, what was not run is not, and its limit of a cell holds."""
    path = notebook(tmp_path, "1 / 0", "'not run'")
    papermill = [
        str(Path(sys.executable).with_name("papermill")),
        "--engine",
        "agentcore-fork",
        "--no-progress-bar",
    ]
    done = subprocess.run(
        [*papermill, path, tmp_path / "o.ipynb"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "PapermillExecutionError" in done.stderr
    made = nbformat.read(tmp_path / "o.ipynb", 4)
    assert made.metadata.papermill.exception is True
    states = [
        cell.metadata.get("papermill", {}).get("status") for cell in made.cells if cell.cell_type == "code"
    ]
    assert states == ["completed", "failed", "pending"]
    slow = notebook(tmp_path, "import time; time.sleep(30)")
    done = subprocess.run(
        [*papermill, "--execution-timeout", "1", slow, tmp_path / "o.ipynb"],
        capture_output=True,
        text=True,
        check=False,
        timeout=25,
    )
    assert "it did not finish in 1 s" in done.stderr


def test_a_kernel_that_ends_is_told_with_its_cell(tmp_path: Path) -> None:
    """Jupyter's own kernel, too; papermill alone says only that it died."""
    with pytest.raises(NotebookError, match="cell 3 was not finished: Kernel died"):
        outputs(notebook(tmp_path, "a", "import os; os._exit(3)", "a"), None)


def test_a_cell_that_hangs_is_ended(worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a wall-clock limit for the whole notebook."""
    monkeypatch.setattr("agentcore_probe.notebook.worker.NOTEBOOK_SECONDS", 1.0)
    begun = time.monotonic()
    with pytest.raises(NotebookError, match="did not finish in 1 s"):
        outputs(notebook(tmp_path, "import time; time.sleep(60)"), worker)
    assert time.monotonic() - begun < 5


def test_a_cell_that_hangs_in_jupyter_s_kernel_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same limit, for each cell."""
    monkeypatch.setattr("agentcore_probe.notebook.worker.NOTEBOOK_SECONDS", 2.0)
    with pytest.raises(NotebookError, match="cell 3 was not finished"):
        outputs(notebook(tmp_path, "a", "import time; time.sleep(60)"), None)


def test_no_process_runs_two_notebooks(worker: Worker, tmp_path: Path) -> None:
    """State of one report cannot reach the next."""
    path = notebook(tmp_path, "import os; os.getpid()")
    assert outputs(path, worker)[0]["data"] != outputs(path, worker)[0]["data"]


def test_the_notebook_process_never_held_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in os.environ nor in what /proc shows of it."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-canary-canary")
    monkeypatch.setenv("PROBE_PASSWORD", "canary-canary-canary")
    path = notebook(tmp_path, "import os\nstr(dict(os.environ)) + open('/proc/self/environ').read()")
    with Worker() as fresh:
        shown = outputs(path, fresh)[0]["data"]["text/plain"]
    assert "PATH" in shown
    assert "canary" not in shown


def test_jupyter_s_own_kernel_gets_no_more_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the default where processes cannot be forked."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-canary-canary")
    monkeypatch.setenv("PROBE_PASSWORD", "canary-canary-canary")
    path = notebook(tmp_path, "import os\nstr(dict(os.environ)) + open('/proc/self/environ').read()")
    shown = outputs(path, None)[0]["data"]["text/plain"]
    assert "PATH" in shown
    assert "canary" not in shown


def test_a_worker_that_is_killed_takes_its_children_along(tmp_path: Path) -> None:
    """None outlives it, whatever it was doing."""
    own = Worker()
    path = notebook(
        tmp_path,
        f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)",
    )

    def execute_it() -> None:
        with pytest.raises(NotebookError):
            outputs(path, own)

    running = threading.Thread(target=execute_it)
    running.start()
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    os.kill(own.pid, signal.SIGKILL)
    gone, _ = psutil.wait_procs([child], timeout=5)
    running.join(10)
    own.close()
    assert gone or child.status() == psutil.STATUS_ZOMBIE


def test_closing_the_worker_leaves_no_process() -> None:
    """It is waited for."""
    worker = Worker()
    pid = worker.pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
