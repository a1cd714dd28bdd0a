"""`report --history`: what the history says, this run included, as an added section of each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agentcore_probe.api.histories import history_with
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.errors import ProbeError
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage

NAME = "history"


@dataclass(frozen=True)
class HistorySection:
    """Makes the section.

    Args:
        reports: the storage with the reports.
        languages: of the pages; empty: the environment's own.
    """

    reports: Storage
    languages: Sequence[str] = ()

    def __call__(self, record: RunRecord, judgement: Judgement) -> tuple[ExtensionResult, ...]:
        """The section in each language; one that could not be made says why."""
        return tuple(self._sections(record, judgement))

    def _sections(self, record: RunRecord, judgement: Judgement) -> Iterator[ExtensionResult]:
        from agentcore_probe.report.history_part import history_html
        from agentcore_probe.report.messages import messages

        error = None
        try:
            history = history_with(self.reports, record, judgement, print_to_stderr)
        except ProbeError as problem:
            error = problem.line()
        for language in self.languages or (record.environment.language,):
            yield ExtensionResult(
                name=NAME,
                kind="section",
                title=messages(language)("history-title"),
                html=history_html(history, language) if error is None else "",
                error=error,
                language=language,
            )
