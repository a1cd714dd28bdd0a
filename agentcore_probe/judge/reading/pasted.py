"""Reads what people paste from a terminal as an exchange: curl, SDK and `aws` output, bodies.

It reads as much as there is: the command itself, the request that `-v` shows, the last response, an
error line in a traceback. A token in it is decoded for its claims (nothing is verified) and then
dropped.
"""

from __future__ import annotations

import json
import re
from typing import Any

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.reading import commandline
from agentcore_probe.judge.reading.aws_login import find_login_message
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.model.exchange import Exchange, Fault, FaultKind, Request, Response

_CURL_FAULTS: dict[int, FaultKind] = {
    1: "not-http",
    6: "dns",
    7: "connect",
    18: "truncated",
    28: "timeout",
    35: "tls",
    5: "proxy",
    16: "not-http",
    51: "tls",
    52: "reset",
    55: "reset",
    56: "reset",
    58: "tls",
    60: "tls",
    77: "setup",
    92: "reset",
    97: "proxy",
}
"""curl's exit codes (man curl) for faults between client and service."""

_CURL_STATUS = re.compile(
    r"(CONNECT tunnel failed, response|Received HTTP code|The requested URL returned error:) (?P<status>\d{3})"
)
"""A status that curl reports without the response: the service's (-f), or a proxy's."""

_CURL_ERROR = re.compile(r"curl: \((\d+)\) (.*)")
_STATUS_LINE = re.compile(r"HTTP/[\d.]+ (\d{3})")
_REQUEST_LINE = re.compile(r"(?<![A-Z])([A-Z]+) (\S+) HTTP/")
_BOTOCORE = re.compile(r"An error occurred \(\w+\)|Parameter validation failed:")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]{0,2000}\x07")
"""Escape sequences of terminals: colours and titles."""

_FOR_URL = re.compile(r"\b(\d{3}) [^\n]{0,80}?\bfor url:? '?(https?://[^\s']+)'?")
"""`raise_for_status` of requests and httpx."""

_SDK_ERROR = re.compile(
    r"\b(?P<type>AccessDenied|ResourceNotFound|Validation|Throttling|Unauthorized|UnrecognizedClient|"
    r"ExpiredToken|InvalidSignature|RetryableConflict|ServiceQuotaExceeded|InternalServer)"
    r"Exception: (?P<message>[^\n]+)|\b(?P<client>RuntimeClientError): (?P<client_message>[^\n]+)"
)
"""How the SDKs for JavaScript and Go write an error."""

_EXCEPTIONS: tuple[tuple[str, FaultKind], ...] = (
    (
        r"Missing dependencies for SOCKS|suitable TLS CA certificate bundle|NO_CERTIFICATE_OR_CRL_FOUND|InvalidProxyURL",
        "setup",
    ),
    (r"ProxyError|Tunnel connection failed|ProxyConnectionError|Failed to connect to proxy", "proxy"),
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
        r"|All connection attempts failed|actively refused",
        "connect",
    ),
    (
        r"ConnectionClosedError|Connection was closed|Connection reset|RemoteDisconnected|ECONNRESET"
        r"|socket hang up|Server disconnected|UND_ERR_SOCKET",
        "reset",
    ),
    (r"IncompleteRead|ResponseStreamingError|peer closed connection without sending complete", "truncated"),
)
"""Messages of SDKs and HTTP libraries for transport faults, the most specific first."""


def read_pasted_text(text: str, *, where: str) -> Case:
    """The case that a text shows; one without any answer is left unexplained.

    Args:
        text: what was pasted.
        where: names the text in errors.

    Raises:
        RecordError: it is empty, or JSON that is neither a case nor an answer.
    """
    text = _CONTROL.sub("", text).replace("\r\n", "\n").strip()
    if not text:
        raise RecordError("is empty", where=where, hint="Give an exchange: curl -i output, or an error")
    request, response = _read_conversation(text)
    fault: Fault | None = None
    if response is None or _CURL_ERROR.search(text):
        response, fault = _read_outcome(text, response)
    if response is None and fault is None and text[0] in "{[" and not _is_log_line(text):
        raise RecordError(
            "is neither a case nor an answer",
            where=where,
            hint="Paste the output of curl -i (or -v), a botocore error line, or a case file",
        )
    request = request or commandline.read(text) or _read_error_url(text)
    if request is None:
        request = PastedRequest(Request(auth="sigv4" if "AWS4-HMAC-SHA256" in text else "none"))
    exchange = Exchange(
        id="case/1",
        step="call",
        request=request.request,
        response=response,
        fault=fault,
        token=request.token,
    )
    return Case(exchange)


def _is_log_line(text: str) -> bool:
    """Whether a text that begins with a bracket is a line such as `[ERROR] …`, and not JSON."""
    return re.match(r"\[[A-Za-z ]", text) is not None


def _read_error_url(text: str) -> PastedRequest | None:
    """The request to a URL in the message of an HTTP library."""
    match = _FOR_URL.search(text)
    return PastedRequest(Request(url=match[2], auth="bearer")) if match else None


PastedOutcome = tuple[Response | None, Fault | None]
"""A response, or the fault instead of one; neither if the text shows none."""


def _read_outcome(text: str, response: Response | None) -> PastedOutcome:
    """How the exchange ended, from error messages if the text has no HTTP response.

    Args:
        text: what was pasted.
        response: the HTTP response in it, if there is one.
    """
    curl_error = _CURL_ERROR.search(text)
    if curl_error:
        return _read_curl_error(int(curl_error[1]), curl_error[2].strip(), response)
    if response is not None:
        return response, None
    if _BOTOCORE.search(text) or (text[0] != "{" and find_login_message(text)):
        return Response(body=text), None
    for_url = _FOR_URL.search(text)
    if for_url:
        return Response(status=int(for_url[1])), None
    sdk_error = _SDK_ERROR.search(text)
    if sdk_error:
        error_type = f"{sdk_error['type']}Exception" if sdk_error["type"] else sdk_error["client"]
        message = sdk_error["message"] or sdk_error["client_message"]
        line = (
            f"An error occurred ({error_type}) when calling the {_sdk_operation(text)} operation: {message}"
        )
        return Response(body=line), None
    for pattern, kind in _EXCEPTIONS:
        if re.search(pattern, text):
            return None, Fault(kind=kind, detail=text.splitlines()[-1][:300])
    return _read_body(text), None


def _read_curl_error(code: int, message: str, response: Response | None) -> PastedOutcome:
    """What an exit of curl means.

    Args:
        code: curl's exit code.
        message: curl's message.
        response: the HTTP response in the text; it stays if the error came after it.
    """
    match = _CURL_STATUS.search(message)
    if match:
        headers = {} if code == 22 else {"Proxy-Status": message}
        return Response(status=int(match["status"]), headers=headers), None
    kind = _CURL_FAULTS.get(code)
    return (response, None) if kind is None else (None, Fault(kind=kind, detail=message))


_SDK_OPERATION = re.compile(r"operation error [\w -]{1,80}: (?P<go>\w+)|@aws-sdk/client-(?P<js>[\w-]+)")
"""Which operation an SDK's error is about: Go names it, JavaScript's stack has the client's package."""


def _sdk_operation(text: str) -> str:
    """The operation; InvokeAgentRuntime unless the text names another API."""
    match = _SDK_OPERATION.search(text)
    if match is None or match["js"] == "bedrock-agentcore":
        return "InvokeAgentRuntime"
    return str(match["go"] or match["js"].replace("-", ""))


def _read_body(text: str) -> Response | None:
    """A body without a head: a JSON object anywhere, or a stream of events."""
    if re.search(r"^data: *\{", text, re.M):
        return Response(body=text)
    lines = [line for line in text.splitlines() if not re.match(r"\s*(\$|%|>|PS .*>|❯)? ?(curl|aws)\b", line)]
    value = _find_json_object("\n".join(lines))
    if value is None:
        return None
    status = value.get("statusCode")
    return Response(status=status if isinstance(status, int) else None, body=json.dumps(value))


def _find_json_object(text: str) -> dict[str, Any] | None:
    """The first JSON object that begins a line, whatever a terminal put after it."""
    for start in re.finditer(r"^\s*(?=\{)", text, re.M):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return None


def _read_conversation(text: str) -> tuple[PastedRequest | None, Response | None]:
    """The last response that is neither a proxy's nor an interim one, and its request."""
    request: PastedRequest | None = None
    response: Response | None = None
    lines = [line for line in text.splitlines() if not line.startswith(("* ", "} [", "{ ["))]
    index, tunnel = 0, False
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.startswith(">") and (request_line := _REQUEST_LINE.match(line[1:].strip())):
            headers, index = _read_head(lines, index)
            method, target = request_line[1], request_line[2]
            tunnel = method == "CONNECT"
            if not tunnel:
                url = commandline.absolute_url(target, headers)
                request, response = commandline.make_request(method, url, headers, None), None
        elif status_line := _STATUS_LINE.match(_without_prefix(line)):
            headers, index = _read_head(lines, index)
            status = int(status_line[1])
            is_from_proxy = status == 200 and (tunnel or "connection established" in line.lower())
            is_interim = status < 200 and status != 101
            if is_from_proxy or is_interim:
                tunnel = False
                continue
            body, index = _read_lines_of_body(lines, index)
            response = Response(status=status, headers=headers, body=body)
    return request, response


def _read_head(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """The headers from line `start` on, and the index of the line after them."""
    headers: dict[str, str] = {}
    index = start
    while index < len(lines):
        line = _without_prefix(lines[index])
        line = line[1:].strip() if line.startswith(">") else line
        name, colon, value = line.partition(":")
        if not line.strip():
            return headers, index + 1
        if not colon or not re.fullmatch(r"[\w-]+", name.strip()):
            return headers, index
        headers[name.strip()] = value.strip()
        index += 1
    return headers, index


def _read_lines_of_body(lines: list[str], start: int) -> tuple[str, int]:
    """The body from line `start` on, and the index of the line after it.

    A prompt after a JSON object is not part of the body.
    """
    end = start
    while (
        end < len(lines)
        and not lines[end].startswith(">")
        and not _STATUS_LINE.match(_without_prefix(lines[end]))
    ):
        end += 1
    body = "\n".join(lines[start:end]).strip()
    if body.startswith("{"):
        value = _find_json_object(body)
        body = json.dumps(value) if value is not None else body
    return body, end


def _without_prefix(line: str) -> str:
    """A line without the `< ` of `curl -v`; a line of HTML begins with the same character."""
    if line.startswith("<") and not line.startswith(("<!", "<h", "<H", "<?", "</")):
        return line[1:].lstrip(" ")
    return line
