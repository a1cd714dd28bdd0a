"""One exchange with all that is at hand to explain it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from agentcore_probe.judge.reading import address, answer
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.judge.reading.answer import Answer
from agentcore_probe.model.configuration import Authorizer, Configuration, Issuer
from agentcore_probe.model.exchange import Exchange, TokenFacts
from agentcore_probe.model.methods import method

_OPERATIONS = {
    "InvokeAgentRuntime": "runtime",
    "StopRuntimeSession": "runtime",
    "InvokeAgentRuntimeCommand": "runtime",
    "InitiateAuth": "cognito",
    "AdminInitiateAuth": "cognito",
    "RespondToAuthChallenge": "cognito",
}


_UNSIGNED = {"InitiateAuth", "RespondToAuthChallenge"}

_MCP_CODES: frozenset[int | str] = frozenset({-32003, -32004, -32005, -32006, -32010, -32603})
_AGUI_CODES: frozenset[int | str] = frozenset({"AGENT_ERROR"})
"""What AgentCore itself puts inside a 200."""


@dataclass(frozen=True)
class Case:
    """An exchange, what is deployed as far as that is known, and the run's other exchanges."""

    exchange: Exchange
    configuration: Configuration = field(default_factory=Configuration)
    related: tuple[Exchange, ...] = ()

    @cached_property
    def answer(self) -> Answer:
        """What came back."""
        return answer.read(self.exchange.response)

    @cached_property
    def address(self) -> Address:
        """Where it went; without a URL, what the answer says about that."""
        if not self.exchange.request.url and self.answer.message:
            return address.named(self.answer.message)
        return address.read(self.exchange.request)

    @cached_property
    def service(self) -> str:
        """`runtime`, `gateway`, `cognito`, `oauth` or `other`."""
        row = method(self.exchange.id.rpartition("/")[0])
        if row is not None:
            return row.target
        if self._at_the_gateway():
            return "gateway"
        if self.exchange.request.url and self.address.service != "other":
            return self.address.service
        if self.answer.operation:
            return _OPERATIONS.get(self.answer.operation, "other")
        called = address.read(self.exchange.request).service
        return called if called != "other" or self.exchange.request.url else answer.speaker(self.answer)

    @cached_property
    def is_known(self) -> bool:
        """Whether it is known who was called: by a host of AWS's, by the deployed URL, by the run's own row.

        A path that ends in `/mcp` on a stranger's host may be anybody's. A login provider is who is asked.
        """
        return (
            not self.exchange.request.url
            or self.address.host_kind in ("data", "control", "gateway", "cognito", "loopback")
            or self.service in ("cognito", "oauth")
            or self._at_the_gateway()
            or method(self.exchange.id.rpartition("/")[0]) is not None
        )

    def _at_the_gateway(self) -> bool:
        """Whether the deployed Gateway's own URL was called: it may have a domain of its own."""
        gateway = self.configuration.gateway
        if gateway is None or not gateway.url or not self.exchange.request.url:
            return False
        return address.host_of(gateway.url) == address.host_of(self.exchange.request.url) != ""

    @cached_property
    def code(self) -> int | str | None:
        """The service's own JSON-RPC or AG-UI code; None for one that is the agent's.

        Inside a 200 only an MCP Runtime and AG-UI put errors of the service, and never a refusal
        (docs/agentcore.md section 2.1): everything else there is the agent's answer.
        """
        code, status = self.answer.rpc_code, self.answer.status
        if code is None or self.service != "runtime" or status is None or not 200 <= status < 300:
            return code
        runtime = self.configuration.runtime
        protocol = runtime.protocol if runtime else None
        if protocol in ("HTTP", "A2A"):
            return None
        known = (
            _AGUI_CODES
            if protocol == "AGUI"
            else _MCP_CODES
            if protocol == "MCP"
            else _MCP_CODES | _AGUI_CODES
        )
        return code if code in known else None

    @property
    def auth(self) -> str:
        """`bearer`, `sigv4` or `none`; botocore signs whatever it calls."""
        if "x-amz-signature=" in self.exchange.request.url.lower():
            return "sigv4"
        operation = self.answer.operation
        signed = bool(operation) and operation not in _UNSIGNED
        return "sigv4" if signed else self.exchange.request.auth

    @property
    def token(self) -> TokenFacts | None:
        """What the bearer token says about itself."""
        return self.exchange.token

    @cached_property
    def authorizer(self) -> Authorizer | None:
        """The deployed authorizer of the service that was called; None when not known."""
        return None if self.names_another else self.configuration.authorizer(self.service)

    @cached_property
    def names_another(self) -> bool:
        """Whether the URL names another Runtime or Gateway than the one whose configuration was read."""
        runtime, gateway = self.configuration.runtime, self.configuration.gateway
        if self.service == "runtime" and runtime is not None and runtime.arn:
            return self.address.names_another(runtime.arn)
        if self.service != "gateway" or gateway is None or self.address.host_kind != "gateway":
            return False  # a domain of its own says nothing
        known = address.host_of(gateway.url or "") or f"{gateway.id}."
        return bool(gateway.url or gateway.id) and not address.host_of(self.exchange.request.url).startswith(
            known
        )

    @cached_property
    def issuer(self) -> Issuer | None:
        """The issuer that the deployed authorizer trusts."""
        jwt = self.authorizer.jwt if self.authorizer else None
        return self.configuration.issuer_of(jwt)

    @cached_property
    def now(self) -> datetime | None:
        """When it happened, by the service's clock (`Date`) where there is one."""
        response = self.exchange.response
        date = response.header("date") if response else None
        if date:
            # It takes 30 ms to import, and `explain` mostly needs no time.
            from email.utils import parsedate_to_datetime

            try:
                return parsedate_to_datetime(date).astimezone(UTC)
            except (ValueError, TypeError, OverflowError):
                pass
        return self.exchange.request.at
