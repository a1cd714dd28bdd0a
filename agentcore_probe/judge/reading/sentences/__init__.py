"""Sentences by which a pasted text shows its cause, also where nothing else of the answer is left.

A table for each kind of sender: a module here that defines `SENTENCES`, and `sentences` of each identity provider.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from agentcore_probe.model.sentence import FoundSentence, Sentence
from agentcore_probe.modules import declared
from agentcore_probe.providers import SENTENCES as PROVIDERS_SENTENCES

SENTENCES: tuple[Sentence, ...] = (
    *(row for table in declared(sys.modules[__name__], "SENTENCES").values() for row in table),
    *PROVIDERS_SENTENCES,
)
"""Every sentence. Of two at one place in a text, the one in the earlier row counts."""

_RANKS = {row: number for number, row in enumerate(SENTENCES)}


def rank(sentence: FoundSentence) -> int:
    """The place of a sentence's row among all; of two about one thing, the first counts."""
    return _RANKS.get(sentence.row, len(_RANKS))


def find_sentences(text: str, table: Iterable[Sentence] = SENTENCES) -> Iterator[FoundSentence]:
    """Each sentence of the table that is in the text, at each place, in the order of the table.

    Takes time in proportion to the text's length: most rows are decided by their literal alone.
    """
    lowered = text.lower()
    in_one_line = lowered.replace("\n", " ")
    for row in table:
        position = lowered.find(row.literal)
        if position < 0 <= (position := in_one_line.find(row.literal)):
            # A sentence that was broken at the width of a mail or terminal.
            sentence = row.find(text.replace("\n", " "), max(0, text.rfind("\n", 0, position) + 1))
            if sentence is not None:
                yield sentence
            continue
        while position >= 0:
            # A pattern may begin before its literal, but not before the line.
            line = text.rfind("\n", 0, position) + 1
            sentence = row.find(text, line)
            if sentence is None:
                break
            yield sentence
            position = lowered.find(row.literal, max(sentence.end, position + 1))
