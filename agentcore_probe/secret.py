"""Credentials that must never be written: `Secret` hides a value, and a registry remembers it.

No way of showing an object (str, repr, format, JSON, pickle, a debugger's locals) reveals a
`Secret`; only `reveal()` does, and it is called only where a request is signed or sent. Every
secret registers itself, so that `find_leak` can scan what is about to be written.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from typing import NoReturn

_MIN_SCANNED = 8
"""Shorter secrets would match harmless text by chance."""

_registry: dict[str, _RegisteredSecret] = {}
_prefixes: set[str] = set()
"""The first characters of every form of every secret. A text that contains none of them contains no secret,
with the exception of those with `has_short_core`."""
_lock = threading.Lock()


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
    """Remembers `value`, so that `find_leak` and `redact` recognize it.

    A JWT is remembered as a whole, and by its payload and its signature. Its header is the
    same for every token of an issuer and not secret.
    """
    parts = value.split(".")
    texts = [value]
    if value.startswith("eyJ") and len(parts) == 3 and all(parts):
        texts += [*parts[1:], f"{parts[1]}.{parts[2]}"]
    with _lock:
        for text in texts:
            if len(text) >= _MIN_SCANNED and text not in _registry:
                _registry[text] = secret = _RegisteredSecret(label, text)
                _prefixes.update(secret.prefixes)


def forget_all() -> None:
    """Empties the registry (between two runs in one process)."""
    with _lock:
        _registry.clear()
        _prefixes.clear()


def redact(text: str) -> str:
    """`text` with each registered secret, plain or in a derived form, replaced by its label in angle brackets."""
    for secret in _candidates(text):
        text = secret.replace_in(text)
    return text


def clipped(text: str) -> str:
    """`text`, which was cut off, with the start of a registered secret at its end replaced by the label."""
    for secret in _longest_first():
        for length in range(min(len(secret.value), len(text)), _MIN_SCANNED - 1, -1):
            if text.endswith(secret.value[:length]):
                return f"{text[:-length]}<{secret.label}>"
    return text


_TOKEN_CHARACTERS = re.compile(r"[A-Za-z0-9_.-]{16,}+")
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
    """The label of a secret that occurs in `data`, plain or in a derived form; None where none does.

    Derived forms: base64 (alone or inside a longer text, as in `Basic`), hexadecimal, reversed, URL-encoded,
    JSON-escaped and HTML-escaped, the last three to any depth.
    """
    text = data.decode("utf-8", "surrogateescape")
    return next((secret.label for secret in _candidates(text) if secret.occurs_in(text)), None)


def _candidates(text: str) -> list[_RegisteredSecret]:
    """The secrets that may occur in `text`, the longest first; for a short text, such as a header, usually none."""
    if len(text) > 4 * len(_prefixes):
        return _longest_first()  # searching for each secret is faster than a lookup at every position
    if any(text[at : at + _MIN_SCANNED] in _prefixes for at in range(len(text) - _MIN_SCANNED + 1)):
        return _longest_first()
    return [secret for secret in _longest_first() if secret.has_short_core] if _has_short_core(text) else []


def _has_short_core(text: str) -> bool:
    """Whether `text` contains the core of a secret with `has_short_core`."""
    with _lock:
        return any(secret.has_short_core and secret.core in text for secret in _registry.values())


def _longest_first() -> list[_RegisteredSecret]:
    with _lock:
        return sorted(_registry.values(), key=lambda secret: -len(secret.value))


class _RegisteredSecret:
    """A remembered secret and the forms in which it may occur in a text.

    Attributes:
        core: its longest part that looks the same in every escaped form (RFC 3986 section 2.3), which is
            fast to search for.
        has_short_core: whether there are escaped forms, and the core is too short to rule them out by.
        prefixes: the first characters of its forms.
    """

    def __init__(self, label: str, value: str) -> None:
        self.label = label
        self.value = value
        self._literals = _literal_forms(value)
        self.core = max(re.findall(r"[A-Za-z0-9._~-]+", value), key=len, default="")
        self._escaped = None if value == self.core else _escaped_forms(value)
        self.has_short_core = self._escaped is not None and len(self.core) < _MIN_SCANNED
        self.prefixes = {
            form[:_MIN_SCANNED] for form in (*self._literals, self.core) if len(form) >= _MIN_SCANNED
        }

    def occurs_in(self, text: str) -> bool:
        """Whether `text` contains the secret in any form."""
        return any(form in text for form in self._literals) or (
            self._escaped is not None and self.core in text and self._escaped.search(text) is not None
        )

    def replace_in(self, text: str) -> str:
        """`text` with the label instead of each form of the secret."""
        placeholder = f"<{self.label}>"
        for form in self._literals:
            if form in text:
                text = text.replace(form, placeholder)
        if self._escaped is not None and self.core in text:
            text = self._escaped.sub(lambda _: placeholder, text)
        return text


def _literal_forms(value: str) -> tuple[str, ...]:
    """The forms that are fixed texts: plain, reversed, hexadecimal and base64; the longest first."""
    raw = value.encode("utf-8", "surrogatepass")
    encoded = {
        form for encode in (base64.b64encode, base64.urlsafe_b64encode) for form in _base64_forms(raw, encode)
    }
    forms = {value, value[::-1], raw.hex(), raw.hex().upper(), *(form.decode() for form in encoded)}
    return tuple(sorted(forms, key=len, reverse=True))


def _escaped_forms(value: str) -> re.Pattern[str]:
    """A pattern for the secret with each character in any form; possessive throughout, so that no text is slow."""
    units = re.findall(r"\\+|[^\\]", value)
    return re.compile("".join(map(_escaped, units)), re.I)


def _escaped(unit: str) -> str:
    r"""A pattern for one character, or a run of backslashes, in each form and each repetition of escaping.

    The forms are the character itself, URL-encoded, or an HTML entity by name or number, each with JSON's
    backslashes in front (`plain`); JSON's `\uXXXX` (`unicode`) and two-character escapes (`short`); and for a
    space, the `+` of a query (`plus`). For example, a quotation mark:

    >>> pattern = re.compile(_escaped('"'), re.I)
    >>> forms = ['"', '\\"', "%22", "%2522", "&quot;", "&amp;quot;", "&#34;", "&#x22;", "\\u0022", "%5Cu0022"]
    >>> all(pattern.fullmatch(form) for form in forms)
    True
    >>> [form for form in ("'", "%23", "&gt;", "\\u0023") if pattern.fullmatch(form)]
    []
    """
    if re.fullmatch(r"[A-Za-z0-9._~-]", unit):
        return f"(?-i:{re.escape(unit)})"
    if unit.startswith("\\"):
        return rf"{_BACKSLASH}{{{len(unit)},}}+"
    percent = "".join(f"%(?:25)*+{byte:02x}" for byte in unit.encode("utf-8", "surrogatepass"))
    utf16 = unit.encode("utf-16-be", "surrogatepass").hex()
    unicode = "".join(rf"{_BACKSLASH}*+u{utf16[at : at + 4]}" for at in range(0, len(utf16), 4))
    names = "|".join([*_ENTITIES.get(unit, ()), rf"{_HASH}0*+{ord(unit)}", rf"{_HASH}x0*+{ord(unit):x}"])
    entity = f"{_AMPERSAND}(?:amp{_SEMICOLON})*+(?:{names}){_SEMICOLON}"
    raw = _GROWING.get(unit, f"(?-i:{re.escape(unit)})")
    plain = f"{_BACKSLASH}*+(?:{raw}|{percent}|{entity})"
    short = rf"|{_BACKSLASH}++{_SHORT_ESCAPES[unit]}" if unit in _SHORT_ESCAPES else ""
    plus = r"|\+|%(?:25)*+2b" if unit == " " else ""
    return f"(?:{plain}|{unicode}{short}{plus})"


_BACKSLASH = r"(?:\\|%(?:25)*+5c)"
_AMPERSAND = "(?:&|%(?:25)*+26)"
_HASH = "(?:#|%(?:25)*+23)"
_SEMICOLON = "(?:;|%(?:25)*+3b)"
_GROWING = {"&": f"{_AMPERSAND}(?:amp{_SEMICOLON})*", "%": "%(?:25)*"}
"""Characters whose escaped form is escaped again: each round makes it longer."""
_SHORT_ESCAPES = {"\n": "n", "\t": "t", "\r": "r", "\b": "b", "\f": "f"}
"""JSON's short escapes (RFC 8259 section 7)."""
_ENTITIES = {"<": ("lt",), ">": ("gt",), '"': ("quot",), "'": ("apos",)}


def _base64_forms(raw: bytes, encode: Callable[[bytes], bytes]) -> set[bytes]:
    """The part of `raw` in base64 that does not depend on what surrounds it: one form for each alignment."""
    forms = set()
    for offset in range(3):
        encoded = encode(b"\0" * offset + raw)
        # The first characters depend on what comes before, those of the last group on what follows.
        start, end = (0, 2, 3)[offset], 4 * ((offset + len(raw)) // 3)
        forms.add(encoded[start:end])
    return forms
