"""The caller: a fresh token, the app client, the user, and the AWS caller with its permissions."""

from __future__ import annotations

import json
import re
import shlex
from urllib.parse import parse_qsl

from agentcore_probe.flows.flow import PLACEHOLDER_USERNAME
from agentcore_probe.judge.needed_actions import needed_actions
from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word
from agentcore_probe.regex import regex


def _token(context: RemedyContext, _: str) -> Snippets:
    """A fresh access token of a Cognito user. The password is passed by standard input."""
    is_machine = context.claims.get("token_use") == "access" and "username" not in context.claims
    identity = context.environment.identity if context.environment else None
    if context.pool is None or is_machine or (identity and identity.flow != "user-password"):
        return Snippets()
    return Snippets(
        (
            f"jq -n --arg user {context.username} '{{USERNAME: $user, PASSWORD: env.{context.password_variable}}}' \\\n"
            f"  | aws cognito-idp initiate-auth --auth-flow USER_PASSWORD_AUTH --client-id {context.client_id} "
            f"--region {shell_word(context.pool.region, 'AWS_REGION')}{context.endpoint_option('cognito-idp')} \\\n"
            "  --auth-parameters file:///dev/stdin --query AuthenticationResult.AccessToken --output text",
        )
    )


_CDK_FLOWS = {
    "ADMIN_USER_PASSWORD_AUTH": "adminUserPassword",
    "CUSTOM_AUTH": "custom",
    "USER_AUTH": "user",
    "USER_PASSWORD_AUTH": "userPassword",
    "USER_SRP_AUTH": "userSrp",
}
"""The CDK's names of flows."""


def may_be_cognito(context: RemedyContext, cause: str) -> bool:
    """Whether the client may be an app client of Cognito; the words of RFC 6749 are every provider's."""
    if context.values.get("provider") or (context.issuer is not None and context.pool is None):
        return False
    is_known = context.environment or context.pool or context.case.configuration.client
    return (
        not cause.startswith(("oauth-", "redirect-"))
        or bool(is_known)
        or "amazoncognito.com" in context.case.exchange.request.url
    )


def _oauth_fragments(context: RemedyContext) -> dict[str, str]:
    """What an app client needs for OAuth, where a person or a machine logs in: the scopes that it has, and those of the request."""
    client, request = context.case.configuration.client, context.case.exchange.request
    query = request.url.partition("?")[2].partition("#")[0]
    sent = dict(parse_qsl(f"{query}&{request.body or ''}"))
    if client is not None and sent.get("client_id", client.client_id) != client.client_id:
        client = None
    identity = context.environment.identity if context.environment else None
    asked = sent.get("scope") or (identity.scope if identity else None) or ""
    scopes = list(dict.fromkeys([*((client.oauth_scopes if client else None) or ()), *asked.split()]))
    urls = json.dumps((client.callback_urls if client else None) or [], ensure_ascii=False)
    is_browser = context.case.exchange.purpose == "authorization"
    listed = (
        json.dumps(scopes, ensure_ascii=False)
        if scopes
        else "[] # those that it has, and RESOURCE_SERVER/SCOPE"
    )
    custom = (
        ", ".join(f"OAuthScope.custom({json.dumps(scope, ensure_ascii=False)})" for scope in scopes)
        or "scope"
    )
    flow, grant = (
        ("authorizationCodeGrant", "code") if is_browser else ("clientCredentials", "client_credentials")
    )
    more = ", callbackUrls: [url]" if is_browser else ""
    oauth = f"oAuth: {{ flows: {{ {flow}: true }}, scopes: [{custom}]{more} }}"
    properties = [
        *([] if is_browser else ["GenerateSecret: true"]),
        "AllowedOAuthFlowsUserPoolClient: true",
        f"AllowedOAuthFlows: [{grant}]",
        f"AllowedOAuthScopes: {listed}",
        *([f"CallbackURLs: {urls}"] if is_browser else []),
    ]
    return {
        "cdk": oauth if is_browser else f"generateSecret: true,\n{oauth}",
        "cloudformation": "\n".join(
            ["Type: AWS::Cognito::UserPoolClient", "Properties:", *(f"  {line}" for line in properties)]
        ),
    }


def _app_client(context: RemedyContext, cause: str) -> Snippets:
    if not may_be_cognito(context, cause):
        return Snippets()
    describe = f"{context.aws} cognito-idp describe-user-pool-client {context.pool_options} --client-id {context.client_id}"
    client = context.case.configuration.client
    if cause == "auth-flow-disabled":
        flow = context.values.get("flow") or "USER_PASSWORD_AUTH"
        flows = list(dict.fromkeys([*((client.auth_flows if client else None) or ()), f"ALLOW_{flow}"]))
        return Snippets(
            (describe,),
            {
                "cdk": f"authFlows: {{ {_CDK_FLOWS.get(flow, 'userPassword')}: true }}, // in addition to its other flows",
                "cloudformation": "Type: AWS::Cognito::UserPoolClient\nProperties:\n"
                f"  ExplicitAuthFlows: {json.dumps(flows)}",
            },
        )
    if cause in ("oauth-grant-not-allowed", "oauth-scope-invalid"):
        return Snippets((describe,), _oauth_fragments(context))
    return Snippets((describe,))


def _user(context: RemedyContext, cause: str) -> Snippets:
    if not may_be_cognito(context, cause):
        return Snippets()
    get_user = (
        f"{context.aws} cognito-idp admin-get-user {context.pool_options} --username {context.username}"
    )
    identity = context.environment.identity if context.environment else None
    if identity is not None and identity.username == PLACEHOLDER_USERNAME:
        return Snippets()  # the name in the file comes first
    if cause == "user-not-confirmed":
        return Snippets(
            (
                get_user,
                f"{context.aws} cognito-idp admin-confirm-sign-up {context.pool_options} --username {context.username}",
            )
        )
    if cause == "mfa-required":
        return Snippets((get_user,))
    if cause == "user-disabled":
        enable = f"{context.aws} cognito-idp admin-enable-user {context.pool_options} --username {context.username}"
        return Snippets((get_user, enable))
    pool, region = context.pool or (None, context.region)
    return Snippets(
        (
            get_user,
            f"jq -n --arg pool {shell_word(pool, 'USER_POOL_ID')} --arg user {context.username} \\\n"
            "  '{UserPoolId: $pool, Username: $user, Password: env.NEW_PASSWORD, Permanent: true}' \\\n"
            f"  | {context.aws} cognito-idp admin-set-user-password --region {shell_word(region, 'AWS_REGION')}{context.endpoint_option('cognito-idp')} "
            "--cli-input-json file:///dev/stdin",
        )
    )


def _policy(context: RemedyContext, cause: str) -> Snippets:
    message = context.case.answer.message
    show_caller = f"{context.aws} sts get-caller-identity"
    if context.case.answer.refusing_policy is not None or re.search(r"explicit deny", message, re.I):
        return Snippets((show_caller,))  # another Allow would not help
    needed = needed_actions(context.case)
    action, resource, endpoint = needed[0], context.arn, None
    if context.target == "gateway":
        gateway = context.case.configuration.gateway
        resource = gateway.arn if gateway else None
    if cause == "iam-user-id-not-allowed":
        action = "bedrock-agentcore:InvokeAgentRuntimeForUser"
        needed = (action,)
    if (refused := re.search(r"not authorized to perform: (?P<action>[\w-]+:\w+)", message)) is not None:
        if refused["action"] not in _ACTIONS:
            return Snippets((show_caller,))  # another API's; a server's words must not become any permission
        action, needed = refused["action"], (refused["action"],)
        named = _RESOURCE.match(message, refused.end())
        if named:
            endpoint, resource = named["endpoint"], resource if resource == named["arn"] else named["arn"]
    if not resource:
        return Snippets((show_caller,))
    resources = [resource] if ":runtime/" not in resource else [resource, f"{resource}{endpoint or '/*'}"]
    actions = list(dict.fromkeys((*needed, *_ALSO.get(action, ()))))
    statement = {"Effect": "Allow", "Action": actions if len(actions) > 1 else action, "Resource": resources}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Snippets(
        (
            show_caller,
            f"{context.aws} iam {_principal(message)} --policy-name {action.rpartition(':')[2]} \\\n"
            f"  --policy-document {shlex.quote(document)}",
        ),
        {
            "cdk": f"new PolicyStatement({{ actions: {json.dumps(actions)}, resources: {json.dumps(resources)} }})",
            "cloudformation": f"Effect: Allow\nAction: {json.dumps(actions)}\nResource: {json.dumps(resources)}",
        },
    )


_ACTIONS = frozenset(
    f"bedrock-agentcore:{name}"
    for name in (
        "InvokeAgentRuntime", "InvokeAgentRuntimeForUser", "InvokeAgentRuntimeWithWebSocketStream",
        "InvokeAgentRuntimeWithWebSocketStreamForUser", "InvokeAgentRuntimeCommand", "InvokeAgentRuntimeCommandShell",
        "InvokeAgentRuntimeProxy", "InvokeGateway", "InvokeHarness", "GetAgentCard", "StopRuntimeSession",
        "ConnectBrowserAutomationStream", "ConnectBrowserLiveViewStream",
    )
) | frozenset(
    f"agent-registry:{name}"
    for name in (
        "InvokeRegistryMcp", "SearchDiscoverableRegistryRecords", "ListDiscoverableRegistryRecords",
        "GetDiscoverableRegistryRecord",
    )
)  # fmt: skip
"""The actions of calls (docs/agentcore.md section 11.0): the only ones that a message can add to a statement."""
_ALSO = {
    "bedrock-agentcore:InvokeHarness": ("bedrock-agentcore:InvokeAgentRuntime",),
    "agent-registry:SearchDiscoverableRegistryRecords": ("agent-registry:InvokeRegistryMcp",),
}
"""Actions that a call needs as well."""
_RESOURCE = regex(
    r" on resource: (?P<arn>arn:aws[\w-]*:(?:bedrock-agentcore|agent-registry):[\w-]+:(?:\d{12}|aws):"
    r"(?:runtime|gateway|harness|registry|browser|browser-custom)/[\w-]+)(?P<endpoint>/runtime-endpoint/\w{1,48})?"
)
"""The resource that IAM names after the action, and its endpoint."""


def _principal(message: str) -> str:
    """The command that adds a policy to the role or user in the message."""
    role = re.search(r":assumed-role/([\w+=,.@-]+)/|:role/([\w+=,.@/-]+)", message)
    user = re.search(r":user/([\w+=,.@/-]+)", message)
    if user:
        return f"put-user-policy --user-name {shell_word(user[1].rsplit('/', 1)[-1], 'IAM_USER')}"
    return f"put-role-policy --role-name {shell_word((role[1] or role[2]) if role else None, 'IAM_ROLE')}"


def _caller(context: RemedyContext, cause: str) -> Snippets:
    commands: tuple[str, ...] = (
        f"{context.aws} sts get-caller-identity",
        f"{context.aws} configure list",
    )
    if cause == "aws-clock-skew":
        commands = (*commands, "date -u; timedatectl status")
    return Snippets(commands)


BUILDERS: dict[str, RemedyBuilder] = {
    "token": _token,
    "app-client": _app_client,
    "user": _user,
    "policy": _policy,
    "caller": _caller,
}
