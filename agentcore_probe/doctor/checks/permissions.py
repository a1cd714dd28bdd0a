"""What the credentials may do: the harmless reads are tried, the calls are simulated from the policies; nothing is invoked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from agentcore_probe.access.control_plane import CONTROL, gateway_id
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.errors import ProbeError
from agentcore_probe.model.pool import pool_of
from agentcore_probe.simulation.documents import PREFIX
from agentcore_probe.simulation.rows import CALLS, Row, simulate

_LACKING = {
    "identity": "a policy of this identity",
    "boundary": "its permissions boundary",
    "resource": "the resource policy",
}
_NOT_FOUND = ("ResourceNotFoundException", "ValidationException")


class _Read(NamedTuple):
    """An operation that reads, and what it is tried on."""

    action: str
    """The IAM action."""
    service: str
    operation: str
    arguments: dict[str, Any]
    resource: str
    """For the statement to paste."""
    region: str | None = None


def _lines(subject: Subject) -> Iterator[Line]:
    if not subject.can_read:
        yield unknown("permissions", "not tried: AWS credentials or the region are missing")
        return
    missing: dict[str, list[str]] = {}
    for read in _reads(subject):
        line = _try(read, subject)
        if line.status == "problem":
            missing.setdefault(read.resource, []).append(read.action)
        yield line
    for line, action, resources in _calls(subject):
        if line.status == "problem":
            for resource in resources:
                missing.setdefault(resource, []).append(action)
        yield line
    if missing:
        yield problem(
            "permissions-statement",
            "statements that allow what is missing, for an administrator to add to a policy of this identity",
            command=_policy(missing),
        )


def _reads(subject: Subject) -> Iterator[_Read]:
    environment, region = subject.environment, subject.aws.region
    if environment.runtime is not None:
        arn, id = environment.runtime.arn, {"agentRuntimeId": environment.runtime.id}
        yield _Read("bedrock-agentcore:GetAgentRuntime", CONTROL, "get_agent_runtime", id, arn)
        yield _Read(
            "bedrock-agentcore:ListAgentRuntimeEndpoints", CONTROL, "list_agent_runtime_endpoints", id, arn
        )
        yield _policy_read(arn)
    id_of_gateway = _gateway_id(subject)
    if id_of_gateway is not None:
        identifier = {"gatewayIdentifier": id_of_gateway}
        arn = _gateway_arn(subject, id_of_gateway)
        yield _Read("bedrock-agentcore:GetGateway", CONTROL, "get_gateway", identifier, arn)
        yield _Read("bedrock-agentcore:ListGatewayTargets", CONTROL, "list_gateway_targets", identifier, arn)
        yield _policy_read(arn)
    pool = pool_of(subject.discovery_url or "")
    if environment.identity is not None and pool is not None and subject.client_id is not None:
        arguments = {"UserPoolId": pool.id, "ClientId": subject.client_id}
        yield _Read(
            "cognito-idp:DescribeUserPoolClient",
            "cognito-idp",
            "describe_user_pool_client",
            arguments,
            f"arn:{_partition(subject)}:cognito-idp:{pool.region or region}:{_account(subject)}:userpool/{pool.id}",
            pool.region,
        )


def _policy_read(arn: str) -> _Read:
    return _Read(
        "bedrock-agentcore:GetResourcePolicy", CONTROL, "get_resource_policy", {"resourceArn": arn}, arn
    )


def _try(read: _Read, subject: Subject) -> Line:
    id = f"permissions-{read.action.partition(':')[2]}"
    if read.operation == "get_resource_policy":
        id += "-gateway" if ":gateway/" in read.resource else "-runtime"
    _, reason = subject.aws.read(read.service, read.operation, read.region, **read.arguments)
    if reason is None or (reason == _NOT_FOUND[0] and read.operation == "get_resource_policy"):
        return ok(id, f"{read.action}: allowed (tried)")
    if "AccessDenied" in reason or reason in ("NotAuthorizedException", "UnauthorizedException"):
        return problem(id, f"{read.action}: not allowed (tried: {reason})")
    if reason in _NOT_FOUND:
        return problem(
            id,
            f"{read.action}: nothing has this id here (tried: {reason})",
            "Check the id, the region, and the account of the credentials",
        )
    return unknown(id, f"{read.action}: tried, without an answer about permissions ({reason})")


class _Call(NamedTuple):
    line: Line
    action: str
    resources: tuple[str, ...] = ()
    """On which a policy of the caller lacks it."""


def _calls(subject: Subject) -> Iterator[_Call]:
    """The calls themselves, which only policies can say anything about before a run."""
    if subject.environment.gateway is not None and _gateway_id(subject) is None:
        text = "the Gateway's URL does not contain its id, so what is deployed cannot be read"
        fix = "Write the id into [gateway] instead of the URL:"
        yield _Call(unknown("permissions-gateway", text, fix, 'id = "GATEWAY_ID"'), "")
    caller, _ = subject.aws.caller()
    if caller is None:
        yield _Call(
            unknown("permissions-call", "calls: not simulated, since it is not known who this is"), ""
        )
        return
    try:
        rows = simulate(subject.live, caller).rows
    except ProbeError as error:
        yield _Call(unknown("permissions-call", f"calls: not simulated ({error.what})"), "")
        return
    for row in rows:
        is_said = not row.resources and _gateway_id(subject) is None
        if row.action.removeprefix(PREFIX) in CALLS and not is_said:
            lacks = {"identity", "boundary"} & set(row.decision.lacks)
            yield _Call(_call_line(row), row.action, row.resources if lacks else ())


def _call_line(row: Row) -> Line:
    id, decision = f"permissions-{row.action.removeprefix(PREFIX)}", row.decision
    if row.is_bearer:
        return ok(id, f"{row.action}: not needed, the {row.target} asks no policy of its caller")
    reasons = "; ".join(decision.by if decision.outcome == "denied" else decision.depends)
    match decision.outcome:
        case "allowed":
            return ok(id, f"{row.action}: allowed (simulated from the policies)")
        case "denied":
            fix = "No statement lifts a Deny: change it"
            return problem(id, f"{row.action}: denied (simulated) by {reasons}", fix)
        case "not-allowed":
            where = " and ".join(_LACKING[side] for side in decision.lacks)
            return problem(id, f"{row.action}: not allowed (simulated) by {where}")
        case "depends":
            return unknown(id, f"{row.action}: depends on {reasons}", "agentcore-probe verify calls it")
        case _:
            fix = "Allow the reads, or iam:SimulatePrincipalPolicy, or let agentcore-probe verify call it"
            return unknown(id, f"{row.action}: not simulated: {reasons}", fix)


def _gateway_id(subject: Subject) -> str | None:
    gateway = subject.environment.gateway
    return (gateway.id or gateway_id(gateway.url or "")) if gateway is not None else None


def _gateway_arn(subject: Subject, id: str) -> str:
    deployed = subject.deployed.gateway
    if deployed is not None and deployed.arn:
        return deployed.arn
    return (
        f"arn:{_partition(subject)}:bedrock-agentcore:{subject.aws.region}:{_account(subject)}:gateway/{id}"
    )


def _account(subject: Subject) -> str:
    runtime = subject.environment.runtime
    caller = None if runtime else subject.aws.caller()[0]
    return runtime.arn.split(":")[4] if runtime else caller.split(":")[4] if caller else "*"


def _partition(subject: Subject) -> str:
    runtime = subject.environment.runtime
    return runtime.arn.split(":")[1] if runtime else "aws"


def _policy(missing: dict[str, list[str]]) -> str:
    statements = [
        {"Effect": "Allow", "Action": actions if len(actions) > 1 else actions[0], "Resource": resource}
        for resource, actions in missing.items()
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


CHECK = Check(60, "Permissions", "environment", _lines)
