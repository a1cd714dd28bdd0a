"""pyproject.toml, requirements.txt, MANIFEST.in and the code agree on what the package needs and holds."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agentcore_probe import __version__, builtin, extras
from tests.conftest import PROJECT


def project() -> dict[str, Any]:
    return dict(tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"])


def requirements(extra: str | None = None) -> list[Requirement]:
    """The direct requirements of the core, or of an extra and the extras that it includes."""
    metadata = project()
    lines = metadata["dependencies"] if extra is None else metadata["optional-dependencies"][extra]
    result: list[Requirement] = []
    for requirement in map(Requirement, lines):
        if requirement.name == metadata["name"]:
            for name in requirement.extras:
                result += requirements(name)
        else:
            result.append(requirement)
    return result


def test_requirements_txt_pins_every_direct_requirement() -> None:
    """`make` installs requirements.txt alone, so it must cover the core and all extras."""
    text = (PROJECT / "requirements.txt").read_text("utf-8")
    pins = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^ ;\\\n]+)", text, re.M)
    }
    for requirement in [*requirements(), *requirements("all")]:
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not pinned"
        assert requirement.specifier.contains(version), f"{requirement} does not allow {version}"


def test_all_includes_every_extra() -> None:
    """Nothing is left to install after `[all]`."""
    names = {requirement.name for requirement in requirements("all")}
    for extra in project()["optional-dependencies"]:
        assert {requirement.name for requirement in requirements(extra)} <= names


def test_the_extras_that_are_checked_are_those_that_are_declared() -> None:
    """`extras.EXTRAS` names the packages of pyproject.toml."""
    for extra, modules in extras.EXTRAS.items():
        packages = {canonicalize_name(requirement.name) for requirement in requirements(extra)}
        assert {canonicalize_name(package) for package in modules.values()} == packages


def test_the_core_needs_no_notebook_and_no_embedded_service() -> None:
    """They are what the extras are for."""
    core = {canonicalize_name(requirement.name) for requirement in requirements()}
    for modules in extras.EXTRAS.values():
        assert not core & set(modules.values())


def test_the_sdist_names_every_built_in_file() -> None:
    """A folder is not included whole: a checkout may hold environments of its owner."""
    words = (PROJECT / "MANIFEST.in").read_text("utf-8").split()
    assert set(builtin.FILES) <= set(words)
    assert "environments" not in words


def test_the_changelog_has_a_section_for_this_version() -> None:
    """Released, or still unreleased."""
    text = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{__version__}]" in text or "## [Unreleased]" in text
