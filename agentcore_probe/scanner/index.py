"""Texts that are looked for as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple


class Occurrence(NamedTuple):
    """A registered text, or a fragment of one, at `text[start:end]`."""

    start: int
    end: int
    label: str


class Index:
    """Texts to search for, found by the 4-byte words in them, so that their number hardly matters."""

    def __init__(self) -> None:
        self._by_word: dict[int, dict[str, str]] = {}
        """Texts and their labels by a word that every text with one of them has, whatever the alignment."""
        self._words: dict[str, tuple[tuple[int, ...], ...]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, text: str, label: str) -> None:
        """Adds a text of at least 8 characters; `remove` has to be called as often."""
        self._counts[text] += 1
        if self._counts[text] > 1:
            return
        self._words[text] = _aligned_words(text)
        for words in self._words[text]:
            self._by_word.setdefault(words[0], {})[text] = label

    def remove(self, text: str) -> None:
        """Takes a text away that was added."""
        self._counts[text] -= 1
        if self._counts[text]:
            return
        del self._counts[text]
        for words in self._words.pop(text):
            texts = self._by_word.get(words[0], {})
            texts.pop(text, None)
            if not texts:
                self._by_word.pop(words[0], None)  # two alignments may begin alike

    def occurrences(self, text: str) -> Iterator[Occurrence]:
        """Where the texts occur in `text`."""
        if not self._by_word:
            return
        words = set(words_of(text.encode("ascii", "replace"), 4))
        candidates: dict[str, str] = {}
        for word in self._by_word.keys() & words:
            candidates.update(self._by_word.get(word, {}))  # another thread may take texts away
        for candidate, label in sorted(candidates.items()):
            if any(map(words.issuperset, self._words.get(candidate, ()))):
                start = text.find(candidate)
                while start >= 0:
                    yield Occurrence(start, start + len(candidate), label)
                    start = text.find(candidate, start + len(candidate))


def _aligned_words(form: str) -> tuple[tuple[int, ...], ...]:
    """The whole 4-byte words in a form, for each alignment of its beginning."""
    data = form.encode("ascii", "replace")
    return tuple(tuple(words_of(data[start:], 4)) for start in range(4))


def words_of(data: bytes, size: int) -> memoryview[int] | tuple[int, ...]:
    """`data` as numbers of 8 or 4 bytes, without an incomplete one at the end."""
    whole = memoryview(data)[: len(data) - len(data) % size]
    if not whole:
        return ()
    return whole.cast("Q") if size == 8 else whole.cast("I")
