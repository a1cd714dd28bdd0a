"""`verify`: observe and judge in the terminal, no notebook."""

from __future__ import annotations

import threading

from agentcore_probe import api, store
from agentcore_probe.secret import redact


def run(name: str, *, only: str | None, as_json: bool, experiments: bool, stop: threading.Event) -> int:
    """Prints the table, or the record as JSON, and returns the exit code.

    Raises:
        ProbeError: the environment cannot be used, or nothing could be found out.
    """
    from agentcore_probe.commands.terminal import print_summary, progress
    from agentcore_probe.report.words import words

    where = api.environment(name)
    with progress() as tell:
        record = api.observe(where, only=only, progress=tell, experiments=experiments, stop=stop)
    judgement = api.judge(record)
    if as_json:
        print(redact(store.record_text(record, judgement)), end="")
    else:
        print_summary(record, judgement, where.language)
        if only is not None:
            print(words(where.language)("summary-only", method=only))
    api.check_reached(record)
    return 0 if judgement.verdict == "verified" and not judgement.expectations else 1
