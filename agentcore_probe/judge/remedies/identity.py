"""Who calls: a fresh token, the app client, the user, the AWS caller and what it is allowed."""

from __future__ import annotations

import shlex

from agentcore_probe.judge.remedies.place import Lines, Maker, Place


def _token(place: Place, _: str) -> Lines:
    """A fresh access token; the password goes by standard input, never on a command line."""
    return Lines(
        (
            f"jq -n '{{USERNAME: \"{place.username}\", PASSWORD: env.PROBE_PASSWORD}}' \\\n"
            f"  | aws cognito-idp initiate-auth --auth-flow USER_PASSWORD_AUTH --client-id {place.client_id} "
            f"--region {place.region} \\\n"
            "  --auth-parameters file:///dev/stdin --query AuthenticationResult.AccessToken --output text",
        )
    )


def _app_client(place: Place, cause: str) -> Lines:
    told = (
        f"aws cognito-idp describe-user-pool-client --user-pool-id {place.pool_id} "
        f"--client-id {place.client_id} --region {place.region}"
    )
    if cause == "auth-flow-disabled":
        return Lines(
            (told,),
            {
                "cdk": "authFlows: { userPassword: true }",
                "cloudformation": "Type: AWS::Cognito::UserPoolClient\nProperties:\n"
                "  ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]",
            },
        )
    if cause.startswith("oauth-"):
        return Lines(
            (told,),
            {
                "cdk": "generateSecret: true,\noAuth: { flows: { clientCredentials: true }, scopes: [scope] }",
                "cloudformation": "Type: AWS::Cognito::UserPoolClient\nProperties:\n  GenerateSecret: true\n"
                "  AllowedOAuthFlowsUserPoolClient: true\n  AllowedOAuthFlows: [client_credentials]\n"
                "  AllowedOAuthScopes: [<resource-server>/<scope>]",
            },
        )
    return Lines((told,))


def _password(place: Place, _: str) -> Lines:
    return Lines(
        (
            f"aws cognito-idp admin-get-user --user-pool-id {place.pool_id} --username {place.username} "
            f"--region {place.region}",
            f'jq -n \'{{UserPoolId: "{place.pool_id}", Username: "{place.username}", Password: env.NEW_PASSWORD, '
            "Permanent: true}' \\\n"
            f"  | aws cognito-idp admin-set-user-password --region {place.region} "
            "--cli-input-json file:///dev/stdin",
        )
    )


def _policy(place: Place, cause: str) -> Lines:
    action, resource = "bedrock-agentcore:InvokeAgentRuntime", place.arn
    if place.target == "gateway":
        gateway = place.case.configuration.gateway
        action = "bedrock-agentcore:InvokeGateway"
        resource = (gateway.arn if gateway else None) or "<gateway-arn>"
    if cause == "iam-user-id-not-allowed":
        action = "bedrock-agentcore:InvokeAgentRuntimeForUser"
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
        f'"Action": "{action}", "Resource": ["{resource}", "{resource}/*"]}}]}}'
    )
    return Lines(
        (
            "aws sts get-caller-identity",
            f"aws iam put-role-policy --role-name <role> --policy-name agentcore-probe \\\n"
            f"  --policy-document {shlex.quote(policy)}",
        ),
        {
            "cdk": f'new PolicyStatement({{ actions: ["{action}"], resources: ["{resource}", "{resource}/*"] }})',
            "cloudformation": f"Effect: Allow\nAction: {action}\nResource: [{resource}, {resource}/*]",
        },
    )


def _caller(_: Place, cause: str) -> Lines:
    look = ("aws sts get-caller-identity", "aws configure list")
    return Lines((*look, "date -u; timedatectl status") if cause == "aws-clock-skew" else look)


MAKERS: dict[str, Maker] = {
    "token": _token,
    "app-client": _app_client,
    "password": _password,
    "policy": _policy,
    "caller": _caller,
}
