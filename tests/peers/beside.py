"""An embedded AgentCore whose authorizers trust another issuer, or whose Gateway has another MCP server behind it.

So the software of others gets the place that it has beside AWS: the authorizer, the headers and the control plane are
the embedded AgentCore's, tokens or tools are the peer's.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator, Mapping
from typing import Any

import jwt
import requests

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.issuer_documents import IssuerDocuments, ServedIssuer
from agentcore_probe.local.server import Embedded, run
from agentcore_probe.local.services.gateway import GatewayService
from agentcore_probe.local.services.runtime import RuntimeService
from agentcore_probe.local.setup import Setup
from agentcore_probe.model.environment import LocalSetup, Protocol
from tests.embedded import START_SECONDS

TIMEOUT = 20
_NOT_FORWARDED = ("authorization", "host", "content-length", "connection", "accept-encoding")
_FORWARDED_BACK = ("content-type", "mcp-session-id", "mcp-protocol-version")


class AnyIssuer(IssuerDocuments):
    """Reads the documents of an issuer that is not the user pool, once."""

    def issuer(self, discovery_url: str) -> ServedIssuer | None:
        own = super().issuer(discovery_url)
        if own is not None:
            return own
        document = requests.get(discovery_url, timeout=TIMEOUT).json()
        return ServedIssuer(document["issuer"], jwt.PyJWKClient(document["jwks_uri"]))


def _gateway_before(mcp_url: str) -> type[GatewayService]:
    class Forwarding(GatewayService):
        """Authorizes, and leaves versions, sessions and tools to the server behind it."""

        async def respond(self, request: AsgiRequest) -> AsgiResponse:
            if request.path != "/mcp":
                return await super().respond(request)
            caller = self._authorize(request, self._state.gateway_rules())
            if isinstance(caller, AsgiResponse):
                return caller
            headers = {name: value for name, value in request.headers.items() if name not in _NOT_FORWARDED}
            response = requests.request(  # noqa: ASYNC210  (the probe sends one request at a time)
                request.method, mcp_url, data=request.body, headers=headers, timeout=TIMEOUT
            )
            back = {name: response.headers[name] for name in _FORWARDED_BACK if name in response.headers}
            return AsgiResponse(response.status_code, response.content, back)

    return Forwarding


def _runtime_before(agent_url: str) -> type[RuntimeService]:
    class Forwarding(RuntimeService):
        """Authorizes, and leaves the answers to the agent in the place of the container."""

        async def _container(self, request: AsgiRequest, path: str, hidden: frozenset[str]) -> AsgiResponse:
            kept = {
                name: value
                for name, value in request.headers.items()
                if name not in {*_NOT_FORWARDED, *hidden}
            }
            response = requests.request(  # noqa: ASYNC210  (the probe sends one request at a time)
                request.method, f"{agent_url}{path}", data=request.body, headers=kept, timeout=TIMEOUT
            )
            back = {"content-type": response.headers.get("content-type", "")}
            return AsgiResponse(response.status_code, response.content, back)

    return Forwarding


def _serve(
    setup: dict[str, Any],
    rules: dict[str, Any] | None,
    mcp_url: str | None,
    agent_url: str | None,
    sender: Any,
) -> None:
    class Beside(Embedded):
        issuer_documents = AnyIssuer
        gateway_service = _gateway_before(mcp_url) if mcp_url else GatewayService
        runtime_service = _runtime_before(agent_url) if agent_url else RuntimeService

        def __init__(self, setup: Setup) -> None:
            super().__init__(setup)
            for resource in (self.state.runtime, self.state.gateway) if rules else ():
                resource["authorizerConfiguration"] = {"customJWTAuthorizer": rules}

    run(Setup(**{**setup, "faults": ()}), sender.send, owned=False, embedded_type=Beside)


@contextlib.contextmanager
def beside(
    *,
    rules: Mapping[str, Any] | None = None,
    mcp_url: str | None = None,
    agent_url: str | None = None,
    protocol: Protocol = "HTTP",
) -> Iterator[Mapping[str, Any]]:
    """Runs it during the block; yields what `local --json` prints.

    Args:
        rules: the `customJWTAuthorizer` of Runtime and Gateway; None: the embedded user pool's.
        mcp_url: the MCP server behind the Gateway; None: the embedded one.
        agent_url: the agent in the place of the Runtime's container; None: the embedded one.
        protocol: of the Runtime.
    """
    context = multiprocessing.get_context("forkserver")
    receiver, sender = context.Pipe(duplex=False)
    setup = LocalSetup(protocol=protocol).model_dump(mode="json")
    process = context.Process(
        target=_serve, args=(setup, dict(rules) if rules else None, mcp_url, agent_url, sender), daemon=True
    )
    process.start()
    sender.close()
    try:
        assert receiver.poll(START_SECONDS)
        yield receiver.recv()
    finally:
        process.terminate()
        process.join()
        receiver.close()
