"""Whether two parts of a text may be about one answer: how near they are, and whether they contradict."""

from __future__ import annotations

from agentcore_probe.judge.reading.unit import Unit, is_status_only
from agentcore_probe.regex import regex

_HEADERS_ALONE = ("challenge", "headers")
"""Forms that show headers without a head, perhaps after the status."""
_AFTER_BODY = frozenset(
    {"write-out", "status-after-body", "metadata", "wrapper", "java", "js-client", "curl-status"}
)
"""Forms of a status that clients write in a line after the body."""
_BLANK_LINE = regex(r"\n[ \t]*\n")
_NEAR = 2_000
"""Characters."""


def is_same_line(text: str, first: Unit, second: Unit) -> bool:
    """Whether the second is in the line in which the first ends."""
    return "\n" not in text[first.end : second.start]


def is_close(text: str, first: Unit, second: Unit) -> bool:
    """Whether no empty line is between them; a status may have one before its body."""
    gap = text[first.end : second.start]
    is_another_lines_status = second.status is not None and not second.has_text and second.headers is None
    has_answers_text = bool(first.body or first.message or first.error_type)
    is_after_body = second.forms[0] in _AFTER_BODY or _has_line_alone(text, second)
    if has_answers_text and is_another_lines_status and not is_after_body:
        return False
    is_body_alone = second.body is not None and second.request is None and second.status is None
    is_status_and_body = first.has_answer and not first.has_text and is_body_alone and not gap.strip()
    return is_status_and_body or (len(gap) < _NEAR and not _BLANK_LINE.search(gap))


def _has_line_alone(text: str, unit: Unit) -> bool:
    """Whether there is nothing else in its line."""
    start, end = text.rfind("\n", 0, unit.start) + 1, text.find("\n", unit.end)
    line = text[start : end if end >= 0 else len(text)]
    return len(line.strip()) <= unit.end - unit.start + 2


def agree_in_line(first: Unit, second: Unit) -> bool:
    """The same for one line, where a client that sent nothing quotes what its login or proxy answered."""
    is_proxys = any(
        one.fault is not None
        and one.fault.kind == "proxy"
        and other.status is not None
        and not other.has_text
        for one, other in ((first, second), (second, first))
    )
    return is_proxys or first.is_clients_word or second.is_clients_word or agree(first, second)


def agree(first: Unit, second: Unit) -> bool:
    """Whether both may be about one answer."""
    if second.headers is not None and (second.forms[0] not in _HEADERS_ALONE or first.headers is not None):
        return False  # a head begins another answer
    if None not in (first.status, second.status) and first.status != second.status:
        return False
    if any(
        one.error_type and 200 <= (other.status or 0) < 300
        for one, other in ((first, second), (second, first))
    ):
        return False  # a success in a log is another request's
    if first.url and second.url and first.url != second.url:
        return False
    if (first.fault is None) != (second.fault is None):
        return False
    if _is_success_beside_error(first, second) or _is_success_beside_error(second, first):
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


def _is_success_beside_error(success: Unit, error: Unit) -> bool:
    """Whether a line of a log with a success is near an error that only a refusal has."""
    is_success = is_status_only(success) and success.status is not None and 200 <= success.status < 300
    is_refusals = bool(error.sentence and error.sentence.row.statuses and not error.body)
    return is_success and bool(error.error_type or is_refusals)
