"""The IAM identity behind a caller's ARN: a session of STS belongs to a role, whose ARN has a path that the session's lacks."""

from __future__ import annotations

import re
from typing import NamedTuple

from agentcore_probe.access.aws import Aws

_SESSION = re.compile(
    r"arn:(?P<partition>[\w-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[\w+=,.@-]+)(?:/.*)?"
)


class Identity(NamedTuple):
    """A user or role of IAM, or why it is not known."""

    arn: str | None
    unreadable: str | None = None


def identity_of(caller: str, aws: Aws) -> Identity:
    """The user or role behind `caller`.

    Args:
        caller: an ARN of a user, a role, or a session of a role.
        aws: reads the role's path (iam:GetRole).
    """
    match = _SESSION.fullmatch(caller)
    if match is None:
        return Identity(caller)
    answer, unreadable = aws.read("iam", "get_role", RoleName=match["role"])
    arn = (answer or {}).get("Role", {}).get("Arn")
    return Identity(str(arn)) if arn else Identity(None, unreadable or "unexpected-answer")
