"""What the embedded AgentCore does before it is ready: as little as possible, since every run waits for it."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import PROJECT


def test_it_loads_no_mcp_library_before_the_first_call() -> None:
    """Which takes as long as all other imports; agents and the Gateway load it when they are called."""
    code = "import sys, agentcore_probe.local.server; print(*sorted({'mcp', 'bedrock_agentcore', 'papermill'} & set(sys.modules)))"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert process.stdout.split() == []
