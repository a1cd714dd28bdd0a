"""The options of `report` and `verify`. Imports nothing heavy, because `--help` imports this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agentcore_probe.commands.ci_options import CiOptions
from agentcore_probe.commands.limits import CONCURRENCY_WITH_PAGES, Limits
from agentcore_probe.commands.shard import Shard

if TYPE_CHECKING:
    from agentcore_probe.model.forgeries import ControlLevel


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options that `report` and `verify` share."""

    limits: Limits = field(default_factory=Limits)
    """How many environments at a time."""
    shard: Shard | None = None
    """The part of the environments that this command takes; None: all."""
    experiments: bool = True
    controls: ControlLevel = "all"
    exports: Mapping[str, Path | None] = field(default_factory=dict)
    """The formats to write (keys of `report.exports.EXPORTS`), each with its file; None for a flag."""
    ci: CiOptions = field(default_factory=CiOptions)


@dataclass(frozen=True, kw_only=True)
class ReportOptions(RunOptions):
    """The options of `report`."""

    limits: Limits = field(default_factory=lambda: Limits(concurrency=CONCURRENCY_WITH_PAGES))
    languages: tuple[str, ...] = ()
    """Empty: the environment's language."""
    out: str | Path | None = None
    """Where the reports are kept, a folder or `s3://bucket/prefix`; None: `reports/` of the project."""
    source: str | Path | None = None
    """The record to report on; None: a new run."""
    engine: str | None = None
    """"fork" or "nbclient"; None: fork on Linux, else nbclient."""
    share: bool = False
    history: bool = False
    """Whether the page gets a section with the environment's history."""
    notebook: str | None = None
    """The name of a notebook of the team; None: `verification`, the project's or the built-in one."""
    sign: Path | None = None
    """The file of the private key that signs the page; None: it is not signed."""
    scheduler: str | None = None
    """The address of the Dask scheduler whose workers make the reports; None: this machine makes them."""
    against: str | None = None
    """The environment or file of a run with which the page compares the run; None: with none."""


@dataclass(frozen=True, kw_only=True)
class IndexOptions:
    """The options of `index`."""

    languages: tuple[str, ...] = ()
    """Empty: the language of most environments."""
    out: str | None = None
    """Where the reports are; None: `reports/` of the project."""
    engine: str | None = None
    """"fork" or "nbclient"; None: fork on Linux, else nbclient."""


@dataclass(frozen=True, kw_only=True)
class VerifyOptions(RunOptions):
    """The options of `verify`."""

    only: str | None = None
    """The id of the one method to test; None: all."""
    change: str | None = None
    """The factor of that method's first request to change; None: none."""
    as_json: bool = False


@dataclass(frozen=True, kw_only=True)
class DiscoverOptions:
    """The options of `discover`."""

    targets: Mapping[str, str | None] = field(default_factory=dict)
    """What names the `runtime`, the `gateway` and the `harness`."""
    stack: str | None = None
    everything: bool = False
    stdout: bool = False
    force: bool = False
    region: str | None = None
    profile: str | None = None
    username: str | None = None

    @property
    def again(self) -> list[str]:
        """The words that repeat how the account is read."""
        values = {"--region": self.region, "--profile": self.profile, "--username": self.username}
        return [word for name, value in values.items() if value is not None for word in (name, value)]


@dataclass(frozen=True, kw_only=True)
class PlanOptions:
    """The options of `plan`."""

    source: str | Path | None = None
    """The record that says what is deployed; None: the environment's newest."""
    only: str | None = None
    controls: ControlLevel = "all"
    experiments: bool = True
    as_json: bool = False


@dataclass(frozen=True, kw_only=True)
class AskOptions:
    """The options of `ask`."""

    token: Mapping[str, str | None] = field(default_factory=dict)
    """Where the token is, by source (`env`, `file`, `command`); None: not there."""
    sign: bool = False
    profile: str | None = None
    region: str | None = None
    protocol: str | None = None
    prompt: str | None = None
    payload: str | None = None
    """JSON, or @ and the name of a file with it."""
    tool: str | None = None
    seconds: float | None = None
    environment: str | None = None
    """The name of the environment file to write; None: it is printed."""
    report: str | None = None
    """The page to write; empty: in the folder of reports; None: none is written."""
    language: str
    as_json: bool = False


@dataclass(frozen=True, kw_only=True)
class LoginOptions:
    """The options of `login`."""

    target: Literal["gateway", "runtime"] = "gateway"
    client_id: str | None = None
    register: bool = False
    client_metadata_url: str | None = None
    scope: str | None = None
    redirect_uri: str | None = None
    sends_resource: bool = True
    opens_browser: bool = True
    out: Path | None = None
    """The file of the record; None: none is written."""
    language: str | None = None
    """None: the environment's."""
