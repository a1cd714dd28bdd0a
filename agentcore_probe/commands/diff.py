"""`diff`: what changed between two runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.history.diff import compare


def run(old: Path, new: Path, *, as_json: bool) -> int:
    """Prints each change; 0 when there is none, else 1.

    Raises:
        RecordError: one of the files is no record and no report.
    """
    changes = compare(api.load(old), api.load(new))
    if as_json:
        print(json.dumps([asdict(each) for each in changes], ensure_ascii=False))
    for each in () if as_json else changes:
        print(printable(f"{each.where}: {each.before or '(not there)'} -> {each.after or '(not there)'}"))
    if not changes and not as_json:
        print("nothing changed")
    return 1 if changes else 0
