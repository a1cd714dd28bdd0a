"""`verify`: observe and judge in the terminal, no notebook."""

from __future__ import annotations

import threading

from agentcore_probe import api, store
from agentcore_probe.commands.options import VerifyOptions
from agentcore_probe.secret import redact


def run(name: str, options: VerifyOptions, stop: threading.Event) -> int:
    """Prints the table, or the record as JSON, and returns the exit code.

    Raises:
        ProbeError: the environment cannot be used, or nothing could be found out.
    """
    from agentcore_probe.commands.terminal import print_changes, print_summary, progress

    where = api.environment(name)
    with progress() as tell:
        record = api.observe(
            where,
            only=options.only,
            change=options.change,
            progress=tell,
            experiments=options.experiments,
            stop=stop,
        )
    judgement = api.judge(record)
    if options.as_json:
        print(redact(store.record_text(record, judgement)), end="")
    else:
        print_summary(record, judgement, where.language)
        print_changes(record, judgement, where.language)
        _say_that_it_is_no_verdict(options.only, where.language)
    return api.exit_code(record, judgement)


def _say_that_it_is_no_verdict(only: str | None, language: str) -> None:
    from agentcore_probe.report.messages import messages

    if only is not None:
        print(messages(language)("summary-only", method=only))
