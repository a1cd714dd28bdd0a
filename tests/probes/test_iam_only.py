"""An environment that is called with signatures only: its file has no [identity]."""

from __future__ import annotations

from agentcore_probe import api
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from tests.embedded import started


def test_it_is_verified_without_a_token() -> None:
    """The rows that would need one do not apply, and say why."""
    setup = LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam")
    with started(setup) as facts:
        live = with_embedded(Environment(name="t", local=setup), facts)
        deployed = live.environment.model_copy(update={"local": None, "identity": None})
        record = type(live)(deployed, live.keys, live.secrets).run(controls="few").observe()
    judgement = api.judge(record)
    assert judgement.verdict == "verified"
    reasons = {finding.method: finding.reason for finding in judgement.findings if finding.reason}
    assert reasons["runtime-jwt"] == reasons["gateway-jwt"] == "no-token-for-iam"
    assert reasons["runtime-jwt-forged"] == "no-jwt-authorizer"


def test_a_target_that_takes_tokens_needs_one() -> None:
    """Without [identity], its rows cannot be tested."""
    setup = LocalSetup(gateway_authorizer="iam")
    with started(setup) as facts:
        live = with_embedded(Environment(name="t", local=setup), facts)
        deployed = live.environment.model_copy(update={"local": None, "identity": None})
        record = type(live)(deployed, live.keys, live.secrets).run(controls="few").observe()
    judgement = api.judge(record)
    assert judgement.verdict == "inconclusive"
    outcomes = {finding.method: finding.outcome for finding in judgement.findings}
    assert (outcomes["runtime-jwt"], outcomes["gateway-jwt"]) == ("not-testable", "not-applicable")
