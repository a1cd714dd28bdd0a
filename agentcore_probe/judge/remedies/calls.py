"""A call as it should be: with `curl` over HTTPS, or signed."""

from __future__ import annotations

import shlex
from urllib.parse import quote

from agentcore_probe.judge.remedies.place import Lines, Maker, Place


def _encoded_call(place: Place, _: str) -> Lines:
    if place.target == "gateway":
        return Lines((_gateway_call(place),))
    call = (
        f"curl -sS -i -X POST {_runtime_url(place)} \\\n"
        '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
        '  -H "Accept: application/json, text/event-stream" \\\n'
        '  -d \'{"prompt": "Hello"}\''
    )
    join = '!Join ["%2F", !Split ["/", !Join ["%3A", !Split [":", !GetAtt Runtime.AgentRuntimeArn]]]]'
    path = "/invocations?qualifier=" + place.qualifier
    return Lines(
        (call,),
        {
            "cdk": 'const encoded = Fn.join("%2F", Fn.split("/", Fn.join("%3A", Fn.split(":", runtime.agentRuntimeArn))));\n'
            'new CfnOutput(this, "InvocationUrl", { value: `https://bedrock-agentcore.${Aws.REGION}.${Aws.URL_SUFFIX}'
            f"/runtimes/${{encoded}}{path}` }});",
            "cloudformation": "Outputs:\n  InvocationUrl:\n    Value: !Sub\n"
            f"      - https://bedrock-agentcore.${{AWS::Region}}.${{AWS::URLSuffix}}/runtimes/${{Encoded}}{path}\n"
            f"      - Encoded: {join}",
        },
    )


def _runtime_url(place: Place) -> str:
    """The URL as a word for the shell; an ARN that is not known is encoded there."""
    query = f"/invocations?qualifier={place.qualifier}"
    if place.arn.startswith("arn:"):
        return shlex.quote(f"{place.base}/runtimes/{quote(place.arn, safe='')}{query}")
    return f'"{place.base}/runtimes/$(jq -rn --arg arn "$RUNTIME_ARN" \'$arn|@uri\'){query}"'


def _gateway_call(place: Place) -> str:
    gateway = place.case.configuration.gateway
    url = (gateway.url if gateway else None) or place.case.exchange.request.url or "<gateway-url>"
    body = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    return (
        f"curl -sS -i -X POST {shlex.quote(url)} \\\n"
        '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
        '  -H "Accept: application/json, text/event-stream" \\\n'
        f"  -d {shlex.quote(body)}"
    )


def _signed_call(place: Place, _: str) -> Lines:
    if place.target == "gateway":
        # curl takes the key pair by --config, so that it stands on no command line.
        return Lines(
            (
                'printf \'user = "%s:%s"\\n\' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" \\\n'
                f"  | curl -sS -i --config - --aws-sigv4 aws:amz:{place.region}:bedrock-agentcore \\\n"
                f"  {shlex.quote(place.case.exchange.request.url or '<gateway-url>')} "
                '-H "Content-Type: application/json" \\\n'
                '  -d \'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}\'',
            )
        )
    return Lines(
        (
            f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {place.arn} \\\n"
            f"  --qualifier {place.qualifier} --region {place.region} --payload fileb://payload.json answer.json",
        )
    )


MAKERS: dict[str, Maker] = {"encoded-call": _encoded_call, "signed-call": _signed_call}
