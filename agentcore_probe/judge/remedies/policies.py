"""Policies besides the caller's own: of the resource, of a VPC endpoint, of a Gateway's policy engine and its role."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from agentcore_probe.judge.needed_actions import needed_actions
from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word
from agentcore_probe.regex import regex

_ACTION = regex(r"(?:bedrock-agentcore|agent-registry):[A-Z][A-Za-z]{3,80}")
_CALLER = regex(
    r"arn:aws[\w-]{0,12}:(?:sts|iam)::(?P<account>\d{12}):(?P<kind>assumed-role|role|user)/(?P<name>[\w+=,.@/-]{1,200})"
)


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def _action(context: RemedyContext) -> str:
    action = context.values.get("action", "")
    if _ACTION.fullmatch(action):
        return action
    return needed_actions(context.case)[0]


def _principal(context: RemedyContext) -> Any:
    """The caller that IAM names, as a role or user; every caller where tokens are used, which IAM does not know."""
    caller = _CALLER.search(context.values.get("message", ""))
    if caller is None:
        return "*" if context.case.auth == "bearer" else {"AWS": "CALLER_ARN"}
    partition = caller[0].split(":")[1]
    kind = "user" if caller["kind"] == "user" else "role"
    name = caller["name"].partition("/")[0] if caller["kind"] == "assumed-role" else caller["name"]
    return {"AWS": f"arn:{partition}:iam::{caller['account']}:{kind}/{name}"}


def _resource_policy(context: RemedyContext, _: str) -> Snippets:
    gateway = context.case.configuration.gateway
    arn = (gateway.arn if gateway else None) if context.target == "gateway" else context.arn
    arn = arn or context.values.get("resource", "").partition("/runtime-endpoint/")[0] or None
    arns = [shell_word(arn, "RESOURCE_ARN")]
    if arn and ":runtime/" in arn:
        arns.append(shlex.quote(f"{arn}/runtime-endpoint/{context.qualifier}"))
    commands = [
        f"{context.control} get-resource-policy --resource-arn {one} {context.control_plane_options}"
        for one in arns
    ]
    statement = {
        "Effect": "Allow",
        "Principal": _principal(context),
        "Action": _action(context),
        "Resource": arn or "RESOURCE_ARN",
    }
    return Snippets(
        (f"{context.aws} sts get-caller-identity", *commands), {"resource-policy": _document(statement)}
    )


def _endpoint_policy(context: RemedyContext, _: str) -> Snippets:
    region = context.region or "$AWS_REGION"
    filters = f"Name=service-name,Values=com.amazonaws.{region}.bedrock-agentcore*"
    show = (
        f'{context.aws} ec2 describe-vpc-endpoints {context.region_option} --filters "{filters}" \\\n'
        "  --query 'VpcEndpoints[].[VpcEndpointId,PolicyDocument]' --output text"
    )
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": _action(context),
        "Resource": context.arn or "*",
    }
    return Snippets((show,), {"endpoint-policy": _document(statement)})


def _policy_engine(context: RemedyContext, _: str) -> Snippets:
    """The policies by name, which needs no key of the engine's, and the form of a permit, which cannot outweigh a forbid."""
    gateway = context.case.configuration.gateway
    show = (
        f"ENGINE=$({context.control} get-gateway --gateway-identifier {context.gateway_id} {context.control_plane_options} \\\n"
        "  --query policyEngineConfiguration.arn --output text)"
    )
    policies = f'{context.control} list-policy-summaries --policy-engine-id "${{ENGINE##*/}}" {context.control_plane_options}'
    if context.values.get("kind") == "forbid":
        return Snippets((show, policies))
    tool = re.sub(r"[^\w-]", "", context.values.get("tool", "")) or "TARGET___TOOL"
    arn = (gateway.arn if gateway else None) or "GATEWAY_ARN"
    permit = (
        "permit(\n  principal is AgentCore::OAuthUser,\n"
        f'  action == AgentCore::Action::"{tool}",\n  resource == AgentCore::Gateway::"{arn}"\n);'
    )
    return Snippets((show, policies), {"cedar": permit})


def _gateway_role(context: RemedyContext, _: str) -> Snippets:
    role = (
        f"{context.control} get-gateway --gateway-identifier {context.gateway_id} {context.control_plane_options} \\\n"
        "  --query '[roleArn,policyEngineConfiguration.arn]' --output text"
    )
    gateway = context.case.configuration.gateway
    actions = ("AuthorizeAction", "PartiallyAuthorizeActions", "GetPolicyEngine")
    statement = {
        "Effect": "Allow",
        "Action": [f"bedrock-agentcore:{action}" for action in actions],
        "Resource": ["POLICY_ENGINE_ARN", (gateway.arn if gateway else None) or "GATEWAY_ARN"],
    }
    return Snippets((role,), {"role-policy": _document(statement)})


def _registry_call(context: RemedyContext, _: str) -> Snippets:
    match = re.search(r"/registry/(?P<id>[\w-]{1,100})/mcp", context.case.address.path)
    url = f"https://agent-registry.{context.region or '$AWS_REGION'}.api.aws/registry/{match['id'] if match else '$REGISTRY_ID'}/mcp"
    return Snippets(
        (
            f'curl -sS -i -X POST "{url}" -H "Authorization: Bearer $JWT_TOKEN" \\\n'
            '  -H "Content-Type: application/json" -H "Accept: application/json, text/event-stream" \\\n'
            """  -d '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'""",
        )
    )


def _command_entrance(context: RemedyContext, _: str) -> Snippets:
    return _deny(context, "InvokeAgentRuntimeCommand")


def _shell_entrance(context: RemedyContext, _: str) -> Snippets:
    return _deny(context, "InvokeAgentRuntimeCommandShell")


def _deny(context: RemedyContext, action: str) -> Snippets:
    """A Deny of the action: in the caller's policy where IAM judges, else in the Runtime's resource policy."""
    arn = context.arn or "RUNTIME_ARN"
    endpoint = f"{arn}/runtime-endpoint/{context.qualifier}"
    is_signed = context.case.auth == "sigv4"
    statement = {
        "Effect": "Deny",
        **({} if is_signed else {"Principal": "*"}),
        "Action": f"bedrock-agentcore:{action}",
        "Resource": [arn, endpoint] if is_signed else arn,
    }
    if is_signed:
        return Snippets((f"{context.aws} sts get-caller-identity",), {"caller-policy": _document(statement)})
    show = f"{context.control} get-resource-policy --resource-arn {shell_word(context.arn, 'RUNTIME_ARN')} {context.control_plane_options}"
    return Snippets((show,), {"resource-policy": _document(statement)})


BUILDERS: dict[str, RemedyBuilder] = {
    "resource-policy": _resource_policy,
    "endpoint-policy": _endpoint_policy,
    "command-entrance": _command_entrance,
    "shell-entrance": _shell_entrance,
    "policy-engine": _policy_engine,
    "gateway-role": _gateway_role,
    "registry-call": _registry_call,
}
