"""The entrance of an agent registry: its MCP endpoint and its challenge, and the address that it had before."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.local.state import REGISTRY_ARN, REGISTRY_ID
from agentcore_probe.model.environment import Environment, LocalSetup, RegistryTarget
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.budget import request_limit
from tests.embedded import observed, recorded

ROWS = ("registry-mcp-jwt", "registry-mcp-sigv4", "registry-mcp-anonymous", "registry-mcp-jwt-forged")

Row = tuple[str | None, str, str]
"""Decision, outcome and cause, or the reason of a row that does not apply."""


def rows_of(record: RunRecord) -> dict[str, Row]:
    """The registry's rows."""
    found = {finding.method: finding for finding in judge(record).findings if finding.method in ROWS}
    return {
        id: (row.observed, row.outcome, row.diagnosis.cause if row.observed else str(row.reason))
        for id, row in found.items()
    }


def test_a_registry_with_a_jwt_authorizer_takes_tokens_only() -> None:
    """Its three tools are listed, and its challenge names the metadata and no scope."""
    record = recorded(LocalSetup(harness="jwt", registry="jwt"), "few")
    assert rows_of(record) == {
        "registry-mcp-jwt": ("accepted", "as-expected", "none"),
        "registry-mcp-sigv4": ("refused", "as-expected", "sigv4-on-jwt"),
        "registry-mcp-anonymous": ("refused", "as-expected", "credential-missing"),
        "registry-mcp-jwt-forged": ("refused", "as-expected", "signature-invalid"),
    }
    row = record.observation("registry-mcp-jwt")
    assert row is not None
    assert row.facts["tools"] == [
        "search_discoverable_registry_records",
        "list_discoverable_registry_records",
        "batch_get_discoverable_registry_record",
    ]
    refused = record.exchange("registry-mcp-anonymous/1")
    assert refused is not None
    assert refused.response is not None
    challenge = refused.response.header("www-authenticate") or ""
    assert f"/.well-known/oauth-protected-resource/registry/{REGISTRY_ID}/mcp" in challenge
    assert "scope" not in challenge


def test_a_registry_with_iam_takes_signatures_of_its_own_service() -> None:
    """The credential scope of each signature names `agent-registry`."""
    record = recorded(LocalSetup(harness="iam", registry="iam"), "few")
    assert rows_of(record) == {
        "registry-mcp-jwt": ("refused", "as-expected", "bearer-on-iam"),
        "registry-mcp-sigv4": ("accepted", "as-expected", "none"),
        "registry-mcp-anonymous": ("refused", "as-expected", "credential-missing"),
        "registry-mcp-jwt-forged": (None, "not-applicable", "no-jwt-authorizer"),
    }
    signed = [exchange for exchange in record.exchanges if exchange.id.startswith("registry-mcp-sigv4/")]
    headers = [exchange.request.header("authorization") or "" for exchange in signed]
    assert headers
    assert all("/us-east-1/agent-registry/aws4_request" in header for header in headers)


FAULTS: dict[str, tuple[str, dict[str, Row]]] = {
    "registry-open": (
        "jwt",
        {
            "registry-mcp-sigv4": ("accepted", "unexpected", "none"),
            "registry-mcp-anonymous": ("accepted", "unexpected", "open-endpoint"),
            "registry-mcp-jwt-forged": ("accepted", "unexpected", "open-endpoint"),
        },
    ),
    "registry-other-client": ("jwt", {"registry-mcp-jwt": ("refused", "unexpected", "client-not-allowed")}),
    "registry-refuses": ("jwt", {"registry-mcp-jwt": ("refused", "unexpected", "refused-unexplained")}),
    "registry-moved": ("jwt", {"registry-mcp-jwt": ("undecided", "unexpected", "registry-moved")}),
    "without-InvokeRegistryMcp": (
        "iam",
        {"registry-mcp-sigv4": ("refused", "unexpected", "iam-not-allowed")},
    ),
}
"""Fault -> the registry's authorizer, and the rows that show it."""
QUICK = ("registry-moved", "without-InvokeRegistryMcp")


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in FAULTS]
)
def test_each_fault_is_found(fault: str) -> None:
    """In a full run, over real sockets."""
    authorizer, expected = FAULTS[fault]
    setup = LocalSetup.model_validate({"registry": authorizer, "faults": [fault]})
    judgement_of = observed(Environment(name="t", local=setup), controls="few")
    rows = rows_of(judgement_of)
    assert {id: rows[id] for id in expected} == expected
    finding = judge(judgement_of).finding(next(iter(expected)))
    assert finding is not None
    if fault == "registry-moved":
        assert finding.diagnosis.confidence == "possible"
    if fault == "without-InvokeRegistryMcp":
        assert finding.diagnosis.remedy is not None
        lines = " ".join(finding.diagnosis.remedy.commands)
        assert "agent-registry:InvokeRegistryMcp" in lines
        assert REGISTRY_ARN in lines


@pytest.mark.slow
def test_an_unreadable_registry_has_no_prediction() -> None:
    """Its rows say what they saw."""
    setup = LocalSetup(registry="jwt", faults=("without-GetRegistry",))
    record = observed(Environment(name="t", local=setup), controls="few")
    assert record.configuration.registry is not None
    assert record.configuration.registry.unreadable == "AccessDeniedException"
    assert rows_of(record)["registry-mcp-jwt"][0] == "accepted"


def test_the_budget_has_room_for_the_registry() -> None:
    """What the entrance declares is at least what it sends."""
    record = recorded(LocalSetup(harness="jwt", registry="jwt"), "few")
    sent = [exchange for exchange in record.exchanges if exchange.purpose == "registry"]
    without = request_limit(Environment(name="t"))
    target = RegistryTarget(id=REGISTRY_ID)
    assert request_limit(Environment(name="t", registry=target)) - without >= len(sent) > 8


@pytest.mark.slow
def test_further_callers_call_harness_and_registry() -> None:
    """Each by its kind; the Gateway's policy engine, which hides tools from some, says nothing about the registry's."""
    environment = Environment.model_validate(
        {"name": "t", "local": {"harness": "jwt", "registry": "jwt", "identities": True}}
    )
    record = observed(environment, controls="few")
    rows = {
        finding.method: (finding.observed, finding.diagnosis.cause) for finding in judge(record).identities
    }
    for caller in ("admin", "guest"):
        assert rows[f"{caller}:harness-jwt"] == rows[f"{caller}:registry-mcp-jwt"] == ("accepted", "none")
    for entrance in ("harness", "registry-mcp"):
        assert rows[f"machine:{entrance}-jwt"] == ("refused", "client-not-allowed")
        assert rows[f"operator:{entrance}-sigv4"] == ("refused", "sigv4-on-jwt")
