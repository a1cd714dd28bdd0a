"""`--fail-on` and `--baseline`: reads the earlier run, prints what differs, and decides the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.ci_options import CiOptions
from agentcore_probe.commands.diff import lines
from agentcore_probe.commands.past_runs import previous_run
from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import ExitCode, InputError, NoIdentityError, ProbeError, UnreachableError
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage


def read_baseline(
    options: CiOptions, environments: Sequence[str], *, source: Path | None = None, share: bool = False
) -> RunRecord | None:
    """The record of `--baseline`, or None; refuses one that cannot be used, before anything is sent.

    It is read once, before the run: `reports/ENV/latest` names the run itself afterwards, and a pipe is empty.

    Args:
        options: the command's options.
        environments: the names of the environments.
        source: the record that is reported on instead of a new run.
        share: whether the reports contain pseudonyms.

    Raises:
        InputError: the options do not fit together, or the baseline is that of another environment.
        RecordError: the baseline cannot be read.
    """
    if share and (options.baseline is not None or options.needs_previous_run):
        raise InputError(
            "--share replaces the names, so the run cannot be compared with another",
            hint="Compare first, then share: report --from reports/ENV/TIME/record.json --share",
        )
    if options.baseline is None:
        return None
    if len(environments) != 1:
        raise InputError("--baseline takes one environment", hint="Run the command once for each environment")
    baseline = api.load(options.baseline)
    name = api.load(source).environment.name if source is not None else environments[0]
    if baseline.environment.name != name:
        raise InputError(
            f"is a run of environment {baseline.environment.name!r}, not of {name!r}",
            where=str(options.baseline),
            hint="Name a record of the same environment, made without --share",
        )
    return baseline


def exit_code(  # noqa: PLR0913  (keyword arguments)
    record: RunRecord,
    judgement: Judgement,
    language: str,
    *,
    options: CiOptions,
    baseline: RunRecord | None = None,
    reports: Storage,
) -> int:
    """The exit code of a run; prints on standard error what differs from the earlier run, and what decides.

    Args:
        record: the run.
        judgement: its judgement.
        language: of the messages.
        options: the command's options.
        baseline: the record that its file contains.
        reports: where the reports of all environments are, with the previous run; this run may be among them.

    Raises:
        NoIdentityError: no access method could be tried without an identity, and errors count.
        UnreachableError: nothing answered any of the requests, and errors count.
        ReportError: the previous run cannot be read.
    """
    if not options.has_gate:
        return api.exit_code(record, judgement)
    from agentcore_probe.history.gate import apply_gate
    from agentcore_probe.report.messages import messages

    text = partial(messages(language), environment=record.environment.name)
    failure = _failure(record, judgement)
    if failure is not None and "error" in options.fail_on and not _fails_alike(baseline, failure):
        raise failure
    previous = None
    if options.needs_previous_run:
        previous = previous_run(reports, record)
    gate = apply_gate(record, judgement, options.fail_on, baseline=baseline, previous=previous)
    earlier = str(options.baseline) if baseline is not None else messages(language)("gate-previous-run")
    output: list[str] = []
    if gate.differences:
        output += [text("gate-differences", name=earlier, count=len(gate.differences))]
        output += [f"  {line}" for line in lines(gate.differences)]
    elif gate.differences is not None:
        output.append(text("gate-no-differences", name=earlier))
    elif options.needs_previous_run:
        output.append(text("gate-no-previous-run"))
    for message, problems in (
        ("gate-known", gate.known),
        ("gate-ignored", gate.ignored),
        ("gate-failing", [problem for problem in gate.failing if problem.kind != "change"]),
    ):
        if problems:
            output.append(text(message, count=len(problems)))
            output += [f"  {problem.where}: {problem.what}" for problem in problems]
    # At once, so that the lines of two environments do not mix, and on standard error, so that standard output stays
    # what the other options make of it.
    if output:
        print("\n".join(map(printable, output)), file=sys.stderr, flush=True)
    return ExitCode.NOT_VERIFIED if gate.failing else ExitCode.VERIFIED


def _failure(record: RunRecord, judgement: Judgement) -> ProbeError | None:
    """Why the run found out nothing at all, or None."""
    try:
        api.exit_code(record, judgement)
    except (NoIdentityError, UnreachableError) as error:
        return error
    return None


def _fails_alike(baseline: RunRecord | None, failure: ProbeError) -> bool:
    if baseline is None:
        return False
    return type(_failure(baseline, api.judge(baseline))) is type(failure)
