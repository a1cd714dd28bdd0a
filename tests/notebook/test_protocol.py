"""Messages between the processes."""

from __future__ import annotations

import json

import pytest

from agentcore_probe.notebook.protocol import encode


@pytest.mark.parametrize(
    "text", ["line\nbreak", "\u2028", "レポート", "\ud800 half of a pair", "\ud800\udc00"]
)
def test_a_message_is_one_line_that_reads_back(text: str) -> None:
    """Whatever a server or a file name holds."""
    line = encode({"source": text})
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"source": text}
