"""Equal calls that a run sent more than once: they should get the same decision."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.factors import alike_except
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import Exchange

_Row = tuple[str, str | None]
"""The id of a row, and the kind of forgery."""
_Placed = tuple[int, Exchange]
"""An exchange and its place in the run."""


def cached_authorization(case: Case) -> Match | None:
    """A control that was refused, and is accepted since the target accepted its counterpart."""
    if case.exchange.phase != "after" or not case.is_control or decision(case) != "accepted":
        return None
    for other in _equal_calls(case, "refused", lambda other: other.phase == "before"):
        return Match("cached-authorization", "proven", evidence=(other.id,))
    return None


def answers_differ(case: Case) -> Match | None:
    """Two equal calls, of which one was accepted and one refused."""
    opposite: dict[Decision, Decision] = {"accepted": "refused", "refused": "accepted"}
    wanted = opposite.get(decision(case))
    if wanted is None:
        return None

    def is_again(other: Exchange) -> bool:
        is_repeated = "repeated" in (case.exchange.control, other.control)
        return is_repeated or (case.is_control and None not in (case.exchange.phase, other.phase))

    for other in _equal_calls(case, wanted, is_again):
        return Match("answers-differ", "proven", evidence=(other.id,))
    return None


def _equal_calls(case: Case, wanted: Decision, is_again: Callable[[Exchange], bool]) -> Iterator[Exchange]:
    """The same row's other exchanges with this decision, whose requests and credentials are equal, in the run's order.

    Args:
        case: the call that they are compared with.
        wanted: their decision.
        is_again: whether one is an equal call again, apart from request and credential.
    """
    exchange = case.exchange
    controls = {exchange.control, "repeated"} if exchange.forged is None else {exchange.control}
    calls = [
        _by_decision(case, control).get(wanted, ())
        for control in _of_same_row(case)
        if control in controls or exchange.control == "repeated"
    ]
    for _, other in heapq.merge(*calls):
        if other.id != exchange.id and is_again(other) and _is_alike(exchange, other):
            yield other


def _of_same_row(case: Case) -> Mapping[str | None, Sequence[_Placed]]:
    """The calls of the same row with the same forgery, by their control; without experiments."""

    def by_row() -> Mapping[_Row, Mapping[str | None, Sequence[_Placed]]]:
        calls = defaultdict[_Row, dict[str | None, list[_Placed]]](dict)
        for place, other in enumerate(case.related):
            if other.change is None:
                calls[_row(other)].setdefault(other.control, []).append((place, other))
        return calls

    return case.related.once("calls by row", by_row).get(_row(case.exchange), {})


def _by_decision(case: Case, control: str | None) -> Mapping[Decision, Sequence[_Placed]]:
    """The calls of the same row with one control, by their decision."""

    def by_decision() -> Mapping[Decision, Sequence[_Placed]]:
        calls = defaultdict[Decision, list[_Placed]](list)
        for place, other in _of_same_row(case)[control]:
            calls[decision(Case(other, case.configuration, case.related))].append((place, other))
        return calls

    return case.related.once(("calls by decision", _row(case.exchange), control), by_decision)


def _row(exchange: Exchange) -> _Row:
    return exchange.id.rpartition("/")[0], exchange.forged


def _is_alike(one: Exchange, other: Exchange) -> bool:
    """Whether nothing differs; two forgeries of one kind count as one token, although their times may differ."""
    return alike_except("token" if one.forged else "", one, other)


RULES: tuple[Rule, ...] = (cached_authorization, answers_differ)
