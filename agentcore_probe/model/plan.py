"""What a run would do, before it is made: its requests, what is predicted of them, and where their values come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.configuration import AuthorizerType
from agentcore_probe.model.costs import ORDER, REFUSED, Cost
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.display import table
from agentcore_probe.model.exchange import Auth, Phase, Purpose
from agentcore_probe.model.methods import Effect
from agentcore_probe.model.record import AwsLogin

if TYPE_CHECKING:
    import pandas as pd

OriginKind = Literal[
    "file",
    "table",
    "extends",
    "defaults",
    "variable",
    "profile",
    "arn",
    "deployed",
    "record",
    "embedded",
    "aws",
    "default",
    "machine",
    "assumed",
]
"""Where a value comes from: the environment file, a row of its table, a file that it extends, the defaults of one, a
variable, the user's AWS files, the Runtime's ARN, what is deployed (read when the run is made), the earlier run that the plan knows, the embedded AgentCore, AWS's own endpoints,
a default; `machine`: what there is where this
runs; `assumed`: used by the plan until the run reads the deployed one."""

Condition = Literal["accepted", "refused"]
"""A request that is sent only if its row's first one is accepted, or only if it is not."""


CallerCredential = Literal[
    "token", "id-token", "expired-token", "forged-token", "signature", "client", "login"
]
"""What identifies the caller of a request; `client`: an app client's id and secret; `login`: secrets in the body."""

UNKNOWN_ISSUER = "https://issuer-of-the-authorizer.invalid/.well-known/openid-configuration"
"""In place of the issuer that a run reads from the authorizer."""
UNKNOWN_GATEWAY = "https://url-of-the-gateway.invalid/mcp"
"""In place of the URL of a Gateway that a run reads from the control plane."""
UNKNOWN_TARGET = "target-of-the-runtime"
"""In place of the name of the Gateway's target that leads to the Runtime."""
UNKNOWN_SESSION = "https://endpoint-of-the-session.invalid/"
"""In place of the URL that comes with an accepted invocation."""
UNKNOWN_ADDRESSES = {UNKNOWN_ISSUER: "issuer", UNKNOWN_GATEWAY: "gateway", UNKNOWN_SESSION: "session"}
"""What stands in place of an address, by the address."""
UNKNOWN_CLIENT = "client-of-the-authorizer"
"""In place of the only client that the authorizer allows."""


class PlannedValue(Frozen):
    """One setting of a run, and where it comes from."""

    key: str
    """`region`, `runtime.qualifier`, `endpoint.sts`."""
    value: str | None = None
    """None: not known before the run, or there is none."""
    origin: OriginKind
    where: str = ""
    """The file and the line (of an environment without a file, the key), the name of the variable, the profile."""
    problem: str | None = None
    """Why a run would end because of it, as its error says."""


class LoginCall(Frozen):
    """What happens to get AWS credentials, before anything else."""

    action: str
    """An AWS action (`sts:AssumeRole`), or the id of another source (`process`, `instance`, `container`)."""
    of: str = ""
    """The role, the program or the address."""
    profile: str = ""
    mfa: bool = False
    """Whether the user is asked for a code."""


class PlannedRequest(Frozen):
    """One request, redacted as an exchange would be."""

    id: str
    """That of its exchange: `runtime-jwt/1`. Reads have `read/1` and up."""
    row: str
    """The access method, `read`, `discovery` or `identity`."""
    step: str
    """As in the exchange; for a read, the AWS action."""
    method: str
    url: str
    """For the `aws` command: empty, and `body` is the command line."""
    auth: Auth
    credential: CallerCredential | None = None
    """What identifies the caller; None: nothing."""
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None = None
    forged: str | None = None
    control: str | None = None
    phase: Phase | None = None
    purpose: Purpose | None = None
    condition: Condition | None = None
    """None: sent in any case."""
    counted: bool = True
    """Whether it counts towards the limit of requests."""
    costs: tuple[Cost, ...] = ()
    """What is charged for it, of a call of a target only if it is accepted."""


class AuthorizerPrediction(Frozen):
    """What a row gets from one kind of authorizer."""

    authorizer: AuthorizerType | None = None
    """None: whatever is deployed."""
    decision: Decision | None = None
    """None: it depends on what is not known, such as the token's claims."""
    cause: str | None = None
    """Why it is refused, where that is known."""


class PlannedRow(Frozen):
    """One access method."""

    method: str
    predictions: tuple[AuthorizerPrediction, ...] = ()
    """One where the authorizer is known, else one for each that is possible; those that agree are one."""
    expected: Decision | None = None
    """What `[expect]` of the file says."""
    effect: Effect | None = None
    """What an accepted call through a further entrance does; None: of an entrance of every run."""
    not_tried: str | None = None
    not_applicable: str | None = None

    @property
    def decision(self) -> Decision | None:
        """The one prediction; None where there are several, or none."""
        decisions = {prediction.decision for prediction in self.predictions}
        return decisions.pop() if len(decisions) == 1 else None


class KnownRun(Frozen):
    """The earlier run from which a plan knows what is deployed, or the setup of an embedded AgentCore."""

    path: str
    """Where the record is; `[local]` for the setup."""
    started: datetime | None = None


class Plan(Frozen):
    """What a run of one environment would do. Nothing was sent to make it."""

    environment: str
    recorded: bool = False
    """Whether the environment replays a record, so that nothing is sent."""
    embedded: bool = False
    """Whether the embedded AgentCore answers, which charges nothing."""
    known: KnownRun | None = None
    """None: nothing is known of what is deployed."""
    values: tuple[PlannedValue, ...] = ()
    aws_login: tuple[LoginCall, ...] = ()
    aws_login_problem: AwsLogin | None = None
    """Why there are no AWS credentials, as far as variables and files show it."""
    requests: tuple[PlannedRequest, ...] = ()
    rows: tuple[PlannedRow, ...] = ()
    limit: int
    """How many requests the run may send."""
    per_second: float
    experiments: int = 0
    """How many more are sent at most, each to prove a cause."""
    unasked: tuple[str, ...] = ()
    """The entrances of its targets that the file does not name, so that the run does not go through them."""
    more_for_mcp: int = 0
    """How many more are sent at most if the Runtime, whose protocol is not known, is an MCP server."""

    def to_frame(self) -> pd.DataFrame:
        """One row per request: id, step, method, url, credential, condition, charged."""
        import pandas as pd

        return pd.DataFrame([_row(request) for request in self.requests])

    def _repr_html_(self) -> str:
        title = f"{self.environment}: {self.count} requests as predicted, at most {self.at_most}; nothing was sent"
        rows = [tuple(value or "" for value in _row(request).values()) for request in self.requests]
        return table(title, ("id", "step", "method", "url", "credential", "condition", "charged"), rows)

    def of(self, row: str) -> tuple[PlannedRequest, ...]:
        """The requests of one row, in order."""
        return tuple(request for request in self.requests if request.row == row)

    def expected(self, row: PlannedRow) -> tuple[PlannedRequest, ...]:
        """The requests of one row if it gets what is predicted; the most it can send where nothing is."""
        requests = self.of(row.method)
        if row.decision is not None:
            condition = "accepted" if row.decision == "accepted" else "refused"
            return tuple(request for request in requests if request.condition in (None, condition))
        branches = [
            tuple(request for request in requests if request.condition in (None, condition))
            for condition in ("accepted", "refused")
        ]
        return max(branches, key=len)

    def costs(self) -> dict[Cost, int]:
        """For how many requests each is charged, as predicted; at most, where a row has no single prediction."""
        if self.embedded:
            return {}
        counts: dict[Cost, int] = {}
        decisions = {row.method: row.decision for row in self.rows}
        expected = [request for row in self.rows for request in self.expected(row)]
        for request in (*self.reads, *self._others(), *expected):
            is_refused = decisions.get(request.row) in ("refused", "undecided")
            for cost in REFUSED if is_refused else request.costs:
                counts[cost] = counts.get(cost, 0) + 1
        return {cost: counts[cost] for cost in ORDER if cost in counts}

    @property
    def reads(self) -> tuple[PlannedRequest, ...]:
        """The reads of AWS, which do not count towards the limit."""
        return self.of("read")

    @property
    def count(self) -> int:
        """How many requests are sent as predicted, without reads, experiments and further pages of tools."""
        return min(len(tuple(self._others())) + sum(len(self.expected(row)) for row in self.rows), self.limit)

    @property
    def needed(self) -> int:
        """How many a complete run sends at most, whatever the answers are and `limit` is."""
        unknown = [row.model_copy(update={"predictions": ()}) for row in self.rows]
        rows = sum(len(self.expected(row)) for row in unknown)
        return len(tuple(self._others())) + rows + self.experiments + self.more_for_mcp

    @property
    def at_most(self) -> int:
        """How many are sent at most, without reads and further pages of tools."""
        return min(self.needed, self.limit)

    def _others(self) -> Iterator[PlannedRequest]:
        rows = {row.method for row in self.rows} | {"read"}
        return (request for request in self.requests if request.row not in rows)


def _row(request: PlannedRequest) -> dict[str, str | None]:
    return {
        "id": request.id,
        "step": request.step,
        "method": request.method,
        "url": request.url,
        "credential": request.credential,
        "condition": request.condition,
        "charged": ", ".join(request.costs),
    }
