"""Promise 13: for each access method there is a broken service that its row detects.

Which one follows from the method's record; a kind of method without one here fails the build.
"""

from __future__ import annotations

import os
import shutil

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, ToolCall
from agentcore_probe.model.forgeries import (
    ANONYMOUS_CONTROLS,
    ANONYMOUS_IDS,
    FORGERIES,
    REFUSED_CONTROLS,
)
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import METHODS
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

BROKEN = {
    method.id: BROKEN_BY_CAUSE[method.fixed_prediction.cause]
    if method.fixed_prediction
    else BROKEN_BY_CREDENTIAL[method.auth]
    for method in METHODS
}
"""Method -> the fault that makes its row unexpected."""


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


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    """The judgement of a run with each fault, and of one without a fault."""
    setups = {name: LocalSetup(faults=(name,)) for name in sorted(set(BROKEN.values()))}
    setups["none"] = LocalSetup()
    path = os.environ["PATH"]
    return {
        name: judge(observed(Environment(name="local", local=setup), path=path))
        for name, setup in setups.items()
    }


def test_every_broken_service_is_needed() -> None:
    """Each method has one, and none is left over."""
    assert BROKEN.keys() == {method.id for method in METHODS}
    assert set(BROKEN.values()) == {*BROKEN_BY_CREDENTIAL.values(), *BROKEN_BY_CAUSE.values()}
    assert BROKEN_BY_CREDENTIAL.keys() == {method.auth for method in METHODS}


@pytest.mark.parametrize(("method", "fault"), BROKEN.items(), ids=BROKEN)
def test_a_row_is_unexpected_with_the_broken_service_only(
    judgements: dict[str, Judgement], method: str, fault: str
) -> None:
    """The row is unexpected and the verdict is negative; without the fault the row is as expected."""
    outcomes = {
        name: finding.outcome for name in (fault, "none") if (finding := judgements[name].finding(method))
    }
    if method == "runtime-cli" and shutil.which("aws") is None:
        # Without the `aws` command the row is not applicable.
        assert outcomes == {fault: "not-applicable", "none": "not-applicable"}
        return
    assert outcomes == {fault: "unexpected", "none": "as-expected"}
    assert judgements[fault].verdict == "not-verified"
