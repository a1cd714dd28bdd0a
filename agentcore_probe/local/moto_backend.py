"""moto as Cognito, IAM and STS: what is seeded, and how a request reaches it.

moto checks signatures and policies itself (its authentication is switched on), so a
GetCallerIdentity answers with the real user. Its own HTTP server is not used: the door calls
moto's WSGI application in the process.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.loaders

from agentcore_probe.boto_loader import PlainJsonLoader

# moto reads this when it is imported: from the first request on, credentials are checked.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"
botocore.loaders.Loader.FILE_LOADER_CLASS = PlainJsonLoader

from joserfc import jwt as jose
from moto.cognitoidp.models import UserStatus, cognitoidp_backends
from moto.iam.access_control import IAMPolicy, PermissionResult, create_access_key
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import EnvironBuilder, run_wsgi_app

from agentcore_probe.local.asgi import AsgiResponse, AsgiRequest
from agentcore_probe.local.state import ACCOUNT, GATEWAY_ARN, REGION, RUNTIME_ARN

logging.getLogger("moto").setLevel(logging.ERROR)

__all__ = ["AppClient", "IamUser", "MotoBackend", "UserStatus", "seed"]

USER = "probe"
SCOPE_SERVER = "gateway"
SCOPE = f"{SCOPE_SERVER}/invoke"


@dataclass(frozen=True)
class IamUser:
    """An IAM user of the embedded account."""

    arn: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True)
class AppClient:
    """An app client of the user pool."""

    id: str
    secret: str | None = field(default=None, repr=False)


@dataclass
class MotoBackend:
    """The seeded account."""

    pool: Any
    client: AppClient
    machine: AppClient
    """The client with a secret, for client credentials."""
    password: str = field(repr=False)
    iam_user: IamUser
    _one_at_a_time: Any = field(default_factory=threading.Lock, repr=False)
    """moto is not made for threads: two that are first each load all of a service's models (5 MiB)."""

    def forward(self, request: AsgiRequest) -> AsgiResponse:
        """moto's own answer to a request."""
        environ = EnvironBuilder(
            method=request.method,
            path=request.path,
            query_string=request.query,
            headers=list(request.headers.items()),
            data=request.body,
            base_url=f"http://{request.headers.get('host', '127.0.0.1')}",
        ).get_environ()
        with self._one_at_a_time:
            parts, status, headers = run_wsgi_app(_application(), environ, buffered=True)
        kept = {name.lower(): value for name, value in headers if name.lower() != "content-length"}
        return AsgiResponse(int(status.split()[0]), b"".join(parts), kept)

    def machine_token(self, scope: str) -> str:
        """A client-credentials access token, in Cognito's form (docs/agentcore.md section 5)."""
        now = int(time.time())
        claims = {
            "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{self.pool.id}",
            "sub": self.machine.id,
            "client_id": self.machine.id,
            "token_use": "access",
            "scope": scope,
            "auth_time": now,
            "iat": now,
            "exp": now + 3600,
            "version": 2,
            "jti": str(uuid.uuid4()),
        }
        header = {"kid": "dummy", "alg": "RS256"}
        return str(jose.encode(header, claims, self.pool.json_web_key))

    def user_token(self, use: str, expires_in: int = 3600, claims: Mapping[str, Any] | None = None) -> str:
        """An `access` or `id` token of the seeded user, any claim overridden."""
        token, _ = self.pool.create_jwt(self.client.id, USER, use, expires_in, dict(claims or {}))
        return str(token)

    def secret_of(self, access_key_id: str) -> str | None:
        """The secret of an access key of any user of the account."""
        for user in iam_backends[ACCOUNT]["aws"].list_users("/", None, None):
            for key in user.access_keys:
                if key.access_key_id == access_key_id:
                    return str(key.secret_access_key)
        return None

    def revoke_permissions(self, *actions: str) -> None:
        """Takes permissions away from the caller, by the actions' names without their service."""
        statements = [
            {
                **each,
                "Action": [action for action in each["Action"] if action.partition(":")[2] not in actions],
            }
            for each in POLICY["Statement"]
        ]
        left = {"Version": POLICY["Version"], "Statement": [each for each in statements if each["Action"]]}
        iam_backends[ACCOUNT]["aws"].put_user_policy(USER, "agentcore-probe", json.dumps(left))

    def delete_key(self) -> None:
        """Deletes the caller's access key."""
        iam_backends[ACCOUNT]["aws"].delete_access_key(self.iam_user.access_key_id, USER)

    def replace_secret(self) -> None:
        """Gives the caller's access key another secret than the caller knows."""
        for user in iam_backends[ACCOUNT]["aws"].list_users("/", None, None):
            for key in user.access_keys:
                key.secret_access_key = secrets.token_urlsafe(30)

    def arn_of(self, access_key_id: str) -> str:
        """The ARN of the user who has this access key."""
        return str(create_access_key(ACCOUNT, "aws", access_key_id, {}).arn)

    def permits(self, access_key_id: str, action: str, resource: str) -> str | None:
        """None when the caller's policies allow `action` on `resource`, else the caller's ARN."""
        key = create_access_key(ACCOUNT, "aws", access_key_id, {})
        results = [
            IAMPolicy(policy).is_action_permitted(action, resource) for policy in key.collect_policies()
        ]
        denied = PermissionResult.DENIED in results
        if not denied and PermissionResult.PERMITTED in results:
            return None
        return str(key.arn)


@cache
def seed() -> MotoBackend:
    """A user pool with a user and two app clients, and an IAM user with a key and a policy: once a process."""
    cognito: Any = cognitoidp_backends[ACCOUNT][REGION]
    pool = cognito.create_user_pool("agentcore-local", {})
    cognito.create_resource_server(
        pool.id, SCOPE_SERVER, "Gateway", [{"ScopeName": "invoke", "ScopeDescription": "call tools"}]
    )
    public = cognito.create_user_pool_client(
        pool.id,
        False,
        {
            "ClientName": "probe",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        },
    )
    machine = cognito.create_user_pool_client(
        pool.id,
        True,
        {
            "ClientName": "machine",
            "ExplicitAuthFlows": [],
            "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": [SCOPE],
        },
    )
    password = f"{secrets.token_urlsafe(18)}-Aa1!"
    cognito.admin_create_user(pool.id, USER, "SUPPRESS", f"{secrets.token_urlsafe(18)}-Aa1!", [])
    cognito.admin_set_user_password(pool.id, USER, password, True)
    return MotoBackend(
        pool,
        AppClient(public.id),
        AppClient(machine.id, machine.secret),
        password,
        _iam_user(),
    )


def _iam_user() -> IamUser:
    iam = iam_backends[ACCOUNT]["aws"]
    user = iam.create_user(REGION, USER)
    key = iam.create_access_key(USER)
    iam.put_user_policy(USER, "agentcore-probe", json.dumps(POLICY))
    iam.put_user_policy(USER, "inspection", json.dumps(_INSPECTION_POLICY))
    return IamUser(str(user.arn), key.access_key_id, key.secret_access_key)


POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Invoke",
            "Effect": "Allow",
            "Action": ["bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeGateway"],
            "Resource": [RUNTIME_ARN, f"{RUNTIME_ARN}/*", GATEWAY_ARN],
        },
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:GetAgentRuntime",
                "bedrock-agentcore:ListAgentRuntimeEndpoints",
                "bedrock-agentcore:GetGateway",
                "bedrock-agentcore:ListGatewayTargets",
            ],
            "Resource": [RUNTIME_ARN, f"{RUNTIME_ARN}/*", GATEWAY_ARN],
        },
        {
            "Sid": "ReadAppClient",
            "Effect": "Allow",
            "Action": ["cognito-idp:DescribeUserPoolClient"],
            "Resource": "*",
        },
    ],
}
"""What the seeded caller may do: what a probe needs, and no more (docs/permissions.md)."""

_INSPECTION_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:ListAgentRuntimes",
                "bedrock-agentcore:ListGateways",
                "bedrock-agentcore:GetResourcePolicy",
            ],
            "Resource": "*",
        }
    ],
}
"""For people who use the embedded AgentCore; no probe asks for it."""

_apps: dict[str, Any] = {}


def _application() -> Any:
    if not _apps:
        _apps["moto"] = DomainDispatcherApplication(create_backend_app)
    return _apps["moto"]
