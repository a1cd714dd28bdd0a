"""Rows, tools and findings under a policy engine: each fault in a run over real sockets, and three callers in one."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

import pytest

from agentcore_probe import api
from agentcore_probe.environments.load import load_environment
from agentcore_probe.judge.policy.cedar import CedarPolicies, Principal
from agentcore_probe.local.policy_faults import POLICY_FAULTS
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, ToolCall
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import caller_of
from agentcore_probe.model.policy_engine import DeployedPolicy, ToolResult
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from agentcore_probe.report.view.policy import lines, sentences
from agentcore_probe.sharing import replace_record_names
from tests.conftest import PROJECT
from tests.embedded import observed
from tests.promises.figures import FIGURES
from tests.sampling import every

ECHO, PING = "echo-tool___echo", "echo-tool___ping"
METHOD = "gateway-policy-jwt"
TOOLS = (ToolCall(name=ECHO, arguments={"text": "hi"}), ToolCall(name=PING))


class Expected(NamedTuple):
    """What a run must find."""

    outcome: str
    cause: str
    decision: str
    echo: str
    """Predicted, listed, called and the outcome of the first tool, as letters."""
    ping: str
    configuration: tuple[str, ...] = ()


FAULTS: dict[str, Expected] = {
    "policy-denial-as-error": Expected("unexpected", "policy-denied", "refused", "d n r =", "p y a ="),
    "policy-none": Expected(
        "unexpected", "policy-denied", "refused", "d n r =", "d n r =", ("policy-engine-empty",)
    ),
    "policy-forbids-tool": Expected("unexpected", "policy-denied", "refused", "d n r =", "p y a ="),
    "policy-other-claim": Expected(
        "unexpected", "policy-denied", "refused", "d n r =", "d n r =", ("policy-hides-every-tool",)
    ),
    "policy-evaluation-failed": Expected(
        "error", "policy-evaluation-failed", "undecided", "p ? u ?", "p ? u ?"
    ),
    "policy-engine-not-active": Expected(
        "error", "policy-evaluation-failed", "undecided", "? ? u ?", "? ? u ?", ("policy-engine-not-active",)
    ),
    "policy-temporal": Expected("error", "policy-session-missing", "undecided", "? ? u ?", "? ? u ?"),
    "policies-unreadable": Expected("as-expected", "none", "accepted", "? y a ?", "? y a ?"),
    "policy-would-deny": Expected("as-expected", "none", "accepted", "d y a =", "d y a ="),
    "policy-not-applied": Expected("unexpected", "none", "accepted", "d y a !", "p y a ="),
}
"""What each fault flips, written by hand: the row, both tools, the findings about the configuration."""


def run(*faults: str, gateway: GatewayTarget | None = None, **setup: Any) -> RunRecord:
    environment = Environment(
        name="t",
        entrances=("gateway-policy",),
        gateway=gateway or GatewayTarget(tools=TOOLS),
        local=LocalSetup(faults=faults, **setup),
    )
    return observed(environment, only=METHOD, experiments=False)


@cache
def judged(fault: str) -> tuple[RunRecord, Judgement]:
    record = run(fault)
    return record, api.judge(record)


def letters(result: ToolResult) -> str:
    may = {"permit": "p", "deny": "d", None: "?"}[result.may_call]
    listed = {True: "y", False: "n", None: "?"}[result.listed]
    called = (result.called or "-")[0]
    return f"{may} {listed} {called} { {'as-expected': '=', 'unexpected': '!', 'not-determined': '?'}[result.outcome] }"


def test_every_fault_is_in_the_table() -> None:
    """A fault without an expected row fails the build."""
    assert FAULTS.keys() == POLICY_FAULTS.keys()


@pytest.mark.parametrize("fault", every(3, FAULTS))
def test_a_fault_flips_what_it_must(fault: str) -> None:
    """The row, its cause, each tool, and the findings about the configuration."""
    expected = FAULTS[fault]
    _, judgement = judged(fault)
    finding = judgement.finding(METHOD)
    assert finding is not None
    assert (finding.outcome, finding.diagnosis.cause, finding.observed) == expected[:3]
    tools = {result.tool: letters(result) for result in judgement.tools}
    assert (tools[ECHO], tools[PING]) == (expected.echo, expected.ping)
    found = {item.id for item in judgement.configuration if item.id.startswith("policy-")}
    assert found == set(expected.configuration)
    FIGURES["faults of a policy engine, each named"] += 1


def test_a_denial_names_its_policy_in_both_forms() -> None:
    """The one that forbids, which is also the predicted one; without a permit, none."""
    for fault in ("policy-forbids-tool", "policy-denial-as-error"):
        record, judgement = judged(fault)
        (echo,) = [result for result in judgement.tools if result.tool == ECHO]
        assert (echo.by, echo.denied_by) == (("forbid_echo",), "forbid_echo-localpolic")
        exchange = record.exchange(echo.evidence[0])
        assert exchange is not None
        assert exchange.response is not None
        assert exchange.response.status == 200
        assert ("-32002" in exchange.response.body) == (fault == "policy-denial-as-error")
    (echo, *_) = judged("policy-none")[1].tools
    assert (echo.by, echo.denied_by) == ((), "")


def test_a_healthy_engine_is_verified() -> None:
    """With policies that permit what the file calls, and an engine without any fault."""
    permit = 'permit(principal is AgentCore::OAuthUser, action, resource == AgentCore::Gateway::"GATEWAY");'
    judgement = api.judge(run(policy_mode="ENFORCE", policies={"permit_users": permit}))
    assert judgement.verdict == "verified"
    assert [letters(result) for result in judgement.tools[:2]] == ["p y a ="] * 2
    assert judgement.tools[0].by == ("permit_users",)


def test_an_iam_caller_is_predicted_by_its_type() -> None:
    """A policy on the kind of principal decides whatever the form of its ARN."""
    scope = 'principal is AgentCore::IamEntity, action == AgentCore::Action::"echo-tool___ping"'
    permit = f'permit({scope}, resource == AgentCore::Gateway::"GATEWAY");'
    environment = Environment(
        name="t",
        entrances=("gateway-policy",),
        gateway=GatewayTarget(tools=TOOLS),
        local=LocalSetup(gateway_authorizer="iam", policy_mode="ENFORCE", policies={"permit_roles": permit}),
    )
    judgement = api.judge(observed(environment, only="gateway-policy-sigv4", experiments=False))
    tools = {result.tool: letters(result) for result in judgement.tools if "___" in result.tool}
    assert tools == {ECHO: "d n r =", PING: "p y a ="}
    finding = judgement.finding("gateway-policy-sigv4")
    assert finding is not None
    assert (finding.observed, finding.predicted.cause) == ("refused", "policy-denied")


def test_a_gateway_without_an_engine_has_no_such_row() -> None:
    """The row says why it does not apply."""
    record = run()
    finding = api.judge(record).finding(METHOD)
    assert finding is not None
    assert (finding.outcome, finding.reason) == ("not-applicable", "no-policy-engine")
    assert record.configuration.gateway is not None
    assert record.configuration.gateway.engine is None


def test_a_temporal_policy_gets_the_session_of_the_file() -> None:
    """Then it is evaluated; what it gives is not predicted."""
    gateway = GatewayTarget(tools=TOOLS, policy_session="probe-session-1")
    record = run("policy-temporal", gateway=gateway)
    judgement = api.judge(record)
    assert [letters(result) for result in judgement.tools[:2]] == ["? y a ?"] * 2
    header = "x-amzn-bedrock-agentcore-policy-session-id"
    sent = {
        exchange.request.header(header) for exchange in record.exchanges if exchange.id.startswith(METHOD)
    }
    assert sent == {"probe-session-1"}


def test_without_calls_in_the_file_tools_are_listed_only() -> None:
    """The list alone shows whether the predictions come true."""
    record = run("policy-forbids-tool", gateway=GatewayTarget())
    judgement = api.judge(record)
    finding = judgement.finding(METHOD)
    assert finding is not None
    assert (finding.observed, finding.outcome) == ("accepted", "as-expected")
    assert not any(exchange.step.startswith("tools/call") for exchange in record.exchanges)
    assert {result.tool: letters(result) for result in judgement.tools if "___" in result.tool} == {
        ECHO: "d n - =",
        PING: "p y - =",
    }


def test_what_would_be_lost_is_said() -> None:
    """By an engine that only logs: callers and tools, in both languages."""
    record, judgement = judged("policy-would-deny")
    assert [result.tool for result in judgement.tools if result.would_lose] == [ECHO, PING]
    english, japanese = (
        " ".join(sentences(View(record, judgement, messages(language)))) for language in ("en", "ja")
    )
    assert "1 caller would lose tools: the run's own caller, JWT Bearer (2 tools: " in english
    assert "ENFORCE に切り替えると、1 件の呼び出し元" in japanese
    assert PING in english
    assert PING in japanese


def test_a_caller_whom_only_the_engine_would_refuse_is_said_to_be_let_in_by_its_mode() -> None:
    """And the remedy is the mode, not the rules of the authorizer, which the caller meets."""
    setup = load_environment("local-policy", PROJECT)
    assert setup.local is not None
    local = setup.local.model_copy(update={"policy_mode": "LOG_ONLY"})
    environment = setup.model_copy(update={"local": local})
    judgement = api.judge(observed(environment, experiments=False, controls="few"))
    reasons = {
        finding.method: finding.reason for finding in judgement.identities if finding.reason is not None
    }
    assert reasons["staff:gateway-policy-jwt"] == "engine-only-logs"
    assert "engine-only-logs" in [action.id for action in judgement.actions]
    assert "rules-let-in" not in reasons.values()


def test_a_missing_claim_is_named() -> None:
    """By its name alone; policies compare claims that a record must not have."""
    record, judgement = judged("policy-other-claim")
    text = " ".join(sentences(View(record, judgement, messages("en"))))
    assert "claims that the token of the run's own caller, JWT Bearer does not have: custom:team." in text


def test_what_could_not_be_read_is_named() -> None:
    """With the permission that it needs."""
    record, judgement = judged("policies-unreadable")
    view = View(record, judgement, messages("en"))
    (text,) = [text for text in view.unreadable() if "policies" in text]
    assert "AccessDeniedException (requires bedrock-agentcore:ListPolicies, and kms:Decrypt" in text
    assert record.configuration.gateway is not None
    engine = record.configuration.gateway.engine
    assert engine is not None
    assert engine.policies is not None
    assert [(policy.name, policy.text) for policy in engine.policies] == [("permit_all", None)]


CALLERS = {
    # caller: {tool: predicted, listed, called and outcome}; who is in which group is in docs/callers.md
    "admin": {ECHO: "p y a =", PING: "p y a ="},
    "staff": {ECHO: "d n r =", PING: "p y a ="},
    "lead": {ECHO: "p y a =", PING: "p y a ="},
    "other-client": {ECHO: "p y a =", PING: "p y a ="},
}
"""The environment `local-policy`: the callers whom the Gateway's authorizer accepts."""


@cache
def of_callers() -> RunRecord:
    return observed(load_environment("local-policy", PROJECT), controls="few", experiments=False)


def test_a_shared_record_means_the_same_without_names() -> None:
    """Neither the names of policies and tools nor their texts are in it; every result is."""
    for record in (of_callers(), judged("policy-other-claim")[0]):
        shared = replace_record_names(record)
        text = json.dumps(shared.facts())
        for name in (ECHO, "echo-tool", "staff_may_ping", "permit_team", "hasTag", "permit("):
            assert name not in text, name
        before, after = api.judge(record), api.judge(shared)
        assert list(map(letters, after.tools)) == list(map(letters, before.tools))
        assert [(finding.outcome, finding.diagnosis.cause) for finding in after.all_findings] == [
            (finding.outcome, finding.diagnosis.cause) for finding in before.all_findings
        ]


def test_each_caller_gets_what_the_policies_say() -> None:
    """Three groups of callers in one run; those whom the authorizer refuses have no tools."""
    record = of_callers()
    judgement = api.judge(record)
    found: dict[str, dict[str, str]] = {}
    for result in judgement.tools:
        caller = caller_of(result.method)
        if caller is not None and "___" in result.tool:
            found.setdefault(caller, {})[result.tool] = letters(result)
    assert found == CALLERS
    assert judgement.verdict == "verified"
    staff = judgement.finding(f"staff:{METHOD}")
    assert staff is not None
    assert (staff.observed, staff.predicted.decision, staff.predicted.cause) == (
        "refused",
        "refused",
        "policy-denied",
    )
    assert any(
        "staff" in line and "no policy applies" in line
        for line in lines(View(record, judgement, messages("en")))
    )
    assert json.loads(json.dumps(judgement.as_json()))["tools"]
    FIGURES["tools by callers under a policy engine, as an oracle says"] += sum(map(len, CALLERS.values()))


@pytest.mark.parametrize(
    "forbidden",
    ["forbid(principal, action, resource);", "forbid(principal, action, resource) when { true };"],
)
def test_only_the_forbid_that_decides_is_named(forbidden: str) -> None:
    """A permit that applies as well does not decide, whether or not the arguments are known."""
    texts = {"everybody": "permit(principal, action, resource);", "nobody": forbidden}
    policies = CedarPolicies(
        [DeployedPolicy(name=name, text=text) for name, text in texts.items()], "arn:aws:gateway/x"
    )
    principals = [Principal("AgentCore::OAuthUser", "user", {})]
    assert policies.listing(principals, ECHO)[:2] == ("deny", ("nobody",))
    assert policies.call(principals, ECHO, {"text": "hi"})[:2] == ("deny", ("nobody",))
