"""What people paste from a terminal, read as an exchange: curl, SDK and `aws` output, bodies.

As much is read as is there: the command itself, the request that `-v` shows, the last answer, an
error line in a traceback. A token in it is decoded for its claims (nothing is verified) and not
kept.
"""

from __future__ import annotations

import json
import re
from typing import Any

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.reading import commandline
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.commandline import Sent
from agentcore_probe.model.exchange import Exchange, Fault, FaultKind, Request, Response

_CURL_FAULTS: dict[int, FaultKind] = {
    1: "not-http",
    6: "dns",
    7: "connect",
    18: "truncated",
    28: "timeout",
    35: "tls",
    5: "dns",
    16: "not-http",
    51: "tls",
    52: "reset",
    55: "reset",
    56: "reset",
    58: "tls",
    60: "tls",
    77: "tls",
    92: "reset",
    97: "connect",
}
"""curl's exit codes (man curl); the others are no fault of the way to the service."""

_CURL_STATUS = re.compile(
    r"(CONNECT tunnel failed, response|Received HTTP code|The requested URL returned error:) (?P<status>\d{3})"
)
"""A status that curl tells without the answer: its own (-f), or a proxy's."""

_CURL_ERROR = re.compile(r"curl: \((\d+)\) (.*)")
_STATUS_LINE = re.compile(r"HTTP/[\d.]+ (\d{3})")
_REQUEST_LINE = re.compile(r"(?<![A-Z])([A-Z]+) (\S+) HTTP/")
_BOTOCORE = re.compile(r"An error occurred \(\w+\)|Parameter validation failed:")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]{0,2000}\x07")
"""Colours and titles that a terminal was sent."""

_FOR_URL = re.compile(r"\b(\d{3}) [^\n]{0,80}?\bfor url:? '?(https?://[^\s']+)'?")
"""`raise_for_status` of requests and httpx."""

_SDK_ERROR = re.compile(
    r"\b(?P<type>AccessDenied|ResourceNotFound|Validation|Throttling|Unauthorized|UnrecognizedClient|"
    r"ExpiredToken|InvalidSignature|RetryableConflict|ServiceQuotaExceeded|InternalServer)"
    r"Exception: (?P<message>[^\n]+)|\b(?P<client>RuntimeClientError): (?P<said>[^\n]+)"
)
"""How the SDKs for JavaScript and Go write an error."""

_EXCEPTIONS: tuple[tuple[str, FaultKind], ...] = (
    (
        r"Name or service not known|nodename nor servname|NameResolutionError|getaddrinfo (failed|ENOTFOUND)"
        r"|ENOTFOUND|EAI_AGAIN|failure in name resolution|No such host is known|name could not be resolved",
        "dns",
    ),
    (
        r"SSLError|SSL validation failed|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_\w+|self[- ]signed certificate"
        r"|DEPTH_ZERO_SELF|trust relationship|x509: ",
        "tls",
    ),
    (
        r"(Read|Connect)Timeout|(Read|Connect) timeout on|read timeout=|connect timeout=|timed out"
        r"|ETIMEDOUT|UND_ERR_\w*TIMEOUT",
        "timeout",
    ),
    (
        r"Could not connect to the endpoint URL|NewConnectionError|Connection refused|ECONNREFUSED"
        r"|All connection attempts failed|actively refused|ProxyError",
        "connect",
    ),
    (
        r"ConnectionClosedError|Connection was closed|Connection reset|RemoteDisconnected|ECONNRESET"
        r"|socket hang up|Server disconnected|UND_ERR_SOCKET",
        "reset",
    ),
    (r"IncompleteRead|ResponseStreamingError|peer closed connection without sending complete", "truncated"),
)
"""What SDKs and HTTP libraries say of a transport fault, the most exact first."""


def pasted(text: str, *, where: str) -> Case:
    """The case that a text shows; one without any answer is left unexplained.

    Raises:
        RecordError: it is empty, or JSON that is neither a case nor an answer.
    """
    text = _CONTROL.sub("", text).replace("\r\n", "\n").strip()
    if not text:
        raise RecordError("is empty", where=where, hint="Give an exchange: curl -i output, or an error")
    sent, response = _conversation(text)
    fault: Fault | None = None
    if response is None or _CURL_ERROR.search(text):
        response, fault = _without_http(text, response)
    if response is None and fault is None and text[0] in "{[" and not _is_template(text):
        raise RecordError(
            "is neither a case nor an answer",
            where=where,
            hint="Paste the output of curl -i (or -v), a botocore error line, or a case file",
        )
    sent = sent or commandline.read(text) or _named_url(text) or Sent(Request(auth=_guessed(text)))
    exchange = Exchange(
        id="case/1", step="call", request=sent.request, response=response, fault=fault, token=sent.token
    )
    return Case(exchange)


def _is_template(text: str) -> bool:
    """`[ERROR] …` and the like begin with a bracket and are no JSON."""
    return re.match(r"\[[A-Za-z ]", text) is not None


def _guessed(text: str) -> Any:
    return "sigv4" if "AWS4-HMAC-SHA256" in text else "none"


def _named_url(text: str) -> Sent | None:
    found = _FOR_URL.search(text)
    return Sent(Request(url=found[2], auth="bearer")) if found else None


def _without_http(text: str, response: Response | None) -> tuple[Response | None, Fault | None]:
    """What the text shows beside, or in place of, an HTTP answer."""
    error = _CURL_ERROR.search(text)
    if error:
        return _told_by_curl(int(error[1]), error[2].strip(), response)
    if response is not None:
        return response, None
    if _BOTOCORE.search(text):
        return Response(body=text), None
    named = _FOR_URL.search(text)
    if named:
        return Response(status=int(named[1])), None
    told = _SDK_ERROR.search(text)
    if told:
        kind = f"{told['type']}Exception" if told["type"] else told["client"]
        line = f"An error occurred ({kind}) when calling the {_sdk_operation(text)} operation: "
        return Response(body=line + (told["message"] or told["said"])), None
    for pattern, fault in _EXCEPTIONS:
        if re.search(pattern, text):
            return None, Fault(kind=fault, detail=text.splitlines()[-1][:300])
    return _body_alone(text), None


def _told_by_curl(code: int, message: str, response: Response | None) -> tuple[Response | None, Fault | None]:
    """What an exit of curl means; an answer that it shows stays, where what failed came behind it."""
    told = _CURL_STATUS.search(message)
    if told:
        proxy = {} if code == 22 else {"Proxy-Status": message}
        return Response(status=int(told["status"]), headers=proxy), None
    kind = _CURL_FAULTS.get(code)
    return (response, None) if kind is None else (None, Fault(kind=kind, detail=message))


_SDK_OPERATION = re.compile(r"operation error [\w -]{1,80}: (?P<go>\w+)|@aws-sdk/client-(?P<js>[\w-]+)")
"""What an SDK's error says of whose operation failed: Go by name, JavaScript by its stack."""


def _sdk_operation(text: str) -> str:
    """The operation; the Runtime's where nothing names another API."""
    told = _SDK_OPERATION.search(text)
    if told is None or told["js"] == "bedrock-agentcore":
        return "InvokeAgentRuntime"
    return str(told["go"] or told["js"].replace("-", ""))


def _body_alone(text: str) -> Response | None:
    """A body without its head: a JSON object somewhere, or a stream of events."""
    if re.search(r"^data: *\{", text, re.M):
        return Response(body=text)
    lines = [line for line in text.splitlines() if not re.match(r"\s*(\$|%|>|PS .*>|❯)? ?(curl|aws)\b", line)]
    found = _json_object("\n".join(lines))
    if found is None:
        return None
    status = found.get("statusCode")
    return Response(status=status if isinstance(status, int) else None, body=json.dumps(found))


def _json_object(text: str) -> dict[str, Any] | None:
    """The first JSON object that begins a line, whatever a terminal put behind it."""
    for start in re.finditer(r"^\s*(?=\{)", text, re.M):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return None


def _conversation(text: str) -> tuple[Sent | None, Response | None]:
    """The last answer that is no proxy's and no interim one, and the request that it answers."""
    sent: Sent | None = None
    response: Response | None = None
    lines = [line for line in text.splitlines() if not line.startswith(("* ", "} [", "{ ["))]
    number, tunnel = 0, False
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith(">") and (asked := _REQUEST_LINE.match(line[1:].strip())):
            head, number = _head(lines, number)
            tunnel = asked[1] == "CONNECT"
            if not tunnel:
                sent, response = commandline.told(asked[1], asked[2], head, None, host=True), None
        elif status := _STATUS_LINE.match(_unprefixed(line)):
            head, number = _head(lines, number)
            established = int(status[1]) == 200 and (tunnel or "connection established" in line.lower())
            if established or (int(status[1]) < 200 and int(status[1]) != 101):
                tunnel = False
                continue
            body, number = _body(lines, number)
            response = Response(status=int(status[1]), headers=head, body=body)
    return sent, response


def _head(lines: list[str], number: int) -> tuple[dict[str, str], int]:
    """The headers from this line on, and the number of the line behind them."""
    headers: dict[str, str] = {}
    while number < len(lines):
        line = _unprefixed(lines[number])
        line = line[1:].strip() if line.startswith(">") else line
        name, colon, value = line.partition(":")
        if not line.strip():
            return headers, number + 1
        if not colon or not re.fullmatch(r"[\w-]+", name.strip()):
            return headers, number
        headers[name.strip()] = value.strip()
        number += 1
    return headers, number


def _body(lines: list[str], number: int) -> tuple[str, int]:
    """The body from this line on; a JSON object ends where it ends, and a prompt behind it is none."""
    begun = number
    while (
        number < len(lines)
        and not lines[number].startswith(">")
        and not _STATUS_LINE.match(_unprefixed(lines[number]))
    ):
        number += 1
    body = "\n".join(lines[begun:number]).strip()
    if body.startswith("{"):
        found = _json_object(body)
        body = json.dumps(found) if found is not None else body
    return body, number


def _unprefixed(line: str) -> str:
    """Without the `< ` of `curl -v`; a line of HTML begins with the same character."""
    if line.startswith("<") and not line.startswith(("<!", "<h", "<H", "<?", "</")):
        return line[1:].lstrip(" ")
    return line
