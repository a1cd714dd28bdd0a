"""Which URLs a request may be sent to, whether the file, a discovery document or the control plane named them."""

from __future__ import annotations

from urllib.parse import urlsplit

from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.regex import regex

NOT_A_URL = "the address is not a URL: nothing was sent"
_PLAIN_HTTP = "the address is plain http to another machine: nothing was sent"
_AMBIGUOUS = regex(r"[\x00-\x20\x7f\\]")
"""Characters that URL parsers disagree about."""


def check_url(url: str) -> str | None:
    """Why nothing may be sent to `url`; None for https, and for http to this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return NOT_A_URL
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc or _AMBIGUOUS.search(url):
        return NOT_A_URL
    return _PLAIN_HTTP if parts.scheme == "http" and host not in LOOPBACK else None
