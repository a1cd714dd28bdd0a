"""`--fail-on` and `--baseline`: reads the earlier run, prints what differs, and decides the exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands import baselines
from agentcore_probe.commands.baselines import Baseline, BaselineFile
from agentcore_probe.commands.ci_options import CiOptions
from agentcore_probe.commands.diff import lines
from agentcore_probe.commands.past_runs import previous_run
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.errors import ExitCode, InputError, NoIdentityError, ProbeError, UnreachableError
from agentcore_probe.history.diff import Difference
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage


def read_baseline(
    options: CiOptions, environments: Sequence[str], *, source: str | Path | None = None, share: bool = False
) -> Baseline | None:
    """What `--baseline` names, or None; refuses what cannot be used, before anything is sent.

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
    baseline = baselines.read_baseline(options.baseline)
    if isinstance(baseline, BaselineFile) and len(environments) > 1:
        raise InputError(
            "--baseline needs a folder for several environments",
            where=options.baseline,
            hint="Put the record of each environment into a folder as ENV.json, or name the folder of their reports",
        )
    if len(environments) == 1 or source is not None:
        baseline.check(api.load(source).environment.name if source is not None else environments[0])
    return baseline


def exit_code(  # noqa: PLR0913  (keyword arguments)
    record: RunRecord,
    judgement: Judgement,
    language: str,
    *,
    options: CiOptions,
    baseline: Baseline | None = None,
    reports: Storage,
) -> int:
    """The exit code of a run; prints on standard error what differs from the earlier run, and what decides.

    Args:
        record: the run.
        judgement: its judgement.
        language: of the messages.
        options: the command's options.
        baseline: where accepted findings come from.
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
    accepted = baseline.before(record) if baseline is not None else None
    failure = _failure(record, judgement)
    if failure is not None and "error" in options.fail_on and not _fails_alike(accepted, failure):
        raise failure
    previous = None
    if options.needs_previous_run:
        previous = previous_run(reports, record)
    gate = apply_gate(record, judgement, options.fail_on, baseline=accepted, previous=previous)
    output = list(_difference_lines(gate.differences, text, options))
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
        print_to_stderr("\n".join(output))
    return ExitCode.NOT_VERIFIED if gate.failing else ExitCode.VERIFIED


def _difference_lines(
    differences: Sequence[Difference] | None, text: Callable[..., str], options: CiOptions
) -> Iterator[str]:
    """What differs from the earlier run, or that there is none."""
    earlier = options.baseline if options.baseline is not None else text("gate-previous-run")
    if differences:
        yield text("gate-differences", name=earlier, count=len(differences))
        yield from (f"  {line}" for line in lines(differences))
    elif differences is not None:
        yield text("gate-no-differences", name=earlier)
    elif options.baseline is not None:
        yield text("gate-no-baseline", name=earlier)
    elif options.needs_previous_run:
        yield text("gate-no-previous-run")


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
