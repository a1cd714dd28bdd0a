"""The request that a pasted command line makes: `curl ...`, `aws bedrock-agentcore ...`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from agentcore_probe.judge.reading.credentials import hide_authorization
from agentcore_probe.model.exchange import Auth, Request, TokenFacts
from agentcore_probe.model.token import unverified_facts

_JWT = re.compile(r"eyJ[\w.-]{10,}")
_ELLIPSES = ("…", "*", "<", "[")
"""What people put after the beginning of a token that they shortened."""
_BEARER = re.compile(r"^bearer\s+(.*)$", re.I | re.S)
_EXPANSION = re.compile(r"\$\(\S[^)]{0,200}\)|\$\{?\w+\}?|%[A-Za-z_]\w{2,60}%|\$env:\w+")
"""What a shell replaces with a value, except inside single quotes."""
_PIECE = re.compile(
    rf"(?P<expanded>{_EXPANSION.pattern})|'(?P<literal>[^']*+)'|\"(?P<quoted>(?:[^\"\\]|\\.)*+)\""
    r"|\\(?P<escaped>.)|(?P<bare>[^\s'\"\\$%]++|[$%])",
    re.S,
)
"""A piece of a word. The time of shlex is quadratic in the length of a word."""

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
"""curl's options that take a value (man curl)."""


@dataclass(frozen=True)
class PastedRequest:
    """A request, and the claims of the token that was in it."""

    request: Request
    token: TokenFacts | None = None


def read(text: str) -> PastedRequest | None:
    """The request of the first `curl` or `aws` command in a text; None if there is none."""
    curl = _CURL.search(text)
    if curl and not curl[0].startswith("curl: "):
        words = split_command(curl[0])
        return _read_curl(words) if words else None
    aws = _AWS.search(text)
    return _read_aws(split_command(aws[0])) if aws else None


def split_command(command: str) -> list[str]:
    """The words of a command for a shell, with `<expanded>` for its variables; none if its quotes do not match."""
    line = re.sub(r"[\\^`]\n", " ", command)
    words: list[str] = []
    position = 0
    while position < len(line):
        piece = _PIECE.match(line, position)
        if piece is not None:
            pieces = [_content(piece)]
            position = piece.end()
            while (piece := _PIECE.match(line, position)) is not None:
                pieces.append(_content(piece))
                position = piece.end()
            words.append("".join(pieces))
        elif line[position].isspace():
            position += 1
        else:
            return []
    return words


def _content(piece: re.Match[str]) -> str:
    """What a piece becomes: a variable is filled in, except in single quotes."""
    if piece["expanded"]:
        return "<expanded>"
    if piece["quoted"] is not None:
        return _ESCAPED.sub(r"\1", _EXPANSION.sub("<expanded>", piece["quoted"]))
    return piece["literal"] or piece["escaped"] or piece["bare"] or ""


_ESCAPED = re.compile(r"\\([\"\\])")


def _parse_options(
    words: list[str], takes_value: Callable[[str], bool]
) -> tuple[dict[str, list[str]], list[str]]:
    """The values of each option, and the other arguments."""
    options: dict[str, list[str]] = {}
    arguments: list[str] = []
    index = 1
    while index < len(words):
        word = words[index]
        if word.startswith("-") and takes_value(word) and index + 1 < len(words):
            options.setdefault(word, []).append(words[index + 1])
            index += 1
        elif not word.startswith("-"):
            arguments.append(word)
        index += 1
    return options, arguments


def _read_curl(words: list[str]) -> PastedRequest:
    options, arguments = _parse_options(words, _WITH_VALUE.__contains__)

    def values(*names: str) -> list[str]:
        return [value for name in names for value in options.get(name, [])]

    url = next((word for word in arguments if word.startswith("http")), next(iter(values("--url")), ""))
    headers = parse_headers(values("-H", "--header"))
    for token in values("--oauth2-bearer"):
        headers["Authorization"] = f"Bearer {token}"
    bodies = values("-d", "--data", "--data-raw", "--data-binary", "--json")
    methods = values("-X", "--request")
    method = methods[-1] if methods else "POST" if bodies else "GET"
    pasted = make_request(method, url, headers, bodies[0] if bodies else None)
    if "--aws-sigv4" in options:
        return PastedRequest(pasted.request.model_copy(update={"auth": "sigv4"}), pasted.token)
    return pasted


def _read_aws(words: list[str]) -> PastedRequest | None:
    options, _ = _parse_options(words, lambda word: word.startswith("--"))
    arn = next(iter(options.get("--agent-runtime-arn", [])), "")
    region = next(iter(options.get("--region", [])), "") or (arn.split(":") + [""] * 4)[3]
    if not arn or not region:
        return None
    qualifier = next(iter(options.get("--qualifier", [])), "DEFAULT")
    url = (
        f"https://bedrock-agentcore.{region}.amazonaws.com/runtimes/{quote(arn, safe='')}"
        f"/invocations?qualifier={quote(qualifier, safe='')}"
    )
    return PastedRequest(Request(url=url, auth="sigv4"))


def parse_headers(lines: Iterable[str]) -> dict[str, str]:
    """Header lines as names and values."""
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, colon, value in pairs if colon and name.strip()}


def absolute_url(target: str, headers: Mapping[str, str]) -> str:
    """The URL of a request line's target, which may be a path of the host in the Host header."""
    return target if target.startswith("http") else f"https://{_header(headers, 'host')}{target}"


def make_request(method: str, url: str, headers: Mapping[str, str], body: str | None) -> PastedRequest:
    """A request without its token, whose claims are decoded.

    Args:
        method: the HTTP method.
        url: the absolute URL.
        headers: the request's headers.
        body: the body, if it is shown.
    """
    authorization = _header(headers, "authorization")
    safe_headers = {
        name: hide_authorization(_JWT.sub("<token>", value)) if name.lower() == "authorization" else value
        for name, value in headers.items()
    }
    request = Request(
        method=method,
        url=_without_credentials(url),
        headers=safe_headers,
        auth=_auth(authorization),
        body=body,
    )
    return PastedRequest(request, _read_token(authorization))


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _without_credentials(url: str) -> str:
    """The URL without user and password; empty if it cannot be parsed."""
    try:
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url
    except ValueError:
        return ""


def _auth(authorization: str) -> Auth:
    if authorization.startswith("AWS4-"):
        return "sigv4"
    return "bearer" if authorization else "none"


def _read_token(authorization: str) -> TokenFacts | None:
    """The claims of a pasted token; None for a placeholder such as `<token>`."""
    token = _JWT.search(authorization)
    if token and (".." in token[0] or authorization[token.end() : token.end() + 1] in _ELLIPSES):
        return None
    if token:
        return unverified_facts(token[0])
    bearer = _BEARER.match(authorization)
    if bearer and bearer[1].strip().lower() in ("undefined", "null", "none"):
        return unverified_facts(bearer[1].strip())
    return None
