"""Which of several exchanges in a pasted text is explained."""

from __future__ import annotations

from collections.abc import Sequence

from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.request import content_faults, header_faults, url_faults


def choose(cases: Sequence[Case]) -> Case:
    """The last one that failed, unless the same call was accepted afterwards; the last one if none failed.

    One that only wraps another error counts where nothing else failed.

    Args:
        cases: the exchanges in their order, at least one. A request without an answer counts where there is no answer,
            or where it is the last and would fail.
    """
    if _would_fail(cases[-1], cases[:-1]):
        return cases[-1]
    answered = [case for case in cases if _has_answer(case)] or list(cases)
    accepted: list[Case] = []
    hiding: Case | None = None
    for case in reversed(answered):
        cause = diagnose(case).cause
        if cause == "none":
            accepted.append(case)
        elif cause == "answer-hidden" and _is_wrapped(case):
            hiding = hiding or case
        elif cause in _UNKNOWN and _shows_little(case) and len(answered) > 1:
            continue
        elif not any(_is_same_call(case, other) for other in accepted):
            return case
    return hiding or answered[-1]


_UNKNOWN = ("unexplained", "refused-unexplained")


def _shows_little(case: Case) -> bool:
    """Whether it is a status alone, of a success or without its call, or JSON that need not be an answer."""
    answer = case.answer
    shows_nothing = not (
        answer.status or answer.error_type or answer.message or case.exchange.fault or case.sentence
    )
    if case.status_only and 200 <= (answer.status or 0) < 300:
        return True
    return not case.exchange.request.url and (case.status_only or shows_nothing)


def _is_wrapped(case: Case) -> bool:
    """Whether a line only says that another error ended a library's own step: that error is printed before it."""
    return case.sentence is not None and "kind" not in case.sentence.values


def _has_answer(case: Case) -> bool:
    return case.exchange.response is not None or case.exchange.fault is not None or case.sentence is not None


def _would_fail(case: Case, earlier: Sequence[Case]) -> bool:
    """Whether a request that was not answered is wrong in itself, and is not a call that was answered before.

    A command without a credential does not count: people shorten the command that they paste.
    """
    if _has_answer(case) or case.url_only or any(_is_same_url(case, other) for other in earlier):
        return False
    faults = (*url_faults(case), *header_faults(case), *content_faults(case))
    return any(fault.cause != "credential-missing" and fault.confidence != "possible" for fault in faults)


def _is_same_url(case: Case, other: Case) -> bool:
    return case.exchange.request.url == other.exchange.request.url


def _is_same_call(case: Case, other: Case) -> bool:
    first, second = case.exchange.request, other.exchange.request
    return bool(first.url) and first == second
