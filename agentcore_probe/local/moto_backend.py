"""moto as Cognito, IAM and STS: the seeded account, and forwarding of requests.

moto's own authentication is switched on: it checks signatures and policies, and GetCallerIdentity
returns the real user. moto's HTTP server is not used; its WSGI app is called in this process.
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

# moto reads this when it is imported: 0 makes it check credentials from the first request on.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"
botocore.loaders.Loader.FILE_LOADER_CLASS = PlainJsonLoader

from joserfc import jwt as jose
from moto.cognitoidp.models import UserStatus, cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpJsonWebKeyResponse, CognitoIdpOpenIdConfigurationResponse
from moto.iam.access_control import IAMPolicy, PermissionResult, create_access_key
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sts.models import sts_backends
from werkzeug.test import EnvironBuilder, run_wsgi_app

from agentcore_probe.local.account import FURTHER_RESOURCES
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.sigv4_authorizer import SigningKey
from agentcore_probe.local.state import ACCOUNT, GATEWAY_ARN, REGION, RUNTIME_ARN

logging.getLogger("moto").setLevel(logging.ERROR)

__all__ = [
    "AppClient",
    "IamUser",
    "MotoBackend",
    "UserStatus",
    "discovery_document",
    "public_keys",
    "seed",
]

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
    """The app client with a secret, for client credentials."""
    password: str = field(repr=False)
    iam_user: IamUser
    _lock: Any = field(default_factory=threading.Lock, repr=False)
    """moto is not thread-safe: two first requests at once load all of a service's models twice (5 MiB each)."""

    def forward(self, request: AsgiRequest) -> AsgiResponse:
        """moto's own response to a request."""
        environ = EnvironBuilder(
            method=request.method,
            path=request.path,
            query_string=request.query,
            headers=list(request.headers.items()),
            data=request.body,
            base_url=f"http://{request.headers.get('host', '127.0.0.1')}",
        ).get_environ()
        with self._lock:
            chunks, status, headers = run_wsgi_app(_wsgi_app(), environ, buffered=True)
        return AsgiResponse(
            int(status.split()[0]),
            b"".join(chunks),
            {name.lower(): value for name, value in headers if name.lower() != "content-length"},
        )

    def machine_token(self, scope: str) -> str:
        """A client-credentials access token with Cognito's claims (docs/agentcore.md section 5)."""
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
        """A token of the seeded user.

        Args:
            use: `access` or `id`.
            expires_in: seconds until it expires; negative for an expired token.
            claims: further claims, and claims to override.
        """
        token, _ = self.pool.create_jwt(self.client.id, USER, use, expires_in, dict(claims or {}))
        return str(token)

    def key_of(self, access_key_id: str) -> SigningKey | None:
        """The access key of any user of the account, or of a role's session; None if there is none."""
        session = self._session_of(access_key_id)
        if session is not None:
            return SigningKey(str(session.secret_access_key), str(session.session_token))
        for user in iam_backends[ACCOUNT]["aws"].list_users("/", None, None):
            for key in user.access_keys:
                if key.access_key_id == access_key_id:
                    return SigningKey(str(key.secret_access_key))
        return None

    @staticmethod
    def _session_of(access_key_id: str) -> Any:
        """The session of an assumed role with this access key, or None."""
        return sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key_id)

    def revoke_permissions(self, *actions: str) -> None:
        """Removes IAM actions (`SERVICE:NAME`) from the policy of the IAM user."""
        statements = [
            {**statement, "Action": [action for action in statement["Action"] if action not in actions]}
            for statement in POLICY["Statement"]
        ]
        policy = {**POLICY, "Statement": [statement for statement in statements if statement["Action"]]}
        iam_backends[ACCOUNT]["aws"].put_user_policy(USER, "agentcore-probe", json.dumps(policy))

    def delete_key(self) -> None:
        """Deletes the IAM user's access key."""
        iam_backends[ACCOUNT]["aws"].delete_access_key(self.iam_user.access_key_id, USER)

    def replace_secret(self) -> None:
        """Changes the secret of the IAM user's access key without publishing the new one."""
        for user in iam_backends[ACCOUNT]["aws"].list_users("/", None, None):
            for key in user.access_keys:
                key.secret_access_key = secrets.token_urlsafe(30)

    def arn_of(self, access_key_id: str) -> str:
        """The ARN of the access key's user, or of the role's session."""
        return str(self._access_key(access_key_id).arn)

    def role_of(self, access_key_id: str) -> str | None:
        """The ARN of the role whose session has this access key, or None."""
        session = self._session_of(access_key_id)
        return str(session.role_arn) if session is not None else None

    def _access_key(self, access_key_id: str) -> Any:
        session = self._session_of(access_key_id)
        headers = {} if session is None else {"X-Amz-Security-Token": session.session_token}
        return create_access_key(ACCOUNT, "aws", access_key_id, headers)

    def is_permitted(self, access_key_id: str, action: str, resource: str) -> bool:
        """Whether the policies of the access key's user allow an action.

        Args:
            access_key_id: an access key of the account.
            action: the IAM action, `SERVICE:NAME`.
            resource: the resource's ARN, or `*`.
        """
        key = self._access_key(access_key_id)
        results = [
            IAMPolicy(policy).is_action_permitted(action, resource) for policy in key.collect_policies()
        ]
        return PermissionResult.PERMITTED in results and PermissionResult.DENIED not in results


@cache
def seed() -> MotoBackend:
    """Seeds the account, once per process.

    It has a user pool with a user and two app clients, and an IAM user with an access key and a policy.
    """
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
        _create_iam_user(),
    )


def _create_iam_user() -> IamUser:
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
"""The policy of the seeded IAM user: exactly what a run needs (docs/permissions.md)."""

_INSPECTION_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "List",
            "Effect": "Allow",
            "Action": [
                "bedrock-agentcore:ListAgentRuntimes",
                "bedrock-agentcore:ListAgentRuntimeVersions",
                "bedrock-agentcore:GetAgentRuntimeEndpoint",
                "bedrock-agentcore:ListGateways",
                "bedrock-agentcore:GetGatewayTarget",
                "bedrock-agentcore:ListHarnesses",
                "bedrock-agentcore:GetHarness",
                "bedrock-agentcore:GetResourcePolicy",
                "bedrock-agentcore:ListPolicyEngines",
                "bedrock-agentcore:ListPolicyEngineSummaries",
                "bedrock-agentcore:GetPolicyEngine",
                "bedrock-agentcore:GetPolicyEngineSummary",
                "bedrock-agentcore:ListPolicies",
                "bedrock-agentcore:ListPolicySummaries",
                "bedrock-agentcore:GetPolicy",
                "bedrock-agentcore:GetPolicySummary",
            ],
            "Resource": "*",
        },
        {
            "Sid": "FurtherResources",
            "Effect": "Allow",
            "Action": [action for statement in POLICY["Statement"][:2] for action in statement["Action"]],
            "Resource": FURTHER_RESOURCES,
        },
    ],
}
"""Lets users inspect the account with other tools, and call everything that no fault changes."""


def discovery_document(url: str) -> dict[str, Any]:
    """moto's discovery document of the user pool whose document is at `url`."""
    _, _, body = CognitoIdpOpenIdConfigurationResponse.serve_openid_configuration(None, url, None)
    return dict(json.loads(body))


def public_keys() -> dict[str, Any]:
    """moto's JWKS, the same for every user pool."""
    _, _, body = CognitoIdpJsonWebKeyResponse.serve_json_web_key()
    return dict(json.loads(body))


@cache
def _wsgi_app() -> Any:
    return DomainDispatcherApplication(create_backend_app)
