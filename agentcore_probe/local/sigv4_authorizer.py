"""Checks SigV4 signatures: each is recomputed with botocore's own signer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from agentcore_probe.local.asgi import AsgiRequest
from agentcore_probe.local.error_responses import EXPIRED

MAX_AGE_SECONDS = 300
"""How far `X-Amz-Date` may be from the service's clock."""
MAX_PRESIGNED_SECONDS = 604_800
"""How long a presigned URL may be valid, as elsewhere in AWS."""
PRESIGNED = "AWS4-HMAC-SHA256 in the query"
"""Takes the place of the Authorization header of a presigned request."""
_CREDENTIAL = re.compile(r"(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w-]+)/aws4_request")
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w-]+)/aws4_request"
    r", *SignedHeaders=(?P<headers>[\w;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class SigningKey:
    """What belongs to an access key."""

    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    """The session token of temporary credentials; None for a static key."""
    expires_at: datetime | None = None
    """When temporary credentials expire."""


class SignedRequestRefused(Exception):
    """A signed request is refused.

    Args:
        error_type: the AWS error type.
        message: the service's message.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message


def verify(
    request: AsgiRequest,
    service: str,
    region: str,
    key_of: Callable[[str], SigningKey | None],
    now: datetime,
) -> str:
    """The access key id that signed `request`.

    Args:
        request: the request, its path still percent-encoded.
        service: the signing name that the credential scope must have.
        region: the region that the credential scope must have.
        key_of: returns the credentials with an access key id, or None.
        now: the time by the service's clock.

    Raises:
        SignedRequestRefused: the signature is malformed, stale or wrong, or its key is unknown.
    """
    if request.is_presigned:
        return _verify_query(request, service, region, key_of, now)
    match = _HEADER.fullmatch(request.headers.get("authorization", "").strip())
    if match is None:
        raise SignedRequestRefused("IncompleteSignatureException", "Authorization header is malformed.")
    key = _valid_key(key_of(match["key"]), request.headers.get("x-amz-security-token"), now)
    _check_scope(match, service, region)
    _check_age(request.headers.get("x-amz-date", ""), now)
    if "host" not in match["headers"].split(";") or not _body_hash_matches(request):
        raise _mismatch()
    if not hmac.compare_digest(_compute_signature(request, match, key.secret), match["signature"]):
        raise _mismatch()
    return match["key"]


def _valid_key(key: SigningKey | None, session_token: str | None, now: datetime) -> SigningKey:
    """The key, if it exists and belongs to `session_token`: a static key has none, and a temporary one needs its own."""
    if key is None or (session_token or None) != key.session_token:
        raise SignedRequestRefused(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        )
    if key.expires_at is not None and now >= key.expires_at:
        raise SignedRequestRefused("ExpiredTokenException", EXPIRED)
    return key


def _check_scope(match: re.Match[str], service: str, region: str) -> None:
    if (match["service"], match["region"]) != (service, region):
        raise SignedRequestRefused(
            "InvalidSignatureException",
            f"Credential should be scoped to a valid region, not '{match['region']}'.",
        )


def _verify_query(
    request: AsgiRequest,
    service: str,
    region: str,
    key_of: Callable[[str], SigningKey | None],
    now: datetime,
) -> str:
    """The access key id that signed a presigned URL."""
    query = dict(parse_qsl(request.query))
    match = _CREDENTIAL.fullmatch(query.get("X-Amz-Credential", ""))
    if match is None or query.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
        raise SignedRequestRefused("IncompleteSignatureException", "The query has no complete signature.")
    key = _valid_key(key_of(match["key"]), query.get("X-Amz-Security-Token"), now)
    _check_scope(match, service, region)
    try:
        signed = datetime.strptime(query.get("X-Amz-Date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        seconds = int(query.get("X-Amz-Expires", ""))
    except ValueError:
        raise SignedRequestRefused(
            "IncompleteSignatureException", "X-Amz-Date or X-Amz-Expires is malformed."
        ) from None
    if not 0 < seconds <= MAX_PRESIGNED_SECONDS or signed - now > timedelta(seconds=MAX_AGE_SECONDS):
        raise SignedRequestRefused(
            "IncompleteSignatureException", "X-Amz-Date or X-Amz-Expires is not valid."
        )
    if now > signed + timedelta(seconds=seconds):
        raise SignedRequestRefused("AccessDeniedException", "The presigned URL has expired")
    names = query.get("X-Amz-SignedHeaders", "").split(";")
    unsigned = "&".join(part for part in request.query.split("&") if not part.startswith("X-Amz-Signature="))
    aws_request = AWSRequest(
        method=request.method,
        url=f"http://{request.headers.get('host', '')}{request.path}?{unsigned}",
        headers={name: request.headers[name] for name in names if name in request.headers},
    )
    aws_request.context["timestamp"] = query["X-Amz-Date"]
    auth = SigV4QueryAuth(Credentials(match["key"], key.secret), match["service"], match["region"])
    canonical = auth.canonical_request(aws_request)
    computed = str(auth.signature(auth.string_to_sign(aws_request, canonical), aws_request))
    if "host" not in names or not hmac.compare_digest(computed, query.get("X-Amz-Signature", "")):
        raise _mismatch()
    return match["key"]


def _mismatch() -> SignedRequestRefused:
    return SignedRequestRefused(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    )


def _check_age(date: str, now: datetime) -> None:
    try:
        signing_time = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise SignedRequestRefused("IncompleteSignatureException", "X-Amz-Date is malformed.") from None
    if abs((now - signing_time).total_seconds()) > MAX_AGE_SECONDS:
        service_date = now.strftime("%Y%m%dT%H%M%SZ")
        problem = "expired" if signing_time < now else "not yet current"
        raise SignedRequestRefused(
            "InvalidSignatureException", f"Signature {problem}: {date} is not within 5 min. of {service_date}"
        )


def _body_hash_matches(request: AsgiRequest) -> bool:
    """botocore's signer uses X-Amz-Content-SHA256 unchecked; the service compares it with the body."""
    body_hash = request.headers.get("x-amz-content-sha256")
    return body_hash is None or hmac.compare_digest(body_hash, hashlib.sha256(request.body).hexdigest())


def _compute_signature(request: AsgiRequest, match: re.Match[str], secret: str) -> str:
    names = match["headers"].split(";")
    url = f"http://{request.headers.get('host', '')}{request.path}" + (
        f"?{request.query}" if request.query else ""
    )
    aws_request = AWSRequest(
        method=request.method,
        url=url,
        data=request.body,
        headers={name: request.headers[name] for name in names if name in request.headers},
    )
    aws_request.context["timestamp"] = request.headers["x-amz-date"]
    auth = SigV4Auth(Credentials(match["key"], secret), match["service"], match["region"])
    canonical = auth.canonical_request(aws_request)
    return str(auth.signature(auth.string_to_sign(aws_request, canonical), aws_request))
