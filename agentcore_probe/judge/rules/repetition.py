"""Equal calls that a run sent more than once: they should get the same decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.factors import alike_except
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.exchange import Exchange


def cached_authorization(case: Case) -> Match | None:
    """A control that was refused, and is accepted since the target accepted its counterpart."""
    if case.exchange.phase != "after" or not case.is_control or decision(case) != "accepted":
        return None
    for other in _equal_calls(case, lambda other: other.phase == "before"):
        if _decision_of(case, other) == "refused":
            return Match("cached-authorization", "proven", evidence=(other.id,))
    return None


def answers_differ(case: Case) -> Match | None:
    """Two equal calls, of which one was accepted and one refused."""
    own_decision = decision(case)
    if own_decision == "undecided":
        return None

    def is_again(other: Exchange) -> bool:
        is_repeated = "repeated" in (case.exchange.control, other.control)
        return is_repeated or (case.is_control and None not in (case.exchange.phase, other.phase))

    for other in _equal_calls(case, is_again):
        if _decision_of(case, other) not in (own_decision, "undecided"):
            return Match("answers-differ", "proven", evidence=(other.id,))
    return None


def _decision_of(case: Case, other: Exchange) -> str:
    return decision(Case(other, case.configuration, case.related))


def _equal_calls(case: Case, is_wanted: Callable[[Exchange], bool]) -> Iterator[Exchange]:
    """The same method's other exchanges that are wanted, and whose requests and credentials are equal."""
    exchange = case.exchange
    method = exchange.id.rpartition("/")[0]
    controls = {exchange.control, "repeated"} if exchange.forged is None else {exchange.control}
    for other in case.related:
        is_same_control = other.control in controls or exchange.control == "repeated"
        if not is_same_control or other.forged != exchange.forged or other.change is not None:
            continue
        # To compare two requests takes much longer than all else.
        is_other = other.id != exchange.id and other.id.rpartition("/")[0] == method
        if is_other and is_wanted(other) and _is_alike(exchange, other):
            yield other


def _is_alike(one: Exchange, other: Exchange) -> bool:
    """Whether nothing differs; two forgeries of one kind count as one token, although their times may differ."""
    return alike_except("token" if one.forged else "", one, other)


RULES: tuple[Rule, ...] = (cached_authorization, answers_differ)
