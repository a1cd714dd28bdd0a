"""What the credentials may do: the harmless reads are tried, the calls are simulated from the policies; nothing is invoked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from agentcore_probe.access.aws import TOO_OLD
from agentcore_probe.access.control_plane import CONTROL, gateway_id
from agentcore_probe.access.reads import FailedRead
from agentcore_probe.access.user_pool import pools_of
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.environments.unread import Scope, statements
from agentcore_probe.errors import ProbeError
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.methods import entrances_of
from agentcore_probe.model.pool import pool_of
from agentcore_probe.simulation.documents import PREFIX
from agentcore_probe.simulation.rows import CALLS, Row, policy_text, simulate

_LACKING = {
    "identity": "a policy of this identity",
    "boundary": "its permissions boundary",
    "resource": "the resource policy",
}


class _Read(NamedTuple):
    """An operation that reads, and what it is tried on."""

    service: str
    operation: str
    arguments: dict[str, Any]
    region: str | None = None


def _lines(subject: Subject) -> Iterator[Line]:
    if not subject.can_read:
        yield unknown("permissions", "not tried: AWS credentials or the region are missing")
        return
    denied: list[FailedRead] = []
    for read in _reads(subject):
        _, reason = subject.aws.read(read.service, read.operation, read.region, **read.arguments)
        tried = FailedRead(read.service, read.operation, read.arguments, reason or "")
        denied += [tried] if tried.is_denied else []
        yield _line(tried)
    missing: dict[str, list[str]] = {}
    for line, action, resources in _calls(subject):
        if line.status == "problem":
            for resource in resources:
                missing.setdefault(resource, []).append(action)
        yield line
    needed = [*statements(denied, _scope(subject)), *_call_statements(missing)]
    if needed:
        yield problem(
            "permissions-statement",
            "statements that allow what is missing, for an administrator to add to a policy of this identity",
            command=policy_text(needed),
        )


def _reads(subject: Subject) -> Iterator[_Read]:
    """What a run reads, also where it would not get so far, because the read before is denied."""
    environment = subject.environment
    runtime, gateway = environment.runtime, _gateway_id(subject)
    arns: list[str] = []
    if runtime is not None:
        id = {"agentRuntimeId": runtime.id}
        yield _Read(CONTROL, "get_agent_runtime", id)
        yield _Read(CONTROL, "list_agent_runtime_endpoints", id)
        arns += [runtime.arn, f"{runtime.arn}/runtime-endpoint/{runtime.qualifier}"]
    if gateway is not None:
        identifier = {"gatewayIdentifier": gateway}
        yield _Read(CONTROL, "get_gateway", identifier)
        yield _Read(CONTROL, "list_gateway_targets", identifier)
        arns.append(_gateway_arn(subject, gateway))
    for arn in arns:
        yield _Read(CONTROL, "get_resource_policy", {"resourceArn": arn})
    if (harness := environment.harness) is not None:
        yield _Read(CONTROL, "get_harness", {"harnessId": harness.id}, harness.region)
    if (registry := environment.registry) is not None:
        yield _Read("agent-registry-control", "get_registry", {"registryId": registry.id})
    pool = pool_of(subject.discovery_url or "")
    if environment.identity is not None and pool is not None and subject.client_id is not None:
        arguments = {"UserPoolId": pool.id, "ClientId": subject.client_id}
        yield _Read("cognito-idp", "describe_user_pool_client", arguments, pool.region)
    for pool in pools_of(environment, subject.deployed) or ():
        yield _Read("cognito-idp", "describe_user_pool", {"UserPoolId": pool.id}, pool.region)
        yield _Read("cognito-idp", "list_cimd_policies", {"UserPoolId": pool.id}, pool.region)


def _line(tried: FailedRead) -> Line:
    """What a read shows about its permission; `reason` is empty where it was answered."""
    what, id = tried.action, f"permissions-{tried.action.partition(':')[2]}"
    if (arn := tried.arguments.get("resourceArn")) is not None:
        kind = read_arn(str(arn)).kind
        what, id = f"{what} of the {kind.capitalize() if kind != 'endpoint' else kind}", f"{id}-{kind}"
    if not tried.reason or tried.is_without_policy:
        return ok(id, f"{what}: allowed (tried)")
    if tried.is_denied:
        return problem(id, f"{what}: not allowed (tried: {tried.reason})")
    if tried.is_missing:
        return problem(
            id,
            f"{what}: nothing has this id here (tried: {tried.reason})",
            "Check the id, the region, and the account of the credentials",
        )
    if tried.reason == TOO_OLD:
        text = f"{what}: not tried, since the installed boto3 does not know the operation yet"
        return unknown(id, text, "Upgrade boto3:", "pip install --upgrade boto3")
    return unknown(id, f"{what}: tried, without an answer about permissions ({tried.reason})")


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
    calls = {*CALLS, *_actions_of_entrances(subject.environment)}
    for row in rows:
        is_said = not row.resources and _gateway_id(subject) is None
        if row.action.removeprefix(PREFIX) in calls and not is_said:
            lacks = {"identity", "boundary"} & set(row.decision.lacks)
            yield _Call(_call_line(row), row.action, row.resources if lacks else ())


def _actions_of_entrances(environment: Environment) -> Iterator[str]:
    """What the further entrances of a file need; not those through which nobody is meant to come."""
    for entrance in entrances_of(environment.entrances):
        if not entrance.invalid_on_purpose:
            yield from entrance.actions


def _call_line(row: Row) -> Line:
    id, decision = f"permissions-{row.action.removeprefix(PREFIX)}", row.decision
    if row.is_bearer and decision.outcome == "allowed":
        return ok(id, f"{row.action}: not needed, the {row.target} does not authorize callers by IAM")
    reasons = "; ".join(decision.by if decision.outcome == "denied" else decision.depends)
    match decision.outcome:
        case "allowed":
            return ok(id, f"{row.action}: allowed (simulated from the policies)")
        case "denied":
            fix = "A Deny wins over every Allow: change it"
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
    deployed, scope = subject.deployed.gateway, _scope(subject)
    if deployed is not None and deployed.arn:
        return deployed.arn
    return f"arn:{scope.partition}:bedrock-agentcore:{scope.region}:{scope.account or '*'}:gateway/{id}"


def _scope(subject: Subject) -> Scope:
    """Where the targets are: where the Runtime's ARN says, else where the caller is."""
    runtime = subject.environment.runtime
    arn = read_arn(runtime.arn if runtime else subject.aws.caller()[0] or "")
    return Scope(subject.aws.region or arn.region, arn.account or None, arn.partition or "aws")


def _call_statements(missing: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {"Effect": "Allow", "Action": actions if len(actions) > 1 else actions[0], "Resource": resource}
        for resource, actions in missing.items()
    ]


CHECK = Check(60, "Permissions", "environment", _lines)
