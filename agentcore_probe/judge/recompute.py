"""Decides again, from its exchanges, what each observation of a record shows."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.judge.decision import row_decision
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.record import Observation, RunRecord


class DecisionDifference(NamedTuple):
    """An observation whose decision does not follow from its exchanges."""

    method: str
    recorded: Decision
    recomputed: Decision


def decision_differences(record: RunRecord) -> tuple[DecisionDifference, ...]:
    """The observations whose decision was edited, or made by a version with other rules."""
    return tuple(
        DecisionDifference(observation.method, observation.decision, recomputed)
        for observation in record.observations
        if observation.decision != (recomputed := _recompute(observation, record))
    )


def recompute_decisions(record: RunRecord) -> RunRecord:
    """The record with the decisions that follow from its exchanges."""
    observations = tuple(
        observation.model_copy(update={"decision": _recompute(observation, record)})
        for observation in record.observations
    )
    if observations == record.observations:
        return record
    return record.model_copy(update={"observations": observations}).of_run(record.run_id)


def _recompute(observation: Observation, record: RunRecord) -> Decision:
    if observation.not_tried is not None or observation.not_applicable is not None:
        return observation.decision  # a row without a result: its decision is not used
    exchanges = record.of(observation)
    return row_decision(observation.method, exchanges, record.configuration, record.exchanges)
