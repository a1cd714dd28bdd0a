"""What `report` and `verify` do with several environments: some at a time, a line each, and the worst exit code."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence

from agentcore_probe.commands.batch import Work, run_all
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.commands.export import Outputs
from agentcore_probe.commands.limits import Limits
from agentcore_probe.errors import ExitCode, worst_exit_code
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.report.exports.result import EnvironmentResult, State

_NEW_OBJECTS = 50_000
"""After how many the collector looks for garbage: three environments make as many, and keep most until they end."""
_COLLECTED = 25
"""After so many results, what they left behind is collected, because full collections are rare otherwise."""


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

    # Many runs at a time have many objects alive: the collector looks at those of the modules no more, and rarely at others.
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    states: list[State] = []
    codes: list[int] = []
    languages: set[str] = set()
    with show_batch_progress(len(names)) as progress:
        for judged in run_all(names, work, limits, progress):
            result = print_or_replace(judged, show)
            fails_check = any(extension.fails_run for extension in result.extensions)
            states.append("not-verified" if fails_check and result.state == "verified" else result.state)
            codes.append(result.exit_code)
            if result.view is not None:
                languages.add(result.language)
            output.add(result)
            if len(states) % _COLLECTED == 0:
                gc.collect()
    if states:  # a shard may have none
        print_counts(states, languages.pop() if len(languages) == 1 else DEFAULT)
    output.write()
    return worst_exit_code({ExitCode.VERIFIED, *codes})


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
