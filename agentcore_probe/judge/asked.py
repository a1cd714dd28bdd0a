"""What the answer to one question is: the explanation of its call, or of a control that shows more."""

from __future__ import annotations

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Diagnosis, Explanation, Finding, Judgement
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord


def explain_asked(record: RunRecord, judgement: Judgement) -> Explanation:
    """The explanation of a record with one question.

    Args:
        record: of `probes.asking`.
        judgement: its judgement.
    """
    exchange = explained_exchange(record, judgement)
    return Explanation(
        decision=decision(Case(exchange, record.configuration)) if exchange else "undecided",
        diagnosis=_deciding(judgement).diagnosis,
    )


def explained_exchange(record: RunRecord, judgement: Judgement) -> Exchange | None:
    """The exchange that shows what was found, else the last of the call; None where nothing was sent."""
    finding = _deciding(judgement)
    observation = record.observation(finding.method)
    ids = (*finding.diagnosis.evidence[:1], *(observation.exchanges[-1:] if observation else ()))
    return next((exchange for id in ids if (exchange := record.exchange(id)) is not None), None)


def next_diagnosis(record: RunRecord, judgement: Judgement) -> Diagnosis | None:
    """What remains when the fault that was found is corrected, by the calls that corrected it; None if nothing does."""
    exchange, diagnosed = explained_exchange(record, judgement), _deciding(judgement).diagnosis
    corrected = [
        other
        for other in record.experiments()
        if exchange and other.change and other.change.of == exchange.id
    ]
    if diagnosed.confidence != "proven" or not corrected:
        return None
    case = Case(corrected[0], record.configuration, Related(record.exchanges))
    diagnosis = diagnose(case)
    if diagnosis.cause in ("none", diagnosed.cause):
        return None
    fix = remedy(diagnosis, case, record.environment, judgement.only)
    return diagnosis.model_copy(update={"remedy": fix})


def is_fine(record: RunRecord, judgement: Judgement) -> bool:
    """Whether the call was accepted and answered, and nothing else is wrong that was seen on the way."""
    explanation = explain_asked(record, judgement)
    cause = CAUSES[explanation.diagnosis.cause]
    return explanation.decision == "accepted" and cause.harmless and cause.id != "open-endpoint"


def _deciding(judgement: Judgement) -> Finding:
    """The row of the call; where nothing is wrong with it, that of a control which was accepted."""
    row_of_call = next(finding for finding in judgement.findings if finding.method == judgement.only)
    controls = [
        finding
        for finding in judgement.findings
        if (row := method(finding.method)) is not None and row.control and finding.observed == "accepted"
    ]
    return controls[0] if controls and CAUSES[row_of_call.diagnosis.cause].harmless else row_of_call
