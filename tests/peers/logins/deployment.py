"""An embedded AgentCore that writes down which requests reached it."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.server import Embedded, run
from agentcore_probe.local.setup import Setup
from agentcore_probe.model.environment import LocalSetup
from tests.embedded import START_SECONDS
from tests.peers.beside import AnyIssuer

_SHOWN = ("client_id", "scope", "resource", "redirect_uri", "grant_type", "response_type")
"""Parameters of requests that are no secrets."""


@dataclass(frozen=True)
class Request:
    """A request that reached the embedded AgentCore, and the status of its answer."""

    service: str
    """`gateway`, `runtime`, `aws` (the authorization server), or another port."""
    method: str
    path: str
    has_token: bool
    parameters: dict[str, str]
    status: int


@dataclass(frozen=True)
class Deployment:
    """A running embedded AgentCore."""

    facts: Mapping[str, Any]
    """What `local --json` prints."""
    log: Path

    def requests(self) -> list[Request]:
        """What has reached it, in order."""
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [Request(**json.loads(line)) for line in lines]


def _parameters(request: AsgiRequest) -> dict[str, str]:
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    text = request.body.decode("utf-8", "replace") if form else request.query
    return {name: value for name, value in parse_qsl(text) if name in _SHOWN}


def _append(log: str, entry: Mapping[str, Any]) -> None:
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(entry)}\n")


def _trust(authorities: str) -> None:
    """The embedded authorization server trusts the public authorities alone, as any other would."""
    import certifi

    certifi.where = lambda: authorities


def _serve(
    setup: dict[str, Any], rules: dict[str, Any] | None, log: str, authorities: str | None, sender: Any
) -> None:
    if authorities:
        _trust(authorities)

    class Logged(Embedded):
        issuer_documents = AnyIssuer if rules else IssuerDocuments

        def __init__(self, setup: Setup) -> None:
            super().__init__(setup)
            if rules:
                self.state.gateway["authorizerConfiguration"] = {"customJWTAuthorizer": rules}

        async def _respond(self, request: AsgiRequest) -> AsgiResponse:
            response = await super()._respond(request)
            ports = {sock.getsockname()[1]: name for name, sock in self._sockets.items()}
            port = request.scope["server"][1]
            entry = {
                "service": ports.get(port, str(port)),
                "method": request.method,
                "path": request.path,
                "has_token": "authorization" in request.headers,
                "parameters": _parameters(request),
                "status": response.status,
            }
            _append(log, entry)
            return response

    run(Setup(**{**setup, "faults": tuple(setup["faults"])}), sender.send, owned=False, embedded_type=Logged)


@contextlib.contextmanager
def deployed(
    setup: LocalSetup,
    log: Path,
    rules: Mapping[str, Any] | None = None,
    authorities: Path | None = None,
) -> Iterator[Deployment]:
    """Runs an embedded AgentCore during the block.

    Args:
        setup: how it is set up.
        log: the file that gets its requests.
        rules: the `customJWTAuthorizer` of the Gateway; None: the embedded user pool's.
        authorities: the certificates that its authorization server trusts; None: the public ones.
    """
    context = multiprocessing.get_context("forkserver")
    receiver, sender = context.Pipe(duplex=False)
    chosen = (dict(rules) if rules else None, str(log), str(authorities) if authorities else None)
    arguments = (setup.model_dump(mode="json"), *chosen, sender)
    process = context.Process(target=_serve, args=arguments, daemon=True)
    process.start()
    sender.close()
    try:
        assert receiver.poll(START_SECONDS)
        yield Deployment(receiver.recv(), log)
    finally:
        process.terminate()
        process.join()
        receiver.close()
