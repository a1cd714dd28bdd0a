"""boto3's signed request, sent by our transport: one wall clock, one size cap, one kind of evidence."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.exceptions import EndpointConnectionError

from agentcore_probe.access.credentials import Signed
from agentcore_probe.access.transport import Answered, Outgoing


class BotoTransport:
    """A `before-send` handler: takes the signed request, sends it as ours, gives boto3 the answer.

    Args:
        ask: sends a request and gives its answer.
    """

    def __init__(self, ask: Callable[[Outgoing], Answered]) -> None:
        self._ask = ask

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """The answer in botocore's form.

        Raises:
            EndpointConnectionError: there was none; the exchange says why.
        """
        body: Any = request.body
        answered = self._ask(
            Outgoing(
                "invoke",
                request.url,
                method=request.method,
                headers={name: _text(value) for name, value in request.headers.items()},
                body=body.encode() if isinstance(body, str) else bytes(body or b""),
                credential=Signed(),
            )
        )
        response = answered.exchange.response
        if response is None or response.status is None:
            raise EndpointConnectionError(endpoint_url=request.url)
        headers: Any = HeadersDict(response.headers)
        return AWSResponse(request.url, response.status, headers, _Raw(answered.body))


class _Raw(io.BytesIO):
    """An answer's body in the form botocore reads it."""

    def stream(self, amt: int = 65_536, **_: Any) -> Any:
        """The body in pieces."""
        while chunk := self.read(amt):
            yield chunk


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
