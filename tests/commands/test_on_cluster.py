"""`report --scheduler`: a real scheduler and workers on 127.0.0.1."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from tests.clusters import DaskCluster, add_worker, scheduler
from tests.conftest import Command, environment_file
from tests.promises.test_no_secret_leaves_a_run import forms
from tests.relays import Relay, relay

FILES = {"record.json", "report.html", "report.ipynb"}


CANARIES = {
    "AWS_ACCESS_KEY_ID": "AKIACANARY7EXAMPLE00",
    "AWS_SECRET_ACCESS_KEY": "key/of/the/canary+that+sings+in+no+message",
    "AWS_SESSION_TOKEN": "session-of-the-canary-that-sings-in-no-message",
    "T_PASSWORD": "password-of-the-canary-that-sings",
    "T_ELSEWHERE": "this-machine-has-variables-of-others-too",
}
"""What no message may contain, of the client and, reversed, of the workers."""


@contextmanager
def relayed_cluster(folder: Path, relays: list[Relay], env: Mapping[str, str]) -> Iterator[DaskCluster]:
    """A scheduler with workers of one thread, which all talk through the relays: the first is the scheduler's."""
    with scheduler(folder) as cluster:
        relays[0].lead_to(int(cluster.address.rpartition(":")[2]))
        cluster.address = relays[0].address
        for each in relays[1:]:
            words = ("--listen-address", "tcp://127.0.0.1:0", "--contact-address", each.address)
            add_worker(cluster, *words, env=env, waits=False)
        for each, worker in zip(relays[1:], cluster.workers, strict=True):
            (port,) = worker.ports()
            each.lead_to(port)
            worker.wait_for("(Registered to)")
        yield cluster


@pytest.fixture(scope="module")
def relays() -> Iterator[list[Relay]]:
    """Between the scheduler and everybody else, and between each of two workers and everybody else."""
    with ExitStack() as stack:
        yield [stack.enter_context(relay()) for _ in range(3)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, relays: list[Relay]) -> Iterator[DaskCluster]:
    """A scheduler with two workers, which have other secrets than this machine."""
    secrets = {name: value[::-1] for name, value in CANARIES.items() if name != "T_PASSWORD"}
    with relayed_cluster(tmp_path_factory.mktemp("cluster"), relays, secrets) as cluster:
        yield cluster


def runs_in(reports: Path, name: str) -> list[Path]:
    """The folders of an environment's runs."""
    return sorted(path for path in (reports / name).iterdir() if path.is_dir() and not path.is_symlink())


def history_of(reports: Path) -> Counter[str]:
    """How many runs of each environment the history has, in all of its files."""
    rows = (
        Dataset(open_storage(reports))
        .connection()
        .execute("SELECT environment, count(DISTINCT run_id) FROM findings GROUP BY environment")
    )
    return Counter(dict(rows.fetchall()))


def recorded(project: Path, *names: str) -> None:
    """Recorded environments, each with a run of its own."""
    record = json.loads((project / "environments" / "sample.record.json").read_text())
    record.pop("digest", None)
    for number, name in enumerate(names, start=1):
        record["provenance"]["run"] = f"{number:032x}"
        (project / "environments" / f"{name}.record.json").write_text(json.dumps(record))
        (project / "environments" / f"{name}.toml").write_text(f'record = "{name}.record.json"\n')


@pytest.mark.slow
def test_workers_write_the_reports_that_this_machine_would(
    cluster: DaskCluster, project: Path, command_here: Command
) -> None:
    """One report each, the same bytes as without a cluster; an unknown environment is an error in its place."""
    names = ("alpha", "bravo", "charlie")
    recorded(project, *names)
    result = command_here("report", *names, "missing", "--scheduler", cluster.address)
    assert result.returncode == 2, result.stderr
    assert [line[2:].split(":")[0] for line in result.stdout.splitlines() if line[0] == "✗"] == list(names)
    assert "error: missing: environment 'missing' not found" in result.stderr
    for name in names:
        (run,) = runs_in(project / "reports", name)
        assert {path.name for path in run.iterdir()} == FILES
        assert (project / "reports" / name / "latest").resolve() == run
    assert history_of(project / "reports") == Counter(names)
    fleet = json.loads((project / "reports" / "fleet.json").read_text())
    assert [state["environment"] for state in fleet["environments"]] == list(names)
    assert command_here("report", "alpha", "--out", "here").returncode == 1
    (there,), (here,) = runs_in(project / "reports", "alpha"), runs_in(project / "here", "alpha")
    for name in ("record.json", "report.html"):
        assert (there / name).read_bytes() == (here / name).read_bytes()


def test_secrets_stay_where_they_are(
    cluster: DaskCluster,
    relays: list[Relay],
    project: Path,
    command_here: Command,
    agentcore: Mapping[str, Any],
) -> None:
    """Workers resolve references themselves: no message has a secret, and what a worker lacks is named with the worker."""
    (project / "environments" / "prod.toml").write_text(environment_file(agentcore))
    result = command_here("report", "prod", "--scheduler", cluster.address, env=CANARIES)
    assert result.returncode == 2
    assert "the variable T_PASSWORD for the password is not set" in result.stderr
    assert "env T_PASSWORD, on worker tcp://127.0.0.1:" in result.stderr
    assert not runs_in(project / "reports", "prod")
    assert b"T_PASSWORD" in messages_without(CANARIES, relays)


@pytest.mark.slow
def test_secrets_that_a_worker_uses_stay_there(
    project: Path, tmp_path: Path, command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """A verified run, with a password, a token and AWS keys, of all of which no message has any."""
    gateway, keys = agentcore["gateway"], agentcore["aws"]
    text = environment_file(agentcore).replace(f'url = "{gateway["url"]}"', f'id = "{gateway["id"]}"')
    (project / "environments" / "prod.toml").write_text(text)
    session = {"AWS_SESSION_TOKEN": keys["session_token"]} if keys["session_token"] else {}
    secrets = {
        "T_PASSWORD": agentcore["identity"]["password"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        **session,
    }
    env = {**secrets, "AWS_ACCESS_KEY_ID": keys["access_key_id"]}
    with relay() as first, relay() as second:
        relays = [first, second]
        with relayed_cluster(tmp_path / "cluster", relays, env) as cluster:
            result = command_here("report", "prod", "--scheduler", cluster.address, env=CANARIES)
        assert result.returncode == 0, result.stdout + result.stderr
        assert b"prod" in messages_without({**CANARIES, "of the worker": secrets["T_PASSWORD"]}, relays)
        messages_without(secrets, relays)


def messages_without(secrets: Mapping[str, str], relays: list[Relay]) -> bytes:
    """All that was said, after checking that it has none of the secrets in any form."""
    messages = b"".join(bytes(each.seen) for each in relays)
    assert all(len(each.seen) > 100 for each in relays)
    for name, value in secrets.items():
        assert not [form for form in forms(name, value) if form in messages]
    return messages


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--from", "x.json"), "--from makes no run to hand to a cluster"),
        (("--share",), "--scheduler makes no pages for readers outside"),
        (("--engine", "fork"), "--scheduler leaves the engine to the workers"),
        (("--concurrency", "3"), "--scheduler leaves to the cluster how much it does at a time"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    words: tuple[str, ...], problem: str, project: Path, command_here: Command
) -> None:
    """Before anything is sent."""
    result = command_here("report", "sample", "--scheduler", "tcp://127.0.0.1:9", *words)
    assert result.returncode == 2
    assert problem in result.stderr


def test_checks_that_a_worker_lacks_are_refused(
    cluster: DaskCluster, project: Path, command_here: Command
) -> None:
    """A report without a required check would be verified when it is not."""
    (project / "checks").mkdir()
    (project / "checks" / "latency.py").write_text("REQUIRED = True\n")
    result = command_here("report", "sample", "--scheduler", cluster.address)
    assert result.returncode == 2
    assert "checks or sections differ from the client's: checks/latency.py" in result.stderr
