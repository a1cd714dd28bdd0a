"""Fixtures of all tests: the embedded AgentCore, a project folder, the command. Loopback only."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import settings

from agentcore_probe import secret
from agentcore_probe.cli import cli
from agentcore_probe.commands.exit_status import exit_status
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.notebook.worker import Worker
from tests.embedded import started

PROJECT = Path(__file__).resolve().parents[1]
# jsonschema compiles its grammars for three seconds where they are installed; no schema of ours uses them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile("quick")  # `make promises` passes --hypothesis-profile=thorough

COMMANDS = {name: cli.commands[name] for name in cli.list_commands(click.Context(cli))}
"""Every command by its name."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _only_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    """Fails a test that connects to another machine; names that cannot exist may be looked up."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test connects to {address}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else host
        if name and name not in LOOPBACK and not name.endswith(".invalid"):
            raise AssertionError(f"a test looks up {name}")


sys.addaudithook(_only_loopback)


def pytest_sessionstart() -> None:
    """Has no garbage collected while tests are: each of them stays."""
    gc.disable()


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Makes the workers of a whole run import the test modules in different orders, before each collects them in one order.

    The first that imports a module rewrites its assertions and writes that down (`make test` allows it); the others
    read it. In one order, all would rewrite all.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    whole = collector.config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not isinstance(collector, pytest.Session) or not workers or not whole or sys.dont_write_bytecode:
        return
    paths = sorted((PROJECT / "tests").rglob("test_*.py"))
    first = len(paths) * int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) // workers
    for path in paths[first:] + paths[:first]:
        with contextlib.suppress(Exception, pytest.skip.Exception):  # collecting it says so
            importlib.import_module(".".join(path.relative_to(PROJECT).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """Collects garbage from now on as the command does, without what stays for all tests."""
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Makes a skipped test a failure in CI: every test must run there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") == "true" and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


LONGEST = (
    "browser/test_report_page",
    "judge/test_faults",
    "end_to_end/",
    "worlds/",
    "probes/test_run",
    "notebook/",
)
"""The files that take longest begin first, so that no worker ends long after the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts by file, and keeps the order in each."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))


@pytest.fixture(autouse=True)
def _forget_secrets() -> Iterator[None]:
    """Keeps the secrets of one test out of the next."""
    yield
    secret.forget_all()


@pytest.fixture(scope="session")
def agentcore() -> Iterator[Mapping[str, Any]]:
    """The ready line of an embedded AgentCore with JWT on Runtime and Gateway."""
    with started(LocalSetup()) as facts:
        yield facts


@pytest.fixture(scope="session")
def agentcore_iam() -> Iterator[Mapping[str, Any]]:
    """The same with IAM on both."""
    with started(LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam")) as facts:
        yield facts


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    """The port of a server that speaks S3."""
    from tests import s3

    with s3.running() as port:
        yield port


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """Executes notebooks, each in a process of its own."""
    with Worker() as worker:
        yield worker


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of a checkout as its user has it: environments and notebooks."""
    for folder in ("environments", "notebooks"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    return tmp_path


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(project: Path) -> Command:
    """Runs `python -m agentcore_probe ...` in the project folder; returns the completed process."""

    def run(*words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "agentcore_probe", *words],
            cwd=cwd or project,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **(env or {})},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


def run_here(
    words: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs `agentcore-probe WORDS` in this process.

    Args:
        words: command and options.
        cwd: its working directory.
        env: further environment variables.
        stdin: what it reads.
    """
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["agentcore-probe", *words])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        patch.setattr(sys, "stdout", output)
        patch.setattr(sys, "stderr", errors)
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        status = exit_status(cli, wants_json="--json" in words)
    texts = (stream.buffer.getvalue().decode() for stream in (output, errors))
    return subprocess.CompletedProcess(words, status, *texts)


@pytest.fixture
def command_here(project: Path) -> Command:
    """The same in this process, which takes no second to start: for all but streams, signals and the process itself."""
    return lambda *words, cwd=project, **options: run_here(words, cwd, **options)


@pytest.fixture(scope="session")
def token(agentcore: Mapping[str, Any]) -> str:
    """A bearer token of the embedded user."""
    return log_in(agentcore)["AccessToken"]


def environment_file(ready: Mapping[str, Any], flow: str = "user-password") -> str:
    """The text of an environment file for a running embedded AgentCore, with references to its secrets."""
    credentials = {
        "user-password": 'username = "probe"\npassword = { env = "T_PASSWORD" }',
        "token": 'token = { env = "T_TOKEN" }',
        "client-credentials": 'client_secret = { env = "T_CLIENT_SECRET" }\nscope = "gateway/invoke"',
        "authorization-code": 'username = "probe"\nscope = "openid gateway/invoke"',
    }[flow]
    client = ready["identity"]["machine_client_id" if flow == "client-credentials" else "client_id"]
    endpoints = "\n".join(f'{name} = "{url}"' for name, url in ready["endpoints"].items())
    return (
        f'region = "{ready["region"]}"\n[runtime]\narn = "{ready["runtime"]["arn"]}"\n'
        f'[gateway]\nurl = "{ready["gateway"]["url"]}"\n'
        f'[identity]\nflow = "{flow}"\nclient_id = "{client}"\n{credentials}\n'
        f'discovery_url = "{ready["identity"]["discovery_url"]}"\n[endpoints]\n{endpoints}\n'
    )


def log_in(ready: Mapping[str, Any]) -> dict[str, str]:
    """The tokens of a login at the embedded Cognito, with urllib only."""
    import urllib.request

    identity = ready["identity"]
    body = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": identity["client_id"],
        "AuthParameters": {"USERNAME": identity["username"], "PASSWORD": identity["password"]},
    }
    request = urllib.request.Request(
        ready["endpoints"]["cognito-idp"],
        data=json.dumps(body).encode(),
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": "application/x-amz-json-1.1",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return dict(json.load(response)["AuthenticationResult"])
