"""The agent card of an A2A agent, as its container answers it and as faults change it (docs/agentcore.md section 11.6)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from agentcore_probe.local.asgi import AsgiResponse

CARD = "GetAgentCard"
"""The operation, which is also the IAM action."""
CARD_PATH = "/.well-known/agent-card.json"
"""Where an A2A agent describes itself, below a Runtime's invocations."""


def deployed_card(response: AsgiResponse, faults: Collection[str], url: str) -> AsgiResponse:
    """The container's answer to a request of its card, which names the URL that callers use.

    Args:
        response: of the agent.
        faults: names of the faults that are simulated.
        url: of the Runtime's invocations.
    """
    if "card-missing" in faults:
        return AsgiResponse(404)
    if response.status != 200:
        return response
    card = json.loads(response.body)
    if "url" in card:
        card["url"] = url
    if "card-of-another-version" in faults:
        card["supportedInterfaces"] = [{"protocolBinding": "JSONRPC", "protocolVersion": "1.0"}]
        del card["protocolVersion"]
    for interface in card.get("supportedInterfaces", ()):
        interface["url"] = url
    return replace(response, body=json.dumps(card).encode())
