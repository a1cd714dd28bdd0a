"""A client with real schedulers and workers on 127.0.0.1."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from agentcore_probe.errors import InputError, SchedulerError, StoppedError
from agentcore_probe.scheduling import cluster as client
from agentcore_probe.scheduling import connection
from agentcore_probe.scheduling.cluster import Cluster, Outcome, Task
from tests.clusters import DaskCluster, add_worker, scheduler
from tests.scheduling.work import work


def connected(address: str, said: list[str] | None = None, stop: threading.Event | None = None) -> Cluster:
    """A client; what it says goes to a list."""
    return Cluster(address, stop or threading.Event(), (said if said is not None else []).append)


def tasks(*requests: str, seconds: float = 60) -> list[Task]:
    """A task for each request, which is its name."""
    return [Task(uuid4().hex, request, request, seconds) for request in requests]


def outcomes(cluster: DaskCluster, *requests: str, seconds: float = 60) -> dict[str, Outcome]:
    """How each request ended."""
    with connected(cluster.address) as opened:
        return {each.name: each for each in opened.outcomes(work, tasks(*requests, seconds=seconds))}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with two workers, which gives up a task with its first worker."""
    env = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with scheduler(tmp_path_factory.mktemp("cluster"), env=env) as started:
        for _ in range(2):
            add_worker(started)
        yield started


@pytest.mark.parametrize(
    "address", ["10.0.0.1:8786", "http://host:1", "tcp://host", "tcp://a b:1", "inproc://x/1"]
)
def test_an_address_has_a_protocol_and_a_port(address: str) -> None:
    """Anything else is refused without a connection."""
    with pytest.raises(InputError, match="is not the address of a Dask scheduler"):
        connection.check_address(address)


def test_a_scheduler_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few seconds, with the address and what to do; the exit code is that of a target that does not answer."""
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 0.3)
    with (
        pytest.raises(SchedulerError, match="no Dask scheduler answers") as caught,
        connected("tcp://127.0.0.1:9"),
    ):
        pass
    assert caught.value.where == "tcp://127.0.0.1:9"
    assert caught.value.exit_code == 4


@pytest.mark.slow
def test_a_server_of_another_protocol_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one of HTTP, which takes the connection and waits for the end of a line: the error comes nevertheless."""
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 0.3)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        began = time.monotonic()
        address = f"tcp://127.0.0.1:{server.server_port}"
        with pytest.raises(SchedulerError, match="no Dask scheduler answers"), connected(address):
            pass
        assert time.monotonic() - began < 5
        server.shutdown()


def test_every_end_is_a_value(cluster: DaskCluster) -> None:
    """SystemExit and exceptions end no worker; a task whose worker dies is given up, and the others have their results."""
    found = outcomes(cluster, "one", "exit", "raise", "two")
    assert {name: each.result for name, each in found.items() if each.result} == {"one": "ONE", "two": "TWO"}
    assert str(found["exit"].error) == "internal error: SystemExit: 3"
    assert str(found["raise"].error) == "internal error: ValueError: first line"
    assert all(each.worker for each in found.values())
    assert all(worker.process.poll() is None for worker in cluster.workers)
    lost = outcomes(cluster, "die", "one")
    assert "every worker that executed it was lost: tcp://127.0.0.1:" in str(lost["die"].error)
    assert lost["one"].result == "ONE"


@pytest.mark.slow
def test_a_task_ends_with_its_limit(cluster: DaskCluster) -> None:
    """It is stopped, and what it returns then counts."""
    assert outcomes(cluster, "wait", seconds=0.2)["wait"].result == "WAIT"


@pytest.mark.slow
def test_an_interrupt_cancels_and_names_what_runs(tmp_path: Path) -> None:
    """The one worker is at one of three tasks."""
    said: list[str] = []
    stop = threading.Event()
    with scheduler(tmp_path) as started:
        add_worker(started)
        with connected(started.address, said, stop) as opened:
            ended = opened.outcomes(work, [*tasks("one"), *tasks("wait"), *tasks("two", "three")])
            assert next(ended).name == "one"
            threading.Timer(1, stop.set).start()
            with pytest.raises(StoppedError):
                list(ended)
    assert said[0] == "cancelled on the cluster: 2 of 3 that have no result"
    assert said[1].startswith("still running there, until they have written their reports: wait (tcp://127")


@pytest.mark.slow
def test_a_cluster_without_workers_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first worker, and after the last was lost; each time with a message and a time limit."""
    said: list[str] = []
    monkeypatch.setattr(client, "WORKER_SECONDS", 1.0)
    with scheduler(tmp_path) as started:
        with (
            pytest.raises(SchedulerError, match="the cluster had no worker for 1 s"),
            connected(started.address, said),
        ):
            pass
        assert said == ["the cluster has no worker yet; waiting 1 s for one"]
        worker = add_worker(started)
        with connected(started.address, said) as opened:
            ended = opened.outcomes(work, tasks("wait", "one"))
            threading.Timer(0.5, worker.kill).start()
            errors = [str(each.error) for each in ended]
    assert len(errors) == 2
    assert all("the cluster had no worker for 1 s" in error for error in errors)
    assert said[1] == "the cluster has no worker any more; waiting 1 s for one"


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    """Whatever the others have; nothing is submitted."""
    facts = tmp_path / "other" / "agentcore_probe-0.0.1.dist-info" / "METADATA"
    facts.parent.mkdir(parents=True)
    facts.write_text("Metadata-Version: 2.1\nName: agentcore-probe\nVersion: 0.0.1\n")
    with scheduler(tmp_path / "cluster") as started:
        add_worker(started)
        add_worker(started, env={"PYTHONPATH": str(tmp_path / "other")})
        problem = "^worker tcp://127.0.0.1:[0-9]+ has agentcore-probe 0.0.1; this machine has"
        with pytest.raises(SchedulerError, match=problem):
            outcomes(started, "one")


@pytest.mark.slow
def test_tls_is_that_of_dasks_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the certificates of the configuration it connects; without, the error names the address."""
    import dask
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "node.pem")
    sides = ("SCHEDULER", "WORKER", "CLIENT")
    env = {f"DASK_DISTRIBUTED__COMM__TLS__{side}__CERT": str(tmp_path / "node.pem") for side in sides}
    env |= {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(tmp_path / "ca.pem")}
    with scheduler(tmp_path / "cluster", env=env, protocol="tls") as started:
        add_worker(started, "--protocol", "tls", env=env)
        assert started.address.startswith("tls://")
        with pytest.raises(SchedulerError, match="no Dask scheduler answers"):
            outcomes(started, "one")
        with monkeypatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            dask.config.refresh()
            try:
                assert outcomes(started, "one")["one"].result == "ONE"
            finally:
                patch.undo()
                dask.config.refresh()
