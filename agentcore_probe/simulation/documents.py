"""The documents that a simulation needs: a principal's own policies, and the resource policies of the targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.control_plane import read_policies
from agentcore_probe.access.iam_policies import FoundPolicies, IdentityPolicies, read_identity
from agentcore_probe.access.reads import FailedRead, NotedReads
from agentcore_probe.errors import InputError
from agentcore_probe.judge.policy.evaluation import Documents
from agentcore_probe.judge.policy.statements import InvalidPolicy, Statement, read_policy
from agentcore_probe.model.arn import read_arn
from agentcore_probe.regex import regex

PREFIX = "bedrock-agentcore:"
"""Of the actions of both planes."""

_ARN = regex(
    r"arn:(?P<partition>aws[\w-]*):(?:iam::(?P<account>\d{12}):(?P<kind>user|role)/(?P<path>[\w+=,.@/-]*/)?(?P<name>[\w+=,.@-]+)"
    r"|iam::(?P<root>\d{12}):root|sts::(?P<account2>\d{12}):assumed-role/(?P<role>[\w+=,.@-]+)(?:/[\w+=,.@-]+)?)"
)


@dataclass(frozen=True)
class PrincipalName:
    """A principal as it was named."""

    arn: str
    kind: str
    name: str
    account: str
    is_session: bool

    @classmethod
    def read(cls, text: str) -> PrincipalName:
        """The principal with this ARN; of a session its role, whose path is not known.

        Raises:
            InputError: it is not the ARN of a user, a role, a role's session or a root user.
        """
        match = _ARN.fullmatch(text)
        if match is None:
            raise InputError(
                f"{text!r} is not the ARN of a user, a role or a role's session",
                where="--principal",
                hint="Give arn:aws:iam::ACCOUNT:role/NAME or arn:aws:iam::ACCOUNT:user/NAME",
            )
        if match["role"]:
            account, role = match["account2"], match["role"]
            return cls(f"arn:{match['partition']}:iam::{account}:role/{role}", "role", role, account, True)
        if match["root"]:
            return cls(text, "root", "root", match["root"], False)
        return cls(text, match["kind"], match["name"], match["account"], False)


@dataclass(frozen=True)
class OwnPolicies:
    """The principal's own policies."""

    arn: str
    identity: Documents
    boundary: Documents | None
    notes: tuple[str, ...] = ()
    can_simulate: bool = True
    """Whether IAM's simulator can be asked: the reader is in the principal's account."""


def own_policies(name: PrincipalName, reader: Aws) -> OwnPolicies:
    """The principal's own policies, as far as they can be read.

    Args:
        name: the principal.
        reader: credentials of its account.

    Raises:
        InputError: there is no such principal.
    """
    caller, _ = reader.caller()
    account = read_arn(caller).account if caller else None
    if account != name.account:
        # In another account, a role of the same name would be read.
        what = (
            f"the policies of {name.arn} (they are in account {name.account}, these credentials in {account})"
        )
        note = "Give --profile NAME with credentials of that account to read them."
        return OwnPolicies(name.arn, Documents(unread=(what,)), None, (note,), can_simulate=False)
    if name.kind == "root":
        return OwnPolicies(name.arn, Documents(), None, can_simulate=False)
    found = read_identity(name.kind, name.name, NotedReads(reader))
    if not found.exists or (found.arn is not None and not name.is_session and found.arn != name.arn):
        hint = f"Its ARN is {found.arn}" if found.arn else "Check the name"
        raise InputError(f"there is no {name.kind} {name.arn}", where="--principal", hint=hint)
    return OwnPolicies(
        found.arn or name.arn,
        _documents(found.identity),
        None if found.boundary is None else _documents(found.boundary),
        _unknown_boundary(found),
    )


def _unknown_boundary(found: IdentityPolicies) -> tuple[str, ...]:
    return () if found.arn else ("Whether there is a permissions boundary is not known.",)


def _documents(found: FoundPolicies) -> Documents:
    statements: list[Statement] = []
    unread = list(_grouped(found.failed))
    for policy, document in found.documents.items():
        try:
            statements += read_policy(document, policy)
        except InvalidPolicy:
            unread.append(f"{policy} (not a policy)")
    return Documents(tuple(statements), tuple(unread))


def _grouped(failed: Iterable[FailedRead]) -> Iterator[str]:
    """What was not read: the actions for the same thing that failed for the same reason together."""
    actions: dict[tuple[str, str], list[str]] = {}
    for note in failed:
        what = " ".join(str(value) for value in note.arguments.values())
        actions.setdefault((what, note.reason), []).append(note.action)
    for (what, reason), names in actions.items():
        yield f"{', '.join(names)} of {what} ({reason})"


def resource_policies(arns: Iterable[str], aws: Aws) -> dict[str, Documents]:
    """The resource policies by ARN; one without a policy has no statement.

    Args:
        arns: of Runtime, endpoint and Gateway.
        aws: reads them.
    """
    documents = {}
    for answer in read_policies(arns, aws):
        arn, policy = str(answer["resourceArn"]), answer.get("policy")
        name = f"the resource policy of {arn}"
        if "unreadable" in answer:
            documents[arn] = Documents(
                unread=(f"{PREFIX}GetResourcePolicy of {arn} ({answer['unreadable']})",)
            )
            continue
        try:
            documents[arn] = Documents(read_policy(policy, name) if policy else ())
        except InvalidPolicy:
            documents[arn] = Documents(unread=(f"{name} (not a policy)",))
    return documents
