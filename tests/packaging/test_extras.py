"""A missing extra is one error that names it; the core works without."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from agentcore_probe import api, extras, live
from agentcore_probe.commands import check
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.probes import provenance


@pytest.fixture
def uninstall(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes the modules of an extra impossible to find."""

    def run(extra: str) -> None:
        find_spec = importlib.util.find_spec
        modules = extras.EXTRAS[extra]
        monkeypatch.setattr(extras, "find_spec", lambda name: None if name in modules else find_spec(name))

    return run


def open_local() -> None:
    with live.open_environment(Environment(name="local", local=LocalSetup()), None):
        pass


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_an_installed_extra_is_accepted(extra: str) -> None:
    """The tests have all of them."""
    require_extra(extra, "this")


@pytest.mark.parametrize(
    ("extra", "purpose", "action"),
    [
        ("report", "'check'", lambda: check.run(Path("report.html"))),
        ("report", "api.report", lambda: api.report("sample")),
        ("local", "environment 'local'", open_local),
    ],
    ids=["check", "api.report", "a local environment"],
)
def test_a_missing_extra_is_named(
    uninstall: Callable[[str], None], extra: str, purpose: str, action: Callable[[], object]
) -> None:
    """One line with the packages and the command that installs them; exit code 2."""
    uninstall(extra)
    with pytest.raises(InputError) as caught:
        action()
    packages = ", ".join(extras.EXTRAS[extra].values())
    assert caught.value.line() == (
        f"{purpose} needs extra packages ({packages}): pip install 'agentcore-probe[{extra}]'"
    )
    assert caught.value.exit_code == 2


def test_only_missing_packages_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the whole extra."""
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "papermill" else object())
    with pytest.raises(InputError, match=r"^'report' needs extra packages \(papermill\): pip install "):
        require_extra("report", "'report'")


def test_a_record_lists_the_versions_of_installed_packages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra `report`, papermill has no version."""
    version = metadata.version

    def version_without_papermill(name: str) -> str:
        if name == "papermill":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", version_without_papermill)
    provenance.versions.cache_clear()
    assert "papermill" not in provenance.versions()
    assert provenance.versions()["boto3"] == version("boto3")
    provenance.versions.cache_clear()
