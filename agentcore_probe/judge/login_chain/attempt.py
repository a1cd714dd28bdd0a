"""One client's login at one target, after it has read the documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentcore_probe.judge.login_chain.challenge import Start
from agentcore_probe.judge.login_chain.resource_metadata import Resource
from agentcore_probe.judge.login_chain.server_metadata import Server
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.model.configuration import UserPool
from agentcore_probe.model.login_chain import Way
from agentcore_probe.model.mcp_client import McpClient

IdKind = Literal["typed", "document", "registered"]
"""What a client's id is: one that was typed in, the URL of its metadata document (CIMD), or one from a registration (DCR)."""


@dataclass(frozen=True)
class Attempt:
    """What is known when a client has read the documents and comes by its id in one way."""

    client: McpClient
    situation: Situation
    way: Way
    start: Start
    resource: Resource
    server: Server

    @property
    def id_kind(self) -> IdKind | None:
        """What the id is; None: it gets none."""
        if self.way == "typed-id":
            return "typed"
        offered = {"client-metadata": self.takes_documents, "dynamic": self.registers}
        kinds: dict[str, IdKind] = {"client-metadata": "document", "dynamic": "registered"}
        return next((kinds[name] for name in self.client.registrations or () if offered[name]), None)

    @property
    def takes_documents(self) -> bool:
        """Whether the server says that it takes the URL of a metadata document, and the client has one."""
        is_offered = (self.server.document.members or {}).get("client_id_metadata_document_supported") is True
        return is_offered and self.client.client_metadata_url is not None

    @property
    def registers(self) -> bool:
        """Whether the server lists an endpoint for registrations."""
        return self.server.document.has_url("registration_endpoint")

    @property
    def pool(self) -> UserPool | None:
        """The settings of the user pool that is the server; None where it is another provider or they were not read."""
        return self.situation.pool(self.server.issuer) if self.server.provider.id == "cognito" else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the exchanges with the challenge and with both documents."""
        ids = (self.start.exchange, self.resource.exchange, self.server.document.exchange)
        return tuple(dict.fromkeys(id for id in ids if id))
