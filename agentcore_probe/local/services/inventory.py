"""What the control plane finds: each method is one operation's resource, for authorization, and its value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from agentcore_probe.local.account import Account
from agentcore_probe.local.resources import arn
from agentcore_probe.local.state import ACCOUNT, RUNTIME_ARN, State

_RUNTIME_KEYS = (
    "agentRuntimeArn", "agentRuntimeId", "agentRuntimeVersion", "agentRuntimeName", "description",
    "lastUpdatedAt", "status",
)  # fmt: skip
_GATEWAY_KEYS = ("gatewayId", "name", "status", "createdAt", "updatedAt", "authorizerType", "protocolType")
"""The fields of a list item; a Gateway's URL and ARN are not among them (docs/agentcore.md section 6)."""
_TARGET_KEYS = ("targetId", "name", "status", "createdAt", "updatedAt", "targetType", "listingMode")
_HARNESS_KEYS = ("harnessId", "harnessName", "arn", "status", "createdAt", "updatedAt", "harnessVersion")
_ENGINE_KEYS = (
    "policyEngineId", "name", "createdAt", "updatedAt", "policyEngineArn", "status", "encryptionKeyArn",
)  # fmt: skip
_POLICY_KEYS = (
    "policyId", "name", "policyEngineId", "createdAt", "updatedAt", "policyArn", "status", "enforcementMode",
)  # fmt: skip


class Found(NamedTuple):
    """What an operation finds."""

    resource: str
    """The ARN on which the action must be allowed, or `*`."""
    value: Any
    """The answer, or the whole list; None for a resource that does not exist."""

    def has_version(self, version: str) -> bool:
        """Whether a resource has this version: versions are counted from 1."""
        if not isinstance(self.value, dict):
            return True
        facts = self.value.get("harness") or self.value
        latest = facts.get("agentRuntimeVersion") or facts.get("harnessVersion") or "1"
        return version.isdecimal() and 1 <= int(version) <= int(latest)


class Inventory:
    """Reads the account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._first = account.runtimes[0]

    @property
    def is_denied(self) -> bool:
        """Whether the control plane denies every read."""
        return "control-plane-denied" in self._first.service_faults

    def cannot_decrypt(self, action: str) -> bool:
        """Whether an operation needs the key of the policy engine, which nobody may use."""
        has_fault = "policies-unreadable" in self._first.service_faults
        return has_fault and action in ("ListPolicies", "GetPolicy", "GetPolicyEngine", "ListPolicyEngines")

    def as_deployed(self, action: str, value: Any) -> Any:
        """An answer, with the statuses of a deployment of the first Runtime and Gateway that is under way."""
        deployment = self._first.deployment
        resource = {"GetAgentRuntime": "runtime", "GetGateway": "gateway"}.get(action)
        if deployment is None:
            return value
        if resource is not None and value is getattr(self._first, resource):
            deployment.read(resource)
            return {**value, "status": deployment.status(resource)}
        if action == "ListAgentRuntimeEndpoints" and value is self._first.endpoints:
            return [{**endpoint, "status": deployment.status("runtime")} for endpoint in value]
        return value

    def runtimes(self) -> Found:
        """ListAgentRuntimes."""
        return Found("*", [_item(state.runtime, _RUNTIME_KEYS) for state in self._runtimes()])

    def runtime(self, id: str) -> Found:
        """GetAgentRuntime."""
        state = self._runtime(id)
        return Found(_runtime_arn(state), state and state.runtime)

    def versions(self, id: str) -> Found:
        """ListAgentRuntimeVersions, newest first."""
        state = self._runtime(id)
        if state is None:
            return Found(RUNTIME_ARN, None)
        item = _item(state.runtime, _RUNTIME_KEYS)
        numbers = range(int(item["agentRuntimeVersion"]), 0, -1)
        return Found(
            _runtime_arn(state), [{**item, "agentRuntimeVersion": str(number)} for number in numbers]
        )

    def endpoints(self, id: str) -> Found:
        """ListAgentRuntimeEndpoints: an empty list for an unknown Runtime (docs/agentcore.md section 6)."""
        state = self._runtime(id)
        return Found(_runtime_arn(state), state.endpoints if state else [])

    def endpoint(self, id: str, name: str) -> Found:
        """GetAgentRuntimeEndpoint."""
        state = self._runtime(id)
        endpoint = _named(state.endpoints, "name", name) if state else None
        return Found(f"{_runtime_arn(state)}/runtime-endpoint/{name}", endpoint)

    def gateways(self) -> Found:
        """ListGateways."""
        return Found("*", [_item(state.gateway, _GATEWAY_KEYS) for state in self._account.gateways])

    def gateway(self, id: str) -> Found:
        """GetGateway."""
        state = self._gateway(id)
        return Found(self._gateway_arn(state), state and state.gateway)

    def targets(self, id: str) -> Found:
        """ListGatewayTargets."""
        state = self._gateway(id)
        return Found(
            self._gateway_arn(state), state and [_item(target, _TARGET_KEYS) for target in state.targets]
        )

    def target(self, id: str, target_id: str) -> Found:
        """GetGatewayTarget."""
        state = self._gateway(id)
        target = _named(state.targets, "targetId", target_id) if state else None
        arn = self._gateway_arn(state)
        return Found(arn, target and _target(target, arn))

    def harnesses(self) -> Found:
        """ListHarnesses."""
        return Found("*", [_item(harness, _HARNESS_KEYS) for harness in self._account.harnesses])

    def harness(self, id: str) -> Found:
        """GetHarness."""
        harness = _named(self._account.harnesses, "harnessId", id)
        return Found(arn("harness", id), harness and {"harness": harness})

    def engines(self) -> Found:
        """ListPolicyEngines."""
        return Found("*", self._account.engines)

    def engine(self, id: str) -> Found:
        """GetPolicyEngine."""
        return Found(arn("policy-engine", id), _named(self._account.engines, "policyEngineId", id))

    def engine_summaries(self) -> Found:
        """ListPolicyEngineSummaries."""
        return Found("*", [_item(engine, _ENGINE_KEYS) for engine in self._account.engines])

    def engine_summary(self, id: str) -> Found:
        """GetPolicyEngineSummary."""
        return _summary(self.engine(id), _ENGINE_KEYS)

    def policies(self, engine_id: str) -> Found:
        """ListPolicies."""
        engine = self.engine(engine_id)
        policies = [item for item in self._account.policies if item["policyEngineId"] == engine_id]
        return Found(engine.resource, policies if engine.value else None)

    def policy(self, engine_id: str, id: str) -> Found:
        """GetPolicy."""
        policies = self.policies(engine_id)
        return Found(policies.resource, _named(policies.value or (), "policyId", id))

    def policy_summaries(self, engine_id: str) -> Found:
        """ListPolicySummaries."""
        resource, policies = self.policies(engine_id)
        return Found(resource, policies and [_item(policy, _POLICY_KEYS) for policy in policies])

    def policy_summary(self, engine_id: str, id: str) -> Found:
        """GetPolicySummary."""
        return _summary(self.policy(engine_id, id), _POLICY_KEYS)

    def resource_policy(self, resource: str) -> Found:
        """GetResourcePolicy of a Runtime, an endpoint or a Gateway."""
        policy = self._account.resource_policies.get(resource)
        if resource == RUNTIME_ARN and "denied-by-policy" in self._first.service_faults:
            policy = _DENIES_EVERY_CALL
        is_own = resource.startswith(arn("", "").rstrip("/"))
        return Found(resource if is_own else "*", policy and {"policy": policy})

    def _runtimes(self) -> list[State]:
        is_deleted = "runtime-deleted" in self._first.service_faults
        return self._account.runtimes[1:] if is_deleted else self._account.runtimes

    def _runtime(self, id: str) -> State | None:
        return next((state for state in self._runtimes() if state.runtime["agentRuntimeId"] == id), None)

    def _gateway(self, id: str) -> State | None:
        states = self._account.gateways
        return next((state for state in states if state.gateway["gatewayId"] == id), None)

    def _gateway_arn(self, state: State | None) -> str:
        return str((state or self._first).gateway["gatewayArn"])


_DENIES_EVERY_CALL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "bedrock-agentcore:*",
                "Resource": RUNTIME_ARN,
            }
        ],
    }
)
"""The Runtime's resource policy with the fault `denied-by-policy`."""


def _runtime_arn(state: State | None) -> str:
    """An unknown Runtime is looked up with the permission for the first: a wrong id gets a 404, not a 403."""
    return str(state.runtime["agentRuntimeArn"]) if state else RUNTIME_ARN


def _item(facts: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: facts[key] for key in keys if key in facts}


def _summary(found: Found, keys: Iterable[str]) -> Found:
    return Found(found.resource, found.value and _item(found.value, keys))


def _named(items: Iterable[dict[str, Any]], key: str, value: str) -> dict[str, Any] | None:
    return next((item for item in items if item[key] == value), None)


def _target(item: dict[str, Any], gateway_arn: str) -> dict[str, Any]:
    """A `GetGatewayTarget` answer for an item of `ListGatewayTargets`."""
    kept = ("targetId", "name", "status", "createdAt", "updatedAt")
    if "targetConfiguration" in item:
        own = (*kept, "targetConfiguration", "credentialProviderConfigurations")
        return {**_item(item, own), "gatewayArn": gateway_arn, "protocolType": "HTTP"}
    schema = {"name": "echo", "description": "Returns its text", "inputSchema": {"type": "object"}}
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{item['name']}"
    return {
        **_item(item, kept),
        "gatewayArn": gateway_arn,
        "protocolType": "MCP",
        "targetConfiguration": {
            "mcp": {"lambda": {"lambdaArn": function, "toolSchema": {"inlinePayload": [schema]}}}
        },
        "credentialProviderConfigurations": [{"credentialProviderType": "GATEWAY_IAM_ROLE"}],
    }
