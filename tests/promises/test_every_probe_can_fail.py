"""Promise 13: for each access method there is a broken service that its row detects.

Which one follows from the method's record; a kind of method without one here fails the build.
"""

from __future__ import annotations

import os
import shutil
from typing import get_args

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.exchange import Forgery
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


BROKEN_AUTHORIZERS: dict[Forgery, str] = {
    "foreign-key": "takes-signature",
    "payload-changed": "takes-signature",
    "alg-none": "takes-alg-none",
    "hs256-public-key": "takes-hs256-public-key",
    "expired": "takes-expiry",
    "wrong-issuer": "takes-issuer",
}
"""Forgery -> the fault whose authorizer accepts it."""

Accepted = dict[str, set[tuple[str, Forgery | None]]]
"""Fault -> the accepted forgeries, with their target."""


@pytest.fixture(scope="module")
def accepted() -> Accepted:
    """The forgeries that each broken authorizer accepts."""

    def run(fault: str) -> set[tuple[str, Forgery | None]]:
        record = observed(Environment(name="local", local=LocalSetup(faults=(fault,))), experiments=False)
        return {
            (exchange.id.split("-")[0], exchange.forged)
            for exchange in record.exchanges
            if exchange.forged and exchange.response and exchange.response.status == 200
        }

    return {fault: run(fault) for fault in sorted(set(BROKEN_AUTHORIZERS.values()))}


def test_every_forgery_has_a_broken_authorizer() -> None:
    """Each forgery can detect something."""
    assert BROKEN_AUTHORIZERS.keys() == set(get_args(Forgery))


@pytest.mark.parametrize("target", ["runtime", "gateway"])
@pytest.mark.parametrize(("forgery", "fault"), BROKEN_AUTHORIZERS.items(), ids=BROKEN_AUTHORIZERS)
def test_a_broken_authorizer_is_detected_by_its_forgery(
    accepted: Accepted, target: str, forgery: Forgery, fault: str
) -> None:
    """An authorizer that is broken in another way refuses the forgeries with another algorithm."""
    assert (target, forgery) in accepted[fault]
    if forgery in ("alg-none", "hs256-public-key"):
        assert {other for other, forgeries in accepted.items() if (target, forgery) in forgeries} == {fault}


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
