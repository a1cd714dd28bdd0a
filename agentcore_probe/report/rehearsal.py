"""Makes a report before there is one to make: validators, messages and templates are built at their first use.

A process that forks for each report does it once, and every report after it finds them built.
"""

from __future__ import annotations

from agentcore_probe.builtin import builtin_file
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.registry import FIGURES, SECTIONS
from agentcore_probe.report.report import Report
from agentcore_probe.store import read_record_file

_SAMPLE = "environments/sample.record.json"


def rehearse(language: str) -> None:
    """Makes a report of an empty record, for one report (0.2 s)."""
    report = Report(RunRecord.model_validate({"environment": {"name": "nothing"}}), language)
    for name in SECTIONS:
        getattr(report, name)()


def rehearse_whole(language: str) -> None:
    """Makes the report of the shown sample, and parses every message, for many reports (0.5 s)."""
    messages(language).parse_all()
    sample = builtin_file(_SAMPLE)
    assert sample is not None
    report = Report(read_record_file(sample).record, language)
    for name in (*SECTIONS, *FIGURES):
        part = getattr(report, name)()
        if part is not None:
            part._repr_mimebundle_()
