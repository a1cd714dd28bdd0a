"""May a principal call the targets? Answered from policies, for one that this caller cannot become; nothing is invoked.

Its own policies come from IAM's simulator (iam:SimulatePrincipalPolicy), which sees the organization's policies too, and
from the documents, which show the statement that decides; resource policies from GetResourcePolicy. The simulator takes no
resource policy for a role, so those are evaluated here (`judge.policy`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.control_plane import policy_arns, read_targets
from agentcore_probe.judge.policy.context import known_context
from agentcore_probe.judge.policy.evaluation import Decision, Documents, Outcome, Policies, decide
from agentcore_probe.judge.policy.matching import Principal, Request
from agentcore_probe.live import LiveEnvironment
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.simulation.documents import (
    PREFIX,
    OwnPolicies,
    PrincipalName,
    own_policies,
    resource_policies,
)
from agentcore_probe.simulation.simulator import as_documents, as_far_as_known, statement_of

RUNTIME_ACTIONS = (
    "InvokeAgentRuntime",
    "InvokeAgentRuntimeForUser",
    "InvokeAgentRuntimeCommand",
    "InvokeAgentRuntimeCommandShell",
    "InvokeAgentRuntimeWithWebSocketStream",
    "InvokeAgentRuntimeWithWebSocketStreamForUser",
)
"""The actions by which a Runtime is called (docs/agentcore.md section 6.1)."""
CALLS = ("InvokeAgentRuntime", "InvokeGateway")
"""The actions that decide the exit code, and that are in the statement to paste: those of a run."""

_WORST_FIRST: tuple[Outcome, ...] = ("denied", "not-allowed", "unknown", "depends", "allowed")


@dataclass(frozen=True)
class Row:
    """One action on one target."""

    target: str
    """`Runtime` or `Gateway`."""
    action: str
    """With its prefix."""
    resources: tuple[str, ...]
    """The ARNs that have to allow it, each by itself."""
    decision: Decision
    """The worst of the resources' decisions."""
    is_bearer: bool = False
    """Whether it is about callers with a token, since the target refuses signatures, or asks no policy of the caller."""
    refuses_signatures: bool = False
    """Whether the target refuses the principal whatever the policies say: its authorizer takes tokens only."""


@dataclass(frozen=True)
class Simulation:
    """What a principal may do."""

    principal: str
    """Its ARN, as IAM has it where that could be read."""
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    """What the rows assume, or do not see; one sentence each."""
    statements: Mapping[str, str]
    """The policy to paste by the place where it belongs."""

    @property
    def is_allowed(self) -> bool:
        """Whether every call of a run is allowed."""
        calls = [row for row in self.rows if row.action.removeprefix(PREFIX) in CALLS]
        return bool(calls) and all(
            row.decision.outcome == "allowed" and not row.refuses_signatures for row in calls
        )


def simulate(live: LiveEnvironment, principal: str, profile: str | None = None) -> Simulation:
    """Whether a principal may call the targets of an environment.

    Args:
        live: the environment; its credentials read the targets and their resource policies.
        principal: the ARN of a user, a role, or a session of a role.
        profile: the AWS profile that reads the principal's own policies; None uses the environment's credentials.

    Raises:
        AwsLoginError: there are no AWS credentials.
        InputError: `principal` is not such an ARN, or does not exist; the region is missing.
    """
    name = PrincipalName.read(principal)
    environment = live.environment
    aws = Aws(environment, live.keys)
    reader = aws
    if profile is not None:
        no_role = dict.fromkeys(("role_arn", "external_id", "mfa_serial", "source_profile"))
        reader = Aws(environment.model_copy(update={**no_role, "profile": profile}))
    for one in (aws, reader):
        if one.login_problem is not None:
            raise AwsLoginError(one.login_problem)
    facts = read_targets(environment, aws)
    arns = policy_arns(facts, environment)
    own = own_policies(name, reader)
    caller = Principal(own.arn)
    view = _View(caller, own, reader, resource_policies(arns, aws), from_answers(facts))
    rows = tuple(view.rows(arns))
    return Simulation(caller.arn, rows, (*view.notes(), *own.notes, *_NOT_SEEN), _statements(caller, rows))


_NOT_SEEN = (
    "Not seen: session policies, policies of VPC endpoints, and the organization's policies (SCP, RCP) beyond what IAM's "
    "simulator says of them.",
)


@dataclass(frozen=True)
class _View:
    """Everything that was read, and what follows from it for each action."""

    caller: Principal
    own: OwnPolicies
    reader: Aws
    resources: Mapping[str, Documents]
    deployed: Configuration

    def rows(self, arns: list[str]) -> Iterator[Row]:
        targets = {
            "Runtime": ([arn for arn in arns if ":runtime/" in arn], RUNTIME_ACTIONS),
            "Gateway": ([arn for arn in arns if ":gateway/" in arn], ("InvokeGateway",)),
        }
        for target, (own, actions) in targets.items():
            if own:
                yield from self._target(target, own, actions)
            elif self._part(target) is not None:
                reason = self._part(target).unreadable or "not in the answer"
                unknown = Decision("unknown", depends=(f"could not be read: the {target}'s ARN ({reason})",))
                yield from (Row(target, PREFIX + action, (), unknown) for action in actions)

    def notes(self) -> Iterator[str]:
        for target in ("Runtime", "Gateway"):
            kind = self._authorizer(target)
            if kind == "CUSTOM_JWT":
                yield (
                    f"The {target}'s authorizer is CUSTOM_JWT: it refuses every signature. The rows are about callers with a "
                    "token, whom a resource policy names by Principal *."
                )
            elif kind in ("NONE", "AUTHENTICATE_ONLY"):
                yield f"The {target}'s authorizer is {kind}: no policy of the caller is asked."
            elif kind is None and self._part(target) is not None:
                yield f"The {target}'s authorizer could not be read; the rows assume AWS_IAM."

    def _part(self, target: str) -> Any:
        return self.deployed.runtime if target == "Runtime" else self.deployed.gateway

    def _authorizer(self, target: str) -> str | None:
        part = self._part(target)
        return part.authorizer.type if part is not None and part.authorizer is not None else None

    def _target(self, target: str, arns: list[str], actions: tuple[str, ...]) -> Iterator[Row]:
        kind = self._authorizer(target)
        is_bearer = kind in ("CUSTOM_JWT", "NONE", "AUTHENTICATE_ONLY")
        principal = Principal("*") if is_bearer else self.caller
        simulated = {} if is_bearer else {arn: self._simulated(arn, actions) for arn in arns}
        for name in actions:
            action = PREFIX + name
            decisions = []
            for arn in arns:
                request = Request(principal, action, arn, known_context(principal, arn))
                result = simulated.get(arn, {}).get(action)
                decision = decide(request, self._policies(arn, result, is_bearer=is_bearer))
                decisions.append(as_far_as_known(decision, target, kind, result))
            yield Row(target, action, tuple(arns), _worst(decisions), is_bearer, kind == "CUSTOM_JWT")

    def _policies(self, arn: str, simulated: Mapping[str, Any] | None, *, is_bearer: bool) -> Policies:
        if is_bearer:  # a caller without an IAM identity has no policy of its own
            return Policies(Documents(), None, self.resources.get(arn, Documents()))
        policies = Policies(self.own.identity, self.own.boundary, self.resources.get(arn, Documents()))
        if simulated is None:
            return policies
        if policies.identity.unread or (policies.boundary and policies.boundary.unread):
            if simulated.get("MissingContextValues"):
                return policies
            return policies._replace(identity=as_documents(simulated, arn), boundary=None)
        organization = simulated.get("OrganizationsDecisionDetail") or {}
        if organization.get("AllowedByOrganizations") is False:
            denial = statement_of("Deny", simulated, arn, "the organization (service control policy)")
            identity = policies.identity._replace(statements=(*policies.identity.statements, denial))
            return policies._replace(identity=identity)
        return policies

    def _simulated(self, arn: str, actions: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
        """The results of IAM's simulator by action; none where it cannot be asked."""
        if not self.own.can_simulate:
            return {}
        answer, _ = self.reader.read(
            "iam",
            "simulate_principal_policy",
            PolicySourceArn=self.caller.arn,
            ActionNames=[PREFIX + name for name in actions],
            ResourceArns=[arn],
        )
        results = (answer or {}).get("EvaluationResults") or ()
        return {str(result.get("EvalActionName")): result for result in results}


def _worst(decisions: list[Decision]) -> Decision:
    """The decision about all resources: each has to allow the action."""
    worst = min(decisions, key=lambda decision: _WORST_FIRST.index(decision.outcome))
    same = [decision for decision in decisions if decision.outcome == worst.outcome]

    def merged(field: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(value for decision in same for value in getattr(decision, field)))

    return Decision(worst.outcome, merged("by"), merged("depends"), merged("lacks"))


def _statements(caller: Principal, rows: Iterable[Row]) -> dict[str, str]:
    """What to add so that the calls of a run are allowed."""
    own: list[dict[str, Any]] = []
    found: dict[str, str] = {}
    for row in rows:
        if row.action.removeprefix(PREFIX) not in CALLS or row.decision.outcome != "not-allowed":
            continue
        lacks = row.decision.lacks
        if "identity" in lacks or "boundary" in lacks:
            resources = row.resources[0] if len(row.resources) == 1 else list(row.resources)
            own.append({"Effect": "Allow", "Action": row.action, "Resource": resources})
        for arn in row.resources if "resource" in lacks else ():
            principal: Any = "*" if row.is_bearer else {"AWS": caller.arn}
            statement = {"Effect": "Allow", "Principal": principal, "Action": row.action, "Resource": arn}
            found[f"the resource policy of {arn}"] = policy_text([statement])
    if own:
        sides = {side for row in rows for side in row.decision.lacks if side != "resource"}
        places = {"identity": f"a policy of {caller.arn}", "boundary": "its permissions boundary"}
        found = {
            " and ".join(places[side] for side in sorted(sides, reverse=True)): policy_text(own),
            **found,
        }
    return found


def policy_text(statements: list[dict[str, Any]]) -> str:
    """A policy to paste, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
