"""The tables of sentences: each row finds its own example, and that example alone gets the row's cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.explain import read_case
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.normalise import normalise
from agentcore_probe.judge.reading.sentences import SENTENCES, find_sentences
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.sentence import FoundSentence, Sentence
from agentcore_probe.report.holes import HOLE
from agentcore_probe.report.messages import messages
from tests.sampling import every

CAUSING = [row for row in SENTENCES if row.cause]


def name_of(row: Sentence) -> str:
    """The row in a test's name."""
    return f"{row.cause or row.sender}-{row.literal[:40]}"


def case_of(sentence: FoundSentence) -> Case:
    """A text that shows the sentence alone."""
    return Case(Exchange(id="case/1", step="call", request=Request()), sentence=sentence)


@pytest.mark.parametrize("row", SENTENCES, ids=name_of)
def test_a_row_finds_its_example(row: Sentence) -> None:
    """The literal decides which texts are searched, so it is in lower case and in the example, and so is the pattern."""
    assert row.literal in row.example.lower()
    assert row.find(row.example) is not None
    assert row in {sentence.row for sentence in find_sentences(row.example, [row])}


@pytest.mark.parametrize("row", every(3, SENTENCES), ids=name_of)
def test_a_sentence_is_found_wherever_it_is_in_a_text(row: Sentence) -> None:
    """Between other lines, after a prefix, and in capitals: clients and logs change the case."""
    text = f"Starting\n2026-11-30 10:00:00 | {row.example}\n    at run (main.py:3)\n"
    assert list(find_sentences(text, [row]))
    assert list(find_sentences(text.upper(), [row]))


@pytest.mark.parametrize("row", CAUSING, ids=name_of)
def test_an_example_gets_the_cause_of_its_row(row: Sentence) -> None:
    """Whatever other rows the example contains, an earlier one names the same cause."""
    naming = (sentence for sentence in find_sentences(row.example) if sentence.row.cause)
    sentence = min(naming, key=lambda sentence: sentence.row.hides)
    assert diagnose(case_of(sentence)).cause == row.cause


@pytest.mark.parametrize("row", [row for row in SENTENCES if "`" in row.example], ids=name_of)
def test_a_name_in_backticks_is_read_without_them(row: Sentence) -> None:
    """A text loses the backticks of Markdown before it is read."""
    sentences = find_sentences(normalise(row.example), [row])
    assert next(sentences, None) is not None


def test_an_answer_counts_more_than_a_sentence_that_hides_it() -> None:
    """The answer gets its own cause and decision, wherever the sentence came from."""
    sentence = next(find_sentences("unhandled errors in a TaskGroup (1 sub-exception)"))
    hidden = case_of(sentence)
    assert (diagnose(hidden).cause, decision(hidden)) == ("answer-hidden", "undecided")
    response = Response(status=403, body='{"message": "Authorization method mismatch."}')
    shown = replace(hidden, exchange=hidden.exchange.model_copy(update={"response": response}))
    assert diagnose(shown).cause in ("sigv4-on-jwt", "bearer-on-iam")
    assert decision(shown) == "refused"


def test_a_sentence_that_only_hides_an_answer_counts_last() -> None:
    """Whatever comes first in the text."""
    text = "unhandled errors in a TaskGroup (1 sub-exception)\nInvalidGrantError: the code was used"
    assert diagnose(read_case(text, where="text")).cause == "oauth-grant-invalid"


@pytest.mark.parametrize("row", every(3, CAUSING), ids=name_of)
def test_the_texts_of_a_sentence_have_no_hole(row: Sentence) -> None:
    """With what the sentence names, and with nothing at all; a title is never empty, and a fix neither."""
    sentence = row.find(row.example)
    assert sentence is not None
    for language in LANGUAGES:
        for values in (diagnose(case_of(sentence)).values, {}):
            for part in ("", ".why", ".fix"):
                text = messages(language).cause(f"{row.cause}{part}", values)
                assert HOLE not in text
                assert text or part == ".why"


@pytest.mark.parametrize("row", every(3, [row for row in CAUSING if row.sender != "agentcore"]), ids=name_of)
def test_who_was_never_asked_decided_nothing(row: Sentence) -> None:
    """A client's, a browser's, a shell's or a provider's own sentence is not a decision of AgentCore."""
    sentence = row.find(row.example)
    assert sentence is not None
    if CAUSES[row.cause].group in ("chain", "login", "client", "aws-login"):
        assert decision(case_of(sentence)) == "undecided"
