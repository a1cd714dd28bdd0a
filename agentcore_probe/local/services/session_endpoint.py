"""The endpoint of a Runtime's session: any request to a port of the agent's microVM (docs/agentcore.md section 11.4).

Where a session's port is in the URL, and in which header a refusal has its code, was chosen by this project
(docs/local.md).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, call_app
from agentcore_probe.local.backends import AppLoader
from agentcore_probe.local.services.runtime import Operation, RuntimeService

_ROUTE = re.compile(r"/(?P<session>[^/]+)/(?P<port>\d{1,5})(?P<rest>/.*)")
_PROXY = Operation("InvokeAgentRuntimeProxy", "native")
_CODES = {401: "AuthenticationRequired", 403: "AccessDenied"}
_CODE_HEADER = "x-amzn-errortype"


class SessionEndpointService:
    """The endpoints of all sessions of a Runtime, whose agent answers at every allowed port.

    Args:
        runtime: whose authorizer judges each request.
        agent: the application.
    """

    def __init__(self, runtime: RuntimeService, agent: AppLoader) -> None:
        self._runtime = runtime
        self._agent = agent

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The application's response, or an empty refusal."""
        route = _ROUTE.fullmatch(request.path)
        if route is None or unquote(route["session"]) not in self._runtime.sessions:
            return AsgiResponse(404)
        faults = self._runtime.sessions.faults
        if "session-endpoint-open" not in faults:
            refusal = self._runtime.authorize(request, _PROXY)
            if refusal is not None:
                return self._refuse(refusal.status)
        if int(route["port"]) not in self._runtime.sessions.ports:
            return self._refuse(403)
        if "session-application-refuses" in faults:
            return AsgiResponse(403, b"Not for you", {"content-type": "text/plain"})
        return await call_app(
            await self._agent(), request, route["rest"], without=frozenset({"authorization"})
        )

    def _refuse(self, status: int) -> AsgiResponse:
        is_named = "session-endpoint-without-code" not in self._runtime.sessions.faults
        return AsgiResponse(status, b"", {_CODE_HEADER: _CODES[status]} if is_named else {})
