"""Reads an answer: its error type, message, JSON-RPC error, challenge, and whose it is.

The form depends on who answers: AWS JSON (`__type`, `message`), JSON-RPC (MCP, A2A), a
stream of events (AG-UI `RUN_ERROR`), XML, OAuth (`error`), or a botocore line that a person
pasted. Whatever it is, the result is one `Answer`; nothing here raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.model.exchange import Response
from agentcore_probe.providers import ERROR_MESSAGE_KEYS, ERROR_TYPE_KEYS, OAUTH_ERRORS
from agentcore_probe.providers.cognito import COGNITO

_BOTOCORE = re.compile(
    r"An error occurred \((?P<type>\w+)\) when calling the (?P<operation>\w+) operation[^:]*: ?(?P<message>.*)",
    re.DOTALL,
)
_PARAMETERS = re.compile(r"Parameter validation failed:\s*(?P<message>.*)", re.DOTALL)
_XML_TYPE = re.compile(r"<Code>([^<]+)</Code>")
_XML_MESSAGE = re.compile(r"<Message>([^<]*)</Message>")
_PARAMETER = re.compile(r'(?<![A-Za-z_])([A-Za-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_POLICY = re.compile(
    r"(?:explicit deny in an? |(?P<none>because no ))"
    r"(?P<kind>(?:service control|resource control|identity-based|resource-based|session|VPC endpoint) policy"
    r"|permissions boundary)",
    re.I,
)
_READ, _TOLD = 65_536, 8_192
"""So many characters of a body that is no JSON, and of a message, are looked at: no refusal is longer."""
_MARKS = ("x-amzn-", "x-amz-")
_NOT_THE_SERVICE = ("x-amz-apigw-id", "apigw-requestid", "x-amzn-waf-action")
"""AWS's own, but of what stands in front: API Gateway, a WAF's challenge."""


@dataclass(frozen=True)
class Answer:
    """What an answer says."""

    status: int | None = None
    error_type: str = ""
    """The AWS error type (`AccessDeniedException`), or OAuth's `error`, or ``."""
    message: str = ""
    failed: bool = False
    """Whether a JSON-RPC error or an AG-UI `RUN_ERROR` stands in the body."""
    rpc_code: int | str | None = None
    """The JSON-RPC error code, or AG-UI's error code."""
    operation: str = ""
    """The AWS operation that a botocore line names."""
    result: dict[str, Any] | None = None
    """The JSON-RPC result, or the whole JSON object of another answer."""
    challenge: dict[str, str] = field(default_factory=dict)
    """The parameters of a `WWW-Authenticate: Bearer` challenge."""
    challenged: bool = False
    from_aws: bool | None = None
    """None: nothing tells."""

    @property
    def tool_error(self) -> bool:
        """Whether a tool answered with an error inside a 200."""
        return bool(self.result and self.result.get("isError") is True)

    @property
    def refusing_policy(self) -> str | None:
        """The policy that an IAM refusal names, other than the caller's own (IAM's "access denied" messages)."""
        found = _POLICY.search(self.message)
        if found is None or (found["none"] and found["kind"].startswith("identity-based")):
            return None
        return found["kind"]

    def says(self, *patterns: str) -> bool:
        """Whether the message holds any of the patterns (regular expressions, any case)."""
        return any(re.search(pattern, self.message, re.I) for pattern in patterns)

    def is_type(self, *types: str) -> bool:
        """Whether the error type is one of `types`, with or without the word Exception."""
        mine = self.error_type.removesuffix("Exception")
        return bool(mine) and mine in {each.removesuffix("Exception") for each in types}


def read(response: Response | None) -> Answer:
    """The answer in `response`; an empty one for None."""
    if response is None:
        return Answer()
    if not response.headers and (line := _error_line(response)) is not None:
        return line
    body = response.body[:_READ]
    objects = list(_objects(response.body))
    told = _told(objects)
    error_type = (response.header("x-amzn-errortype") or "").split(":")[0].strip() or told[0]
    challenge = (response.header("www-authenticate") or "")[:_READ]
    told_by_challenge = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(challenge)}
    # RFC 6750 section 3: the reason may stand in the challenge alone.
    message = told[1] or told_by_challenge.get("error_description", "")
    if not objects and (kind := _XML_TYPE.search(body)) and (words := _XML_MESSAGE.search(body)):
        error_type, message = error_type or kind[1], words[1]
    return Answer(
        status=response.status,
        error_type=error_type.rsplit("#", 1)[-1],
        message=message[:_TOLD],
        failed=any(
            isinstance(each.get("error"), dict) or each.get("type") == "RUN_ERROR" for each in objects
        ),
        rpc_code=told[2],
        result=_result(objects),
        challenge=told_by_challenge,
        challenged=challenge.lower().startswith("bearer"),
        from_aws=_from_aws(response, objects),
    )


def _error_line(response: Response) -> Answer | None:
    """A line that botocore wrote in place of an answer; None where there is none."""
    body = response.body[:_READ]
    invalid = _PARAMETERS.search(body)
    if invalid:
        # botocore itself refused the call: nothing was sent.
        return Answer(
            error_type="ParamValidationError",
            message=invalid["message"].strip()[:_TOLD],
            operation="InvokeAgentRuntime",
        )
    told = _BOTOCORE.search(body)
    if told is None:
        return None
    return Answer(
        status=response.status,
        error_type=told["type"],
        message=told["message"].strip()[:_TOLD],
        operation=told["operation"],
        from_aws=True,
    )


def speaker(answer: Answer) -> str:
    """Which service speaks so, where nothing else tells: its words are its own."""
    result = answer.result or {}
    if answer.error_type in OAUTH_ERRORS or "access_token" in result:
        return "oauth"
    if {"ChallengeName", "AuthenticationResult"} & result.keys() or answer.is_type(*COGNITO.api_errors):
        return "cognito"
    if "runtimeSessionId" in result:
        return "runtime"
    metadata = answer.challenge.get("resource_metadata", "")
    if ".gateway.bedrock-agentcore." in metadata or answer.says(r"no target found", r"mcp-session-id"):
        return "gateway"
    spoken = answer.rpc_code is not None or answer.error_type or answer.challenged or answer.message
    return "runtime" if spoken and answer.from_aws is not False else "other"


def _objects(body: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a body: one, or one for each event of a stream."""
    text = body.strip()
    if text.startswith("{"):
        yield from _parsed(text)
        return
    for line in text.splitlines():
        if line.startswith("data:"):
            yield from _parsed(line[5:].strip())


def _parsed(text: str) -> Iterator[dict[str, Any]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict):
        yield value


def _told(objects: list[dict[str, Any]]) -> tuple[str, str, int | str | None]:
    """Error type, message and code of the first object that tells an error."""
    for value in objects:
        error = value.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            return "", _text(error.get("message")), code if isinstance(code, int | str) else None
        if value.get("type") == "RUN_ERROR":
            code = value.get("code")
            return "", _text(value.get("message")), code if isinstance(code, str) else None
        kind = _text(
            _first(value, "__type", "code", *ERROR_TYPE_KEYS) or (error if isinstance(error, str) else "")
        )
        message = _text(_first(value, "message", "Message", *ERROR_MESSAGE_KEYS))
        if kind or message:
            return kind, message, None
    return "", "", None


def _first(value: dict[str, Any], *names: str) -> Any:
    """The first of these keys with a value."""
    return next((value[name] for name in names if value.get(name)), None)


def _result(objects: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last JSON-RPC result, else the last object."""
    for value in reversed(objects):
        if isinstance(value.get("result"), dict):
            return dict(value["result"])
    return objects[-1] if objects else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _from_aws(response: Response, objects: list[dict[str, Any]]) -> bool | None:
    """AWS marks its answers (`x-amzn-requestid`); a proxy's page has no such mark.

    Without headers nothing tells. Without a mark, a JSON object or a stream of events may still be
    AWS's (a pasted excerpt); a page, and what names its server and has no mark, is not.
    """
    names = [name.lower() for name in response.headers]
    if response.status == 407 or any(name.startswith("proxy-") for name in names):
        return False
    if not names:
        return None
    if any(name in names for name in _NOT_THE_SERVICE):
        return False
    marks = [name for name in names if name.startswith(_MARKS) and not name.startswith("x-amz-cf-")]
    if marks or "bedrock-agentcore" in (response.header("www-authenticate") or ""):
        return True
    if "html" in (response.header("content-type") or "").lower():
        return False
    if any(name in ("server", "via") or name.startswith(("x-", "cf-")) for name in names):
        return False
    return None if objects or response.body.lstrip().startswith("data:") else False
