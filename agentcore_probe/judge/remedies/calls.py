"""A correct call: with `curl` over HTTPS and a bearer token, or signed."""

from __future__ import annotations

import shlex
from urllib.parse import quote

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word
from agentcore_probe.model.methods.through_gateway import PASSTHROUGH, TO_RUNTIME
from agentcore_probe.snippets import LIST_TOOLS, bearer_call, bearer_handshake, cli_call, signed_call

_THROUGH = (TO_RUNTIME, PASSTHROUGH)
"""The entrances whose path is a target's, while that of a Gateway's tools is /mcp."""


def _encoded_call(context: RemedyContext, cause: str) -> Snippets:
    if context.case.entrance in _THROUGH:
        signs = context.takes_signature and cause != "sigv4-on-jwt"
        return Snippets((_call_through(context, signs=signs),))
    query = f"/invocations?qualifier={quote(context.qualifier, safe='')}"
    if context.takes_signature and cause != "sigv4-on-jwt":
        commands = _signed_call(context, cause).commands
    elif context.target == "gateway":
        commands = (bearer_call(_gateway_url(context), LIST_TOOLS),)
    elif context.case.address.path.endswith("/ws"):
        query = query.replace("/invocations", "/ws", 1)
        commands = (bearer_handshake(_runtime_url(context, query)),)
    else:
        commands = (bearer_call(_runtime_url(context, query), context.body),)
    if context.target == "gateway":
        return Snippets(commands)
    return Snippets(
        commands,
        {
            "cdk": 'const encoded = Fn.join("%2F", Fn.split("/", Fn.join("%3A", Fn.split(":", runtime.agentRuntimeArn))));\n'
            'new CfnOutput(this, "InvocationUrl", { value: `https://bedrock-agentcore.${Aws.REGION}.${Aws.URL_SUFFIX}'
            f"/runtimes/${{encoded}}{query}` }});",
            "cloudformation": "Outputs:\n  InvocationUrl:\n    Value: !Sub\n"
            f"      - https://bedrock-agentcore.${{AWS::Region}}.${{AWS::URLSuffix}}/runtimes/${{Encoded}}{query}\n"
            '      - Encoded: !Join ["%2F", !Split ["/", !Join ["%3A", !Split [":", !GetAtt Runtime.AgentRuntimeArn]]]]',
        },
    )


def _runtime_url(context: RemedyContext, query: str) -> str:
    """The URL as a word for the shell, which encodes an ARN that is not known here."""
    if context.arn:
        return shlex.quote(f"{context.data_plane_url}/runtimes/{quote(context.arn, safe='')}{query}")
    return f'"{context.data_plane_url}/runtimes/$(jq -rn --arg arn "$RUNTIME_ARN" \'$arn|@uri\'){query}"'


def _gateway_url(context: RemedyContext) -> str:
    gateway, address = context.case.configuration.gateway, context.case.address
    called = context.case.exchange.request.url
    if address.host_kind == "gateway" and (
        address.path in ("", "/", "/sse") or address.path.startswith("/runtimes/")
    ):
        called = f"https://{address.host}/mcp"  # the only path that every Gateway has
    return shell_word((gateway.url if gateway else None) or called, "GATEWAY_URL")


def _call_through(context: RemedyContext, *, signs: bool) -> str:
    """The request of the run through a Gateway's target, with the credential that the Gateway takes."""
    request = context.case.exchange.request
    url, body = shlex.quote(request.url), request.body or None
    if signs:
        return signed_call(url, context.region or "$AWS_REGION", body, method=request.method)
    return bearer_call(url, body, method=request.method)


def _signed_call(context: RemedyContext, _: str) -> Snippets:
    if context.case.entrance in _THROUGH:
        return Snippets((_call_through(context, signs=True),))
    if context.target == "gateway":
        return Snippets((signed_call(_gateway_url(context), context.region or "$AWS_REGION", LIST_TOOLS),))
    options = f"{context.region_option}{context.endpoint_option('bedrock-agentcore')}"
    return Snippets(
        cli_call(shell_word(context.arn, "RUNTIME_ARN"), context.qualifier, options, context.body)
    )


BUILDERS: dict[str, RemedyBuilder] = {"encoded-call": _encoded_call, "signed-call": _signed_call}
