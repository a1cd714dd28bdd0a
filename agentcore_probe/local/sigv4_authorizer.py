"""SigV4, verified by recomputation with botocore's own signer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from agentcore_probe.local.asgi import AsgiRequest

MAX_AGE_SECONDS = 300
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w-]+)/aws4_request"
    r", *SignedHeaders=(?P<signed>[\w;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


class BadSignature(Exception):
    """Why a signed request is refused: AWS's error type and message."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message


def verify(
    request: AsgiRequest,
    service: str,
    region: str,
    secret_of: Callable[[str], str | None],
    now: datetime,
) -> str:
    """The access key id that signed `request`.

    Args:
        request: the request as it came, path still encoded.
        service: the signing name that the credential scope must hold.
        region: the region that it must hold.
        secret_of: the secret of an access key id, or None.
        now: the time by the service's clock.

    Raises:
        BadSignature: it is malformed, unknown, stale or wrong.
    """
    found = _HEADER.fullmatch(request.headers.get("authorization", "").strip())
    if found is None:
        raise BadSignature("IncompleteSignatureException", "Authorization header is malformed.")
    secret = secret_of(found["key"])
    if secret is None:
        raise BadSignature(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        )
    if request.headers.get("x-amz-security-token"):
        # No key here is a temporary one, so no session token belongs to it.
        raise BadSignature(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        )
    if (found["service"], found["region"]) != (service, region):
        raise BadSignature(
            "InvalidSignatureException",
            f"Credential should be scoped to a valid region, not '{found['region']}'.",
        )
    _check_age(request.headers.get("x-amz-date", ""), now)
    if "host" not in found["signed"].split(";") or not _body_agrees(request):
        raise _mismatch()
    if not hmac.compare_digest(_recomputed(request, found, secret), found["signature"]):
        raise _mismatch()
    return found["key"]


def _mismatch() -> BadSignature:
    return BadSignature(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    )


def _check_age(date: str, now: datetime) -> None:
    try:
        signed = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadSignature("IncompleteSignatureException", "X-Amz-Date is malformed.") from None
    if abs((now - signed).total_seconds()) > MAX_AGE_SECONDS:
        shown = now.strftime("%Y%m%dT%H%M%SZ")
        word = "expired" if signed < now else "not yet current"
        raise BadSignature(
            "InvalidSignatureException", f"Signature {word}: {date} is not within 5 min. of {shown}"
        )


def _body_agrees(request: AsgiRequest) -> bool:
    """botocore trusts X-Amz-Content-SHA256 as given; the service does not."""
    told = request.headers.get("x-amz-content-sha256")
    return told is None or hmac.compare_digest(told, hashlib.sha256(request.body).hexdigest())


def _recomputed(request: AsgiRequest, found: re.Match[str], secret: str) -> str:
    signed = found["signed"].split(";")
    url = f"http://{request.headers.get('host', '')}{request.path}" + (
        f"?{request.query}" if request.query else ""
    )
    aws_request = AWSRequest(
        method=request.method,
        url=url,
        data=request.body,
        headers={name: request.headers[name] for name in signed if name in request.headers},
    )
    aws_request.context["timestamp"] = request.headers["x-amz-date"]
    auth = SigV4Auth(Credentials(found["key"], secret), found["service"], found["region"])
    canonical = auth.canonical_request(aws_request)
    return str(auth.signature(auth.string_to_sign(aws_request, canonical), aws_request))
