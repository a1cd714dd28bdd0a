"""The public Python interface, for notebooks and scripts: observe, load, judge, explain.

from agentcore_probe import api

record = api.observe("local")
api.judge(record)
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.environments.load import FOLDER, find_root, load_environment, load_layers, record_path
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.errors import (
    ExitCode,
    InputError,
    NoIdentityError,
    ProbeError,
    RecordError,
    UnreachableError,
)
from agentcore_probe.extras import require_extra
from agentcore_probe.history.trend import History, read_history
from agentcore_probe.judge.explain import explain as _explain
from agentcore_probe.judge.judge import judge
from agentcore_probe.judge.prediction import predict_token
from agentcore_probe.live import Progress, before_start, open_environment
from agentcore_probe.masking import mask_personal_claims
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.inventory import Inventory
from agentcore_probe.model.judgement import Explanation, Judgement
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import METHODS, method
from agentcore_probe.model.question import Question
from agentcore_probe.model.record import Observation, RunRecord
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.model.token_prediction import TokenPrediction
from agentcore_probe.report.notebook_progress import notebook_progress
from agentcore_probe.run_folders import read_run, run_folders
from agentcore_probe.store import read_record

if TYPE_CHECKING:
    from agentcore_probe.doctor.examination import Group
    from agentcore_probe.environments.discovered import Discovered
    from agentcore_probe.model.plan import Plan
    from agentcore_probe.probes.wait import Waiting
    from agentcore_probe.report.report import Report
    from agentcore_probe.simulation.rows import Simulation

__all__ = [
    "Explanation",
    "History",
    "Inventory",
    "Judgement",
    "ProbeError",
    "Question",
    "RunRecord",
    "TokenFacts",
    "TokenPrediction",
    "ask",
    "decode",
    "deployed",
    "discover",
    "doctor",
    "environment",
    "exit_code",
    "explain",
    "history",
    "judge",
    "load",
    "observe",
    "plan",
    "predict",
    "report",
    "simulate",
]

if "IPython" in sys.modules:
    from agentcore_probe.report.explanation import show_in_notebook

    show_in_notebook()


def report(name: str = "local", record: str | Path | None = None, language: str | None = None) -> Report:
    """The report of a record, or of a new run against an environment.

    Args:
        name: the environment's name; not used with `record`.
        record: a `record.json`, or a `report.html` that contains one; None observes the environment.
        language: the code of a language (`en`, `ja`); None is the environment's language.

    Raises:
        InputError: the environment or the record cannot be used, or the language is unknown.
    """
    if language not in (None, *LANGUAGES):
        raise InputError(f"unknown language {language!r}", hint=f"Use one of: {', '.join(LANGUAGES)}")
    require_extra("report", "api.report")
    from agentcore_probe.report.report import Report

    return Report(load(record) if record is not None else observe(name), language)


def environment(name: str = "local", *, root: Path | None = None) -> Environment:
    """The environment in `environments/NAME.toml`.

    Args:
        name: the environment's name.
        root: the project's root, which contains `environments/`; None searches the working directory and its
            parents.

    Raises:
        EnvironmentFileError: the file does not exist or cannot be used.
    """
    return load_environment(name, root or find_root())


def load(path: str | Path) -> RunRecord:
    """The record in a `record.json` or in a `report.html`.

    Args:
        path: the file.

    Raises:
        RecordError: the file does not contain a record, or the record was altered.
    """
    return read_record(Path(path))


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
    with _environment_in_errors(target):
        if target.record is None:
            with notebook_progress(progress) as shown, open_environment(target, shown) as live:
                run = live.run(progress=shown, experiments=experiments, stop=stop, controls=controls)
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
    with _environment_in_errors(target):
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


@contextlib.contextmanager
def _environment_in_errors(environment: Environment) -> Iterator[None]:
    """Adds the environment's file to an input error that does not name it, and its text to a failed AWS login."""
    try:
        yield
    except AwsLoginError as error:
        raise login_error(error.login, where=f"environment {environment.name}") from None
    except InputError as error:
        location = error.where or ""
        if location.startswith((f"{FOLDER}/", "environment ")):
            raise
        full_location = ", ".join(filter(None, (f"{FOLDER}/{environment.name}.toml", location)))
        raise type(error)(error.what, where=full_location, hint=error.hint) from None


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
    return record.model_copy(
        update={
            "environment": record.environment.model_copy(update=own),
            "provenance": record.provenance.model_copy(update={"source": "recorded"}),
        }
    )


def deployed(*, region: str | None = None, profile: str | None = None) -> Inventory:
    """The Runtimes, Gateways and harnesses of a region: all pages of their lists, and what each says of itself.

    Args:
        region: the AWS region; None takes boto3's.
        profile: the AWS profile to read with.

    Raises:
        InputError: no region is known.
        NoIdentityError: there are no credentials, or they may not list anything.
        UnreachableError: nothing answered.
    """
    from agentcore_probe.environments.discover import Discoverer

    return Discoverer(find_root(), region=region, profile=profile).details


def discover(  # noqa: PLR0913  (keyword arguments)
    name: str | None = None,
    *,
    runtime: str | None = None,
    gateway: str | None = None,
    harness: str | None = None,
    region: str | None = None,
    profile: str | None = None,
    username: str | None = None,
    force: bool = False,
    root: Path | None = None,
) -> Discovered:
    """Writes `environments/NAME.toml` from what is deployed. Only reads; sends no request to the targets.

    `deployed` lists the targets.

    Args:
        name: the new environment's name; None calls it like its target.
        runtime: the Runtime's name, id, ARN or URL.
        gateway: the Gateway's name, id, ARN or URL.
        harness: the harness's name, id or ARN: the file describes the Runtime behind it.
        region: the AWS region; None takes it from an ARN or URL, else from boto3.
        profile: the AWS profile to read with; it is written to the file.
        username: the Cognito user to log in as.
        force: whether a file that exists may be replaced; it is kept as `NAME.toml.bak`.
        root: the project's root, which contains `environments/`; None searches the working directory and its
            parents.

    Returns:
        The file, what is left to do in it, and what could not be read.

    Raises:
        InputError: no target is named, the name is invalid or already exists, or a target does not exist.
        NoIdentityError: the credentials may not read any target.
        UnreachableError: nothing answered.
        ReportError: the file cannot be written.
    """
    from agentcore_probe.environments.discover import Discoverer
    from agentcore_probe.environments.discovered import write
    from agentcore_probe.environments.naming import check_new
    from agentcore_probe.environments.resolving import region_in

    root = root or find_root()
    named = {"--runtime": runtime, "--gateway": gateway, "--harness": harness}
    texts = {option: text for option, text in named.items() if text is not None}
    if not texts:
        raise InputError(
            "no target is named", hint="Give runtime, gateway or harness; api.deployed() lists them"
        )
    if name is not None:
        check_new(name, root, force=force)
    region = region or next((found for text in texts.values() if (found := region_in(text))), None)
    discoverer = Discoverer(root, region=region, profile=profile, username=username)
    group = discoverer.named(texts)
    return write(discoverer.draft(group, name or discoverer.name_for(group, force=force)), force=force)


def doctor(*names: str, root: Path | None = None, stop: threading.Event | None = None) -> Iterator[Group]:
    """Checks what environments need, without a call of a target: the groups of lines, each as soon as it is known.

    Args:
        *names: the environments; none checks this machine, the environment files and the AWS login.
        root: the project's root; None searches the working directory and its parents.
        stop: set it from another thread to end it.

    Raises:
        StoppedError: `stop` was set.
    """
    from agentcore_probe.doctor.examination import examine

    return examine(names, root or find_root(), stop or threading.Event())


def history(name: str = "local", *, reports: str | Path | None = None) -> History:
    """The runs of an environment whose reports are on this machine; unusable reports are left out with a warning.

    Args:
        name: the environment's name.
        reports: the folder of the reports; None is `reports/` of the project.

    Raises:
        InputError: the environment has no reports.
    """
    folder = Path(reports or find_root() / "reports") / name
    past = read_history(_records(folder))
    if not past.runs:
        raise InputError("no reports yet", where=str(folder), hint=f"Run: agentcore-probe report {name}")
    return past


def _records(folder: Path) -> Iterator[RunRecord]:
    for run_folder in run_folders(folder):
        try:
            record = read_run(run_folder)
        except RecordError as error:
            warnings.warn(f"left out: {error.line()}", stacklevel=3)
            continue
        if record is not None:
            yield record


def simulate(
    name: str, principal: str, *, profile: str | None = None, root: Path | None = None
) -> Simulation:
    """Whether an IAM principal may call the targets of an environment, from policies; nothing is invoked.

    Args:
        name: the environment's name.
        principal: the ARN of a user, a role, or a session of a role.
        profile: the AWS profile that reads the principal's own policies; None: the environment's credentials.
        root: the project's root; None searches the working directory and its parents.

    Raises:
        InputError: the environment or the ARN cannot be used, or there is no such principal.
        NoIdentityError: there are no AWS credentials.
        LocalError: the embedded AgentCore did not start.
    """
    from agentcore_probe.simulation.documents import PrincipalName
    from agentcore_probe.simulation.rows import simulate as run

    PrincipalName.read(principal)  # an error before anything is started
    target = load_environment(name, root or find_root())
    with _environment_in_errors(target):
        if target.record is not None:
            raise InputError("a recorded environment has no account to read policies of")
        with open_environment(target, None) as live:
            return run(live, principal, profile)


def explain(text: str, *, where: str = "the text") -> Explanation:
    """The explanation of one exchange, or of material without one.

    Args:
        text: the content of a case file, `curl -i` output, or a botocore error; or a token, claims, an ARN, a URL, a
            command before it is sent, the settings of an authorizer.
        where: what the text is, for error messages.

    Raises:
        RecordError: the text contains nothing that can be explained.
    """
    return _explain(text, where=where)


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
        raise NoIdentityError(
            f"no access method could be tried ({reasons})",
            where=location,
            hint="Configure [identity] or AWS credentials",
        )
