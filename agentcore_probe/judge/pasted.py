"""What people paste from a terminal, read as an exchange: curl, boto3 and `aws` output, bodies.

As much is read as is there: the `curl` command itself, the request that `-v` shows, the last
answer, an error line in a traceback. A token in it is decoded for its claims (nothing is
verified) and not kept.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.case import Case
from agentcore_probe.model.exchange import Auth, Exchange, Fault, FaultKind, Request, Response, TokenFacts
from agentcore_probe.model.token import unverified_facts

_CURL_FAULTS: dict[int, FaultKind] = {
    1: "not-http",
    6: "dns",
    7: "connect",
    18: "truncated",
    28: "timeout",
    35: "tls",
    51: "tls",
    52: "reset",
    56: "reset",
    60: "tls",
}
"""curl's exit codes (man curl)."""

_CURL_ERROR = re.compile(r"curl: \((\d+)\) (.*)")
_STATUS_LINE = re.compile(r"HTTP/[\d.]+ (\d{3})")
_BOTOCORE = re.compile(r"An error occurred \(\w+\)|Parameter validation failed:")
_BEARER = re.compile(r"^bearer\s+(.*)$", re.I | re.S)
_JWT = re.compile(r"eyJ[\w.-]{10,}")

_EXCEPTIONS: tuple[tuple[str, FaultKind], ...] = (
    (r"Name or service not known|nodename nor servname|NameResolutionError|getaddrinfo failed", "dns"),
    (r"SSLError|SSL validation failed|CERTIFICATE_VERIFY_FAILED", "tls"),
    (r"(Read|Connect) ?timeout|timed out", "timeout"),
    (r"Could not connect to the endpoint URL|NewConnectionError|Connection refused", "connect"),
    (r"ConnectionClosedError|Connection was closed|Connection reset|RemoteDisconnected", "reset"),
    (r"IncompleteRead|ResponseStreamingError", "truncated"),
)
"""What botocore, requests and urllib3 say of a transport fault, the most exact first."""


def pasted(text: str, *, where: str) -> Case:
    """The case that a text shows; one without any answer is left unexplained.

    Raises:
        RecordError: it is JSON, but no object, or broken.
    """
    request, token = _request(text)
    response, fault = _answer(text)
    if response is None and fault is None and text[0] in "{[":
        raise RecordError(
            "is neither a case nor an answer",
            where=where,
            hint="Paste the output of curl -i (or -v), a botocore error line, or a case file",
        )
    exchange = Exchange(
        id="case/1", step="call", request=request, response=response, fault=fault, token=token
    )
    return Case(exchange)


def _answer(text: str) -> tuple[Response | None, Fault | None]:
    """The last answer that the text shows, or the fault in its place."""
    response = _http_answer(text)
    if response is not None:
        return response, None
    error = _CURL_ERROR.search(text)
    if error:
        kind = _CURL_FAULTS.get(int(error[1]), "connect")
        return None, Fault(kind=kind, detail=error[2].strip())
    if _BOTOCORE.search(text):
        return Response(body=text), None
    for pattern, kind in _EXCEPTIONS:
        if re.search(pattern, text, re.I):
            return None, Fault(kind=kind, detail=text.strip().splitlines()[-1][:300])
    return (Response(body=text), None) if _is_body(text) else (None, None)


def _is_body(text: str) -> bool:
    """Whether the text is an answer's body on its own: a JSON object, or a stream of events."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return re.search(r"^data: *\{", text, re.M) is not None


def _http_answer(text: str) -> Response | None:
    lines = [
        _unprefixed(line) for line in text.splitlines() if not line.startswith((">", "* ", "} [", "{ ["))
    ]
    starts = [number for number, line in enumerate(lines) if _STATUS_LINE.match(line)]
    if not starts:
        return None
    head = lines[starts[-1] :]
    blank = next((number for number, line in enumerate(head) if not line.strip()), len(head))
    body = "\n".join(line for line in head[blank + 1 :] if not line.startswith("* ")).strip()
    return Response(status=int(head[0].split()[1]), headers=_headers(head[1:blank]), body=body)


def _unprefixed(line: str) -> str:
    """Without the `< ` of `curl -v`; a line of HTML begins with the same character."""
    if line.startswith("<") and not line.startswith(("<!", "<h", "<H", "<?", "</")):
        return line[1:].lstrip(" ")
    return line


def _headers(lines: Iterable[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, colon, value in pairs if colon and name.strip()}


def _request(text: str) -> tuple[Request, TokenFacts | None]:
    """The request that `curl -v` shows, else the one that a `curl` command makes, else an empty one."""
    sent = [line[1:].strip() for line in text.splitlines() if line.startswith(">")]
    start = re.match(r"([A-Z]+) (\S+) HTTP", sent[0]) if sent else None
    if start:
        headers = _headers(sent[1:])
        host = next((value for name, value in headers.items() if name.lower() == "host"), "")
        return _told(start[1], f"https://{host}{start[2]}", headers, None)
    command = re.search(r"\bcurl\s(?:\\\n|[^\n])*", text)
    if command and not command[0].startswith("curl: "):
        return _curl_command(command[0].replace("\\\n", " "))
    return Request(auth="sigv4" if "AWS4-HMAC-SHA256" in text else "none"), None


_WITH_VALUE = {"-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--json",
               "--aws-sigv4", "-u", "--user", "-o", "--output", "-m", "--max-time", "--url"}  # fmt: skip


def _curl_command(command: str) -> tuple[Request, TokenFacts | None]:
    """What a `curl` command line sends."""
    try:
        words = shlex.split(command)
    except ValueError:
        return Request(), None
    options: dict[str, list[str]] = {}
    url, number = "", 1
    while number < len(words):
        word = words[number]
        if word in _WITH_VALUE and number + 1 < len(words):
            options.setdefault(word, []).append(words[number + 1])
            number += 1
        elif word.startswith("http"):
            url = word
        number += 1
    url = url or next(iter(options.get("--url", [])), "")
    headers = _headers([*options.get("-H", []), *options.get("--header", [])])
    bodies = [
        value
        for name in ("-d", "--data", "--data-raw", "--data-binary", "--json")
        for value in options.get(name, [])
    ]
    given = [*options.get("-X", []), *options.get("--request", [])]
    method = given[-1] if given else "POST" if bodies else "GET"
    request, token = _told(method, url, headers, bodies[0] if bodies else None)
    signed = "--aws-sigv4" in options
    return (request.model_copy(update={"auth": "sigv4"}) if signed else request), token


def _told(
    method: str, url: str, headers: dict[str, str], body: str | None
) -> tuple[Request, TokenFacts | None]:
    value = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    shown: dict[str, Any] = {
        name: _JWT.sub("<token>", value) if name.lower() == "authorization" else value
        for name, value in headers.items()
    }
    split = urlsplit(url)
    if split.username or split.password:
        url = split._replace(netloc=split.netloc.rpartition("@")[2]).geturl()
    return Request(method=method, url=url, headers=shown, auth=_auth(value), body=body), _token(value)


def _auth(authorization: str) -> Auth:
    if authorization.startswith("AWS4-"):
        return "sigv4"
    return "bearer" if authorization else "none"


def _token(authorization: str) -> TokenFacts | None:
    """The claims of a pasted token; a placeholder such as `<token>` or `$JWT_TOKEN` is none."""
    found = _JWT.search(authorization)
    if found:
        return unverified_facts(found[0])
    given = _BEARER.match(authorization)
    if given and given[1].strip().lower() in ("undefined", "null", "none"):
        return unverified_facts(given[1].strip())
    return None
