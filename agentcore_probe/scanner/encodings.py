"""Texts in base64, in hexadecimal and reversed: how a short one is written, and what a long one is read as."""

from __future__ import annotations

import base64
import binascii
from array import array
from collections.abc import Callable, Iterator
from itertools import compress
from string import ascii_letters, digits

from agentcore_probe.regex import regex

MIN_LENGTH = 8
"""Shorter texts would match harmless text by chance."""
ALPHANUMERIC = (ascii_letters + digits).encode()
_BASE64 = ALPHANUMERIC + b"+/-_"
_FROM_BASE64URL = bytes.maketrans(b"-_", b"+/")
_OUTSIDE = {alphabet: bytes(set(range(256)) - set(alphabet)) for alphabet in (ALPHANUMERIC, _BASE64)}
"""Every other byte."""

Locate = Callable[[int, int], tuple[int, int]]
"""Start and end in a view -> start and end in the text that the view was made from."""


class Filtered:
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


def letters_and_digits(text: str) -> bytes:
    """The ASCII letters and digits of `text`."""
    return Filtered(text.encode("ascii", "replace"), ALPHANUMERIC).data


def encoded_forms(text: str) -> set[str]:
    """A short text plain, reversed, in hexadecimal and in base64."""
    raw = text.encode("utf-8", "surrogatepass")
    encoded = {
        form.decode()
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
        for form in base64_forms(raw, encode)
    }
    forms = {text, text[::-1], raw.hex(), raw.hex().upper(), *encoded}
    return {form for form in forms if len(form) >= MIN_LENGTH}


def base64_forms(raw: bytes, encode: Callable[[bytes], bytes]) -> set[bytes]:
    """The part of `raw` in base64 that does not depend on what surrounds it: one form for each alignment."""
    forms = set()
    for offset in range(3):
        encoded = encode(b"\0" * offset + raw)
        # The first characters depend on what comes before, those of the last group on what follows.
        start, end = (0, 2, 3)[offset], 4 * ((offset + len(raw)) // 3)
        forms.add(encoded[start:end])
    return forms


_HEXADECIMAL = regex(rb"[0-9A-Fa-f]{48,}+")


def views(text: str, has_base64_symbols: bool) -> Iterator[tuple[bytes, Locate]]:
    """The letters and digits of `text` as it is, reversed, and decoded from base64 and hexadecimal.

    Base64 is decoded without separators, and with `has_base64_symbols` also with the two characters of its alphabet
    that are separators elsewhere.
    """
    data = text.encode("ascii", "replace")  # one byte for each character, so that positions stay the same
    plain = Filtered(data, ALPHANUMERIC)
    yield plain.data, plain.locate
    length = len(plain.data)
    yield plain.data[::-1], lambda start, end: plain.locate(length - end, length - start)
    yield from _base64_views(plain.data, plain.locate)
    if has_base64_symbols:
        encoded = Filtered(data, _BASE64)
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
    filtered = Filtered(data, ALPHANUMERIC)

    def locate_encoded(start: int, end: int) -> tuple[int, int]:
        start, end = filtered.locate(start, end)
        return locate(first + 8 * start // bits, min(first + (8 * end - 1) // bits + 1, limit))

    return filtered.data, locate_encoded
