"""Runs: of an environment, of one call, in a plan; and what they end with."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.api.naming import environment_in_errors
from agentcore_probe.api.records import load
from agentcore_probe.environments.load import (
    environment_names,
    find_root,
    load_environment,
    load_layers,
    record_path,
    rows_of,
)
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.errors import (
    ExitCode,
    InputError,
    NoIdentityError,
    RecordError,
    UnreachableError,
)
from agentcore_probe.extras import require_extra
from agentcore_probe.live import Progress, before_start, open_environment
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import check_language
from agentcore_probe.model.methods import METHODS, method
from agentcore_probe.model.question import Question
from agentcore_probe.model.record import Observation, RunRecord
from agentcore_probe.report.notebook_progress import notebook_progress
from agentcore_probe.store import read_record

if TYPE_CHECKING:
    from agentcore_probe.model.plan import Plan
    from agentcore_probe.probes.wait import Waiting
    from agentcore_probe.report.report import Report


def environment(name: str = "local", *, root: Path | None = None) -> Environment:
    """The environment in `environments/NAME.toml`, or in a row of a table.

    Args:
        name: the environment's name; of a template, that of one of its rows (`environments`).
        root: the project's root, which contains `environments/`; None searches the working directory and its
            parents.

    Raises:
        EnvironmentFileError: the file does not exist or cannot be used.
    """
    return load_environment(name, root or find_root())


def environments(pattern: str = "*", *, root: Path | None = None) -> list[str]:
    """The names of environments, in alphabetical order: files, the rows of templates, and the built-in ones.

    Args:
        pattern: which ones: a template's name for its rows, or a pattern as a shell has them (`prod-*`).
        root: as for `environment`.
    """
    root = root or find_root()
    return sorted(rows_of(pattern, root)) or fnmatch.filter(environment_names(root), pattern)


def observe(  # noqa: PLR0913  (keyword arguments)
    name: str | Environment = "local",
    *,
    only: str | None = None,
    change: str | None = None,
    root: Path | None = None,
    progress: Progress | None = None,
    experiments: bool = True,
    stop: threading.Event | None = None,
    controls: ControlLevel = "all",
    wait: float = 0,
    on_wait: Callable[[Waiting], None] | None = None,
    run_id: str | None = None,
) -> RunRecord:
    """Calls an environment by every access method and returns the record; a recorded one is read instead.

    Args:
        name: the environment's name, or the environment itself.
        only: the id of one access method to test; None tests all of them.
        change: a factor of that method's first request (one of `probes.experiments.CHANGEABLE_FACTORS`) to
            change in one more call; it replaces the other experiments.
        root: the project's root (`environments.load.find_root`); None searches the working directory and its
            parents.
        progress: called with each phase and its state; None shows them below the cell of a notebook.
        experiments: whether to make the extra calls that prove a cause (at most six).
        stop: set it from another thread to end the run; a run that fails does not set it.
        controls: how many calls that must be refused are sent: `few` or `all`.
        wait: minutes to wait at most, before the run, until a deployment has ended and the targets can be called.
        on_wait: called with the state of the wait, each time that the targets were looked at.
        run_id: the run's id, a UUID in hexadecimal; None makes one.

    Raises:
        EnvironmentFileError: the environment cannot be used.
        InputError: `only` or `change` is unknown, `change` does not apply, or a secret cannot be read.
        LocalError: the embedded AgentCore did not start.
        StoppedError: `stop` was set; there is no record.
    """
    _check_method(only)
    if change is not None:
        _check_change(change, only)
    root = root or find_root()
    target = load_environment(name, root) if isinstance(name, str) else name
    with environment_in_errors(target, root):
        if target.record is None:
            with notebook_progress(progress) as shown, open_environment(target, shown) as live:
                run = live.run(
                    progress=shown, experiments=experiments, stop=stop, controls=controls, id=run_id
                )
                if wait:
                    run.wait(wait, on_wait or (lambda _: None))
                return run.observe(only, change)
        if only is not None:
            raise InputError(
                "a recorded environment sends nothing, so a single method cannot be tested",
                hint="Leave out --only",
            )
        if wait:
            raise InputError("a recorded environment sends nothing to wait for", hint="Leave out --wait")
        return _replay(target, root)


def plan(  # noqa: PLR0913  (keyword arguments)
    name: str | Environment = "local",
    *,
    record: RunRecord | None = None,
    path: str = "the record",
    only: str | None = None,
    controls: ControlLevel = "all",
    experiments: bool = True,
    root: Path | None = None,
) -> Plan:
    """What `observe` would do, without sending anything: its requests, their prediction, where each value comes from.

    No credentials are looked for, and no command is run.

    Args:
        name: the environment's name, or the environment itself.
        record: an earlier run of it, for what is deployed; without one, each possible authorizer is predicted.
        path: where that record is, for the reader.
        only: as for `observe`.
        controls: as for `observe`.
        experiments: as for `observe`.
        root: as for `observe`.

    Raises:
        EnvironmentFileError: the environment cannot be used.
        InputError: `only` is unknown, or the region is missing.
    """
    _check_method(only)
    root = root or find_root()
    target = load_environment(name, root) if isinstance(name, str) else name
    from agentcore_probe.environments.plan_origins import with_lines
    from agentcore_probe.probes.plan import make_plan, recorded_plan

    if target.record is not None:
        return recorded_plan(target)
    with environment_in_errors(target, root):
        made = make_plan(
            before_start(target),
            record,
            path=path,
            only=only,
            controls=controls,
            experiments=experiments,
        )
    return with_lines(made, load_layers(name, root)) if isinstance(name, str) else made


def ask(
    question: Question, *, progress: Progress | None = None, stop: threading.Event | None = None
) -> RunRecord:
    """Makes one call with the few others that explain its answer: at most 12 requests.

    Args:
        question: from `environments.asking.read_question`.
        progress: called with each phase and its state; None shows them below the cell of a notebook.
        stop: set it from another thread to end it.

    Raises:
        InputError: the token cannot be read or sent, or the region is missing.
        NoIdentityError: AWS credentials are asked for, or exist, and cannot be used.
        StoppedError: `stop` was set; there is no record.
    """
    from agentcore_probe.probes.asking import Asking

    try:
        with notebook_progress(progress) as shown:
            return Asking(question, progress=shown, stop=stop).observe()
    except AwsLoginError as error:
        raise login_error(error.login, where=None, is_input=True) from None


def report(name: str = "local", record: str | Path | None = None, language: str | None = None) -> Report:
    """The report of a record, or of a new run against an environment.

    Args:
        name: the environment's name; not used with `record`.
        record: a `record.json`, or a `report.html` that contains one; None observes the environment.
        language: the code of a language (`en`, `ja`); None is the environment's language.

    Raises:
        InputError: the environment or the record cannot be used, or the language is unknown.
    """
    if language is not None:
        check_language(language)
    require_extra("report", "api.report")
    from agentcore_probe.report.report import Report

    return Report(load(record) if record is not None else observe(name), language)


def exit_code(record: RunRecord, judgement: Judgement) -> int:
    """The exit code of a run: 0 when it is verified, else 1.

    Args:
        record: the run.
        judgement: its judgement.

    Raises:
        NoIdentityError: no access method could be tried: an identity or AWS credentials are missing.
        UnreachableError: nothing answered any of the requests.
    """
    _check_that_something_answered(record)
    return ExitCode.VERIFIED if judgement.verdict == "verified" else ExitCode.NOT_VERIFIED


def _check_method(only: str | None) -> None:
    if only is not None and only not in {method.id for method in METHODS}:
        methods = ", ".join(method.id for method in METHODS)
        raise InputError(f"unknown access method {only!r}", hint=f"Use one of: {methods}")


def _check_change(change: str, only: str | None) -> None:
    from agentcore_probe.probes.experiments import CHANGEABLE_FACTORS

    if change not in CHANGEABLE_FACTORS:
        raise InputError(f"unknown factor {change!r}", hint=f"Use one of: {', '.join(CHANGEABLE_FACTORS)}")
    if only is None:
        raise InputError("--change requires --only METHOD", hint="Name the method whose request to change")


def _replay(environment: Environment, root: Path) -> RunRecord:
    """The record of a recorded environment, with this environment's name, language and expectations."""
    path = record_path(environment, root)
    try:
        record = read_record(path)
    except RecordError as error:
        hint = error.hint or "Correct record in the environment file, or restore the file that it names"
        raise RecordError(error.what, where=error.where, hint=hint) from None
    own = {"name": environment.name, "language": environment.language, "expect": environment.expect}
    replayed = record.model_copy(
        update={
            "environment": record.environment.model_copy(update=own),
            "provenance": record.provenance.model_copy(update={"source": "recorded"}),
        }
    )
    return replayed if replayed == record else replayed.of_run(record.run_id)


def _is_genuine(observation: Observation) -> bool:
    """Whether the method sends a credential that may be accepted."""
    row = method(observation.method)
    return row is None or row.auth in ("jwt", "sigv4")


def _check_that_something_answered(record: RunRecord) -> None:
    location = f"environment {record.environment.name}"
    applicable = [observation for observation in record.observations if observation.not_applicable is None]
    tried = [observation for observation in applicable if observation.not_tried is None]
    exchanges = [exchange for observation in tried for exchange in record.of(observation)]
    if exchanges and all(exchange.response is None for exchange in exchanges):
        detail = next(exchange.fault.detail for exchange in exchanges if exchange.fault)
        raise UnreachableError(f"nothing answered: {detail}", where=location)
    login = record.provenance.aws_login
    is_reason = login is not None and any(observation.not_tried == login.cause for observation in applicable)
    if login is not None and is_reason and not any(_is_genuine(observation) for observation in tried):
        raise login_error(login, where=location)
    if applicable and not tried:
        reasons = ", ".join(sorted({observation.not_tried or "" for observation in applicable}))
        gateway = record.configuration.gateway
        why = gateway.unreadable if gateway is not None else None
        if reasons == "gateway-url-unknown" and why is not None:
            raise NoIdentityError(
                f"the Gateway's URL is not known, and its configuration could not be read ({why})",
                where=location,
                hint=f"agentcore-probe doctor {record.environment.name}",
            )
        raise NoIdentityError(
            f"no access method could be tried ({reasons})",
            where=location,
            hint="Configure [identity] or AWS credentials",
        )
