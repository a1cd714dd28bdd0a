"""Reads a quoted text of any language, however often its quotation marks are escaped."""

from __future__ import annotations

import re

from agentcore_probe.regex import regex

QUOTE = regex(r"(?P<prefix>[bBuUrRfF]{0,2})(?P<escapes>\\{0,15})(?P<quote>[\"'`])")
_AFTER = regex(
    r"(?:[^\S\n]|\\{1,8}[nrt]){0,200}+"
    r"(?:[,:;=})\]>\n]|\Z|\+\s|//|/\*|(?<=\s)[A-Za-z_][\w-]{0,80}+[:=](?!\s))"
)
"""What follows the end of a text; another quotation mark is one that was not escaped."""
_JOINED = regex(r"[^\S\n]{0,200}(?:\+\s{0,200}|\n\s{0,200})(?=[bu]?[\"'`])")
"""Between two pieces of a long text."""
_ESCAPE = regex(
    r"\\(?:u(?P<u>[0-9a-fA-F]{4})|u\{(?P<braced>[0-9a-fA-F]{1,6})\}|U(?P<U>[0-9a-fA-F]{8})|x(?P<x>[0-9a-fA-F]{2})|(?P<other>.))",
    re.S,
)
_OTHERS = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "a": "\a",
    "0": "\0",
    "e": "\x1b",
}
_ELLIPSIS = regex(r"\s{0,20}(?:\.{3,9}|…)\s{0,20}(?:\(?truncated\)?)?\Z", re.I)


class Quoted:
    """A position in a text, from which quoted texts are read."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self.is_broken = False
        self._level: int | None = None
        """How many backslashes are before each quotation mark of this structure; None: not seen yet."""
        self._line_end = -1

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Pass what matches here; whether anything did."""
        match = pattern.match(self.text, self.position)
        if match is None or match.end() == self.position:
            return False
        self.position = match.end()
        return True

    def read_string(self) -> str:
        """The quoted text here with the pieces that continue it; what there is of it if the text cuts it off."""
        pieces = [self._read_piece()]
        while not self.is_broken and self.skip(_JOINED):
            pieces.append(self._read_piece())
        return "".join(pieces)

    def _read_piece(self) -> str:
        match = QUOTE.match(self.text, self.position)
        if match is None:
            self.is_broken = True
            return ""
        level = len(match["escapes"])
        if self._level is None:
            self._level = level
        if level != self._level:
            self.is_broken = True
            return ""
        start, quote = match.end(), match["quote"]
        is_bytes = "b" in match["prefix"].lower()
        if self.text.startswith(quote * 2, start) and not level:
            return self._read_triple(start + 2, quote * 3, is_bytes=is_bytes)
        end, times = self._find_end(start, quote)
        is_raw = "r" in match["prefix"].lower()
        return _decode(self.text[start:end], 0 if is_raw else times, is_bytes=is_bytes)

    def _read_triple(self, start: int, quotes: str, *, is_bytes: bool) -> str:
        end = self.text.find(quotes, start)
        self.is_broken = end < 0
        end = end if end >= 0 else len(self.text)
        self.position = min(end + 3, len(self.text))
        return _decode(self.text[start:end], 1, is_bytes=is_bytes)

    def _find_end(self, start: int, quote: str) -> tuple[int, int]:
        """Where the text ends, and how often it is escaped; sets the position after it."""
        level = self._level or 0
        times = (level + 1).bit_length()
        line_end = self._find_line_end(start)
        position, is_doubled = start, False
        while (mark := self.text.find(quote, position, line_end)) >= 0:
            escapes = self._count_escapes(mark, start)
            position = mark + 1
            if level and escapes < level:  # the end of the text around the structure
                self.is_broken, self.position = True, mark
                return mark - escapes, times
            is_end = escapes == level if level else escapes % 2 == 0
            if is_end and _AFTER.match(self.text, position):
                self.position = position
                return mark - (escapes if level else 0), times + is_doubled
            is_doubled |= bool(escapes and not escapes % 2 and not level)
        return self._find_end_in_later_line(start, line_end, quote), times

    def _find_end_in_later_line(self, start: int, line_end: int, quote: str) -> int:
        """The end of a text over several lines; if there is none, the text is cut off at the end of its line."""
        level = self._level or 0
        mark = self.text.find(quote, line_end)
        while mark >= 0 and quote == "`" and self._count_escapes(mark, start) % 2:
            mark = self.text.find(quote, mark + 1)
        if mark >= 0:
            escapes = self._count_escapes(mark, start)
            is_end = escapes == level if level else escapes % 2 == 0
            if is_end and _AFTER.match(self.text, mark + 1):
                self.position = mark + 1
                return mark - (escapes if level else 0)
        self.is_broken, self.position = True, line_end
        ellipsis = _ELLIPSIS.search(self.text, max(start, line_end - 60), line_end)
        return ellipsis.start() if ellipsis else line_end

    def _count_escapes(self, mark: int, start: int) -> int:
        """How many backslashes are before a quotation mark."""
        first = mark
        while first > start and self.text[first - 1] == "\\":
            first -= 1
        return mark - first

    def _find_line_end(self, start: int) -> int:
        if start > self._line_end:
            end = self.text.find("\n", start)
            self._line_end = end if end >= 0 else len(self.text)
        return self._line_end


def _decode(text: str, times: int, *, is_bytes: bool) -> str:
    """A text with its escapes undone, once for each time that it was escaped."""
    is_bytes |= "\\x" in text
    for _ in range(times):
        if "\\" not in text:
            break
        text = _ESCAPE.sub(_unescape, text)
    if is_bytes:
        text = _from_bytes(text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _from_bytes(text: str) -> str:
    """The text of bytes that are UTF-8; as it is if they are not."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _unescape(match: re.Match[str]) -> str:
    digits = match["u"] or match["braced"] or match["U"] or match["x"]
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else "�"
    return _OTHERS.get(match["other"], match["other"])
