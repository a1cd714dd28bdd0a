"""Whether a statement's conditions hold, as far as the values of their keys are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agentcore_probe.judge.policy.matching import Request, glob, like_arn, with_variables
from agentcore_probe.judge.policy.statements import Statement
from agentcore_probe.judge.policy.truth import NO, YES, Truth, all_of, any_of, maybe, negated

_Compare = Callable[[str, str, Request], Truth]


def _equals(value: str, actual: str, request: Request) -> Truth:
    filled = with_variables(value, request)
    return maybe(f"the policy variable in {value}") if filled is None else _truth(filled == actual)


def _equals_ignoring_case(value: str, actual: str, request: Request) -> Truth:
    return _equals(value.lower(), actual.lower(), request)


def _like(value: str, actual: str, request: Request) -> Truth:
    filled = with_variables(value, request)
    return maybe(f"the policy variable in {value}") if filled is None else _truth(glob(filled, actual))


def _truth(value: bool) -> Truth:
    return YES if value else NO


_OPERATORS: dict[str, _Compare] = {
    "stringequals": _equals,
    "stringequalsignorecase": _equals_ignoring_case,
    "stringlike": _like,
    "arnequals": like_arn,
    "arnlike": like_arn,
    "bool": _equals_ignoring_case,
}
"""Operators whose keys may have a known value. Each has a negated form, `Not` before its last word."""
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}


def conditions_hold(statement: Statement, request: Request) -> Truth:
    """Whether all conditions hold; unknown where a key's value, or an operator, is not known.

    Args:
        statement: has the conditions.
        request: has the values that are known.
    """
    return all_of(_each(statement, request))


def _each(statement: Statement, request: Request) -> Iterator[Truth]:
    for operator, keys in statement.conditions.items():
        for key, values in keys.items():
            yield _condition(operator, key, values, request)


def _condition(operator: str, key: str, values: tuple[str, ...], request: Request) -> Truth:
    # Every key with a known value has exactly one, so that ForAllValues and ForAnyValue change nothing.
    name = operator.rpartition(":")[2].lower().removesuffix("ifexists")
    actual = request.context.get(key.lower())
    if actual is None:
        return maybe(f"the condition {operator} {key} {', '.join(values)}")
    if name == "null":
        return any_of(_truth(value.lower() == "false") for value in values)
    compare = _OPERATORS.get(_NEGATED.get(name, name))
    if compare is None:
        return maybe(f"the condition {operator} {key} {', '.join(values)}")
    found = any_of(compare(value, actual, request) for value in values)
    return negated(found) if name in _NEGATED else found
