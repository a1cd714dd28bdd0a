"""InvokeHarness: the authorizer of each harness, and an agent loop without a model (docs/agentcore.md section 11.15).

Order of checks: route, look-up, credential and method, token or signature, content. Which of content and credential comes
first on AWS is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jwt

from agentcore_probe.local import event_frames, jwt_authorizer
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import aws_error, error_response, unknown_operation
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.jwt_authorizer import TokenRejected
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import State

PATH = "/harnesses/invoke"
NEEDS_TOKEN = "This harness requires OAuth Bearer token authentication."
"""What a harness that takes tokens says of a signature."""
ACTIONS = ("InvokeHarness", "InvokeAgentRuntime")
"""What a signed call needs, both on the harness's ARN."""
_SESSION_HEADER = "x-amzn-bedrock-agentcore-runtime-session-id"
_SESSION = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-_]{32,99}")
_ENDPOINTS = ("DEFAULT",)
_PREFIX_WORDS = 120
"""Tokens of the system prompt and of the loop's own instructions, which each call costs as well."""


class HarnessService:
    """The harnesses of the account.

    Args:
        state: the first Runtime's state, with the issuer, the clock and the faults.
        harnesses: `Harness` structures.
        permissions: checks signatures and policies.
        documents: the issuer's documents.
    """

    def __init__(
        self,
        state: State,
        harnesses: list[dict[str, Any]],
        permissions: Permissions,
        documents: IssuerDocuments,
    ) -> None:
        self._state = state
        self._harnesses = {str(harness["arn"]): harness for harness in harnesses}
        self._permissions = permissions
        self._documents = documents

    def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response to a request at the path of InvokeHarness."""
        if request.method != "POST":
            return unknown_operation()
        harness = self._harnesses.get(request.parameter("harnessArn") or "")
        qualifier = request.parameter("qualifier") or "DEFAULT"
        if harness is None or qualifier not in _ENDPOINTS:
            return _error("ResourceNotFoundException", "The harness or its endpoint does not exist")
        return self._refusal(request, harness) or self._run(request, harness)

    def _refusal(self, request: AsgiRequest, harness: Mapping[str, Any]) -> AsgiResponse | None:
        is_first = harness is self._state.harness
        faults = self._state.service_faults if is_first else set[str]()
        if {"harness-open", "accepts-everything"} & faults:
            return None
        if "refuses-everything" in faults:
            return _error("AccessDeniedException", "Access denied")
        authorization = request.headers.get("authorization", "").strip()
        rules = (harness.get("authorizerConfiguration") or {}).get("customJWTAuthorizer")
        if rules is None:
            return self._signature_refusal(request, authorization, str(harness["arn"]))
        if authorization.startswith("AWS4-"):
            return _error("AccessDeniedException", NEEDS_TOKEN)
        return self._token_refusal(authorization, rules)

    def _signature_refusal(self, request: AsgiRequest, authorization: str, arn: str) -> AsgiResponse | None:
        if not authorization.startswith("AWS4-"):
            return _error("AccessDeniedException", "Missing Authentication Token")
        for action in ACTIONS:
            refusal = self._permissions.refusal(request, action, arn)
            if refusal is not None:
                return aws_error(403, refusal.error_type, refusal.message)
        return None

    def _token_refusal(self, authorization: str, rules: dict[str, Any]) -> AsgiResponse | None:
        """A token without the client that a rule compares makes the harness fail instead of refusing it."""
        now, weaknesses = self._state.now.timestamp(), self._state.weaknesses
        token = ""
        try:
            token = jwt_authorizer.read_bearer_token(authorization)
            jwt_authorizer.authorize(token, rules, self._documents, now, weaknesses)
        except TokenRejected as error:
            if error.claim == "client_id" and not _names_client(token):
                return _error("InternalServerException", "An internal error occurred")
            return _error("AccessDeniedException", error.message)
        return None

    def _run(self, request: AsgiRequest, harness: Mapping[str, Any]) -> AsgiResponse:
        problem = _problem(request)
        if problem is not None:
            return _error("ValidationException", problem)
        call = json.loads(request.body)
        session = request.headers[_SESSION_HEADER]
        headers = {"content-type": event_frames.CONTENT_TYPE, _SESSION_HEADER: session}
        if "harness-agent-failed" in self._state.service_faults:
            failed = [("runtimeClientError", {"message": "The agent did not start"})]
            return AsgiResponse(
                200, event_frames.frames(failed, exceptions=frozenset({"runtimeClientError"})), headers
            )
        limit = int(call.get("maxTokens") or harness["maxTokens"])
        return AsgiResponse(200, event_frames.frames(_events(call["messages"], harness, limit)), headers)


def _events(
    messages: list[dict[str, Any]], harness: Mapping[str, Any], limit: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the agent answers: it repeats the last text, a word a token, until the limit.

    Args:
        messages: of the call.
        harness: the harness.
        limit: the most tokens of the answer.
    """
    words = ["You", "said:", *_text(messages[-1]).split()]
    said = words[:limit]
    asked = sum(len(_text(message).split()) for message in messages)
    prompt = sum(len(part["text"].split()) for part in harness["systemPrompt"])
    yield "messageStart", {"role": "assistant"}
    yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": " ".join(said)}}
    yield "contentBlockStop", {"contentBlockIndex": 0}
    yield "messageStop", {"stopReason": "max_tokens" if len(said) < len(words) else "end_turn"}
    read = _PREFIX_WORDS + asked + prompt
    usage = {"inputTokens": read, "outputTokens": len(said), "totalTokens": read + len(said)}
    yield "metadata", {"usage": usage, "metrics": {"latencyMs": 1}}


def _text(message: Mapping[str, Any]) -> str:
    return " ".join(str(part.get("text", "")) for part in message.get("content") or ())


def _problem(request: AsgiRequest) -> str | None:
    """What is wrong with the content of a call; None if nothing is."""
    if not _SESSION.fullmatch(request.headers.get(_SESSION_HEADER, "")):
        return "Value at 'runtimeSessionId' failed to satisfy constraint: Member must have length between 33 and 100"
    try:
        call = json.loads(request.body)
        messages = call["messages"]
        is_valid = bool(messages) and all(isinstance(message["content"], list) for message in messages)
    except (ValueError, TypeError, KeyError, RecursionError):
        is_valid = False
    return None if is_valid else "Value at 'messages' failed to satisfy constraint"


def _names_client(token: str) -> bool:
    """Whether a token has `client_id`; an ID token has none."""
    return "client_id" in jwt.decode(token, options={"verify_signature": False})


def _error(type: str, message: str) -> AsgiResponse:
    return error_response(type, message, "native")
