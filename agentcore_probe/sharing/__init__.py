"""A record for readers outside: names are replaced with pseudonyms, and what happened stays.

`patterns` recognizes names by their form, `fields` by the field that contains them. `content` reduces
bodies and headers to what explains a finding. `pseudonyms` makes the pseudonyms and replaces the names. `walk` goes
through every field: a text that nothing is known about keeps the words of `vocabulary` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import ReportError
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import way_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.sharing import fields, patterns
from agentcore_probe.sharing.pseudonyms import Pseudonyms
from agentcore_probe.sharing.walk import share_model

_HINT = "Share the Markdown checklist (--markdown) instead"


def share_record(record: RunRecord) -> RunRecord:
    """The record with pseudonyms instead of names; each call makes other pseudonyms.

    Raises:
        ReportError: without its names, the record would mean something else.
    """
    shared = replace_record_names(record)
    _check_that_meaning_is_kept(record, shared)
    return shared


def replace_record_names(record: RunRecord) -> RunRecord:
    """`record` with its names replaced; whether it still means the same is not checked.

    Raises:
        ReportError: without its names, the record is not valid.
    """
    facts = record.facts()
    pseudonyms = Pseudonyms()
    for text in _texts([facts[part] for part in ("environment", "configuration", "token", "exchanges")]):
        patterns.collect_names(text, pseudonyms)
    for text in _texts(facts.get("identities", [])):
        patterns.collect_names(text, pseudonyms)
    for text in _texts([facts["provenance"].get(name) for name in ("caller", "account", "notes")]):
        patterns.collect_names(text, pseudonyms)
    fields.collect_names(record, pseudonyms)
    try:
        return RunRecord.model_validate(share_model(record, pseudonyms))
    except ValidationError as error:
        raise ReportError(
            f"the record is not valid without its names ({error.errors()[0]['msg']})",
            where="--share",
            hint=_HINT,
        ) from None


def _check_that_meaning_is_kept(record: RunRecord, shared: RunRecord) -> None:
    before, after = judge(record), judge(shared)
    for original, finding in zip(before.all_findings, after.all_findings, strict=True):
        expected = (way_of(original.method), original.outcome, original.diagnosis.cause)
        if (way_of(finding.method), finding.outcome, finding.diagnosis.cause) != expected:
            raise ReportError(
                f"{original.method} would be {finding.outcome} ({finding.diagnosis.cause}) instead of "
                f"{original.outcome} ({original.diagnosis.cause}) without its names",
                where="--share",
                hint=_HINT,
            )
    for forecast, other in zip(_forecasts(before), _forecasts(after), strict=True):
        if forecast != other:
            raise ReportError(
                f"the forecast for a client would be {', '.join(other)} instead of {', '.join(forecast)} without its names",
                where="--share",
                hint=_HINT,
            )
    if shared.environment.home_region != record.environment.home_region:
        raise ReportError("the region would change without its names", where="--share", hint=_HINT)


def _forecasts(judgement: Judgement) -> list[tuple[str, ...]]:
    """What each MCP client can be expected to do, in each way."""
    return [
        (chain.target, forecast.client, way.way, way.outcome, way.step or "-", way.reason)
        for chain in judgement.login_chains
        for forecast in chain.clients
        for way in forecast.ways
    ]


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, including the keys of objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
