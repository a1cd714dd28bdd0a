"""Sentences without what is not known: its parenthesis, its clause or its sentence is left out."""

from __future__ import annotations

import re

from agentcore_probe.regex import regex

HOLE = "\ue000"
"""Stands for a value that is not known. A number between two of them stands for a value that is."""

_VALUE = regex(f"{HOLE}\\d+{HOLE}")
_PARENTHESIS = regex(r"\s?\([^()]*\)|（[^（）]*）")
_SENTENCE = regex(r"[^.。]*(?:\.(?!\s|$)[^.。]*)*(?:[.。]\s*|$)")
_CLAUSE = regex(r"[;；]\s*")


def without_holes(text: str) -> str:
    """The text without the parts that need a value that is not known; empty if nothing is left."""
    if not _has_hole(text):
        return text
    text = _PARENTHESIS.sub(lambda match: "" if _has_hole(match[0]) else match[0], text)
    return "".join(_kept(sentence) for sentence in _SENTENCE.findall(text)).strip()


def _kept(sentence: str) -> str:
    """The sentence without the clauses that have a hole."""
    if not _has_hole(sentence):
        return sentence
    end = re.search(r"[.。]\s*$", sentence)
    clauses = _CLAUSE.split(sentence.removesuffix(end[0]) if end else sentence)
    kept = [clause for clause in clauses if not _has_hole(clause)]
    if not kept:
        return ""
    text = "; ".join(kept) + (end[0] if end else "")
    first = re.match(r"[a-z]+(?=[ :])", text)
    return text[0].upper() + text[1:] if first and kept[0] != clauses[0] else text


def _has_hole(text: str) -> bool:
    return HOLE in _VALUE.sub("", text)
