"""What a failed call of S3 means for the person who runs the command: one line, with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore import exceptions as boto

from agentcore_probe.access.faults import fault_of
from agentcore_probe.documentation import documentation
from agentcore_probe.errors import ReportError
from agentcore_probe.model.record import AwsLogin


class Call(NamedTuple):
    """A call of S3, as an error names it."""

    verb: str
    """What was not done: `written`, `read`, `listed`, `removed`."""
    where: str
    """The object: `s3://bucket/key`."""
    action: str
    """The permission that it needs: `s3:PutObject`."""
    resource: str
    """What the permission is for: `bucket/prefix/*`, or `bucket`."""


_Reading = tuple[str, str | None]
"""Why the call failed, and how to fix it."""
_LOGIN_HINT = "See what is missing with: agentcore-probe doctor"
_ACTION = re.compile(
    r"not authorized to perform: (?P<action>[a-z0-9-]+:\w+)(?: on resource: \"?(?P<resource>[^\s\"]+))?"
)
_NETWORK = (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError)


def storage_error(error: Exception, call: Call) -> ReportError:
    """The error of a call.

    Args:
        error: botocore's exception.
        call: what was called.
    """
    what, hint = _read(error, call)
    return ReportError(f"cannot be {call.verb}: {what}", where=call.where, hint=hint)


def login_error(login: AwsLogin, call: Call) -> ReportError:
    """The error of a call that was not made, because there are no AWS credentials."""
    names = [f"{name} {login.values[name]}" for name in ("profile",) if name in login.values]
    what = f"there are no AWS credentials ({', '.join([login.cause, *names])})"
    return ReportError(f"cannot be {call.verb}: {what}", where=call.where, hint=_LOGIN_HINT)


def _read(error: Exception, call: Call) -> _Reading:
    if isinstance(error, boto.ClientError):
        code = error_code(error)
        read = next((read for codes, read in _READERS if code in codes), _other)
        return read(error.response, call)
    if isinstance(error, _NETWORK):
        fault = fault_of(error)
        hint = "Check the network, the proxy and AWS_ENDPOINT_URL_S3, and run the command again"
        return f"S3 did not answer ({fault.kind}: {fault.detail})", hint
    return f"botocore reports {type(error).__name__}: {' '.join(str(error).split()).rstrip('.')}", None


def error_code(error: boto.ClientError) -> str:
    """The code of S3's error, such as `NoSuchBucket`; its status where it has no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _message(answer: Mapping[str, Any]) -> str:
    return " ".join(str(answer.get("Error", {}).get("Message", "")).split()).rstrip(".")


def _missing_bucket(_: Mapping[str, Any], call: Call) -> _Reading:
    bucket = call.resource.partition("/")[0]
    return f"there is no bucket {bucket}", "Create it, or correct its name in the location"


def _denied(answer: Mapping[str, Any], call: Call) -> _Reading:
    """S3 names the action where another one than the call's own is missing, such as that on a KMS key."""
    named = _ACTION.search(_message(answer))
    action = named["action"] if named else call.action
    resource = named["resource"] if named and named["resource"] else call.resource
    hint = f"Allow {action} on {resource} in the caller's policy, and in the bucket's ({documentation('permissions')})"
    explicit = " by an explicit deny" if "explicit deny" in _message(answer) else ""
    return f"the caller may not call {action}: it is denied{explicit}", hint


def _elsewhere(answer: Mapping[str, Any], _: Call) -> _Reading:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = headers.get("x-amz-bucket-region") or answer.get("Error", {}).get("Region")
    if not region:
        return "the bucket is in another region", "Set AWS_REGION to the bucket's region"
    return f"the bucket is in {region}", f"Set AWS_REGION={region}"


def _credentials(answer: Mapping[str, Any], _: Call) -> _Reading:
    return f"AWS does not accept the credentials ({answer['Error']['Code']})", _LOGIN_HINT


def _busy(answer: Mapping[str, Any], _: Call) -> _Reading:
    retries = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0)
    times = f" {retries + 1} times" if retries else ""
    return f"S3 answered {answer['Error']['Code']}{times}", "Run the command again in a minute"


def _other(answer: Mapping[str, Any], _: Call) -> _Reading:
    return f"S3 answered {answer.get('Error', {}).get('Code', 'an error')}: {_message(answer)}", None


_READERS: tuple[tuple[frozenset[str], Callable[[Mapping[str, Any], Call], _Reading]], ...] = (
    (frozenset({"NoSuchBucket"}), _missing_bucket),
    (frozenset({"AccessDenied", "AllAccessDisabled", "403"}), _denied),
    (
        frozenset(
            {"PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "301", "307"}
            | {"IllegalLocationConstraintException"}
        ),
        _elsewhere,
    ),
    (
        frozenset(
            {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthFailure"}
            | {"RequestTimeTooSkewed", "RequestExpired", "TokenRefreshRequired"}
        ),
        _credentials,
    ),
    (frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "500", "503"}), _busy),
)
"""By S3's error codes; a status in its place where the answer has no body."""
