"""Reads the policies of a user or role: inline and attached ones, those of its groups, and its permissions boundary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.access.reads import INCOMPLETE, MAX_PAGES, FailedRead, NotedReads, pages

UNEXPECTED = "unexpected-answer"
"""The reason of a read that was answered, but not with what was asked for."""


@dataclass(frozen=True)
class FoundPolicies:
    """The documents of one side, by what a person calls each, and the reads that failed."""

    documents: dict[str, Any] = field(default_factory=dict)
    failed: tuple[FailedRead, ...] = ()


@dataclass(frozen=True)
class IdentityPolicies:
    """All policies of a user or role."""

    identity: FoundPolicies
    boundary: FoundPolicies | None
    """None: there is no boundary."""
    arn: str | None
    """As IAM has it; None where it could not be read."""
    exists: bool = True


def read_identity(kind: str, name: str, reads: NotedReads) -> IdentityPolicies:
    """The policies of an identity.

    Args:
        kind: `user` or `role`.
        name: without its path.
        reads: an account's reads; only those of this identity have been made by it.
    """
    argument = {"RoleName" if kind == "role" else "UserName": name}
    answer, reason = reads.read("iam", f"get_{kind}", **argument)
    if reason in ("NoSuchEntity", "NoSuchEntityException"):
        return IdentityPolicies(FoundPolicies(), None, None, exists=False)
    entity = (answer or {}).get(kind.capitalize(), {})
    documents = dict(_of(kind, argument, f"{kind} {name}", reads))
    if kind == "user":
        for group in pages(reads, "iam", "list_groups_for_user", "Groups", **argument) or ():
            group_name = str(group.get("GroupName"))
            documents |= dict(_of("group", {"GroupName": group_name}, f"group {group_name}", reads))
    failed = reads.failed
    if reason is None and "Arn" not in entity:  # a proxy's answer, for example: nothing is concluded from it
        failed = (*failed, FailedRead("iam", f"get_{kind}", argument, UNEXPECTED))
    found = FoundPolicies(documents, failed)
    boundary_arn = (entity.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    return IdentityPolicies(found, _boundary(boundary_arn, reads), entity.get("Arn"))


def _boundary(arn: str | None, reads: NotedReads) -> FoundPolicies | None:
    if arn is None:
        return None
    document = _managed(arn, reads)
    documents = {f"the permissions boundary {arn}": document} if document is not None else {}
    return FoundPolicies(
        documents, tuple(note for note in reads.failed if note.arguments.get("PolicyArn") == arn)
    )


def _of(kind: str, argument: dict[str, str], owner: str, reads: NotedReads) -> Iterator[tuple[str, Any]]:
    """Inline and attached policies of a user, role or group."""
    for name in _names(kind, argument, reads):
        answer, _ = reads.read("iam", f"get_{kind}_policy", **argument, PolicyName=name)
        if answer is not None:
            yield f"policy {name} of {owner}", answer.get("PolicyDocument")
    attached = pages(reads, "iam", f"list_attached_{kind}_policies", "AttachedPolicies", **argument)
    for policy in attached or ():
        arn = str(policy.get("PolicyArn"))
        document = _managed(arn, reads)
        if document is not None:
            yield f"policy {arn}", document


def _names(kind: str, argument: dict[str, str], reads: NotedReads) -> list[str]:
    """The names of the inline policies, from all pages."""
    names: list[str] = []
    operation, continuation = f"list_{kind}_policies", dict[str, str]()
    for _ in range(MAX_PAGES):
        answer, _reason = reads.read("iam", operation, **argument, **continuation)
        names += [str(name) for name in (answer or {}).get("PolicyNames", ())]
        marker = (answer or {}).get("Marker")
        if not marker:
            return names
        continuation = {"Marker": str(marker)}
    reads.note("iam", operation, argument, INCOMPLETE)
    return names


def _managed(arn: str, reads: NotedReads) -> Any:
    """The default version of a managed policy; None where it cannot be read, which is noted."""
    answer, _ = reads.read("iam", "get_policy", PolicyArn=arn)
    version = (answer or {}).get("Policy", {}).get("DefaultVersionId")
    if version is None:
        reads.note("iam", "get_policy", {"PolicyArn": arn}, UNEXPECTED)
        return None
    argument = {"PolicyArn": arn, "VersionId": version}
    answer, _ = reads.read("iam", "get_policy_version", **argument)
    document = (answer or {}).get("PolicyVersion", {}).get("Document")
    if document is None:
        reads.note("iam", "get_policy_version", argument, UNEXPECTED)
    return document
