"""Where a line of the terminal may end: at white space, and beside a Japanese character."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from agentcore_probe.regex import regex

_OPENING = "（「『【〈《"
_CLOSING = ",.:;、。，．・：；？！）」』】〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
"""Characters that begin no line."""
_WIDE = r"\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6"
_UNIT = regex(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*")
"""What is never parted: a word, or one wide character, with the punctuation that belongs to it."""


def lines(text: Text, width: int, *, cuts_urls: bool = True) -> Iterator[Text]:
    """The text in lines, without spaces at their ends; a word that is longer than a line is cut, but a URL only if it may be.

    rich breaks at white space only: most of a Japanese sentence would be one word, and the line before it short.

    Args:
        text: with line breaks where lines end anyway.
        width: how many columns a line has.
        cuts_urls: whether a URL that is longer than a line is cut; else it has a line of its own.
    """
    for paragraph in text.split("\n", allow_blank=True):
        for line in paragraph.divide(_breaks(paragraph.plain, width, cuts_urls=cuts_urls)):
            line.rstrip()
            yield line


def _breaks(text: str, width: int, *, cuts_urls: bool) -> Iterator[int]:
    """The offsets at which a further line begins."""
    start = 0
    for unit in _UNIT.finditer(text):
        if unit.start() > start and cell_len(text[start : unit.end()]) > width:
            start = unit.start()
            yield start
        if not cuts_urls and "://" in unit[0]:
            continue
        while unit.end() - start > 1 and cell_len(text[start : unit.end()]) > width:
            ends = range(unit.end(), start, -1)
            start = next((end for end in ends if cell_len(text[start:end]) <= width), start + 1)
            yield start
