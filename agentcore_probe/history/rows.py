"""A judged run as rows of the history: one for each access method, also of the further callers."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.judgement import Finding, Judgement
from agentcore_probe.model.methods import method, way_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.record_versions import digest_of

Row = dict[str, Any]
"""The values of one row by the names of `columns.COLUMNS`, as JSON values."""


def rows_of(record: RunRecord, judgement: Judgement, report: str) -> list[Row]:
    """The rows of a run, in reading order.

    None for a run of one method alone, which says little about its environment, and none for a record without names
    (`--share`), whose run is there under its own.

    Args:
        record: the run.
        judgement: its judgement.
        report: the folder of its report in that of all reports: `prod/20261130T120000Z`.
    """
    if record.provenance.only is not None or record.is_shared:
        return []
    run = _of_run(record, judgement, report)
    findings = enumerate(judgement.all_findings)
    return [{**run, "position": position, **_of_finding(finding, record)} for position, finding in findings]


def _of_run(record: RunRecord, judgement: Judgement, report: str) -> Row:
    provenance, environment = record.provenance, record.environment
    configuration = record.configuration.model_dump(mode="json", exclude_none=True)
    issuer = record.token.claims.get("iss") if record.token is not None else None
    return {
        "run_id": record.run_id,
        "environment": environment.name,
        "started": provenance.started.isoformat() if provenance.started else None,
        "ended": provenance.ended.isoformat() if provenance.ended else None,
        "source": provenance.source,
        "verdict": judgement.verdict,
        "account": provenance.account
        or (read_arn(environment.runtime.arn).account if environment.runtime else None),
        "region": environment.home_region,
        "tool": provenance.tool,
        "versions": provenance.versions,
        "configuration_digest": digest_of(configuration),
        "issuer": issuer if isinstance(issuer, str) else None,
        "report": report,
    }


def _of_finding(finding: Finding, record: RunRecord) -> Row:
    way = way_of(finding.method)
    known = method(way)
    cause = finding.diagnosis.cause
    return {
        "caller": finding.method.removesuffix(way).rstrip(":") or None,
        "method": way,
        "target": known.target if known is not None else None,
        "expected": finding.expected,
        "observed": finding.observed,
        "outcome": finding.outcome,
        "cause": None if cause == "none" else cause,
        "confidence": finding.diagnosis.confidence,
        "reason": finding.reason,
        "milliseconds": milliseconds(record, finding.method),
    }


def milliseconds(record: RunRecord, method: str) -> float | None:
    """The time of a row's requests together, to the microsecond; None where none was sent."""
    observation = record.observation(method)
    exchanges = record.of(observation) if observation and observation.not_tried is None else ()
    return round(sum(exchange.timings.total for exchange in exchanges), 3) if exchanges else None
