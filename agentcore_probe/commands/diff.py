"""`diff`: the differences between two runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.history.diff import compare

_ABSENT = "(absent)"


def run(old: Path, new: Path, *, as_json: bool) -> int:
    """Prints each difference and returns 1; 0 where there is none.

    Args:
        old: the `record.json` or `report.html` of the earlier run.
        new: that of the later run.
        as_json: print one JSON list.

    Raises:
        RecordError: one of the files does not contain a record.
    """
    differences = compare(api.load(old), api.load(new))
    if as_json:
        print(json.dumps([asdict(difference) for difference in differences], ensure_ascii=False))
    elif not differences:
        print("no differences")
    else:
        for difference in differences:
            before, after = difference.before or _ABSENT, difference.after or _ABSENT
            print(printable(f"{difference.where}: {before} -> {after}"))
    return 1 if differences else 0
