"""moto as Cognito, IAM and STS: the seeded account, and forwarding of requests.

moto's own authentication is switched on: it checks signatures and policies, and GetCallerIdentity
returns the real user. moto's HTTP server and its Flask app are not used: each service's class responds in this process.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache
from importlib import import_module
from typing import Any

import botocore.loaders

from agentcore_probe.boto_loader import PlainJsonLoader
from agentcore_probe.local.sdk_imports import LATE_IMPORTS

LATE_IMPORTS.install()
# moto reads this when it is imported: 0 makes it check credentials from the first request on.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"
botocore.loaders.Loader.FILE_LOADER_CLASS = PlainJsonLoader

from joserfc import jwt as jose
from moto.cognitoidp.models import UserStatus, cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpJsonWebKeyResponse, CognitoIdpOpenIdConfigurationResponse
from moto.iam.access_control import create_access_key
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.core.request import Request
from werkzeug.exceptions import HTTPException

from agentcore_probe.local import moto_start
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import unknown_operation
from agentcore_probe.local.evaluation import decision
from agentcore_probe.local.policies import (
    DISCOVERY_POLICY,
    ENTRANCES_POLICY,
    HARNESS_POLICY,
    INSPECTION_POLICY,
    POLICY,
    REGISTRY_POLICY,
    ROLES,
    USER_POOL_POLICY,
)
from agentcore_probe.local.sigv4_authorizer import SigningKey
from agentcore_probe.local.state import ACCOUNT, REGION, SCOPE, SCOPE_SERVER, USER

logging.getLogger("moto").setLevel(logging.ERROR)

__all__ = [
    "DISCOVERY_POLICY",
    "POLICY",
    "AppClient",
    "IamUser",
    "MotoBackend",
    "UserStatus",
    "discovery_document",
    "public_keys",
    "seed",
]

_REVOCABLE = {
    "agentcore-probe": POLICY,
    "discovery": DISCOVERY_POLICY,
    "entrances": ENTRANCES_POLICY,
    "harness": HARNESS_POLICY,
    "registry": REGISTRY_POLICY,
    "user-pool": USER_POOL_POLICY,
}
"""The policies of the IAM user from which a fault removes an action, by their names."""

_SERVICES = frozenset({"cognito-idp", "iam", "secretsmanager", "ssm", "sts"})
_SIGNED_SERVICE = re.compile(r"Credential=[^,]*/([^/,]+)/aws4_request")
_HEADERS = {"content-type": "text/html; charset=utf-8", "access-control-allow-origin": "*"}
"""What moto's server adds to the headers of a service."""


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
    client_token: AppClient
    """The app client for GetClientToken, which allows no other flow."""
    exchange: AppClient
    """The app client that may exchange tokens."""
    password: str = field(repr=False)
    iam_user: IamUser
    issuer: str
    """The `iss` of every token."""
    _lock: Any = field(default_factory=threading.Lock, repr=False)
    """moto is not thread-safe: two first requests at once load all of a service's models twice (5 MiB each)."""

    def forward(self, request: AsgiRequest) -> AsgiResponse:
        """moto's own response to a request."""
        service = _service_of(request)
        if service not in _SERVICES:
            return unknown_operation()
        url = f"http://{request.headers.get('host', '127.0.0.1')}{request.path}?{request.query}"
        moto_request = Request.from_primitives(request.method, url.rstrip("?"), request.headers, request.body)
        moto_request.from_wsgi_server = True  # which sends its own Date
        respond = _responder(service)
        with self._lock:
            try:
                status, headers, body = respond(
                    moto_request, moto_request.raw_url, dict(moto_request.headers)
                )
            except HTTPException as error:
                status, headers, body = error.code, dict(error.get_headers()), error.get_body()
        return AsgiResponse(
            status,
            body.encode() if isinstance(body, str) else body,
            {**_HEADERS, **{name.lower(): str(value) for name, value in headers.items()}},
        )

    def issue_as(self, issuer: str) -> None:
        """Gives every token another `iss` than moto's, which is built as AWS does and cannot be set."""
        create = self.pool.create_jwt

        def create_jwt(
            client_id: str,
            username: str,
            token_use: str,
            expires_in: int = 3600,
            extra_data: Mapping[str, Any] | None = None,
        ) -> Any:
            claims = {"iss": issuer, **(extra_data or {})}
            return create(client_id, username, token_use, expires_in, claims)

        self.issuer = issuer
        self.pool.create_jwt = create_jwt

    def machine_token(self, client_id: str, scope: str, audience: str | None = None) -> str:
        """An access token of a client in its own name, with Cognito's claims (docs/agentcore.md section 5).

        Args:
            client_id: of the client.
            scope: its scopes.
            audience: its `aud`, which Cognito leaves out unless it is asked for.
        """
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": client_id,
            "client_id": client_id,
            "token_use": "access",
            "scope": scope,
            "auth_time": now,
            "iat": now,
            "exp": now + 3600,
            "version": 2,
            "jti": str(uuid.uuid4()),
            **({"aud": audience} if audience else {}),
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

    def credentials_of(self, access_key_id: str) -> SigningKey | None:
        """The credentials with an access key: a user's, or those of an assumed role; None for an unknown key."""
        for user in iam_backends[ACCOUNT]["aws"].list_users("/", None, None):
            for key in user.access_keys:
                if key.access_key_id == access_key_id:
                    return SigningKey(str(key.secret_access_key))
        role = sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key_id)
        if role is None:
            return None
        return SigningKey(role.secret_access_key, role.session_token, role.expiration.replace(tzinfo=UTC))

    def publish_secret(self, client_id: str, secret: str) -> str:
        """Puts an app client's secret into Secrets Manager, as Cognito publishes it, and returns the secret's ARN."""
        from moto.secretsmanager.models import secretsmanager_backends

        content = {
            "userPoolId": self.pool.id,
            "userPoolClientId": client_id,
            "clientSecretValue": secret,
        }
        created = secretsmanager_backends[ACCOUNT][REGION].create_secret(
            name=f"cognito-userpool/{self.pool.id}/{client_id}",
            secret_string=json.dumps(content),
            secret_binary=None,
            description=None,
            tags=None,
            kms_key_id=None,
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        return str(json.loads(created)["ARN"])

    def allow_role(self, role: str, action: str, resource: str) -> None:
        """Gives a role of the account a policy with one action (`SERVICE:NAME`)."""
        statement = {"Effect": "Allow", "Action": action, "Resource": [resource, f"{resource}/*"]}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam_backends[ACCOUNT]["aws"].put_role_policy(role, action.rpartition(":")[2], json.dumps(policy))

    def disallow_role(self, role: str) -> None:
        """Takes every policy from a role of the account."""
        iam_backends[ACCOUNT]["aws"].get_role(role).policies.clear()

    def role_session(self, role_arn: str, name: str) -> tuple[str, str, str]:
        """Access key, secret key and session token of a new session of a role."""
        session = sts_backends[ACCOUNT]["aws"].assume_role(
            region_name=REGION,
            role_session_name=name,
            role_arn=role_arn,
            policy="",
            duration=3600,
            external_id="",
        )
        return session.access_key_id, session.secret_access_key, session.session_token

    def revoke_permissions(self, *actions: str, of: str | None = None) -> None:
        """Removes IAM actions (`SERVICE:NAME`) from the policies of the IAM user, besides those removed before.

        Args:
            *actions: what to remove.
            of: the name of the one policy from which they are removed; None: all.
        """
        iam = iam_backends[ACCOUNT]["aws"]
        for name in (of,) if of is not None else _REVOCABLE:
            whole = json.loads(iam.get_user_policy(USER, name)["policy_document"])
            statements = [
                {**statement, "Action": [action for action in statement["Action"] if action not in actions]}
                for statement in whole["Statement"]
            ]
            policy = {**whole, "Statement": [statement for statement in statements if statement["Action"]]}
            iam.put_user_policy(USER, name, json.dumps(policy))

    def allow(self, *actions: str) -> None:
        """Allows the IAM user further actions (`SERVICE:NAME`) on everything."""
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam_backends[ACCOUNT]["aws"].put_user_policy(USER, "more", json.dumps(policy))

    def deny_secrets(self) -> None:
        """Forbids the IAM user to read Secrets Manager."""
        statement = {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam_backends[ACCOUNT]["aws"].put_user_policy(USER, "no-secrets", json.dumps(policy))

    def delete_key(self) -> None:
        """Deletes the IAM user's access key."""
        iam_backends[ACCOUNT]["aws"].delete_access_key(self.iam_user.access_key_id, USER)

    def replace_secret(self) -> None:
        """Changes the secret of the IAM user's access key without publishing the new one."""
        for user in iam_backends[ACCOUNT]["aws"].list_users("/", None, None):
            for key in user.access_keys:
                key.secret_access_key = secrets.token_urlsafe(30)

    def arn_of(self, access_key_id: str) -> str:
        """The ARN of the access key's user or assumed role."""
        return str(self._principal(access_key_id).arn)

    def role_of(self, access_key_id: str) -> str | None:
        """The ARN of the role whose session has this access key, or None."""
        session = sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key_id)
        return str(session.role_arn) if session is not None else None

    def is_permitted(self, access_key_id: str, action: str, resource: str) -> bool:
        """Whether the policies of the access key's user or role allow an action.

        Args:
            access_key_id: an access key of the account.
            action: the IAM action, `SERVICE:NAME`.
            resource: the resource's ARN, or `*`.
        """
        policies = self._principal(access_key_id).collect_policies()
        return decision(policies, action, resource) == "allowed"

    def _principal(self, access_key_id: str) -> Any:
        key = self.credentials_of(access_key_id)
        headers = {"X-Amz-Security-Token": key.session_token} if key and key.session_token else {}
        return create_access_key(ACCOUNT, "aws", access_key_id, headers)


@cache
def seed() -> MotoBackend:
    """Seeds the account, once per process.

    It has a user pool with a user and two app clients, and an IAM user with an access key and a policy.
    """
    moto_start.shorten()
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
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": ["openid", SCOPE],
            "CallbackURLs": ["http://127.0.0.1/callback", "http://localhost:8400/callback"],
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
    client_token = _machine_client(cognito, pool, "client-token", ["ALLOW_CLIENT_TOKEN_AUTH"])
    exchange = _machine_client(
        cognito,
        pool,
        "exchange",
        ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"],
    )
    password = f"{secrets.token_urlsafe(18)}-Aa1!"
    cognito.admin_create_user(pool.id, USER, "SUPPRESS", f"{secrets.token_urlsafe(18)}-Aa1!", [])
    cognito.admin_set_user_password(pool.id, USER, password, True)
    return MotoBackend(
        pool,
        AppClient(public.id),
        AppClient(machine.id, machine.secret),
        client_token,
        exchange,
        password,
        _create_iam_user(),
        f"https://cognito-idp.{REGION}.amazonaws.com/{pool.id}",
    )


def _machine_client(cognito: Any, pool: Any, name: str, flows: list[str]) -> AppClient:
    settings = {"ClientName": name, "ExplicitAuthFlows": flows, "AllowedOAuthScopes": [SCOPE]}
    client = cognito.create_user_pool_client(pool.id, True, settings)
    return AppClient(client.id, client.secret)


def _create_iam_user() -> IamUser:
    iam = iam_backends[ACCOUNT]["aws"]
    user = iam.create_user(REGION, USER)
    key = iam.create_access_key(USER)
    for name, policy in _REVOCABLE.items():
        iam.put_user_policy(USER, name, json.dumps(policy))
    iam.put_user_policy(USER, "inspection", json.dumps(INSPECTION_POLICY))
    for role in ROLES:
        iam.create_role(role.name, json.dumps(role.trust), "/", None, "", [], "3600")
        for number, policy in enumerate(role.policies, 1):
            iam.put_role_policy(role.name, f"policy-{number}", json.dumps(policy))
    return IamUser(str(user.arn), key.access_key_id, key.secret_access_key)


def discovery_document(url: str) -> dict[str, Any]:
    """moto's discovery document of the user pool whose document is at `url`."""
    _, _, body = CognitoIdpOpenIdConfigurationResponse.serve_openid_configuration(None, url, None)
    return dict(json.loads(body))


def public_keys() -> dict[str, Any]:
    """moto's JWKS, the same for every user pool."""
    _, _, body = CognitoIdpJsonWebKeyResponse.serve_json_web_key()
    return dict(json.loads(body))


def _service_of(request: AsgiRequest) -> str:
    """The service for which a request is signed. Of the unsigned ones, only Cognito's reach moto."""
    match = _SIGNED_SERVICE.search(request.headers.get("authorization", ""))
    return match[1] if match else "cognito-idp"


@cache
def _responder(service: str) -> Any:
    """What responds to the requests of a service, all of which have the path `/`."""
    return import_module(f"moto.{service.replace('-', '')}.urls").url_paths["{0}/$"]
