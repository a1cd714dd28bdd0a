"""Starts the embedded AgentCore: four sockets on loopback, one event loop, until it is told to stop."""

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
from dataclasses import dataclass, replace
from typing import Any, Protocol

import uvicorn

from agentcore_probe.local import faults
from agentcore_probe.local import wire_faults
from agentcore_probe.local.moto_backend import USER, seed
from agentcore_probe.local.services.control import ControlService
from agentcore_probe.local.services.gateway import GatewayService
from agentcore_probe.local.services.identity import IdentityService
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.services.runtime import RuntimeService
from agentcore_probe.local.backends import Backends
from agentcore_probe.local.asgi import AsgiResponse, AsgiRequest, Receive, Scope, Send, read_request
from agentcore_probe.local.state import (
    ACCOUNT,
    GATEWAY_ID,
    REGION,
    RUNTIME_ARN,
    Addresses,
    State,
    deploy,
)


LATE_SECONDS = 0.5
"""How late the fault `answers-late` makes every response."""


@dataclass(frozen=True)
class Setup:
    """How the embedded AgentCore is set up."""

    runtime_authorizer: str = "jwt"
    gateway_authorizer: str = "jwt"
    protocol: str = "HTTP"
    faults: tuple[str, ...] = ()


class Service(Protocol):
    """Answers the calls of one port."""

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The answer to `request`."""


class Embedded:
    """Everything that runs: the state, moto, the doors and their sockets."""

    def __init__(self, setup: Setup) -> None:
        self._sockets = {name: _listening() for name in ("runtime", "control", "gateway", "aws")}
        addresses = Addresses(**{name: _url(sock) for name, sock in self._sockets.items()})
        self.backend = seed()
        self.state = deploy(
            State(addresses, self.backend.pool.id, self.backend.client.id, setup.protocol),
            runtime_authorizer=setup.runtime_authorizer,
            gateway_authorizer=setup.gateway_authorizer,
        )
        faults.apply(setup.faults, self.state, self.backend)
        self._set_up_wire_fault()
        self._services: dict[int, Service] = {}

    def _set_up_wire_fault(self) -> None:
        """A socket of its own in the data plane's place, where a fault asks for one."""
        self._wire_fault_socket = _listening() if self.state.wire_fault else None
        if self._wire_fault_socket is not None and self.state.wire_fault is not None:
            where = wire_faults.url(self.state.wire_fault, self._wire_fault_socket.getsockname()[1])
            self.state.addresses = replace(self.state.addresses, runtime=where)

    def _create_services(self, backends: Backends) -> dict[int, Service]:
        permissions = Permissions(self.state, self.backend)
        services: dict[str, Service] = {
            "runtime": RuntimeService(self.state, permissions, backends.agent),
            "control": ControlService(self.state, permissions),
            "gateway": GatewayService(self.state, permissions, backends.gateway),
            "aws": IdentityService(self.state, self.backend),
        }
        return {self._sockets[name].getsockname()[1]: service for name, service in services.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application: the port says which door it is."""
        if scope["type"] != "http":
            return
        request = await read_request(scope, receive)
        response = await self._services[scope["server"][1]].respond(request)
        if "answers-late" in self.state.service_faults:
            await asyncio.sleep(LATE_SECONDS)
        await response.send(send, self.state.now)

    async def serve(self, ready: Callable[[], None], stopped: Callable[[], Awaitable[None]]) -> None:
        """Serves until `stopped` returns, or SIGINT or SIGTERM arrives."""
        config = uvicorn.Config(
            self,
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
            timeout_keep_alive=60,
        )
        server = _Server(config)
        if self._wire_fault_socket is not None and self.state.wire_fault is not None:
            self._server = await wire_faults.serve(self.state.wire_fault, self._wire_fault_socket)
        backends = Backends(self.state)
        self._services = self._create_services(backends)
        serving = asyncio.create_task(server.serve(list(self._sockets.values())))
        while not server.started:  # noqa: ASYNC110  (uvicorn tells it by this attribute only)
            await asyncio.sleep(0.005)
        ready()
        await backends.run(stopped)
        # Its own way to end waits for the next tenth of a second; whoever called has gone.
        serving.cancel()

    def client_facts(self) -> dict[str, Any]:
        """Everything that a client needs, test credentials included."""
        state, backend = self.state, self.backend
        return {
            "region": REGION,
            "account": ACCOUNT,
            "endpoints": {
                "bedrock-agentcore": state.addresses.runtime,
                "bedrock-agentcore-control": state.addresses.control,
                "cognito-idp": state.addresses.aws,
                "sts": state.addresses.aws,
                "iam": state.addresses.aws,
            },
            "runtime": {"arn": RUNTIME_ARN, "qualifier": "DEFAULT", "protocol": state.protocol},
            "gateway": {"id": GATEWAY_ID, "url": state.addresses.gateway_url},
            "identity": {
                "pool_id": state.pool_id,
                "discovery_url": state.discovery_url,
                "token_endpoint": f"{state.addresses.aws}/oauth2/token",
                "client_id": backend.client.id,
                "username": USER,
                "password": backend.password,
                "machine_client_id": backend.machine.id,
                "machine_client_secret": backend.machine.secret,
            },
            "aws": {
                "access_key_id": backend.iam_user.access_key_id,
                "secret_access_key": backend.iam_user.secret_access_key,
                "session_token": state.expired_session,
            },
        }


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the process's owner decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def run(setup: Setup, announce: Callable[[dict[str, Any]], None], *, owned: bool) -> None:
    """Runs the embedded AgentCore until it is interrupted.

    Args:
        setup: how it is set up.
        announce: told everything that a client needs, when it is ready.
        owned: also stop at the end of standard input: the process that started it has ended.
    """
    logging.disable(logging.CRITICAL)
    embedded = Embedded(setup)
    asyncio.run(_until_stopped(embedded, announce, owned))
    sys.stdout.flush()
    # moto and the SDKs leave threads behind that would be waited for; nothing is left to save.
    os._exit(0)


async def _until_stopped(embedded: Embedded, announce: Callable[[dict[str, Any]], None], owned: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if owned:
        loop.add_reader(sys.stdin.fileno(), lambda: os._exit(0) if not os.read(0, 1024) else None)
    await embedded.serve(lambda: announce(embedded.client_facts()), _waiter(stop))


def _waiter(stop: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def stopped() -> None:
        await stop.wait()

    return stopped


def _listening() -> socket.socket:
    # The protocol is named: with 0, asyncio leaves TCP_NODELAY off and each answer takes 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    sock.listen(512)
    return sock


def _url(sock: socket.socket) -> str:
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


def main() -> None:
    """The child process of `local.process`: setup as JSON in the first argument, ready line on stdout."""
    given = json.loads(sys.argv[1])
    # Its parts load while it answers: short turns, and no looking for garbage that loading does not make.
    sys.setswitchinterval(0.001)
    gc.set_threshold(10_000)
    setup = Setup(**{**given, "faults": tuple(given["faults"])})
    unknown = [name for name in setup.faults if name not in faults.FAULTS]
    if unknown:
        print(json.dumps({"unknown_fault": unknown[0], "known": list(faults.FAULTS)}), flush=True)
        return
    run(setup, lambda told: print(json.dumps(told), flush=True), owned=True)


if __name__ == "__main__":
    main()
