"""The record of a run: one file of facts, from which judgement and report can be made again."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen, Moment
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.display import Html, fold, table, text_table
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange, Timings, TokenFacts
from agentcore_probe.model.once import once
from agentcore_probe.model.record_versions import SCHEMA, digest_of

if TYPE_CHECKING:
    import pandas as pd

_PARTS = ("environment", "provenance", "configuration", "token", "exchanges", "observations")
"""The top-level keys of the facts, in reading order: a contract with readers of the file."""

Source = Literal["aws", "embedded", "loopback", "proxied", "recorded"]
"""Who answered: AWS, the embedded AgentCore, another endpoint on this machine (an emulator, a tunnel), somebody
behind a proxy that may have changed the answers, or a recording."""


OMITTED = "…"
"""What `--share` writes in place of a text."""


class Observation(Frozen):
    """What one access method showed."""

    method: str
    decision: Decision
    exchanges: tuple[str, ...] = ()
    """Ids of its exchanges in the order in which they were sent, without experiments."""
    facts: dict[str, Any] = Field(default_factory=dict)
    """Further results of the probe: `tools`, `pages`, `complete`, `incomplete`, `version`, `session`, `protocol`, `policy` (`model.policy_engine.PolicyPrediction`)."""
    not_tried: str | None = None
    """Why nothing was sent: a cause id (`wrong-password`) or a reason id (`no-identity`)."""
    not_applicable: str | None = None
    """Why the method does not apply (no Gateway in the file, no `aws` on PATH): a reason id."""


class AwsLogin(Frozen):
    """Why there were no usable AWS credentials: nothing was signed and nothing was read with them."""

    cause: str
    """A cause id (`aws-sso-expired`)."""
    values: dict[str, str] = Field(default_factory=dict)
    """What the cause's text names: `profile`, `role`, `caller`, `command`, `start-url`."""


class CallerRecord(Frozen):
    """One of several callers (`[identities.NAME]`): who it was, and what its calls showed."""

    name: str
    kind: Literal["token", "role"]
    token: TokenFacts | None = None
    """The token that it sent."""
    principal: str | None = None
    """The ARN of the assumed role's session (sts:GetCallerIdentity)."""
    aws_login: AwsLogin | None = None
    """Why the role could not be assumed."""
    observations: tuple[Observation, ...] = ()
    """One for each way in (`admin:gateway-jwt`)."""


class Provenance(Frozen):
    """Where a record comes from: who observed, when, and with which tool."""

    source: Source = "aws"
    run: str | None = None
    """A UUID of this run; None in records that were made before there was one (`RunRecord.run_id`), and `OMITTED` in shared
    ones."""
    started: Moment | None = None
    ended: Moment | None = None
    caller: str | None = None
    """The ARN of the AWS principal (sts:GetCallerIdentity)."""
    account: str | None = None
    tool: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    revision: str | None = None
    """The git revision of the tool, where it runs from a checkout."""
    aws_login: AwsLogin | None = None
    """The problem of the AWS login; None where there were credentials that STS accepts."""
    clock_offset: float | None = None
    """Seconds that the service's clock is ahead of ours, from `Date` headers, which have whole seconds."""
    only: str | None = None
    """The one method that was tested, with the methods that its judgement needs; None: all of them."""
    command: str | None = None
    """The command line that repeats the run, where no environment file does."""
    notes: tuple[str, ...] = ()
    """What else could not be determined, one sentence each."""


class RunRecord(Frozen):
    """The facts of one run. They contain no judgement, which is made from them on demand."""

    format: str = Field(default=SCHEMA, alias="schema")
    environment: Environment
    provenance: Provenance = Field(default_factory=Provenance)
    configuration: Configuration = Field(default_factory=Configuration)
    token: TokenFacts | None = None
    """The token that the probes sent."""
    exchanges: tuple[Exchange, ...] = ()
    observations: tuple[Observation, ...] = ()
    identities: tuple[CallerRecord, ...] = ()
    """The further callers, in the order of the file."""

    def facts(self) -> dict[str, Any]:
        """The record as plain JSON values, without its digest.

        Fields that are None are omitted, except for the top-level keys: a field that a later version adds
        changes neither an older record nor its digest. So is `identities` where there are none.
        """
        fields = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        parts = (*_PARTS, "identities") if self.identities else _PARTS
        return {key: fields.get(key) for key in ("schema", *parts)}

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal of the facts as canonical JSON (UTF-8, sorted keys, no spaces)."""
        return _digest(self)

    @property
    def run_id(self) -> str:
        """The id of the run: the same in every copy of its record, also one that has another environment's name."""
        return self.digest[:32] if self.provenance.run in (None, OMITTED) else self.provenance.run

    @property
    def is_shared(self) -> bool:
        """Whether it has pseudonyms instead of names (`--share`); not known of records from before runs had an id."""
        return self.provenance.run == OMITTED

    @property
    def timestamp(self) -> float:
        """When the run began, in seconds since 1970; 0 where the record has no time."""
        return self.provenance.started.timestamp() if self.provenance.started else 0

    def of_run(self, id: str) -> RunRecord:
        """A copy that names its run. Without that, the id of an early record follows its facts."""
        return self.model_copy(update={"provenance": self.provenance.model_copy(update={"run": id})})

    def exchange(self, id: str) -> Exchange | None:
        """The exchange with this id, or None."""
        return _exchanges(self).get(id)

    def observation(self, method: str) -> Observation | None:
        """The observation of this method, or of a further caller's way in; None if there is none."""
        return next((row for row in self.all_observations if row.method == method), None)

    @property
    def all_observations(self) -> tuple[Observation, ...]:
        """Those of the environment's own caller, then those of the further callers."""
        return (*self.observations, *chain.from_iterable(caller.observations for caller in self.identities))

    def caller(self, name: str) -> CallerRecord | None:
        """The further caller with this name, or None."""
        return next((caller for caller in self.identities if caller.name == name), None)

    def of(self, observation: Observation) -> tuple[Exchange, ...]:
        """The exchanges of `observation`, in order."""
        exchanges = (self.exchange(id) for id in observation.exchanges)
        return tuple(exchange for exchange in exchanges if exchange is not None)

    def with_end(self, at: datetime) -> RunRecord:
        """A copy with `at` as the time at which the run ended."""
        return self.model_copy(update={"provenance": self.provenance.model_copy(update={"ended": at})})

    def experiments(self) -> tuple[Exchange, ...]:
        """The exchanges that repeat another one with one factor changed."""
        return tuple(exchange for exchange in self.exchanges if exchange.change is not None)

    def to_frame(self) -> pd.DataFrame:
        """One row per exchange.

        Columns: `id`, `method`, `step`, `url`, `auth` (text), `status` (Int64, missing where no answer came), `fault`
        (text or missing), and in milliseconds (float64) `resolve`, `connect`, `tls`, `first_byte`, `rest`, `total`.
        """
        from agentcore_probe.model.frames import fact_frame

        return fact_frame([_row(exchange) for exchange in self.exchanges], _COLUMNS)

    @property
    def _title(self) -> str:
        return f"{self.environment.name}: {len(self.exchanges)} exchanges, {self.digest[:12]}"

    def as_html(self) -> str:
        """One row per access method, with its exchanges in a fold."""
        rows = [
            (
                observation.method,
                observation.decision,
                observation.not_tried or observation.not_applicable or "",
                _fold(self.of(observation)),
            )
            for observation in self.all_observations
        ]
        return table(self._title, ("method", "decision", "not tried because", "exchanges"), rows)

    def as_text(self) -> str:
        """One line per access method."""
        rows = [
            (
                observation.method,
                observation.decision,
                len(observation.exchanges),
                observation.not_tried or observation.not_applicable or "",
            )
            for observation in self.all_observations
        ]
        return text_table(self._title, ("method", "decision", "exchanges", "not tried because"), rows)


def _fold(exchanges: tuple[Exchange, ...]) -> Html | str:
    """The exchanges of a row, one line each."""
    if not exchanges:
        return ""
    rows = [
        (
            exchange.id,
            exchange.step,
            exchange.response.status or ""
            if exchange.response
            else exchange.fault.kind
            if exchange.fault
            else "",
            f"{exchange.timings.total:.1f} ms",
        )
        for exchange in exchanges
    ]
    return fold(str(len(exchanges)), table("", ("id", "step", "status", "time"), rows))


_COLUMNS = {
    **dict.fromkeys(("id", "method", "step", "url", "auth"), "str"),
    "status": "Int64",
    "fault": "str",
    **dict.fromkeys((*Timings.model_fields, "total"), "float64"),
}


def _row(exchange: Exchange) -> dict[str, Any]:
    response, fault = exchange.response, exchange.fault
    return {
        "id": exchange.id,
        "method": exchange.id.rsplit("/", 1)[0],
        "step": exchange.step,
        "url": exchange.request.url,
        "auth": exchange.request.auth,
        "status": response.status if response else None,
        "fault": fault.kind if fault else None,
        **exchange.timings.model_dump(),
        "total": exchange.timings.total,
    }


@once
def _digest(record: RunRecord) -> str:
    return digest_of(record.facts())


@once
def _exchanges(record: RunRecord) -> dict[str, Exchange]:
    """Its exchanges by their ids; of several with one id, the first."""
    return {exchange.id: exchange for exchange in reversed(record.exchanges)}
