"""Which addresses a request may go to, whoever named them: the file, a discovery document, the control plane."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from agentcore_probe.model.environment import LOOPBACK

NO_URL = "the address is no URL: nothing was sent"
_PLAIN = "the address is plain http to another machine: nothing was sent"


_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")
"""What parsers of URLs read differently."""


def unfit(url: str) -> str | None:
    """Why nothing is sent to `url`; None where it is https, or http to this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return NO_URL
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc or _STRANGE.search(url):
        return NO_URL
    return _PLAIN if parts.scheme == "http" and host not in LOOPBACK else None
