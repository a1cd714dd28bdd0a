"""What the policies of the account's principals allow, as moto evaluates them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import iam_backends

from agentcore_probe.local.state import ACCOUNT


def policies_of(arn: str) -> list[Any] | None:
    """The inline policies of a user or role of the account; None for an ARN of neither."""
    iam = iam_backends[ACCOUNT]["aws"]
    kind, _, name = arn.removeprefix(f"arn:aws:iam::{ACCOUNT}:").partition("/")
    if kind == "user" and name in iam.users:
        return [iam.get_user_policy(name, policy) for policy in iam.list_user_policies(name)]
    if kind == "role" and any(role.name == name for role in iam.get_roles()):
        return [iam.get_role_policy(name, policy)[1] for policy in iam.list_role_policies(name)]
    return None


def decision(policies: Iterable[Any], action: str, resource: str) -> str:
    """What policies say of an action: `allowed`, `explicitDeny` or `implicitDeny`.

    Args:
        policies: documents, or moto's policies.
        action: the IAM action, `SERVICE:NAME`.
        resource: the resource's ARN, or `*`.
    """
    results = [IAMPolicy(policy).is_action_permitted(action, resource) for policy in policies]
    if PermissionResult.DENIED in results:
        return "explicitDeny"
    return "allowed" if PermissionResult.PERMITTED in results else "implicitDeny"
