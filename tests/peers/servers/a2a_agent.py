"""An agent of the official A2A SDK 1.x that repeats each message; with `compat` it also speaks 0.3."""

import socket
import sys

import uvicorn
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill, Message, Part, Role
from starlette.applications import Starlette


class Echo(AgentExecutor):
    """The agent."""

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        part = Part(text=context.get_user_input())
        await event_queue.enqueue_event(Message(message_id="m1", role=Role.ROLE_AGENT, parts=[part]))

    async def cancel(self, _: RequestContext, __: EventQueue) -> None:
        raise RuntimeError("no task to cancel")


listening = socket.socket()
listening.bind(("127.0.0.1", 0))
url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
interface = AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="1.0")
card = AgentCard(
    name="peer",
    description="Repeats each message",
    version="1",
    supported_interfaces=[interface],
    capabilities=AgentCapabilities(),
    default_input_modes=["text"],
    default_output_modes=["text"],
    skills=[AgentSkill(id="echo", name="Echo", description="Repeats", tags=["echo"])],
)
handler = DefaultRequestHandler(Echo(), InMemoryTaskStore(), card)
rpc = create_jsonrpc_routes(handler, "/", enable_v0_3_compat="compat" in sys.argv)
print("PORT", listening.getsockname()[1], flush=True)
app = Starlette(routes=[*create_agent_card_routes(card), *rpc])
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
