"""Credentials that must never be written: `Secret` hides a value, and a registry remembers it.

No way of showing an object (str, repr, format, JSON, pickle, a debugger's locals) reveals a
`Secret`; only `reveal()` does, and it is called only where a request is signed or sent. Every
secret registers itself, so that `find_leak` can scan what is about to be written (`scanner`).
"""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import NoReturn

from agentcore_probe.json_strings import JsonString, is_structured, json_strings
from agentcore_probe.regex import regex
from agentcore_probe.scanner import MIN_LENGTH, Occurrence, Scanner

_scanner = Scanner()


class Secret:
    """A credential that does not show itself.

    Args:
        value: the credential.
        label: what it is, for messages ("password", "access token"); never the value.
    """

    __slots__ = ("_reveal", "label")

    def __init__(self, value: str, label: str) -> None:
        self.label = label
        # A closure keeps the value out of __slots__, vars() and asdict().
        self._reveal: Callable[[], str] = lambda: value
        register(value, label)

    def reveal(self) -> str:
        """The credential itself."""
        return self._reveal()

    def __repr__(self) -> str:
        return f"<{self.label}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a secret ({self.label}) cannot be pickled or copied")

    def __bool__(self) -> bool:
        return bool(self._reveal())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._reveal() == other._reveal()

    def __hash__(self) -> int:
        return hash((Secret, self._reveal()))


def register(value: str, label: str) -> None:
    """Remembers `value`, so that `find_leak` and `redact` recognize it, until its holders release it (`Holder`).

    Of a JWT, the payload and the signature are remembered (of an encrypted one, all parts but the first). Its
    header is the same for every token of an issuer and not secret.
    """
    holder = _holder.get()
    _, _, rest = value.partition(".")
    parts = [part for part in rest.split(".") if len(part) >= MIN_LENGTH]
    if value.startswith("eyJ") and "." in rest and parts:
        _scanner.add(rest, label, holder)
        for part in parts:
            _scanner.add(part, label, holder, is_part=True)
    else:
        _scanner.add(value, label, holder)


class Holder:
    """Needs the secrets that are registered in its block, also in threads that begin there (`threads.Threads`)."""

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """Notes each secret that is registered in the block."""
        token = _holder.set(self)
        try:
            yield
        finally:
            _holder.reset(token)

    def release(self) -> None:
        """Forgets those secrets that no other holder needs, and that were not registered outside of any block."""
        _scanner.release(self)


_holder: ContextVar[Holder | None] = ContextVar("holder", default=None)


def forget_all() -> None:
    """Empties the registry (between two runs in one process)."""
    _scanner.clear()


def redact(text: str) -> str:
    """`text` with each registered secret, in any form that `find_leak` finds, replaced by its label in angle brackets.

    A JSON text or an event stream stays one.
    """
    for _ in range(3):  # the fragments on both sides of a replaced one may be found only then
        matches = _scanner.matches(text)
        if not matches:
            break
        text = _replace(text, matches)
    return text


def clipped(text: str) -> str:
    """`text`, which was cut off, with the start of a registered secret at its end replaced by the label."""
    match = _scanner.clipped_beginning(text)
    return text if match is None else f"{text[: match.start]}<{match.label}>"


_TOKEN_CHARACTERS = regex(r"[A-Za-z0-9_.-]{16,}+")
"""A run that may contain a token. A pattern for the token itself would take quadratic time on a hostile text."""


def without_tokens(text: str) -> str:
    """`text` with each JWT in it replaced by `<token>`."""
    return _TOKEN_CHARACTERS.sub(lambda run: _hide_tokens(run[0]), text) if "eyJ" in text else text


def _hide_tokens(run: str) -> str:
    parts, clean, at = run.split("."), [], 0
    while at < len(parts):
        part, start = parts[at], parts[at].find("eyJ")
        is_token = (
            start >= 0
            and at + 2 < len(parts)
            and len(part) - start >= 8
            and len(parts[at + 1]) not in range(1, 5)
        )
        if is_token:
            # Three parts; five in an encrypted token (RFC 7516), the second of which may be empty.
            part, at = f"{part[:start]}<token>", at + (4 if at + 4 < len(parts) else 2)
        clean.append(part)
        at += 1
    return ".".join(clean)


def find_leak(data: bytes) -> str | None:
    """The label of a secret that occurs in `data`; None where none does.

    Found are fragments of at least 24 letters and digits, whatever separates their characters, and shorter secrets
    as a whole. Both are found reversed, in base64 (alone or inside a longer text, as in `Basic`), in hexadecimal,
    with any characters percent-encoded or as JSON's or HTML's escapes, to any depth, and in pieces across the
    strings of an event stream or a JSON text (docs/security.md, "Limits").
    """
    return _scanner.first_label(data.decode("utf-8", "surrogateescape"))


def _replace(text: str, matches: list[Occurrence]) -> str:
    """`text` with labels instead of the matches."""
    strings = sorted(json_strings(text)) if is_structured(text) else []
    clean, position = [], 0
    for match in matches:
        for start, end, replacement in _replacements(text, match, strings):
            first = max(position, start)
            if first < end:
                clean += [text[position:first], replacement]
                position = end
    return "".join([*clean, text[position:]])


_ESCAPE_BEGIN = regex(r"\\[ux]?[0-9A-Fa-f]{0,3}\Z")
_NUMBER_CHARACTERS = frozenset("0123456789+-.eE")


def _replacements(text: str, match: Occurrence, strings: list[JsonString]) -> list[tuple[int, int, str]]:
    """What to replace for a match: start, end and replacement; in structured text only inside of strings."""
    label = f"<{match.label}>"
    first = max(bisect_right(strings, (match.start,)) - 1, 0)
    inside = []
    for string in strings[first:]:
        if string.start >= match.end:
            break
        start, end = max(match.start, string.start), min(match.end, string.end)
        if start < end:
            inside.append((_before_escape(text, start, string.start), end, label))
    if inside:
        return inside
    start, end = match.start, match.end
    if strings and set(text[start:end]) <= _NUMBER_CHARACTERS:
        while start > 0 and text[start - 1] in _NUMBER_CHARACTERS:
            start -= 1
        while end < len(text) and text[end] in _NUMBER_CHARACTERS:
            end += 1
        return [(start, end, f'"{label}"')]
    return [(_header_start(text, start), end, label)]


def _before_escape(text: str, start: int, limit: int) -> int:
    """`start`, or the start of the escape sequence that `start` is in the middle of; at least `limit`."""
    start = max(_header_start(text, start), limit)
    if escape := _ESCAPE_BEGIN.search(text, max(limit, start - 5), start):
        start = escape.start()
    while start > limit and text[start - 1] == "\\":
        start -= 1
    return start


_HEADER = regex(r"\AeyJ[A-Za-z0-9_-]*\.\Z")
_HEADER_LENGTH = 2048


def _header_start(text: str, start: int) -> int:
    """Where the header of a token begins whose payload begins at `start`; `start` where there is no header."""
    if text[start - 1 : start] != ".":
        return start
    before = text[max(0, start - _HEADER_LENGTH) : start]
    begin = before.rfind("eyJ")
    header = begin >= 0 and _HEADER.match(before[begin:])
    return start - len(before) + begin if header else start
