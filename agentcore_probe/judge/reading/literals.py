"""Reads a structure that a language, library or tool printed, or that is escaped or cut off.

One grammar for all of them: containers of pairs and items, whose keys and values are quoted, bare or named. No
kept library does: json5, hjson, demjson3 and dirtyjson refuse names before brackets, `=` and `=>`, other escapes
than JSON's, and texts that are cut off; ast.literal_eval refuses every call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agentcore_probe.judge.reading.quoted import QUOTE, Quoted

MAX_DEPTH = 60
_CLOSERS = {"{": "}", "[": "]", "(": ")"}

_SPACE = re.compile(r"(?:\s|\\{1,8}[nrt]|//[^\n]*|/\*[^*]{0,2000}\*/)*+")
"""White space, also as the escapes of a string around the structure, and comments."""
_TOO_DEEP = re.compile(r"[^}\])\n]*+")
_PREFIX = re.compile(r"<ref \*\d{1,4}> |string\(\d{1,9}\) (?=\")|new (?=[A-Z])|:(?=[\"'])|\.\.\.(?=[,\s])")
"""What dumps put before a value without meaning for it."""
_BEFORE_PREFIX = frozenset("<sn.:")
_NO_NAME = frozenset("[{\"'(0123456789-\n ")
"""What may follow a bracket without a name."""
_BARE_KEY = re.compile(
    r":?(?P<key>[A-Za-z_$@#][\w$@.\-/]{0,120}+)(?P<space>[ \t]{0,9})(?P<separator>=>|=(?!=)|:(?!:|//))"
)
_BRACKET_KEY = re.compile(
    r"\[['\"]?(?P<key>[\w .()$@:/-]{0,120}?)['\"]?(?::[a-z:\"]{1,80})?\][ \t]{0,9}(?P<separator>=>|:)"
)
"""`[cause]:` of Node.js, `["code"]=>` and `[code:protected] =>` of PHP."""
_SEPARATOR = re.compile(r"\s{0,20}(?:=>|=(?!=)|:(?!:))")
_NAMED = re.compile(
    r"(?:map\[[\w.]{1,40}\]|\[\])(?:interface \{\}|[\w.*]{1,40})\{"
    r"|\[[A-Z][\w: ]{0,60}\] \{"
    r"|(?P<name>[&%]?[A-Za-z_$][\w.:$\\]{0,80}+|&)(?:\(\w{1,80}\)|\s?\[[\w .:-]{1,80}\](?=\s\{))?(?:#\d{1,9}|)(?: \(\d{1,9}\))?"
    r"(?:\s{0,40}(?P<open>\{)|(?<=map)\[|(?<=[Aa]rray)\s{1,40}\(|(?<= Object)\s{1,40}\("
    r"|\((?=[\w.]{1,40}=[^=]|['\"{\[)\d&]|[bru]['\"]|[A-Z_]\w{0,80}[({ ]))"
)
_OPAQUE = re.compile(
    r"\[(?:Object|Array|Function|AsyncFunction|GeneratorFunction|Circular|Getter|Setter|class|Symbol)\b[^\]\n]{0,200}\](?! \{)"
    r"|\(\*[\w.]{1,60}\)\([^()\n]{0,60}\)"
    r"|(?:async )?function\b[^\n{]{0,200}\{|(?:Symbol|Buffer|object)\([^)\n]{0,200}\)(?!\s?[{#])|<Buffer[^>\n]{0,400}>"
)
_NUMBER = re.compile(
    r"(?P<number>-?\d{1,400}+(?:\.\d{1,400}+)?(?:[eE][+-]?\d{1,4})?)n?"
    r"(?=\s{0,200}(?:[,;}\])=]|\Z)|[ \t]{0,9}(?:\\{1,8}[nrt]|\n)|\s{0,20}:(?!\d)|\s[A-Za-z_][\w-]{0,80}[:=](?!\s))"
)
_WORD = re.compile(
    r"(?P<word>true|false|null|none|nil|undefined|nan|infinity)"
    r"(?=\s{0,200}(?:[,;}\])=]|\Z)|[ \t]{0,9}(?:\\{1,8}[nrt]|\n)|\s[A-Za-z_][\w-]{0,80}[:=](?!\s))",
    re.I,
)
_WORDS = {"true": True, "false": False}
_ERROR = re.compile(
    r"\[?(?P<name>[A-Za-z_$][\w.$]{0,100}+)(?:(?<=Error)|(?<=Exception)|(?<=Fault))(?: \[\w{1,80}\])?"
    r"(?::[ ](?P<message>[^\n]{0,8000}+))?(?=\n[ \t]{1,80}at )"
)
"""The head of an error with a stack, as the value of a dump."""
_FRAME = re.compile(r"\n[ \t]{1,80}(?:at |\.\.\. )[^\n]{0,2000}")
_RAW = re.compile(r"[^\[\](){},;\n\\ ]{1,4000}+|.|\n")
_NEXT_KEY = re.compile(
    r"[,;](?:\s|\\{1,8}[nrt]){0,200}+(?::?[A-Za-z_$@][\w$@.\-/]{0,120}+[ \t]{0,9}(?:=|:(?!:|//))|\\{0,15}[\"'`{\[}\])]|\Z|\.\.\.)"
)
_NEXT_GO_KEY = re.compile(r" [A-Za-z_][\w-]{0,80}+:(?![\s:]|//)")


@dataclass(frozen=True)
class Structure:
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


class Named(dict[str, Any]):
    """A mapping with the name of its type: `Response {...}`, `ClientError(...)`."""

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.name = name


class _Raw(str):
    """A text without quotes."""

    __slots__ = ()


class _Words(list[Any]):
    """What is between the brackets of a sentence."""


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
            self.skip(_TOO_DEEP)
        self._depth -= 1
        self.is_broken |= not is_closed
        value = _make_value(opener, name, pairs, items)
        if value is None:
            return _Raw(self.text[start : self.position])
        if not _has_content(value, items, is_closed=is_closed):
            return _Words(items) if isinstance(value, list) and items else value
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
            self.skip(_SPACE)
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
            if isinstance(item, _Raw | _Words) or self.is_broken or not self.skip(_SEPARATOR):
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
        if self.is_broken or not self.skip(_SEPARATOR):
            return False
        pairs[key] = self._read_value("{")
        return True

    def _read_key(self, opener: str) -> str | None:
        """A key without quotation marks and what separates it from its value; None if there is none."""
        character = self.text[self.position]
        if character in "{(\"'":
            return None
        match = _BRACKET_KEY.match(self.text, self.position) if character == "[" else None
        if match is None:
            match = _BARE_KEY.match(self.text, self.position)
            if match is None or (opener in "[(" and match["separator"] == ":"):
                return None
        self.position = match.end()
        return match["key"]

    def _read_value(self, opener: str) -> Any:
        self.skip(_BLANK if opener == "lines" else _SPACE)
        if self.text[self.position : self.position + 1] in _BEFORE_PREFIX:
            self.skip(_PREFIX)
        text, position = self.text, self.position
        character = text[position : position + 1]
        if not character:
            self.is_broken = True
            return ""
        if character == "{" or (character == "[" and text[position + 1 : position + 2] in _NO_NAME):
            return self.read_container(position)
        if opener != "lines" and QUOTE.match(text, position):
            return self.read_string()
        for pattern, read in _SCALARS:
            if match := pattern.match(text, position):
                self.position = match.end()
                return read(match)
        return self._read_named(opener, position)

    def _read_named(self, opener: str, start: int) -> Any:
        """An error with its stack, a container with a name before it, or a text without quotes."""
        if (match := _ERROR.match(self.text, start)) is not None:
            return self._read_error(match)
        match = _NAMED.match(self.text, start)
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
        while frame := _FRAME.match(self.text, self.position):
            self.position = frame.end()
        values = {"message": (head["message"] or "").removesuffix("]")}
        if self.text[self.position - 1] == "{":
            self.position -= 1
            properties = self.read_container(self.position)
            values |= properties if isinstance(properties, dict) else {}
        return Named(head["name"], values)

    def _read_raw(self, opener: str) -> _Raw:
        """A text without quotes, up to the end of the line, the closing bracket or the next entry."""
        start, text = self.position, self.text
        closers: list[str] = []
        for token in _RAW.finditer(text, start):
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
        return _Raw(text[start : self.position].strip())

    def _ends_raw(self, character: str, opener: str) -> bool:
        if opener == "lines":
            return False
        if character in "}])":
            return True
        if character in ",;":
            return opener == "[" or _NEXT_KEY.match(self.text, self.position) is not None
        if character == "\\":
            return re.match(r"\\{1,8}n", self.text[self.position : self.position + 9]) is not None
        return character == " " and _NEXT_GO_KEY.match(self.text, self.position) is not None


_BLANK = re.compile(r"[ \t]*+")


def _read_number(match: re.Match[str]) -> int | float:
    digits = match["number"]
    return float(digits) if any(mark in digits for mark in ".eE") else int(digits)


_SCALARS = (
    (_NUMBER, _read_number),
    (_WORD, lambda match: _WORDS.get(match["word"].lower())),
    (_OPAQUE, lambda match: _Raw(match[0])),
)


def _make_value(opener: str, name: str, pairs: dict[str, Any], items: list[Any]) -> Any:
    """The value of a container; None for a call whose arguments say nothing, such as that of datetime."""
    if pairs and opener == "(" and any(isinstance(item, int) for item in items):
        return None
    if pairs:
        return Named(name, pairs) if name and name != "map" else pairs
    if opener == "(" and name and not name.endswith("Object") and name.lower() != "array":
        if name.endswith(("Error", "Exception", "Fault")) and items:
            return Named(name, {"message": items[0]} if isinstance(items[0], str) else {"args": items})
        return items[0] if len(items) == 1 and not isinstance(items[0], _Raw) else None
    if opener == "{" and not items:
        return Named(name, {}) if name else {}
    return items


def _has_content(value: Any, items: list[Any], *, is_closed: bool) -> bool:
    """Whether a container is more than a bracket of a sentence: it has pairs, or quoted texts, numbers, containers."""
    if isinstance(value, dict):
        return bool(value)
    return bool(items) and is_closed and not any(isinstance(item, _Raw | _Words) for item in items)
