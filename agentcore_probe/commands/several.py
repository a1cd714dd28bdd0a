"""What `report` and `verify` do with several environments: some at a time, a line each, and the worst exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agentcore_probe.commands.batch import Work, run_all
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.commands.export import Outputs
from agentcore_probe.commands.limits import Limits
from agentcore_probe.errors import ExitCode, SecretLeakError, worst_exit_code
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.report.exports.result import EnvironmentResult, State
from agentcore_probe.store import checked


def run_several(
    names: Sequence[str],
    work: Work,
    output: Outputs,
    *,
    limits: Limits,
    show: Callable[[EnvironmentResult], None],
) -> int:
    """Runs several environments, shows each result and writes the exports; the worst of the exit codes.

    Args:
        names: the environments.
        work: what to do with each.
        output: where the exports go.
        limits: how many at a time.
        show: prints one result.

    Raises:
        ReportError: an export cannot be written.
        StoppedError: the command was interrupted.
    """
    from agentcore_probe.commands.result_lines import print_counts
    from agentcore_probe.commands.terminal import show_batch_progress

    results: list[EnvironmentResult] = []
    states: list[State] = []
    codes: list[int] = []
    languages: set[str] = set()
    with show_batch_progress(len(names)) as progress:
        for judged in run_all(names, work, limits, progress):
            result = print_or_replace(judged, show)
            states.append(result.state)
            codes.append(result.exit_code)
            if result.view is not None:
                languages.add(result.language)
            if output.requested:  # a record takes 0.4 MiB for `local`
                results.append(without_leak(result))
    print_counts(states, languages.pop() if len(languages) == 1 else DEFAULT)
    output.write(results)
    return worst_exit_code(codes)


def without_leak(result: EnvironmentResult) -> EnvironmentResult:
    """The result, or an error where it contains a secret of its run, which is forgotten before the exports are written."""
    record = result.record.model_dump_json() if result.record is not None else ""
    parts = (record, result.extensions, result.error.line() if result.error is not None else "")
    try:
        checked("\n".join(map(str, parts)), where=result.name)
    except SecretLeakError as error:
        return EnvironmentResult(result.name, error.exit_code, error=error)
    return result


def print_or_replace(
    result: EnvironmentResult, show: Callable[[EnvironmentResult], None]
) -> EnvironmentResult:
    """Prints a result and returns it; where printing fails, an internal error takes its place."""
    try:
        show(result)
    except Exception as error:  # noqa: BLE001  (the other environments are still printed)
        result = EnvironmentResult(result.name, ExitCode.INTERNAL, error=internal_error(error))
        show(result)
    return result
