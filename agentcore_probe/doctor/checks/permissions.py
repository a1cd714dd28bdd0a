"""What the credentials may do: the harmless reads are tried, the calls are simulated by IAM; nothing is invoked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from agentcore_probe.access.control_plane import CONTROL, gateway_id
from agentcore_probe.access.principals import identity_of
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.model.configuration import Authorizer
from agentcore_probe.model.pool import pool_of

_DENIED = "explicitly denied"
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
    what: str = ""
    """What is not known without it."""


def _lines(subject: Subject) -> Iterator[Line]:
    if not subject.can_read:
        yield unknown("permissions", "not tried for want of AWS credentials or a region")
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
    id_of_gateway = _gateway_id(subject)
    if id_of_gateway is not None:
        identifier = {"gatewayIdentifier": id_of_gateway}
        arn = _gateway_arn(subject, id_of_gateway)
        yield _Read("bedrock-agentcore:GetGateway", CONTROL, "get_gateway", identifier, arn)
        yield _Read("bedrock-agentcore:ListGatewayTargets", CONTROL, "list_gateway_targets", identifier, arn)
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


def _try(read: _Read, subject: Subject) -> Line:
    id = f"permissions-{read.action.partition(':')[2]}"
    _, reason = subject.aws.read(read.service, read.operation, read.region, **read.arguments)
    if reason is None:
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


def _calls(subject: Subject) -> Iterator[_Call]:
    """The calls themselves, which only IAM can say anything about before a run."""
    environment, deployed = subject.environment, subject.deployed
    if environment.runtime is not None:
        arn = environment.runtime.arn
        resources = (arn, f"{arn}/runtime-endpoint/{environment.runtime.qualifier}")
        authorizer = deployed.runtime.authorizer if deployed.runtime else None
        yield _call("InvokeAgentRuntime", "Runtime", authorizer, resources, subject)
    id_of_gateway = _gateway_id(subject)
    if environment.gateway is not None and id_of_gateway is None:
        text = "the Gateway's URL does not contain its id, so what is deployed cannot be read"
        fix = "Write the id into [gateway] instead of the URL:"
        yield _Call(unknown("permissions-gateway", text, fix, 'id = "GATEWAY_ID"'), "")
    if id_of_gateway is not None:
        authorizer = deployed.gateway.authorizer if deployed.gateway else None
        arn = _gateway_arn(subject, id_of_gateway)
        yield _call("InvokeGateway", "Gateway", authorizer, (arn,), subject)


def _call(
    name: str, target: str, authorizer: Authorizer | None, resources: tuple[str, ...], subject: Subject
) -> _Call:
    action, id = f"bedrock-agentcore:{name}", f"permissions-{name}"
    if authorizer is not None and authorizer.type not in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        line = ok(id, f"{action}: not needed, the {target}'s authorizer is {authorizer.type}")
        return _Call(line, action)
    if subject.is_embedded:
        return _Call(unknown(id, f"{action}: the embedded IAM has no simulator", "verify calls it"), action)
    caller, _ = subject.aws.caller()
    if caller is None:
        return _Call(unknown(id, f"{action}: not simulated, since the caller is not known"), action)
    line = _simulated(id, action, resources, caller, subject)
    return _Call(line, action, () if _DENIED in line.text else resources)  # no statement lifts a Deny


def _simulated(id: str, action: str, resources: tuple[str, ...], caller: str, subject: Subject) -> Line:
    source = identity_of(caller, subject.aws)
    if source.arn is None:
        text = f"{action}: not simulated, since the role's ARN could not be read ({source.unreadable})"
        return unknown(id, text, "Allow iam:GetRole, or let verify call it")
    if source.arn.endswith(":root"):
        return ok(
            id, f"{action}: the account's root user may do everything, unless an organization denies it"
        )
    answer, reason = subject.aws.read(
        "iam",
        "simulate_principal_policy",
        PolicySourceArn=source.arn,
        ActionNames=[action],
        ResourceArns=list(resources),
    )
    results = (answer or {}).get("EvaluationResults") or []
    if not results:
        text = f"{action}: not simulated ({reason or 'unexpected-answer'})"
        return unknown(id, text, "Allow iam:SimulatePrincipalPolicy, or let verify call it")
    decisions = {str(result.get("EvalDecision")) for result in results}
    if decisions == {"allowed"}:
        return ok(id, f"{action}: allowed (iam:SimulatePrincipalPolicy)")
    if "explicitDeny" in decisions:
        return problem(
            id,
            f"{action}: {_DENIED} (iam:SimulatePrincipalPolicy)",
            "Find the Deny in the policies of this identity, its boundary, or the organization's",
        )
    return problem(id, f"{action}: no policy of this identity allows it (iam:SimulatePrincipalPolicy)")


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
