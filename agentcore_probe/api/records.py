"""Records, tokens and texts that exist already.

What reads pasted texts and compares environments is imported where it is used: a report needs neither.
"""

from __future__ import annotations

import os
import warnings
from datetime import UTC, datetime
from pathlib import Path

from agentcore_probe.api.locations import open_reports
from agentcore_probe.errors import InputError
from agentcore_probe.fleet.failures import failure_since
from agentcore_probe.judge.prediction import predict_token
from agentcore_probe.masking import mask_personal_claims
from agentcore_probe.model.comparison import Comparison
from agentcore_probe.model.display import to_the_minute
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Explanation
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.model.token_prediction import TokenPrediction
from agentcore_probe.run_folders import Warn, records_newest_first
from agentcore_probe.storage import Storage
from agentcore_probe.storage.records import read_record_at


def load(path: str | Path) -> RunRecord:
    """The record in a `record.json` or in a `report.html`.

    Args:
        path: the file, or `s3://bucket/key`.

    Raises:
        RecordError: the file does not contain a record, or the record was altered.
        ReportError: the bucket cannot be read.
    """
    return read_record_at(path).record


def decode(token: str | None = None) -> TokenFacts:
    """The header and claims of a token. Nothing is verified, and claims that name a person are masked.

    Args:
        token: the token; None reads the variable `JWT_TOKEN`, which keeps the token out of the notebook.

    Raises:
        InputError: the variable is not set.
    """
    bearer = os.environ.get("JWT_TOKEN") if token is None else token
    if bearer is None:
        raise InputError(
            "the variable JWT_TOKEN is not set", hint="Set it before Python starts, or pass the token"
        )
    return mask_personal_claims(unverified_facts(_bare(bearer)))


def predict(record: RunRecord, token: str | TokenFacts | None = None) -> TokenPrediction:
    """What each target will say to a token now, by the rules that the record found deployed. Nothing is sent.

    Args:
        record: a run, for its configuration.
        token: the token, or its header and claims; None is the token of the run.

    Raises:
        InputError: the run had no token.
    """
    facts = unverified_facts(_bare(token)) if isinstance(token, str) else token or record.token
    if facts is None:
        raise InputError("the run had no token", hint="Pass one")
    targets = predict_token(facts, record.configuration, datetime.now(UTC))
    return TokenPrediction(token=mask_personal_claims(facts), targets=targets)


def _bare(token: str) -> str:
    return token.strip().removeprefix("Bearer ").strip()


def diff(
    one: RunRecord | str | Path, other: RunRecord | str | Path, *, reports: str | Path | None = None
) -> Comparison:
    """Why two environments have different results: the smallest difference between them that explains it.

    It shows itself in a notebook; `.explanations` has the facts, `.others` what else differs, `.to_frame()` both.

    Args:
        one: the record of a run, its file, or the name of an environment, whose newest run is meant.
        other: the same of the other environment.
        reports: where the reports are, a folder or `s3://bucket/prefix`; None is `reports/` of the project.

    Raises:
        InputError: the environment has no reports.
        RecordError: a file does not contain a record.
        ReportError: the reports cannot be read.
    """
    from agentcore_probe.judge.comparing.compare import compare_environments

    return compare_environments(_run_of(one, reports), _run_of(other, reports))


def _run_of(run: RunRecord | str | Path, reports: str | Path | None) -> RunRecord:
    if isinstance(run, RunRecord):
        return run
    return read_run_of(str(run), open_reports(reports), warnings.warn)


def is_file(name: str) -> bool:
    """Whether a text names a file, not an environment; a file that is missing is reported as such."""
    return Path(name).is_file() or name.endswith((".json", ".html"))


def read_run_of(name: str, reports: Storage, warn: Warn) -> RunRecord:
    """The record in a file, or that of the newest run of an environment.

    Args:
        name: a `record.json`, a `report.html`, or the name of an environment.
        reports: where the reports are.
        warn: called with a line about each record that cannot be used, and where the last attempt has no record.

    Raises:
        InputError: the environment has no runs.
        RecordError: the file does not contain a record.
        ReportError: the reports cannot be read.
    """
    if is_file(name):
        return load(name)
    record = next(records_newest_first(reports, name, warn), None)
    if record is None:
        raise InputError(
            "no reports yet", where=reports.where(name), hint=f"Run: agentcore-probe report {name}"
        )
    failure = failure_since(reports, name, record.provenance.started)
    if failure is not None:
        at = to_the_minute(failure.at)
        warn(f"{name} could not run at {at}, so the run before is compared: {failure.line}")
    return record


def explain(text: str, *, where: str = "the text") -> Explanation:
    """The explanation of one exchange, or of material without one.

    Args:
        text: the content of a case file, `curl -i` output, or a botocore error; or a token, claims, an ARN, a URL, a
            command before it is sent, the settings of an authorizer.
        where: what the text is, for error messages.

    Raises:
        RecordError: the text contains nothing that can be explained.
    """
    from agentcore_probe.judge.explain import explain as explain_text

    return explain_text(text, where=where)
