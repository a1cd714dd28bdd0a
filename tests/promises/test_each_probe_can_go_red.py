"""Promise 13: for each access method there is a broken service that its row notices.

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
"""What a method sends -> the fault of the embedded AgentCore that turns its row red."""

BROKEN_BY_CAUSE = {"arn-not-encoded": "raw-arn-routed"}
"""The same for methods whose result does not depend on what is deployed, by the predicted cause."""

BROKEN = {
    method.id: BROKEN_BY_CAUSE[method.fixed_prediction.cause]
    if method.fixed_prediction
    else BROKEN_BY_CREDENTIAL[method.auth]
    for method in METHODS
}
"""Method -> the fault that turns its row red."""


VERIFIERS: dict[Forgery, str] = {
    "foreign-key": "takes-signature",
    "payload-changed": "takes-signature",
    "alg-none": "takes-alg-none",
    "hs256-public-key": "takes-hs256-public-key",
    "expired": "takes-expiry",
    "wrong-issuer": "takes-issuer",
}
"""Forgery -> the broken verifier that takes it."""


@pytest.fixture(scope="module")
def taken() -> dict[str, set[tuple[str, Forgery | None]]]:
    """With each broken verifier, the forgeries that were taken, by target."""

    def found(fault: str) -> set[tuple[str, Forgery | None]]:
        record = observed(Environment(name="local", local=LocalSetup(faults=(fault,))), experiments=False)
        return {
            (each.id.split("-")[0], each.forged)
            for each in record.exchanges
            if each.forged and each.response and each.response.status == 200
        }

    return {fault: found(fault) for fault in sorted(set(VERIFIERS.values()))}


def test_every_forgery_has_a_broken_verifier() -> None:
    """None is sent in vain."""
    assert VERIFIERS.keys() == set(get_args(Forgery))


@pytest.mark.parametrize("target", ["runtime", "gateway"])
@pytest.mark.parametrize(("forgery", "fault"), VERIFIERS.items(), ids=VERIFIERS)
def test_a_broken_verifier_is_seen_by_its_forgery(
    taken: dict[str, set[tuple[str, Forgery | None]]], target: str, forgery: Forgery, fault: str
) -> None:
    """And a verifier that is broken otherwise does not take it."""
    assert (target, forgery) in taken[fault]
    narrow = {"alg-none", "hs256-public-key"}
    if forgery in narrow:
        assert {other for other, all_taken in taken.items() if (target, forgery) in all_taken} == {fault}


@pytest.fixture(scope="module")
def judged() -> dict[str, Judgement]:
    """Each fault's run, judged; and one without a fault."""
    setups = {name: LocalSetup(faults=(name,)) for name in sorted(set(BROKEN.values()))}
    setups["none"] = LocalSetup()
    here = os.environ["PATH"]
    return {
        name: judge(observed(Environment(name="local", local=setup), path=here))
        for name, setup in setups.items()
    }


def test_every_broken_service_is_needed() -> None:
    """Each method has one, and none is left over."""
    assert BROKEN.keys() == {method.id for method in METHODS}
    assert set(BROKEN.values()) == {*BROKEN_BY_CREDENTIAL.values(), *BROKEN_BY_CAUSE.values()}
    assert BROKEN_BY_CREDENTIAL.keys() == {method.auth for method in METHODS}


@pytest.mark.parametrize(("method", "fault"), BROKEN.items(), ids=BROKEN)
def test_a_row_is_red_with_the_broken_service_and_not_without(
    judged: dict[str, Judgement], method: str, fault: str
) -> None:
    """Unexpected, and the verdict with it."""
    outcomes = {name: found.outcome for name in (fault, "none") if (found := judged[name].finding(method))}
    if method == "runtime-cli" and shutil.which("aws") is None:
        # Without the command there is no row to turn red; that is said, and tested as well.
        assert outcomes == {fault: "not-applicable", "none": "not-applicable"}
        return
    assert outcomes == {fault: "unexpected", "none": "as-expected"}
    assert judged[fault].verdict == "not-verified"
