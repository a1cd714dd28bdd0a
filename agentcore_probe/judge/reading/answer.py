"""Reads a response: its error type, message, JSON-RPC error and challenge, and who sent it.

The form depends on the sender: AWS JSON (`__type`, `message`), JSON-RPC (MCP, A2A), a stream of
events (AG-UI `RUN_ERROR`), XML, OAuth (`error`), or a botocore line that a person pasted. The result
is always one `Answer`; nothing here raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agentcore_probe.judge.reading.origin import read_origin
from agentcore_probe.judge.reading.senders import Sender, sender_by_text
from agentcore_probe.judge.reading.sentences import find_sentences
from agentcore_probe.model.exchange import SESSION_HEADER, Response
from agentcore_probe.model.once import once
from agentcore_probe.model.stream import json_objects
from agentcore_probe.providers import API_ERRORS, ERROR_MESSAGE_KEYS, ERROR_TYPE_KEYS, OAUTH_ERRORS, SENTENCES
from agentcore_probe.regex import regex

_BOTOCORE = regex(
    r"An error occurred \((?P<type>\w+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \(reached max retries: (?P<retries>\d{1,9})\))?[^:]*: ?(?P<message>.*)",
    re.DOTALL,
)
_INVALID_PARAMETERS = regex(r"Parameter validation failed:\s*(?P<message>.*)", re.DOTALL)
_XML_TYPE = regex(r"<Code>([^<]+)</Code>")
_XML_MESSAGE = regex(r"<Message>([^<]*)</Message>")
_XML_ROUTE = regex(r"\s{0,20}<(UnknownOperationException)\s{0,9}/?>")
"""All that AgentCore's router says in XML of a path that it does not have."""
_CHALLENGE_PART = regex(
    r"""[\s,]*(?P<name>[!#$%&'*+.^_`|~\w-]+)"""
    r"""(?:\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"=]+))|(?P<end>[\s,]|$))?"""
)
"""A scheme, or a parameter with its value (RFC 9110 section 11)."""
_POLICY = regex(
    r"(?:explicit deny in an? |(?P<none>because no ))"
    r"(?P<kind>(?:service control|resource control|identity-based|resource-based|session|VPC endpoint) policy"
    r"|permissions boundary)",
    re.I,
)
_MAX_TEXT = 65_536
"""Characters that are searched; no refusal is longer."""
_MAX_MESSAGE = 8_192
"""Characters of a message that are kept."""
_MAX_PLAIN_MESSAGE = 200
"""Characters of a plain text that is the message itself."""


@dataclass(frozen=True)
class Answer:
    """The content of a response."""

    status: int | None = None
    error_type: str = ""
    """The AWS error type (`AccessDeniedException`), or OAuth's `error`; may be empty."""
    message: str = ""
    failed: bool = False
    """Whether the body has a JSON-RPC error or an AG-UI `RUN_ERROR`."""
    rpc_code: int | str | None = None
    """The JSON-RPC error code, or AG-UI's error code."""
    operation: str = ""
    """The AWS operation in a botocore line."""
    retries: str = ""  # of botocore
    result: dict[str, Any] | None = None
    """The JSON-RPC result, or the whole JSON object of another response."""
    objects: tuple[dict[str, Any], ...] = ()
    """Every JSON object of the body: one, the members of a batch, or one for each event of a stream."""
    challenge: dict[str, str] = field(default_factory=dict)
    """The parameters of a `WWW-Authenticate: Bearer` challenge."""
    challenged: bool = False
    from_aws: bool | None = None
    """Whether the service that was called answered, and nobody in front of it; None: not known."""
    sender: Sender | None = None  # see Origin
    is_runtimes: bool = False
    """Whether its headers or events are those of a Runtime."""
    is_agentcores_sentence: bool = False  # see Origin

    @property
    def tool_error(self) -> bool:
        """Whether a tool reported an error inside a 200."""
        return bool(self.result and self.result.get("isError") is True)

    @property
    def tool_text(self) -> str:
        """The texts in the result of a tool."""
        parts = (self.result or {}).get("content")
        texts = (
            [part.get("text") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
        )
        return " ".join(text for text in texts if isinstance(text, str))[:_MAX_TEXT]

    @property
    def refusing_policy(self) -> str | None:
        """The policy in an IAM refusal, unless it is the caller's own (IAM's "access denied" messages)."""
        match = _POLICY.search(self.message)
        if match is None or (match["none"] and match["kind"].startswith("identity-based")):
            return None
        return match["kind"]

    def message_matches(self, *patterns: str) -> bool:
        """Whether the message matches any of the patterns (regular expressions, any case)."""
        return any(re.search(pattern, self.message, re.I) for pattern in patterns)

    def is_type(self, *types: str) -> bool:
        """Whether the error type is one of `types`, with or without the word Exception."""
        own_type = self.error_type.removesuffix("Exception")
        return bool(own_type) and own_type in {name.removesuffix("Exception") for name in types}


def read(response: Response | None) -> Answer:
    """The answer in `response`; an empty one for None."""
    return Answer() if response is None else _read(response)


@once
def _read(response: Response) -> Answer:
    if not response.headers and (line := _read_sdk_error(response)) is not None:
        return line
    body = response.body[:_MAX_TEXT]
    objects = list(json_objects(response.body))
    is_error = response.status is None or response.status >= 400
    error = _first_error(objects, (*_MESSAGE_KEYS, *_PROBLEM_KEYS) if is_error else _MESSAGE_KEYS)
    error_type = (response.header("x-amzn-errortype") or "").split(":")[0].strip() or error.type
    bearer = read_challenges(response.header("www-authenticate") or "").get("bearer")
    challenge = bearer or {}
    # RFC 6750 section 3: the reason may be in the challenge alone.
    message = error.message or challenge.get("error_description", "")
    if not objects:
        error_type, message = _read_text(response, body, error_type, message)
    origin = read_origin(response, message[:_MAX_MESSAGE], has_json=bool(objects))
    return Answer(
        status=response.status,
        error_type=error_type.rsplit("#", 1)[-1],
        message=message[:_MAX_MESSAGE],
        failed=any(
            isinstance(value.get("error"), dict) or value.get("type") == "RUN_ERROR" for value in objects
        ),
        rpc_code=error.code,
        result=_result(objects),
        objects=tuple(objects),
        challenge=challenge,
        challenged=bearer is not None,
        from_aws=origin.from_aws,
        sender=origin.sender,
        is_runtimes=_is_runtimes(response, from_aws=origin.from_aws),
        is_agentcores_sentence=origin.is_agentcores_sentence,
    )


def _is_runtimes(response: Response, *, from_aws: bool | None) -> bool:
    """Whether only a Runtime answers so: with a session's id, with an agent's stream, or to a WebSocket."""
    is_stream = (response.header("content-type") or "").lower().startswith("text/event-stream")
    streams = is_stream and from_aws is True and 200 <= (response.status or 0) < 300
    return response.header(SESSION_HEADER) is not None or streams or response.status == 101


def _read_text(response: Response, body: str, error_type: str, message: str) -> tuple[str, str]:
    """The error type and message of an answer without JSON: AWS's XML, or a short plain text."""
    if (code := _XML_TYPE.search(body)) and (text := _XML_MESSAGE.search(body)):
        return error_type or code[1], text[1]
    if route := _XML_ROUTE.match(body):
        return error_type or route[1], message
    is_error = response.status is not None and response.status >= 400
    text_body = body.strip()
    if is_error and not message and text_body[:1] != "<" and 0 < len(text_body) <= _MAX_PLAIN_MESSAGE:
        return error_type, text_body
    return error_type, message


def read_challenges(header: str) -> dict[str, dict[str, str]]:
    """The challenges of `WWW-Authenticate` by scheme in lower case, with their parameters (RFC 9110 section 11.6.1).

    Several headers of this name count as one, joined by commas. Of two challenges of a scheme, the first is read.
    """
    challenges: dict[str, dict[str, str]] = {}
    parameters: dict[str, str] = {}
    position, text = 0, header[:_MAX_TEXT]
    while position < len(text):
        part = _CHALLENGE_PART.match(text, position)
        if part is None or part.end() == position:
            position += 1
        elif part["quoted"] is not None or part["bare"] is not None:
            parameters.setdefault(part["name"], part["quoted"] or part["bare"] or "")
            position = part.end()
        else:
            parameters = {}
            challenges.setdefault(part["name"].lower(), parameters)
            position = part.end()
    return challenges


def _read_sdk_error(response: Response) -> Answer | None:
    """A line that botocore wrote instead of a response; None if there is none."""
    body = response.body[:_MAX_TEXT]
    invalid = _INVALID_PARAMETERS.search(body)
    if invalid:
        # botocore itself refused the call: nothing was sent.
        return Answer(
            error_type="ParamValidationError",
            message=invalid["message"].strip()[:_MAX_MESSAGE],
            operation="InvokeAgentRuntime",
        )
    match = _BOTOCORE.search(body)
    if match is None:
        return None
    # botocore writes the HTTP status where an answer has no error type, and HTML where it has no message.
    is_foreign = match["type"].isdigit() or match["message"].lstrip().lower().startswith(
        ("<html", "<!doctype")
    )
    has_status = re.fullmatch(r"[1-5][0-9][0-9]", match["type"], re.A) is not None
    return Answer(
        status=int(match["type"]) if has_status and response.status is None else response.status,
        error_type="" if match["type"].isdigit() else match["type"],
        message=match["message"].strip()[:_MAX_MESSAGE],
        operation=match["operation"],
        retries=match["retries"] or "",
        from_aws=not is_foreign,
        sender=sender_by_text(match["message"], "") if is_foreign else None,
    )


def guess_service(answer: Answer) -> str:
    """The service that answers in this form, for exchanges without a URL.

    Returns:
        `runtime`, `gateway`, `cognito`, `oauth` or `other`.
    """
    result = answer.result or {}
    if answer.error_type in OAUTH_ERRORS or "access_token" in result or _is_of_provider(answer.message):
        return "oauth"
    is_challenge_or_login = {"ChallengeName", "AuthenticationResult"} & result.keys()
    if is_challenge_or_login or answer.is_type(*API_ERRORS):
        return "cognito"
    # Nobody else answers with 424.
    if "runtimeSessionId" in result or answer.is_runtimes or answer.status == 424:
        return "runtime"
    if _lists_targets_tools(result):
        return "gateway"
    if any("jsonrpc" in value and isinstance(value.get("result"), dict) for value in answer.objects):
        return "runtime"
    metadata = answer.challenge.get("resource_metadata", "")
    text = answer.message or answer.tool_text
    asks_for_scope = answer.challenge.get("error") == "insufficient_scope"
    is_named = ".gateway.bedrock-agentcore." in metadata
    if is_named or asks_for_scope or re.search(_WORDS_OF_GATEWAY, text, re.I):
        return "gateway"
    has_message = answer.is_agentcores_sentence or any(
        value.get(key) for value in answer.objects for key in _MESSAGE_KEYS
    )
    has_error = answer.rpc_code is not None or answer.error_type or answer.challenged or has_message
    return "runtime" if has_error and answer.from_aws is not False else "other"


_OAUTH_SENTENCES = tuple(row for row in SENTENCES if row.service == "oauth" and len(row.literal.split()) > 1)


def _is_of_provider(message: str) -> bool:
    """Whether an identity provider alone writes so."""
    return next(find_sentences(message, _OAUTH_SENTENCES), None) is not None


_WORDS_OF_GATEWAY = (
    r"insufficient.?scope|no target found|mcp-session-id|tool execution denied|policy evaluation failed"
    r"|perform: bedrock-agentcore:InvokeGateway|unknown tool: ['\"]?[\w-]{1,128}?___"
)


def _lists_targets_tools(result: dict[str, Any]) -> bool:
    """Whether it is a list of tools whose names have a Gateway's target in front."""
    tools = result.get("tools")
    return isinstance(tools, list) and any(
        isinstance(tool, dict) and "___" in str(tool.get("name")) for tool in tools
    )


class _Error(NamedTuple):
    """An error in a JSON object."""

    type: str = ""
    message: str = ""
    code: int | str | None = None


def _first_error(objects: list[dict[str, Any]], message_keys: tuple[str, ...]) -> _Error:
    """The error of the first object that has one, with its message under one of the keys; an empty one otherwise."""
    for value in objects:
        error = value.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            return _Error("", _text(error.get("message")), code if isinstance(code, int | str) else None)
        if value.get("type") == "RUN_ERROR":
            code = value.get("code")
            return _Error("", _text(value.get("message")), code if isinstance(code, str) else None)
        output = value.get("Output")
        if isinstance(output, dict) and output.get("__type"):
            return _Error(_text(output["__type"]), _text(_first(output, "message", "Message")))
        type_ = _first(value, "__type", "code", *ERROR_TYPE_KEYS) or (error if isinstance(error, str) else "")
        message = _text(_first(value, *message_keys, kind=str)) or _text(_first(value, "message"))
        if _text(type_) or message:
            return _Error(_text(type_), message)
    return _Error()


_MESSAGE_KEYS = ("message", "Message", *ERROR_MESSAGE_KEYS)
_PROBLEM_KEYS = ("detail", "title")
"""Members of problem details (RFC 9457) and of web frameworks that say what went wrong."""


def _first(value: dict[str, Any], *names: str, kind: type = object) -> Any:
    """The value of the first of these keys that has one of this kind."""
    return next((value[name] for name in names if value.get(name) and isinstance(value[name], kind)), None)


def _result(objects: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last JSON-RPC result, else the last object."""
    for value in reversed(objects):
        if isinstance(value.get("result"), dict):
            return dict(value["result"])
    return objects[-1] if objects else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
