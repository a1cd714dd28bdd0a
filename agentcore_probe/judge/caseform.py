"""Reads the case form (docs/diagnosis.md) and what people paste: `curl -i`, `curl -v`, botocore lines."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.case import Case
from agentcore_probe.model.configuration import from_facts
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response, TokenFacts

_STATUS = re.compile(r"^HTTP/[\d.]+ (\d{3})", re.M)
_CURL_FAULTS = {
    6: "dns",
    7: "connect",
    28: "timeout",
    35: "tls",
    51: "tls",
    60: "tls",
    52: "reset",
    56: "reset",
    18: "truncated",
    1: "not-http",
}
_CURL_ERROR = re.compile(r"curl: \((\d+)\) (.*)")
_SENT = re.compile(r"^> ?", re.M)


def read(text: str, *, where: str) -> Case:
    """The case in `text`: the JSON form, or something pasted.

    Raises:
        RecordError: it is neither.
    """
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise RecordError(
            "is empty", where=where, hint="Give an exchange: curl -i output, a botocore error, or a case file"
        )
    if stripped.startswith("{"):
        try:
            form = json.loads(stripped)
        except RecursionError:
            raise RecordError("is nested too deeply", where=where) from None
        except ValueError:
            form = None
        if isinstance(form, dict) and form.keys() & {"request", "response", "text"}:
            return from_form(form, where=where)
    return pasted(stripped, where=where)


def from_form(form: dict[str, Any], *, where: str) -> Case:
    """The case that the JSON form describes.

    Raises:
        RecordError: a part has the wrong form.
    """
    try:
        configuration = from_facts(form.get("configuration") or {})
        if "text" in form:
            return Case(pasted(str(form["text"]), where=where).exchange, configuration)
        exchange = _exchange("case/1", form)
        related = tuple(
            _exchange(f"case/{number}", each)
            for number, each in enumerate(form.get("related") or (), start=2)
        )
    except (ValidationError, AttributeError, TypeError, KeyError, ValueError) as error:
        raise RecordError(f"is not a case: {_short(error)}", where=where) from None
    return Case(exchange, configuration, related)


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _exchange(id: str, form: dict[str, Any]) -> Exchange:
    answer = form.get("response") or {}
    fault = "fault" in answer
    return Exchange(
        id=id,
        step="call",
        request=Request(**(form.get("request") or {})),
        response=Response(**answer) if answer and not fault else None,
        fault=Fault(kind=answer["fault"], detail=answer.get("detail") or "") if fault else None,
        token=TokenFacts(**form["token"]) if form.get("token") else None,
    )


def pasted(text: str, *, where: str) -> Case:
    """The case that a pasted terminal text shows.

    Raises:
        RecordError: nothing in it looks like an answer.
    """
    request = _curl_request(text)
    error = _CURL_ERROR.search(text)
    statuses = list(_STATUS.finditer(re.sub(r"^< ?", "", text, flags=re.M)))
    if statuses:
        return Case(Exchange(id="case/1", step="call", request=request, response=_curl_response(text)))
    if error:
        kind = _CURL_FAULTS.get(int(error[1]), "connect")
        return Case(
            Exchange(
                id="case/1",
                step="call",
                request=request,
                fault=Fault(kind=kind, detail=error[2].strip()),  # type: ignore[arg-type]
            )
        )
    if re.search(r"An error occurred \(\w+\)", text):
        return Case(Exchange(id="case/1", step="call", request=Request(), response=Response(body=text)))
    fault = _botocore_fault(text)
    if fault is not None:
        return Case(Exchange(id="case/1", step="call", request=request, fault=fault))
    if _is_json_object(text):
        return Case(Exchange(id="case/1", step="call", request=request, response=Response(body=text)))
    raise RecordError(
        "shows no answer",
        where=where,
        hint="Paste the output of curl -i (or -v), a botocore error line, or a case file",
    )


def _is_json_object(text: str) -> bool:
    """Whether the text is an answer's body on its own."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


_BOTOCORE_FAULTS = (
    (r"Could not connect to the endpoint URL|NewConnectionError|Connection refused", "connect"),
    (r"Name or service not known|nodename nor servname|NameResolutionError|getaddrinfo failed", "dns"),
    (r"SSLError|SSL validation failed|CERTIFICATE_VERIFY_FAILED", "tls"),
    (r"(Read|Connect) ?timeout|timed out", "timeout"),
    (r"ConnectionClosedError|Connection was closed|Connection reset|RemoteDisconnected", "reset"),
    (r"IncompleteRead|ResponseStreamingError", "truncated"),
)


def _botocore_fault(text: str) -> Fault | None:
    # The name is looked up before anything is connected, so it is the more exact finding.
    for pattern, kind in sorted(_BOTOCORE_FAULTS, key=lambda each: each[1] != "dns"):
        if re.search(pattern, text, re.I):
            return Fault(kind=kind, detail=text.strip().splitlines()[-1][:300])  # type: ignore[arg-type]
    return None


def _curl_request(text: str) -> Request:
    """The request that `curl -v` shows in its `> ` lines; without them, an empty one."""
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith(">")]
    if not lines or not (start := re.match(r"([A-Z]+) (\S+) HTTP", lines[0])):
        return Request(auth=_guessed_auth(text))
    headers = _header_lines(lines[1:])
    host = next((value for name, value in headers.items() if name.lower() == "host"), "")
    return Request(
        method=start[1],
        url=f"https://{host}{start[2]}",
        headers={name: _masked(name, value) for name, value in headers.items()},
        auth=_auth_of(headers),
    )


def _masked(name: str, value: str) -> str:
    """What people paste may hold their token: only its form is kept."""
    if name.lower() != "authorization":
        return value
    return re.sub(r"eyJ[\w.-]{10,}", "<token>", value)


def _auth_of(headers: dict[str, str]) -> Any:
    value = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    if value.startswith("AWS4-"):
        return "sigv4"
    return "bearer" if value else "none"


def _guessed_auth(text: str) -> Any:
    return "sigv4" if "AWS4-HMAC-SHA256" in text else "none"


def _curl_response(text: str) -> Response:
    """The last answer in the output of `curl -i` or `curl -v`."""
    lines = [
        line[1:].lstrip(" ")
        if line.startswith("<") and not line.startswith(("<!", "<h", "<H", "<?", "</"))
        else line
        for line in text.splitlines()
        if not line.startswith((">", "* ", "} [", "{ ["))
    ]
    starts = [n for n, line in enumerate(lines) if re.match(r"HTTP/[\d.]+ \d{3}", line)]
    head = lines[starts[-1] :]
    status = int(head[0].split()[1])
    blank = next((n for n, line in enumerate(head) if not line.strip()), len(head))
    body = "\n".join(head[blank + 1 :]).strip()
    return Response(status=status, headers=_header_lines(head[1:blank]), body=body)


def _header_lines(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, colon, value in pairs if colon and name.strip()}
