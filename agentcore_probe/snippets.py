"""Lines to paste that call a Runtime or Gateway, for remedies and for the report's usage. Secrets are variables."""

from __future__ import annotations

import shlex
from typing import Any

BODIES: dict[str, dict[str, Any]] = {
    "HTTP": {"prompt": "Hello"},
    "MCP": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    "A2A": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "message/send",
        "params": {
            "message": {
                "role": "user",
                "messageId": "1",
                "kind": "message",
                "parts": [{"kind": "text", "text": "Hello"}],
            }
        },
    },
    "AGUI": {
        "threadId": "1",
        "runId": "1",
        "state": {},
        "messages": [{"id": "1", "role": "user", "content": "Hello"}],
        "tools": [],
        "context": [],
        "forwardedProps": {},
    },
}
"""A small request in each of a Runtime's protocols."""

LIST_TOOLS = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
"""What lists a Gateway's tools."""


PROMPT = (
    '{"messages": [{"role": "user", "content": [{"text": "ping"}]}], '
    '"allowedTools": [], "maxIterations": 1, "maxTokens": 16}'
)
"""What lets a harness answer with few tokens."""

HARNESS_HEADERS = (
    '-H "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id: call-$(uuidgen)" '
    '-H "Accept: application/vnd.amazon.eventstream"'
)
"""The session that InvokeHarness requires, and the form of its answer, as options of `curl`."""
_MCP_HEADERS = '-H "Accept: application/json, text/event-stream"'


def bearer_call(url: str, body: str | None, *, method: str = "POST", headers: str = _MCP_HEADERS) -> str:
    """`curl` with the bearer token in `$JWT_TOKEN`.

    Args:
        url: as one word for the shell.
        body: the request's body; None for one without.
        method: the HTTP method.
        headers: further headers, as options of `curl`.
    """
    if body is None:
        return f'curl -sS -i -X {method} {url} \\\n  -H "Authorization: Bearer $JWT_TOKEN"'
    return (
        f"curl -sS -i -X {method} {url} \\\n"
        '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
        f"  {headers} \\\n"
        f"  -d {shlex.quote(body)}"
    )


def bearer_handshake(url: str) -> str:
    """`curl` that opens a WebSocket with the bearer token in `$JWT_TOKEN`; 101 means that it is accepted.

    Args:
        url: its https form, as one word for the shell.
    """
    return (
        f"curl -sS -i -N --http1.1 --max-time 5 {url} \\\n"
        '  -H "Connection: Upgrade" -H "Upgrade: websocket" -H "Sec-WebSocket-Version: 13" \\\n'
        '  -H "Sec-WebSocket-Key: $(openssl rand -base64 16)" -H "Authorization: Bearer $JWT_TOKEN"'
    )


def signed_call(  # noqa: PLR0913  (the parts of a request, by their names)
    url: str,
    region: str,
    body: str | None,
    *,
    method: str = "POST",
    headers: str = _MCP_HEADERS,
    service: str = "bedrock-agentcore",
) -> str:
    """`curl` with a signature by the AWS credentials in the environment.

    The keys are passed by --config on standard input, so that no command line has them.

    Args:
        url: as one word for the shell.
        region: the region to sign for.
        body: the request's body; None for one without.
        method: the HTTP method, of a call without a body.
        headers: further headers, as options of `curl`.
        service: the signing name.
    """
    rest = (
        f"  -X {method} {url}"
        if body is None
        else f'  {url} -H "Content-Type: application/json" \\\n  {headers} \\\n  -d {shlex.quote(body)}'
    )
    return (
        'printf \'user = "%s:%s"\\n%s\' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" \\\n'
        '  "${AWS_SESSION_TOKEN:+header = \\"x-amz-security-token: $AWS_SESSION_TOKEN\\"}" \\\n'
        f'  | curl -sS -i --config - --aws-sigv4 "aws:amz:{region}:{service}" \\\n'
        f"{rest}"
    )


def cli_call(arn: str, qualifier: str, options: str, body: str) -> tuple[str, ...]:
    """Two lines that call a Runtime with the `aws` command, version 1 or 2: both read a payload file as it is.

    Args:
        arn: the Runtime's ARN, as one word for the shell.
        qualifier: the endpoint's name.
        options: `--region ...`, and `--endpoint-url ...` if the data plane is not at AWS's own address.
        body: the payload.
    """
    return (
        f"printf %s {shlex.quote(body)} > payload.json",
        f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {arn} \\\n"
        f"  --qualifier {shlex.quote(qualifier)} {options} --payload fileb://payload.json answer.json",
    )


def card_call(arn: str, qualifier: str, options: str) -> str:
    """The line that reads an agent card with the `aws` command: `curl` of many versions signs an encoded ARN wrongly.

    Args:
        arn: the Runtime's ARN, as one word for the shell.
        qualifier: the endpoint's name.
        options: as for `cli_call`.
    """
    return (
        f"aws bedrock-agentcore get-agent-card --agent-runtime-arn {arn} \\\n"
        f"  --qualifier {shlex.quote(qualifier)} {options}"
    )
