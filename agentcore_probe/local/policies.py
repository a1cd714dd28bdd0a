"""The policies and roles of the embedded account's IAM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agentcore_probe.local.account import FURTHER_RESOURCES
from agentcore_probe.local.state import ACCOUNT, GATEWAY_ARN, HARNESS_ARN, REGISTRY_ARN, RUNTIME_ARN

POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Invoke",
            "Effect": "Allow",
            "Action": ["bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeGateway"],
            "Resource": [RUNTIME_ARN, f"{RUNTIME_ARN}/*", GATEWAY_ARN],
        },
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:GetAgentRuntime",
                "bedrock-agentcore:ListAgentRuntimeEndpoints",
                "bedrock-agentcore:GetGateway",
                "bedrock-agentcore:ListGatewayTargets",
                "bedrock-agentcore:GetResourcePolicy",
            ],
            "Resource": [RUNTIME_ARN, f"{RUNTIME_ARN}/*", GATEWAY_ARN],
        },
        {
            "Sid": "ReadAppClient",
            "Effect": "Allow",
            "Action": ["cognito-idp:DescribeUserPoolClient"],
            "Resource": "*",
        },
    ],
}
"""The policy of the seeded IAM user: exactly what a run needs (docs/permissions.md)."""

HARNESS_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Harness",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:InvokeHarness",
                "bedrock-agentcore:InvokeAgentRuntime",
                "bedrock-agentcore:GetHarness",
            ],
            "Resource": HARNESS_ARN,
        }
    ],
}
"""What a run with `[harness]` needs besides (docs/permissions.md)."""

REGISTRY_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Registry",
            "Effect": "Allow",
            "Action": ["agent-registry:InvokeRegistryMcp", "agent-registry:GetRegistry"],
            "Resource": REGISTRY_ARN,
        }
    ],
}
"""What a run with `[registry]` needs besides (docs/permissions.md)."""

DISCOVERY_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "List",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:ListAgentRuntimes",
                "bedrock-agentcore:ListGateways",
                "bedrock-agentcore:ListHarnesses",
                "bedrock-agentcore:GetHarness",
                "bedrock-agentcore:GetGatewayTarget",
                "cognito-idp:ListUserPoolClients",
            ],
            "Resource": "*",
        },
        {
            "Sid": "ReadStack",
            "Effect": "Allow",
            "Action": ["cloudformation:DescribeStacks", "cloudformation:ListStackResources"],
            "Resource": "*",
        },
    ],
}
"""What `discover` also uses (docs/permissions.md)."""

ENTRANCES_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Entrances",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:GetAgentCard",
                "bedrock-agentcore:InvokeAgentRuntimeProxy",
                "bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream",
            ],
            "Resource": [RUNTIME_ARN, f"{RUNTIME_ARN}/*"],
        }
    ],
}
"""What the calls of further entrances need. Nobody may run commands or open shells (docs/permissions.md)."""

USER_POOL_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "UserPool",
            "Effect": "Allow",
            "Action": [
                "cognito-idp:DescribeUserPool",
                "cognito-idp:ListCIMDPolicies",
                "cognito-idp:DescribeCIMDPolicy",
            ],
            "Resource": "*",
        }
    ],
}
"""What a run reads besides whose file asks for the login of MCP clients (docs/permissions.md)."""

INSPECTION_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "List",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:ListAgentRuntimeVersions",
                "bedrock-agentcore:GetAgentRuntimeEndpoint",
                "bedrock-agentcore:ListPolicyEngines",
                "bedrock-agentcore:ListPolicyEngineSummaries",
                "bedrock-agentcore:GetPolicyEngine",
                "bedrock-agentcore:GetPolicyEngineSummary",
                "bedrock-agentcore:ListPolicies",
                "bedrock-agentcore:ListPolicySummaries",
                "bedrock-agentcore:GetPolicy",
                "bedrock-agentcore:GetPolicySummary",
            ],
            "Resource": "*",
        },
        {
            "Sid": "FurtherResources",
            "Effect": "Allow",
            "Action": [action for statement in POLICY["Statement"][:2] for action in statement["Action"]],
            "Resource": FURTHER_RESOURCES,
        },
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Action": [
                "cloudformation:DescribeStackResources",
                "cloudformation:ListStacks",
                "ec2:DescribeVpcEndpoints",
                "cognito-idp:ListUserPools",
                "iam:Get*",
                "iam:List*",
                "iam:SimulatePrincipalPolicy",
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:ListSecrets",
                "ssm:GetParameter",
                "ssm:GetParameters",
                "ssm:GetParametersByPath",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Roles",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": [f"arn:aws:iam::{ACCOUNT}:role/probe-*"],
        },
    ],
}
"""Lets users inspect the account with other tools, and call everything that no fault changes."""


EXTERNAL_ID = "embedded-external-id"
"""What the trust policy of the role `probe-external` requires as `sts:ExternalId`."""


@dataclass(frozen=True)
class Role:
    """A role of the account."""

    name: str
    principal: dict[str, str]
    """Who may assume it: the `Principal` of its trust policy."""
    policies: tuple[dict[str, Any], ...] = ()
    """Its inline policies."""
    condition: dict[str, Any] | None = None
    """The `Condition` of its trust policy."""

    @property
    def trust(self) -> dict[str, Any]:
        """Its trust policy."""
        statement = {"Effect": "Allow", "Principal": self.principal, "Action": "sts:AssumeRole"}
        if self.condition is not None:
            statement["Condition"] = self.condition
        return {"Version": "2012-10-17", "Statement": [statement]}


_SERVICE = {"Service": "bedrock-agentcore.amazonaws.com"}
_USER = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/probe"}
ROLES = (
    Role("local-agent", _SERVICE),
    Role("local-gateway", _SERVICE),
    Role("probe-caller", _USER, (POLICY, DISCOVERY_POLICY, USER_POOL_POLICY, INSPECTION_POLICY)),
    Role(
        "probe-external",
        _USER,
        (POLICY, DISCOVERY_POLICY, USER_POOL_POLICY, INSPECTION_POLICY),
        {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    ),
    Role("probe-reader", _USER, (DISCOVERY_POLICY, USER_POOL_POLICY, INSPECTION_POLICY)),
    Role("probe-closed", _SERVICE, (POLICY,)),
)
"""The service roles of Runtimes and Gateways, and roles that the IAM user may ask for: `probe-closed` does not trust it."""


def _invoke(*resources: str) -> dict[str, Any]:
    """A policy that allows to call some of the targets."""
    actions = {RUNTIME_ARN: "InvokeAgentRuntime", GATEWAY_ARN: "InvokeGateway"}
    statements = [
        {"Effect": "Allow", "Action": f"bedrock-agentcore:{actions[resource]}", "Resource": resource}
        for resource in resources
    ]
    return {"Version": "2012-10-17", "Statement": statements}


CALLER_ROLES = (
    Role("operator", _USER, (_invoke(GATEWAY_ARN, RUNTIME_ARN),)),
    Role("auditor", _USER, (_invoke(GATEWAY_ARN),)),
    Role("contractor", _USER, (_invoke(GATEWAY_ARN, RUNTIME_ARN),)),
)
"""The roles of `local.callers`. The Runtime's resource policy denies `contractor`."""
