"""`verify`: runs the probe and prints the results in the terminal, without a notebook."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from agentcore_probe import api, malloc, store
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands import gating
from agentcore_probe.commands.baselines import checked_load
from agentcore_probe.commands.batch import Work
from agentcore_probe.commands.export import Outputs, outputs
from agentcore_probe.commands.options import VerifyOptions
from agentcore_probe.commands.selection import select_environments
from agentcore_probe.commands.shard import part_of
from agentcore_probe.commands.waiting import show_waiting
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError
from agentcore_probe.extensions.run import run_extensions
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.secret import redact


def run(names: Sequence[str], options: VerifyOptions, stop: threading.Event) -> int:
    """Prints the result of one environment, its record as JSON, or a line for each; returns the exit code.

    Args:
        names: the environments, or "all".
        options: the command's options.
        stop: ends the runs.

    Raises:
        ProbeError: the only environment cannot be used, or nothing was observed; among many, it is printed instead.
    """
    malloc.limit_arenas()
    root = find_root()
    selected = part_of(select_environments(names, root), options.shard)
    if options.as_json and len(selected) > 1:
        raise InputError(
            "--json prints the record of one environment", hint="Use --json-summary FILE for several"
        )
    baseline = gating.read_baseline(options.ci, selected)

    def observe(environment: Environment, progress: Progress) -> RunRecord:
        return api.observe(
            environment,
            only=options.only,
            change=options.change,
            root=root,
            progress=progress,
            experiments=options.experiments,
            controls=options.controls,
            stop=stop,
            wait=options.ci.wait,
            on_wait=show_waiting(environment, progress),
        )

    exit_code = partial(
        gating.exit_code, options=options.ci, baseline=baseline, reports=open_reports(None, root)
    )
    work = Work(
        root,
        stop,
        observe,
        load=checked_load(baseline),
        exit_code=exit_code,
        extend=partial(run_extensions, root),
    )
    printed = "--json" if options.as_json else None
    with outputs(options.exports, printed=printed) as output:
        if len(selected) == 1:
            return _run_one(selected[0], options, work, output)
        return _run_several(selected, options, work, output)


def _run_several(names: list[str], options: VerifyOptions, work: Work, output: Outputs) -> int:
    from agentcore_probe.commands.result_lines import (
        BRIEF_FROM,
        print_actions,
        print_extensions,
        print_failing_rows,
        print_result,
    )
    from agentcore_probe.commands.several import run_several

    brief = len(names) >= BRIEF_FROM

    def show(result: EnvironmentResult) -> None:
        print_result(result, brief=brief)
        print_failing_rows(result)
        print_extensions(result)
        print_actions(result, brief=brief)

    return run_several(names, work, output, limits=options.limits, show=show)


def _run_one(name: str, options: VerifyOptions, work: Work, output: Outputs) -> int:
    from agentcore_probe.commands.result_lines import print_extensions
    from agentcore_probe.commands.summary import print_summary
    from agentcore_probe.commands.terminal import print_changes, show_progress

    with show_progress() as progress:
        result = work.run(name, progress)
    record, judgement, language = result.record, result.judgement, result.language
    if record is not None and judgement is not None:
        if options.as_json:
            text = redact(store.record_text(record, judgement))
            print(text, end="", file=output.stdout, flush=True)
        else:
            print_summary(record, judgement, language)
            print_changes(record, judgement, language)
            print_extensions(result)
            count = sum(exchange.was_sent for exchange in record.exchanges)
            print(result.messages("summary-requests", count=count))
    output.write([result])
    if result.error is not None:
        raise result.error
    return result.exit_code
