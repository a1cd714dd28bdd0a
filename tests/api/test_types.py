"""The public interface as a type checker sees it, and its page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.errors import InputError
from tests import api_page
from tests.conftest import PROJECT

RECORD = api.load(PROJECT / "environments" / "sample.record.json")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_users_code_is_checked_with_the_packages_types(tmp_path: Path) -> None:
    """Elsewhere, with mypy's strictest settings; a wrong argument is found."""
    good = (PROJECT / "tests" / "api" / "user_code.py").read_text("utf-8")
    (tmp_path / "good.py").write_text(good)
    (tmp_path / "bad.py").write_text(
        "from agentcore_probe import api\napi.observe('local', controls='some')\n"
    )
    # mypy reads a package that is installed, or on MYPYPATH.
    environment = {**os.environ, "MYPYPATH": str(PROJECT)}
    words = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file=", "--cache-dir", str(tmp_path)]  # fmt: skip
    words += ["--ignore-missing-imports", "good.py", "bad.py"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert [line.split(":")[0] for line in done.stdout.splitlines()[:-1]] == ["bad.py"], done.stdout


def test_everything_public_is_described() -> None:
    """Each function with every parameter, each type; the page has them all."""
    assert list(api_page.problems()) == []
    page = api_page.api_page()
    for name in api.__all__:
        assert f"`api.{name}`" in page


def test_a_token_is_predicted_for_each_target_that_the_record_has() -> None:
    """Without configuration there is no prediction, never a guess; the run's own token is the default."""
    with pytest.raises(InputError, match="the run had no token"):
        api.predict(RECORD.model_copy(update={"token": None}))
    assert api.predict(RECORD.model_copy(update={"token": None}), "not-a-token").targets == {}
