"""Promise 22: a crash at any step of any write leaves earlier reports unchanged and no incomplete file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.promises.figures import FIGURES

STEPS = ("open", "write", "fsync", "replace")
"""The writer's system calls, in order."""
QUICK = {("write", 1), ("replace", 1)}
"""Step and number of the crashes that `make test` tries; `make promises` tries all."""

CRASHING_REPORT = """
import os, sys
step, number = sys.argv[1], int(sys.argv[2])
count = 0
def crashing(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count > number:
            os._exit(9)
        return real(*args, **kwargs)
    return call
if step == "open":
    real, crash = os.open, crashing(os.open)
    os.open = lambda path, flags, *mode: (crash if flags & os.O_EXCL else real)(path, flags, *mode)
elif step == "write":
    real = os.fdopen
    os.fdopen = lambda fd, mode, **kwargs: HalfWriter(real(fd, mode, **kwargs)) if mode == "wb" else real(fd, mode, **kwargs)
    class HalfWriter:
        def __init__(self, file): self.file = file
        def __enter__(self): return self
        def __exit__(self, *_): self.file.close()
        def __getattr__(self, name): return getattr(self.file, name)
        def write(self, data):
            global count
            count += 1
            if count > number:
                self.file.write(data[: len(data) // 2]); self.file.flush(); os._exit(9)
            return self.file.write(data)
else:
    setattr(os, step, crashing(getattr(os, step)))
sys.argv = ["agentcore_probe", "report", "sample"]
from agentcore_probe.__main__ import main
main()
"""
"""Runs the command in a process that exits at the given step, once it has succeeded `number` times."""


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("step", "number"),
    [
        pytest.param(step, number, marks=() if (step, number) in QUICK else pytest.mark.slow)
        for step in STEPS
        for number in (0, 1, 2)
    ],
)
def test_a_crash_loses_no_file_and_leaves_no_incomplete_one(project: Path, step: str, number: int) -> None:
    """Record, notebook and page are three writes; the process crashes in every one, at every step."""
    shutil.copytree(PROJECT / "reports" / "sample", project / "reports" / "sample")
    before = read_files(project / "reports")
    assert len(before) == 3
    process = subprocess.run(
        [sys.executable, "-c", CRASHING_REPORT, step, str(number)],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 9, process.stderr
    after = read_files(project / "reports")
    FIGURES["crashes injected into writes"] += 1
    FIGURES["files lost"] += sum(after.get(name) != data for name, data in before.items())
    assert {name: after[name] for name in before} == before
    new = {name: data for name, data in after.items() if name not in before}
    visible = {name: data for name, data in new.items() if not Path(name).name.startswith(".")}
    assert len(visible) <= number + (step == "replace")  # the record is linked, so that it replaces nothing
    for name, data in visible.items():
        if name.endswith((".json", ".ipynb")):
            json.loads(data)
        else:
            assert data.rstrip().endswith(b"</html>")
