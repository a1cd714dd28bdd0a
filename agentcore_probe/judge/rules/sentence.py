"""A sentence that names the cause by itself, whatever else the text shows (`judge.reading.sentences`)."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule


def named_by_sentence(case: Case) -> Match | None:
    """The cause in the row of the sentence that was found."""
    sentence = case.sentence
    if sentence is None or not sentence.row.cause:
        return None
    return Match(sentence.row.cause, sentence.row.confidence, sentence.values)


RULES: tuple[Rule, ...] = (named_by_sentence,)
