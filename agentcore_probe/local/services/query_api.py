"""Requests and responses of AWS APIs that take a form and send XML: CloudFormation, IAM, STS."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import parse_qsl

from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import query_error
from agentcore_probe.local.sigv4_authorizer import SignedRequestRefused

_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
"""How these APIs name the errors of a signature."""


def parameters(request: AsgiRequest) -> dict[str, str]:
    """The form's fields."""
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def values(form: dict[str, str], name: str) -> list[str]:
    """The items of a list in a form: `NAME.member.1` and so on."""
    numbers = range(1, len(form) + 1)
    return [form[key] for number in numbers if (key := f"{name}.member.{number}") in form]


def is_for(request: AsgiRequest, service: str) -> bool:
    """Whether the request is signed for a service."""
    return f"/{service}/aws4_request" in request.headers.get("authorization", "")


def refused(refusal: SignedRequestRefused) -> AsgiResponse:
    """The response to a signed request that is refused."""
    return error(403, _CODES.get(refusal.error_type, refusal.error_type), refusal.message)


def error(status: int, code: str, message: str) -> AsgiResponse:
    """An error.

    Args:
        status: the HTTP status.
        code: the error's code.
        message: the error's message, which may contain anything.
    """
    return query_error(status, code, html.escape(message))


def answer(service: str, operation: str, result: dict[str, Any]) -> AsgiResponse:
    """A successful response, written by moto as botocore's service model describes it.

    Args:
        service: the service, as boto3 names it.
        operation: the operation.
        result: its result, in the model's names.
    """
    model = get_service_model(service).operation_model(operation)
    body = QuerySerializer(operation_model=model).serialize(result)["body"]
    return AsgiResponse(200, body.encode() if isinstance(body, str) else body, {"content-type": "text/xml"})
