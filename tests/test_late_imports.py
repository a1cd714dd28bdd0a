"""Imports that wait until they are used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agentcore_probe.late_imports import LateImports

_HEAVY = "LIMIT = 3\nclass Client:\n    def __init__(self, name): self.name = name\ndef make(name): return Client(name)\n"
_LIGHT = """\
import heavy_part
from heavy_part import LIMIT, Client, make
from late_package import part

def annotated(client: Client | None = None) -> Client | None: return client
def direct(): return make("direct").name
def nested(): return heavy_part.make("nested").name
def of_part(): return part.make("part").name
"""


@pytest.fixture
def light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that imports another one, and a part of a package, at once."""
    (tmp_path / "light_part.py").write_text(_LIGHT)
    (tmp_path / "heavy_part.py").write_text(_HEAVY)
    (tmp_path / "late_package").mkdir()
    (tmp_path / "late_package/__init__.py").touch()
    (tmp_path / "late_package/part.py").write_text(_HEAVY)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    for name in ("light_part", "heavy_part", "late_package", "late_package.part"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, name)
    late = LateImports({"light_part": "heavy_part late_package.part"}, {"light_part": {"LIMIT": 3}})
    late.install()
    late.install()


@pytest.mark.usefixtures("light")
def test_a_module_is_imported_when_something_of_it_is_called() -> None:
    """And not before, whichever form its import has."""
    import light_part  # type: ignore[import-not-found]

    assert light_part.LIMIT == 3
    assert not {"heavy_part", "late_package.part"} & set(sys.modules)
    assert light_part.direct() == "direct"
    assert light_part.nested() == "nested"
    assert "late_package.part" not in sys.modules
    assert light_part.of_part() == "part"


@pytest.mark.usefixtures("light")
def test_nothing_else_sees_a_stand_in() -> None:
    """Another importer gets the module itself."""
    import heavy_part  # type: ignore[import-not-found]
    import light_part

    assert sys.modules["heavy_part"] is heavy_part
    assert heavy_part.LIMIT == 3
    assert isinstance(light_part.make("x"), heavy_part.Client)
