"""Texts as people paste them get their right answers, whatever happened to them on the way, alone and behind another."""

from __future__ import annotations

import random
from itertools import product

import pytest

from agentcore_probe import secret
from agentcore_probe.judge.explain import explain, read_case
from agentcore_probe.judge.reading.pasted import read_pasted_text
from agentcore_probe.model.judgement import Explanation
from tests.judge.reading.pasted_texts import TEXTS, TRANSFORMATIONS

MATRIX = list(product(TRANSFORMATIONS, TEXTS))
READ = {name: read_case(form["text"], where="t") for name, form in TEXTS.items()}
"""The exchange that is explained of each text."""
SINGLE = [name for name, form in TEXTS.items() if len(read_pasted_text(form["text"], where="t")) == 1]
"""Texts with one exchange; of others, what is left of a cut text may be another's answer."""


def _may_be_one(first: str, second: str) -> bool:
    """Whether the first is a command alone and the second an answer without its request."""
    command, answer = READ[first].exchange, READ[second].exchange
    return (
        command.response is None
        and bool(command.request.url)
        and (answer.response is not None and not answer.request.url)
    )


PAIRS = [
    (first, second)
    for first, second in product(TEXTS, TEXTS)
    if first != second and not _may_be_one(first, second)
]
SEED = 20261130
SAMPLE = random.Random(SEED).sample(MATRIX, 300)  # noqa: S311  (a sample, no secret)
PAIRS_SAMPLE = random.Random(SEED).sample(PAIRS, 200)  # noqa: S311


def answer(text: str) -> Explanation:
    """What `explain` says of a text."""
    explanation = explain(text, where="t")
    secret.forget_all()
    return explanation


def is_right(name: str, explanation: Explanation) -> bool:
    """Whether cause and decision are among the right ones of the text `name`."""
    then = TEXTS[name]["then"]
    causes = {then["cause"], *then.get("also", ())}
    decisions = {then["decision"], *then.get("decision_also", ())}
    return explanation.diagnosis.cause in causes and explanation.decision in decisions


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_gets_its_cause_and_decision(name: str) -> None:
    """And never more confidence than the text supports."""
    explanation = answer(TEXTS[name]["text"])
    assert is_right(name, explanation), explanation
    if TEXTS[name]["then"]["confidence"] == "possible":
        assert explanation.diagnosis.confidence != "proven"


@pytest.mark.parametrize(("transformation", "name"), SAMPLE)
def test_what_happens_to_a_text_does_not_change_its_answer(transformation: str, name: str) -> None:
    """A sample of the matrix."""
    explanation = answer(TRANSFORMATIONS[transformation](TEXTS[name]["text"]))
    assert is_right(name, explanation), explanation


@pytest.mark.slow
@pytest.mark.parametrize("transformation", TRANSFORMATIONS)
def test_no_transformation_changes_any_answer(transformation: str) -> None:
    """The whole matrix."""
    change = TRANSFORMATIONS[transformation]
    wrong = [name for name in TEXTS if not is_right(name, answer(change(TEXTS[name]["text"])))]
    assert wrong == []


@pytest.mark.parametrize("name", SINGLE)
def test_a_text_that_is_cut_is_not_explained_wrongly(name: str) -> None:
    """After its deciding sentence the cause stays or becomes possible; before that, nothing wrong is probable."""
    text = TEXTS[name]["text"]
    message = read_case(text, where="t").answer.message
    end = text.find(message) + len(message) if message and message in text else len(text) * 4 // 5
    for cut in (text[:end], text[: len(text) * 4 // 5], text[: len(text) * 3 // 5]):
        if not cut.strip():
            continue
        explanation = answer(cut)
        is_confident = explanation.diagnosis.confidence != "possible"
        is_another = not is_right(name, explanation)
        assert not (is_confident and is_another), (cut[-200:], explanation)


def _is_exchange(name: str) -> bool:
    """Whether it shows more than material, such as a discovery document."""
    case = READ[name]
    has_words = case.answer.status or case.answer.error_type or case.answer.message
    return bool(has_words or case.exchange.fault or case.sentence or case.exchange.request.url)


def _pair_is_right(first: str, second: str) -> bool:
    """Whether the answer to two texts in one is the second's, or the first's if only that failed."""
    is_failure = TEXTS[second]["then"]["cause"] != "none" and _is_exchange(second)
    expected = second if is_failure else first
    explanation = answer(f"{TEXTS[first]['text'].rstrip()}\n\n{TEXTS[second]['text']}")
    return is_right(expected, explanation)


@pytest.mark.parametrize(("first", "second"), PAIRS_SAMPLE)
def test_of_two_texts_the_last_that_failed_is_explained(first: str, second: str) -> None:
    """A sample of the pairs."""
    assert _pair_is_right(first, second)


@pytest.mark.slow
def test_of_any_two_texts_the_last_that_failed_is_explained() -> None:
    """2,000 pairs."""
    pairs = random.Random(SEED + 1).sample(PAIRS, 2_000)  # noqa: S311
    wrong = [pair for pair in pairs if not _pair_is_right(*pair)]
    assert wrong == []
