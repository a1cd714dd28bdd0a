"""IAM's decision: rows of cases.jsonl, every combination of the sides by a second implementation, and moto's evaluator."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.judge.policy.context import known_context
from agentcore_probe.judge.policy.evaluation import Documents, Policies, decide
from agentcore_probe.judge.policy.matching import Principal, Request, glob
from agentcore_probe.judge.policy.statements import InvalidPolicy, read_policy

ACTION = "bedrock-agentcore:InvokeAgentRuntime"
RESOURCE = "arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/a-AAAAAAAAAA"
ROLE, USER = "arn:aws:iam::111111111111:role/App", "arn:aws:iam::111111111111:user/ann"
OTHER = "arn:aws:iam::222222222222:role/App"
CASES = [json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_text("utf-8").splitlines()]


def documents(
    statements: list[dict[str, Any]], name: str, *, is_unread: bool = False, version: str = "2012-10-17"
) -> Documents:
    policy = read_policy({"Version": version, "Statement": statements}, name)
    return Documents(policy, (f"{name} policy",) if is_unread else ())


def request(principal: str = ROLE) -> Request:
    caller = Principal(principal)
    return Request(caller, ACTION, RESOURCE, known_context(caller, RESOURCE))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case(case: dict[str, Any]) -> None:
    """The outcome, and the sides that lack an Allow; what depends says on what."""
    unread = case.get("unread", ())
    policies = Policies(
        documents(
            case.get("identity", []),
            "identity",
            is_unread="identity" in unread,
            version=case.get("version", "2012-10-17"),
        ),
        documents(case["boundary"], "boundary") if "boundary" in case else None,
        documents(case.get("resource", []), "resource", is_unread="resource" in unread),
    )
    decision = decide(request(case.get("principal", ROLE)), policies)
    assert [decision.outcome, list(decision.lacks)] == case["then"]
    assert bool(decision.depends) == (decision.outcome in ("depends", "unknown"))
    assert bool(decision.by) or decision.outcome != "denied"


_EFFECTS = ("none", "allow", "deny", "if")
_PRINCIPALS = ("caller", "account", "everyone", "stranger")


def expected(principal: str, identity: str, boundary: str, effect: str, named: str) -> str:
    """The user guide's rules written a second time, as a table of who has to allow; `if` has an unknown condition."""
    sides = {"identity": identity, "boundary": "allow" if boundary == "absent" else boundary}
    sides["resource"] = effect if named != "stranger" else "none"
    if "deny" in sides.values():
        return "denied"
    yes, no, open_ = "allow", "none", "if"
    own = (
        no
        if no in (identity, sides["boundary"])
        else open_
        if open_ in (identity, sides["boundary"])
        else yes
    )
    resource = sides["resource"]
    if principal == OTHER:
        both = {own, resource}
        result = no if no in both else open_ if open_ in both else yes
    else:
        alone = no if named == "account" else resource
        if principal == ROLE and alone != no and sides["boundary"] != yes:
            alone = sides["boundary"]
        either = {own, alone}
        result = yes if yes in either else open_ if open_ in either else no
    return {yes: "allowed", no: "not-allowed", open_: "depends"}[result]


@pytest.mark.parametrize("principal", [ROLE, USER, OTHER])
def test_each_combination_of_the_sides(principal: str) -> None:
    """As the second implementation decides it: 320 for each kind of caller."""
    for combination in itertools.product(_EFFECTS, ("absent", *_EFFECTS), _EFFECTS, _PRINCIPALS):
        ours = decide(request(principal), _policies(principal, *combination)).outcome
        assert ours == expected(principal, *combination), combination


def _policies(principal: str, identity: str, boundary: str, effect: str, named: str) -> Policies:
    account = principal.split(":")[4]
    named_as = {
        "caller": {"AWS": principal},
        "account": {"AWS": f"arn:aws:iam::{account}:root"},
        "everyone": "*",
        "stranger": {"AWS": "arn:aws:iam::333333333333:role/App"},
    }[named]

    def statements(kind: str, **more: Any) -> list[dict[str, Any]]:
        if kind in ("none", "absent"):
            return []
        statement = {"Effect": "Deny" if kind == "deny" else "Allow", "Action": "*", "Resource": "*", **more}
        if kind == "if":
            statement["Condition"] = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
        return [statement]

    return Policies(
        documents(statements(identity), "identity"),
        None if boundary == "absent" else documents(statements(boundary), "boundary"),
        documents(statements(effect, Principal=named_as), "resource"),
    )


_ACTIONS = (
    "*",
    ACTION,
    "bedrock-agentcore:Invoke*",
    "bedrock-agentcore:Get*",
    "s3:*",
    "bedrock-agentcore:*Runtime",
)
_RESOURCES = (
    "*",
    RESOURCE,
    f"{RESOURCE}/*",
    "arn:aws:bedrock-agentcore:*:111111111111:runtime/*",
    "arn:aws:s3:::x",
)


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_moto_decides_the_same_about_one_statement(effect: str) -> None:
    """Its evaluator for actions and resources, which the embedded AgentCore uses."""
    from moto.iam.access_control import IAMPolicy, PermissionResult

    words = {
        PermissionResult.PERMITTED: "allowed",
        PermissionResult.DENIED: "denied",
        PermissionResult.NEUTRAL: "not-allowed",
    }
    for action, resource, name in itertools.product(_ACTIONS, _RESOURCES, ("Action", "NotAction")):
        statement = {"Effect": effect, name: action, "Resource": resource}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        theirs = words[IAMPolicy(json.dumps(policy)).is_action_permitted(ACTION, RESOURCE)]
        ours = decide(request(), Policies(documents([statement], "identity"))).outcome
        assert ours == theirs, statement


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("", "", True),
        ("*", "", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXbYcd", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*b", "abab", True),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("*" * 50 + "b", "a" * 5000, False),
    ],
)
def test_wildcards(pattern: str, text: str, is_match: bool) -> None:
    """Only `*` and `?` are special."""
    assert glob(pattern, text) is is_match


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"Statement": [{"Action": "*"}]}',
        '{"Statement": 5}',
        '{"Statement": {"Effect": "Deny", "Resource": "*"}}',
    ],
)
def test_what_is_no_policy_is_an_error(text: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(InvalidPolicy):
        read_policy(text, "x")
