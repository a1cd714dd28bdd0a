"""The AWS operations that a run may call. None of them changes the account."""

from __future__ import annotations

from botocore import xform_name

READS = frozenset(
    {
        "bedrock-agentcore:InvokeAgentRuntime",
        "bedrock-agentcore-control:GetAgentRuntime",
        "bedrock-agentcore-control:ListAgentRuntimeEndpoints",
        "bedrock-agentcore-control:GetGateway",
        "bedrock-agentcore-control:ListGatewayTargets",
        "bedrock-agentcore-control:GetGatewayTarget",
        "bedrock-agentcore-control:GetResourcePolicy",
        "bedrock-agentcore-control:GetPolicyEngineSummary",
        "bedrock-agentcore-control:ListPolicies",
        "bedrock-agentcore-control:ListPolicySummaries",
        "bedrock-agentcore-control:ListAgentRuntimes",
        "bedrock-agentcore-control:ListGateways",
        "bedrock-agentcore-control:ListHarnesses",
        "bedrock-agentcore-control:GetHarness",
        "bedrock-agentcore-control:GetRegistry",
        "agent-registry-control:GetRegistry",
        "cloudformation:DescribeStacks",
        "cloudformation:ListStackResources",
        "cognito-idp:DescribeCIMDPolicy",
        "cognito-idp:DescribeUserPool",
        "cognito-idp:DescribeUserPoolClient",
        "cognito-idp:ListCIMDPolicies",
        "cognito-idp:ListUserPoolClients",
        "ec2:DescribeVpcEndpoints",
        "iam:GetGroupPolicy",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:GetUser",
        "iam:GetUserPolicy",
        "iam:ListAttachedGroupPolicies",
        "iam:ListAttachedRolePolicies",
        "iam:ListAttachedUserPolicies",
        "iam:ListGroupPolicies",
        "iam:ListGroupsForUser",
        "iam:ListRolePolicies",
        "iam:ListUserPolicies",
        "iam:SimulatePrincipalPolicy",
        "sts:GetCallerIdentity",
        "ssm:GetParameter",
        "secretsmanager:GetSecretValue",
    }
)
"""As the service and the operation are called in permissions."""
NEWER_READS = frozenset({"cognito-idp:DescribeCIMDPolicy", "cognito-idp:ListCIMDPolicies"})
"""Those of them that boto3 knows since 1.44.8, and without which a run only knows less."""
METHODS = frozenset(
    (service, xform_name(name)) for service, _, name in (read.partition(":") for read in READS)
)
"""The same as the services and methods of boto3's clients."""
