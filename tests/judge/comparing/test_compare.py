"""Which recorded fact explains different results: exactly what was set up differently, in either order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from agentcore_probe.judge.comparing.compare import compare_environments
from agentcore_probe.model.comparison import Comparison, Explanation
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import RunRecord
from tests.embedded import observed
from tests.judge.comparing.environments import changed, prod, renamed, stage, without

Faults = tuple[str, ...]

EXPLAINED: dict[Faults, set[str]] = {
    ("runtime-other-client",): {"runtime.allowedClients"},
    ("gateway-scope-rule",): {"gateway.allowedScopes"},
    ("runtime-other-client", "gateway-scope-rule"): {"runtime.allowedClients", "gateway.allowedScopes"},
}
"""What differs from an environment without a fault -> the facts that explain it; quick."""

EXPLAINED_SLOWLY: dict[Faults, set[str]] = {
    ("runtime-audience-rule",): {"runtime.allowedAudience", "runtime.allowedClients"},
    ("runtime-scope-rule",): {"runtime.allowedScopes"},
    ("runtime-claim-rule",): {"runtime.customClaims.department"},
    ("runtime-no-rule",): {"runtime.allowedClients"},
    ("runtime-other-issuer",): {"runtime.discoveryUrl"},
    ("runtime-workload-binding",): {"runtime.allowedWorkloadConfiguration"},
    ("issuer-differs",): {"issuer.issuer"},
    ("keys-rotated",): {"issuer.keys"},
    ("runtime-deleted",): {"runtime.read"},
    ("endpoint-renamed",): {"runtime.endpoint"},
    ("runtime-updating",): {"runtime.status"},
    ("mmdsv2-off",): {"runtime.requireMMDSV2"},
    ("denied-by-policy",): {"policy.runtime"},
    ("gateway-other-client",): {"gateway.allowedClients"},
    ("gateway-target-failed",): {"gateway.targets"},
    ("gateway-authenticate-only",): {"gateway.authorizer"},
    ("login-flow-disabled",): {"client.authFlows"},
    ("login-client-secret",): {"client.hasSecret"},
    ("token-expired",): {"token.validity"},
    ("token-not-yet-valid",): {"token.validity"},
    ("control-plane-denied",): {"runtime.read", "gateway.read"},
    ("runtime-scope-rule", "gateway-other-client"): {"runtime.allowedScopes", "gateway.allowedClients"},
    ("runtime-claim-rule", "gateway-no-search"): {"runtime.customClaims.department"},
    ("keys-rotated", "gateway-target-failed"): {"issuer.keys", "gateway.targets"},
    ("mmdsv2-off", "gateway-scope-rule"): {"runtime.requireMMDSV2", "gateway.allowedScopes"},
}
"""The same, more of it."""

BETWEEN: dict[tuple[str, str], set[str]] = {
    ("runtime-other-client", "gateway-scope-rule"): {"runtime.allowedClients", "gateway.allowedScopes"},
    ("runtime-other-client", "runtime-scope-rule"): {"runtime.allowedClients", "runtime.allowedScopes"},
    ("runtime-claim-rule", "runtime-scope-rule"): {
        "runtime.allowedScopes",
        "runtime.customClaims.department",
    },
    ("issuer-differs", "gateway-other-client"): {"issuer.issuer", "gateway.allowedClients"},
    ("mmdsv2-off", "gateway-target-failed"): {"runtime.requireMMDSV2", "gateway.targets"},
}
"""A fault in each environment -> the facts that explain it; where one hides the other, both."""

UNEXPLAINED = (
    "container-failed",
    "login-wrong-password",
    "refuses-everything",
    "accepts-everything",
    "throttled",
)
"""Faults that change nothing that a run records."""


def facts(comparison: Comparison) -> set[str]:
    """The facts that explain something."""
    return {fact.fact for explanation in comparison.explanations for fact in explanation.facts}


def of_row(comparison: Comparison, id: str) -> Explanation:
    """The explanation of one row."""
    (found,) = [
        explanation
        for explanation in comparison.explanations
        if id in [subject.id for subject in explanation.subjects]
    ]
    return found


def check_both_ways(faults: Faults, expected: set[str]) -> None:
    """With the faults in the first environment, and in the second one."""
    for comparison in (
        compare_environments(prod(*faults), stage()),
        compare_environments(prod(), stage(*faults)),
    ):
        assert facts(comparison) == expected
        assert all(explanation.facts for explanation in comparison.explanations)
        assert comparison.differs


def test_two_accounts_with_the_same_settings_do_not_differ() -> None:
    """ARNs, ids, regions, hosts, clients and keys of their own do not count as differences."""
    comparison = compare_environments(prod(), stage())
    assert (comparison.explanations, comparison.others, comparison.differs) == ((), (), False)
    assert [side.verdict for side in comparison.sides] == ["verified", "verified"]


@pytest.mark.parametrize("faults", EXPLAINED, ids="+".join)
def test_what_differs_is_named(faults: Faults) -> None:
    """Exactly the settings that were changed."""
    check_both_ways(faults, EXPLAINED[faults])


@pytest.mark.slow
@pytest.mark.parametrize("faults", EXPLAINED_SLOWLY, ids="+".join)
def test_what_differs_is_named_for_every_kind_of_fact(faults: Faults) -> None:
    """Also where two settings differ independently."""
    check_both_ways(faults, EXPLAINED_SLOWLY[faults])


@pytest.mark.slow
@pytest.mark.parametrize("fault", UNEXPLAINED)
def test_nothing_is_guessed(fault: str) -> None:
    """Where no recorded fact differs, no fact is named, and the rows are there."""
    comparison = compare_environments(prod(fault), stage())
    assert facts(comparison) == set()
    assert {subject.basis for explanation in comparison.explanations for subject in explanation.subjects
            if not subject.follows} == {"nothing"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("target", "kind"), [("runtime", "iam"), ("gateway", "iam"), ("gateway", "none")])
def test_another_kind_of_authorizer_is_one_fact(target: str, kind: str) -> None:
    """Not each of its rules; it explains the rows of its target, and both environments are as they should be."""
    comparison = compare_environments(prod(), stage(**{f"{target}_authorizer": kind}))
    assert facts(comparison) == {f"{target}.authorizer"}
    (explanation,) = comparison.explanations
    assert all(target in subject.id for subject in explanation.subjects)


@pytest.mark.slow
@pytest.mark.parametrize("faults", BETWEEN, ids="-".join)
def test_what_is_wrong_in_each_environment_is_named(faults: tuple[str, str]) -> None:
    """Whichever comes first."""
    one, other = faults
    assert facts(compare_environments(prod(one), stage(other))) == BETWEEN[faults]
    assert facts(compare_environments(prod(other), stage(one))) == BETWEEN[faults]


def test_a_fact_decides_by_judging_again() -> None:
    """The row is decided; those whose refusal no longer counts follow from it."""
    explanation = of_row(compare_environments(prod("runtime-other-client"), stage()), "runtime-jwt")
    bases = {subject.id: (subject.basis, subject.follows) for subject in explanation.subjects}
    assert bases["runtime-jwt"] == ("decides", False)
    assert bases["runtime-anonymous"] == ("decides", True)
    (fact,) = explanation.facts
    assert [(value.state, value.claim) for value in fact.values] == [
        ("fails", "client_id"),
        ("matches", "client_id"),
    ]


def test_each_value_has_the_names_of_its_own_environment() -> None:
    """The second one's are not translated."""
    (fact,) = of_row(compare_environments(prod(), stage("runtime-other-client")), "runtime-jwt").facts
    assert fact.values[1].found == "stageclient00000000000000"


def test_one_list_of_clients_and_two_clients_differ_in_the_token() -> None:
    """The list is the same in both, so that the token's client explains it."""
    good = stage()
    clients = good.configuration.authorizer("runtime")
    assert clients is not None
    assert clients.jwt is not None
    bad = changed(
        prod("runtime-other-client"),
        "configuration/runtime/authorizer/jwt/allowed_clients",
        list(clients.jwt.allowed_clients),
    )
    assert facts(compare_environments(bad, good)) == {"token.client_id"}


def with_expectation(record: RunRecord, decision: str) -> RunRecord:
    """The record with `[expect.runtime-jwt]` in its file."""
    return changed(record, "environment/expect/runtime-jwt", {"decision": decision, "reason": "by design"})


def test_an_expectation_of_the_file_is_a_fact() -> None:
    """A refusal that only one file expects."""
    refused = with_expectation(prod("runtime-other-client"), "refused")
    comparison = compare_environments(refused, stage("runtime-other-client"))
    assert facts(comparison) == {"file.expect.runtime-jwt"}
    unmet = compare_environments(with_expectation(prod(), "refused"), stage())
    assert facts(unmet) == {"file.expect.runtime-jwt"}


def test_what_explains_nothing_is_apart() -> None:
    """It changes no result."""
    other = changed(stage(), "configuration/runtime/network_mode", "VPC")
    comparison = compare_environments(prod(), other)
    assert [fact.fact for fact in comparison.others] == ["runtime.networkMode"]
    assert not comparison.differs


def test_a_field_that_this_module_does_not_name_is_compared() -> None:
    """By its value."""
    other = changed(stage(), "configuration/gateway/streaming", True)
    assert [fact.fact for fact in compare_environments(prod(), other).others] == ["gateway.streaming"]


def test_only_the_rows_of_both_are_compared_after_a_run_of_one_method() -> None:
    """What was not tested is not a difference."""
    record = stage()
    partial = record.model_copy(
        update={
            "observations": record.observations[:1],
            "provenance": record.provenance.model_copy(update={"only": record.observations[0].method}),
        }
    )
    assert compare_environments(prod(), partial).explanations == ()


@pytest.mark.slow
def test_callers_that_only_one_file_has_are_explained_by_the_file() -> None:
    """And what the account needs for them explains nothing."""
    comparison = compare_environments(prod(identities=True), stage())
    assert facts(comparison) == {"file.identities"}


def test_an_entrance_that_only_one_file_asks_for_is_explained_by_the_file() -> None:
    """Its rows are not in the other record at all."""
    asked = Environment(name="t", entrances=("runtime-shell",), local=LocalSetup())
    record = renamed(observed(asked, controls="few"), "prod")
    comparison = compare_environments(record, stage())
    assert facts(comparison) == {"file.entrances"}


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Each part of a JSON value, from the outside in."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield f"{path}{key}"
        yield from paths(item, f"{path}{key}/")


@pytest.mark.slow
def test_whatever_a_record_lacks_it_is_compared() -> None:
    """Each part of configuration, token and file is taken away once."""
    whole = prod("runtime-claim-rule")
    compared = 0
    for part in ("configuration", "token", "environment"):
        for path in paths(whole.facts()[part], f"{part}/"):
            try:
                lacking = without(whole, path)
            except ValueError:
                continue  # no record
            compare_environments(lacking, stage())
            compare_environments(stage(), lacking)
            compared += 1
    assert compared > 100


def test_a_target_that_only_one_file_has_is_explained_by_the_file() -> None:
    """The comparison has nothing else."""
    record = stage()
    rows = [
        {"method": row.method, "decision": "undecided", "not_applicable": "no-gateway"}
        if row.method.startswith("gateway")
        else row.model_dump(mode="json")
        for row in record.observations
    ]
    facts_of_record = record.facts() | {"observations": rows}
    del facts_of_record["environment"]["gateway"], facts_of_record["configuration"]["gateway"]
    comparison = compare_environments(prod(), RunRecord.model_validate(facts_of_record))
    assert facts(comparison) == {"file.gateway"}
    assert comparison.others == ()
