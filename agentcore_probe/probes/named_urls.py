"""Which of the URLs that an answer names may be read: only this machine may name itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from agentcore_probe.model.hosts import LOOPBACK


def may_name(source: str, url: str) -> bool:
    """Whether `url`, which the answer of `source` names, may be read.

    A target on another machine cannot make this one send requests to itself.
    """
    try:
        return _is_here(source) or not _is_here(url)
    except ValueError:
        return False


def _is_here(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK
