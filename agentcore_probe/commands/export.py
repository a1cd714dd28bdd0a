"""What a command writes beside its reports where it is asked to: JUnit for CI, Markdown for a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agentcore_probe import store
from agentcore_probe.commands.options import ReportOptions

if TYPE_CHECKING:
    from agentcore_probe.commands.report_writer import WrittenReport


def asked(options: ReportOptions) -> bool:
    """Whether anything is to be written."""
    return options.junit is not None or options.markdown is not None


def write(reports: Sequence[WrittenReport], options: ReportOptions) -> None:
    """Writes what is asked for, of all reports in one file; nothing where there is no report.

    Raises:
        ReportError: a file cannot be written.
    """
    if not reports or not asked(options):
        return
    from agentcore_probe.report.export import junit, markdown
    from agentcore_probe.report.messages import messages
    from agentcore_probe.report.view import View

    views = [View(made.record, made.judgement, messages(made.language)) for made in reports]
    if options.junit is not None:
        store.write(options.junit, junit(views))
    if options.markdown is not None:
        store.write(options.markdown, "\n".join(map(markdown, views)))
