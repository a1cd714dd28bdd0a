"""What the index needs of a stored run: read from `record.json` without its exchanges, and without judging it anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.embedded_record import read_embedded_record
from agentcore_probe.model.judgement import Action, Outcome, Verdict
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.record import RunRecord, Source
from agentcore_probe.model.record_versions import VERSION, version_of
from agentcore_probe.storage import Storage
from agentcore_probe.store import parse_record


class _Part(BaseModel):
    """A part of a file: other keys are not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class _Resource(_Part):
    arn: str | None = None


class _Environment(_Part):
    name: str
    language: str = DEFAULT
    region: str | None = None
    runtime: _Resource | None = None


class _Provenance(_Part):
    source: Source = "aws"
    run: str | None = None
    started: datetime | None = None
    account: str | None = None


class _Deployed(_Part):
    gateway: _Resource | None = None


class _Row(_Part):
    method: str
    outcome: Outcome


class _Judgement(_Part):
    findings: tuple[_Row, ...] = ()
    identities: tuple[_Row, ...] = ()
    verdict: Verdict
    actions: tuple[Action, ...] = ()
    only: str | None = None


class _File(_Part):
    format: str = Field(alias="schema")
    environment: _Environment
    provenance: _Provenance
    configuration: _Deployed | None = None
    judgement: _Judgement
    digest: str


class StoredRun:
    """One run in a storage.

    Args:
        file: the content of its record.
        folder: where it is in the storage.
        link: its page in the storage; None: there is none.
    """

    def __init__(self, file: _File, folder: str, link: str | None) -> None:
        self.environment, self.provenance, self.judgement = file.environment, file.provenance, file.judgement
        self.folder, self.link = folder, link
        self.id = file.provenance.run or file.digest[:32]
        self._deployed = file.configuration

    @property
    def timestamp(self) -> float:
        """When it began; 0 where the record does not say so."""
        return self.provenance.started.timestamp() if self.provenance.started else 0

    @property
    def only(self) -> str | None:
        """The one method that was tested; None: all."""
        return self.judgement.only

    @property
    def ways(self) -> dict[str, Outcome]:
        """The outcome of each row, then of each way in of further callers."""
        judgement = self.judgement
        return {row.method: row.outcome for row in (*judgement.findings, *judgement.identities)}

    @property
    def place(self) -> tuple[str | None, str | None]:
        """The account of its targets, else of the caller, and their region."""
        gateway = self._deployed.gateway if self._deployed else None
        arns = [
            read_arn(target.arn) for target in (self.environment.runtime, gateway) if target and target.arn
        ]
        account = next((arn.account for arn in arns if arn.account), None) or self.provenance.account
        return account, self.environment.region or next((arn.region for arn in arns if arn.region), None)


def read_stored(storage: Storage, name: str, *, link: str | None) -> StoredRun | str | None:
    """A run, from `record.json` or from a page; a line that says why it cannot be read; None where there is no such file.

    Args:
        storage: where it is.
        name: the file.
        link: the run's page.

    Raises:
        ReportError: the storage cannot be read.
    """
    content = storage.read(name)
    if content is None:
        return None
    folder = name.rpartition("/")[0]
    try:
        return StoredRun(_parse(content, name), folder, link)
    except RecordError as error:
        return error.line()


def _parse(content: bytes, where: str) -> _File:
    """The parts of a record; it is judged where its judgement is not beside it, or not as this version writes it.

    Raises:
        RecordError: it is not a record.
    """
    try:
        file = _File.model_validate_json(content)
        if version_of({"schema": file.format}) in range(1, VERSION + 1):
            return file
    except ValidationError:
        pass
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise RecordError("cannot be read: it is not UTF-8", where=where) from None
    if text.lstrip().startswith("<"):
        text = read_embedded_record(text, where=where)
    return _judged(parse_record(text, where=where))


def _judged(record: RunRecord) -> _File:
    facts: Mapping[str, Any] = record.facts()
    return _File.model_validate({**facts, "digest": record.digest, "judgement": judge(record).as_json()})
