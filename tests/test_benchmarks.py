"""The benchmarks count the processor time of every process, and keep what a failed run left."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.commands import OUT, Commands, RunFailedError
from benchmarks.measure import Approach, measure, run_once
from benchmarks.table import CPU, PEAK, SECONDS, Table, cpu, ratio

BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"


def _python(code: str, folder: Path, environment: Mapping[str, str] | None = None) -> Commands:
    return Commands([[sys.executable, "-c", code]], folder, environment or {})


def test_the_processor_time_of_child_processes_counts(tmp_path: Path) -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}], check=True)"
    assert run_once(_python(child, tmp_path), tmp_path / "kept", "child").cpu > 0.3
    idle = run_once(_python("import time; time.sleep(0.4)", tmp_path), tmp_path / "kept", "idle")
    assert idle.seconds > 0.4
    assert idle.cpu < 0.3


def test_the_memory_of_child_processes_counts(tmp_path: Path) -> None:
    child = "import time; text = 'x' * 50_000_000; time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    run = run_once(_python(code, tmp_path), tmp_path / "kept", "child", 0.02)
    assert run.peak is not None
    assert run.peak > 47


def test_a_run_that_is_not_verified_keeps_its_record(tmp_path: Path) -> None:
    """A real command: the record, the report, and what it printed stay in the folder that the error names."""
    words = ["report", "local-broken", "--out", OUT, "--json-summary", f"{OUT}/summary.json"]
    commands = Commands([[sys.executable, "-m", "agentcore_probe", *words]], Path.cwd())
    with pytest.raises(RunFailedError, match=r"1 not-verified \(exit 1\)") as raised:
        run_once(commands, tmp_path, "broken")
    (out,) = tmp_path.iterdir()
    assert str(out) in str(raised.value)
    assert list(out.glob("local-broken/*/record.json"))
    assert list(out.glob("local-broken/*/report.html"))
    assert "Not verified" in (out / "stdout.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("print('Verdict: Inconclusive. One row'); raise SystemExit(1)", "inconclusive (exit 1)"),
        ("print('Verdict: Not verified. One row'); raise SystemExit(1)", "not verified (exit 1)"),
        ("raise SystemExit('error: no such file')", "failed (exit 1): error: no such file"),
        ("print('Not verified'); raise SystemExit(70)", "failed (exit 70): no message"),
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9"),
    ],
)
def test_a_failure_says_how_the_command_ended(code: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(RunFailedError) as raised:
        run_once(_python(code, tmp_path), tmp_path / "kept", "failure")
    assert str(raised.value).startswith(f"{reason}; kept in ")


def test_a_failed_run_is_counted_and_not_in_the_figures(tmp_path: Path) -> None:
    """The second of the two fails in its second round, after the run that fills the caches and the first round."""
    calls = tmp_path / "calls"
    fails_once = f"calls = open({str(calls)!r}, 'a+'); calls.write('x'); calls.seek(0); raise SystemExit(len(calls.read()) == 3)"
    approaches = [
        Approach("steady", _python("", tmp_path)),
        Approach("fails once", _python(fails_once, tmp_path)),
    ]
    steady, failing = measure(approaches, 3, tmp_path / "kept")
    assert [run is not None for run in steady.runs] == [True, True, True]
    assert [run is not None for run in failing.runs] == [True, False, True]
    table = Table("t", "T", lambda _: approaches, (SECONDS, CPU, ratio("of the first", cpu), PEAK))
    text = table.markdown([steady, failing])
    (kept,) = (tmp_path / "kept").iterdir()
    assert "| failed |" in text.splitlines()[0]
    assert text.splitlines()[2].endswith("| 0 |")
    assert text.splitlines()[3].endswith("| 1 |")
    assert f"- fails once: failed (exit 1): no message; kept in {kept}" in text


def test_without_a_failed_run_no_folder_stays(tmp_path: Path) -> None:
    (measurement,) = measure(
        [Approach("steady", _python("import time; time.sleep(0.3)", tmp_path))],
        1,
        tmp_path / "kept",
        with_memory=True,
    )
    assert not list((tmp_path / "kept").iterdir())
    assert len(measurement.peaks) == 2
    assert "failed" not in Table("t", "T", lambda _: [], (SECONDS, PEAK)).markdown([measurement])
