"""A command that executes notebooks starts itself anew without its variables, and forks before it reads them again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT

CANARY = "canary-canary-canary"
SECRETS = {"AWS_SECRET_ACCESS_KEY": CANARY, "PYTHON_TOKEN": CANARY}
"""The second begins like the variables of the interpreter, which a restart keeps."""
SAMPLE = PROJECT / "environments" / "sample.record.json"

SEEN = """\
import ctypes, json, os, posix, sys
from pathlib import Path
getenv = ctypes.CDLL(None).getenv
getenv.restype = ctypes.c_char_p
print(json.dumps({
    "variables": [*map(str, os.environ.values()), *map(str, posix.environ.values())],
    "system": Path("/proc/self/environ").read_text(),
    "library": str(getenv(b"AWS_SECRET_ACCESS_KEY")),
    "descriptors": [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")],
    "parent": Path(f"/proc/{os.getppid()}/environ").read_text(),
    "arguments": sys.argv[1:],
    "paths": sys.path,
    "standard": [os.readlink(f"/proc/self/fd/{n}") for n in range(3)],
}))"""
"""What a cell sees of the variables."""


def make_project(root: Path) -> Path:
    """A project whose notebook has a cell that shows what it sees."""
    (root / "environments").mkdir()
    (root / "notebooks").mkdir()
    notebook = json.loads((PROJECT / "notebooks" / "verification.ipynb").read_text())
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "seen",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].append({**cell, "source": SEEN})
    (root / "notebooks" / "verification.ipynb").write_text(json.dumps(notebook))
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One for a test."""
    return make_project(tmp_path)


def run(project: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a report of the sample's record."""
    line = [*command, "report", "--from", str(SAMPLE), "--out", str(project / "out")]
    environment = {**os.environ, **SECRETS, "PYTHONPATH": str(PROJECT), **variables}
    return subprocess.run(
        line, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def seen_by_cell(project: Path) -> dict[str, Any]:
    """What the cell of the only report saw."""
    path = next((project / "out").glob("*/2*/report.ipynb"))
    texts = [
        output["text"]
        for cell in json.loads(path.read_text())["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream"
    ]
    found: dict[str, Any] = json.loads("".join("".join(text) for text in texts))
    return found


MODULE = (sys.executable, "-m", "agentcore_probe")
SCRIPT = (str(Path(sys.executable).with_name("agentcore-probe")),)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A project, and the one run of the module in it, for the tests that only read what came of it."""
    root = make_project(tmp_path_factory.mktemp("project"))
    return root, run(root, *MODULE, COLUMNS="60")


@pytest.fixture
def wide(project: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The same of the script, in a wider terminal."""
    return project, run(project, *SCRIPT, COLUMNS="120")


@pytest.mark.skipif(sys.platform != "linux", reason="a fork is used on Linux only")
def test_cells_see_nothing_of_the_variables_and_the_command_has_them(
    narrow: tuple[Path, subprocess.CompletedProcess[str]], wide: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """Neither Python's, nor the library's, nor the system's, also of the process that they were forked from.

    The command reads its variables after the fork: here the width of its output.
    """
    for project, result in (narrow, wide):
        assert result.returncode in {0, 1}, result.stderr
        found = seen_by_cell(project)
        assert found["system"].startswith("PATH=") or "\0PATH=" in found["system"]
        assert CANARY not in json.dumps(found)
        assert found["library"] == "None"
        assert not [name for name in found["descriptors"] if "memfd" in name]
    assert len(narrow[1].stdout.splitlines()) > len(wide[1].stdout.splitlines())


def test_cells_run_as_in_a_program_of_its_own(
    narrow: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Without the command's arguments and terminal; with its folder first where modules are found."""
    found = seen_by_cell(narrow[0])
    assert found["arguments"] == []
    assert found["paths"][0] == str(narrow[0])
    assert found["standard"] == [os.devnull] * 3


def test_a_program_that_calls_it_is_not_started_anew(project: Path) -> None:
    """Its variables stay hidden from cells all the same."""
    call = "from agentcore_probe.__main__ import main; import os; os.environ['LATER'] = '1'; main()"
    result = run(project, sys.executable, "-c", call)
    assert result.returncode in {0, 1}, result.stderr
    assert CANARY not in json.dumps(seen_by_cell(project))


@pytest.mark.skipif(sys.platform != "linux", reason="a fork is used on Linux only")
@pytest.mark.parametrize("descriptor", ["", "nonsense", "0", "99"])
def test_a_descriptor_of_somebody_else_is_no_restart(project: Path, descriptor: str) -> None:
    """Whoever set the variable: nothing is read from what it names."""
    result = run(project, *MODULE, AGENTCORE_PROBE_VARIABLES_DESCRIPTOR=descriptor)
    assert result.returncode in {0, 1}, result.stderr
    assert CANARY not in json.dumps(seen_by_cell(project))


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes them")
def test_the_standard_descriptors_may_be_closed(project: Path) -> None:
    """As some schedulers start commands."""
    result = run(project, "sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *MODULE)
    assert result.returncode in {0, 1}
    assert seen_by_cell(project)["standard"] == [os.devnull] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="a fork is used on Linux only")
def test_a_python_without_files_in_memory_is_not_started_anew(project: Path) -> None:
    """One that was built for an old glibc."""
    (project / "sitecustomize.py").write_text("import os; del os.memfd_create")
    result = run(project, *MODULE, PYTHONPATH=f"{project}{os.pathsep}{PROJECT}")
    assert result.returncode in {0, 1}, result.stderr
    assert CANARY not in json.dumps(seen_by_cell(project))


def test_a_package_that_cannot_be_imported_is_an_error_of_the_command(project: Path) -> None:
    """Also one that is imported for the worker first."""
    (project / "jinja2.py").write_text("raise ImportError('broken')")
    result = run(project, *MODULE, PYTHONPATH=f"{project}{os.pathsep}{PROJECT}")
    assert result.returncode == 70
    assert result.stderr.splitlines()[-1] == "error: internal error: ImportError: broken"


def test_cells_find_the_modules_of_a_safe_path(project: Path) -> None:
    """The first folder of PYTHONPATH is not mistaken for that of the script."""
    found = project / "elsewhere"
    found.mkdir()
    safe = {"PYTHONSAFEPATH": "1", "PYTHONPATH": f"{found}{os.pathsep}{PROJECT}"}
    run(project, *MODULE, **safe)
    assert seen_by_cell(project)["paths"][:2] == [str(project), str(found)]


def test_plugins_of_pydantic_are_loaded_nowhere(project: Path) -> None:
    """Neither in the command nor where notebooks run."""
    metadata = project / "plugged-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[pydantic]\nplugged = plugged:plugin\n")
    (project / "plugged.py").write_text(f"open({str(project / 'loaded')!r}, 'w'); plugin = None")
    result = run(project, *MODULE, PYTHONPATH=f"{project}{os.pathsep}{PROJECT}")
    assert result.returncode in {0, 1}, result.stderr
    assert not (project / "loaded").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="a fork is used on Linux only")
def test_cells_have_no_descriptor_of_the_command(project: Path) -> None:
    """Neither one that is above the limit, which was lowered since."""
    private = project / "private"
    private.touch()
    start = (
        "import os, resource, sys; os.dup2(os.open('private', os.O_RDONLY), 900); "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)); os.execv(sys.argv[1], sys.argv[1:])"
    )
    run(project, sys.executable, "-c", start, *MODULE)
    assert str(private) not in seen_by_cell(project)["descriptors"]
