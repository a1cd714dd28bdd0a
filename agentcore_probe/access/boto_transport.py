"""boto3's signed request, sent by our own transport: same time limit, same size limit, same evidence."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.exceptions import EndpointConnectionError

from agentcore_probe.access.credentials import Signed
from agentcore_probe.access.outgoing import Outgoing, RawAnswer


class BotoTransport:
    """A `before-send` handler of botocore: sends the signed request and returns the answer to boto3.

    Args:
        send_raw: sends a request and returns its answer (`Transport.send_raw`).
    """

    def __init__(self, send_raw: Callable[[Outgoing], RawAnswer]) -> None:
        self._send_raw = send_raw

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """The answer in botocore's form.

        Raises:
            EndpointConnectionError: there was no answer; the exchange says why.
        """
        body: Any = request.body
        answer = self._send_raw(
            Outgoing(
                "invoke",
                request.url,
                method=request.method,
                headers={name: _text(value) for name, value in request.headers.items()},
                body=body.encode() if isinstance(body, str) else bytes(body or b""),
                credential=Signed(),
            )
        )
        response = answer.exchange.response
        if response is None or response.status is None:
            raise EndpointConnectionError(endpoint_url=request.url)
        headers: Any = HeadersDict(response.headers)
        return AWSResponse(request.url, response.status, headers, _RawBody(answer.body))


class _RawBody(io.BytesIO):
    """An answer's body with the interface that botocore reads it by."""

    def stream(self, amt: int = 65_536, **_: Any) -> Any:
        """The body in chunks of `amt` bytes."""
        while chunk := self.read(amt):
            yield chunk


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
