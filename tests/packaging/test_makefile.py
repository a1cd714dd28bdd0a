"""`make setup` when two run at once, with programs that only pretend to install."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.conftest import PROJECT

UV = """#!/bin/sh
echo "$1 $2" >> log
if [ "$1" = venv ]; then
    mkdir .venv || exit 1  # as uv: an environment that exists is an error
    sleep 0.5
    mkdir .venv/bin
    printf '#!/bin/sh\\n' > .venv/bin/python
    chmod +x .venv/bin/python
fi
"""


def test_two_setups_at_once_install_once(tmp_path: Path) -> None:
    """The second waits for the first, then finds nothing left to do."""
    for name in ("Makefile", "pyproject.toml", "setup.py", "requirements.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    # Without the settings of the make that runs these tests.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    env = {**inherited, "PATH": f"{programs}:{os.environ['PATH']}"}
    setups = [
        subprocess.Popen(
            ["make", "setup"],
            cwd=tmp_path,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [setup.communicate(timeout=60)[0] for setup in setups]
    assert [setup.returncode for setup in setups] == [0, 0], outputs
    assert sorted(output.count("Making .venv") for output in outputs) == [0, 1]
    assert (tmp_path / "log").read_text().splitlines() == ["venv -q", "pip install", "pip install"]
