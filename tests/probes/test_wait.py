"""Waiting for a deployment: what it waits for, what it leaves to the run, and how it ends."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet

from agentcore_probe import api
from agentcore_probe.access.aws import Aws
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.errors import InputError, StoppedError
from agentcore_probe.live import LiveEnvironment, with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.identity import SecretReference
from agentcore_probe.probes.wait import Obstacle, Readiness, Waiting, wait_until_callable
from tests.conftest import PROJECT
from tests.embedded import started


@contextlib.contextmanager
def readiness(setup: LocalSetup) -> Iterator[Readiness]:
    """Of an embedded AgentCore that runs during the block."""
    with started(setup) as facts:
        live = with_embedded(Environment(name="t", local=setup), facts)
        yield of(live)


def of(live: LiveEnvironment) -> Readiness:
    aws = Aws(live.environment, live.keys)
    return Readiness(live.environment, aws, SecretStore(aws, live.secrets or {}, threading.Event()))


def slow(*values: object) -> ParameterSet:
    """Parameters that only `make promises` runs."""
    return pytest.param(*values, marks=pytest.mark.slow)


def test_a_deployment_is_waited_for_until_its_targets_can_be_called() -> None:
    """Until READY by the status, then by a call of each target, since the data plane lags behind."""
    looks: list[Waiting] = []
    with readiness(LocalSetup(faults=("deploying",))) as targets:
        end = wait_until_callable(targets, 30, looks.append, stop=threading.Event(), pause=0.01)
    assert [[obstacle.reason for obstacle in look.obstacles] for look in looks] == [
        ["CREATING", "CREATING"],
        ["CREATING", "CREATING"],
        ["HTTP 404, unexplained", "HTTP 404, endpoint-propagating"],
        [],
    ]
    assert [look.is_over for look in looks] == [False, False, False, True]
    assert end is looks[-1]


@pytest.mark.parametrize(
    "setup",
    [
        LocalSetup(),
        slow(LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam", protocol="MCP")),
        slow(LocalSetup(gateway_authorizer="none", protocol="A2A")),
        slow(LocalSetup(faults=("control-plane-denied",))),
        # results, not obstacles: the run reports them
        LocalSetup(faults=("runtime-failed", "gateway-other-client")),
        slow(LocalSetup(faults=("runtime-other-client",))),
        slow(LocalSetup(faults=("refuses-everything",))),
        slow(LocalSetup(faults=("login-wrong-password",))),
        slow(LocalSetup(faults=("gateway-target-failed", "container-failed"))),
    ],
    ids=lambda setup: ",".join(setup.faults) or f"{setup.gateway_authorizer}-{setup.protocol}",
)
def test_nothing_is_waited_for_that_no_deployment_causes(setup: LocalSetup) -> None:
    """The first look is the last."""
    with readiness(setup) as targets:
        assert targets.look() == ()


@pytest.mark.parametrize(
    ("faults", "obstacles"),
    [
        slow(("endpoint-renamed",), {Obstacle("runtime", "endpoint DEFAULT NOT FOUND")}),
        (("endpoint-just-created",), {Obstacle("runtime", "HTTP 404, endpoint-propagating")}),
        slow(("runtime-deleted",), {Obstacle("runtime", "NOT FOUND")}),
        slow(("deploying", "control-plane-denied"), {Obstacle("runtime", "HTTP 404, runtime-not-found")}),
    ],
)
def test_what_a_deployment_may_cause_is_waited_for(faults: tuple[str, ...], obstacles: set[Obstacle]) -> None:
    """By the status, and without one by the answer."""
    with readiness(LocalSetup(faults=faults)) as targets:
        assert set(targets.look()) == obstacles


@pytest.mark.parametrize(
    ("fault", "obstacles"),
    [
        ("refuses-everything", {"gateway", "runtime"}),
        slow("runtime-other-client", set()),
    ],
)
def test_a_new_resource_may_refuse_for_a_while(fault: str, obstacles: set[str]) -> None:
    """Unless its rules refuse the token: that does not pass."""
    with readiness(LocalSetup(faults=("deploying", fault))) as targets:
        for _ in range(3):
            targets.look()
        assert {obstacle.target for obstacle in targets.look()} == obstacles


def test_the_time_is_limited_and_a_stop_ends_the_pause() -> None:
    """The last look says what is in the way."""
    looks: list[Waiting] = []
    stop = threading.Event()
    with readiness(LocalSetup(faults=("runtime-updating",))) as targets:
        targets.look()  # the first one loads botocore's models
        end = wait_until_callable(targets, 0.8, looks.append, stop=stop, pause=0.02)
        assert (end.is_over, end.obstacles) == (True, (Obstacle("runtime", "UPDATING"),))
        assert end.seconds >= 0.8
        assert len(looks) >= 2
        with pytest.raises(StoppedError):
            wait_until_callable(targets, 60, lambda _: stop.set(), stop=stop, pause=60)


def test_a_missing_secret_ends_the_wait_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the Runtime is not ready."""
    monkeypatch.delenv("T_PASSWORD", raising=False)
    setup = LocalSetup(faults=("deploying",))
    with started(setup) as facts:
        live = with_embedded(Environment(name="t", local=setup), facts)
        assert live.environment.identity is not None
        secret = SecretReference(source="env", name="T_PASSWORD")
        identity = live.environment.identity.model_copy(update={"password": secret})
        environment = live.environment.model_copy(update={"identity": identity})
        with pytest.raises(InputError, match="T_PASSWORD"):
            of(LiveEnvironment(environment, live.keys)).look()


def test_a_recorded_environment_has_nothing_to_wait_for() -> None:
    """It sends nothing."""
    with pytest.raises(InputError, match="nothing to wait for"):
        api.observe(api.environment("sample", root=PROJECT), root=PROJECT, wait=1)
