"""`verify`: runs the probe and prints the result in the terminal, without a notebook."""

from __future__ import annotations

import threading

from agentcore_probe import api, store
from agentcore_probe.commands.options import VerifyOptions
from agentcore_probe.secret import redact


def run(name: str, options: VerifyOptions, stop: threading.Event) -> int:
    """Prints the table, or the record as JSON, and returns the exit code.

    Args:
        name: the environment's name.
        options: the command's options.
        stop: ends the run.

    Raises:
        ProbeError: the environment cannot be used, or nothing was observed.
    """
    from agentcore_probe.commands.terminal import print_changes, print_summary, show_progress

    environment = api.environment(name)
    with show_progress() as progress:
        record = api.observe(
            environment,
            only=options.only,
            change=options.change,
            progress=progress,
            experiments=options.experiments,
            controls=options.controls,
            stop=stop,
        )
    judgement = api.judge(record)
    if options.as_json:
        print(redact(store.record_text(record, judgement)), end="")
    else:
        print_summary(record, judgement, environment.language)
        print_changes(record, judgement, environment.language)
        count = sum(exchange.was_sent for exchange in record.exchanges)
        _print_number_of_requests(count, environment.language)
    return api.exit_code(record, judgement)


def plan(name: str, options: VerifyOptions) -> int:
    """Prints how many requests a run sends at most. Nothing is sent.

    Args:
        name: the environment's name.
        options: the command's options.

    Raises:
        EnvironmentFileError: the environment cannot be used.
    """
    from agentcore_probe.probes.budget import planned_requests, request_limit
    from agentcore_probe.report.messages import messages

    environment = api.environment(name)
    count = 0 if environment.record else planned_requests(environment, options.controls)
    limit, say = request_limit(environment), messages(environment.language)
    print(say("summary-plan", count=min(count, limit)))
    if count > limit:
        print(say("summary-plan-limited", count=count, limit=limit))
    return 0


def _print_number_of_requests(count: int, language: str) -> None:
    from agentcore_probe.report.messages import messages

    print(messages(language)("summary-requests", count=count))
