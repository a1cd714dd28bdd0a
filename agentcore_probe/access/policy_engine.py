"""Reads a Gateway's policy engine and its policies.

The texts need `ListPolicies`, and `kms:Decrypt` where the engine has a key of its customer; without them, the names are
read (docs/agentcore.md section 6.1).
"""

from __future__ import annotations

from typing import Any

from agentcore_probe.access.reads import Reads, pages

_CONTROL = "bedrock-agentcore-control"


def read_policy_engine(gateway: dict[str, Any], aws: Reads) -> dict[str, Any] | None:
    """The policy engine of a Gateway (input of `model.aws_shapes`); None where it has none.

    Args:
        gateway: the Gateway's facts, in the names of the AWS API.
        aws: reads them.
    """
    arn = str((gateway.get("policyEngineConfiguration") or {}).get("arn") or "")
    id = arn.rpartition("policy-engine/")[2]
    if not id:
        return None
    answer, unreadable = aws.read(_CONTROL, "get_policy_engine_summary", policyEngineId=id)
    facts = {"unreadable": unreadable} if answer is None else dict(answer)
    noted = _FirstReason(aws)
    policies = pages(noted, _CONTROL, "list_policies", "policies", policyEngineId=id)
    if policies is None:
        facts["textsUnreadable"] = noted.reason or "incomplete-list"
        policies = pages(aws, _CONTROL, "list_policy_summaries", "policies", policyEngineId=id)
    return {**facts, "policies": policies}


class _FirstReason:
    """Reads, and remembers why the first read failed."""

    def __init__(self, aws: Reads) -> None:
        self._aws = aws
        self.reason: str | None = None

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """As `Aws.read`."""
        answer, reason = self._aws.read(service, operation, region, **arguments)
        self.reason = self.reason or reason
        return answer, reason
