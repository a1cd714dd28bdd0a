"""One client's login at one target, after it has read the documents."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agentcore_probe.judge.login_chain.challenge import Start
from agentcore_probe.judge.login_chain.resource_metadata import Resource
from agentcore_probe.judge.login_chain.server_metadata import Server
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.model.configuration import UserPool
from agentcore_probe.model.login_chain import Way
from agentcore_probe.model.mcp_client import McpClient, Registration

IdKind = Literal["typed", "document", "registered"]
"""What a client's id is: one that was typed in, the URL of its metadata document (CIMD), or one from a registration (DCR)."""


class Attempt(NamedTuple):
    """What is known when a client has read the documents and gets its id in one way."""

    client: McpClient
    situation: Situation
    way: Way
    start: Start
    resource: Resource
    server: Server

    @property
    def id_kind(self) -> IdKind | None:
        """What the id is; None: it gets none, or which one is not established."""
        if self.way == "typed-id":
            return "typed"
        way = self.registration
        kinds: dict[Registration, IdKind] = {"client-metadata": "document", "dynamic": "registered"}
        return kinds[way] if way is not None and (way != "client-metadata" or self.uses_document) else None

    @property
    def registration(self) -> Registration | None:
        """How the client gets its id: the first of its ways that the server offers, or may offer."""
        offered = {"client-metadata": self.uses_document is not False, "dynamic": self.registers}
        return next((name for name in self.client.registrations or () if offered[name]), None)

    @property
    def uses_document(self) -> bool | None:
        """Whether the client's id is the URL of its metadata document; None where that is not established."""
        document = self.server.document
        is_offered = (document.members or {}).get("client_id_metadata_document_supported") is True
        if not is_offered or self.client.client_metadata_url is None:
            return False
        is_public = "none" in (document.texts("token_endpoint_auth_methods_supported") or ())
        needs_public = self.client.document_needs_public
        return True if is_public else None if needs_public is None else not needs_public

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
