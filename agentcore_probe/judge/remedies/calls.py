"""A correct call: with `curl` over HTTPS and a bearer token, or signed."""

from __future__ import annotations

import shlex
from urllib.parse import quote

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word

LIST_TOOLS = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'


def _encoded_call(context: RemedyContext, cause: str) -> Snippets:
    query = f"/invocations?qualifier={quote(context.qualifier, safe='')}"
    if context.takes_signature and cause != "sigv4-on-jwt":
        commands = _signed_call(context, cause).commands
    elif context.target == "gateway":
        commands = (bearer_call(_gateway_url(context), LIST_TOOLS),)
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


def bearer_call(url: str, body: str) -> str:
    """A call of `url` with the token in `$JWT_TOKEN`.

    Args:
        url: one word for the shell.
        body: the request's body.
    """
    return (
        f"curl -sS -i -X POST {url} \\\n"
        '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
        '  -H "Accept: application/json, text/event-stream" \\\n'
        f"  -d {shlex.quote(body)}"
    )


def _runtime_url(context: RemedyContext, query: str) -> str:
    """The URL as a word for the shell, which encodes an ARN that is not known here."""
    if context.arn:
        return shlex.quote(f"{context.data_plane_url}/runtimes/{quote(context.arn, safe='')}{query}")
    return f'"{context.data_plane_url}/runtimes/$(jq -rn --arg arn "$RUNTIME_ARN" \'$arn|@uri\'){query}"'


def _gateway_url(context: RemedyContext) -> str:
    gateway = context.case.configuration.gateway
    return shell_word((gateway.url if gateway else None) or context.case.exchange.request.url, "GATEWAY_URL")


def signed_call(url: str, region: str, body: str) -> str:
    """A call of `url`, signed with the AWS credentials in the environment.

    curl reads the keys from standard input (--config), so that they are not on its command line.

    Args:
        url: one word for the shell.
        region: the region to sign for.
        body: the request's body.
    """
    return (
        'printf \'user = "%s:%s"\\n%s\' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" \\\n'
        '  "${AWS_SESSION_TOKEN:+header = \\"x-amz-security-token: $AWS_SESSION_TOKEN\\"}" \\\n'
        f'  | curl -sS -i --config - --aws-sigv4 "aws:amz:{region}:bedrock-agentcore" \\\n'
        f'  {url} -H "Content-Type: application/json" \\\n'
        '  -H "Accept: application/json, text/event-stream" \\\n'
        f"  -d {shlex.quote(body)}"
    )


def _signed_call(context: RemedyContext, _: str) -> Snippets:
    if context.target == "gateway":
        return Snippets((signed_call(_gateway_url(context), context.region or "$AWS_REGION", LIST_TOOLS),))
    options = f"{context.region_option}{context.endpoint_option('bedrock-agentcore')}"
    return Snippets(
        cli_call(shell_word(context.arn, "RUNTIME_ARN"), context.qualifier, options, context.body)
    )


def cli_call(arn: str, qualifier: str, options: str, body: str) -> tuple[str, ...]:
    """A call of a Runtime with the `aws` command, version 1 or 2: both read a payload from a file as it is.

    Args:
        arn: one word for the shell.
        qualifier: the endpoint's name.
        options: `--region ...`, and `--endpoint-url ...` if the data plane is not at AWS's own address.
        body: the payload.
    """
    return (
        f"printf %s {shlex.quote(body)} > payload.json",
        f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {arn} \\\n"
        f"  --qualifier {shlex.quote(qualifier)} {options} --payload fileb://payload.json answer.json",
    )


BUILDERS: dict[str, RemedyBuilder] = {"encoded-call": _encoded_call, "signed-call": _signed_call}
