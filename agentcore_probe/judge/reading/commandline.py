"""The request that a pasted command line makes: `curl ...`, `aws bedrock-agentcore ...`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from agentcore_probe.judge.reading.credentials import hide_authorization
from agentcore_probe.model.exchange import SESSION_HEADER, Auth, Request, TokenFacts
from agentcore_probe.model.partitions import partition_of
from agentcore_probe.model.token import is_unset, unverified_facts
from agentcore_probe.regex import regex

_JWT = regex(r"eyJ[\w.-]{10,}")
_ELLIPSES = ("…", "*", "<", "[")
"""What people put after the beginning of a token that they shortened."""
_BEARER = regex(r"^bearer\s+(.*)$", re.I | re.S)
_EXPANSION = regex(r"\$\(\S[^)]{0,200}\)|\$\{?\w+\}?|%[A-Za-z_]\w{2,60}%|\$env:\w+")
"""What a shell replaces with a value, except inside single quotes."""
_PIECE = regex(
    rf"(?P<expanded>{_EXPANSION.pattern})|'(?P<literal>[^']*+)'|\"(?P<quoted>(?:[^\"\\]|\\.)*+)\""
    r"|\\(?P<escaped>.)|(?P<bare>[^\s'\"\\$%]++|[$%])",
    re.S,
)
"""A piece of a word. The time of shlex is quadratic in the length of a word."""
_ESCAPED = regex(r"\\([\"\\])")

_COMMAND = regex(
    r"(?<![\w./:'\"-])(?P<program>curl(?:\.exe)?|aws|https?|xhs?|wget|Invoke-RestMethod|Invoke-WebRequest|irm|iwr)"
    r"(?=\s)(?:[\\^`][ \t]{0,8}\n(?!-?\w{0,4}sh: )|[^\n]|\n(?!-?\w{0,4}sh: )(?=[ \t]{0,8}(?:--?[A-Za-z]|\^?['\"]?https?://)))*",
    re.I,
)
"""A command line with the lines that continue it."""
_MAX_FURTHER_LINES = 4
_FURTHER_OPTIONS = regex(r"(?:\n[ \t]{0,8}--?[A-Za-z][^\n]*){1,20}")
_PROMPT = regex(r"\s{0,4}(?:\([\w.-]{1,40}\) )?(?:\S{0,80}[$%>#❯])?\s?(?:time |sudo )?$")
"""What is before a command in its line."""

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


class PastedRequest(NamedTuple):
    """A request, and the claims of the token that was in it."""

    request: Request
    token: TokenFacts | None = None


class PastedCommand(NamedTuple):
    """A command in a text."""

    start: int
    end: int
    program: str
    """Its name in lower case, without a suffix: `curl`, `aws`, `http`."""
    pasted: PastedRequest | None
    """The request that it makes; None if it cannot be read, or makes none of AgentCore."""


def find_commands(text: str) -> Iterator[PastedCommand]:
    """Each command in a text that sends a request, in the order of the text."""
    end = 0
    for match in _COMMAND.finditer(text):
        if match.start() < end:
            continue
        program = match["program"].lower().removesuffix(".exe")
        is_word_of_prose = program in ("aws", "http", "https", "wget") and not (
            _PROMPT.match(text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
        )
        if is_word_of_prose:
            continue
        end, words = _read_words(text, match.start(), match.end())
        pasted = _READERS[program](words) if words else None
        if pasted is not None or program in ("curl", "wget"):
            yield PastedCommand(match.start(), end, program, pasted)


def _read_words(text: str, start: int, end: int) -> tuple[int, list[str]]:
    """Where a command ends, and its words; a string that its line leaves open ends in one of the next lines."""
    words = split_command(text[start:end])
    for _ in range(_MAX_FURTHER_LINES):
        next_end = text.find("\n", end + 1)
        next_end = len(text) if next_end < 0 else next_end
        if words or end >= len(text):
            break
        further = split_command(text[start:next_end].replace("\n", " "))
        options = _FURTHER_OPTIONS.match(text, next_end)
        end = options.end() if further and options else next_end
        words = split_command(text[start:end].replace("\n", " ")) or further if further else []
    return (end, words) if words else (start + len(text[start:].split("\n", 1)[0]), [])


def begins_command(line: str) -> bool:
    """Whether a line is a command with or without a prompt before it."""
    match = _COMMAND.search(line)
    return match is not None and _PROMPT.match(line[: match.start()]) is not None


def read(text: str) -> PastedRequest | None:
    """The request of the first command in a text; None if there is none."""
    return next((command.pasted for command in find_commands(text) if command.pasted is not None), None)


def split_command(command: str) -> list[str]:
    """The words of a command for a shell, with `<expanded>` for its variables; none if its quotes do not match."""
    line = re.sub(r"[\\^`]?[ \t]{0,8}\n", " ", command)
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


def _read_curl(words: list[str]) -> PastedRequest | None:
    """`curl`; None where the word begins no command."""
    options, arguments = _parse_options(words, _WITH_VALUE.__contains__)

    def values(*names: str) -> list[str]:
        return [value for name in names for value in options.get(name, [])]

    url = next((word for word in arguments if word.startswith("http")), next(iter(values("--url")), ""))
    if not url and not options:
        return None
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
    """`aws bedrock-agentcore ...`; None for another service of AWS."""
    options, arguments = _parse_options(words, lambda word: word.startswith("--"))
    if "bedrock-agentcore" not in arguments:
        return None
    arn = next(iter(options.get("--agent-runtime-arn", [])), "")
    region = next(iter(options.get("--region", [])), "") or (arn.split(":") + [""] * 4)[3]
    if not arn or not region:
        return None
    qualifier = next(iter(options.get("--qualifier", [])), "DEFAULT")
    url = (
        f"https://bedrock-agentcore.{region}.{partition_of(region).domain}/runtimes/{quote(arn, safe='')}"
        f"/invocations?qualifier={quote(qualifier, safe='')}"
    )
    session = next(iter(options.get("--runtime-session-id", [])), "")
    headers = {SESSION_HEADER: session} if session and "<" not in session else {}
    return PastedRequest(Request(url=url, headers=headers, auth="sigv4"))


_HTTPIE_HEADER = regex(r"(?P<name>[A-Za-z][\w-]{0,80}):(?P<value>[^=].*)?")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def _read_httpie(words: list[str]) -> PastedRequest | None:
    """`http` and `xh`: METHOD URL Header:value field=value."""
    options, arguments = _parse_options(words, {"-A", "--auth-type", "-a", "--auth"}.__contains__)
    method = next((word for word in arguments[:1] if word.upper() in _METHODS), "")
    items = arguments[1:] if method else arguments
    if not items or "." not in items[0]:
        return None
    url = items[0] if items[0].startswith("http") else f"https://{items[0]}"
    matches = [match for item in items[1:] if (match := _HTTPIE_HEADER.fullmatch(item)) is not None]
    headers = {match["name"]: (match["value"] or "").strip() for match in matches}
    if {"bearer"} & set(options.get("-A", []) + options.get("--auth-type", [])):
        headers["Authorization"] = (
            f"Bearer {next(iter(options.get('-a', []) + options.get('--auth', [])), '')}"
        )
    has_body = len(matches) < len(items) - 1
    return make_request(method.upper() or ("POST" if has_body else "GET"), url, headers, None)


def _read_wget(words: list[str]) -> PastedRequest | None:
    """`wget --header ... URL`."""
    options, arguments = _parse_options(words, {"--header", "--post-data", "-O", "--method"}.__contains__)
    equal = [word.partition("=") for word in words if word.startswith("--")]
    headers = [value for name, _, value in equal if name == "--header"] + options.get("--header", [])
    url = next((word for word in arguments if word.startswith("http")), "")
    posts = any(word.startswith(("--post-data", "--post-file", "--method=POST")) for word in words)
    return make_request("POST" if posts else "GET", url, parse_headers(headers), None) if url else None


def _read_powershell(words: list[str]) -> PastedRequest | None:
    """`Invoke-RestMethod -Method Post -Uri URL -Headers $h`: the headers are in a variable."""
    lowered = [word.lower() for word in words]
    method = next((words[i + 1] for i, word in enumerate(lowered[:-1]) if word == "-method"), "GET")
    url = next((word for word in words[1:] if word.startswith("http")), "")
    if not url:
        return None
    pasted = make_request(method.upper(), url, {}, None)
    # A hash table is written out or in a variable; what it contains is not known.
    return (
        PastedRequest(pasted.request.model_copy(update={"auth": "bearer"}))
        if "-headers" in lowered
        else pasted
    )


_READERS: Mapping[str, Callable[[list[str]], PastedRequest | None]] = {
    "curl": _read_curl,
    "aws": _read_aws,
    **dict.fromkeys(("http", "https", "xh", "xhs"), _read_httpie),
    "wget": _read_wget,
    **dict.fromkeys(("invoke-restmethod", "invoke-webrequest", "irm", "iwr"), _read_powershell),
}
"""How the words of each program's command are read."""


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
    if bearer and bearer[1].strip() and is_unset(bearer[1]):
        return unverified_facts(bearer[1].strip())
    return None
