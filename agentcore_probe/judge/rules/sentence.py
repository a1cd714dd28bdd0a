"""A sentence that names the cause by itself, whatever else the text shows (`judge.reading.sentences`)."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.sentences import control_plane, find_sentences
from agentcore_probe.judge.rules.match import Match, Rule


def named_by_sentence(case: Case) -> Match | None:
    """The cause in the row of the sentence that was found."""
    sentence = case.sentence
    if sentence is None or not sentence.row.cause or sentence.row.hides:
        return None
    is_codes_word = sentence.row.sender == "provider" and "provider" not in sentence.values
    if is_codes_word and case.service == "oauth" and case.answer.error_type and case.exchange.request.url:
        return None  # the rules of the login know whose endpoint answered
    values = dict(sentence.values)
    if '\\"' in values.get("message", "") and values["message"].partition("\\")[0] in case.answer.message:
        values["message"] = case.answer.message  # the text has it with the escapes of JSON
    return Match(sentence.row.cause, sentence.row.confidence, values)


def hidden_answer(case: Case) -> Match | None:
    """A sentence that only hides an answer, where nothing else shows one: the last rule."""
    sentence, response = case.sentence, case.exchange.response
    if sentence is None or not sentence.row.hides or (response is not None and response.status is not None):
        return None
    return Match(sentence.row.cause, sentence.row.confidence, sentence.values)


def named_by_message(case: Case) -> Match | None:
    """The setting that the control plane names in a ValidationException, in whatever form it came."""
    answer = case.answer
    if answer.status not in (400, None) or not answer.message:
        return None
    sentence = next(find_sentences(answer.message, control_plane.SENTENCES), None)
    if sentence is None:
        return None
    return Match(sentence.row.cause, sentence.row.confidence, {"message": answer.message, **sentence.values})


RULES: tuple[Rule, ...] = (named_by_sentence, named_by_message)
