"""Every answer of the embedded control plane is valid by botocore's service model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts, boto3_client
from tests.service_models import deviations

CONTROL = "bedrock-agentcore-control"
MODEL = botocore.session.get_session().get_service_model(CONTROL)
SERVED = {
    "GetAgentRuntime", "GetAgentRuntimeEndpoint", "GetGateway", "GetGatewayTarget", "GetHarness", "GetPolicy",
    "GetPolicyEngine", "GetPolicyEngineSummary", "GetPolicySummary", "GetResourcePolicy",
    "ListAgentRuntimeEndpoints", "ListAgentRuntimeVersions", "ListAgentRuntimes", "ListGatewayTargets",
    "ListGateways", "ListHarnesses", "ListPolicies", "ListPolicyEngineSummaries", "ListPolicyEngines",
    "ListPolicySummaries",
}  # fmt: skip
"""What the control plane answers."""
SETUPS = {
    "one of each": LocalSetup(),
    "IAM": LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam", protocol="MCP"),
    "an account": LocalSetup(runtimes=12, gateways=3, harnesses=2, gateway_authorizer="none", protocol="A2A"),
    "other settings": LocalSetup(
        faults=(
            "runtime-claim-rule", "endpoint-renamed", "version-behind", "mmdsv2-off", "denied-by-policy",
            "gateway-target-failed", "gateway-sessions", "gateway-scope-rule",
        )
    ),
    "under way": LocalSetup(
        faults=("runtime-workload-binding", "deploying", "gateway-stateless", "gateway-authenticate-only")
    ),
    "failed": LocalSetup(faults=("runtime-no-rule", "runtime-failed", "gateway-no-search", "gateway-other-client")),
    "leads to the Runtime": LocalSetup(
        runtime_target="oauth", workload_binding=True, passthrough_target=True, faults=("through-path-fixed",)
    ),
    "updating": LocalSetup(faults=("runtime-audience-rule", "runtime-updating", "endpoint-just-created")),
}  # fmt: skip


class Reader:
    """Calls operations, and compares the body of each answer with the model."""

    def __init__(self, facts: Facts) -> None:
        self._client = boto3_client(facts, CONTROL)
        self._client.meta.events.register(f"after-call.{CONTROL}", self._compare)
        self.seen: set[str] = set()
        self.problems: list[str] = []

    def _compare(self, http_response: Any, model: Any, **_: Any) -> None:
        if http_response.status_code == 200:
            self.seen.add(model.name)
            body = json.loads(http_response.content)
            self.problems += [f"{model.name}: {text}" for text in deviations(body, model.output_shape)]

    def all(self, operation: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
        """The items of a list, three a page."""
        items: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            answer = getattr(self._client, operation)(**arguments, **token, maxResults=3)
            items += answer[key]
            if "nextToken" not in answer:
                return items
            token = {"nextToken": answer["nextToken"]}

    def one(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """What one operation returns; empty for a resource that does not exist."""
        try:
            return dict(getattr(self._client, operation)(**arguments))
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ResourceNotFoundException"
            return {}

    def everything(self) -> None:
        """Lists and reads all there is."""
        for runtime in self.all("list_agent_runtimes", "agentRuntimes"):
            self._runtime(runtime["agentRuntimeId"])
        for gateway in self.all("list_gateways", "items"):
            self._gateway(gateway["gatewayId"])
        for harness in self.all("list_harnesses", "harnesses"):
            self.one("get_harness", harnessId=harness["harnessId"])
        self.all("list_policy_engine_summaries", "policyEngines")
        for engine in self.all("list_policy_engines", "policyEngines"):
            self._engine(engine["policyEngineId"])

    def _runtime(self, id: str) -> None:
        for _ in range(4):
            # A deployment goes on with each read.
            runtime = self.one("get_agent_runtime", agentRuntimeId=id)
        self.all("list_agent_runtime_versions", "agentRuntimes", agentRuntimeId=id)
        arns = [runtime["agentRuntimeArn"]]
        for endpoint in self.all("list_agent_runtime_endpoints", "runtimeEndpoints", agentRuntimeId=id):
            self.one("get_agent_runtime_endpoint", agentRuntimeId=id, endpointName=endpoint["name"])
            arns.append(endpoint["agentRuntimeEndpointArn"])
        for arn in arns:
            self.one("get_resource_policy", resourceArn=arn)

    def _gateway(self, id: str) -> None:
        gateway = self.one("get_gateway", gatewayIdentifier=id)
        self.one("get_resource_policy", resourceArn=gateway["gatewayArn"])
        for target in self.all("list_gateway_targets", "items", gatewayIdentifier=id):
            self.one("get_gateway_target", gatewayIdentifier=id, targetId=target["targetId"])

    def _engine(self, id: str) -> None:
        self.one("get_policy_engine", policyEngineId=id)
        self.one("get_policy_engine_summary", policyEngineId=id)
        self.all("list_policy_summaries", "policies", policyEngineId=id)
        for policy in self.all("list_policies", "policies", policyEngineId=id):
            self.one("get_policy", policyEngineId=id, policyId=policy["policyId"])
            self.one("get_policy_summary", policyEngineId=id, policyId=policy["policyId"])


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS.keys())
def test_every_answer_is_valid(setup: LocalSetup) -> None:
    """Members, types, enums, patterns and lengths; an account has answers of every operation."""
    with started(setup) as facts:
        reader = Reader(facts)
        reader.everything()
    assert reader.problems == []
    assert reader.seen <= SERVED
    assert setup.gateways == 1 or reader.seen == SERVED


def test_other_reads_have_no_route(agentcore: Facts) -> None:
    """A Get or List that the control plane does not serve is unknown to it, and never an answer of another one."""
    client = boto3_client(agentcore, CONTROL)
    for name, method in ((name, _method(client, name)) for name in MODEL.operation_names):
        if name.startswith(("Get", "List")) and name not in SERVED:
            with pytest.raises(ClientError) as raised:
                method(**_arguments(name))
            assert raised.value.response["Error"]["Code"] == "UnknownOperationException", name


def _method(client: Any, operation: str) -> Any:
    return getattr(
        client, next(name for name, full in client.meta.method_to_api_mapping.items() if full == operation)
    )


def _arguments(operation: str) -> dict[str, Any]:
    """Arguments that pass botocore's check."""
    shape = MODEL.operation_model(operation).input_shape
    text = "a" * 40
    return dict.fromkeys(shape.required_members, text) if shape else {}


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("ListGateways", {}, "answer.items is missing"),
    ("ListGateways", {"items": [], "nexttoken": "x"}, "answer.nexttoken is not in the model"),
    ("ListGateways", {"items": {}}, "answer.items is not a list"),
    (
        "ListGateways",
        {"items": [], "nextToken": "a b"},
        "answer.nextToken is 'a b', which does not match \\S*",
    ),
    ("ListGateways", {"items": [], "nextToken": ""}, "answer.nextToken is 0, less than 1"),
    ("GetResourcePolicy", {"policy": None}, "answer.policy is not a string"),
]


@pytest.mark.parametrize(("operation", "answer", "expected"), BROKEN)
def test_a_broken_answer_is_found(operation: str, answer: dict[str, Any], expected: str) -> None:
    """The comparison itself can fail."""
    shape = MODEL.operation_model(operation).output_shape
    assert shape is not None
    assert list(deviations(answer, shape)) == [expected]


def _valid_endpoint() -> dict[str, Any]:
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-AAAAAAAAAA"
    return {
        "agentRuntimeEndpointArn": f"{arn}/runtime-endpoint/DEFAULT",
        "agentRuntimeArn": arn,
        "status": "READY",
        "createdAt": "2026-01-15T09:00:00Z",
        "lastUpdatedAt": "2026-01-15T09:00:00Z",
        "name": "DEFAULT",
        "id": "DEFAULT-AAAAAAAAAA",
    }


def _broken_endpoints() -> Iterator[tuple[dict[str, Any], str]]:
    valid = _valid_endpoint()
    yield valid, ""
    yield {**valid, "status": "ACTIVE"}, "answer.status is 'ACTIVE', not one of"
    yield {**valid, "createdAt": "2026-01-15T09:00:00"}, "not an ISO 8601 time with a zone"
    yield {**valid, "createdAt": 1768467600}, "not an ISO 8601 time with a zone"
    yield {**valid, "id": "DEFAULT"}, "answer.id is 'DEFAULT', which does not match"


@pytest.mark.parametrize(("answer", "expected"), _broken_endpoints())
def test_a_broken_endpoint_is_found(answer: dict[str, Any], expected: str) -> None:
    """A valid one has no deviation; one of an enum, a time or a pattern is found."""
    shape = MODEL.operation_model("GetAgentRuntimeEndpoint").output_shape
    assert shape is not None
    found = list(deviations(answer, shape))
    assert (len(found), expected in "".join(found)) == (1 if expected else 0, True)
