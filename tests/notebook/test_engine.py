"""The forking engine gives the same HTML as Jupyter's kernel, and survives what cells do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from agentcore_probe import api
from agentcore_probe.errors import NotebookError
from agentcore_probe.notebook.engine import failed
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT
from tests.notebook.conftest import notebook, outputs

NOTEBOOK = PROJECT / "notebooks" / "verification.ipynb"
SAMPLE = PROJECT / "environments" / "sample.record.json"


def test_both_engines_give_the_same_page(worker: Worker) -> None:
    """nbclient with Jupyter's own kernel is the oracle."""
    record = api.load(SAMPLE)
    parameters = {"environment": "sample", "record": SAMPLE.name, "language": "ja"}
    pages = [
        render([(execute(NOTEBOOK, parameters, folder=SAMPLE.parent, worker=engine), Report(record, "ja"))])
        for engine in (worker, None)
    ]
    assert pages[0] == pages[1]


def test_streams_displays_and_results_are_kept_in_order(worker: Worker, tmp_path: Path) -> None:
    """As a kernel keeps them."""
    path = notebook(
        tmp_path,
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n'last'",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'), metadata={'k': 'v'})",
    )
    *streams, result, display = outputs(path, worker)
    assert [(stream["output_type"], stream["name"], stream["text"]) for stream in streams] == [
        ("stream", "stdout", "one\n"),
        ("stream", "stderr", "two\n"),
        ("stream", "stdout", "three\n"),
    ]
    assert result["data"]["text/plain"] == "'last'"
    assert display["data"]["text/html"] == "<b>x</b>"
    assert display["metadata"] == {"k": "v"}


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
def test_the_error_names_the_failed_cell_and_the_worker_survives(
    worker: Worker, tmp_path: Path, cell: str, says: str
) -> None:
    """With the reason; the next notebook runs."""
    with pytest.raises(NotebookError, match=says) as caught:
        outputs(notebook(tmp_path, cell), worker)
    assert caught.value.exit_code == 5
    assert "Its first line:" in caught.value.line()
    assert outputs(notebook(tmp_path, "a"), worker)


def test_a_long_error_of_a_cell_is_cut_off() -> None:
    """It may contain a whole record, which would fill the terminal."""
    error = failed(3, "failed: " + "x" * 100_000, "report.evidence()")
    assert len(error.line()) < 2_500
    assert "… (100008 characters)" in error.line()


@pytest.mark.slow
def test_papermill_s_own_command_reports_a_failure_in_our_engine(tmp_path: Path) -> None:
    """The failed cell is marked, cells after it are pending, and its limit for one cell holds."""
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
    executed = nbformat.read(tmp_path / "o.ipynb", 4)
    assert executed.metadata.papermill.exception is True
    states = [
        cell.metadata.get("papermill", {}).get("status")
        for cell in executed.cells
        if cell.cell_type == "code"
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


def test_the_error_of_a_dead_kernel_names_the_cell(tmp_path: Path) -> None:
    """papermill alone says only that it died."""
    with pytest.raises(NotebookError, match="cell 3 was not finished: Kernel died"):
        outputs(notebook(tmp_path, "a", "import os; os._exit(3)", "a"), None)


def test_a_cell_that_hangs_is_ended(worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a wall-clock limit for the whole notebook."""
    monkeypatch.setattr("agentcore_probe.notebook.worker.NOTEBOOK_SECONDS", 1.0)
    start = time.monotonic()
    with pytest.raises(NotebookError, match="did not finish in 1 s"):
        outputs(notebook(tmp_path, "import time; time.sleep(60)"), worker)
    assert time.monotonic() - start < 30


def test_a_cell_that_hangs_in_jupyter_s_kernel_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same limit, for each cell."""
    monkeypatch.setattr("agentcore_probe.notebook.worker.NOTEBOOK_SECONDS", 2.0)
    with pytest.raises(NotebookError, match="cell 3 was not finished"):
        outputs(notebook(tmp_path, "a", "import time; time.sleep(60)"), None)


@pytest.mark.parametrize("failures", [1, 9])
def test_a_kernel_that_ends_at_its_start_is_started_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    """As one does whose port was taken; if it ends again, the error says how to find out why."""
    starts = tmp_path / "starts"
    starts.touch()
    program = f"""import os, sys
with open({str(starts)!r}, "a+b") as starts:
    starts.write(b".")
    if starts.tell() <= {failures}:
        sys.exit(1)
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", *sys.argv[1:]])
"""
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    kernel = {
        "argv": [sys.executable, "-c", program, "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    (folder / "kernel.json").write_text(json.dumps(kernel))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    path = notebook(tmp_path, "a + 1")
    if failures == 1:
        assert outputs(path, None)[0]["data"]["text/plain"] == "2"
    else:
        with pytest.raises(
            NotebookError, match="kernel did not start: Kernel died.*jupyter run --kernel python3"
        ):
            outputs(path, None)
    assert starts.stat().st_size == 2


def test_jupyter_s_own_kernel_gets_no_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the default where processes cannot be forked."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-canary-canary")
    monkeypatch.setenv("PROBE_PASSWORD", "canary-canary-canary")
    path = notebook(tmp_path, "import os\nstr(dict(os.environ)) + open('/proc/self/environ').read()")
    environment = outputs(path, None)[0]["data"]["text/plain"]
    assert "PATH" in environment
    assert "canary" not in environment
