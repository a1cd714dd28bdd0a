"""Makes exchanges of the parts of a text: which parts are about one answer, and which request it answers.

Parts that are about one answer are near each other and do not contradict: a status and a body in one line, a head
and its body, an error and the URL that it names. An answer belongs to the last request before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.sentences import rank
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response
from agentcore_probe.model.sentence import FoundSentence
from agentcore_probe.providers import API_ERRORS

_SDK_FORMS = frozenset(
    {"botocore", "botocore-parameters", "go", "php", "cpp", "ruby", "swift", "java", "typed"}
)
"""Forms of an SDK's error, which answers no command of curl."""
_CLIENTS = ("client", "shell", "browser")
NESTED = "nested"
"""The form of what a text inside a structure says."""
_RESULT_KEYS = frozenset({"result", "response", "output", "answer", "content", "text", "completion"})
_HEADERS_ALONE = ("challenge", "headers")
"""Forms that show headers without a head, perhaps after the status."""
_AFTER_BODY = frozenset(
    {"write-out", "status-after-body", "metadata", "wrapper", "java", "js-client", "curl-status"}
)
"""Forms of a status that clients write in a line after the body."""
_WORDS_OF_STATUS = frozenset(
    {"status-words", "status-reason", "reason-status", "status-before-body", "status-cjk"}
)
"""Forms that find a status in any sentence."""
_NEAR = 2_000
_LONG_ENOUGH = 30
"""Characters: how far apart two parts about one answer may be, and how many words must be the same."""
_WHOLE_REQUESTS = frozenset({"command", "request-head"})
"""Forms that show a request with its headers."""


@dataclass(frozen=True)
class PastedExchange:
    """An exchange that a text shows, and the sentence in it that decides."""

    exchange: Exchange
    sentence: FoundSentence | None
    url_only: bool
    """Whether it shows nothing of the request but its URL."""
    status_only: bool
    """Whether it shows nothing of the answer but its status."""
    program: str = ""
    """The kind of client (`Part.program`)."""
    head_only: bool = False
    """Whether the text ends in the head of the answer, of which something may be missing."""


@dataclass
class Unit:
    """The parts about one answer, as one; the fields are those of `Part`."""

    start: int
    end: int
    forms: list[str]
    request: PastedRequest | None = None
    request_form: str = ""
    status: int | None = None
    headers: dict[str, str] | None = None
    body: str | None = None
    error_type: str = ""
    message: str = ""
    operation: str = ""
    fault: Fault | None = None
    sentence: FoundSentence | None = None
    program: str = ""
    quoted: Unit | None = None
    """What a text inside its body quotes: the answer, if the body came without a status."""

    @classmethod
    def of(cls, part: Part) -> Unit:
        """The unit of one part."""
        return cls(
            part.start, part.end, [part.form], part.request, part.form, part.status, part.headers, part.body, part.error_type,
            part.message, part.operation, part.fault, part.sentence, part.program,
        )  # fmt: skip

    def as_part(self, start: int, end: int) -> Part:
        """The same as one part, at another place: for what a text inside a structure says."""
        return Part(
            start=start, end=end, form=NESTED, request=self.request, status=self.status, headers=self.headers,
            body=self.body, error_type=self.error_type, message=self.message, operation=self.operation,
            fault=self.fault, sentence=self.sentence,
        )  # fmt: skip

    @property
    def has_text(self) -> bool:
        """Whether it says what the answer said."""
        return bool(self.body or self.message or self.sentence or self.error_type)

    @property
    def has_answer(self) -> bool:
        """Whether it says anything of an answer."""
        return self.has_text or self.status is not None or self.headers is not None or self.fault is not None

    @property
    def is_request(self) -> bool:
        """Whether it is a request alone."""
        return self.request is not None and not self.has_answer

    @property
    def words(self) -> str:
        """The text of the answer, to compare."""
        texts = (self.body, self.message, self.sentence.text if self.sentence else "")
        return " ".join(filter(None, texts)).replace("\\", "")

    @property
    def core(self) -> str:
        """The beginning of what the answer says."""
        sentence = self.sentence.text if self.sentence else ""
        return (self.message or sentence or self.body or "").replace("\\", "").strip()[:60]

    @property
    def only_hides(self) -> bool:
        """Whether it is a client's sentence that shows nothing of the answer behind it."""
        is_sentence_only = self.status is None and not (
            self.body or self.message or self.error_type or self.fault
        )
        return is_sentence_only and self.sentence is not None and self.sentence.row.hides

    @property
    def is_clients_word(self) -> bool:
        """Whether a client says itself why it has no answer of AgentCore's."""
        row = self.sentence.row if self.sentence else None
        return row is not None and bool(row.cause) and not row.hides and row.sender in _CLIENTS

    def contains(self, other: Unit) -> bool:
        """Whether the other is inside its place in the text."""
        return self.start <= other.start and other.end <= self.end

    def absorb(self, other: Unit) -> None:
        """Takes from `other` what is not known yet."""
        self.sentence = _deciding_sentence(self, other)
        self.start, self.end = min(self.start, other.start), max(self.end, other.end)
        self.forms += other.forms
        if other.request is not None and (self.request is None or not self.request.request.url):
            self.request, self.request_form = other.request, other.request_form
        self.status = self.status if self.status is not None else other.status
        self.headers = self.headers if self.headers is not None else other.headers
        self.body = self.body or other.body
        self.error_type = self.error_type or other.error_type
        self.message = self.message or other.message
        self.operation = self.operation or other.operation
        self.fault = self.fault or other.fault
        self.quoted = self.quoted or other.quoted
        self.program = self.program or other.program


def _importance(sentence: FoundSentence) -> tuple[bool, int]:
    """One that names a cause comes first, then the one in the earlier row."""
    return (not sentence.row.cause, rank(sentence))


def _deciding_sentence(first: Unit, second: Unit) -> FoundSentence | None:
    """The sentence of one of two units; one that only hides an answer counts where nothing of an answer is shown."""
    sentences = [unit.sentence for unit in (first, second) if unit.sentence is not None]
    deciding = min(
        (sentence for sentence in sentences if not sentence.row.hides), key=_importance, default=None
    )
    shows_answer = any(unit.has_answer and not unit.only_hides for unit in (first, second))
    return deciding if shows_answer or deciding else next(iter(sentences), None)


def pair(text: str, parts: Iterable[Part]) -> list[PastedExchange]:
    """The exchanges of a text, in its order; requests without an answer come last.

    Args:
        text: the text in which the parts are.
        parts: what the finders found, in any order; of parts at one place, the first counts more.
    """
    end = len(text.rstrip())
    return [
        replace(
            _as_exchange(unit, number),
            head_only=unit.headers is not None and not unit.has_text and unit.end >= end,
        )
        for number, unit in enumerate(find_units(text, parts), start=1)
    ]


def find_units(text: str, parts: Iterable[Part]) -> list[Unit]:
    """The same, before it is decided what the answer looked like on the wire."""
    units = _merge_contained([Unit.of(part) for part in parts])
    return _with_requests(text, _merge_neighbours(text, units))


def _merge_contained(units: list[Unit]) -> list[Unit]:
    """Units within the text of another are part of it, and add what it does not say itself."""
    ordered = sorted(units, key=lambda unit: (unit.start, -unit.end))
    kept: list[Unit] = []
    for unit in ordered:
        container = next((other for other in reversed(kept[-8:]) if other.contains(unit)), None)
        if container is None:
            overlapping = kept[-1] if kept and kept[-1].end > unit.start else None
            if overlapping is not None and _agree_in_line(overlapping, unit):
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
            container.sentence = _deciding_sentence(container, unit)
        return True
    if container.body is not None and unit.sentence is None:
        return True
    if container.headers is not None and unit.sentence is not None and unit.sentence.row.sender == "client":
        return True  # the agent's own client
    if unit.sentence is not None:
        container.sentence = _deciding_sentence(container, unit)
    if unit.sentence is not None and not is_nested:
        return True
    if container.error_type and unit.forms[0] in _WORDS_OF_STATUS:
        return True  # a number in a message is the agent's or the client's
    if not _agree(container, unit):
        return False
    container.absorb(unit)
    return True


def _merge_neighbours(text: str, units: list[Unit]) -> list[Unit]:
    """Units of one line that agree, then units of neighbouring lines."""
    for may_join, agree in ((_is_same_line, _agree_in_line), (_is_close, _agree)):
        merged: list[Unit] = []
        for unit in units:
            last = merged[-1] if merged else None
            if (
                last is not None
                and may_join(text, last, unit)
                and not unit.is_request
                and not last.is_request
                and agree(last, unit)
            ) or (last is not None and _is_url_of(text, last, unit)):
                last.absorb(unit)
            elif last is not None and unit.is_request is False and _is_url_of(text, unit, last):
                unit.absorb(last)
                merged[-1] = unit
            else:
                merged.append(unit)
        units = merged
    return _without_repetitions(units)


def _without_repetitions(units: list[Unit]) -> list[Unit]:
    """The units without those that only repeat the one before, as logs and chained errors do."""
    kept: list[Unit] = []
    for unit in units:
        last = kept[-1] if kept else None
        if last is not None and _repeats(last, unit):
            last.absorb(unit)
        else:
            kept.append(unit)
    return kept


def _repeats(first: Unit, second: Unit) -> bool:
    """Whether the second has the same URL and status and nothing else, or the same words and no request of its own."""
    if _is_status_only(second) and second.request is not None:
        return first.status == second.status and first.request == second.request
    is_near = second.start - first.end < _NEAR
    says_the_same = len(second.core) > _LONG_ENOUGH and first.core == second.core
    return is_near and says_the_same and second.request is None and _agree(first, second)


def _is_same_line(text: str, first: Unit, second: Unit) -> bool:
    return "\n" not in text[first.end : second.start]


_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def _is_close(text: str, first: Unit, second: Unit) -> bool:
    """Whether no empty line is between them; a status may have one before its body."""
    is_another_lines_status = second.status is not None and not second.has_text and second.headers is None
    has_answers_text = bool(first.body or first.message or first.error_type)
    if has_answers_text and is_another_lines_status and second.forms[0] not in _AFTER_BODY:
        return _has_line_alone(text, second)
    gap = text[first.end : second.start]
    is_status_and_body = (
        first.has_answer and not first.has_text and second.body is not None and not gap.strip()
    )
    return is_status_and_body or (len(gap) < 2_000 and not _BLANK_LINE.search(gap))


def _has_line_alone(text: str, unit: Unit) -> bool:
    """Whether there is nothing else in its line."""
    start, end = text.rfind("\n", 0, unit.start) + 1, text.find("\n", unit.end)
    line = text[start : end if end >= 0 else len(text)]
    return len(line.strip()) <= unit.end - unit.start + 2


def _agree_in_line(first: Unit, second: Unit) -> bool:
    """The same for one line, where a client that sent nothing quotes what its login or proxy answered."""
    is_proxys = any(
        one.fault is not None
        and one.fault.kind == "proxy"
        and other.status is not None
        and not other.has_text
        for one, other in ((first, second), (second, first))
    )
    return is_proxys or first.is_clients_word or second.is_clients_word or _agree(first, second)


def _agree(first: Unit, second: Unit) -> bool:
    """Whether both may be about one answer."""
    if second.headers is not None and (second.forms[0] not in _HEADERS_ALONE or first.headers is not None):
        return False  # a head begins another answer
    if None not in (first.status, second.status) and first.status != second.status:
        return False
    if (first.fault is None) != (second.fault is None):
        return False
    if first.fault and second.fault:
        return first.fault.kind == second.fault.kind
    if first.error_type and second.error_type and first.error_type != second.error_type:
        return False
    if first.only_hides or second.only_hides or not (first.has_text and second.has_text):
        return True
    return _tells_again(first, second)


def _tells_again(first: Unit, second: Unit) -> bool:
    """Whether the second repeats the first, as chained tracebacks and logs do."""
    one, other = first.core, second.core
    return not one or not other or other in first.words or one in second.words


def _is_url_of(text: str, answer: Unit, request: Unit) -> bool:
    """Whether a URL without more, next to an answer, is what was called."""
    if not request.is_request or not answer.has_answer or answer.request is not None:
        return False
    if request.forms[0] not in ("named-url", "raise-for-status", "method-url-status", "url"):
        return False
    first, second = sorted((answer, request), key=lambda unit: unit.start)
    return _is_close(text, first, second)


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
        if (
            pending is not None
            and not _is_close(text, pending, unit)
            and _is_shown_after(text, last, pending)
        ):
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
    if answer is None or answer.request is not None or not _is_close(text, answer, request):
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
    if is_command and _SDK_FORMS & set(answer.forms):
        return request.request is not None and request.request.request.auth == "sigv4"
    if answer.headers is None and answer.status is None and answer.body is None:
        return _is_close(text, request, answer)
    return True


def _as_exchange(unit: Unit, number: int) -> PastedExchange:
    if _is_in_applications_error(unit):
        unit.status = unit.headers = unit.body = None
    if unit.quoted is not None and _is_passed_on(unit):
        unit.quoted.request = unit.quoted.request or unit.request
        unit = unit.quoted
    request = unit.request or PastedRequest(Request(auth="none"))
    exchange = Exchange(
        id=f"case/{number}",
        step="call",
        request=request.request,
        response=None if unit.fault else _response(unit),
        fault=None if unit.is_clients_word else unit.fault,
        token=request.token,
    )
    is_shown = bool(request.request.headers) or unit.request_form in _WHOLE_REQUESTS
    return PastedExchange(
        exchange,
        unit.sentence,
        bool(request.request.url) and not is_shown,
        _is_status_only(unit),
        unit.program,
    )


def _is_passed_on(unit: Unit) -> bool:
    """Whether an application passes on what it was answered as an error of its own."""
    return unit.status is None and unit.headers is None and _is_error(unit.body or "")


def _is_in_applications_error(unit: Unit) -> bool:
    """Whether a 5xx of an application contains AgentCore's words for a refusal, which come with another status."""
    is_marked = any(name.lower().startswith("x-amzn-") for name in unit.headers or ())
    row = unit.sentence.row if unit.sentence is not None else None
    is_refusal = row is not None and row.sender == "agentcore" and {401, 403} & set(row.statuses)
    return unit.status in (500, 502) and not is_marked and bool(is_refusal)


def _is_status_only(unit: Unit) -> bool:
    return unit.status is not None and unit.headers is None and not unit.has_text


def _is_error(body: str) -> bool:
    """Whether a body has the keys of an error, and not of an agent's result."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    keys = {key.lower() for key in value} if isinstance(value, dict) else set()
    return not keys & _RESULT_KEYS


def _response(unit: Unit) -> Response | None:
    """The answer as far as it is shown; an SDK's error as botocore writes it, which names operation and type."""
    row = unit.sentence.row if unit.sentence else None
    body, message = unit.body or "", unit.message or (unit.sentence.text if unit.sentence else "")
    error_type = unit.error_type or (row.error_type if row else "")
    is_api_of_provider = error_type.removesuffix("Exception") in (*API_ERRORS, "UnauthorizedInboundToken")
    if not body and (
        unit.operation or (unit.error_type and not is_api_of_provider and set(unit.forms) & _SDK_FORMS)
    ):
        operation = unit.operation or "InvokeAgentRuntime"
        body = f"An error occurred ({error_type or unit.status or 'Unknown'}) when calling the {operation} operation: {message}"
    elif not body and (message or error_type):
        body = json.dumps({**({"__type": error_type} if error_type else {}), "message": message})
    is_all = row is not None and bool(row.cause) and not (unit.body or unit.message or unit.error_type)
    if is_all or unit.is_clients_word or (unit.status is None and not body and unit.headers is None):
        return None
    return Response(status=unit.status, headers=unit.headers or {}, body=body)
