"""Who calls: a fresh token, the app client, the user, the AWS caller and what it is allowed."""

from __future__ import annotations

import json
import re
import shlex

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, word

_IDP = "aws cognito-idp"


def _token(context: RemedyContext, _: str) -> Snippets:
    """A fresh access token of a Cognito user; the password goes by standard input."""
    machine = context.claims.get("token_use") == "access" and "username" not in context.claims
    if context.pool is None or machine:
        return Snippets()
    return Snippets(
        (
            f"jq -n --arg user {context.username} '{{USERNAME: $user, PASSWORD: env.PROBE_PASSWORD}}' \\\n"
            f"  | {_IDP} initiate-auth --auth-flow USER_PASSWORD_AUTH --client-id {context.client_id} "
            f"--region {word(context.pool.region, 'AWS_REGION')}{context.at('cognito-idp')} \\\n"
            "  --auth-parameters file:///dev/stdin --query AuthenticationResult.AccessToken --output text",
        )
    )


def _app_client(context: RemedyContext, cause: str) -> Snippets:
    look = f"{_IDP} describe-user-pool-client {context.in_pool} --client-id {context.client_id}"
    client = context.case.configuration.client
    if cause == "auth-flow-disabled":
        flows = list(
            dict.fromkeys([*((client.auth_flows if client else None) or ()), "ALLOW_USER_PASSWORD_AUTH"])
        )
        return Snippets(
            (look,),
            {
                "cdk": "authFlows: { userPassword: true }, // beside those that are there",
                "cloudformation": "Type: AWS::Cognito::UserPoolClient\nProperties:\n"
                f"  ExplicitAuthFlows: {json.dumps(flows)}",
            },
        )
    if cause in ("oauth-grant-not-allowed", "oauth-scope-invalid"):
        return Snippets(
            (look,),
            {
                "cdk": "generateSecret: true,\noAuth: { flows: { clientCredentials: true }, scopes: [scope] }",
                "cloudformation": "Type: AWS::Cognito::UserPoolClient\nProperties:\n  GenerateSecret: true\n"
                "  AllowedOAuthFlowsUserPoolClient: true\n  AllowedOAuthFlows: [client_credentials]\n"
                "  AllowedOAuthScopes: [] # RESOURCE_SERVER/SCOPE",
            },
        )
    return Snippets((look,))


def _user(context: RemedyContext, cause: str) -> Snippets:
    look = f"{_IDP} admin-get-user {context.in_pool} --username {context.username}"
    if cause == "user-not-confirmed":
        return Snippets(
            (look, f"{_IDP} admin-confirm-sign-up {context.in_pool} --username {context.username}")
        )
    if cause == "mfa-required":
        return Snippets((look,))
    pool, region = context.pool or (None, context.region)
    return Snippets(
        (
            look,
            f"jq -n --arg pool {word(pool, 'USER_POOL_ID')} --arg user {context.username} \\\n"
            "  '{UserPoolId: $pool, Username: $user, Password: env.NEW_PASSWORD, Permanent: true}' \\\n"
            f"  | {_IDP} admin-set-user-password --region {word(region, 'AWS_REGION')}{context.at('cognito-idp')} "
            "--cli-input-json file:///dev/stdin",
        )
    )


def _policy(context: RemedyContext, cause: str) -> Snippets:
    message = context.case.answer.message
    look = ("aws sts get-caller-identity",)
    if context.case.answer.refusing_policy is not None or re.search(r"explicit deny", message, re.I):
        return Snippets(look)  # another Allow changes nothing
    action, resource = "bedrock-agentcore:InvokeAgentRuntime", context.arn
    if context.target == "gateway":
        gateway = context.case.configuration.gateway
        action, resource = "bedrock-agentcore:InvokeGateway", gateway.arn if gateway else None
    if cause == "iam-user-id-not-allowed":
        action = "bedrock-agentcore:InvokeAgentRuntimeForUser"
    named = re.search(r"not authorized to perform: (?P<action>[\w-]+:\w+)", message)
    if named and named["action"] not in (action, "bedrock-agentcore:InvokeAgentRuntimeForUser"):
        return Snippets(look)  # another API's action, whose resource is not known here
    resources = [resource, f"{resource}/*"] if resource else []
    statement = {"Effect": "Allow", "Action": action, "Resource": resources}
    if not resource:
        return Snippets(look)
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Snippets(
        (
            *look,
            f"aws iam {_principal(message)} --policy-name {action.rpartition(':')[2]} \\\n"
            f"  --policy-document {shlex.quote(document)}",
        ),
        {
            "cdk": f"new PolicyStatement({{ actions: {json.dumps([action])}, resources: {json.dumps(resources)} }})",
            "cloudformation": f"Effect: Allow\nAction: {action}\nResource: {json.dumps(resources)}",
        },
    )


def _principal(message: str) -> str:
    """Whose policy: the role or user that the message names."""
    role = re.search(r":assumed-role/([\w+=,.@-]+)/|:role/([\w+=,.@/-]+)", message)
    user = re.search(r":user/([\w+=,.@/-]+)", message)
    if user:
        return f"put-user-policy --user-name {word(user[1].rsplit('/', 1)[-1], 'IAM_USER')}"
    return f"put-role-policy --role-name {word((role[1] or role[2]) if role else None, 'IAM_ROLE')}"


def _caller(_: RemedyContext, cause: str) -> Snippets:
    look = ("aws sts get-caller-identity", "aws configure list")
    return Snippets((*look, "date -u; timedatectl status") if cause == "aws-clock-skew" else look)


BUILDERS: dict[str, RemedyBuilder] = {
    "token": _token,
    "app-client": _app_client,
    "user": _user,
    "policy": _policy,
    "caller": _caller,
}
