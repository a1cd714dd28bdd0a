"""The recipes of docs/adding.md: followed on a copy of the project, each works and touches no more files than it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from tests.conftest import PROJECT

RECIPES = {
    title: text
    for title, _, text in (
        part.partition("\n")
        for part in (PROJECT / "docs" / "adding.md").read_text("utf-8").split("\n## ")[1:]
    )
}
"""Title -> text."""

LIMITS = {
    "An access method": (2, 1),
    "An entrance": (3, 0),
    "A cause": (2, 1),
    "A factor": (1, 1),
    "A fault": (1, 1),
    "A login flow": (1, 0),
    "A check of doctor": (1, 1),
    "A key of the environment file": (3, 1),
    "A provider": (1, 0),
    "An MCP client": (1, 0),
    "A language": (1, 0),
    "A report section": (3, 0),
    "An output format": (2, 0),
    "A client's error line": (1, 1),
    "A sentence": (1, 0),
}
"""Title -> the most files of the product, besides the catalogues, and of the tests."""

_STEP = re.compile(
    r"^(?:Write `(?P<written>[^`]+)`"
    r"|In `(?P<path>[^`]+)`, "
    r"(?:(?P<place>after|before) the (?P<kind>line|record|cell) `(?P<anchor>[^`]+)`"
    r"|(?P<end>at the end)|replace `(?P<old>[^`]+)`)"
    r"):\n\n```\w+\n(?P<text>.*?)^```$",
    re.M | re.S,
)
_COMMANDS = re.compile(r"^```console\n(?P<lines>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Command:
    """A command of a recipe."""

    line: str
    output: str
    """What its output contains."""


def commands(recipe: str) -> list[Command]:
    """The commands of a recipe, with the line of output below each."""
    (block,) = _COMMANDS.findall(recipe)
    parts = [part.partition("\n") for part in block.removeprefix("$ ").split("\n$ ")]
    return [Command(line, output.strip()) for line, _, output in parts]


def follow(step: re.Match[str], root: Path) -> str:
    """Makes the change of one step below `root`; returns the path of its file."""
    path = step["written"] or step["path"]
    file, text = root / path, step["text"]
    if step["written"]:
        assert not file.exists(), path
        file.write_text(text, "utf-8")
    elif step["kind"] == "cell":
        book = nbformat.read(file, 4)
        (index,) = [n for n, cell in enumerate(book.cells) if cell.source == step["anchor"]]
        book.cells.insert(index, v4.new_code_cell(text.strip()))
        nbformat.write(book, file)
    elif step["end"]:
        file.write_text(file.read_text("utf-8") + text, "utf-8")
    elif step["old"]:
        before = file.read_text("utf-8")
        assert before.count(step["old"]) == 1, step["old"]
        file.write_text(before.replace(step["old"], text.rstrip("\n")), "utf-8")
    else:
        lines = file.read_text("utf-8").split("\n")
        is_record = step["kind"] == "record"
        anchor = f'        id="{step["anchor"]}",' if is_record else step["anchor"]
        (index,) = [n for n, line in enumerate(lines) if line == anchor]
        index += 1 if step["place"] == "after" else -is_record
        file.write_text("\n".join([*lines[:index], *text.rstrip("\n").split("\n"), *lines[index:]]), "utf-8")
    return path


def test_there_is_a_recipe_for_each_kind() -> None:
    """And no other section."""
    assert RECIPES.keys() == LIMITS.keys()


def copy_with(recipe: str, root: Path) -> set[str]:
    """Follows a recipe on a copy of the project in `root`; returns the files that it changed, without the catalogues."""
    shutil.copytree(
        PROJECT / "agentcore_probe", root / "agentcore_probe"
    )  # with its bytecode: seconds to make
    for folder in ("environments", "notebooks", "tests", "docs"):
        shutil.copytree(PROJECT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "Makefile"):
        shutil.copy(PROJECT / file, root)
    changed = {follow(step, root) for step in _STEP.finditer(recipe)}
    return {path for path in changed if not path.endswith(".ftl")}


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_names_its_files(title: str, tmp_path: Path) -> None:
    """It changes the files that it lists, and no more of them than the limits say."""
    recipe = RECIPES[title]
    changed = copy_with(recipe, tmp_path)
    listed = set(re.findall(r"`([^`]+)`", recipe[recipe.index("Files: ") :].split("\n\n")[0]))
    assert changed == listed
    product_files, test_files = LIMITS[title]
    assert len([path for path in changed if not path.startswith("tests/")]) <= product_files
    assert len([path for path in changed if path.startswith("tests/")]) <= test_files


QUICK = {"A provider"}
"""The others run their commands in `make promises`; `make test` checks that their files can be changed as they say."""


@pytest.mark.parametrize(
    "title",
    [pytest.param(title, marks=[] if title in QUICK else [pytest.mark.slow]) for title in RECIPES],
)
def test_a_recipe_works(title: str, tmp_path: Path) -> None:
    """Its commands print what it says."""
    copy_with(RECIPES[title], tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands(RECIPES[title]):
        done = subprocess.run(
            ["/bin/sh", "-c", command.line],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, (command.line, done.stdout, done.stderr)
        assert command.output in done.stdout, (command.line, done.stdout)
