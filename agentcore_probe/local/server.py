"""Runs the embedded AgentCore: four sockets on loopback, one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol

from agentcore_probe.local.sdk_imports import LATE_IMPORTS

LATE_IMPORTS.install()

from uvicorn.config import Config
from uvicorn.server import Server

from agentcore_probe.local import faults
from agentcore_probe.local import wire_faults
from agentcore_probe.local.account import create_account
from agentcore_probe.local.client_facts import client_facts
from agentcore_probe.local.listening import listen, url_of
from agentcore_probe.local.login.app_client import allow_login
from agentcore_probe.local.moto_backend import MotoBackend, seed
from agentcore_probe.local.resources import deploy, deploy_further
from agentcore_probe.local.services.control import ControlService
from agentcore_probe.local.services.gateway import GatewayService
from agentcore_probe.local.services.harness import HarnessService
from agentcore_probe.local.services.data_plane import DataPlane
from agentcore_probe.local.services.identity import IdentityService
from agentcore_probe.local.services.inventory import Inventory
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.services.registry import RegistryService
from agentcore_probe.local.services.runtime import RuntimeService
from agentcore_probe.local.services.session_endpoint import SessionEndpointService
from agentcore_probe.local.services.aws_apis import AwsApis
from agentcore_probe.local.services.stacks import StackService
from agentcore_probe.local.services.user_pool import NewerUserPool
from agentcore_probe.local.backends import Backends
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.error_responses import aws_error, unknown_operation
from agentcore_probe.local.foreign_callers import foreign_caller_refusal
from agentcore_probe.local.services.sockets import Conversation, Sockets, refuse
from agentcore_probe.local.asgi import (
    AsgiRequest,
    AsgiResponse,
    Receive,
    Scope,
    Send,
    handshake_of,
    read_request,
)
from agentcore_probe.local.state import (
    Addresses,
    State,
)
from agentcore_probe.local.setup import Setup, engine_of


class HttpService(Protocol):
    """Responds to the requests of one port."""

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response to `request`."""


class Embedded:
    """The embedded AgentCore: state, moto, services and their sockets.

    Args:
        setup: authorizers, protocol and faults.
    """

    issuer_documents: type[IssuerDocuments] = IssuerDocuments
    gateway_service: type[GatewayService] = GatewayService
    runtime_service: type[RuntimeService] = RuntimeService

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        optional = {"session": setup.allowed_ports, "registry": setup.registry}
        names = (
            "runtime",
            "control",
            "gateway",
            "aws",
            *(name for name, wanted in optional.items() if wanted),
        )
        self._sockets = {name: listen() for name in names}
        self._further_gateways = [listen() for _ in range(1, setup.gateways)]
        addresses = Addresses(**{name: url_of(sock) for name, sock in self._sockets.items()})
        self.backend = seed()
        self.state = deploy(
            _initial_state(setup, addresses, self.backend),
            runtime_authorizer=setup.runtime_authorizer,
            gateway_authorizer=setup.gateway_authorizer,
        )
        if setup.policy_mode is not None:
            self.state.policy_engine = engine_of(setup, self.state.gateway["gatewayArn"])
        deploy_further(self.state, harness_authorizer=setup.harness, registry_authorizer=setup.registry)
        self._status_socket: socket.socket | None = None
        if setup.runtime_target is not None:
            self._lead_to_runtime(setup.runtime_target)
        self._callers: dict[str, dict[str, str]] | None = None
        if setup.identities:
            from agentcore_probe.local.callers import add_callers

            self._callers = add_callers(self.state, self.backend)
        if setup.allowed_ports:
            self.state.runtime["allowedPorts"] = [{"port": port} for port in setup.allowed_ports]
        if setup.login_server is not None:
            allow_login(self.backend)
        faults.apply(setup.faults, self.state, self.backend)
        if setup.login_server is not None:
            self.backend.issue_as(self.state.issuer)  # of which a fault can change the form
        self._services: dict[int, HttpService] = {}
        self._wire_fault_socket = self._replace_data_plane()

    def _lead_to_runtime(self, credential: str) -> None:
        """Replaces the Gateway's tools by targets that lead to the Runtime, and to a web service on its own port."""
        from agentcore_probe.local.targets import lead_to_runtime

        has_passthrough = bool(self._setup.passthrough_target)
        if has_passthrough:
            self._status_socket = listen()
            self.state.status_service = url_of(self._status_socket)
        lead_to_runtime(
            self.state,
            self.backend,
            credential,
            is_bound=bool(self._setup.workload_binding),
            has_passthrough=has_passthrough,
        )

    def _replace_data_plane(self) -> socket.socket | None:
        """The socket of a wire fault, whose URL becomes the data plane's; None without a wire fault."""
        if self.state.wire_fault is None:
            return None
        sock = listen()
        url = wire_faults.url(self.state.wire_fault, sock.getsockname()[1])
        self.state.addresses = replace(self.state.addresses, runtime=url)
        return sock

    def _create_services(self, backends: Backends) -> dict[int, HttpService]:
        setup = self._setup
        gateway_urls = [url_of(sock) for sock in self._further_gateways]
        account = create_account(self.state, setup.runtimes, gateway_urls, setup.harnesses)
        permissions = Permissions(self.state, self.backend)
        documents = self.issuer_documents(self.state)
        runtimes = [
            self.runtime_service(state, permissions, documents, backends.agent) for state in account.runtimes
        ]
        sockets = [
            Sockets(state, runtime, backends.agent)
            for state, runtime in zip(account.runtimes, runtimes, strict=True)
        ]
        gateways = [
            self.gateway_service(state, permissions, documents, backends.gateway)
            for state in account.gateways
        ]
        by_socket: list[tuple[socket.socket, HttpService]] = []
        if setup.runtime_target is not None:
            from agentcore_probe.local.services.forwarding import Forwarding

            gateways[0].forwarding = Forwarding(self.state, self.backend)
        if self._status_socket is not None:
            from agentcore_probe.local.services.status import StatusService

            by_socket.append((self._status_socket, StatusService()))
        is_newer = setup.cognito == "2026"
        newer_pool = (
            NewerUserPool(self.backend, permissions, self.state, publishes_secrets=is_newer)
            if is_newer or setup.login_server is not None
            else None
        )
        stacks = StackService(setup.stack, self.state, permissions)
        apis = AwsApis(self.backend, permissions, stacks, newer_pool)
        harness = None
        if account.harnesses:
            harness = HarnessService(self.state, account.harnesses, permissions, documents)
        services: dict[str, HttpService] = {
            "runtime": DataPlane(list(zip(runtimes, sockets, strict=True)), harness),
            "control": ControlService(Inventory(account), permissions),
            "gateway": gateways[0],
            "aws": IdentityService(self.state, self.backend, documents, apis),
        }
        if "session" in self._sockets:
            services["session"] = SessionEndpointService(runtimes[0], backends.agent)
        if self.state.registry is not None:
            services["registry"] = RegistryService(self.state, permissions, documents, backends.registry)
        by_socket += [
            *((self._sockets[name], service) for name, service in services.items()),
            *zip(self._further_gateways, gateways[1:], strict=True),
        ]
        return {sock.getsockname()[1]: service for sock, service in by_socket}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI app: dispatches to a service by port."""
        if scope["type"] == "websocket":
            await self._shake_hands(scope, receive, send)
        if scope["type"] != "http":
            return
        request = await read_request(scope, receive)
        response = foreign_caller_refusal(request) or await self._respond(request)
        await asyncio.sleep(self.state.response_delay)
        await response.send(send, self.state.now)

    async def _shake_hands(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the handshake of a WebSocket, which only the data plane has, and lets the conversation begin."""
        handshake = handshake_of(scope)
        service = self._services.get(scope["server"][1])
        answer: AsgiResponse | Conversation = (
            service.answer(handshake) if isinstance(service, DataPlane) else unknown_operation()
        )
        answer = foreign_caller_refusal(handshake) or answer
        await asyncio.sleep(self.state.response_delay)
        if isinstance(answer, AsgiResponse):
            await refuse(answer, send, self.state)
        else:
            await answer(scope, receive, send)

    async def _respond(self, request: AsgiRequest) -> AsgiResponse:
        """The service's response; a 503 where the embedded AgentCore itself fails, which says nothing about a caller."""
        try:
            return await self._services[request.scope["server"][1]].respond(request)
        except Exception as error:  # noqa: BLE001  (moto, the agent and the MCP server may raise anything)
            message = f"The embedded AgentCore failed: {type(error).__name__}"
            return aws_error(503, "ServiceUnavailableException", message)

    async def serve(
        self, announce: Callable[[], None], wait_for_stop: Callable[[], Awaitable[object]]
    ) -> None:
        """Serves until `wait_for_stop` returns.

        Args:
            announce: called once, when the services listen.
            wait_for_stop: returns when the server must stop.
        """
        config = Config(
            self,
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            ws=_WEBSOCKETS,
            ws_max_size=_FRAME_BYTES,
            timeout_keep_alive=60,
        )
        server = _Server(config)
        if self._wire_fault_socket is not None and self.state.wire_fault is not None:
            self._wire_fault_server = await wire_faults.serve(self.state.wire_fault, self._wire_fault_socket)
        backends = Backends(self.state)
        self._services = self._create_services(backends)
        sockets = [*self._sockets.values(), *self._further_gateways]
        if self._status_socket is not None:
            sockets.append(self._status_socket)
        serving = asyncio.create_task(server.serve(sockets))
        while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.005)
        announce()
        await backends.run(wait_for_stop)
        # uvicorn's own shutdown takes up to a tenth of a second, and no client is waiting.
        serving.cancel()

    def client_facts(self) -> dict[str, Any]:
        """What a client needs, test credentials included: the content of `local --json`."""
        return client_facts(self.state, self.backend, self._callers)


def _initial_state(setup: Setup, addresses: Addresses, backend: MotoBackend) -> State:
    features = None if setup.login_server is None else frozenset(setup.login_server)
    return State(addresses, backend.pool.id, backend.client.id, setup.protocol, login_server=features)


_FRAME_BYTES = 65_536
"""docs/agentcore.md section 1.3."""


def _websocket_protocol(*arguments: Any, **settings: Any) -> asyncio.Protocol:
    """uvicorn's WebSocket protocol, which is imported when the first handshake comes."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    return WebSocketsSansIOProtocol(*arguments, **settings)


_WEBSOCKETS: Any = _websocket_protocol
"""Where uvicorn expects a class: it only calls it."""


class _Server(Server):
    """uvicorn without its own signal handlers: `run` handles the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def run(
    setup: Setup,
    announce: Callable[[dict[str, Any]], None],
    *,
    owned: bool,
    embedded_type: type[Embedded] = Embedded,
) -> None:
    """Runs the embedded AgentCore until SIGINT or SIGTERM, then exits the process.

    Args:
        setup: authorizers, protocol and faults.
        announce: called with `Embedded.client_facts()` when it is ready.
        owned: also exit at the end of standard input, which means that the parent process has exited.
        embedded_type: a subclass has other issuers or another Gateway.
    """
    logging.disable(logging.CRITICAL)
    embedded = embedded_type(setup)
    asyncio.run(_until_stopped(embedded, announce, owned))
    sys.stdout.flush()
    # A normal exit would wait for threads of moto and the SDKs, and there is nothing to save.
    os._exit(0)


async def _until_stopped(embedded: Embedded, announce: Callable[[dict[str, Any]], None], owned: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if owned:
        loop.add_reader(sys.stdin.fileno(), lambda: os._exit(0) if not os.read(0, 1024) else None)
    await embedded.serve(lambda: announce(embedded.client_facts()), stop.wait)


def main() -> None:
    """The child process of `local.process`: reads its setup from the first argument, prints its facts as JSON."""
    arguments = json.loads(sys.argv[1])
    is_detached = arguments.pop("is_detached")
    # SDKs load in a thread while it serves: switch threads often. Imports make no garbage: `Backends` collects it afterwards.
    sys.setswitchinterval(0.001)
    gc.set_threshold(10_000)
    gc.disable()
    setup = Setup(**{**arguments, "faults": tuple(arguments["faults"])})
    unknown = [name for name in setup.faults if name not in faults.FAULTS]
    if unknown:
        print(json.dumps({"unknown_fault": unknown[0], "known_faults": list(faults.FAULTS)}), flush=True)
        return
    run(setup, lambda facts: print(json.dumps(facts), flush=True), owned=not is_detached)


if __name__ == "__main__":
    main()
