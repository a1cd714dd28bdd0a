"""Percent, backslash and HTML escapes, decoded to any depth; and where a place in the result was before."""

from __future__ import annotations

import html
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from agentcore_probe.regex import regex

_ROUNDS = 8
"""How often escapes of escapes are decoded; each round takes linear time."""


class _Step(NamedTuple):
    """One kind of escape and what it means."""

    gate: str
    """A character without which the escape cannot occur."""
    pattern: re.Pattern[str]
    replacement: Callable[[re.Match[str]], str] | str
    literal: str = ""
    """The escape itself, where the pattern is a fixed text."""

    def apply(self, text: str, log: list[_Edits] | None) -> str:
        """`text` with each escape decoded; appends the replacements to `log`, if there is one."""
        if self.gate not in text:
            return text
        if log is not None:
            log.append(self._edits(text))
        if self.literal and isinstance(self.replacement, str):
            return text.replace(self.literal, self.replacement)
        return self.pattern.sub(self.replacement, text)

    def _edits(self, text: str) -> _Edits:
        edits = _Edits()
        growth = 0
        for match in self.pattern.finditer(text):
            replacement = self.replacement if isinstance(self.replacement, str) else self.replacement(match)
            edits.add(match.start() + growth, len(replacement), match.start(), match.end())
            growth += len(replacement) - (match.end() - match.start())
        return edits


class _Edits:
    """Replacements in a text, in order, to find the place in the text before them."""

    def __init__(self) -> None:
        self._starts, self._ends = array("L"), array("L")
        self._old_starts, self._old_ends = array("L"), array("L")

    def add(self, start: int, length: int, old_start: int, old_end: int) -> None:
        """The new text has `length` characters at `start` instead of the old text's from `old_start` to `old_end`."""
        self._starts.append(start)
        self._ends.append(start + length)
        self._old_starts.append(old_start)
        self._old_ends.append(old_end)

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the text before the replacements."""
        return self._old(start)[0], self._old(end - 1)[1]

    def _old(self, position: int) -> tuple[int, int]:
        """Start and end of what one character of the new text was before."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return position, position + 1
        if position < self._ends[index]:
            return self._old_starts[index], self._old_ends[index]
        old = position - self._ends[index] + self._old_ends[index]
        return old, old + 1


def _literal(escape: str, replacement: str) -> _Step:
    return _Step(escape[0], re.compile(re.escape(escape)), replacement, escape)


def _percent_bytes(match: re.Match[str]) -> str:
    pairs = re.findall(r"%(?:25)*([89A-Fa-f][0-9A-Fa-f])", match[0])
    return bytes.fromhex("".join(pairs)).decode("utf-8", "surrogateescape")


def _code_point(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group), 16)
    return chr(code) if code <= sys.maxunicode else "\N{REPLACEMENT CHARACTER}"


_STEPS = (
    # `%25` is an escaped percent sign, which is how an escape is escaped again.
    _Step("%", regex(r"%(?:25)*[89A-Fa-f][0-9A-Fa-f](?:%(?:25)*[89A-Fa-f][0-9A-Fa-f])*"), _percent_bytes),
    _Step("%", regex(r"%(?:25)*([0-7][0-9A-Fa-f])"), lambda match: chr(int(match[1], 16))),
    _Step("&", regex(r"&(?:amp;)++"), "&"),
    _literal("&quot;", '"'),
    _literal("&lt;", "<"),
    _literal("&gt;", ">"),
    _literal("&#34;", '"'),
    _literal("&#39;", "'"),
    _Step(
        "&",
        regex(r"&(?:#0*+[0-9]{1,7};?|#[xX]0*+[0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"),
        lambda match: html.unescape(match[0]),
    ),
    *(_literal(f"\\{letter}", character) for letter, character in zip("nrtbf", "\n\r\t\b\f", strict=True)),
    _Step(
        "\\",
        regex(
            r"\\(?<!\\\\)\\*+(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|u\{0*+([0-9A-Fa-f]{1,6})\})"
        ),
        _code_point,
    ),
)  # fmt: skip
_SURROGATES = _Step(
    "",
    regex("[\ud800-\udbff][\udc00-\udfff]"),
    lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16"),
)
_CANONICAL_STEPS = (_literal("\\", ""), _literal("\0", ""), _literal("+", " "))
"""Backslashes of escaping, zero bytes of UTF-16, and the plus signs that are spaces of a form."""


def _decode(text: str, log: list[_Edits] | None = None) -> str:
    r"""`text` with its escapes decoded, to any depth up to `_ROUNDS`.

    >>> forms = ['"', "%22", "%2522", "&quot;", "&amp;quot;", "&#34;", "&#x22;", "\\u0022", "%5Cu0022", "\\\\x22"]
    >>> {_decode(form) for form in forms}
    {'"'}
    >>> _decode("%6f%C3%A9&eacute;\\u00e9")
    'oééé'
    >>> [_decode(form) for form in ("100%", "a & b", "R&D;", "C:\\data")]
    ['100%', 'a & b', 'R&D;', 'C:\\data']
    """
    for _ in range(_ROUNDS):
        before = text
        for step in _STEPS:
            text = step.apply(text, log)
        if text == before:
            break
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _SURROGATES.apply(text, log)
    return text


def _canonical(text: str, log: list[_Edits] | None = None) -> str:
    """A decoded text in a spelling that is equal for texts that differ in how they were escaped."""
    for step in _CANONICAL_STEPS:
        text = step.apply(text, log)
    return text


class Decoded:
    """A text with its escapes decoded (`text`), and in canonical spelling (`canonical`)."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._log: list[_Edits] | None = None
        self._canonical_log: list[_Edits] | None = None
        self.text = _decode(source)
        self.canonical = _canonical(self.text)

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the source of a place in `text`."""
        if self._log is None:
            self._log = []
            _decode(self._source, self._log)
        return _locate_before(self._log, start, end)

    def locate_canonical(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the source of a place in `canonical`."""
        if self._canonical_log is None:
            self._canonical_log = []
            _canonical(self.text, self._canonical_log)
        return self.locate(*_locate_before(self._canonical_log, start, end))


def _locate_before(log: list[_Edits], start: int, end: int) -> tuple[int, int]:
    for edits in reversed(log):
        start, end = edits.locate(start, end)
    return start, end
