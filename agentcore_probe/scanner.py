"""Finds registered texts inside other texts: whole, in fragments, with separators, escaped or encoded.

The time of a scan depends on the length of the text, not on the number of registered texts:

- A long text (at least `LONG` ASCII letters and digits) is remembered by every sequence of 8 of them. A scanned
  text is reduced to its letters and digits, and every sixteenth sequence is looked up. Where one is known, the run
  of known sequences around it is measured, and counts if it has at least `LONG` characters.
- A short text is remembered as a whole, in its encoded forms, and searched for where all of its 4-byte words occur.

Instead of remembering each encoding of a long text, the scanned text is decoded: percent, backslash and HTML
escapes (`_Decoded`), base64, hexadecimal, and reversed (`_views`).
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import sys
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import compress
from string import ascii_letters, digits
from typing import NamedTuple

from agentcore_probe.json_strings import JsonString, is_structured, json_strings

MIN_LENGTH = 8
"""Shorter texts would match harmless text by chance."""
LONG = 24
"""From this number of letters and digits on, a fragment of a registered text is enough for a match."""
_GRAM = 8
_STRIDE = 16
"""Every sequence of 8 that begins at a multiple of 16 is looked up: any 24 characters contain one."""
_ROUNDS = 8
"""How often escapes of escapes are decoded; each round takes linear time."""
_CLIPPED = 256
"""The longest beginning of a registered text that is searched for at the end of a text that was cut off."""

_ALPHANUMERIC = (ascii_letters + digits).encode()
_BASE64 = _ALPHANUMERIC + b"+/-_"
_FROM_BASE64URL = bytes.maketrans(b"-_", b"+/")
_OUTSIDE = {alphabet: bytes(set(range(256)) - set(alphabet)) for alphabet in (_ALPHANUMERIC, _BASE64)}
"""Every other byte."""

Locate = Callable[[int, int], tuple[int, int]]
"""Start and end in a view -> start and end in the text that the view was made from."""


class Occurrence(NamedTuple):
    """A registered text, or a fragment of one, at `text[start:end]`."""

    start: int
    end: int
    label: str


class Scanner:
    """Remembers texts by their labels, and finds them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grams: dict[int, str] = {}
        """The label by each sequence of 8 letters and digits of a long text, as a number."""
        self._forms, self._canonical_forms, self._other_forms = _Index(), _Index(), _Index()
        """The forms of short texts as they are, in canonical spelling, and those that this spelling shortens too much."""
        self._beginnings: list[tuple[str, str]] = []
        """Each registered text and its label, sorted."""
        self._has_base64_symbols = False
        """Whether the base64 form of a long text has characters that are neither letters nor digits."""

    def add(self, text: str, label: str) -> None:
        """Remembers `text`; one of fewer than 8 characters is ignored."""
        if len(text) < MIN_LENGTH:
            return
        with self._lock:
            at = bisect_left(self._beginnings, (text, ""))
            if at < len(self._beginnings) and self._beginnings[at][0] == text:
                return
            self._beginnings.insert(at, (text, label))
            decoded = _Decoded(text).text
            is_long = len(_letters_and_digits(text)) >= LONG
            if is_long and not self._has_base64_symbols:
                encoded = b"".join(_base64_forms(text.encode("utf-8", "surrogatepass"), base64.b64encode))
                self._has_base64_symbols = b"+" in encoded or b"/" in encoded
            for reduced in {_letters_and_digits(text), _letters_and_digits(decoded)} if is_long else ():
                for start in range(min(_GRAM, len(reduced) - _GRAM + 1)):
                    for gram in _words(reduced[start:], _GRAM):
                        self._grams.setdefault(gram, label)
            if not is_long:
                forms = _encoded_forms(text)
            else:
                # Only to replace punctuation at its ends, too.
                forms = set() if (text[0] + text[-1]).isalnum() else {text}
            for form in forms:
                self._forms.add(form, label)
                canonical = _Decoded(form).canonical
                if len(canonical) >= MIN_LENGTH:
                    self._canonical_forms.add(canonical, label)
                else:
                    self._other_forms.add(form, label)

    def clear(self) -> None:
        """Forgets every text."""
        with self._lock:
            self._grams = {}
            self._forms, self._canonical_forms, self._other_forms = _Index(), _Index(), _Index()
            self._beginnings = []
            self._has_base64_symbols = False

    def first_label(self, text: str) -> str | None:
        """The label of a registered text that occurs in `text`, or None."""
        return next((match.label for match in self._matches(text)), None)

    def matches(self, text: str) -> list[Occurrence]:
        """Where registered texts occur in `text`, in order and without overlaps."""
        merged: list[Occurrence] = []
        for match in sorted(self._matches(text)):
            if merged and match.start < merged[-1].end:
                merged[-1] = merged[-1]._replace(end=max(match.end, merged[-1].end))
            else:
                merged.append(match)
        return merged

    def clipped_beginning(self, text: str) -> Occurrence | None:
        """The beginning of a registered text at the end of `text`, which was cut off."""
        for length in range(min(_CLIPPED, len(text)), MIN_LENGTH - 1, -1):
            end = text[-length:]
            at = bisect_left(self._beginnings, (end, ""))
            if at < len(self._beginnings) and self._beginnings[at][0].startswith(end):
                return Occurrence(len(text) - length, len(text), self._beginnings[at][1])
        return None

    def _matches(self, text: str) -> Iterator[Occurrence]:
        if len(text) < MIN_LENGTH or not self._beginnings:
            return
        yield from self._contiguous_matches(text)
        if is_structured(text):
            yield from self._matches_across_strings(json_strings(text))

    def _contiguous_matches(self, text: str) -> Iterator[Occurrence]:
        """Matches that are in one piece, or in fragments with nothing but separators between them."""
        yield from self._forms.occurrences(text)
        decoded = _Decoded(text)
        if decoded.canonical != text:
            for start, end, label in self._canonical_forms.occurrences(decoded.canonical):
                yield Occurrence(*decoded.locate_canonical(start, end), label)
        if decoded.text != text:
            for start, end, label in self._other_forms.occurrences(decoded.text):
                yield Occurrence(*decoded.locate(start, end), label)
        if self._grams:
            if decoded.text != text:
                # A separator, such as a backslash, may look like the beginning of an escape.
                plain = _Filtered(text.encode("ascii", "replace"), _ALPHANUMERIC)
                for start, end, label in self._runs(plain.data):
                    yield Occurrence(*plain.locate(start, end), label)
            for data, locate in _views(decoded.text, self._has_base64_symbols):
                for start, end, label in self._runs(data):
                    yield Occurrence(*decoded.locate(*locate(start, end)), label)

    def _runs(self, data: bytes) -> Iterator[Occurrence]:
        """The runs of at least `LONG` letters and digits in which each sequence of 8 is known."""
        grams = self._grams
        if len(data) < LONG:
            return
        words = _words(data, _GRAM)[:: _STRIDE // _GRAM]
        if grams.keys().isdisjoint(words):
            return
        end_of_last = 0
        for start, gram in zip(range(0, len(data), _STRIDE), words, strict=False):
            if start < end_of_last or gram not in grams:
                continue
            first = last = start
            while first > end_of_last and _gram(data, first - 1) in grams:
                first -= 1
            while last + _GRAM < len(data) and _gram(data, last + 1) in grams:
                last += 1
            end_of_last = last + 1
            if last + _GRAM - first >= LONG:
                yield Occurrence(first, last + _GRAM, grams[gram])

    def _matches_across_strings(self, strings: Iterable[JsonString]) -> Iterator[Occurrence]:
        """Texts in pieces: strings of one key path, concatenated in order, as in the events of a stream.

        Where one is found, every string of its key path matches.
        """
        paths: dict[int, list[JsonString]] = {}
        for string in strings:
            if not string.is_key and string.start < string.end:
                paths.setdefault(string.path, []).append(string)
        paths = {path: members for path, members in paths.items() if len(members) > 1}
        joined, starts, members_at = [], [], []
        position = 0
        for members in paths.values():
            for member in members:
                starts.append(position)
                members_at.append(members)
                joined.append(member.text)
                position += len(member.text)
            joined.append("\n")
            position += 1
        labels: dict[int, str] = {}
        for start, end, label in self._contiguous_matches("".join(joined)):
            first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
            if first != last:
                labels.setdefault(members_at[first][0].path, label)
        for path, label in labels.items():
            for member in paths[path]:
                yield Occurrence(member.start, member.end, label)


class _Index:
    """Texts to search for, found by the 4-byte words in them, so that their number hardly matters."""

    def __init__(self) -> None:
        self._by_word: dict[int, dict[str, str]] = {}
        """Texts and their labels by a word that every text with one of them has, whatever the alignment."""
        self._words: dict[str, tuple[tuple[int, ...], ...]] = {}

    def add(self, text: str, label: str) -> None:
        """Adds a text of at least 8 characters."""
        if text in self._words:
            return
        self._words[text] = _aligned_words(text)
        for words in self._words[text]:
            self._by_word.setdefault(words[0], {})[text] = label

    def occurrences(self, text: str) -> Iterator[Occurrence]:
        """Where the texts occur in `text`."""
        if not self._by_word:
            return
        words = set(_words(text.encode("ascii", "replace"), 4))
        candidates: dict[str, str] = {}
        for word in self._by_word.keys() & words:
            candidates.update(self._by_word[word])
        for candidate, label in sorted(candidates.items()):
            if any(map(words.issuperset, self._words[candidate])):
                start = text.find(candidate)
                while start >= 0:
                    yield Occurrence(start, start + len(candidate), label)
                    start = text.find(candidate, start + len(candidate))


def _aligned_words(form: str) -> tuple[tuple[int, ...], ...]:
    """The whole 4-byte words in a form, for each alignment of its beginning."""
    data = form.encode("ascii", "replace")
    return tuple(tuple(_words(data[start:], 4)) for start in range(4))


def _words(data: bytes, size: int) -> memoryview[int] | tuple[int, ...]:
    """`data` as numbers of 8 or 4 bytes, without an incomplete one at the end."""
    whole = memoryview(data)[: len(data) - len(data) % size]
    if not whole:
        return ()
    return whole.cast("Q") if size == _GRAM else whole.cast("I")


def _gram(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + _GRAM], sys.byteorder)


def _encoded_forms(text: str) -> set[str]:
    """A short text plain, reversed, in hexadecimal and in base64."""
    raw = text.encode("utf-8", "surrogatepass")
    encoded = {
        form.decode()
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
        for form in _base64_forms(raw, encode)
    }
    forms = {text, text[::-1], raw.hex(), raw.hex().upper(), *encoded}
    return {form for form in forms if len(form) >= MIN_LENGTH}


def _base64_forms(raw: bytes, encode: Callable[[bytes], bytes]) -> set[bytes]:
    """The part of `raw` in base64 that does not depend on what surrounds it: one form for each alignment."""
    forms = set()
    for offset in range(3):
        encoded = encode(b"\0" * offset + raw)
        # The first characters depend on what comes before, those of the last group on what follows.
        start, end = (0, 2, 3)[offset], 4 * ((offset + len(raw)) // 3)
        forms.add(encoded[start:end])
    return forms


class _Filtered:
    """The bytes of `data` that are in `alphabet`."""

    def __init__(self, data: bytes, alphabet: bytes) -> None:
        self._source = data
        self._alphabet = alphabet
        self._positions: array[int] | None = None
        self.data = data.translate(None, _OUTSIDE[alphabet])

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the unfiltered data."""
        if self._positions is None:
            is_member = bytes(byte in self._alphabet for byte in range(256))
            selectors = self._source.translate(is_member)
            self._positions = array("L", compress(range(len(selectors)), selectors))
        return self._positions[start], self._positions[end - 1] + 1


def _letters_and_digits(text: str) -> bytes:
    return _Filtered(text.encode("ascii", "replace"), _ALPHANUMERIC).data


_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{48,}+")


def _views(text: str, has_base64_symbols: bool) -> Iterator[tuple[bytes, Locate]]:
    """The letters and digits of `text` as it is, reversed, and decoded from base64 and hexadecimal.

    Base64 is decoded without separators, and with `has_base64_symbols` also with the two characters of its alphabet
    that are separators elsewhere.
    """
    data = text.encode("ascii", "replace")  # one byte for each character, so that positions stay the same
    plain = _Filtered(data, _ALPHANUMERIC)
    yield plain.data, plain.locate
    length = len(plain.data)
    yield plain.data[::-1], lambda start, end: plain.locate(length - end, length - start)
    yield from _base64_views(plain.data, plain.locate)
    if has_base64_symbols:
        encoded = _Filtered(data, _BASE64)
        yield from _base64_views(encoded.data.translate(_FROM_BASE64URL), encoded.locate)
    for run in _HEXADECIMAL.finditer(plain.data):
        for first in (run.start(), run.start() + 1):
            yield _hexadecimal_view(plain.data[first : run.end()], first, plain.locate)


def _base64_views(data: bytes, locate: Locate) -> Iterator[tuple[bytes, Locate]]:
    """What `data`, characters of the base64 alphabet, decodes to from each of the first four characters on."""
    for first in range(4):
        padded = data[first:] + b"AAA"  # a last group of two or three characters
        whole = padded[: len(padded) - len(padded) % 4]
        yield _decoded_view(binascii.a2b_base64(whole), 6, first, len(data), locate)


def _hexadecimal_view(data: bytes, first: int, locate: Locate) -> tuple[bytes, Locate]:
    decoded = bytes.fromhex(data[: len(data) - len(data) % 2].decode())
    return _decoded_view(decoded, 4, first, first + len(data), locate)


def _decoded_view(data: bytes, bits: int, first: int, limit: int, locate: Locate) -> tuple[bytes, Locate]:
    """The letters and digits of `data`, decoded from characters of `bits` bits each.

    Args:
        data: the decoded bytes.
        bits: per character of the encoded text.
        first: where the encoded text begins in the view that it was taken from.
        limit: where it ends.
        locate: of that view.
    """
    filtered = _Filtered(data, _ALPHANUMERIC)

    def locate_encoded(start: int, end: int) -> tuple[int, int]:
        start, end = filtered.locate(start, end)
        return locate(first + 8 * start // bits, min(first + (8 * end - 1) // bits + 1, limit))

    return filtered.data, locate_encoded


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
    _Step("%", re.compile(r"%(?:25)*[89A-Fa-f][0-9A-Fa-f](?:%(?:25)*[89A-Fa-f][0-9A-Fa-f])*"), _percent_bytes),
    _Step("%", re.compile(r"%(?:25)*([0-7][0-9A-Fa-f])"), lambda match: chr(int(match[1], 16))),
    _Step("&", re.compile(r"&(?:amp;)++"), "&"),
    _literal("&quot;", '"'),
    _literal("&lt;", "<"),
    _literal("&gt;", ">"),
    _literal("&#34;", '"'),
    _literal("&#39;", "'"),
    _Step(
        "&",
        re.compile(r"&(?:#0*+[0-9]{1,7};?|#[xX]0*+[0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"),
        lambda match: html.unescape(match[0]),
    ),
    *(_literal(f"\\{letter}", character) for letter, character in zip("nrtbf", "\n\r\t\b\f", strict=True)),
    _Step(
        "\\",
        re.compile(
            r"\\(?<!\\\\)\\*+(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|u\{0*+([0-9A-Fa-f]{1,6})\})"
        ),
        _code_point,
    ),
)  # fmt: skip
_SURROGATES = _Step(
    "",
    re.compile("[\ud800-\udbff][\udc00-\udfff]"),
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


class _Decoded:
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
