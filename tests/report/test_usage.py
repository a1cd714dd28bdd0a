"""Practical usage: each line, pasted into a shell, does what the page says that it did in the run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from tests.conftest import log_in
from tests.embedded import started

SETUPS = {
    "jwt": LocalSetup(),
    "iam": LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam"),
}


@pytest.fixture(scope="module", params=SETUPS)
def used(request: pytest.FixtureRequest) -> Iterator[tuple[list[dict[str, str]], dict[str, str]]]:
    """The lines of a run, and the variables that a person would have set; the service still answers."""
    where = Environment(name="local", local=SETUPS[request.param])
    with started(SETUPS[request.param]) as told:
        record = with_embedded(where, told).run().observe()
        lines = View(record, judge(record), messages("en")).usage()
        yield lines, {**os.environ, **_variables(told)}


def _variables(told: Any) -> dict[str, str]:
    return {
        "JWT_TOKEN": log_in(told)["AccessToken"],
        "AWS_ACCESS_KEY_ID": told["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": told["aws"]["secret_access_key"],
        "AWS_SESSION_TOKEN": "",
    }


def test_a_pasted_line_ends_as_the_page_says(
    used: tuple[list[dict[str, str]], dict[str, str]], tmp_path: Path
) -> None:
    """Accepted lines are answered 200, the others refused; `aws` where it is there."""
    lines, variables = used
    tried = 0
    for each in lines:
        if "\naws " in each["line"] and shutil.which("aws") is None:
            continue
        done = subprocess.run(
            ["bash", "-c", each["line"]],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=variables,
            timeout=60,
            check=False,
        )
        shown = done.stdout + done.stderr
        accepted = "HTTP/1.1 200" in shown or '"statusCode": 200' in shown
        assert accepted == (each["sign"] == "✓"), (each["line"], shown)
        tried += 1
    assert tried >= 2
