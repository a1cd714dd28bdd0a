"""Removes the frames that terminals draw around a text, and joins the lines that a frame broke."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.regex import regex

_DRAWING = regex(r"[\u2500-\u257f]")
_BORDER = regex(r"^[ \t]{0,80}[╭╮╰╯┌┐└┘├┤┬┴┼─━═╔╗╚╝╠╣╦╩╬╟╢┏┓┗┛┡┩┣┫┠┨┯┷╇╈╋╞╡╪╤╧]")
_BORDER_CHARACTERS = regex(r"[\u2500-\u257f]{1,400}")
_ROW = regex(r"^[ \t]{0,80}[│┃║](?P<content>[^\n]*?)[│┃║]?[ \t]{0,80}$")
_CELL_BORDER = regex(r"[ \t]{0,400}[│┃║]")

_CONCISE_VIEW = regex(r"^Line \|[ \t]{0,9}$", re.M)
"""PowerShell 7 shows an error in a frame of `Line |`, a number, and `|`."""
_CONCISE_ROW = regex(r"^[ \t]{0,12}\d{0,6}[ \t]{0,4}\|[ \t]{0,2}(?P<content>[^\n]*)$")


def remove_frames(text: str) -> str:
    """The text without box drawing and without PowerShell's error frame."""
    if _DRAWING.search(text):
        text = "\n".join(_unframe(text.split("\n")))
    if "Line |" in text and _CONCISE_VIEW.search(text):
        text = "\n".join(_unframe_concise_view(text.split("\n")))
    return text


def _unframe(lines: list[str]) -> Iterator[str]:
    """The lines; the rows of a frame joined where one fills the frame."""
    paragraph: list[str] = []
    width = 0
    for line in lines:
        row = _ROW.match(line)
        if row:
            content = row["content"].rstrip()
            width = max(width, len(row["content"]))
            paragraph.append(_CELL_BORDER.sub("  ", content).rstrip())
            continue
        yield from _join_rows(paragraph, width)
        paragraph, width = [], 0
        if _BORDER.match(line):
            title = _BORDER_CHARACTERS.sub(" ", line).strip()
            if title:
                yield title
        else:
            yield _BORDER_CHARACTERS.sub("", line)
    yield from _join_rows(paragraph, width)


_BEGINNING = regex(r"HTTP/\d|[{<]|\$ |curl: ")
"""The beginning of a line of its own: of an answer, or of the next command."""


def _join_rows(rows: list[str], width: int) -> Iterator[str]:
    """The rows of one frame; a row goes on in the next where its first word would not have fitted."""
    indent = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    joined = ""
    previous = ""
    for row in rows:
        content = row[indent:]
        words = content.split(maxsplit=1)
        is_continued = bool(previous and words) and not content.startswith(" ") and len(previous) >= 30
        is_continued = is_continued and not (_BEGINNING.match(content) and previous[-1] not in ":=,([{ ")
        if is_continued and len(previous) + indent + 1 + len(words[0]) > width - indent:
            # A frame breaks only a word that is longer than itself.
            joined += content if " " not in previous else f" {content}"
        else:
            if previous or joined:
                yield joined
            joined = content
        previous = content
    if rows:
        yield joined


def _unframe_concise_view(lines: list[str]) -> Iterator[str]:
    is_inside = False
    for line in lines:
        if _CONCISE_VIEW.match(line):
            is_inside = True
            continue
        row = _CONCISE_ROW.match(line) if is_inside else None
        if row is None:
            is_inside = False
            yield line
        elif row["content"].strip("~ "):
            yield row["content"]
