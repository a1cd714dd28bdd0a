"""A call as it should be: with `curl` over HTTPS, or signed."""

from __future__ import annotations

import shlex
from urllib.parse import quote

from agentcore_probe.judge.remedies.place import Lines, Maker, Place, word

_LIST = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'


def _encoded_call(place: Place, _: str) -> Lines:
    if place.target == "gateway":
        return Lines((_bearer_call(_gateway_url(place), _LIST),))
    query = f"/invocations?qualifier={quote(place.qualifier, safe='')}"
    return Lines(
        (_bearer_call(_runtime_url(place, query), place.body),),
        {
            "cdk": 'const encoded = Fn.join("%2F", Fn.split("/", Fn.join("%3A", Fn.split(":", runtime.agentRuntimeArn))));\n'
            'new CfnOutput(this, "InvocationUrl", { value: `https://bedrock-agentcore.${Aws.REGION}.${Aws.URL_SUFFIX}'
            f"/runtimes/${{encoded}}{query}` }});",
            "cloudformation": "Outputs:\n  InvocationUrl:\n    Value: !Sub\n"
            f"      - https://bedrock-agentcore.${{AWS::Region}}.${{AWS::URLSuffix}}/runtimes/${{Encoded}}{query}\n"
            '      - Encoded: !Join ["%2F", !Split ["/", !Join ["%3A", !Split [":", !GetAtt Runtime.AgentRuntimeArn]]]]',
        },
    )


def _bearer_call(url: str, body: str) -> str:
    return (
        f"curl -sS -i -X POST {url} \\\n"
        '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
        '  -H "Accept: application/json, text/event-stream" \\\n'
        f"  -d {shlex.quote(body)}"
    )


def _runtime_url(place: Place, query: str) -> str:
    """The URL as a word for the shell; an ARN that is not known is encoded there."""
    if place.arn:
        return shlex.quote(f"{place.base}/runtimes/{quote(place.arn, safe='')}{query}")
    return f'"{place.base}/runtimes/$(jq -rn --arg arn "$RUNTIME_ARN" \'$arn|@uri\'){query}"'


def _gateway_url(place: Place) -> str:
    gateway = place.case.configuration.gateway
    return word((gateway.url if gateway else None) or place.case.exchange.request.url, "GATEWAY_URL")


def _signed_call(place: Place, _: str) -> Lines:
    if place.target == "gateway":
        # The keys go by --config from standard input, so that they stand on no command line.
        return Lines(
            (
                'printf \'user = "%s:%s"\\nheader = "x-amz-security-token: %s"\\n\' \\\n'
                '  "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" \\\n'
                f'  | curl -sS -i --config - --aws-sigv4 "aws:amz:{place.region or "$AWS_REGION"}:bedrock-agentcore" \\\n'
                f'  {_gateway_url(place)} -H "Content-Type: application/json" -d {shlex.quote(_LIST)}',
            )
        )
    return Lines(
        (
            f"printf %s {shlex.quote(place.body)} > payload.json",
            f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {word(place.arn, 'RUNTIME_ARN')} \\\n"
            f"  --qualifier {shlex.quote(place.qualifier)} {place.in_region} --payload fileb://payload.json answer.json",
        )
    )


MAKERS: dict[str, Maker] = {"encoded-call": _encoded_call, "signed-call": _signed_call}
