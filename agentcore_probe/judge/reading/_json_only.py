"""Temporary: JSON objects only, until the layer of structures is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from agentcore_probe.judge.reading.parts import Part


def find(text: str) -> Iterator[Part]:
    end = 0
    for start in re.finditer(r"(?=\{)", text):
        if start.start() < end:
            continue
        try:
            value, end = json.JSONDecoder().raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            status = value.get("statusCode")
            yield Part(
                start=start.start(),
                end=end,
                form="json",
                body=json.dumps(value),
                status=status if isinstance(status, int) else None,
            )
