"""The agent and the Gateway's MCP server, loaded beside the open doors.

Their SDKs take most of a second to import. A caller needs Cognito and the control plane first,
so the doors open without waiting, and the first invocation waits for what is missing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread

from agentcore_probe import malloc
from agentcore_probe.local.asgi import App
from agentcore_probe.local.state import State, ready_targets

PAGE_SIZE = 2
"""Tools on a page of the Gateway's `tools/list`: three tools make two pages."""


class Backends:
    """The real parts behind the Runtime's and the Gateway's doors."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._loaded: asyncio.Future[tuple[App, App]] = asyncio.get_running_loop().create_future()

    async def agent(self) -> App:
        """The agent in the Runtime's container."""
        return (await asyncio.shield(self._loaded))[0]

    async def gateway(self) -> App:
        """The Gateway's MCP server."""
        return (await asyncio.shield(self._loaded))[1]

    async def run(self, stopped: Callable[[], Awaitable[None]]) -> None:
        """Loads the parts, runs them, and ends them when `stopped` returns."""
        try:
            apps = await anyio.to_thread.run_sync(self._build)
        except Exception as error:
            self._loaded.set_exception(error)
            raise
        async with contextlib.AsyncExitStack() as stack:
            for app in apps:
                await stack.enter_async_context(_lifespan(app))
            self._loaded.set_result(apps)
            malloc.release()
            await stopped()

    def _build(self) -> tuple[App, App]:
        from agentcore_probe.local.agents import agent
        from agentcore_probe.local.tools import mcp_app

        search = self._state.gateway["protocolConfiguration"]["mcp"].get("searchType") == "SEMANTIC"
        gateway = mcp_app("local-gateway", ready_targets(self._state), search=search, page_size=PAGE_SIZE)
        return agent(self._state.protocol), gateway


def _lifespan(app: App) -> Any:
    """The start and end of a Starlette app that runs inside another server."""
    router = getattr(app, "router", None)
    return router.lifespan_context(app) if router is not None else contextlib.nullcontext()
