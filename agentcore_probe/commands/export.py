"""The files that `report` writes on request beside the reports: JUnit for CI, Markdown for a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agentcore_probe import store
from agentcore_probe.commands.options import ReportOptions

if TYPE_CHECKING:
    from agentcore_probe.commands.report_writer import WrittenReport


def is_requested(options: ReportOptions) -> bool:
    """Whether `--junit` or `--markdown` is set."""
    return options.junit is not None or options.markdown is not None


def write(reports: Sequence[WrittenReport], options: ReportOptions) -> None:
    """Writes each requested file, with all reports in it; writes nothing where there are no reports.

    Raises:
        ReportError: a file cannot be written.
    """
    if not reports or not is_requested(options):
        return
    from agentcore_probe.report.export import junit, markdown
    from agentcore_probe.report.messages import messages
    from agentcore_probe.report.view import View

    views = [View(report.record, report.judgement, messages(report.language)) for report in reports]
    if options.junit is not None:
        store.write(options.junit, junit(views))
    if options.markdown is not None:
        store.write(options.markdown, "\n".join(map(markdown, views)))
