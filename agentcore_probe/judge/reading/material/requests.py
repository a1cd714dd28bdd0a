"""Finds command lines that make a request: `curl`, `aws bedrock-agentcore`, `http` of HTTPie."""

from __future__ import annotations

import re

from agentcore_probe.judge.reading import commandline
from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.model.exchange import SESSION_HEADER

_HTTPIE = re.compile(
    r"(?m)^[ \t]{0,40}(?:[$>%#❯][ \t]{1,9})?(?:https?|xhs?)[ \t]{1,9}(?=[^\n]{0,400}(?:://|amazonaws))(?:[\\^`]\n|[^\n])*"
)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_FIELD = re.compile(r"[\w-]{1,80}(?::?=|==|@)")
_HEADER = re.compile(r"([\w-]{1,80}):(?!=|//)(.*)", re.S)
_SESSION = re.compile(r"--runtime-session-id[ =]{1,9}[\"']?([^\s\"']{1,400})")
_VARIABLE = re.compile(r"\$\{?\w{1,80}\}?|<[\w -]{1,60}>")


def find_requests(text: str) -> tuple[PastedRequest, ...]:
    """The first request of each kind of command; empty if there is none. Never raises."""
    text = text.replace("\r\n", "\n")
    pasted = commandline.read(text)
    if pasted is not None:
        return (_with_session(pasted, text),)
    match = _HTTPIE.search(text)
    words = commandline.split_command(match[0]) if match else []
    return (_read_httpie(words),) if words else ()


def _with_session(pasted: PastedRequest, text: str) -> PastedRequest:
    """The request of an `aws` command with its session id, which is an option there."""
    session = _SESSION.search(text)
    if session is None or pasted.request.headers or _VARIABLE.search(session[1]):
        return pasted
    headers = {SESSION_HEADER: session[1]}
    return PastedRequest(pasted.request.model_copy(update={"headers": headers}), pasted.token)


def _read_httpie(words: list[str]) -> PastedRequest:
    """`http [METHOD] URL [NAME:HEADER] [NAME=FIELD]`; without a method, fields make it a POST."""
    index = next(index for index, word in enumerate(words) if re.fullmatch(r"https?|xhs?", word))
    scheme = "https" if words[index] in ("https", "xhs") else "http"
    arguments = [word for word in words[index + 1 :] if not word.startswith("-")]
    method = arguments.pop(0) if arguments and arguments[0].upper() in _METHODS else ""
    url = arguments.pop(0) if arguments else ""
    items = [match for match in map(_HEADER.fullmatch, arguments) if match]
    fields = [word for word in arguments if not _HEADER.fullmatch(word) and _FIELD.match(word)]
    headers = {match[1]: match[2].strip() for match in items}
    url = url if "://" in url else f"{scheme}://{url}"
    body = "{}" if fields else None
    return commandline.make_request(method.upper() or ("POST" if fields else "GET"), url, headers, body)
