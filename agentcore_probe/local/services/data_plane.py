"""The data plane of all Runtimes and harnesses of the account."""

from __future__ import annotations

from urllib.parse import unquote

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.services.harness import PATH, HarnessService
from agentcore_probe.local.services.runtime import RuntimeService
from agentcore_probe.local.services.sockets import Conversation, Sockets


class DataPlane:
    """Hands each request to the Runtime that its path names, and to the first where it names none.

    Args:
        runtimes: one service a Runtime, with its WebSockets. The first refuses what belongs to no Runtime.
        harness: the account's harnesses; None: there are none.
    """

    def __init__(
        self, runtimes: list[tuple[RuntimeService, Sockets]], harness: HarnessService | None = None
    ) -> None:
        self._harness = harness
        self._first = runtimes[0]
        self._further = {identifier: pair for pair in runtimes[1:] for identifier in pair[0].identifiers}

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The data plane's response to `request`."""
        if self._harness is not None and request.path == PATH:
            return self._harness.respond(request)
        return await self._named(request)[0].respond(request)

    def answer(self, handshake: AsgiRequest) -> AsgiResponse | Conversation:
        """The refusal of a WebSocket's handshake, or the conversation that begins with it."""
        return self._named(handshake)[1].answer(handshake)

    def _named(self, request: AsgiRequest) -> tuple[RuntimeService, Sockets]:
        named = unquote(request.path.removeprefix("/runtimes/").split("/")[0])
        return self._further.get(named, self._first)
