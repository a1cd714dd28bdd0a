"""The state of many environments, each as of its newest run: what the index shows, and the content of `fleet.json`."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen, Moment
from agentcore_probe.model.display import text_table, to_the_minute
from agentcore_probe.model.judgement import Action, Outcome, Verdict
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.methods import METHODS, caller_of
from agentcore_probe.model.record import Source

if TYPE_CHECKING:
    import pandas as pd

FLEET = "fleet.json"
"""The name of its file in a storage."""
SCHEMA: Literal["agentcore-probe/fleet/1"] = "agentcore-probe/fleet/1"

FleetState = Literal["error", "not-verified", "inconclusive", "verified"]
"""The verdict of the newest run, not verified where a required check of the team failed, or that the last attempt has no record."""

STATES: tuple[FleetState, ...] = ("error", "not-verified", "inconclusive", "verified")
"""The worst first."""


class Failure(Frozen):
    """Why the last attempt at an environment has no record: the content of `ENV/error.json`."""

    at: Moment
    error: str
    """The kind of error, as in `ProbeError.as_json`."""
    what: str
    where: str | None = None
    hint: str | None = None
    exit_code: int = 70
    run: str | None = None
    """The id of the run whose record could not be written; None: there was none."""
    after: str | None = None
    """The id of the newest run at that time, which the attempt followed, whatever the clocks said."""

    @property
    def line(self) -> str:
        """The error as one line."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join((f"{text}. {self.hint}" if self.hint else text).split())


class Change(Frozen):
    """A way in whose outcome differs from the one in the previous run."""

    method: str
    before: Outcome
    after: Outcome


class EnvironmentState(Frozen):
    """One environment as of its newest run."""

    environment: str
    state: FleetState
    verdict: Verdict | None = None
    """The verdict of the newest run, also where the last attempt has no record; None: there is no run."""
    failed_checks: tuple[str, ...] = ()
    """The titles of the team's required checks that failed: `state` is then not verified, whatever the verdict."""
    account: str | None = None
    """The AWS account of its targets, else of the caller."""
    region: str | None = None
    language: str = DEFAULT
    source: Source = "aws"
    run: str | None = None
    """The id of the newest run; None: there is none."""
    started: Moment | None = None
    """When it began."""
    folder: str | None = None
    """Where its record is in the storage: `prod/20261130T120000Z`."""
    link: str | None = None
    """Its page, relative to the index; None: there is no page (any more)."""
    ways: dict[str, Outcome] = Field(default_factory=dict)
    """The outcome of each access method, and of each way in of further callers (`admin:gateway-jwt`)."""
    action: Action | None = None
    """The first thing to do."""
    actions: int = 0
    """How many there are."""
    since: Moment | None = None
    """The start of the first of the latest runs that all have this verdict, as far as the runs are known."""
    runs: int = 0
    """How many such runs there are."""
    previous: Moment | None = None
    """When the run before the newest one began; None: there is none that is known."""
    previous_verdict: Verdict | None = None
    changes: tuple[Change, ...] = ()
    """What differs from the previous run, of the ways in that both have."""
    failure: Failure | None = None
    """Why the last attempt has no record; the rest is then as of the run before it."""

    @property
    def fails_only_checks(self) -> bool:
        """Whether nothing but checks of the team keeps it from being verified."""
        return bool(self.failed_checks) and self.verdict == "verified" and self.failure is None

    @property
    def as_of(self) -> datetime | None:
        """When its state was found out."""
        return self.failure.at if self.failure else self.started

    @property
    def is_changed(self) -> bool:
        """Whether its newest run differs from the one before."""
        return bool(self.changes) or self.previous_verdict not in (None, self.verdict)

    @property
    def rank(self) -> int:
        """How much attention it needs: 0 could not run, then not verified, inconclusive, changed, verified."""
        place = STATES.index(self.state)
        return place + 1 if self.state == "verified" and not self.is_changed else place


class Fleet(Frozen):
    """Environments by name, each as of its newest run."""

    format: Literal["agentcore-probe/fleet/1"] = Field(alias="schema")
    made: Moment
    tool: str = ""
    environments: tuple[EnvironmentState, ...] = Field(min_length=1)

    def as_json(self) -> str:
        """The content of `fleet.json`; what has its default is left out."""
        return f"{self.model_dump_json(by_alias=True, exclude_defaults=True)}\n"

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal of that content."""
        return hashlib.sha256(self.as_json().encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def counts(self) -> dict[FleetState, int]:
        """How many environments are in each state, the worst first; those of no environment are left out."""
        counts = Counter(state.state for state in self.environments)
        return {state: counts[state] for state in STATES if counts[state]}

    @property
    def language(self) -> str:
        """The language of most environments."""
        counts = Counter(state.language for state in self.environments)
        return max(counts, key=lambda language: (counts[language], language == DEFAULT), default=DEFAULT)

    @property
    def by_attention(self) -> list[EnvironmentState]:
        """The environments, those that need attention first, otherwise by name."""
        return sorted(self.environments, key=lambda state: (state.rank, state.environment))

    @property
    def methods(self) -> list[str]:
        """The access methods that some environment has, in reading order; unknown ones last."""
        present = {way for state in self.environments for way in state.ways if caller_of(way) is None}
        known = [method.id for method in METHODS if method.id in present]
        return [*known, *sorted(present - set(known))]

    def to_frame(self) -> pd.DataFrame:
        """One row per environment, those that need attention first.

        Columns: `environment`, `account`, `region`, `state` (text), `started` and `since` (datetime64 in UTC), `changed`
        (bool), `cause` (of the first thing to do; missing for none), `error` (of the last attempt, where it has no record),
        `link`, then one for each access method with its outcome (missing where it has none).
        """
        from agentcore_probe.model.frames import fact_frame

        methods = self.methods
        columns = {
            **dict.fromkeys(("environment", "account", "region", "state"), "str"),
            **dict.fromkeys(("started", "since"), "datetime64[us, UTC]"),
            "changed": "bool",
            **dict.fromkeys(("cause", "error", "link", *methods), "str"),
        }
        rows = [
            {
                **{name: getattr(state, name) for name in columns if name in EnvironmentState.model_fields},
                "changed": state.is_changed,
                "cause": state.action.id if state.action else None,
                "error": state.failure.line if state.failure else None,
                **{method: state.ways.get(method) for method in methods},
            }
            for state in self.by_attention
        ]
        return fact_frame(rows, columns)

    def as_text(self) -> str:
        """One line per environment."""
        title = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        rows = [(state.environment, state.state, to_the_minute(state.as_of)) for state in self.by_attention]
        return text_table(title, ("environment", "state", "as of (UTC)"), rows)
