"""Makes exchanges of the parts of a text: which parts are about one answer, and which request it answers.

Parts that are about one answer are near each other and do not contradict: a status and a body in one line, a head
and its body, an error and the URL that it names. An answer belongs to the last request before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentcore_probe.judge.reading.agreement import agree, agree_in_line, is_close, is_same_line
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.shown_exchange import PastedExchange, as_exchange
from agentcore_probe.judge.reading.unit import NESTED, SDK_FORMS, Unit, deciding_sentence, is_status_only

_WORDS_OF_STATUS = frozenset(
    {"status-words", "status-reason", "reason-status", "status-before-body", "status-cjk"}
)
"""Forms that find a status in any sentence."""
_MOST = 50
"""Of a long log, only the last exchanges are read."""
_NEAR = 2_000
_LONG_ENOUGH = 30
"""Characters: how far apart two parts about one answer may be, and how many words must be the same."""


def pair(text: str, parts: Iterable[Part]) -> list[PastedExchange]:
    """The last exchanges of a text, in its order; requests without an answer come last.

    Args:
        text: the text in which the parts are.
        parts: what the finders found, in any order; of parts at one place, the first counts more.
    """
    end = len(text.rstrip())
    return [
        as_exchange(unit, number)._replace(
            head_only=unit.headers is not None and not unit.has_text and unit.end >= end
        )
        for number, unit in enumerate(find_units(text, parts)[-_MOST:], start=1)
    ]


def find_units(text: str, parts: Iterable[Part]) -> list[Unit]:
    """The same, before it is decided what the answer looked like on the wire."""
    units = _merge_contained([Unit.of(part) for part in parts])
    return _without_repetitions(text, _with_requests(text, _merge_neighbours(text, units)))


def _merge_contained(units: list[Unit]) -> list[Unit]:
    """Units within the text of another are part of it, and add what it does not say itself."""
    ordered = sorted(units, key=lambda unit: (unit.start, -unit.end))
    kept: list[Unit] = []
    for unit in ordered:
        container = next((other for other in reversed(kept[-8:]) if other.contains(unit)), None)
        if container is None:
            overlapping = kept[-1] if kept and kept[-1].end > unit.start else None
            if overlapping is not None and agree_in_line(overlapping, unit):
                overlapping.absorb(unit)
            else:
                kept.append(unit)
        elif container.forms[0] == "passed-over" or (container.is_request and not unit.is_request):
            continue  # a word in a command line is not an answer
        elif not _add_contained(container, unit):
            kept.append(unit)
    return [unit for unit in kept if unit.forms[0] != "passed-over"]


def _add_contained(container: Unit, unit: Unit) -> bool:
    """Adds what a part of an answer's text says; whether that was possible.

    What the body of an answer with a status quotes is not about that answer. In a body without one, it is the answer.
    """
    is_nested = unit.forms[0] == NESTED
    if container.body is not None and is_nested:
        shows_more = unit.status is not None or bool(unit.error_type) or unit.fault is not None
        container.quoted = unit if shows_more else container.quoted
        if unit.sentence is not None:
            container.sentence = deciding_sentence(container, unit)
        return True
    if container.body is not None and unit.sentence is None:
        return True
    if container.headers is not None and unit.sentence is not None and unit.sentence.row.sender == "client":
        return True  # the agent's own client
    if unit.sentence is not None:
        container.sentence = deciding_sentence(container, unit)
    if unit.sentence is not None and not is_nested:
        return True
    if container.error_type and unit.forms[0] in _WORDS_OF_STATUS:
        return True  # a number in a message is the agent's or the client's
    if not agree(container, unit):
        return False
    container.absorb(unit)
    return True


def _merge_neighbours(text: str, units: list[Unit]) -> list[Unit]:
    """Units of one line that agree, then units of neighbouring lines."""
    for are_near, may_agree in ((is_same_line, agree_in_line), (is_close, agree)):
        merged: list[Unit] = []
        for unit in units:
            last = merged[-1] if merged else None
            if (
                last is not None
                and are_near(text, last, unit)
                and not unit.is_request
                and not last.is_request
                and may_agree(last, unit)
            ) or (last is not None and _is_url_of(text, last, unit)):
                last.absorb(unit)
            elif last is not None and unit.is_request is False and _is_url_of(text, unit, last):
                unit.absorb(last)
                merged[-1] = unit
            else:
                merged.append(unit)
        units = merged
    return units


def _without_repetitions(text: str, units: list[Unit]) -> list[Unit]:
    """The units without those that only repeat the one before, as logs and chained errors do."""
    kept: list[Unit] = []
    for unit in units:
        last = kept[-1] if kept else None
        if last is not None and _repeats(text, last, unit):
            last.absorb(unit)
        else:
            kept.append(unit)
    return kept


def _repeats(text: str, first: Unit, second: Unit) -> bool:
    """Whether the second has the same URL and status and nothing else, or the same words and no request of its own."""
    if is_status_only(second) and second.request is not None:
        is_same = first.status == second.status and first.request == second.request
        return is_same and is_close(text, first, second)
    is_sdks = bool(second.error_type) or bool(SDK_FORMS & set(second.forms))
    if is_sdks and first.request is not None and first.request.request.auth == "bearer":
        return False  # an SDK signs
    is_near = second.start - first.end < _NEAR
    says_the_same = len(second.core) > _LONG_ENOUGH and first.core == second.core
    return is_near and says_the_same and second.request is None and agree(first, second)


def _is_url_of(text: str, answer: Unit, request: Unit) -> bool:
    """Whether a URL without more, next to an answer, is what was called."""
    if not request.is_request or not answer.has_answer or answer.request is not None:
        return False
    if request.forms[0] not in ("named-url", "raise-for-status", "method-url-status", "url"):
        return False
    first, second = sorted((answer, request), key=lambda unit: unit.start)
    return is_close(text, first, second)


def _with_requests(text: str, units: list[Unit]) -> list[Unit]:
    """Answers with the requests before them; a request that nothing answers is given to the answer before it."""
    answers: list[Unit] = []
    pending: Unit | None = None
    for index, unit in enumerate(units):
        if unit.is_request:
            pending = unit if pending is None else _later_request(pending, unit)
            continue
        following = units[index + 1] if index + 1 < len(units) else None
        if pending is not None and _is_request_body(pending, unit, following):
            continue
        last = answers[-1] if answers else None
        if pending is not None and not is_close(text, pending, unit) and _is_shown_after(text, last, pending):
            pending = None
        if unit.request is None and pending is not None and _may_answer(text, pending, unit):
            unit.request, unit.request_form = pending.request, pending.request_form
            unit.program = unit.program or pending.program
        pending = None
        answers.append(unit)
    if pending is None or _is_shown_after(text, answers[-1] if answers else None, pending):
        return answers
    return [*answers, pending]


def _is_request_body(request: Unit, unit: Unit, following: Unit | None) -> bool:
    """Whether a body between the head of a request and the head of its answer is the request's."""
    is_body_alone = (
        unit.body is not None and unit.status is None and unit.headers is None and not unit.message
    )
    is_between = (
        request.request_form == "request-head" and following is not None and following.headers is not None
    )
    return is_body_alone and is_between and following is not None and following.request is None


def _is_shown_after(text: str, answer: Unit | None, request: Unit) -> bool:
    """Whether a request belongs to the answer before it, as PowerShell shows the line that failed; that is noted in the answer."""
    if answer is None or answer.request is not None or not is_close(text, answer, request):
        return False
    answer.request, answer.request_form = request.request, request.request_form
    return True


def _later_request(first: Unit, second: Unit) -> Unit:
    """Which of two requests without an answer between them is answered: the one that says more, or the later one."""
    is_mention = second.forms[0] in ("named-url", "url", "method-url-status")
    return first if is_mention and first.forms[0] in ("command", "request-head") else second


def _may_answer(text: str, request: Unit, answer: Unit) -> bool:
    """Whether an answer may be this request's: an SDK's error does not come from curl, and prose is not far away."""
    is_command = request.forms[0] == "command"
    if is_command and SDK_FORMS & set(answer.forms):
        return request.request is not None and request.request.request.auth == "sigv4"
    if answer.headers is None and answer.status is None and answer.body is None:
        return is_close(text, request, answer)
    return True
