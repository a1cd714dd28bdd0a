"""Compiled templates are kept beside Python's bytecode, and a page never depends on whether they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from jinja2 import DictLoader, Environment

from agentcore_probe.report.template_cache import TemplateCache
from tests.conftest import PROJECT

RENDERING = """
from agentcore_probe.report.templates import templates
environment = templates()
source, file, _ = environment.loader.get_source(environment, "macros.html.j2")
bucket = environment.bytecode_cache.get_bucket(environment, "macros.html.j2", file, source)
print(bucket.code is not None, environment.get_template("macros.html.j2").render())
"""


def _rendered(bytecode: Path, **variables: str) -> tuple[bool, str]:
    """Whether a new Python, whose bytecode is in that folder, finds a template compiled; what it renders to."""
    own = {"PYTHONPYCACHEPREFIX": str(bytecode), "PYTHONDONTWRITEBYTECODE": "", **variables}
    done = subprocess.run(
        [sys.executable, "-c", RENDERING],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
        env={**os.environ, **own},
    )
    was_kept, _, text = done.stdout.partition(" ")
    return was_kept == "True", text


def _kept(bytecode: Path) -> list[Path]:
    return sorted(bytecode.rglob("*.template*"))


def test_a_template_is_compiled_once(tmp_path: Path) -> None:
    """The next process finds it."""
    first = _rendered(tmp_path)
    assert first[0] is False
    assert len(_kept(tmp_path)) == 1
    assert _rendered(tmp_path) == (True, first[1])


def test_a_broken_file_is_made_again(tmp_path: Path) -> None:
    """Cut off, empty, or of something else."""
    _, text = _rendered(tmp_path)
    (file,) = _kept(tmp_path)
    whole = file.read_bytes()
    for broken in (b"", b"nonsense", whole[:20], whole[:-20]):
        file.write_bytes(broken)
        assert _rendered(tmp_path) == (False, text)
        assert file.read_bytes() == whole


def test_nothing_is_kept_where_python_keeps_no_bytecode(tmp_path: Path) -> None:
    """By its variable, or because the folder cannot be made."""
    assert _rendered(tmp_path, PYTHONDONTWRITEBYTECODE="1")[0] is False
    assert _kept(tmp_path) == []
    (tmp_path / "file").write_text("")
    assert _rendered(tmp_path / "file")[0] is False


def test_options_and_sources_are_told_apart() -> None:
    """The same name in another environment is another template."""
    keys = set()
    for options in (
        {},
        {"autoescape": True},
        {"trim_blocks": True},
        {"extensions": ["jinja2.ext.loopcontrols"]},
    ):
        environment = Environment(loader=DictLoader({}), **options)  # noqa: S701
        bucket = TemplateCache().get_bucket(environment, "a.j2", None, "x")
        assert bucket.checksum != TemplateCache().get_bucket(environment, "a.j2", None, "y").checksum
        keys.add(bucket.key)
    assert len(keys) == 4
