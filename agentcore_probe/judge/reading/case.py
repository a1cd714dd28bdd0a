"""One exchange with everything that may explain it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from agentcore_probe.judge.reading import address, answer
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.judge.reading.answer import Answer
from agentcore_probe.judge.reading.operations import sender_by_action, sender_by_operation
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.judge.reading.senders import Sender, sender_by_host, sender_by_usual_words
from agentcore_probe.model.configuration import (
    Advertised,
    Authorizer,
    Configuration,
    GatewayConfiguration,
    Issuer,
)
from agentcore_probe.model.exchange import CALLS, Exchange, Purpose, TokenFacts
from agentcore_probe.model.methods import method
from agentcore_probe.model.once import lazy
from agentcore_probe.model.sentence import FoundSentence

_OPERATIONS = {
    "InvokeAgentRuntime": "runtime",
    "StopRuntimeSession": "runtime",
    "InvokeAgentRuntimeCommand": "runtime",
    "InvokeAgentRuntimeCommandShell": "runtime",
    "InvokeAgentRuntimeWithWebSocketStream": "runtime",
    "InvokeAgentRuntimeWithWebSocketStreamForUser": "runtime",
    "InvokeAgentRuntimeForUser": "runtime",
    "InvokeAgentRuntimeProxy": "runtime",
    "InvokeHarness": "runtime",
    "GetAgentCard": "runtime",
    "InvokeGateway": "gateway",
    "InitiateAuth": "cognito",
    "AdminInitiateAuth": "cognito",
    "RespondToAuthChallenge": "cognito",
    "GetClientToken": "cognito",
    "GetDerivedToken": "cognito",
    "GetTokensFromRefreshToken": "cognito",
}
"""The service of an AWS operation."""
_SERVICES: dict[Purpose, str] = {
    "runtime": "runtime",
    "gateway": "gateway",
    "harness": "runtime",
    "registry": "gateway",
    "login": "cognito",
    "token": "oauth",
    "authorization": "oauth",
}
"""The service of a request by its recorded purpose."""
_UNSIGNED = {
    "InitiateAuth",
    "RespondToAuthChallenge",
    "GetClientToken",
    "GetDerivedToken",
    "GetTokensFromRefreshToken",
}

A2A_METHODS = frozenset(
    {"message/send", "message/stream", "tasks/get", "tasks/cancel", "tasks/resubscribe"}
    | {"SendMessage", "SendStreamingMessage", "GetTask", "ListTasks", "CancelTask", "SubscribeToTask"}
)
"""Methods of A2A 0.3 and 1.0."""
_A2A_CODES: frozenset[int | str] = frozenset({*range(-32056, -32050), *range(-32506, -32500)})
"""AgentCore's own error codes on an A2A Runtime, now and in older documents."""
_MCP_CODES: frozenset[int | str] = frozenset({-32003, -32004, -32005, -32006, -32010, -32603})
_AGUI_CODES: frozenset[int | str] = frozenset({"AGENT_ERROR"})
"""AgentCore's own error codes inside a 200."""


@dataclass(frozen=True)
class Case:
    """An exchange, what is known of the deployed configuration, and the run's other exchanges."""

    exchange: Exchange
    configuration: Configuration = field(default_factory=Configuration)
    related: Related = Related()  # noqa: RUF009  (immutable)
    url_only: bool = False
    """Whether a pasted text shows the request's URL alone, so that nothing is known of its credential."""
    program: str = ""
    """The kind of client that wrote a pasted text, where it has a way of its own to show more: `curl`, `python`."""
    head_only: bool = False
    """Whether a pasted text ends in the answer's head, so that headers may be missing."""
    status_only: bool = False
    """Whether a pasted text shows the answer's status alone, so that nothing is known of its body."""
    sentence: FoundSentence | None = None
    """The sentence of a pasted text that decides, where no answer shows more."""

    @lazy
    def answer(self) -> Answer:
        """The content of the response."""
        read = answer.read(self.exchange.response)
        row = self.sentence.row if self.sentence is not None else None
        if row is None or read.error_type or read.status is not None:
            return read
        return replace(read, error_type=row.error_type)  # where neither shows it, the service's sentence does

    @lazy
    def address(self) -> Address:
        """Where the request went; without a URL, according to the answer's message."""
        request = self.exchange.request
        if request.url:
            return address.read(request)
        named = address.read_from_message(self.answer.message) if self.answer.message else None
        if self.is_command and (named is None or named.identifier is None):
            return address.read_from_command(request.body or "")
        return named or address.read(request)

    @property
    def is_command(self) -> bool:
        """Whether it is a call of the AWS CLI, which is recorded as its command line."""
        return not self.exchange.request.url and self.exchange.request.method == "aws"

    @lazy
    def service(self) -> str:
        """`runtime`, `gateway`, `cognito`, `oauth` or `other`: what it was for, if the run recorded that."""
        if self.exchange.purpose is not None:
            return _SERVICES.get(self.exchange.purpose, "other")
        access_method = method(self.exchange.id.rpartition("/")[0])
        if access_method is not None:
            return _SERVICES[access_method.target]
        if self._is_at_gateway():
            return "gateway"
        if self.exchange.request.url and self.address.service != "other":
            return self.address.service
        if self.answer.operation:
            return _OPERATIONS.get(self.answer.operation, "other")
        service = address.read(self.exchange.request).service
        if service != "other" or (self.exchange.request.url and not self.answer.is_agentcores_sentence):
            return service
        return answer.guess_service(self.answer)

    @lazy
    def target(self) -> str:
        """Whose authorizer is asked: `harness` or `registry`, which share the forms of another service; else `service`."""
        if self.service == "runtime" and (self.address.is_harness or self._is_harness_by_its_words()):
            return "harness"
        row = method(self.exchange.id.rpartition("/")[0])
        if row is not None:
            return row.target
        metadata = self.answer.challenge.get("resource_metadata", "")
        is_registry = self.address.host_kind == "registry" or "//agent-registry." in metadata
        return "registry" if is_registry else self.service

    def _is_harness_by_its_words(self) -> bool:
        """Whether an answer whose call is not known calls itself a harness's."""
        return not self.exchange.request.url and self.answer.message_matches(r"^This harness requires ")

    @property
    def gateway(self) -> GatewayConfiguration | None:
        """What is deployed of the Gateway; None for a call of a registry, which speaks MCP as well."""
        return None if self.target == "registry" else self.configuration.gateway

    @lazy
    def sender(self) -> Sender | None:
        """Who answered, where it is known that it was neither Runtime nor Gateway nor the login that was called.

        By what the answer says of itself, else by its operation, else by the host. A message that only AgentCore
        writes is AgentCore's, whoever passed it on.
        """
        if self.answer.sender is not None or self.answer.is_agentcores_sentence:
            return self.answer.sender
        if self.exchange.purpose not in (None, *CALLS) or self.service in ("cognito", "oauth"):
            return None
        if self.answer.operation:
            return sender_by_operation(self.answer.operation)
        if not self.exchange.request.url:
            return sender_by_action(self.answer.message) or self._usual_sender
        if self.address.path.startswith("/identities/"):
            return Sender(id="aws-api", name="AgentCore Identity", is_aws=True)
        if self.is_deployed or "bedrock-agentcore" in (self.answer.challenge.get("resource_metadata") or ""):
            return None
        if self.address.host_kind == "aws" and not self.address.on_data_path:
            return Sender(id="aws-api", name=self.address.host, is_aws=True)
        return sender_by_host(self.address.host)

    @property
    def _usual_sender(self) -> Sender | None:
        """Who usually says just these words, where nothing but a body is known."""
        response = self.exchange.response
        if response is None or response.headers or len(self.answer.objects) != 1:
            return None
        return sender_by_usual_words(self.answer.objects[0])

    @lazy
    def is_error(self) -> bool:
        """Whether the answer is an error, by its status or, where that is not known, by its content."""
        status = self.answer.status
        if status is not None:
            return status >= 400
        return bool(self.answer.error_type or self.answer.message or self.answer.failed)

    @lazy
    def is_deployed(self) -> bool:
        """Whether the run's method or the deployed Gateway's URL shows which service was called."""
        return self._is_at_gateway() or method(self.exchange.id.rpartition("/")[0]) is not None

    @lazy
    def is_control(self) -> bool:
        """Whether it is a call of the run that should be refused; a pasted one without a credential is not known to be."""
        row = method(self.exchange.id.rpartition("/")[0])
        return self.exchange.must_be_refused or (row is not None and row.control)

    @lazy
    def is_known(self) -> bool:
        """Whether it is known which service was called: by its AWS host, the deployed URL, or the run's method.

        A path that ends in `/mcp` on another host may belong to any server. A login provider counts as known.
        """
        return (
            not self.exchange.request.url
            or self.address.host_kind
            in ("data", "control", "gateway", "registry", "session", "cognito", "loopback")
            or self.service in ("cognito", "oauth")
            or self.is_deployed
        )

    @lazy
    def is_at_unknown_host(self) -> bool:
        """Whether neither the URL nor the answer shows that AgentCore is behind the host that was called."""
        answer = self.answer
        if self.is_known or answer.from_aws is True or answer.is_agentcores_sentence:
            return False
        if "/runtimes/" in self.address.path or answer.rpc_code is not None:
            return False
        return not answer.challenge or answer.from_aws is False

    def _is_at_gateway(self) -> bool:
        """Whether the deployed Gateway's URL was called, which may have a custom domain."""
        gateway = self.configuration.gateway
        if gateway is None or not gateway.url or not self.exchange.request.url:
            return False
        return address.host_of(gateway.url) == address.host_of(self.exchange.request.url) != ""

    @lazy
    def code(self) -> int | str | None:
        """The service's own JSON-RPC or AG-UI code; None for one of the agent's.

        Only an MCP Runtime and AG-UI report errors of the service inside a 200, and never a refusal
        (docs/agentcore.md section 2.1): everything else there is the agent's answer.
        """
        code, status = self.answer.rpc_code, self.answer.status
        if self.speaks_a2a and code not in _A2A_CODES:
            return None  # A2A has its own meanings of MCP's codes
        if code is None or self.service != "runtime" or status is None or not 200 <= status < 300:
            return code
        runtime = self.configuration.runtime
        protocol = runtime.protocol if runtime else None
        if protocol in ("HTTP", "A2A") or self.speaks_a2a:
            return None
        service_codes = {"AGUI": _AGUI_CODES, "MCP": _MCP_CODES}.get(protocol or "", _MCP_CODES | _AGUI_CODES)
        return code if code in service_codes else None

    @lazy
    def speaks_a2a(self) -> bool:
        """Whether the exchange is A2A's, by what is deployed, the request or the domain of the error's data."""
        runtime, request = self.configuration.runtime, self.exchange.request
        if self.service != "runtime" or (runtime is not None and runtime.protocol not in (None, "A2A")):
            return False
        if runtime is not None and runtime.protocol == "A2A":
            return not self.names_another
        if request.header("a2a-version") or str(request.fields.get("method")) in A2A_METHODS:
            return True
        response = self.exchange.response
        return response is not None and "a2a-protocol.org" in response.body

    @property
    def auth(self) -> str:
        """`bearer`, `sigv4` or `none`; botocore signs almost every call."""
        if "x-amz-signature=" in self.exchange.request.url.lower():
            return "sigv4"
        operation = self.answer.operation
        signed = bool(operation) and operation not in _UNSIGNED
        return "sigv4" if signed else self.exchange.request.auth

    @property
    def token(self) -> TokenFacts | None:
        """The unverified header and claims of the bearer token."""
        return self.exchange.token

    @lazy
    def entrance(self) -> str:
        """The entrance that was called, by the run's method; empty for a pasted exchange."""
        row = method(self.exchange.id.rpartition("/")[0])
        return row.entrance if row is not None else ""

    @lazy
    def is_of_runtime_behind(self) -> bool:
        """Whether a Gateway passes on a refusal of the Runtime behind it, by its challenge or its words.

        See docs/agentcore.md section 11.10.
        """
        if self.service != "gateway":
            return False
        names_runtime = "/runtimes/" in self.answer.challenge.get("resource_metadata", "")
        is_at_target = self.address.path.rstrip("/").endswith("/invocations")
        return names_runtime or (
            is_at_target and self.answer.message_matches(r"authorization method mismatch")
        )

    @lazy
    def authorizer(self) -> Authorizer | None:
        """The deployed authorizer of the target that was called, or of the one that answered; None if not known."""
        if self.is_of_runtime_behind:
            return self.configuration.authorizer("runtime")
        if self.names_another:
            return None
        is_described = self.target != "harness" or self.configuration.harness is not None
        # A case file may describe what a harness has as that of a Runtime.
        return self.configuration.authorizer(self.target if is_described else self.service)

    @lazy
    def names_another(self) -> bool:
        """Whether the URL is of another Runtime or Gateway than the one whose configuration was read."""
        runtime, gateway = self.configuration.runtime, self.configuration.gateway
        if self.service == "runtime" and runtime is not None and runtime.arn:
            return self.address.names_another(runtime.arn)
        if self.service != "gateway" or gateway is None or self.address.host_kind != "gateway":
            return False  # a custom domain does not show which Gateway it is, and neither does a VPC endpoint
        if self.address.is_vpc_endpoint:
            return False
        if not (gateway.url or gateway.id):
            return False
        own_host = address.host_of(gateway.url or "") or f"{gateway.id}."
        return not address.host_of(self.exchange.request.url).startswith(own_host)

    @lazy
    def issuer(self) -> Issuer | None:
        """The issuer that the deployed authorizer trusts; where that is not known, the one that the target names."""
        if self.advertised is not None:
            return self.configuration.advertised_issuer(self.target)
        return self.configuration.issuer_of(self.authorizer.jwt if self.authorizer else None)

    @property
    def advertised(self) -> Advertised | None:
        """What the target says of its authorizer, where that is not known."""
        return None if self.names_another else self.configuration.advertised_by(self.target)

    @lazy
    def now(self) -> datetime | None:
        """When it happened: by the service's clock (`Date`) if there is one, else by the caller's."""
        response = self.exchange.response
        date = response.header("date") if response else None
        if date:
            # It takes 30 ms to import, and `explain` rarely needs the time.
            from email.utils import parsedate_to_datetime

            try:
                return parsedate_to_datetime(date).astimezone(UTC)
            except (ValueError, TypeError, OverflowError):
                pass
        return self.exchange.request.at
