"""The request that a pasted command line makes: `curl ...`, `aws bedrock-agentcore ...`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from agentcore_probe.model.exchange import Auth, Request, TokenFacts
from agentcore_probe.model.token import unverified_facts

_JWT = re.compile(r"eyJ[\w.-]{10,}")
_CUT = ("…", "*", "<", "[")
_BEARER = re.compile(r"^bearer\s+(.*)$", re.I | re.S)
_EXPANDED = re.compile(r"\$\(\S[^)]{0,200}\)|\$\{?\w+\}?|%\w+%|\$env:\w+")
"""What a shell puts a value in the place of, inside double quotes."""

_CURL = re.compile(r"\bcurl(?:\.exe)?\s(?:[\\^`]\n|[^\n])*")
_AWS = re.compile(r"\baws\s+(?:--\S+\s+\S+\s+)*bedrock-agentcore\s+invoke-agent-runtime(?:[\\^`]\n|[^\n])*")

_WITH_VALUE = frozenset(
    {
        "-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--json",
        "--aws-sigv4", "-u", "--user", "-o", "--output", "-m", "--max-time", "--url", "-x", "--proxy", "-A",
        "--user-agent", "-e", "--referer", "-b", "--cookie", "-c", "--cookie-jar", "-w", "--write-out", "-F",
        "--form", "-T", "--connect-timeout", "--retry", "--resolve", "--cacert", "--cert", "-E", "--key",
        "--oauth2-bearer", "-K", "--config",
    }
)  # fmt: skip
"""curl's options that take the next word (man curl)."""


@dataclass(frozen=True)
class Sent:
    """A request and what its token says of itself."""

    request: Request
    token: TokenFacts | None = None


def read(text: str) -> Sent | None:
    """What the first `curl` or `aws` command in a text sends; None where there is none."""
    curl = _CURL.search(text)
    if curl and not curl[0].startswith("curl: "):
        words = _words(curl[0])
        return _curl(words) if words else None
    aws = _AWS.search(text)
    return _aws(_words(aws[0])) if aws else None


def _words(command: str) -> list[str]:
    joined = re.sub(r"[\\^`]\n", " ", command)
    # In double quotes the shell puts values in; what it put there is not known here.
    known = re.sub(
        r'"((?:[^"\\]|\\.)*)"', lambda found: '"' + _EXPANDED.sub("<expanded>", found[1]) + '"', joined
    )
    try:
        return shlex.split(known)
    except ValueError:
        return []


def _options(words: list[str], with_value: Any) -> tuple[dict[str, list[str]], list[str]]:
    """The options with their values, and the other words."""
    options: dict[str, list[str]] = {}
    others: list[str] = []
    number = 1
    while number < len(words):
        word = words[number]
        if word.startswith("-") and with_value(word) and number + 1 < len(words):
            options.setdefault(word, []).append(words[number + 1])
            number += 1
        elif not word.startswith("-"):
            others.append(word)
        number += 1
    return options, others


def _curl(words: list[str]) -> Sent:
    options, others = _options(words, _WITH_VALUE.__contains__)

    def given(*names: str) -> list[str]:
        return [value for name in names for value in options.get(name, [])]

    url = next((word for word in others if word.startswith("http")), next(iter(given("--url")), ""))
    headers = headers_of(given("-H", "--header"))
    for token in given("--oauth2-bearer"):
        headers["Authorization"] = f"Bearer {token}"
    bodies = given("-d", "--data", "--data-raw", "--data-binary", "--json")
    methods = given("-X", "--request")
    method = methods[-1] if methods else "POST" if bodies else "GET"
    sent = told(method, url, headers, bodies[0] if bodies else None)
    if "--aws-sigv4" in options:
        return Sent(sent.request.model_copy(update={"auth": "sigv4"}), sent.token)
    return sent


def _aws(words: list[str]) -> Sent | None:
    options, _ = _options(words, lambda word: word.startswith("--"))
    arn = next(iter(options.get("--agent-runtime-arn", [])), "")
    region = next(iter(options.get("--region", [])), "") or (arn.split(":") + [""] * 4)[3]
    if not arn or not region:
        return None
    qualifier = next(iter(options.get("--qualifier", [])), "DEFAULT")
    url = (
        f"https://bedrock-agentcore.{region}.amazonaws.com/runtimes/{quote(arn, safe='')}"
        f"/invocations?qualifier={quote(qualifier, safe='')}"
    )
    return Sent(Request(url=url, auth="sigv4"))


def headers_of(lines: Iterable[str]) -> dict[str, str]:
    """Header lines as names and values."""
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, colon, value in pairs if colon and name.strip()}


def told(method: str, url: str, headers: dict[str, str], body: str | None, *, host: bool = False) -> Sent:
    """The request, its token decoded and taken out.

    Args:
        method: the verb.
        url: the URL, or with `host` the path behind the Host header.
        headers: as they were sent.
        body: the body, where it is shown.
        host: whether `url` is a path.
    """
    value = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    named = next((value for name, value in headers.items() if name.lower() == "host"), "")
    shown = {
        name: _JWT.sub("<token>", value) if name.lower() == "authorization" else value
        for name, value in headers.items()
    }
    whole = f"https://{named}{url}" if host and not url.startswith("http") else url
    request = Request(method=method, url=_bare(whole), headers=shown, auth=_auth(value), body=body)
    return Sent(request, _token(value))


def _bare(url: str) -> str:
    """Without credentials in front of the host; a URL that is none stays as it is."""
    try:
        split = urlsplit(url)
        return split._replace(netloc=split.netloc.rpartition("@")[2]).geturl() if "@" in split.netloc else url
    except ValueError:
        return ""


def _auth(authorization: str) -> Auth:
    if authorization.startswith("AWS4-"):
        return "sigv4"
    return "bearer" if authorization else "none"


def _token(authorization: str) -> TokenFacts | None:
    """The claims of a pasted token; a placeholder such as `<token>` is none."""
    found = _JWT.search(authorization)
    if found and (".." in found[0] or authorization[found.end() : found.end() + 1] in _CUT):
        return None  # shortened by whoever pasted it
    if found:
        return unverified_facts(found[0])
    given = _BEARER.match(authorization)
    if given and given[1].strip().lower() in ("undefined", "null", "none"):
        return unverified_facts(given[1].strip())
    return None
