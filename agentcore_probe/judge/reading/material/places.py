"""Finds ARNs and URLs of AgentCore and of identity providers in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from agentcore_probe.judge.reading import address
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.model.arn import Arn, read_arn
from agentcore_probe.model.exchange import Request
from agentcore_probe.providers import TOKEN_PATHS, find_provider
from agentcore_probe.providers.generic import PROVIDER as GENERIC
from agentcore_probe.regex import regex

_MAX = 20
"""How many ARNs or URLs of one text are looked at."""
_PLACEHOLDER = r"<[\w .-]{1,60}>|\$(?:\{[^{}\s]{0,100}\})?|\{[\w.-]{1,60}\}"
_URL = regex(
    r"(?:(?:https?|wss?)://|(?<![\w./@%-])(?=bedrock-agentcore(?:-control)?\.[a-z]))"
    rf"(?:[^\s\"'`<>\\{{}}$|]|{_PLACEHOLDER}){{4,4000}}"
)
_ARN = regex(
    rf"(?<![\w%/])arn(?::|%3A|%253A)(?:[^\s\"'`<>\\{{}}$|,;()\[\]&?=]|{_PLACEHOLDER}){{4,600}}", re.I
)
_TEMPLATE = regex(r"\$\{[^{}]{0,100}\}|\$[A-Za-z_]\w{0,60}")
_FORMATTED = regex(r"\{[^{}]{0,100}\}")
_BEFORE = regex(r"(?P<quote>[\"'`])(?P<space>(?:\s|\\n){0,9})$")
_AFTER = regex(r"(?P<space>(?:\s|\\n){0,9})(?P<quote>[\"'`])")
_END = ".,;:!?)]}'\"。、）"


class FoundArn(NamedTuple):
    """An ARN in a text."""

    arn: Arn
    encodings: int = 0
    """How often it is percent-encoded."""
    is_padded: bool = False
    """Whether there is white space beside it inside of its quotes."""


class FoundUrl(NamedTuple):
    """A URL in a text."""

    url: str
    address: Address


def find_urls(text: str) -> tuple[FoundUrl, ...]:
    """The URLs of AgentCore, and of the documents and token endpoints of identity providers, each once."""
    urls = dict.fromkeys(_filled_in(match).rstrip(_END) for match in _URL.finditer(text))
    places = (_read_url(url) for url in islice(urls, 200))
    return tuple(islice((place for place in places if place is not None), _MAX))


def _filled_in(match: re.Match[str]) -> str:
    """The URL with `<expanded>` for what a template or a shell fills in, as in a command line."""
    is_formatted = re.search(
        r"\b[fF][rR]?[\"']{1,3}\Z", match.string[max(0, match.start() - 8) : match.start()]
    )
    return (_FORMATTED if is_formatted else _TEMPLATE).sub("<expanded>", match[0])


def _read_url(url: str) -> FoundUrl | None:
    url = url if "://" in url else f"https://{url}"
    place = address.read(Request(url=re.sub(r"^ws", "http", url)))
    is_agentcore = place.host_kind in ("data", "control", "gateway", "cognito") or "agentcore" in place.host
    is_runtime_path = place.path.startswith("/runtimes/") or "/runtimes/arn" in place.path
    is_registry = place.host.startswith("agent-registry")
    is_provider = (
        find_provider(url) is not GENERIC or "/.well-known/" in place.path or place.path.endswith(TOKEN_PATHS)
    )
    return FoundUrl(url, place) if is_agentcore or is_runtime_path or is_registry or is_provider else None


def find_arns(text: str) -> tuple[FoundArn, ...]:
    """The ARNs outside of URLs, each once."""
    return tuple(islice(_arns(_URL.sub(" ", text)), _MAX))


def _arns(text: str) -> Iterator[FoundArn]:
    known: set[str] = set()
    for match in islice(_ARN.finditer(text), 200):
        encoded = match[0].rstrip(_END)
        decoded, encodings = encoded, 0
        while re.match(r"arn%", decoded, re.I) and encodings < 3:
            decoded, encodings = unquote(decoded), encodings + 1
        if decoded not in known:
            known.add(decoded)
            yield FoundArn(read_arn(decoded), encodings, _is_padded(text, match.start(), match.end()))


def _is_padded(text: str, start: int, end: int) -> bool:
    before, after = _BEFORE.search(text[max(0, start - 20) : start]), _AFTER.match(text, end)
    is_quoted = before is not None and after is not None and before["quote"] == after["quote"]
    return is_quoted and bool((before and before["space"]) or (after and after["space"]))


def without_places(text: str) -> str:
    """The text without its URLs and ARNs."""
    return _ARN.sub(" ", _URL.sub(" ", text))
