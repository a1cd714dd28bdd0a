"""The transaction token that a Gateway adds to the calls that it forwards to a Runtime bound to it.

Its real form is not documented (docs/agentcore.md section 2.3). Here it is a JWT of a minute, signed with a key that only
the embedded AgentCore has.
"""

from __future__ import annotations

import time
from typing import Any

import jwt

HEADER = "x-agentcore-local-transaction-token"
_ALGORITHM = "HS256"
_SECONDS = 60


def issue(key: str, gateway: dict[str, Any], runtime_arn: str) -> str:
    """A token for one call.

    Args:
        key: signs it.
        gateway: the `GetGateway` answer of the Gateway that forwards the call.
        runtime_arn: the Runtime's ARN.
    """
    claims = {
        "iss": gateway["gatewayArn"],
        "workload": gateway["workloadIdentityDetails"]["workloadIdentityArn"].rsplit("/", 1)[-1],
        "aud": runtime_arn,
        "exp": int(time.time()) + _SECONDS,
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def is_bound(token: str | None, key: str, binding: dict[str, Any], runtime_arn: str) -> bool:
    """Whether a call comes through a workload that a binding lists.

    Args:
        token: what the call has, if anything.
        key: that of `issue`.
        binding: an `allowedWorkloadConfiguration`.
        runtime_arn: the Runtime's ARN.
    """
    if token is None:
        return False
    try:
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], audience=runtime_arn)
    except jwt.PyJWTError:
        return False
    hosts = [host["arn"] for host in binding.get("hostingEnvironments") or ()]
    return claims["iss"] in hosts or claims["workload"] in (binding.get("workloadIdentities") or ())
