"""The commands in a folder without environments and notebooks: the built-in ones serve."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe.builtin import builtin_root
from agentcore_probe.commands import init
from agentcore_probe.notebook.parameters import report_notebook
from tests.conftest import PROJECT, Command


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.mark.slow
def test_a_report_is_written_to_the_current_folder_and_can_be_checked(command: Command, empty: Path) -> None:
    """With the built-in environment, record and notebook."""
    assert command("report", "sample", cwd=empty).returncode == 1
    (page,) = empty.glob("reports/sample/2*/report.html")
    result = command("check", str(page), cwd=empty)
    assert (result.returncode, result.stderr) == (0, "")
    assert "sample: 1 run; not-verified (1 run)\n" in command("history", "sample", cwd=empty).stdout
    assert [path.name for path in empty.iterdir()] == ["reports"]


def test_a_local_notebook_overrides_the_built_in_one(tmp_path: Path) -> None:
    """A file of that name, and nothing else."""
    assert report_notebook(tmp_path) == builtin_root() / "notebooks" / "verification.ipynb"
    local = tmp_path / "notebooks" / "verification.ipynb"
    local.parent.mkdir()
    local.write_bytes((PROJECT / "notebooks" / "verification.ipynb").read_bytes())
    assert report_notebook(tmp_path) == local


def test_init_copies_the_files_to_edit(command_here: Command, empty: Path) -> None:
    """The same bytes; every file is listed."""
    result = command_here("init", cwd=empty)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [f"Written: {name}" for name in init.COPIED]
    for name in init.COPIED:
        assert (empty / name).read_bytes() == (PROJECT / name).read_bytes()


def test_init_keeps_a_file_that_exists(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only `--force` replaces it."""
    path = empty / "environments" / "local.toml"
    path.parent.mkdir()
    path.write_text("[local]")
    init.run(empty, force=False)
    assert path.read_text() == "[local]"
    assert "Kept:    environments/local.toml (already exists)" in capsys.readouterr().out
    init.run(empty, force=True)
    assert path.read_bytes() == (PROJECT / "environments" / "local.toml").read_bytes()
    assert "Replaced: environments/local.toml" in capsys.readouterr().out


def test_init_names_a_file_in_its_way(command_here: Command, empty: Path) -> None:
    """One line; exit code 2."""
    (empty / "environments").write_text("a file, not a folder")
    result = command_here("init", cwd=empty)
    assert result.returncode == 2
    assert result.stderr.startswith("error: environments: is not a folder. ")
    assert len(result.stderr.splitlines()) == 1
