"""CloudFormation's reads of one stack, in which everything was deployed.

moto's CloudFormation imports the models of thirty other services, some of which need further packages. Only its
serializer is used, which writes what botocore's service model describes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.services import query_api
from agentcore_probe.local.resources import LONG_AGO, role_arn
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import ACCOUNT, GATEWAY_ID, REGION, RUNTIME_ARN, RUNTIME_ID, State

SERVICE = "cloudformation"


class StackService:
    """CloudFormation with one stack, or none.

    Args:
        name: the stack's name; None for an account without stacks.
        state: what the stack deployed.
        permissions: checks signatures and policies.
    """

    def __init__(self, name: str | None, state: State, permissions: Permissions) -> None:
        self._name = name
        self._state = state
        self._permissions = permissions
        self._operations: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
            "DescribeStacks": self._describe,
            "ListStacks": self._list,
            "DescribeStackResources": lambda asked: {"StackResources": self._resources(asked)},
            "ListStackResources": lambda asked: {"StackResourceSummaries": self._resources(asked)},
        }

    def respond(self, request: AsgiRequest) -> AsgiResponse:
        """CloudFormation's response to `request`."""
        asked = query_api.parameters(request)
        action = asked.get("Action", "")
        if action not in self._operations:
            return query_api.error(400, "InvalidAction", "The embedded account can only read stacks")
        refusal = self._permissions.refusal(request, action, "*", SERVICE)
        if refusal is not None:
            return query_api.refused(refusal)
        name = asked.get("StackName")
        is_needed = action in ("DescribeStackResources", "ListStackResources")
        if (name or is_needed) and name not in self._names():
            return query_api.error(400, "ValidationError", f"Stack with id {name} does not exist")
        return query_api.answer(SERVICE, action, self._operations[action](asked))

    def _names(self) -> tuple[str, ...]:
        return (self._name, self._id) if self._name else ()

    @property
    def _id(self) -> str:
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self._name}/5a1c0de0-0000-4000-8000-000000000001"

    def _summary(self) -> dict[str, Any]:
        return {
            "StackId": self._id,
            "StackName": self._name,
            "CreationTime": LONG_AGO,
            "StackStatus": "CREATE_COMPLETE",
        }

    def _list(self, _: Mapping[str, str]) -> dict[str, Any]:
        return {"StackSummaries": [self._summary()] if self._name else []}

    def _describe(self, _: Mapping[str, str]) -> dict[str, Any]:
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._outputs().items()]
        stack = {**self._summary(), "DisableRollback": False, "Outputs": outputs}
        return {"Stacks": [stack] if self._name else []}

    def _outputs(self) -> dict[str, str]:
        return {
            "RuntimeArn": RUNTIME_ARN,
            "GatewayId": GATEWAY_ID,
            "GatewayUrl": str(self._state.gateway["gatewayUrl"]),
            "UserPoolId": self._state.pool_id,
            "UserPoolClientId": self._state.client_id,
            "DiscoveryUrl": self._state.discovery_url,
        }

    def _resources(self, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        """The stack's resources, with the identifiers that `Ref` returns."""
        targets = {target["name"]: f"{GATEWAY_ID}|{target['targetId']}" for target in self._state.targets}
        resources = [
            ("Runtime", "AWS::BedrockAgentCore::Runtime", RUNTIME_ID),
            ("Gateway", "AWS::BedrockAgentCore::Gateway", GATEWAY_ID),
            *(
                (f"Target{number}", "AWS::BedrockAgentCore::GatewayTarget", id)
                for number, id in enumerate(targets.values(), 1)
            ),
            ("UserPool", "AWS::Cognito::UserPool", self._state.pool_id),
            ("UserPoolClient", "AWS::Cognito::UserPoolClient", self._state.client_id),
            ("AgentRole", "AWS::IAM::Role", role_arn("local-agent").rsplit("/", 1)[-1]),
        ]
        logical_id = asked.get("LogicalResourceId")
        return [
            {
                "StackId": self._id,
                "StackName": self._name,
                "LogicalResourceId": name,
                "PhysicalResourceId": id,
                "ResourceType": kind,
                "Timestamp": LONG_AGO,
                "LastUpdatedTimestamp": LONG_AGO,
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for name, kind, id in resources
            if logical_id in (None, name)
        ]
