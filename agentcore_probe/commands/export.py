"""What a run writes beside its report where it is asked to: JUnit for CI, Markdown for a ticket."""

from __future__ import annotations

from agentcore_probe import store
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord


def write(record: RunRecord, judgement: Judgement, language: str, options: ReportOptions) -> None:
    """Writes what is asked for.

    Raises:
        ReportError: a file cannot be written.
    """
    if options.junit is None and options.markdown is None:
        return
    from agentcore_probe.report.export import junit, markdown
    from agentcore_probe.report.view import View
    from agentcore_probe.report.words import words

    view = View(record, judgement, words(language))
    if options.junit is not None:
        store.write(options.junit, junit(view))
    if options.markdown is not None:
        store.write(options.markdown, markdown(view))
