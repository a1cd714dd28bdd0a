"""What the probes of a run share: the environment, what is deployed, and the callers they send as."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agentcore_probe.access.aws import SIGNING_NAME, Aws
from agentcore_probe.access.credentials import Bearer, Signed
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import gateway_url, new_session_id
from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.probes.gate import Gate
from agentcore_probe.probes.session import SessionStart
from agentcore_probe.secret import Secret

MAX_PAGES = 200
"""Pages of tools that are read by default."""

CommandRunner = Callable[[list[str], "ProbeContext", Path], "CommandOutcome"]
"""Runs a command, with a private folder for its files."""


@dataclass(frozen=True)
class CommandOutcome:
    """How the `aws` command ended."""

    status: int | None
    """None: it was killed, at its time limit or because of the size of its output."""
    stdout: str = ""
    stderr: str = ""
    too_large: bool = False

    @property
    def failed(self) -> bool:
        """Whether it ended by itself with an error."""
        return self.status not in (None, 0) and not self.too_large


@dataclass(frozen=True)
class ProbeContext:
    """The facts that the probes of a run share and do not change."""

    environment: Environment
    aws: Aws
    configuration: Configuration
    """What is deployed; without the issuers, which are still being read."""
    login: Future[Tokens | NoTokens | None]
    """The login in progress: probes that need no token do not wait for it."""
    public_keys: Callable[[], Mapping[str, Mapping[str, Any]]] = dict
    """Waits for the issuers and returns their signing keys (JWK) by `kid`."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the run is interrupted."""
    gate: Gate = field(default_factory=Gate)
    """The order of the calls to each target."""
    controls: ControlLevel = "all"
    """How many controls are sent."""
    expired_token: Secret | None = None
    """A genuine token that has expired, if the environment names one."""
    max_pages: int = MAX_PAGES
    """How many pages of tools are read."""
    session: str = field(default_factory=new_session_id)
    """The Runtime session of all calls beside the invocations, so that they start one at most."""
    session_start: SessionStart = field(default_factory=SessionStart)
    """Sends the calls that may begin it."""
    run_command: CommandRunner | None = None
    """Runs the `aws` command; None: as `aws_cli` does."""

    @property
    def tokens(self) -> Tokens | NoTokens | None:
        """The result of the login, which is waited for; None where the environment has no identity."""
        return self.login.result()

    @property
    def protocol(self) -> str:
        """The Runtime's protocol: the deployed one, else the file's, else HTTP."""
        deployed = self.configuration.runtime.protocol if self.configuration.runtime else None
        configured = self.environment.runtime.protocol if self.environment.runtime else None
        return deployed or configured or "HTTP"

    @property
    def runtime_base(self) -> str:
        """The data plane's base URL, in the file's region, by default that of the Runtime's ARN."""
        return self.aws.base_url("bedrock-agentcore")

    @property
    def gateway_url(self) -> str | None:
        """The Gateway's MCP URL, or None where it is not known."""
        return gateway_url(self.environment, self.configuration, self.aws)

    @property
    def runtime_target(self) -> str | None:
        """The Gateway's target that leads to the Runtime: the file's, else the deployed one; None where none is known."""
        configured, deployed = self.environment.gateway, self.configuration.gateway
        named = configured.runtime_target if configured is not None else None
        return named or (deployed.runtime_target if deployed is not None else None)


class Caller:
    """Sends requests without a credential; the subclasses add one."""

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with this caller's credential."""
        return outgoing


class BearerCaller(Caller):
    """Sends requests with a bearer token.

    Args:
        token: the token.
        forged: the id of the forgery, where the token was forged on purpose.
    """

    def __init__(self, token: Secret, forged: str | None = None) -> None:
        self._token = token
        self._forged = forged

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with the token."""
        return replace(outgoing, credential=Bearer(self._token), forged=self._forged)


class SigningCaller(Caller):
    """Signs each request with SigV4.

    Args:
        aws: has the credentials.
        service: the signing name.
    """

    def __init__(self, aws: Aws, service: str = SIGNING_NAME) -> None:
        self._aws, self._service = aws, service

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with a signature over its method, URL, headers and body."""
        headers = self._aws.sign(
            outgoing.method, outgoing.url, outgoing.headers, outgoing.body, self._service
        )
        return replace(outgoing, headers=headers, credential=Signed())


@dataclass(frozen=True)
class Result:
    """What a probe returns in addition to its exchanges."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    not_tried: str | None = None
    """Why nothing was sent: a cause or reason id."""
    not_applicable: str | None = None
    """Why the method does not apply to this environment: a reason id."""
    exchange: str | None = None
    """Id of the exchange that shows why nothing was sent: a failed login."""
