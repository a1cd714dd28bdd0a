"""Promise 20: the policy of docs/permissions.md is enough for a verified run, and no action of it is superfluous."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import ENTRANCES
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT
from tests.embedded import observed
from tests.entrances.oracle import worlds

PAGE = (PROJECT / "docs" / "permissions.md").read_text("utf-8")
POLICIES = {
    policy["Statement"][0]["Sid"]: policy
    for text in re.findall(r"```json\n(.*?)```", PAGE, re.S)
    if "Statement" in (policy := json.loads(text))
}
"""The documented policies by the name of their first statement."""
POLICY, DISCOVERY_POLICY, REPORTS_POLICY = (POLICIES[name] for name in ("Invoke", "List", "Reports"))
ACTIONS = sorted(action for statement in POLICY["Statement"] for action in statement["Action"])


def run(*faults: str, iam: bool = False, controls: ControlLevel = "all") -> tuple[RunRecord, Judgement]:
    kind: Any = "iam" if iam else "jwt"
    setup = LocalSetup(runtime_authorizer=kind, gateway_authorizer=kind, faults=faults)
    record = observed(Environment(name="local", local=setup), controls=controls)
    return record, judge(record)


def test_the_documented_policy_is_the_one_that_is_enforced() -> None:
    """It is the policy of the embedded AgentCore's IAM user."""
    from agentcore_probe.local import moto_backend, policies

    assert (moto_backend.POLICY, moto_backend.DISCOVERY_POLICY) == (POLICY, DISCOVERY_POLICY)
    assert POLICIES["Harness"] == policies.HARNESS_POLICY
    assert POLICIES["Registry"] == policies.REGISTRY_POLICY
    assert POLICIES["UserPool"] == policies.USER_POOL_POLICY


@pytest.mark.parametrize("iam", [False, True])
def test_a_run_with_exactly_this_policy_is_verified(iam: bool) -> None:
    """Everything is readable, and nothing is refused for a missing permission."""
    record, judgement = run(iam=iam)
    assert judgement.verdict == "verified"
    configuration = record.configuration
    resources = (configuration.runtime, configuration.gateway, configuration.client)
    assert all(resource is not None and resource.unreadable is None for resource in resources)


RESULTS = {
    "bedrock-agentcore:InvokeAgentRuntime": lambda _, judgement: _cause(judgement, "runtime-sigv4"),
    "bedrock-agentcore:InvokeGateway": lambda _, judgement: _cause(judgement, "gateway-sigv4"),
    "bedrock-agentcore:GetAgentRuntime": lambda facts, _: facts.runtime.unreadable,
    "bedrock-agentcore:GetGateway": lambda facts, _: facts.gateway.unreadable,
    "bedrock-agentcore:ListAgentRuntimeEndpoints": lambda facts, _: facts.runtime.endpoints,
    "bedrock-agentcore:ListGatewayTargets": lambda facts, _: facts.gateway.targets,
    "bedrock-agentcore:GetResourcePolicy": lambda facts, _: {policy.unreadable for policy in facts.policies},
    "cognito-idp:DescribeUserPoolClient": lambda facts, _: facts.client.unreadable,
}
"""Action -> reads the part of a run that depends on it."""
RESULTS_WITHOUT_ACTION = {
    "bedrock-agentcore:InvokeAgentRuntime": "iam-not-allowed",
    "bedrock-agentcore:InvokeGateway": "iam-not-allowed",
    "bedrock-agentcore:GetAgentRuntime": "AccessDeniedException",
    "bedrock-agentcore:GetGateway": "AccessDeniedException",
    "bedrock-agentcore:ListAgentRuntimeEndpoints": None,
    "bedrock-agentcore:ListGatewayTargets": None,
    "bedrock-agentcore:GetResourcePolicy": {"AccessDeniedException"},
    "cognito-idp:DescribeUserPoolClient": "AccessDeniedException",
}
"""Action -> that part in a run without the action."""


def _cause(judgement: Judgement, method: str) -> str:
    finding = judgement.finding(method)
    assert finding is not None
    return finding.diagnosis.cause


def test_every_action_has_a_run_without_it() -> None:
    """No action is missing."""
    assert sorted(RESULTS) == sorted(RESULTS_WITHOUT_ACTION) == ACTIONS


# `make test` tries these; `make promises` tries all.
QUICK = ("InvokeAgentRuntime", "GetGateway", "ListGatewayTargets", "DescribeUserPoolClient")


@pytest.mark.parametrize(
    "action",
    [pytest.param(action, marks=() if action.endswith(QUICK) else pytest.mark.slow) for action in RESULTS],
)
def test_a_run_without_an_action_reports_what_is_missing(action: str) -> None:
    """The row is refused with its cause, or the resource is unreadable with the reason."""
    invokes = "Invoke" in action
    # No control depends on a permission.
    record, judgement = run(f"without-{action.partition(':')[2]}", iam=invokes, controls="few")
    configuration: Configuration = record.configuration
    assert RESULTS[action](configuration, judgement) == RESULTS_WITHOUT_ACTION[action]
    assert judgement.verdict in (
        {"not-verified"} if invokes else {"verified", "inconclusive", "not-verified"}
    )


ALLOWED_TO_NOBODY = {
    "InvokeAgentRuntimeCommand": "command-allowed",
    "InvokeAgentRuntimeCommandShell": "shell-allowed",
}
"""Action of an entrance that the caller does not have -> the fault that gives it to the caller."""


def test_every_action_of_an_entrance_is_documented_and_was_missing_once() -> None:
    """The page names it, and the oracle has a world without it, which changes that entrance's signed calls."""
    faults = {world.fault for world in worlds()}
    for entrance in ENTRANCES:
        for action in entrance.actions:
            name = action.rpartition(":")[2]
            assert name in PAGE, entrance.id
            if entrance.is_public:
                continue  # the policy of a VPC endpoint names it, and no caller needs it
            fault = ALLOWED_TO_NOBODY.get(name, f"without-{name}")
            assert fault in faults, (entrance.id, fault)


def test_reports_in_s3_need_exactly_their_policy(s3_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With it, a storage does everything; without one of its actions, the error names the action."""
    from agentcore_probe.errors import ReportError
    from agentcore_probe.storage import open_storage
    from tests import s3

    def statement(names: list[str], resource: str) -> dict[str, Any]:
        # moto asks for s3:DeleteObject on the bucket, where S3 asks for it on each object.
        resources = [resource.replace("my-reports", s3.BUCKET), f"arn:aws:s3:::{s3.BUCKET}"]
        return {"Effect": "Allow", "Action": names, "Resource": resources}

    def use(actions: set[str]) -> None:
        """Everything that a storage does, as a user who may do this."""
        policy = {
            "Version": REPORTS_POLICY["Version"],
            "Statement": [
                statement(kept, one["Resource"])
                for one in REPORTS_POLICY["Statement"]
                if (kept := [action for action in one["Action"] if action in actions])
            ],
        }
        with s3.enforcing(s3_port, policy) as keys:
            for name, value in s3.variables(s3_port, keys).items():
                monkeypatch.setenv(name, value)
            storage = open_storage(f"s3://{s3.BUCKET}/agentcore/least")
            storage.write_new("prod/latest", "1")
            storage.update("prod/latest", lambda before: b"2")
            assert storage.names() == ["prod/latest"]
            storage.remove(["prod/latest"])

    actions = {action for one in REPORTS_POLICY["Statement"] for action in one["Action"]}
    use(actions)
    for action in sorted(actions):
        with pytest.raises(ReportError, match=f"may not call {action}: it is denied. Allow {action} on "):
            use(actions - {action})
