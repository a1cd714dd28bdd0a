"""Two records -> Comparison: a pure function, which judges one run again with single facts of the other."""

from __future__ import annotations

from collections.abc import Hashable

from agentcore_probe.judge.comparing.pair import Explained, Pair
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.comparison import Comparison, Explanation, Side
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord


def compare_environments(
    one: RunRecord, other: RunRecord, judgements: tuple[Judgement, Judgement] | None = None
) -> Comparison:
    """Why the runs of two environments have different results.

    A fact explains a difference if the run that was refused, judged again with the other one's value, must give the other
    one's result. Names that differ by nature between two accounts are made equal first. Where no prediction follows from the
    facts, the ones that differ and that the cause is about are named; otherwise nothing is.

    Args:
        one: the run of the first environment.
        other: that of the second.
        judgements: what they mean, where they were judged before.
    """
    pair = Pair((one, other), judgements or (judge(one), judge(other)))
    groups: dict[Hashable, list[Explained]] = {}
    for explained in (*pair.rows(), *pair.errors(), *pair.expectations()):
        groups.setdefault(explained.facts or _likeness(explained), []).append(explained)
    explanations = [_explanation(pair, group) for group in groups.values()]
    explanations.sort(key=lambda explanation: (not explanation.facts, -len(explanation.subjects)))
    explaining = {fact.fact for explanation in explanations for fact in explanation.facts}
    return Comparison(
        sides=(_side(one, pair.judgements[0]), _side(other, pair.judgements[1])),
        explanations=tuple(explanations),
        others=tuple(change for id, change in pair.changes.items() if id not in explaining),
    )


def _likeness(explained: Explained) -> Hashable:
    """What results that nothing explains must have in common to be shown together."""
    subject = explained.subject
    if subject.rows is None:
        return subject.kind, subject.id
    for state in subject.rows:
        if state.observed is None:
            return "not sent", state.cause, state.reason
    known = method(subject.id)
    return known.target if known else "", tuple(state.observed for state in subject.rows)


def _explanation(pair: Pair, group: list[Explained]) -> Explanation:
    subjects = [explained.subject for explained in group]
    followers = [row for subject in subjects if subject.kind == "row" for row in pair.followers(subject.id)]
    return Explanation(
        subjects=(*subjects, *followers), facts=tuple(pair.change(fact) for fact in group[0].facts)
    )


def _side(record: RunRecord, judgement: Judgement) -> Side:
    provenance = record.provenance
    return Side(
        environment=record.environment.name,
        verdict=judgement.verdict,
        only=judgement.only,
        source=provenance.source,
        run=record.run_id,
        started=provenance.started,
        tool=provenance.tool,
    )
