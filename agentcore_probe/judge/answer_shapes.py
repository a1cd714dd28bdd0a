"""The shapes of what an HTTP agent answers inside a 2xx: values, errors, refusals, ways to a login page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agentcore_probe.judge.refusal_words import is_refusal, refuses_caller
from agentcore_probe.model.stream import BYTE_ORDER_MARK, read_events
from agentcore_probe.regex import regex

_ERROR_MEMBERS = {"error", "Error", "errors", "__type", "fault", "exception", "errorMessage", "errorType",
                  "error_message"}  # fmt: skip
"""Members that only an error has, unless they are empty (`errorMessage` and `errorType`: a Lambda function's)."""
_TEXT_MEMBERS = {"message", "Message", "detail", "title", "body", "error_description"}
"""Members with the text of an error, as gateways and web frameworks write it; a result may have them as well."""
_BESIDE_ERRORS = {"code", "status", "statusCode", "status_code", "success", "ok", "type", "path", "timestamp",
                  "requestId", "request_id", "instance"}  # fmt: skip
"""Members that an error may have as well; any other member makes an object with a text a result."""
_STATUS_MEMBERS = ("status", "statusCode", "status_code")
_LOGIN_MEMBERS = {"redirect", "redirectUrl", "redirectUri", "redirect_url", "redirect_uri", "location", "login",
                  "loginUrl", "login_url", "authUrl", "auth_url"}  # fmt: skip
"""Members of an object that sends a browser to a login page."""


def read_values(body: str) -> list[Any]:
    """What an answer contains: its JSON values, or its text, or those of each event of a stream; none if it is empty."""
    text = body.removeprefix(BYTE_ORDER_MARK).strip()
    if re.match(r"(?:data|event|id|retry)?:", text):
        events = [event.data.strip() for event in read_events(text)]
        return [_parse(data) for data in events if data not in ("", "[DONE]")]
    value = _parse(text)
    values = value if isinstance(value, list) else [value]
    return [value for value in values if value not in (None, {}, []) and str(value).strip()]


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def is_done(body: str) -> bool:
    """Whether a stream says that it is complete."""
    return body.rstrip().endswith("data: [DONE]")


_FOREIGN_CALL = regex(r"\bfor url:? ['\"(]?https?://(?![^/]{0,200}bedrock-agentcore)", re.I)
_MAX_TEXT = 65_536


def refuses(value: object) -> bool:
    """Whether a text, or an error's status or text, refuses the caller."""
    if _FOREIGN_CALL.search(value if isinstance(value, str) else json.dumps(value)[:_MAX_TEXT]):
        return False  # what a library writes of its own call to somewhere else
    if isinstance(value, str):
        return is_refusal(value) or (_is_xml_error(value) and refuses_caller(value))
    if not isinstance(value, dict):
        return False
    statuses = [value.get(name) for name in _STATUS_MEMBERS]
    if any(str(status) in ("401", "403") for status in statuses):
        return True
    if has_error_member(value):
        names = sorted(_ERROR_MEMBERS | _TEXT_MEMBERS)
        return refuses_caller(" ".join(json.dumps(value[name]) for name in names if name in value))
    texts = [str(value[name]) for name in sorted(_TEXT_MEMBERS) if name in value]
    return has_shape_of_error(value) and any(map(is_refusal, texts))


def _is_xml_error(text: str) -> bool:
    return (
        re.match(r"(?:<\?xml[^>]{0,200}\?>\s*)?<(?:\w{1,40}:)?(?:Error|ErrorResponse|Fault)\b", text)
        is not None
    )


def has_error_member(value: object) -> bool:
    """Whether it is an object that says that something failed, an error in XML, or the MCP result of a failed tool."""
    if isinstance(value, str):
        return _is_xml_error(value)
    if not isinstance(value, dict):
        return False
    result = value.get("result")
    is_tool_error = isinstance(result, dict) and result.get("isError") is True
    return is_tool_error or value.get("type") == "error" or any(value.get(name) for name in _ERROR_MEMBERS)


def has_shape_of_error(value: object) -> bool:
    """Whether it is an object with nothing but an error's members, or those that an error may have as well."""
    if not isinstance(value, dict):
        return False
    members = {name for name, member in value.items() if member is not None}
    if any(isinstance(value.get(name), dict | list) for name in _TEXT_MEMBERS) or _says_success(value):
        return False
    return bool(members & (_ERROR_MEMBERS | _TEXT_MEMBERS)) and members <= (
        _ERROR_MEMBERS | _TEXT_MEMBERS | _BESIDE_ERRORS
    )


def has_text_of_error(value: object) -> bool:
    """The same of an answer to the genuine caller, whose agent may say what it has to say in a `message`."""
    if not isinstance(value, dict) or not has_shape_of_error(value):
        return False
    has_failed = any(str(value.get(name))[:1] in ("4", "5") for name in _STATUS_MEMBERS)
    return has_failed or bool(value.keys() & {"detail", "title", "error_description"})


def _says_success(value: Mapping[str, Any]) -> bool:
    statuses = [str(value.get(name)).lower() for name in _STATUS_MEMBERS]
    return any(re.fullmatch(r"2\d\d|success|succeeded|ok", status) for status in statuses)


def sends_to_login(value: object) -> bool:
    """Whether it is an object with nothing but an address to go to, which a caller gets who is not logged in."""
    if not isinstance(value, dict):
        return False
    return bool(value.keys() & _LOGIN_MEMBERS) and value.keys() <= _LOGIN_MEMBERS | _BESIDE_ERRORS


def shows_result(value: object) -> bool:
    """Whether it is an object with something that no error has beside its text, and nothing that says that it failed."""
    if not isinstance(value, dict) or has_error_member(value) or sends_to_login(value):
        return False
    if value.get("success") is False or value.get("ok") is False:
        return False
    if any(
        str(value.get(name)).lower() in ("error", "failed", "failure", "fail") for name in _STATUS_MEMBERS
    ):
        return False
    if any(isinstance(member, dict) and "__type" in member for member in value.values()):
        return False
    others = value.keys() - _ERROR_MEMBERS - _TEXT_MEMBERS - _BESIDE_ERRORS
    return any(value[name] not in (None, "", [], {}) for name in others)
