"""What every probe of a run shares: the environment, what is deployed, and the identities at hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.credentials import Bearer, Signed
from agentcore_probe.access.identity import NoTokens, Tokens
from agentcore_probe.access.protocol import gateway_url
from agentcore_probe.access.transport import Outgoing
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Forgery
from agentcore_probe.secret import Secret


@dataclass(frozen=True)
class ProbeContext:
    """The run's shared facts. Probes read it and change nothing in it."""

    environment: Environment
    aws: Aws
    configuration: Configuration
    """What is deployed; the issuers are still being read."""
    login: Future[Tokens | NoTokens | None]
    """The login under way: rows that need no token do not wait for it."""
    public_keys: Callable[[], Mapping[str, Mapping[str, Any]]] = dict
    """Waits for the issuers and gives their signing keys (JWK) by `kid`."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the run is interrupted."""

    @property
    def tokens(self) -> Tokens | NoTokens | None:
        """What the login gave, once it has ended; None where the environment names no identity."""
        return self.login.result()

    @property
    def protocol(self) -> str:
        """The Runtime's protocol: the deployed one, else the file's, else HTTP."""
        deployed = self.configuration.runtime.protocol if self.configuration.runtime else None
        asked = self.environment.runtime.protocol if self.environment.runtime else None
        return deployed or asked or "HTTP"

    @property
    def runtime_base(self) -> str:
        """The data plane's base URL, in the region of the Runtime's ARN or the file's."""
        return self.aws.base_url("bedrock-agentcore")

    @property
    def gateway_url(self) -> str | None:
        """The Gateway's MCP URL."""
        return gateway_url(self.environment, self.configuration, self.aws)


class Caller:
    """Sends as nobody: a request without a credential."""

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with this caller's credential."""
        return outgoing


class BearerCaller(Caller):
    """Sends a bearer token.

    Args:
        token: the token.
        forged: its defect, where it was forged on purpose.
    """

    def __init__(self, token: Secret, forged: Forgery | None = None) -> None:
        self._token = token
        self._forged = forged

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with the token."""
        return replace(outgoing, credential=Bearer(self._token), forged=self._forged)


class SigningCaller(Caller):
    """Signs each request with SigV4."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with a signature over its method, URL, headers and body."""
        headers = self._aws.sign(outgoing.method, outgoing.url, outgoing.headers, outgoing.body)
        return replace(outgoing, headers=headers, credential=Signed())


@dataclass(frozen=True)
class Result:
    """What a probe found beside its exchanges."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    not_tried: str | None = None
    not_applicable: str | None = None
    exchange: str | None = None
    """The exchange that shows why nothing was tried: a failed login."""
