"""Several callers of the embedded AgentCore: five users in two groups, two app clients, three roles (docs/callers.md).

Who may pass where is decided by the deployed authorizers, by IAM policies and by the Runtime's resource policy, as at AWS:

- a JWT authorizer of the Runtime allows the first app client only,
- a JWT authorizer of the Gateway allows both and requires a group; its policy engine hides a tool from those who are not in
  `admins`,
- with IAM, each role has its own policy, and the Runtime's resource policy denies one of them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agentcore_probe.local.policies import CALLER_ROLES
from agentcore_probe.local.resources import role_arn
from agentcore_probe.local.state import (
    ACCOUNT,
    REGION,
    RUNTIME_ARN,
    SCOPE,
    SEPARATOR,
    USER,
    EngineState,
    PolicyState,
    State,
)

if TYPE_CHECKING:
    from agentcore_probe.local.moto_backend import MotoBackend

ADMINS, STAFF = "admins", "staff"
GROUPS = {USER: (ADMINS,), "bob": (STAFF,), "carol": (), "dave": (ADMINS,), "erin": (ADMINS, STAFF)}
"""The groups of each user of the pool."""
DISABLED = "dave"

DENIED_ROLE = "contractor"
"""The role that the Runtime's resource policy denies."""

USERS = {"admin": USER, "staff": "bob", "guest": "carol", "former": DISABLED, "lead": "erin"}
"""The callers that log in with the first app client, each with its user."""


def add_callers(state: State, backend: MotoBackend) -> dict[str, dict[str, str]]:
    """Adds users, groups and roles, and what the authorizers require; the callers by name, with their credentials.

    Args:
        state: what is deployed; changed in place.
        backend: the seeded account.
    """
    passwords = _add_users(backend)
    _add_roles()
    _require(state, backend)
    machine = {"client_id": backend.machine.id, "client_secret": str(backend.machine.secret)}
    return caller_facts(state.discovery_url, backend.client.id, machine, passwords)


def caller_facts(
    discovery_url: str, client_id: str, machine: dict[str, str], passwords: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The callers by name, each with the keys of `[identities.NAME]`; secrets as they are.

    Args:
        discovery_url: the pool's.
        client_id: of the first app client.
        machine: id and secret of the second one.
        passwords: by user.
    """
    login = {"flow": "user-password", "client_id": client_id, "discovery_url": discovery_url}
    return {
        **{
            caller: {**login, "username": user, "password": passwords[user]} for caller, user in USERS.items()
        },
        "other-client": {**login, **machine, "username": USER, "password": passwords[USER]},
        "machine": {**login, **machine, "flow": "client-credentials", "scope": SCOPE},
        **{role.name: {"role_arn": role_arn(role.name)} for role in CALLER_ROLES},
    }


def _add_users(backend: MotoBackend) -> dict[str, str]:
    """The passwords of the users, whose groups they now have."""
    from moto.cognitoidp.models import cognitoidp_backends

    cognito: Any = cognitoidp_backends[ACCOUNT][REGION]
    pool, passwords = backend.pool.id, {USER: backend.password}
    for group in (ADMINS, STAFF):
        cognito.create_group(pool, group, "", None, None)
    for user, groups in GROUPS.items():
        if user != USER:
            passwords[user] = f"{secrets.token_urlsafe(18)}-Aa1!"
            cognito.admin_create_user(pool, user, "SUPPRESS", f"{secrets.token_urlsafe(18)}-Aa1!", [])
            cognito.admin_set_user_password(pool, user, passwords[user], True)
        for group in groups:
            cognito.admin_add_user_to_group(pool, group, user)
    cognito.admin_disable_user(pool, DISABLED)
    backend.pool.clients[backend.machine.id].extended_config["ExplicitAuthFlows"] = [
        "ALLOW_USER_PASSWORD_AUTH"
    ]
    return passwords


def _add_roles() -> None:
    """The roles, and the IAM user's permission to assume them."""
    from moto.iam.models import iam_backends

    iam: Any = iam_backends[ACCOUNT]["aws"]
    for role in CALLER_ROLES:
        iam.create_role(role.name, json.dumps(role.trust), "/", None, "", [], "3600")
        for number, policy in enumerate(role.policies, 1):
            iam.put_role_policy(role.name, f"policy-{number}", json.dumps(policy))
    may_assume = _policy("Allow", "sts:AssumeRole", Resource=[role_arn(role.name) for role in CALLER_ROLES])
    iam.put_user_policy(USER, "callers", json.dumps(may_assume))


def _require(state: State, backend: MotoBackend) -> None:
    """The rules of the authorizers, the Runtime's resource policy, and the tool that the policy engine hides."""
    gateway = state.gateway_rules()
    if gateway is not None:
        gateway["allowedClients"] = [backend.client.id, backend.machine.id]
        gateway["customClaims"] = [_has_group(ADMINS, STAFF)]
        state.policy_engine = state.policy_engine or _engine(state.gateway["gatewayArn"])
    if state.runtime_rules() is None:
        denied = {"Principal": {"AWS": role_arn(DENIED_ROLE)}, "Resource": RUNTIME_ARN}
        state.policies[RUNTIME_ARN] = _policy("Deny", "bedrock-agentcore:InvokeAgentRuntime", **denied)


def _engine(gateway: str) -> EngineState:
    """Every tool for `admins`, one for `staff`."""
    rest = f'resource == AgentCore::Gateway::"{gateway}") when {{ principal.hasTag("cognito:groups") &&'
    groups = 'principal.getTag("cognito:groups") like'
    every, one = "action", f'action == AgentCore::Action::"echo-tool{SEPARATOR}ping"'
    return EngineState(
        "ENFORCE",
        [
            PolicyState(
                f"tools_of_{group}",
                f'permit(principal is AgentCore::OAuthUser, {action}, {rest} {groups} "*\\"{group}\\"*" }};',
            )
            for group, action in ((ADMINS, every), (STAFF, one))
        ],
    )


def _has_group(*groups: str) -> dict[str, Any]:
    return {
        "inboundTokenClaimName": "cognito:groups",
        "inboundTokenClaimValueType": "STRING_ARRAY",
        "authorizingClaimMatchValue": {
            "claimMatchValue": {"matchValueStringList": list(groups)},
            "claimMatchOperator": "CONTAINS_ANY",
        },
    }


def _policy(effect: str, action: str, **parts: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, **parts}]}
