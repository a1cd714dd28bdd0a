"""What must never be written: a value that cannot be shown, and who remembers it.

`Secret` holds a credential. Nothing that shows objects (str, repr, format, JSON,
pickle, a debugger's locals) reveals it; only `reveal()` does, and it is called
where a request is signed or sent and nowhere else. Every secret registers itself,
so that `find_leak` can scan what is about to be written.
"""

from __future__ import annotations

import base64
import json
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any, NoReturn

_MIN_SCANNED = 8
"""Shorter secrets would be found by chance in harmless text."""

_registry: dict[str, str] = {}
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

    A JWT is remembered by its whole and by its signature: its header is the
    same for every token of an issuer and says nothing secret.
    """
    parts = value.split(".")
    wanted = [value]
    if len(parts) == 3 and all(parts):
        wanted += [parts[2], f"{parts[1]}.{parts[2]}"]
    with _lock:
        for text in wanted:
            if len(text) >= _MIN_SCANNED:
                _registry[text] = label


def forget_all() -> None:
    """Empty the registry (between two runs in one process)."""
    with _lock:
        _registry.clear()


def redact(text: str) -> str:
    """`text` with each registered secret replaced by its label in angle brackets."""
    with _lock:
        known = sorted(_registry.items(), key=lambda item: -len(item[0]))
    for value, label in known:
        if value in text:
            text = text.replace(value, f"<{label}>")
    return text


def find_leak(data: bytes) -> str | None:
    """The label of a secret that stands in `data`, plain or in a derived form.

    Derived forms: base64 (alone or inside a longer text, as in `Basic`), URL-encoded and JSON-escaped.
    Returns None when clean.
    """
    with _lock:
        known = list(_registry.items())
    for value, label in known:
        if any(form in data for form in _forms(value)):
            return label
    return None


def _forms(value: str) -> set[bytes]:
    raw = value.encode()
    json_escaped: Any = json.dumps(value)[1:-1]
    return {
        raw,
        *(form for encode in (base64.b64encode, base64.urlsafe_b64encode) for form in _inside(raw, encode)),
        urllib.parse.quote(value, safe="").encode(),
        json_escaped.encode(),
    }


def _inside(raw: bytes, encode: Callable[[bytes], bytes]) -> set[bytes]:
    """What of `raw` stands in base64 whatever is before and after it: one form for each alignment."""
    forms = set()
    for before in range(3):
        whole = encode(b"\0" * before + raw)
        # The first characters depend on what is before, those of the last group on what follows.
        start, end = (0, 2, 3)[before], 4 * ((before + len(raw)) // 3)
        forms.add(whole[start:end])
    return forms
