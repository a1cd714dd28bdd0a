"""Several callers: sixty results equal an oracle written by hand, and they take about as long as one."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.errors import InputError
from agentcore_probe.judge.judge import judge
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.identity import NamedIdentity, SecretReference
from agentcore_probe.model.methods import caller_of, method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.budget import request_limit
from tests.embedded import observed, started

ORACLE: dict[str, Any] = json.loads(Path(__file__).with_name("callers_oracle.json").read_text("utf-8"))
"""Who must get what from which deployment, and why: 5 users in 2 groups, 2 app clients, 3 roles."""


@cache
def record_of(deployment: str) -> RunRecord:
    setup = LocalSetup(identities=True, **ORACLE[deployment]["setup"])
    return observed(Environment(name="t", local=setup), controls="few", experiments=False)


def results(record: RunRecord) -> dict[str, dict[str, tuple[str, str]]]:
    """Caller -> target -> decision and cause."""
    table: dict[str, dict[str, tuple[str, str]]] = {}
    for finding in judge(record).identities:
        row, caller = method(finding.method), caller_of(finding.method)
        assert row is not None
        assert caller is not None
        is_at_login = finding.observed is None and finding.diagnosis.cause == "user-disabled"
        decision = "refused at login" if is_at_login else str(finding.observed)
        table.setdefault(caller, {})[row.target] = (decision, finding.diagnosis.cause)
    return table


def test_the_oracle_has_sixty_results() -> None:
    """Three deployments, ten callers, two targets; each result has its reason."""
    cells = [
        cell
        for deployment in ORACLE.values()
        for row in deployment["callers"].values()
        for cell in row.values()
    ]
    assert len(cells) == 60
    assert all(cell["why"] for cell in cells)
    assert {cell["is"] for cell in cells} == {"accepted", "refused", "refused at login"}


@pytest.mark.parametrize("deployment", ORACLE)
def test_every_result_is_that_of_the_oracle(deployment: str) -> None:
    """allowedClients, customClaims on groups, allowedScopes, policies of roles and of the resource."""
    expected = {
        caller: {target: (cell["is"], cell["cause"]) for target, cell in row.items()}
        for caller, row in ORACLE[deployment]["callers"].items()
    }
    assert results(record_of(deployment)) == expected


def test_each_result_has_its_evidence_in_the_record() -> None:
    """The exchanges of callers are in the shared list, with ids that name the caller, after those of the rows."""
    record = record_of("jwt")
    for finding in judge(record).identities:
        assert finding.diagnosis.evidence
        assert all(record.exchange(id) is not None for id in finding.diagnosis.evidence)
    callers = [caller_of(exchange.id) for exchange in record.exchanges]
    assert callers == sorted(callers, key=lambda caller: caller or "")
    assert not any(exchange.must_be_refused for exchange in record.exchanges if caller_of(exchange.id))


def test_the_record_says_who_each_caller_was() -> None:
    """Claims and principals, never a token."""
    record = record_of("iam")
    staff, operator = record.caller("staff"), record.caller("operator")
    assert staff is not None
    assert staff.token is not None
    assert staff.token.claims["cognito:groups"] == ["staff"]
    assert operator is not None
    assert operator.principal == "arn:aws:sts::123456789012:assumed-role/operator/agentcore-probe"


def test_a_policy_engine_shows_fewer_tools_to_some() -> None:
    """`tools/list` differs by caller."""
    tools = {
        caller: set(observation.facts["tools"])
        for caller in ("admin", "staff")
        if (observation := record_of("jwt").observation(f"{caller}:gateway-jwt")) is not None
    }
    assert tools["staff"] < tools["admin"]


def test_a_run_of_one_method_asks_the_callers_that_have_it() -> None:
    """`--only` leaves out every other way in."""
    environment = Environment(name="t", local=LocalSetup(identities=True))
    record = observed(environment, only="gateway-jwt", controls="few", experiments=False)
    ways = {observation.method for caller in record.identities for observation in caller.observations}
    tokens = {caller.name for caller in record.identities if caller.kind == "token"}
    assert ways == {f"{caller}:gateway-jwt" for caller in tokens}
    assert len(record.identities) == len(tokens) == 7


def test_callers_count_in_the_number_of_requests() -> None:
    """In the limit, unless the file sets one."""
    one, several = (
        Environment(name="t", local=LocalSetup(), identities=identities)
        for identities in (None, {"a": NamedIdentity(), "b": NamedIdentity()})
    )
    assert request_limit(several) > request_limit(one)
    limited = several.model_copy(update={"limits": Limits(requests=50)})
    assert request_limit(limited) == 50
    record = record_of("jwt")
    assert len([exchange for exchange in record.exchanges if caller_of(exchange.id)]) <= 10 * 10


def test_a_caller_without_its_secret_ends_the_run() -> None:
    """Before its results are missing from a report that took minutes. The error says which caller it is."""
    with started(LocalSetup()) as facts:
        live = with_embedded(Environment(name="t", local=LocalSetup()), facts)
        caller = NamedIdentity(
            client_id="x", username="x", password=SecretReference(source="env", name="PROBE_NOT_SET")
        )
        environment = live.environment.model_copy(update={"identities": {"admin": caller}})
        run = type(live)(environment, live.keys, live.secrets).run(controls="few")
        with pytest.raises(InputError, match="PROBE_NOT_SET") as caught:
            run.observe()
        assert caught.value.where == "[identities.admin], env PROBE_NOT_SET"


def test_a_caller_equal_to_that_of_the_rows_does_not_log_in_again() -> None:
    """A login may take place in the person's browser."""
    with started(LocalSetup()) as facts:
        live = with_embedded(Environment(name="t", local=LocalSetup()), facts)
        identity = live.environment.identity
        assert identity is not None
        same = NamedIdentity(**{name: getattr(identity, name) for name in type(identity).model_fields})
        environment = live.environment.model_copy(update={"identities": {"same": same}})
        record = type(live)(environment, live.keys, live.secrets).run(controls="few").observe()
    assert [exchange.id for exchange in record.exchanges if exchange.step == "login"] == ["identity/1"]
    caller = record.caller("same")
    assert caller is not None
    assert caller.token == record.token


@pytest.mark.slow
def test_ten_callers_take_at_most_a_third_longer_than_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Against services that take half a second for each answer, as a distant region does; the ratio is printed."""
    seconds = {}
    for identities in (None, True):
        setup = LocalSetup(identities=identities, faults=("answers-late",))
        environment = Environment(name="t", local=setup)
        with started(setup) as facts:
            run = with_embedded(environment, facts).run(controls="few", experiments=False)
            start = time.perf_counter()
            run.observe()
            seconds[identities] = time.perf_counter() - start
    ratio = seconds[True] / seconds[None]
    with capsys.disabled():
        print(f"\nten callers: {seconds[True]:.1f} s, one: {seconds[None]:.1f} s, ratio {ratio:.2f}")
    assert ratio <= 1.3
