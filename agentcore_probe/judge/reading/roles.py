"""What the keys of a dump mean, whoever wrote it. To make another client's key known, add it to its role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from agentcore_probe.judge.reading.commandline import parse_headers
from agentcore_probe.providers import ERROR_MESSAGE_KEYS, ERROR_TYPE_KEYS
from agentcore_probe.regex import regex

Role = Literal[
    "status", "code", "type", "message", "error", "url", "host", "path", "method", "headers", "request headers", "request body", "body", "data", "request",
    "response", "metadata", "operation", "level", "log message", "time",
]  # fmt: skip

_KEYS: dict[Role, str] = {
    "status": "status statuscode httpstatuscode httpstatus responsestatus responsestatuscode responsecode httpcode"
    " statuscodevalue httpresponsestatus httpresponsestatuscode rawstatuscode",
    "code": "code",
    "type": "type errortype errorcode exceptiontype exceptionname errorname awserrorcode errcode errorclass exception"
    " kind errorkind name",
    "message": "message errormessage errordescription detail title description faultstring errmsg errormsg"
    " exceptionmessage originalmessage",
    "error": "error err exception cause errors exceptions fault",
    "url": "url uri httpurl urlfull urleffective endpoint requesturl requesturi fullurl href endpointurl targeturl",
    "host": "host hostname authority baseurl servername",
    "path": "path rawpath pathname requestpath",
    "method": "method verb httpmethod httprequestmethod requestmethod httpverb",
    "headers": "headers header responseheaders httpheaders multivalueheaders rawheaders"
    " headerslist symbol(headersmap)",
    "body": "body responsebody rawbody responsetext responsedata responsecontent bodyastext bodytext httpbody",
    "request headers": "requestheaders reqheaders",
    "request body": "requestbody reqbody requestdata",
    "data": "data text content payload output",
    "request": "request config req httprequest originalrequest requestoptions requestcontext",
    "response": "response res resp httpresponse rawresponse originalresponse raw",
    "metadata": "responsemetadata metadata",
    "operation": "operation operationname apiname api eventname commandname action",
    "level": "level severity levelname loglevel lvl severitytext",
    "log message": "msg",
    "time": "ts time timestamp asctime datetime eventtime starttime starteddatetime",
}
"""Keys in lower case without separators, by role."""

_ROLES: dict[str, Role] = {key.replace("_", ""): role for role, keys in _KEYS.items() for key in keys.split()}
_ROLES |= {
    key.lower().replace("_", ""): "message" for key in ERROR_MESSAGE_KEYS if key.lower() not in _KEYS["error"]
}
_ROLES |= {
    key.lower().replace("_", ""): "type"
    for key in ERROR_TYPE_KEYS
    if key.lower().replace("_", "") not in _ROLES
}
_SEPARATORS = str.maketrans("", "", "_-.$@ ")
_STATUS = regex(r"(?:HTTP/[\d.]{1,3} )?([1-5]\d\d)(?:\D|$)")
_REQUEST_LINE = regex(r"[A-Z]{3,10} \S{1,8000}(?: HTTP/[\d.]{1,3})?$")
_ERROR_TYPE = regex(r"(?:[\w.]{1,120}#)?(?P<type>[A-Za-z]\w{2,100})(?::http[^\s]{0,200})?")
_SYSTEM_CODE = regex(r"ERR_\w+|E[A-Z]{3,}\d?|UND_ERR\w*|\d+")
_GENERIC = regex(
    r"(?:Axios|Type|Runtime|HTTP|Http|Fetch|Request|Response|Client|Service|Api|API|Sdk|Aggregate)?Error"
)
"""Names of errors that say no more than that there is one, and codes of a client."""


def role_of(key: str) -> Role | None:
    """What a key means; None if it has no meaning here.

    >>> [role_of(key) for key in ("statusCode", "HTTPStatusCode", "$metadata", "__type", "x")]
    ['status', 'status', 'metadata', 'type', None]
    """
    return _ROLES.get(key.translate(_SEPARATORS).lower())


def values_of(mapping: Mapping[str, Any], *roles: Role) -> Iterator[Any]:
    """The values of the keys with one of these roles, role by role, without None and empty ones."""
    for role in roles:
        for key, value in mapping.items():
            if role_of(key) == role and value not in (None, "", [], {}):
                yield value


def find_status(mapping: Mapping[str, Any]) -> int | None:
    """The HTTP status that a mapping names."""
    for value in (*values_of(mapping, "status", "code"), mapping.get("kind")):
        if isinstance(value, bool):
            continue
        if isinstance(value, int) and 100 <= value <= 599:
            return value
        if isinstance(value, str) and (match := _STATUS.match(value)):
            return int(match[1])
        if isinstance(value, dict) and (status := find_status(value)) is not None:
            return status
    return None


def is_request_line(value: Any) -> bool:
    """Whether it is `POST /path HTTP/1.1`."""
    return isinstance(value, str) and _REQUEST_LINE.match(value) is not None


def find_url(mapping: Mapping[str, Any]) -> str:
    """The URL or path that a mapping names, also as its parts; empty if there is none."""
    for value in values_of(mapping, "url", "path"):
        if isinstance(value, str):
            return value
        if not isinstance(value, dict):
            continue
        whole = next(
            (value[key] for key in ("href", "full", "raw", "original") if isinstance(value.get(key), str)), ""
        )
        if whole:
            return str(whole)
        host, path = value.get("host"), value.get("path", value.get("pathname", ""))
        if isinstance(host, str) and isinstance(path, str):
            return f"{str(value.get('scheme') or 'https').rstrip(':')}://{host}{path}"
    return ""


def is_generic_error(name: str) -> bool:
    """Whether an error's name says no more than that there is one: its message is the client's.

    >>> [is_generic_error(name) for name in ("AxiosError", "AccessDeniedException", "")]
    [True, False, False]
    """
    return _GENERIC.fullmatch(name.rpartition(".")[2]) is not None


def find_error_type(mapping: Mapping[str, Any]) -> str:
    """The error type that a mapping names, without its namespace; empty if there is none."""
    for key, value in mapping.items():
        is_type = role_of(key) in ("type", "code") or (key == "error" and isinstance(value, str))
        match = _ERROR_TYPE.fullmatch(value) if is_type and isinstance(value, str) else None
        if match is None or _SYSTEM_CODE.fullmatch(value) or _GENERIC.fullmatch(match["type"]):
            continue
        is_certain = key in ("__type", "Code", "code", "errorCode", "error", "errorType", "ErrorCode")
        if is_certain or match["type"].endswith(("Exception", "Fault", "Error")):
            return match["type"]
    return ""


def find_message(mapping: Mapping[str, Any]) -> str:
    """The message that a mapping has; empty if there is none."""
    texts = (value for value in values_of(mapping, "message", "log message") if isinstance(value, str))
    return next(texts, "")


def read_headers(value: Any) -> dict[str, str] | None:
    """Headers as names and values, from a mapping, a list of names and values, or lines; None if it is none of them."""
    if isinstance(value, str):
        return parse_headers(value.splitlines()) if "\n" in value else None
    if isinstance(value, list):
        return _read_header_list(value)
    if not isinstance(value, dict):
        return None
    inner = next(
        (
            value[key]
            for key in ("headers", "Symbol(headers map)", "map", "_headers", "inner")
            if isinstance(value.get(key), dict)
        ),
        None,
    )
    if inner is not None and len(value) <= 3:
        return read_headers(inner)
    pairs = (
        (name, _header_value(item)) for name, item in value.items() if " " not in name and "(" not in name
    )
    return {name: item for name, item in pairs if item is not None}


def _read_header_list(items: list[Any]) -> dict[str, str] | None:
    if items and all(isinstance(item, dict) for item in items):
        pairs = [
            (item.get("name", item.get("Name", item.get("key"))), item.get("value", item.get("Value")))
            for item in items
        ]
    elif items and all(isinstance(item, list) and len(item) == 2 for item in items):
        pairs = [(item[0], item[1]) for item in items]
    elif items and len(items) % 2 == 0 and all(isinstance(item, str) for item in items):
        pairs = list(zip(items[::2], items[1::2], strict=True))
    else:
        return None
    return {str(name): str(value) for name, value in pairs if name is not None and value is not None}


def _header_value(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(str(item) for item in value if isinstance(item, str | int))
    if isinstance(value, dict):
        texts = [item for item in (value.get("value"), *value.values()) if isinstance(item, str)]
        return texts[0] if texts else None
    return None if value is None or isinstance(value, bool) else str(value)


_ANSWER_HEADERS = frozenset(
    {
        "content-type",
        "content-length",
        "date",
        "server",
        "www-authenticate",
        "connection",
        "transfer-encoding",
        "via",
        "etag",
    }
)
_REQUEST_HEADERS = frozenset(
    {"authorization", "user-agent", "accept", "host", "x-amz-date", "accept-encoding"}
)


def headers_kind(mapping: Mapping[str, Any]) -> Literal["request", "answer"] | None:
    """Whose headers a mapping is by itself, as a program prints them; None if it is something else."""
    is_flat = all(isinstance(value, str | int) or _is_texts(value) for value in mapping.values())
    if not is_flat or any(
        role_of(name) in ("status", "body", "url", "method", "message") for name in mapping
    ):
        return None
    names = {name.lower() for name in mapping}
    if "authorization" in names or len(names & _REQUEST_HEADERS) > 1:
        return "request"
    is_of_aws = any(name.startswith("x-amzn-") for name in names)
    return "answer" if is_of_aws or len(names & _ANSWER_HEADERS) > 1 else None


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
