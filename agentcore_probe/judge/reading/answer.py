"""Reads a response: its error type, message, JSON-RPC error and challenge, and who sent it.

The form depends on the sender: AWS JSON (`__type`, `message`), JSON-RPC (MCP, A2A), a stream of
events (AG-UI `RUN_ERROR`), XML, OAuth (`error`), or a botocore line that a person pasted. The result
is always one `Answer`; nothing here raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agentcore_probe.judge.reading.sentences import find_sentences
from agentcore_probe.model.exchange import Response
from agentcore_probe.model.stream import json_objects
from agentcore_probe.providers import API_ERRORS, ERROR_MESSAGE_KEYS, ERROR_TYPE_KEYS, OAUTH_ERRORS, SENTENCES

_BOTOCORE = re.compile(
    r"An error occurred \((?P<type>\w+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \(reached max retries: \d+\))?[^:]*: ?(?P<message>.*)",
    re.DOTALL,
)
_INVALID_PARAMETERS = re.compile(r"Parameter validation failed:\s*(?P<message>.*)", re.DOTALL)
_XML_TYPE = re.compile(r"<Code>([^<]+)</Code>")
_XML_MESSAGE = re.compile(r"<Message>([^<]*)</Message>")
_CHALLENGE_PART = re.compile(
    r"""[\s,]*(?P<name>[!#$%&'*+.^_`|~\w-]+)"""
    r"""(?:\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"=]+))|(?P<end>[\s,]|$))?"""
)
"""A scheme, or a parameter with its value (RFC 9110 section 11)."""
_POLICY = re.compile(
    r"(?:explicit deny in an? |(?P<none>because no ))"
    r"(?P<kind>(?:service control|resource control|identity-based|resource-based|session|VPC endpoint) policy"
    r"|permissions boundary)",
    re.I,
)
_MAX_TEXT = 65_536
"""Characters that are searched of a body that is not JSON; no refusal is longer."""
_MAX_MESSAGE = 8_192
"""Characters of a message that are kept."""
_AWS_HEADERS = ("x-amzn-", "x-amz-")
_AWS_SERVERS = ("aws", "amazon", "cloudfront")
_FRONT_HEADERS = (
    "x-amz-apigw-id",
    "apigw-requestid",
    "x-amzn-remapped-www-authenticate",
    "x-amzn-waf-action",
)
"""Headers of AWS services in front of the one that was called: API Gateway, a WAF's challenge."""


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
    result: dict[str, Any] | None = None
    """The JSON-RPC result, or the whole JSON object of another response."""
    objects: tuple[dict[str, Any], ...] = ()
    """Every JSON object of the body: one, the members of a batch, or one for each event of a stream."""
    challenge: dict[str, str] = field(default_factory=dict)
    """The parameters of a `WWW-Authenticate: Bearer` challenge."""
    challenged: bool = False
    from_aws: bool | None = None
    """None: not known."""

    @property
    def tool_error(self) -> bool:
        """Whether a tool reported an error inside a 200."""
        return bool(self.result and self.result.get("isError") is True)

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
    if response is None:
        return Answer()
    if not response.headers and (line := _read_sdk_error(response)) is not None:
        return line
    body = response.body[:_MAX_TEXT]
    objects = list(json_objects(response.body))
    error = _first_error(objects)
    error_type = (response.header("x-amzn-errortype") or "").split(":")[0].strip() or error.type
    bearer = read_challenges(response.header("www-authenticate") or "").get("bearer")
    challenge = bearer or {}
    # RFC 6750 section 3: the reason may be in the challenge alone.
    message = error.message or challenge.get("error_description", "")
    if not message and (response.status or 0) >= 400:
        message = _read_problem(objects)
    if not objects and (code := _XML_TYPE.search(body)) and (text := _XML_MESSAGE.search(body)):
        error_type, message = error_type or code[1], text[1]
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
        from_aws=_is_from_aws(response, objects),
    )


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
        from_aws=not is_foreign,
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
    if "runtimeSessionId" in result:
        return "runtime"
    metadata = answer.challenge.get("resource_metadata", "")
    if ".gateway.bedrock-agentcore." in metadata or answer.message_matches(
        r"no target found", r"mcp-session-id"
    ):
        return "gateway"
    has_error = answer.rpc_code is not None or answer.error_type or answer.challenged or answer.message
    return "runtime" if has_error and answer.from_aws is not False else "other"


_OAUTH_SENTENCES = tuple(row for row in SENTENCES if row.service == "oauth" and len(row.literal.split()) > 1)


def _is_of_provider(message: str) -> bool:
    """Whether an identity provider alone writes so."""
    return next(find_sentences(message, _OAUTH_SENTENCES), None) is not None


def _read_problem(objects: list[dict[str, Any]]) -> str:
    """The message of an error in the form of RFC 9457, or of FastAPI, which has `detail` alone."""
    value = objects[0] if len(objects) == 1 else {}
    return next((text for name in ("detail", "title") if isinstance(text := value.get(name), str)), "")


class _Error(NamedTuple):
    """An error in a JSON object."""

    type: str = ""
    message: str = ""
    code: int | str | None = None


def _first_error(objects: list[dict[str, Any]]) -> _Error:
    """The error of the first object that has one; an empty one otherwise."""
    for value in objects:
        error = value.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            return _Error("", _text(error.get("message")), code if isinstance(code, int | str) else None)
        if value.get("type") == "RUN_ERROR":
            code = value.get("code")
            return _Error("", _text(value.get("message")), code if isinstance(code, str) else None)
        type_ = _first(value, "__type", "code", *ERROR_TYPE_KEYS) or (error if isinstance(error, str) else "")
        message = _text(_first(value, "message", "Message", *ERROR_MESSAGE_KEYS))
        if _text(type_) or message:
            return _Error(_text(type_), message)
    return _Error()


def _first(value: dict[str, Any], *names: str) -> Any:
    """The value of the first of these keys that has one."""
    return next((value[name] for name in names if value.get(name)), None)


def _result(objects: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last JSON-RPC result, else the last object."""
    for value in reversed(objects):
        if isinstance(value.get("result"), dict):
            return dict(value["result"])
    return objects[-1] if objects else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _is_from_aws(response: Response, objects: list[dict[str, Any]]) -> bool | None:
    """Whether AWS sent the response, by its headers (`x-amzn-requestid`); None if that is not known.

    Without headers it is not known. Without a header of AWS's, a JSON object or a stream of events may
    still be AWS's (a pasted excerpt); an HTML page, and a response that names its server, is not.
    """
    names = [name.lower() for name in response.headers]
    if response.status == 407 or any(name.startswith("proxy-") for name in names):
        return False
    if not names:
        return None
    if any(name in names for name in _FRONT_HEADERS):
        return False
    is_html = "html" in (response.header("content-type") or "").lower()
    server = (response.header("server") or "").lower()
    if is_html and (response.status or 0) >= 300 and server and not server.startswith(_AWS_SERVERS):
        return False  # a proxy's own page, which may have AWS's headers as well
    if any(name.startswith(_AWS_HEADERS) and not name.startswith("x-amz-cf-") for name in names):
        return True
    if "bedrock-agentcore" in (response.header("www-authenticate") or ""):
        return True
    if is_html:
        return False
    if any(name in ("server", "via") or name.startswith(("x-", "cf-")) for name in names):
        return False
    return None if objects or response.body.lstrip().startswith("data:") else False
