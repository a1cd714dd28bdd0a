"""Practical usage: each call, pasted into a shell, has the result that the page states for the run."""

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
from agentcore_probe.report.sections.usage import calls
from agentcore_probe.report.view import View
from tests.conftest import log_in
from tests.embedded import started
from tests.sampling import every

SETUPS = {
    "jwt": LocalSetup(),
    "iam": LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam"),
}


@pytest.fixture(scope="module", params=every(2, ("iam", "jwt")))
def usage(request: pytest.FixtureRequest) -> Iterator[tuple[list[dict[str, str]], dict[str, str]]]:
    """The calls of a run, and the variables that a reader would have set; the service still runs."""
    environment = Environment(name="local", local=SETUPS[request.param], entrances=("runtime-ws",))
    with started(SETUPS[request.param]) as facts:
        record = with_embedded(environment, facts).run().observe()
        view = View(record, judge(record), messages("en"))
        yield list(calls(view)), {**os.environ, **_variables(facts)}


def _variables(facts: Any) -> dict[str, str]:
    return {
        "JWT_TOKEN": log_in(facts)["AccessToken"],
        "AWS_ACCESS_KEY_ID": facts["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": facts["aws"]["secret_access_key"],
        "AWS_SESSION_TOKEN": "",
    }


def test_a_pasted_call_has_the_stated_result(
    usage: tuple[list[dict[str, str]], dict[str, str]], tmp_path: Path
) -> None:
    """Accepted calls are answered 200, the others refused; `aws` only where it is installed."""
    calls, variables = usage
    tried = 0
    for call in calls:
        if "\naws " in call["lines"] and shutil.which("aws") is None:
            continue
        done = subprocess.run(
            ["bash", "-c", call["lines"]],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=variables,
            timeout=60,
            check=False,
        )
        output = done.stdout + done.stderr
        accepted = "HTTP/1.1 200" in output or "HTTP/1.1 101" in output or '"statusCode": 200' in output
        assert accepted == (call["symbol"] == "✓"), (call["lines"], output)
        tried += 1
    assert tried >= 2
