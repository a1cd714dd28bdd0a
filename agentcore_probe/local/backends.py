"""The agent and the Gateway's MCP server, loaded while the services already listen.

Importing their SDKs takes most of a second. A client needs Cognito and the control plane first,
so the services listen without waiting, and the first invocation waits until its app is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import anyio.to_thread

from agentcore_probe import malloc
from agentcore_probe.local.asgi import App
from agentcore_probe.local.sdk_imports import LATE_IMPORTS
from agentcore_probe.local.state import State, ready_targets

AppLoader = Callable[[], Awaitable[App]]
"""Waits until an app is loaded and returns it."""

PAGE_SIZE = 2
"""Tools on a page of the Gateway's `tools/list`: three tools make two pages."""


class _Apps(NamedTuple):
    agent: App
    gateway: App
    registry: App | None = None


class Backends:
    """The real apps behind the Runtime's and the Gateway's services."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._apps: asyncio.Future[_Apps] = asyncio.get_running_loop().create_future()

    async def agent(self) -> App:
        """The agent in the Runtime's container."""
        return (await asyncio.shield(self._apps)).agent

    async def gateway(self) -> App:
        """The Gateway's MCP server."""
        return (await asyncio.shield(self._apps)).gateway

    async def registry(self) -> App:
        """The registry's MCP server."""
        app = (await asyncio.shield(self._apps)).registry
        assert app is not None  # only a registry asks for it
        return app

    async def run(self, wait_for_stop: Callable[[], Awaitable[object]]) -> None:
        """Loads the apps, runs them, and shuts them down when `wait_for_stop` returns."""
        try:
            apps = await anyio.to_thread.run_sync(self._load)
        except Exception as error:
            self._apps.set_exception(error)
            raise
        async with contextlib.AsyncExitStack() as stack:
            for app in filter(None, apps):
                await stack.enter_async_context(_lifespan(app))
            self._apps.set_result(apps)
            malloc.release()
            gc.freeze()
            gc.enable()
            await wait_for_stop()

    def _load(self) -> _Apps:
        import pydantic

        LATE_IMPORTS.install()
        # The MCP SDK declares some 500 models, of which a run needs 50: each is built when it is first used.
        pydantic.BaseModel.model_config["defer_build"] = True
        pydantic.TypeAdapter._defer_build = True  # type: ignore[method-assign, assignment]  # noqa: SLF001
        from agentcore_probe.local.agents import agent
        from agentcore_probe.local.tools import mcp_app

        settings = self._state.gateway.get("protocolConfiguration") or {}
        search = settings.get("mcp", {}).get("searchType") == "SEMANTIC"
        gateway = mcp_app("local-gateway", ready_targets(self._state), search=search, page_size=PAGE_SIZE)
        registry = None
        if self._state.registry is not None:
            from agentcore_probe.local import registry_tools

            registry = registry_tools.mcp_app(self._state.registry["registryId"])
        serves_websocket = "ws-not-served" not in self._state.service_faults
        return _Apps(agent(self._state.protocol, serves_websocket=serves_websocket), gateway, registry)


def _lifespan(app: App) -> Any:
    """The start and end of a Starlette app that runs inside another server."""
    router = getattr(app, "router", None)
    return router.lifespan_context(app) if router is not None else contextlib.nullcontext()
