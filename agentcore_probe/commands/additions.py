"""What `report` adds to a page: the team's own checks and sections, the history, the comparison with another environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.api.records import read_run_of
from agentcore_probe.commands.batch import Extend
from agentcore_probe.commands.history_section import HistorySection
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.errors import InputError
from agentcore_probe.extensions.run import run_extensions
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage


def additions(options: ReportOptions, names: Sequence[str], root: Path, reports: Storage) -> Extend:
    """What makes the additions to each page, in the page's order.

    Args:
        options: the command's options.
        names: the environments.
        root: the project's root, with the team's files.
        reports: where earlier runs are.

    Raises:
        InputError: there is no run to compare with, or the page is to be shared.
        RecordError: the file to compare with does not contain a record.
    """
    parts: list[Extend] = [partial(run_extensions, root)]
    if options.history:
        if options.share:
            raise InputError("--share leaves out what --history adds", hint="Leave out --history")
        parts.append(HistorySection(reports, options.languages))
    if options.against is not None:
        parts.append(_comparison(options.against, options, names, reports))
    return lambda record, judgement: tuple(result for part in parts for result in part(record, judgement))


@dataclass(frozen=True)
class _Comparison:
    """Compares each run with one of another environment."""

    other: RunRecord
    judgement: Judgement

    def __call__(self, record: RunRecord, judgement: Judgement) -> tuple[ExtensionResult, ...]:
        name = self.other.environment.name
        if record.environment.name == name:  # one of many
            return ()
        from agentcore_probe.judge.comparing.compare import compare_environments

        comparison = compare_environments(record, self.other, (judgement, self.judgement))
        return (ExtensionResult(name=name, kind="comparison", title=name, comparison=comparison),)


def _comparison(against: str, options: ReportOptions, names: Sequence[str], reports: Storage) -> _Comparison:
    if options.share:
        raise InputError("--share leaves out what --against adds", hint="Leave out --against")
    if list(names) == [against]:
        raise InputError("is the environment itself", where="--against", hint="Name another environment")
    other = read_run_of(against, reports, print_to_stderr)
    return _Comparison(other, api.judge(other))
