"""Promise 22: a run that dies at any step of any write leaves earlier reports as they were, and no half file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.promises.figures import TRIED

STEPS = ("open", "write", "fsync", "chmod", "replace")
"""What the writer asks of the operating system, in order."""
QUICK = {("open", 1), ("write", 0), ("write", 2), ("replace", 1)}
"""What `make test` tries; `make promises` tries all."""

DIES = """
import os, sys, tempfile
step, number = sys.argv[1], int(sys.argv[2])
seen = 0
def dying(real):
    def call(*arguments, **named):
        global seen
        seen += 1
        if seen > number:
            os._exit(9)
        return real(*arguments, **named)
    return call
if step == "open":
    tempfile.mkstemp = dying(tempfile.mkstemp)
elif step == "write":
    real = os.fdopen
    os.fdopen = lambda fd, mode, **named: Half(real(fd, mode, **named)) if mode == "wb" else real(fd, mode, **named)
    class Half:
        def __init__(self, file): self.file = file
        def __enter__(self): return self
        def __exit__(self, *_): self.file.close()
        def __getattr__(self, name): return getattr(self.file, name)
        def write(self, data):
            global seen
            seen += 1
            if seen > number:
                self.file.write(data[: len(data) // 2]); self.file.flush(); os._exit(9)
            return self.file.write(data)
else:
    setattr(os, step, dying(getattr(os, step)))
sys.argv = ["agentcore_probe", "report", "sample"]
from agentcore_probe.__main__ import main
main()
"""
"""Runs the command in a process whose operating system ends it at the n-th such step."""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("step", "number"),
    [
        pytest.param(step, number, marks=() if (step, number) in QUICK else pytest.mark.slow)
        for step in STEPS
        for number in (0, 1, 2)
    ],
)
def test_what_was_there_stays_and_what_is_new_is_whole(project: Path, step: str, number: int) -> None:
    """Record, notebook and page are three writes; the process dies in each, at each step."""
    shutil.copytree(PROJECT / "reports" / "sample", project / "reports" / "sample")
    before = contents(project / "reports")
    assert len(before) == 3
    died = subprocess.run(
        [sys.executable, "-c", DIES, step, str(number)],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == 9, died.stderr
    after = contents(project / "reports")
    TRIED["crashes injected into writes"] += 1
    TRIED["files lost"] += sum(after.get(name) != data for name, data in before.items())
    assert {name: after[name] for name in before} == before
    new = {name: data for name, data in after.items() if name not in before}
    shown = {name: data for name, data in new.items() if not Path(name).name.startswith(".")}
    assert len(shown) <= number
    for name, data in shown.items():
        if name.endswith((".json", ".ipynb")):
            json.loads(data)
        else:
            assert data.rstrip().endswith(b"</html>")
