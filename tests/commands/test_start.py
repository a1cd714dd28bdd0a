"""What a command imports before it does anything: everybody waits for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import os, sys
from agentcore_probe.cli import main
from agentcore_probe.commands import streams

def end(status):
    sys.stdout.flush()
    print(*sys.modules, file=sys.__stderr__)
    os._exit(status)

streams.end = end
sys.argv = ["agentcore-probe", *sys.argv[1:]]
main()
"""
NEVER = {
    "IPython", "agentcore_probe.access", "agentcore_probe.api", "agentcore_probe.history", "agentcore_probe.local",
    "agentcore_probe.notebook", "agentcore_probe.probes", "agentcore_probe.report.view", "agentcore_probe.storage", "babel",
    "boto3", "botocore", "duckdb", "jinja2", "matplotlib", "numpy", "pandas", "papermill", "pyarrow", "requests", "rich",
    "urllib3",
}  # fmt: skip
"""What neither command needs."""
ANSWER = 'HTTP/1.1 403 Forbidden\ncontent-type: application/json\n\n{"message": "forbidden"}\n'


def modules(*words: str) -> set[str]:
    """The modules that a command has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, *words], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (("--help",), {"pydantic", "agentcore_probe.judge", "fluent", "secrets"}),
        (("explain", "FILE"), {"agentcore_probe.cli.runs", "agentcore_probe.report.exports", "agentcore_probe.model.record"}),
    ],
)  # fmt: skip
def test_a_command_imports_only_what_it_needs(
    words: tuple[str, ...], needless: set[str], tmp_path: Path
) -> None:
    """Of these, nothing; `explain` imports no other command either."""
    file = tmp_path / "answer.txt"
    file.write_text(ANSWER, "utf-8")
    imported = modules(*(str(file) if word == "FILE" else word for word in words))
    assert "agentcore_probe.cli.explanation" in imported
    assert imported & (NEVER | needless) == set()
