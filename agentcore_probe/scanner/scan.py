"""The scanner: remembers texts, and finds them in other texts."""

from __future__ import annotations

import base64
import sys
import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator

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
from agentcore_probe.scanner.index import Index, Occurrence, words_of

LONG = 24
"""From this number of letters and digits on, a fragment of a registered text is enough for a match."""
_GRAM = 8
_STRIDE = 16
"""Every sequence of 8 that begins at a multiple of 16 is looked up: any 24 characters contain one."""
_CLIPPED = 256
"""The longest beginning of a registered text that is searched for at the end of a text that was cut off."""


class Scanner:
    """Remembers texts by their labels, and finds them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders: dict[str, set[object]] = {}
        """Who needs each text to be found."""
        self._held: dict[object, set[str]] = {}
        """The texts of each of them, but of None."""
        self._reset()

    def _reset(self) -> None:
        self._grams: dict[int, str] = {}
        """The label by each sequence of 8 letters and digits of a long text, as a number."""
        self._grams_of: dict[object, set[int]] = {}
        """Those of each holder, in one set: the tokens of a run have most of them in common."""
        self._shared_grams: Counter[int] = Counter()
        """How many further holders have a sequence."""
        self._forms, self._canonical_forms, self._other_forms = Index(), Index(), Index()
        """The forms of short texts as they are, in canonical spelling, and those that this spelling shortens too much."""
        self._beginnings: list[tuple[str, str]] = []
        """Each registered text and its label, sorted."""
        self._has_base64_symbols = False
        """Whether the base64 form of a long text has characters that are neither letters nor digits."""

    def add(self, text: str, label: str, holder: object = None, *, is_part: bool = False) -> None:
        """Remembers `text`, until each of its holders has released it; one of fewer than 8 characters is ignored.

        Args:
            text: what to find.
            label: what to call it.
            holder: who needs it to be found; None: whoever, for ever.
            is_part: whether `holder` has a text that it is a part of, so that its fragments are found already.
        """
        if len(text) < MIN_LENGTH:
            return
        with self._lock:
            holders = self._holders.setdefault(text, set())
            if holder in holders:
                return
            if not holders:
                self._add(text, label)
            holders.add(holder)
            if not is_part:
                self._add_grams(_grams(text), label, holder)
            if holder is not None:
                self._held.setdefault(holder, set()).add(text)

    def release(self, holder: object) -> None:
        """Forgets the texts that only `holder` needed."""
        with self._lock:
            for text in self._held.pop(holder, ()):
                self._holders[text].remove(holder)
                if not self._holders[text]:
                    del self._holders[text]
                    self._remove(text)
            grams = self._grams_of.pop(holder, set())
            only = grams.difference(self._shared_grams)
            for gram in only:
                del self._grams[gram]
            for gram in grams - only:
                self._shared_grams[gram] -= 1
                if not self._shared_grams[gram]:
                    del self._shared_grams[gram]

    def _add(self, text: str, label: str) -> None:
        insort(self._beginnings, (text, label))
        is_long = _is_long(text)
        if is_long and not self._has_base64_symbols:
            encoded = b"".join(base64_forms(text.encode("utf-8", "surrogatepass"), base64.b64encode))
            self._has_base64_symbols = b"+" in encoded or b"/" in encoded
        for index, form in self._indexed(text, is_long=is_long):
            index.add(form, label)

    def _add_grams(self, grams: set[int], label: str, holder: object) -> None:
        # Whole sets at a time, which takes a tenth of the time of a loop.
        held = self._grams_of.setdefault(holder, set())
        grams -= held
        held |= grams
        new = grams.difference(self._grams)
        self._shared_grams.update(grams - new)
        self._grams.update(dict.fromkeys(new, label))

    def _remove(self, text: str) -> None:
        del self._beginnings[bisect_left(self._beginnings, (text, ""))]
        for index, form in self._indexed(text, is_long=_is_long(text)):
            index.remove(form)

    def _indexed(self, text: str, *, is_long: bool) -> Iterator[tuple[Index, str]]:
        """The forms of a text that are looked for as a whole, each with the index that it is in."""
        # Of a long text only to replace punctuation at its ends, too.
        whole = set() if (text[0] + text[-1]).isalnum() else {text}
        forms = whole if is_long else encoded_forms(text)
        for form in forms:
            yield self._forms, form
            canonical = Decoded(form).canonical
            if len(canonical) >= MIN_LENGTH:
                yield self._canonical_forms, canonical
            else:
                yield self._other_forms, form

    def clear(self) -> None:
        """Forgets every text."""
        with self._lock:
            self._holders, self._held = {}, {}
            self._reset()

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
        with self._lock:
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
        words = words_of(data, _GRAM)[:: _STRIDE // _GRAM]
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
            if last + _GRAM - first >= LONG and (label := grams.get(gram)) is not None:
                yield Occurrence(first, last + _GRAM, label)

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


def _grams(text: str) -> set[int]:
    """The sequences of 8 letters and digits of a long text, as it is and decoded; none of a short one."""
    grams: set[int] = set()
    if _is_long(text):
        for letters in {letters_and_digits(text), letters_and_digits(Decoded(text).text)}:
            for start in range(min(_GRAM, len(letters) - _GRAM + 1)):
                grams.update(words_of(letters[start:], _GRAM))
    return grams


def _is_long(text: str) -> bool:
    return len(letters_and_digits(text)) >= LONG


def _gram(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + _GRAM], sys.byteorder)
