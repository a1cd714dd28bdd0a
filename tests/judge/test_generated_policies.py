"""200 generated sets of policies: what is predicted is what the embedded Gateway's policy engine does.

Both ask Cedar, so this shows that principal, action, resource, tags and context are built alike by two implementations; the
oracle of `test_cedar` is written by hand.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from agentcore_probe.judge.policy.cedar import principals_of_token
from agentcore_probe.judge.policy.tools import predict_tools
from agentcore_probe.local.asgi import AsgiRequest, json_response
from agentcore_probe.local.services.policy_engine import PolicyEngine as EmbeddedEngine
from agentcore_probe.local.state import Addresses, EngineState, PolicyState, State
from agentcore_probe.model.environment import ToolCall
from agentcore_probe.model.policy_engine import DeployedPolicy, PolicyEngine, ToolPrediction
from tests.judge.test_cedar import GATEWAY, gateway
from tests.promises.figures import FIGURES

SETS = 200
CHUNK = 20
CALLERS: tuple[dict[str, Any], ...] = (
    {
        "sub": "u-1",
        "username": "alice",
        "cognito:groups": ["admins", "ops"],
        "scope": "tools/read tools/write",
    },
    {"sub": "u-2", "username": "bob", "cognito:groups": ["staff"], "scope": "tools/read", "level": 2},
    {"sub": "u-3", "username": 'carol "c"', "level": 3, "mfa": True},
    {"sub": "client-1", "client_id": "client-1", "scope": "tools/read"},
    {"sub": "u-5", "username": "erin", "cognito:groups": [], "profile": {"team": "x"}, "nick": None},
)
CALLS = (
    ToolCall(name="echo-tool___echo", arguments={"text": "hello"}),
    ToolCall(name="echo-tool___ping"),
    ToolCall(name="orders___refund", arguments={"amount": 450, "rate": 0.5, "lines": ["a", 2], "note": None}),
)
_PRINCIPALS = (
    "principal",
    "principal is AgentCore::OAuthUser",
    "principal is AgentCore::IamEntity",
    'principal == AgentCore::OAuthUser::"u-1"',
)
_ACTIONS = (
    "action",
    'action == AgentCore::Action::"echo-tool___echo"',
    'action in [AgentCore::Action::"echo-tool___ping", AgentCore::Action::"orders___refund"]',
    'action in AgentCore::Action::"CallTool"',
)
_RESOURCES = (
    f'resource == AgentCore::Gateway::"{GATEWAY}"',
    "resource is AgentCore::Gateway",
    'resource == AgentCore::Gateway::"arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/other-abcdefghij"',
)
_CONDITIONS = (
    "",
    'principal.hasTag("username") && principal.getTag("username") == "alice"',
    'principal.hasTag("username") && principal.getTag("username") like "*\\"c\\"*"',
    'principal.hasTag("cognito:groups") && principal.getTag("cognito:groups") like "*\\"staff\\"*"',
    'principal.hasTag("scope") && principal.getTag("scope") like "*tools/write*"',
    'principal.hasTag("level") && principal.getTag("level") == "3"',
    'principal.hasTag("mfa") && principal.getTag("mfa") == "true"',
    'principal.hasTag("nick")',
    'principal.id == "u-2" || principal.id like "client-*"',
    'context.input has text && context.input.text == "hello"',
    "context.input has amount && context.input.amount < 500",
    'context.input has rate && context.input.rate.lessThan(decimal("0.4"))',
    "context.input has note",
)


def generated(seed: int) -> list[PolicyState]:
    """One to five policies, always the same for a seed."""
    draw = random.Random(seed)  # noqa: S311  (a test's choice)
    policies = []
    for number in range(draw.randint(1, 5)):
        effect = draw.choice(("permit", "permit", "forbid"))
        scope = f"({draw.choice(_PRINCIPALS)}, {draw.choice(_ACTIONS)}, {draw.choice(_RESOURCES)})"
        condition = draw.choice(_CONDITIONS)
        clause = f" {draw.choice(('when', 'when', 'unless'))} {{ {condition} }}" if condition else ""
        mode = draw.choice(("ACTIVE", "ACTIVE", "ACTIVE", "LOG_ONLY"))
        policies.append(PolicyState(f"policy_{number}", f"{effect}{scope}{clause};", mode))
    return policies


def embedded(policies: list[PolicyState]) -> EmbeddedEngine:
    state = State(Addresses("http://r", "http://c", "http://g", "http://a"), "pool", "client")
    state.gateway = {"gatewayArn": GATEWAY}
    state.policy_engine = EngineState("ENFORCE", policies)
    return EmbeddedEngine(state)


def request_of(claims: dict[str, Any]) -> AsgiRequest:
    token = jwt.encode(claims, "k" * 32, algorithm="HS256")
    return AsgiRequest("POST", "/mcp", "", {"authorization": f"Bearer {token}"}, b"", {})


def cells(seed: int) -> Iterator[tuple[ToolPrediction, bool, bool]]:
    """Each caller and tool: the prediction, whether the tool is listed, whether its call is permitted."""
    policies = generated(seed)
    engine = embedded(policies)
    deployed = gateway(
        PolicyEngine(
            status="ACTIVE",
            policies=tuple(
                DeployedPolicy(name=policy.name, status="ACTIVE", mode=policy.mode, text=policy.text)
                for policy in policies
            ),
        )
    )
    everything = json_response(200, {"result": {"tools": [{"name": call.name} for call in CALLS]}})
    for claims in CALLERS:
        prediction = predict_tools(deployed, principals_of_token(claims), CALLS)
        answer = engine.without_hidden(request_of(claims), {"method": "tools/list"}, everything, "")
        listed = {tool["name"] for tool in json.loads(answer.body)["result"]["tools"]}
        for call in CALLS:
            params = {"name": call.name, "arguments": call.arguments}
            denial = engine.denial(request_of(claims), {"method": "tools/call", "params": params}, "")
            tool = prediction.of(call.name)
            assert tool is not None
            yield tool, call.name in listed, denial is None


@pytest.mark.parametrize(
    "first",
    [pytest.param(n, marks=[] if n < 2 * CHUNK else [pytest.mark.slow]) for n in range(0, SETS, CHUNK)],
)
def test_a_prediction_is_what_the_gateway_does(first: int) -> None:
    """For every call that is predicted, and every place in a list; most are."""
    counts: Counter[str] = Counter()
    for seed in range(first, first + CHUNK):
        for tool, is_listed, is_permitted in cells(seed):
            counts["all"] += 1
            if tool.called is not None:
                counts["called"] += 1
                assert is_permitted == (tool.called == "permit"), (seed, tool)
            if tool.listed is not None:
                counts["listed"] += 1
                assert is_listed == (tool.listed == "permit"), (seed, tool)
            elif tool.why == "policy-depends-on-arguments":
                assert is_listed, (seed, tool)
    assert counts["all"] == CHUNK * len(CALLERS) * len(CALLS)
    assert counts["called"] >= 0.9 * counts["all"]
    assert counts["listed"] >= 0.5 * counts["all"]
    FIGURES["tools under generated policies, predicted as the Gateway judged them"] += counts["called"]


def test_the_sets_differ_and_both_results_occur() -> None:
    """A generator that only makes denials would prove nothing."""
    texts = {tuple(policy.text for policy in generated(seed)) for seed in range(SETS)}
    assert len(texts) >= 0.9 * SETS
    results = Counter(tool.called for seed in range(CHUNK) for tool, _, _ in cells(seed))
    assert min(results["permit"], results["deny"]) > 20
