"""Promise 13: for each access method there is a broken service that its row detects.

Which one follows from the method's record; a kind of method without one here fails the build.
"""

from __future__ import annotations

import os
import shutil
from functools import cache

import pytest

from agentcore_probe import api
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import (
    Environment,
    GatewayTarget,
    LocalSetup,
    ToolCall,
)
from agentcore_probe.model.forgeries import (
    ANONYMOUS_CONTROLS,
    ANONYMOUS_IDS,
    FORGERIES,
    REFUSED_CONTROLS,
)
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import METHODS, AccessMethod, is_invocation, is_public
from tests.conftest import PROJECT
from tests.embedded import observed

BROKEN_BY_CREDENTIAL = {
    "jwt": "refuses-everything",
    "sigv4": "accepts-everything",
    "none": "accepts-everything",
    "forged-jwt": "accepts-everything",
    "id-token": "accepts-everything",
}
"""What a method sends -> the fault of the embedded AgentCore that makes its row unexpected."""

BROKEN_BY_CAUSE = {"arn-not-encoded": "raw-arn-routed"}
"""The same for methods whose result does not depend on what is deployed, by the predicted cause."""

OPEN = {"runtime-command": "command-open", "runtime-shell": "shell-unchecked"}
"""Entrance -> the fault that opens it, where its requests are invalid on purpose: `accepts-everything` gives a forged token the
same answer as a genuine one, which then shows nothing about the caller."""


CLOSED = {"runtime-session-endpoint": "session-port-not-allowed"}
"""Entrance -> the fault that closes it, where `refuses-everything` leaves nothing to call."""


MISSING = "metadata-missing"
"""The fault of entrances that have documents, whoever asks for them."""


def broken_by(method: AccessMethod) -> str:
    """The fault that makes the method's row unexpected."""
    if is_public(method):
        return MISSING
    if method.fixed_prediction:
        return BROKEN_BY_CAUSE[method.fixed_prediction.cause]
    fault = BROKEN_BY_CREDENTIAL[method.auth]
    return (OPEN if fault == "accepts-everything" else CLOSED).get(method.entrance, fault)


BROKEN = {method.id: broken_by(method) for method in METHODS}
"""Method -> the fault that makes its row unexpected."""

PLACES = {
    "every run": Environment(name="local", local=LocalSetup()),
    "local-entrances": api.environment("local-entrances", root=PROJECT),
    "local-bound": api.environment("local-bound", root=PROJECT),
    "A2A": Environment(name="local", local=LocalSetup(protocol="A2A"), entrances=("runtime-agent-card",)),
}
"""Where the entrances are, each in one of these."""


ELSEWHERE = {
    "gateway-mcp": "every run",
    "runtime-invocations": "every run",
    "gateway-to-runtime": "local-bound",
    "gateway-passthrough": "local-bound",
    "runtime-agent-card": "A2A",
}
"""The entrances that local-entrances does not have, and those of every run."""


def place_of(entrance: str) -> str:
    """The name of the environment that has the entrance."""
    return ELSEWHERE.get(entrance, "local-entrances")


CONTROLS = [
    *(forgery.id for forgery in FORGERIES if forgery.key_type in (None, "RSA")),
    *(control.id for control in ANONYMOUS_CONTROLS),
]
"""Every control that a run sends to the embedded AgentCore, whose issuer has an RSA key."""


@pytest.mark.slow
@pytest.mark.parametrize("control", CONTROLS)
def test_a_weak_verifier_is_detected_by_its_control(control: str) -> None:
    """Both targets accept this control, and the run says so."""
    setup = LocalSetup(faults=(f"takes-{control}",))
    record = observed(Environment(name="local", local=setup), experiments=False)
    accepted = {
        exchange.id.split("-")[0]
        for exchange in record.exchanges
        if control in (exchange.forged, exchange.control)
        and exchange.response
        and exchange.response.status == 200
    }
    assert accepted == {"gateway", "runtime"}
    judgement = judge(record)
    assert judgement.verdict == "not-verified"
    kind = "anonymous" if control in ANONYMOUS_IDS else "jwt-forged"
    for target in accepted:
        finding = judgement.finding(f"{target}-{kind}")
        assert finding is not None
        assert (finding.observed, finding.outcome) == ("accepted", "unexpected")
        assert finding.diagnosis.cause == "open-endpoint"


@pytest.mark.parametrize(
    ("fault", "step"), [("tools-list-open", "tools/list"), ("tools-call-open", "tools/call")]
)
def test_a_target_that_checks_the_first_step_only_is_detected(fault: str, step: str) -> None:
    """By each kind of control that goes on."""
    gateway = GatewayTarget(tool=ToolCall(name="echo-tool___ping"))
    setup = LocalSetup(faults=(fault,), protocol="MCP")
    record = observed(Environment(name="local", local=setup, gateway=gateway), experiments=False)
    accepted = {
        exchange.id.rpartition("/")[0]
        for exchange in record.exchanges
        if (exchange.forged or exchange.control in REFUSED_CONTROLS)
        and exchange.step.startswith(step)
        and exchange.response
        and exchange.response.status == 200
    }
    kinds = ("anonymous", "jwt-forged", "jwt-id-token")
    assert accepted >= {f"gateway-{kind}" for kind in kinds}
    if step == "tools/list":
        assert accepted >= {f"runtime-{kind}" for kind in kinds}
    assert judge(record).verdict == "not-verified"


def test_a_target_that_opens_after_its_first_accepted_call_is_detected() -> None:
    """The controls before it are refused, those after it accepted."""
    setup = LocalSetup(faults=("open-after-first-accepted",))
    record = observed(Environment(name="local", local=setup), experiments=False)
    for row in ("gateway-anonymous", "gateway-jwt-forged", "runtime-anonymous", "runtime-jwt-forged"):
        before, after = record.exchange(f"{row}/1"), record.exchange(f"{row}/2")
        assert before is not None
        assert after is not None
        assert (before.phase, after.phase) == ("before", "after")
        assert before.response is not None
        assert after.response is not None
        assert (before.response.status, after.response.status) == (401, 200)
    assert judge(record).verdict == "not-verified"


@cache
def judged(place: str, fault: str | None) -> Judgement:
    """The judgement of a run with a fault or without one."""
    environment = PLACES[place]
    assert environment.local is not None
    local = environment.local.model_copy(update={"faults": (fault,) if fault else ()})
    # Only the rows of every run need the `aws` command.
    path = os.environ["PATH"] if place == "every run" else "/usr/bin:/bin"
    return judge(observed(environment.model_copy(update={"local": local}), path=path))


def test_every_broken_service_is_needed() -> None:
    """Each method has one, and none is left over."""
    assert BROKEN.keys() == {method.id for method in METHODS}
    faults = {
        *BROKEN_BY_CREDENTIAL.values(),
        *BROKEN_BY_CAUSE.values(),
        *OPEN.values(),
        *CLOSED.values(),
        MISSING,
    }
    assert set(BROKEN.values()) == faults
    assert BROKEN_BY_CREDENTIAL.keys() == {method.auth for method in METHODS}


QUICK = [row for row in METHODS if is_invocation(row)][::2]
"""For `make test`."""


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(method, id=method.id, marks=() if method in QUICK else pytest.mark.slow)
        for method in METHODS
    ],
)
def test_a_row_is_unexpected_with_the_broken_service_only(method: AccessMethod) -> None:
    """The row is unexpected and the verdict is negative; without the fault the row is as expected."""
    fault, place = BROKEN[method.id], place_of(method.entrance)
    outcomes = {
        name: finding.outcome for name in (fault, None) if (finding := judged(place, name).finding(method.id))
    }
    if method.id == "runtime-cli" and shutil.which("aws") is None:
        # Without the `aws` command the row is not applicable.
        assert outcomes == {fault: "not-applicable", None: "not-applicable"}
        return
    assert outcomes == {fault: "unexpected", None: "as-expected"}
    assert judged(place, fault).verdict == "not-verified"
