"""The login of MCP clients at a target, step by step, and what each client can be expected to do there.

The steps are those of docs/agentcore.md, section 12.1.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen

StepId = Literal[
    "challenge",
    "resource-metadata",
    "server-metadata",
    "server-capabilities",
    "client-identity",
    "authorization",
    "token",
    "call",
]
STEPS: tuple[StepId, ...] = (
    "challenge",
    "resource-metadata",
    "server-metadata",
    "server-capabilities",
    "client-identity",
    "authorization",
    "token",
    "call",
)
"""In the order in which a client takes them."""
CHALLENGE, RESOURCE_METADATA, SERVER_METADATA = "challenge", "resource metadata", "server metadata"
"""The `step` of the exchanges of a row `TARGET-oauth-metadata`: the call without a credential, and the reads of documents."""

StepResult = Literal["passed", "warning", "failed", "unknown"]
"""`warning`: some clients stop here; `unknown`: what was observed does not decide it."""
Outcome = Literal["connects", "fails", "possible"]
"""`possible`: something that decides is not established."""
Way = Literal["automatic", "typed-id"]
"""How a client comes by its id: it is given the URL alone (CIMD, else DCR), or the id of the environment's app client, too."""
Side = Literal["target", "provider", "client"]
"""Who can change what stops a client: the settings of the Gateway or Runtime, the identity provider, or the client."""


class LoginStep(Frozen):
    """One step, as it was observed, apart from what a particular client makes of it."""

    step: StepId
    result: StepResult
    reason: str
    """The id of its sentence: `login-step-REASON` in the catalogues. The id of a cause where it is one."""
    values: dict[str, str] = Field(default_factory=dict)
    """The variables of the sentence."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges that show it."""


class WayForecast(Frozen):
    """What one client can be expected to do, if it comes by its id in one way."""

    way: Way
    outcome: Outcome
    step: StepId | None = None
    """Where it fails, or the step whose result is not established; None: it connects."""
    reason: str = "connects"
    """The id of the sentence that says why: `forecast-REASON` in the catalogues. The id of a cause where it is one."""
    values: dict[str, str] = Field(default_factory=dict)
    """The variables of the sentence."""
    side: Side | None = None
    """Who can change it; None: it connects, or nobody needs to."""
    warnings: tuple[str, ...] = ()
    """Ids of sentences about what may still go wrong."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges on which it rests."""


class ClientForecast(Frozen):
    """What one client can be expected to do."""

    client: str
    """The id of a client in `agentcore_probe.clients`."""
    ways: tuple[WayForecast, ...]
    """In the order in which a user would try them; never empty."""

    @property
    def best(self) -> WayForecast:
        """The first way that connects, else the first that is possible, else the first."""
        ranks = ("connects", "possible", "fails")
        return min(self.ways, key=lambda way: ranks.index(way.outcome))

    @property
    def outcome(self) -> Outcome:
        """That of the best way."""
        return self.best.outcome


class LoginChain(Frozen):
    """How clients log in at one target."""

    target: Literal["gateway", "runtime"]
    url: str
    """The MCP server's."""
    provider: str
    """The id of the identity provider; `generic` where it is not recognised."""
    issuer: str | None = None
    """That the metadata names."""
    steps: tuple[LoginStep, ...] = ()
    clients: tuple[ClientForecast, ...] = ()
