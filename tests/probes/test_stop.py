"""A run that is stopped raises, and one that fails stops no other."""

from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest

from agentcore_probe.errors import InputError, StoppedError
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.probes.run import Run
from agentcore_probe.probes.stop import RunStop
from tests.embedded import started


def test_a_run_that_fails_leaves_the_stop_of_the_others_alone() -> None:
    """An unset secret is found while the first requests are under way."""
    stop = threading.Event()
    environment = Environment(
        name="unset",
        region="us-east-1",
        gateway=GatewayTarget(url="http://127.0.0.1:9/mcp"),
        identity=Identity(flow="token", token=SecretReference(source="env", name="UNSET_FOR_THIS_TEST")),
    )
    with pytest.raises(InputError, match="UNSET_FOR_THIS_TEST"):
        Run(environment, stop=stop).observe()
    assert not stop.is_set()


def test_a_stop_in_the_aws_command_is_no_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command would run for a minute; the run raises instead of recording what was never measured."""
    aws = tmp_path / "aws"
    aws.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nexec sleep 60\n")
    aws.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    local = Environment(name="local", local=LocalSetup())
    stop = threading.Event()

    def stop_when_begun() -> None:
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        stop.set()

    with started(LocalSetup()) as facts:
        threading.Thread(target=stop_when_begun, daemon=True).start()
        start = time.monotonic()
        with pytest.raises(StoppedError):
            with_embedded(local, facts).run(stop=stop).observe("runtime-cli")
    assert time.monotonic() - start < 30


def test_a_stop_is_the_own_one_or_that_of_the_command() -> None:
    """Setting a run's own leaves the command's alone."""
    command = threading.Event()
    runs = RunStop(command), RunStop(command)
    runs[0].set()
    assert [run.is_set() for run in runs] == [True, False]
    assert not runs[1].wait(0.03)
    assert not command.is_set()
    threading.Timer(0.05, command.set).start()
    assert runs[1].wait(5)
    with pytest.raises(StoppedError):
        runs[1].check()
