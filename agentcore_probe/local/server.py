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
from agentcore_probe.local.services.control import ControlDoor
from agentcore_probe.local.services.gateway import GatewayDoor
from agentcore_probe.local.services.identity import IdentityDoor
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.services.runtime import RuntimeDoor
from agentcore_probe.local.backends import Parts
from agentcore_probe.local.asgi import Answer, Call, Receive, Scope, Send, read_call
from agentcore_probe.local.state import (
    ACCOUNT,
    GATEWAY_ID,
    REGION,
    RUNTIME_ARN,
    Addresses,
    World,
    deploy,
)


LATE_SECONDS = 0.5
"""How late the fault `answers-late` makes every answer."""


@dataclass(frozen=True)
class Setup:
    """How the embedded AgentCore is set up."""

    runtime_authorizer: str = "jwt"
    gateway_authorizer: str = "jwt"
    protocol: str = "HTTP"
    faults: tuple[str, ...] = ()


class Door(Protocol):
    """Answers the calls of one port."""

    async def answer(self, call: Call) -> Answer:
        """The answer to `call`."""


class Embedded:
    """Everything that runs: the world, moto, the doors and their sockets."""

    def __init__(self, setup: Setup) -> None:
        self._sockets = {name: _listening() for name in ("runtime", "control", "gateway", "aws")}
        addresses = Addresses(**{name: _url(sock) for name, sock in self._sockets.items()})
        self.cloud = seed()
        self.world = deploy(
            World(addresses, self.cloud.pool.id, self.cloud.client.id, setup.protocol),
            runtime_authorizer=setup.runtime_authorizer,
            gateway_authorizer=setup.gateway_authorizer,
        )
        faults.apply(setup.faults, self.world, self.cloud)
        self._put_misbehaviour()
        self._doors: dict[int, Door] = {}

    def _put_misbehaviour(self) -> None:
        """A socket of its own in the data plane's place, where a fault asks for one."""
        self._misbehaving = _listening() if self.world.wire else None
        if self._misbehaving is not None and self.world.wire is not None:
            where = wire_faults.url(self.world.wire, self._misbehaving.getsockname()[1])
            self.world.addresses = replace(self.world.addresses, runtime=where)

    def _open_doors(self, parts: Parts) -> dict[int, Door]:
        permissions = Permissions(self.world, self.cloud)
        doors: dict[str, Door] = {
            "runtime": RuntimeDoor(self.world, permissions, parts.agent),
            "control": ControlDoor(self.world, permissions),
            "gateway": GatewayDoor(self.world, permissions, parts.gateway),
            "aws": IdentityDoor(self.world, self.cloud),
        }
        return {self._sockets[name].getsockname()[1]: door for name, door in doors.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application: the port says which door it is."""
        if scope["type"] != "http":
            return
        call = await read_call(scope, receive)
        answer = await self._doors[scope["server"][1]].answer(call)
        if "answers-late" in self.world.behaviour:
            await asyncio.sleep(LATE_SECONDS)
        await answer.send(send, self.world.now)

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
        if self._misbehaving is not None and self.world.wire is not None:
            self._server = await wire_faults.serve(self.world.wire, self._misbehaving)
        parts = Parts(self.world)
        self._doors = self._open_doors(parts)
        serving = asyncio.create_task(server.serve(list(self._sockets.values())))
        while not server.started:  # noqa: ASYNC110  (uvicorn tells it by this attribute only)
            await asyncio.sleep(0.005)
        ready()
        await parts.run(stopped)
        # Its own way to end waits for the next tenth of a second; whoever called has gone.
        serving.cancel()

    def told(self) -> dict[str, Any]:
        """Everything that a client needs, test credentials included."""
        world, cloud = self.world, self.cloud
        return {
            "region": REGION,
            "account": ACCOUNT,
            "endpoints": {
                "bedrock-agentcore": world.addresses.runtime,
                "bedrock-agentcore-control": world.addresses.control,
                "cognito-idp": world.addresses.aws,
                "sts": world.addresses.aws,
                "iam": world.addresses.aws,
            },
            "runtime": {"arn": RUNTIME_ARN, "qualifier": "DEFAULT", "protocol": world.protocol},
            "gateway": {"id": GATEWAY_ID, "url": world.addresses.gateway_url},
            "identity": {
                "pool_id": world.pool_id,
                "discovery_url": world.discovery_url,
                "token_endpoint": f"{world.addresses.aws}/oauth2/token",
                "client_id": cloud.client.id,
                "username": USER,
                "password": cloud.password,
                "machine_client_id": cloud.machine.id,
                "machine_client_secret": cloud.machine.secret,
            },
            "aws": {
                "access_key_id": cloud.caller.access_key_id,
                "secret_access_key": cloud.caller.secret_access_key,
                "session_token": world.expired_session,
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
    await embedded.serve(lambda: announce(embedded.told()), _waiter(stop))


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
