"""A web service that is not AgentCore: it says whether it is well, and knows no callers."""

from __future__ import annotations

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.targets import STATUS_PATH


class StatusService:
    """The service behind the Gateway's passthrough target."""

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The service's response to `request`."""
        if request.path != STATUS_PATH or request.method not in ("GET", "HEAD"):
            return json_response(404, {"detail": "Not Found"})
        return json_response(200, {"status": "ok"})
