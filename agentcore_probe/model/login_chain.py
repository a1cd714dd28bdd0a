"""The login of MCP clients at a target, step by step, and what each client can be expected to do there.

The steps are those of docs/agentcore.md, section 12.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.display import SYMBOLS, table, text_table

if TYPE_CHECKING:
    import pandas as pd

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
"""`warning`: some clients fail here; `unknown`: what was observed does not decide it."""
Outcome = Literal["connects", "fails", "possible"]
"""`possible`: something that decides is not established."""
Way = Literal["automatic", "typed-id"]
"""How a client gets its id: it is given the URL alone (CIMD, else DCR), or the id of the environment's app client, too."""
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
    """What one client can be expected to do, if it gets its id in one way."""

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

    def to_frame(self) -> pd.DataFrame:
        """One row per client and way, those of a client in the order in which a user would try them.

        Columns, all text: `target`, `client`, `way` (`automatic`, `typed-id`), `outcome` (`connects`, `fails`, `possible`),
        `step` where it fails or that is not established (missing where it connects), `reason`, `side` (`target`, `provider`,
        `client`; missing where nobody needs to change anything).
        """
        from agentcore_probe.model.frames import fact_frame

        rows = [
            {"target": self.target, "client": forecast.client, **way.model_dump(include={*_COLUMNS})}
            for forecast in self.clients
            for way in forecast.ways
        ]
        return fact_frame(rows, dict.fromkeys(("target", "client", *_COLUMNS), "str"))

    def _rows(self) -> list[tuple[str, ...]]:
        """The best way of each client."""
        return [
            (forecast.client, *(getattr(forecast.best, column) or "-" for column in _COLUMNS))
            for forecast in self.clients
        ]

    @property
    def _title(self) -> str:
        return f"MCP clients at the {self.target}: {self.url}"

    def as_html(self) -> str:
        """The steps, and one row per client with its best way."""
        steps = [
            (step.step, f"{SYMBOLS[step.result]} {step.result}", step.reason, step.evidence)
            for step in self.steps
        ]
        clients = [
            (client, way, f"{SYMBOLS[outcome]} {outcome}", *rest)
            for client, way, outcome, *rest in self._rows()
        ]
        return table(self._title, ("step", "result", "reason", "evidence"), steps) + table(
            "what each client can be expected to do", ("client", *_COLUMNS), clients
        )

    def as_text(self) -> str:
        """One line per client, with its best way."""
        return text_table(self._title, ("client", *_COLUMNS), self._rows())


_COLUMNS = ("way", "outcome", "step", "reason", "side")
