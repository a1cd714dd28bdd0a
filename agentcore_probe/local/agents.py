"""The agents in the Runtime's container, one for each protocol, built with the protocol's own SDK."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

from agentcore_probe.local.asgi import App

CONTAINER_PATHS = {"HTTP": "/invocations", "AGUI": "/invocations", "MCP": "/mcp", "A2A": "/"}
"""The path at which each protocol's container listens (docs/agentcore.md section 1.3)."""


def agent(protocol: str, *, serves_websocket: bool = True) -> App:
    """The ASGI app of an agent that echoes its input.

    Args:
        protocol: what it speaks.
        serves_websocket: whether an HTTP agent has a handler for WebSockets.
    """
    if protocol == "HTTP":
        return _http(serves_websocket=serves_websocket)
    return {"MCP": _mcp, "A2A": _a2a, "AGUI": _agui}[protocol]()


def _http(*, serves_websocket: bool) -> App:
    from bedrock_agentcore.runtime import BedrockAgentCoreApp

    app = BedrockAgentCoreApp()
    app.logger.setLevel(logging.CRITICAL)

    async def echo(payload: Any) -> Any:
        if isinstance(payload, dict) and payload.get("stream"):
            return _words(str(payload.get("prompt", "")))
        return {"result": "Hello from the embedded agent", "echo": payload}

    app.entrypoint(echo)
    if serves_websocket:
        app.websocket(_converse)
    return app


async def _converse(websocket: Any, _: Any) -> None:
    """Sends back what it receives; the SDK ends with the client."""
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())


async def _words(text: str) -> AsyncIterator[dict[str, str]]:
    for word in text.split() or ["hello"]:
        yield {"word": word}


def _mcp() -> App:
    from agentcore_probe.local.tools import mcp_app

    return mcp_app("local-agent", ["agent"], search=False, page_size=10)


def _a2a() -> App:
    from a2a.server.agent_execution import AgentExecutor, RequestContext
    from a2a.server.events import EventQueue
    from a2a.types import AgentCapabilities, AgentCard, AgentSkill
    from a2a.utils import new_agent_text_message
    from bedrock_agentcore.runtime import build_a2a_app

    class Echo(AgentExecutor):
        async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
            await event_queue.enqueue_event(new_agent_text_message(context.get_user_input()))

        async def cancel(self, _: RequestContext, __: EventQueue) -> None:
            raise RuntimeError("no task to cancel")

    skill = AgentSkill(id="echo", name="Echo", description="Returns its input", tags=["echo"])
    card = AgentCard(
        name="local-agent",
        description="The embedded agent",
        url="http://127.0.0.1/",
        version="1",
        default_input_modes=["text"],
        default_output_modes=["text"],
        capabilities=AgentCapabilities(),
        skills=[skill],
    )
    app: App = build_a2a_app(Echo(), card)
    return app


def _agui() -> App:
    from ag_ui.core import (
        RunFinishedEvent,
        RunStartedEvent,
        TextMessageContentEvent,
        TextMessageEndEvent,
        TextMessageStartEvent,
    )
    from bedrock_agentcore.runtime import AGUIApp

    agui: Any = AGUIApp()

    async def echo(run_input: Any) -> AsyncIterator[Any]:
        run = {"thread_id": run_input.thread_id, "run_id": run_input.run_id}
        yield RunStartedEvent(**run)
        yield TextMessageStartEvent(message_id="m1", role="assistant")
        yield TextMessageContentEvent(message_id="m1", delta="Hello from the embedded agent")
        yield TextMessageEndEvent(message_id="m1")
        yield RunFinishedEvent(**run)

    agui.entrypoint(echo)
    app: App = agui
    return app
