"""The scanner: remembers texts, and finds them in other texts."""

from __future__ import annotations

import base64
import sys
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agentcore_probe.json_strings import JsonString, is_structured, json_strings
from agentcore_probe.scanner.encodings import (
    ALPHANUMERIC,
    MIN_LENGTH,
    Filtered,
    base64_forms,
    encoded_forms,
    letters_and_digits,
    views,
)
from agentcore_probe.scanner.escapes import Decoded

LONG = 24
"""From this number of letters and digits on, a fragment of a registered text is enough for a match."""
_GRAM = 8
_STRIDE = 16
"""Every sequence of 8 that begins at a multiple of 16 is looked up: any 24 characters contain one."""
_CLIPPED = 256
"""The longest beginning of a registered text that is searched for at the end of a text that was cut off."""


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
            decoded = Decoded(text).text
            is_long = len(letters_and_digits(text)) >= LONG
            if is_long and not self._has_base64_symbols:
                encoded = b"".join(base64_forms(text.encode("utf-8", "surrogatepass"), base64.b64encode))
                self._has_base64_symbols = b"+" in encoded or b"/" in encoded
            for reduced in {letters_and_digits(text), letters_and_digits(decoded)} if is_long else ():
                for start in range(min(_GRAM, len(reduced) - _GRAM + 1)):
                    for gram in _words(reduced[start:], _GRAM):
                        self._grams.setdefault(gram, label)
            if not is_long:
                forms = encoded_forms(text)
            else:
                # Only to replace punctuation at its ends, too.
                forms = set() if (text[0] + text[-1]).isalnum() else {text}
            for form in forms:
                self._forms.add(form, label)
                canonical = Decoded(form).canonical
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
        decoded = Decoded(text)
        if decoded.canonical != text:
            for start, end, label in self._canonical_forms.occurrences(decoded.canonical):
                yield Occurrence(*decoded.locate_canonical(start, end), label)
        if decoded.text != text:
            for start, end, label in self._other_forms.occurrences(decoded.text):
                yield Occurrence(*decoded.locate(start, end), label)
        if self._grams:
            if decoded.text != text:
                # A separator, such as a backslash, may look like the beginning of an escape.
                plain = Filtered(text.encode("ascii", "replace"), ALPHANUMERIC)
                for start, end, label in self._runs(plain.data):
                    yield Occurrence(*plain.locate(start, end), label)
            for data, locate in views(decoded.text, self._has_base64_symbols):
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
