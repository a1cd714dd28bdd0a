"""The sentences of a report in one language, from the Fluent catalogues in `text/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import accumulate, takewhile
from typing import NamedTuple, Self

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from agentcore_probe.errors import ProbeError
from agentcore_probe.model.languages import LANGUAGES, Language
from agentcore_probe.regex import regex
from agentcore_probe.report.filling import Filling
from agentcore_probe.report.holes import HOLE, without_holes


class Messages:
    """The messages of one language.

    Args:
        language: the language.
        source: its catalogue, in Fluent's syntax.
    """

    def __init__(self, language: Language, source: str) -> None:
        self.language = language
        self.gap = language.sentence_gap
        self.comma = language.list_comma
        self._sources = _sources(source)
        self._entries: dict[str, _Entry] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all messages, in the catalogue's order."""
        return tuple(self._sources)

    def __call__(self, id: str, values: Mapping[str, object] | None = None, /, **more: object) -> str:
        """The message `id`, or its attribute `id.name`, with its values filled in.

        Args:
            id: the message's id.
            values: the values by the names of the message's variables; `-` in a name counts as `_`.
            more: further values.

        Raises:
            ProbeError: the catalogue has no such message, or a value is missing; both are internal errors.
        """
        return self._formatted(
            id,
            {
                name.replace("-", "_"): self._short(_one_line(value))
                for name, value in {**(values or {}), **more}.items()
            },
        )

    def _formatted(self, id: str, arguments: Mapping[str, object]) -> str:
        """The message with these values as they are."""
        pattern = self._pattern(id)
        if pattern is None:
            raise ProbeError(f"no message {id!r} in the {self.language.code} catalogue")
        try:
            return Filling(self.language, arguments).text(pattern)
        except ValueError as error:
            problem = f"the {self.language.code} message {id!r} cannot be filled in: {error}"
            raise ProbeError(problem) from None

    def _short(self, value: object) -> object:
        """A text that fits in a sentence: a long list becomes its first items, any other text its beginning."""
        if not isinstance(value, str) or len(value) <= _MAX_VALUE:
            return value
        items, comma = self._items(value)
        lengths = accumulate(len(item) + 2 for item in items)
        fitting = sum(1 for _ in takewhile(lambda length: length <= _MAX_LIST, lengths))
        if fitting > 1:
            beginning = comma.join(items[:fitting])
            return self("value-list-shortened", items=beginning, count=len(items) - fitting)
        return self("value-text-shortened", text=value[:_MAX_LIST], count=len(value) - _MAX_LIST)

    def _items(self, value: str) -> tuple[list[str], str]:
        """The items of a list in a text, and what separates them; a text that is no list is one item."""
        for comma in (self.comma, ", ", " "):
            items = value.split(comma)
            if len(items) > 1 and max(map(len, items)) <= _MAX_LIST // 2:
                return items, comma
        return [value], self.comma

    def whole_lists(self, ids: Iterable[str], values: Mapping[str, object]) -> list[WholeList]:
        """The values that the messages `ids` shorten, each once, for a place where there is room for them.

        Not a server's message, which is part of its answer.
        """
        names = {name for id in ids if (entry := self._entry(id)) for name in entry.variables} - {"message"}
        texts = {
            str(_one_line(value)): None
            for name, value in values.items()
            if name.replace("-", "_") in names and len(str(value)) > _MAX_VALUE
        }
        return [WholeList(len(self._items(text)[0]), text) for text in texts]

    def cause(self, id: str, values: Mapping[str, str]) -> str:
        """A cause's message, `cause-NAME` or `cause-NAME.why`, without what is not known.

        A value that is left out, empty or "unknown" is the key `unknown` where the message selects on it. Elsewhere the
        parenthesis, clause or sentence that needs it is left out.

        Args:
            id: the cause's id, with `.why` or `.fix` for that sentence.
            values: its values. "-" means that there is none and becomes a word.

        Returns:
            The text; empty if each of its sentences needs a value that is not known.
        """
        message = f"cause-{id}"
        entry = self._entry(message)
        selectors = entry.selectors if entry else frozenset()
        arguments: dict[str, str] = {name: _Unknown() for name in (entry.variables if entry else ())}
        texts: list[str] = []
        for key, value in values.items():
            name = key.replace("-", "_")
            if value in ("", "unknown"):
                continue
            text = self("value-absent") if value == "-" else str(_one_line(value))
            if name in selectors:
                arguments[name] = str(self._short(text.replace(HOLE, "\N{REPLACEMENT CHARACTER}")))
            else:  # kept apart: sentences are found by their punctuation, which a server's words may have too
                arguments[name] = f"{HOLE}{len(texts)}{HOLE}"
                texts.append(str(self._short(text)))
        sentences = without_holes(self._formatted(message, arguments))
        return re.sub(f"{HOLE}(\\d+){HOLE}", lambda match: texts[int(match[1])], sentences)

    def variables(self, id: str) -> frozenset[str]:
        """The names of the variables of a message and its attributes."""
        entry = self._entry(id)
        return entry.variables if entry else frozenset()

    def pattern(self, id: str) -> str:
        """The message with the names of its variables in braces, for a page that explains it."""
        return self(id, {name: f"{{{name}}}" for name in self.variables(id)})

    def parse_all(self) -> None:
        """Parses every message, which is otherwise done at its first use."""
        for id in self._sources:
            self._entry(id)

    def has(self, id: str) -> bool:
        """Whether there is such a message or attribute."""
        return self._pattern(id) is not None

    def _pattern(self, id: str) -> ast.Pattern | None:
        """The parsed message or attribute; None where there is none."""
        name, _, attribute = id.partition(".")
        entry = self._entry(name)
        return entry.patterns.get(attribute) if entry else None

    def _entry(self, id: str) -> _Entry | None:
        """The message of an id, parsed at its first use: a whole catalogue takes 0.25 s."""
        name = id.partition(".")[0]
        if name not in self._entries:
            if name not in self._sources:
                return None
            self._entries[name] = _read_entry(self._sources[name])
        return self._entries[name]


_MAX_VALUE = 1_000
"""Characters of a value in a sentence, which is to be read as one."""
_MAX_LIST = 400
"""Characters that are left of a longer one."""


class WholeList(NamedTuple):
    """A value that a sentence shortens."""

    size: int
    """How many items it has; 1 for a text that is no list."""
    text: str


class _Unknown(str):
    """A value that is not known: the key `unknown` of a select expression, and a hole in a sentence."""

    __slots__ = ()

    def __new__(cls) -> Self:
        return super().__new__(cls, HOLE)

    def __eq__(self, other: object) -> bool:
        return other == "unknown"

    __hash__ = str.__hash__


class _Entry(NamedTuple):
    """A parsed message."""

    patterns: dict[str, ast.Pattern]
    """Its attributes by their names, and its value by the empty one."""
    variables: frozenset[str]
    """The names of the variables in value and attributes."""
    selectors: frozenset[str]
    """Those that a select expression chooses by."""


class _Variables(Visitor):
    """Collects the variables that a Fluent source names."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.selectors: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  (the visitor's protocol)
        self.names.add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        if isinstance(node.selector, ast.VariableReference):
            self.selectors.add(node.selector.id.name)
        self.generic_visit(node)


def _read_entry(source: str) -> _Entry:
    resource = FluentParser(with_spans=False).parse(source)
    variables = _Variables()
    variables.visit(resource.body)
    message = next(entry for entry in resource.body if isinstance(entry, ast.Message))
    patterns = {attribute.id.name: attribute.value for attribute in message.attributes}
    if message.value is not None:
        patterns[""] = message.value
    return _Entry(patterns, frozenset(variables.names), frozenset(variables.selectors))


def _one_line(value: object) -> object:
    """A number as it is, anything else as text without line breaks: a server's must not begin a line of a report."""
    return value if isinstance(value, int) else " ".join(str(value).splitlines())


_ENTRY = regex(r"^([a-z][\w-]*) =", re.M)


def _sources(text: str) -> dict[str, str]:
    """The source of each message by its id."""
    starts = list(_ENTRY.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


@cache
def messages(code: str) -> Messages:
    """The messages of the language with this code.

    Raises:
        KeyError: the language is unknown; callers check codes against `LANGUAGES`.
    """
    language = LANGUAGES[code]
    return Messages(language, files("agentcore_probe.report").joinpath(f"text/{code}.ftl").read_text("utf-8"))
