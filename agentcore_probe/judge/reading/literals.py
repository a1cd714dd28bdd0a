"""Reads a structure that a language, library or tool printed, or that is escaped or cut off.

One grammar for all of them: containers of pairs and items, whose keys and values are quoted, bare or named. No
kept library does: json5, hjson, demjson3 and dirtyjson refuse names before brackets, `=` and `=>`, other escapes
than JSON's, and texts that are cut off; ast.literal_eval refuses every call.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from agentcore_probe.judge.reading.quoted import QUOTE, Quoted
from agentcore_probe.judge.reading.tokens import (
    BARE_KEY,
    BEFORE_PREFIX,
    BLANK,
    BRACKET_KEY,
    ERROR,
    FRAME,
    NAMED,
    NEXT_GO_KEY,
    NEXT_KEY,
    NO_NAME,
    PREFIX,
    RAW,
    SEPARATOR,
    SPACE,
    TOO_DEEP,
)
from agentcore_probe.judge.reading.values import SCALARS, Named, Raw, Words, has_content, make_value

MAX_DEPTH = 60
_CLOSERS = {"{": "}", "[": "]", "(": ")"}


class Structure(NamedTuple):
    """A structure in a text."""

    start: int
    end: int
    value: Any
    """Mappings, lists, texts, numbers, booleans and None."""
    complete: bool = True
    """False if the text cuts it off: the value is what could be read."""
    text: str = ""
    """As it is written."""
    form: str = "literal"
    """`json`, `literal`, `xml`, `html`, `events` or `query`."""


def read_literal(text: str, start: int, opener: int) -> tuple[list[Structure], int]:
    """The structures at a bracket: one, or those inside it if it is only a bracket of a sentence; and where it ends.

    Args:
        text: the whole text.
        start: where the structure begins, with the name before its bracket.
        opener: where the bracket is.
    """
    reader = _Reader(text, opener)
    name = text[start:opener].strip() if start < opener else _name_before(text, opener)
    reader.read_container(start, name)
    return reader.structures, reader.position


def _name_before(text: str, opener: int) -> str:
    """The name of a type directly before a brace, `Response {`; empty if there is none."""
    if text[opener] != "{":
        return ""
    words = text[max(0, opener - 100) : opener].rsplit("\n", 1)[-1].rstrip(" ").rsplit(None, 1)
    name = words[-1].replace("::", ".").lstrip("%&") if words else ""
    is_type = name.replace(".", "").replace("_", "").isalnum() and name.rpartition(".")[2][:1].isupper()
    return name if is_type else ""


class _Reader(Quoted):
    """Reads from one bracket on. `is_broken` is set where the text ends or does not go on as a structure."""

    def __init__(self, text: str, position: int) -> None:
        super().__init__(text, position)
        self.structures: list[Structure] = []
        self._depth = 0
        self._is_compact = False
        """Whether the last key was written as Go does, `key:value`."""

    def read_container(self, start: int, name: str = "") -> Any:
        """The container at the bracket here; it becomes a structure if it is more than a bracket of a sentence."""
        opener = self.text[self.position]
        self.position += 1
        self._depth += 1
        inner = len(self.structures)
        pairs: dict[str, Any] = {}
        items: list[Any] = []
        is_closed = self._depth <= MAX_DEPTH and self._read_entries(opener, name, pairs, items)
        if self._depth > MAX_DEPTH:
            self.skip(TOO_DEEP)
        self._depth -= 1
        self.is_broken |= not is_closed
        value = make_value(opener, name, pairs, items)
        if value is None:
            return Raw(self.text[start : self.position])
        if not has_content(value, items, is_closed=is_closed):
            return Words(items) if isinstance(value, list) and items else value
        del self.structures[inner:]
        text = self.text[start : self.position]
        self.structures.append(Structure(start, self.position, value, complete=is_closed, text=text))
        return value

    def _read_entries(self, opener: str, name: str, pairs: dict[str, Any], items: list[Any]) -> bool:
        """Read up to the closing bracket; False if it does not come."""
        closer = _CLOSERS[opener]
        if name == "map" and opener == "[":
            opener = "map"
        if name == "Array" or name.endswith(" Object"):
            opener = "lines"
        is_separated = True
        while True:
            self.skip(SPACE)
            character = self.text[self.position : self.position + 1]
            if character == closer:
                self.position += 1
                return True
            if not character or character in "}])" or self.is_broken:
                return False
            if character in ",;":
                is_separated = True
                self.position += 1
                continue
            if not self._read_entry(opener, pairs, items, is_separated=is_separated) or self.is_broken:
                return False
            is_separated = False

    def _read_entry(
        self, opener: str, pairs: dict[str, Any], items: list[Any], *, is_separated: bool
    ) -> bool:
        """Read a pair or an item; False if the text does not go on as a structure."""
        key = self._read_key(opener)
        if key is None:
            if not is_separated and not (opener == "[" and self.text[self.position] == "{"):
                return self._read_unseparated(pairs)
            start = self.position
            item = self._read_value("[" if opener in "{(" else opener)
            if self.position == start:
                return False
            if isinstance(item, Raw | Words) or self.is_broken or not self.skip(SEPARATOR):
                items.append(item)
                return True
            key = item if isinstance(item, str) else str(item)
        pairs[key] = self._read_value(opener)
        return True

    def _read_unseparated(self, pairs: dict[str, Any]) -> bool:
        """A pair with a quoted key without a comma before it."""
        if not pairs or not QUOTE.match(self.text, self.position):
            return False
        key = self.read_string()
        if self.is_broken or not self.skip(SEPARATOR):
            return False
        pairs[key] = self._read_value("{")
        return True

    def _read_key(self, opener: str) -> str | None:
        """A key without quotation marks and what separates it from its value; None if there is none."""
        character = self.text[self.position]
        if character in "{(\"'":
            return None
        match = BRACKET_KEY.match(self.text, self.position) if character == "[" else None
        if match is None:
            match = BARE_KEY.match(self.text, self.position)
            if match is None or (opener in "[(" and match["separator"] == ":"):
                return None
        self.position = match.end()
        self._is_compact = (
            match["separator"] == ":" and not self.text[match.end() : match.end() + 1].isspace()
        )
        return match["key"]

    def _read_value(self, opener: str) -> Any:
        self.skip(BLANK if opener == "lines" else SPACE)
        if self.text[self.position : self.position + 1] in BEFORE_PREFIX:
            self.skip(PREFIX)
        text, position = self.text, self.position
        character = text[position : position + 1]
        if not character:
            self.is_broken = True
            return ""
        if character == "{" or (character == "[" and text[position + 1 : position + 2] in NO_NAME):
            return self.read_container(position)
        if opener != "lines" and QUOTE.match(text, position):
            return self.read_string()
        for pattern, read in SCALARS:
            if match := pattern.match(text, position):
                self.position = match.end()
                return read(match)
        return self._read_named(opener, position)

    def _read_named(self, opener: str, start: int) -> Any:
        """An error with its stack, a container with a name before it, or a text without quotes."""
        if (match := ERROR.match(self.text, start)) is not None:
            return self._read_error(match)
        match = NAMED.match(self.text, start)
        if match is not None and (opener != "map" or match[0] == "map["):
            self.position = match.end() - 1
            return self.read_container(start, (match["name"] or "").lstrip("&%").replace("::", "."))
        character = self.text[start]
        if character == "[" or (character == "(" and opener != "lines"):
            return self.read_container(start)
        return self._read_raw(opener)

    def _read_error(self, head: re.Match[str]) -> Any:
        """An error with its stack and perhaps its properties: `Error: text`, lines of `at`, `{`."""
        self.position = head.end()
        while frame := FRAME.match(self.text, self.position):
            self.position = frame.end()
        values = {"message": (head["message"] or "").removesuffix("]")}
        if self.text[self.position - 1] == "{":
            self.position -= 1
            properties = self.read_container(self.position)
            values |= properties if isinstance(properties, dict) else {}
        return Named(head["name"], values)

    def _read_raw(self, opener: str) -> Raw:
        """A text without quotes, up to the end of the line, the closing bracket or the next entry."""
        start, text = self.position, self.text
        closers: list[str] = []
        for token in RAW.finditer(text, start):
            self.position = token.start()
            character = token[0][0]
            if character == "\n" or (not closers and self._ends_raw(character, opener)):
                break
            if character in _CLOSERS:
                if opener == "[" and character in "{[":
                    self.is_broken = True
                    break
                closers.append(_CLOSERS[character])
            elif character in "}])" and closers and closers.pop() != character:
                break
            self.position = token.end()
        return Raw(text[start : self.position].strip())

    def _ends_raw(self, character: str, opener: str) -> bool:
        if opener == "lines":
            return False
        if character in "}])":
            return True
        if character in ",;":
            return opener == "[" or NEXT_KEY.match(self.text, self.position) is not None
        if character == "\\":
            return re.match(r"\\{1,8}n", self.text[self.position : self.position + 9]) is not None
        # Not `perform: sts:AssumeRole`.
        is_go = character == " " and self._is_compact and self.text[self.position - 1] != ":"
        return is_go and NEXT_GO_KEY.match(self.text, self.position) is not None
