"""Fills a message of Fluent in: texts, values, and choices by a word, a number or a plural, which is all that catalogues use.

fluent.runtime fills in anything, for which it imports every calendar, currency and time zone: 50 ms of a command's start.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fluent.syntax import ast

from agentcore_probe.model.languages import Language

Value = str | int | float


class Filling:
    """What a message says with these values.

    Args:
        language: the language of the message.
        values: the values by the names of the message's variables.
    """

    def __init__(self, language: Language, values: Mapping[str, object]) -> None:
        self._language = language
        self._values = values

    def text(self, pattern: ast.Pattern) -> str:
        """The text of a message or an attribute.

        Raises:
            ValueError: a value is missing, or neither a text nor a number, or the pattern has what no catalogue uses.
        """
        return "".join(
            element.value if isinstance(element, ast.TextElement) else self._shown(element.expression)
            for element in pattern.elements
        )

    def _shown(self, expression: ast.InlineExpression | ast.Placeable | ast.SelectExpression) -> str:
        if isinstance(expression, ast.Placeable):
            return self._shown(expression.expression)
        if isinstance(expression, ast.SelectExpression):
            return self.text(self._chosen(expression).value)
        value = self._value(expression)
        return value if isinstance(value, str) else _number(value)

    def _chosen(self, choice: ast.SelectExpression) -> ast.Variant:
        """The first variant whose key is the selector's value or its plural, else the default."""
        value = self._value(choice.selector)
        default = next(variant for variant in choice.variants if variant.default)
        return next((variant for variant in choice.variants if self._is_meant(variant.key, value)), default)

    def _is_meant(self, key: ast.Identifier | ast.NumberLiteral, value: Value) -> bool:
        if isinstance(key, ast.NumberLiteral):
            # The values of a cause are texts: "407".
            return key.value == value if isinstance(value, str) else float(key.value) == value
        return key.name == (value if isinstance(value, str) else self._language.plural(value))

    def _value(self, expression: ast.InlineExpression) -> Value:
        if isinstance(expression, ast.StringLiteral):
            return expression.parse()["value"]
        if not isinstance(expression, ast.VariableReference):
            raise ValueError(f"{type(expression).__name__} is not supported")  # noqa: TRY004  (of a catalogue, not of Python)
        name = expression.id.name
        if name not in self._values:
            raise ValueError(f"{name} has no value")
        value = self._values[name]
        if not isinstance(value, str | int | float):
            raise ValueError(f"{name} is a {type(value).__name__}")  # noqa: TRY004  (as above)
        return value


def _number(value: float) -> str:
    """The number with commas between thousands, and at most three decimal places."""
    if isinstance(value, int):
        return f"{int(value):,}"
    # Decimal rounds what is written, 0.0005, and not the float beside it.
    return f"{Decimal(str(value)):,.3f}".rstrip("0").rstrip(".")
