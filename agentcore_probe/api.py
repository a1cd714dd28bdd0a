"""The public Python interface: observe, load, judge, explain. Notebooks and scripts import this.

from agentcore_probe import api
record = api.observe("local")
api.judge(record)
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.environments.load import FOLDER, find_root, load_environment
from agentcore_probe.errors import InputError, NoIdentityError, UnreachableError
from agentcore_probe.judge.explain import explain as _explain
from agentcore_probe.judge.judge import judge
from agentcore_probe.live import Progress, open_environment
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Explanation, Judgement
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token import masked, unverified_facts
from agentcore_probe.store import read_record

if TYPE_CHECKING:
    from agentcore_probe.report.report import Report

__all__ = [
    "Explanation",
    "Judgement",
    "RunRecord",
    "TokenFacts",
    "decode",
    "discover",
    "environment",
    "exit_code",
    "explain",
    "judge",
    "load",
    "observe",
    "report",
]


def report(name: str = "local", record: str | Path | None = None, language: str | None = None) -> Report:
    """The report of an environment: of `record` where one is given, else of a run made now.

    Args:
        name: the environment's name.
        record: a `record.json`, or a `report.html` that carries one.
        language: a language's code (`en`, `ja`); None: the environment's own.

    Raises:
        InputError: the environment or the record cannot be used, or the language is unknown.
    """
    if language not in (None, *LANGUAGES):
        raise InputError(f"unknown language {language!r}", hint=f"Choose from: {', '.join(LANGUAGES)}")
    from agentcore_probe.report.report import Report

    return Report(observe(name) if record is None else load(record), language)


def environment(name: str = "local", *, root: Path | None = None) -> Environment:
    """The environment of that name.

    Raises:
        EnvironmentFileError: it does not exist or cannot be used.
    """
    return load_environment(name, root or find_root())


def load(path: str | Path) -> RunRecord:
    """The record in a `record.json`, or the one that a `report.html` carries.

    Raises:
        RecordError: the file is not a record, or was altered.
    """
    return read_record(Path(path))


def decode(token: str | None = None) -> TokenFacts:
    """What a token says of itself. Nothing is verified, and claims that name a person are masked.

    Args:
        token: the token; None reads the variable `JWT_TOKEN`, so that it need not stand in a notebook.

    Raises:
        InputError: the variable is not set.
    """
    given = os.environ.get("JWT_TOKEN") if token is None else token
    if given is None:
        raise InputError(
            "the variable JWT_TOKEN is not set", hint="Set it before Python starts, or hand the token over"
        )
    return masked(unverified_facts(given.strip().removeprefix("Bearer ").strip()))


def observe(  # noqa: PLR0913  (each by its name)
    name: str | Environment = "local",
    *,
    only: str | None = None,
    change: str | None = None,
    root: Path | None = None,
    progress: Progress | None = None,
    experiments: bool = True,
    stop: threading.Event | None = None,
) -> RunRecord:
    """Asks every access method of an environment, or replays its record.

    Args:
        name: the environment's name, or the environment itself.
        only: one method, by its id.
        change: a factor of its first request (`auth`, `token`, `arn-encoding`, `qualifier`, `region`,
            `session-id`, `accept`) that one more call changes, in place of other experiments.
        root: the folder that holds `environments/`; default: found from the current one upwards.
        progress: told what happens.
        experiments: whether to make the extra calls that settle a cause (at most six).
        stop: set from another thread, it ends what is under way.

    Raises:
        EnvironmentFileError: the environment cannot be used.
        InputError: `only` is no method, `change` is no factor or cannot be changed, a secret cannot be read.
        LocalError: the embedded AgentCore did not start.
    """
    if only is not None and only not in {method.id for method in METHODS}:
        known = ", ".join(method.id for method in METHODS)
        raise InputError(f"there is no access method {only!r}", hint=f"There are: {known}")
    if change is not None:
        _check_change(change, only)
    root = root or find_root()
    where = load_environment(name, root) if isinstance(name, str) else name
    with _naming_the_file(where):
        if where.record is None:
            with open_environment(where, progress) as given:
                return given.run(progress=progress, experiments=experiments, stop=stop).observe(only, change)
        if only is None:
            return _replay(where, root)
        raise InputError(
            "a recorded environment sends nothing, so one method cannot be asked alone",
            hint="Leave out --only",
        )


@contextlib.contextmanager
def _naming_the_file(where: Environment) -> Iterator[None]:
    """An error about what the user gave names the environment's file, where it does not yet."""
    try:
        yield
    except InputError as error:
        at = error.where or ""
        if at.startswith((f"{FOLDER}/", "environment ")):
            raise
        place = ", ".join(filter(None, (f"{FOLDER}/{where.name}.toml", at)))
        raise type(error)(error.what, where=place, hint=error.hint) from None


def _check_change(change: str, only: str | None) -> None:
    from agentcore_probe.probes.experiments import CHANGEABLE_FACTORS

    if change not in CHANGEABLE_FACTORS:
        raise InputError(f"there is no factor {change!r}", hint=f"There are: {', '.join(CHANGEABLE_FACTORS)}")
    if only is None:
        raise InputError(
            "a factor is changed in one method's request", hint="Name the method, too: --only METHOD"
        )


def _replay(where: Environment, root: Path) -> RunRecord:
    """A recorded environment: its record, under this environment's name, language and expectations."""
    assert where.record is not None
    record = read_record(root / FOLDER / where.record)
    told = {"name": where.name, "language": where.language, "expect": where.expect}
    return record.model_copy(
        update={
            "environment": record.environment.model_copy(update=told),
            "provenance": record.provenance.model_copy(update={"source": "recorded"}),
        }
    )


def discover(  # noqa: PLR0913  (each by its name)
    name: str,
    *,
    runtime: str | None = None,
    gateway: str | None = None,
    region: str | None = None,
    profile: str | None = None,
    username: str | None = None,
    root: Path | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """Writes `environments/NAME.toml` from what is deployed; it reads, and calls nothing that is probed.

    Args:
        name: the environment's name; there must be none of that name yet.
        runtime: the Runtime's ARN.
        gateway: the Gateway's id, or its URL.
        region: as in the file; needed where there is no Runtime's ARN to tell it.
        profile: the AWS profile to read with, which the file then names.
        username: the Cognito user to log in as.
        root: the folder that holds `environments/`; default: found from the current one upwards.

    Returns:
        The file, and what is still to do for it, one sentence each.

    Raises:
        InputError: a name is taken or no name, or a target does not exist.
        NoIdentityError: nothing of it may be read.
        UnreachableError: nothing answered.
        ReportError: the file cannot be written.
    """
    from agentcore_probe.environments.discover import discovered

    return discovered(
        name,
        root or find_root(),
        {"region": region, "profile": profile},
        runtime=runtime,
        gateway=gateway,
        username=username,
    )


def explain(text: str, *, where: str = "the text") -> Explanation:
    """What one exchange means: a case file's text, `curl -i` output, a botocore error.

    Raises:
        RecordError: the text shows no answer.
    """
    return _explain(text, where=where)


def exit_code(record: RunRecord, judgement: Judgement) -> int:
    """The exit code of a run: 0 verified; 1 not.

    Raises:
        NoIdentityError: no row was tried, for want of an identity.
        UnreachableError: rows were tried, and nothing answered any of them.
    """
    _check_reached(record)
    return 0 if judgement.verdict == "verified" else 1


def _check_reached(record: RunRecord) -> None:
    applicable = [each for each in record.observations if each.not_applicable is None]
    tried = [each for each in applicable if each.not_tried is None]
    if applicable and not tried:
        reasons = ", ".join(sorted({each.not_tried or "" for each in applicable}))
        raise NoIdentityError(
            f"no access method could be tried ({reasons})",
            where=f"environment {record.environment.name}",
            hint="Give [identity] or AWS credentials",
        )
    sent = [exchange for each in tried for exchange in record.of(each)]
    if sent and all(each.response is None for each in sent):
        detail = next(each.fault.detail for each in sent if each.fault)
        raise UnreachableError(f"nothing answered: {detail}", where=f"environment {record.environment.name}")
