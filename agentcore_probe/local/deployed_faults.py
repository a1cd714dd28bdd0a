"""Faults of what is deployed beside the authorizers: resource policies, the VPC endpoint's, and risky settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import ACCOUNT, GATEWAY_ARN, RUNTIME_ARN, USER, State

Action = Callable[[State, MotoBackend], object]

_RUNTIME_ACTIONS = (
    "InvokeAgentRuntime",
    "InvokeAgentRuntimeCommand",
    "InvokeAgentRuntimeCommandShell",
    "InvokeAgentRuntimeWithWebSocketStream",
)
_USER = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{USER}"}
_GATEWAY_ROLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/local-gateway"}


def _policy(resource: str, effect: str, principal: Any, *actions: str) -> Action:
    """Gives a resource a policy of one statement."""
    statement = {
        "Effect": effect,
        "Principal": principal,
        "Action": [f"bedrock-agentcore:{action}" for action in actions],
        "Resource": resource,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return lambda state, _: state.policies.update({resource: document})


def _gateway_only(state: State, _: MotoBackend) -> None:
    """Closes every entrance of the Runtime to everybody but the Gateway's role, as AWS describes it for IAM."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "bedrock-agentcore:InvokeAgentRuntime*",
        "Resource": RUNTIME_ARN,
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": _GATEWAY_ROLE["AWS"]}},
    }
    state.policies[RUNTIME_ARN] = {"Version": "2012-10-17", "Statement": [statement]}


def _gateway(**settings: Any) -> Action:
    return lambda state, _: state.gateway.update(settings)


def _headers(*names: str) -> Action:
    return lambda state, _: state.runtime.update(
        requestHeaderConfiguration={"requestHeaderAllowlist": list(names)}
    )


def _interceptor_alone(state: State, _: MotoBackend) -> None:
    state.gateway["authorizerType"] = "AUTHENTICATE_ONLY"
    state.gateway.pop("authorizerConfiguration", None)
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:interceptor"
    state.gateway["interceptorConfigurations"] = [
        {"interceptor": {"lambda": {"arn": function}}, "interceptionPoints": ["REQUEST"]}
    ]


FAULTS: dict[str, tuple[str, Action]] = {
    "runtime-policy-names-role": (
        "the Runtime's resource policy allows a role only, so it refuses every token",
        _policy(RUNTIME_ARN, "Allow", _GATEWAY_ROLE, "InvokeAgentRuntime"),
    ),
    "runtime-policy-denies-caller": (
        "the resource policy of the Runtime's endpoint denies the IAM user of the run",
        _policy(f"{RUNTIME_ARN}/runtime-endpoint/DEFAULT", "Deny", _USER, "InvokeAgentRuntime"),
    ),
    "runtime-policy-public": (
        "the Runtime's resource policy allows everyone, without a condition",
        _policy(RUNTIME_ARN, "Allow", "*", *_RUNTIME_ACTIONS),
    ),
    "runtime-policy-one-door": (
        "the Runtime's resource policy denies the IAM user its invocations, but no other entrance",
        _policy(RUNTIME_ARN, "Deny", _USER, "InvokeAgentRuntime"),
    ),
    "runtime-policy-gateway-only": (
        "the Runtime's resource policy denies everyone but the Gateway's role",
        _gateway_only,
    ),
    "gateway-policy-denies": (
        "the Gateway's resource policy denies every call",
        _policy(GATEWAY_ARN, "Deny", "*", "InvokeGateway"),
    ),
    "vpc-endpoint-denies": (
        "the policy of a VPC endpoint allows no signed call",
        lambda state, _: state.service_faults.add("vpc-endpoint-denies"),
    ),
    "gateway-debug": ("the Gateway returns details of its errors", _gateway(exceptionLevel="DEBUG")),
    "gateway-interceptor-alone": (
        "the Gateway checks signatures, and an interceptor alone decides",
        _interceptor_alone,
    ),
    "runtime-identity-headers": (
        "the Runtime passes headers on by which the agent may know its user",
        _headers("X-User-Id", "X-Request-Id"),
    ),
    "registration-open": (
        "app clients can register themselves, but the Runtime and the Gateway have a list of clients",
        lambda state, _: state.service_faults.add("registration-open"),
    ),
}
"""Name -> description and what it changes."""
