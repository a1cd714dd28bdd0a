"""The condition keys whose values are known of every request."""

from __future__ import annotations

from agentcore_probe.judge.policy.matching import Principal
from agentcore_probe.model.arn import read_arn


def known_context(principal: Principal, arn: str) -> dict[str, str]:
    """The condition keys that every request of the principal has, in lower case (IAM user guide, global keys)."""
    resource = read_arn(arn)
    known = {
        "aws:securetransport": "true",
        "aws:requestedregion": resource.region,
        "aws:resourceaccount": resource.account,
        "aws:viaawsservice": "false",
        "aws:principalisawsservice": "false",
    }
    if principal.kind == "bearer":
        return known
    known |= {"aws:principalarn": principal.arn, "aws:principalaccount": principal.account}
    if principal.kind == "user":
        known |= {"aws:username": principal.arn.rpartition("/")[2], "aws:principaltype": "User"}
    else:
        known["aws:principaltype"] = "Account" if principal.kind == "root" else "AssumedRole"
    return known
