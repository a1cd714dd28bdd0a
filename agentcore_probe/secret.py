"""What must never be written: a value that cannot be shown, and who remembers it.

`Secret` holds a credential. Nothing that shows objects (str, repr, format, JSON,
pickle, a debugger's locals) reveals it; only `reveal()` does, and it is called
where a request is signed or sent and nowhere else. Every secret registers itself,
so that `find_leak` can scan what is about to be written.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from typing import NoReturn

_MIN_SCANNED = 8
"""Shorter secrets would be found by chance in harmless text."""

_registry: dict[str, _Known] = {}
_beginnings: set[str] = set()
"""The first signs of every form of every secret. A text with none of them holds no secret, but perhaps an odd one
(`_Known.is_odd`)."""
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
    """Remember `value` so that `find_leak` and `redact` know it.

    A JWT is remembered by its whole, its payload and its signature: its header is the
    same for every token of an issuer and says nothing secret.
    """
    parts = value.split(".")
    wanted = [value]
    if value.startswith("eyJ") and len(parts) == 3 and all(parts):
        wanted += [*parts[1:], f"{parts[1]}.{parts[2]}"]
    with _lock:
        for text in wanted:
            if len(text) >= _MIN_SCANNED and text not in _registry:
                _registry[text] = known = _Known(label, text)
                _beginnings.update(known.beginnings)


def forget_all() -> None:
    """Empty the registry (between two runs in one process)."""
    with _lock:
        _registry.clear()
        _beginnings.clear()


def redact(text: str) -> str:
    """`text` with each registered secret, plain or in a derived form, replaced by its label in angle brackets."""
    for known in _suspected(text):
        text = known.replaced(text)
    return text


def clipped(text: str) -> str:
    """`text` without the beginning of a registered secret at its end: it was cut off in the middle of one."""
    for known in _longest_first():
        for length in range(min(len(known.value), len(text)), _MIN_SCANNED - 1, -1):
            if text.endswith(known.value[:length]):
                return f"{text[:-length]}<{known.label}>"
    return text


_RUN = re.compile(r"[A-Za-z0-9_.-]{16,}+")
"""What a token may stand in; a search for the token itself would take the square of a hostile text's length."""


def without_tokens(text: str) -> str:
    """`text` with each JWT in it replaced by `<token>`."""
    return _RUN.sub(lambda run: _hidden(run[0]), text) if "eyJ" in text else text


def _hidden(run: str) -> str:
    parts, told, at = run.split("."), [], 0
    while at < len(parts):
        first, start = parts[at], parts[at].find("eyJ")
        if (
            start >= 0
            and at + 2 < len(parts)
            and len(first) - start >= 8
            and len(parts[at + 1]) not in range(1, 5)
        ):
            # Three parts; five where it is encrypted (RFC 7516), the second of which may be empty.
            first, at = f"{first[:start]}<token>", at + (4 if at + 4 < len(parts) else 2)
        told.append(first)
        at += 1
    return ".".join(told)


def find_leak(data: bytes) -> str | None:
    """The label of a secret that stands in `data`, plain or in a derived form.

    Derived forms: base64 (alone or inside a longer text, as in `Basic`), hexadecimal, reversed, URL-encoded,
    JSON-escaped and HTML-escaped, the last three to any depth. Returns None when clean.
    """
    text = data.decode("utf-8", "surrogateescape")
    return next((known.label for known in _suspected(text) if known.stands_in(text)), None)


def _suspected(text: str) -> list[_Known]:
    """The secrets that may stand in `text`, the longest first. Of a short text, such as a header: nearly always none."""
    if len(text) > 4 * len(_beginnings):
        return _longest_first()  # looking for each is faster than looking at every sign
    if any(text[at : at + _MIN_SCANNED] in _beginnings for at in range(len(text) - _MIN_SCANNED + 1)):
        return _longest_first()
    return [known for known in _longest_first() if known.is_odd] if _odd(text) else []


def _odd(text: str) -> bool:
    """Whether a secret without eight plain signs in a row may stand in `text`."""
    with _lock:
        return any(known.is_odd and known.core in text for known in _registry.values())


def _longest_first() -> list[_Known]:
    with _lock:
        return sorted(_registry.values(), key=lambda known: -len(known.value))


class _Known:
    """A registered secret and how it may look in a text."""

    def __init__(self, label: str, value: str) -> None:
        self.label = label
        self.value = value
        self._literals = _literals(value)
        # What looks the same in every escaped form (RFC 3986 section 2.3) is found fast.
        self.core = max(re.findall(r"[A-Za-z0-9._~-]+", value), key=len, default="")
        self._escaped = None if value == self.core else _pattern(value)
        self.is_odd = self._escaped is not None and len(self.core) < _MIN_SCANNED
        """Whether its escaped forms have nothing in common that is long enough to look for."""
        self.beginnings = {
            form[:_MIN_SCANNED] for form in (*self._literals, self.core) if len(form) >= _MIN_SCANNED
        }

    def stands_in(self, text: str) -> bool:
        """Whether the secret stands in `text`, in any form."""
        return any(form in text for form in self._literals) or (
            self._escaped is not None and self.core in text and self._escaped.search(text) is not None
        )

    def replaced(self, text: str) -> str:
        """`text` with the label in place of each form of the secret."""
        shown = f"<{self.label}>"
        for form in self._literals:
            if form in text:
                text = text.replace(form, shown)
        if self._escaped is not None and self.core in text:
            text = self._escaped.sub(lambda _: shown, text)
        return text


def _literals(value: str) -> tuple[str, ...]:
    """The forms that are a text of their own, the longest first."""
    raw = value.encode("utf-8", "surrogatepass")
    encoded = {
        form for encode in (base64.b64encode, base64.urlsafe_b64encode) for form in _inside(raw, encode)
    }
    forms = {value, value[::-1], raw.hex(), raw.hex().upper(), *(each.decode() for each in encoded)}
    return tuple(sorted(forms, key=len, reverse=True))


def _pattern(value: str) -> re.Pattern[str]:
    """The secret with each of its signs in any form; possessive throughout, so that no text makes it slow."""
    signs = re.findall(r"\\+|[^\\]", value)
    return re.compile("".join(map(_escaped, signs)), re.I)


def _escaped(sign: str) -> str:
    """A pattern for one sign, or some backslashes, as it is, URL-encoded, JSON-escaped or HTML-escaped."""
    if re.fullmatch(r"[A-Za-z0-9._~-]", sign):
        return f"(?-i:{re.escape(sign)})"
    if sign.startswith("\\"):
        return rf"{_BACKSLASH}{{{len(sign)},}}+"
    percent = "".join(f"%(?:25)*+{byte:02x}" for byte in sign.encode("utf-8", "surrogatepass"))
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    unicode = "".join(rf"{_BACKSLASH}*+u{units[at : at + 4]}" for at in range(0, len(units), 4))
    names = "|".join([*_ENTITIES.get(sign, ()), rf"{_HASH}0*+{ord(sign)}", rf"{_HASH}x0*+{ord(sign):x}"])
    entity = f"{_AMPERSAND}(?:amp{_SEMICOLON})*+(?:{names}){_SEMICOLON}"
    raw = _GROWS.get(sign, f"(?-i:{re.escape(sign)})")
    plain = f"{_BACKSLASH}*+(?:{raw}|{percent}|{entity})"
    short = rf"|{_BACKSLASH}++{_SHORT[sign]}" if sign in _SHORT else ""
    plus = r"|\+|%(?:25)*+2b" if sign == " " else ""
    return f"(?:{plain}|{unicode}{short}{plus})"


_BACKSLASH = r"(?:\\|%(?:25)*+5c)"
_AMPERSAND = "(?:&|%(?:25)*+26)"
_HASH = "(?:#|%(?:25)*+23)"
_SEMICOLON = "(?:;|%(?:25)*+3b)"
_GROWS = {"&": f"{_AMPERSAND}(?:amp{_SEMICOLON})*", "%": "%(?:25)*"}
"""Signs that become longer each time they are escaped."""
_SHORT = {"\n": "n", "\t": "t", "\r": "r", "\b": "b", "\f": "f"}
"""JSON's short escapes (RFC 8259 section 7)."""
_ENTITIES = {"<": ("lt",), ">": ("gt",), '"': ("quot",), "'": ("apos",)}


def _inside(raw: bytes, encode: Callable[[bytes], bytes]) -> set[bytes]:
    """What of `raw` stands in base64 whatever is before and after it: one form for each alignment."""
    forms = set()
    for before in range(3):
        whole = encode(b"\0" * before + raw)
        # The first characters depend on what is before, those of the last group on what follows.
        start, end = (0, 2, 3)[before], 4 * ((before + len(raw)) // 3)
        forms.add(whole[start:end])
    return forms
