"""What matplotlib's SVG renderer writes for each mark of a picture, as templates.

A report's pictures are rectangles, lines and texts. matplotlib takes 0.4 s and 40 MiB to be imported, so what it writes
for each of them is kept in `marks.json`; another version than that one is asked itself (`draw_marks`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from importlib.resources import files


@cache
def marks() -> Mapping[str, str]:
    """Name of a mark -> its template, with fields as `str.format` fills them."""
    kept = json.loads(files("agentcore_probe.report").joinpath("marks.json").read_text("utf-8"))
    if kept["matplotlib"] == metadata.version("matplotlib"):
        found: dict[str, str] = kept["marks"]
        return found
    from agentcore_probe.report.draw_marks import drawn_marks

    return drawn_marks()
