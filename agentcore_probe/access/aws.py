"""The AWS side: credentials, base URLs from botocore's own resolution, signatures, reads.

Only the operations of `READS` are ever called; a guard on every client refuses others.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import botocore.config
import botocore.loaders
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError

from agentcore_probe.access.boto_transport import BotoTransport
from agentcore_probe.access.transport import Answered, Outgoing, Transport
from agentcore_probe.boto_loader import PlainJsonLoader
from agentcore_probe.errors import InputError, ProbeError
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret, register

SIGNING_NAME = "bedrock-agentcore"
"""Both planes of AgentCore sign under this name (docs/agentcore.md section 6)."""

READS = frozenset(
    {
        "bedrock-agentcore:InvokeAgentRuntime",
        "bedrock-agentcore-control:GetAgentRuntime",
        "bedrock-agentcore-control:ListAgentRuntimeEndpoints",
        "bedrock-agentcore-control:GetGateway",
        "bedrock-agentcore-control:ListGatewayTargets",
        "cognito-idp:DescribeUserPoolClient",
        "sts:GetCallerIdentity",
        "ssm:GetParameter",
        "secretsmanager:GetSecretValue",
    }
)
"""Every AWS operation that this program may call: none changes the account."""

_OWN_WORLD = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""Where keys are handed over, the user's profiles are not looked at (botocore's session variables)."""
_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d")
_REGION_IN_HOST = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.")


@dataclass(frozen=True)
class AwsKeys:
    """Static AWS credentials handed over in memory (the embedded AgentCore's)."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


class Aws:
    """One environment's way to AWS.

    Args:
        environment: says region, profile and base URLs.
        keys: credentials to use in place of boto3's chain.
    """

    def __init__(self, environment: Environment, keys: AwsKeys | None = None) -> None:
        self._environment = environment
        self._keys = keys
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str | None], Any] = {}
        core = botocore.session.Session(session_vars=_OWN_WORLD if keys else None)
        core.register_component("data_loader", _models())
        try:
            self.session = boto3.Session(
                botocore_session=core,
                profile_name=environment.profile,
                region_name=environment.home_region,
                **_static(keys),
            )
        except BotoCoreError as error:
            raise InputError(
                str(error).rstrip("."), where=f"environment {environment.name}", hint="See ~/.aws/config"
            ) from None

    @property
    def region(self) -> str | None:
        """The region in force: the environment's, else boto3's, else `AWS_REGION`, which boto3 does not read."""
        told = self._environment.home_region or self.session.region_name
        return told or os.environ.get("AWS_REGION") or None

    def missing_credentials(self) -> str | None:
        """Why there are no AWS credentials, or None when there are."""
        try:
            return None if self._frozen() is not None else "no-aws-credentials"
        except (BotoCoreError, ClientError) as error:
            return type(error).__name__

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of this environment for `service` (made once)."""
        with self._lock:
            key = (service, region or self.region)
            if key not in self._clients:
                self._check_region(key[1])
                limits = self._environment.limits
                self._clients[key] = self.session.client(
                    service,
                    region_name=region or self.region,
                    endpoint_url=self._environment.endpoints.get(service),
                    config=botocore.config.Config(
                        connect_timeout=min(limits.seconds, 10),
                        read_timeout=limits.seconds,
                        retries={"total_max_attempts": 1},
                        parameter_validation=False,
                    ),
                )
                # On these, and not on the session: botocore has clients of its own, for roles and SSO.
                self._clients[key].meta.events.register("before-call", _refuse_unlisted)
                if service != SIGNING_NAME:
                    # Reads are bounded like every other request; the data plane's are evidence and
                    # go through their own row's transport.
                    self._clients[key].meta.events.register("before-send", BotoTransport(self._ask))
            return self._clients[key]

    def _check_region(self, region: str | None) -> None:
        """Raises InputError where there is no region, or none that could be one."""
        if region is not None and _REGION.fullmatch(region):
            return
        what = "no region is known" if region is None else f"{region!r} is no region"
        raise InputError(
            what,
            where=f"environment {self._environment.name}",
            hint='Write region = "us-east-1" into the file',
        )

    def _ask(self, outgoing: Outgoing) -> Answered:
        """One read's request, over a connection of its own."""
        with Transport("read", self._environment.limits) as transport:
            return transport.ask(outgoing)

    def base_url(self, service: str, region: str | None = None) -> str:
        """The base URL of `service`, as botocore resolves it, without a closing slash."""
        given = self._environment.endpoints.get(service)
        url = given or str(self.client(service, region).meta.endpoint_url)
        return url.rstrip("/")

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """The answer of one read, or None and why it was not to be had.

        The reason is the service's error code (`AccessDeniedException`) or botocore's error name.
        """
        try:
            return getattr(self.client(service, region), operation)(**arguments), None
        except ClientError as error:
            return None, str(error.response.get("Error", {}).get("Code", "ClientError"))
        except Exception as error:
            if isinstance(error, ProbeError):
                raise
            return None, type(error).__name__

    def signed(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, str]:
        """The headers with a SigV4 signature for AgentCore.

        Raises:
            BotoCoreError: the credentials cannot be had or refreshed.
        """
        credentials = self._frozen()
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        SigV4Auth(credentials, SIGNING_NAME, region_of(url) or self.region or "").add_auth(request)
        return {name: str(value) for name, value in request.headers.items()}

    def child_environment(self) -> dict[str, str]:
        """The variables by which an `aws` process gets the same region, profile and credentials.

        Where keys were handed over, it gets them and nothing of the user's own AWS settings.
        """
        if self._keys is None:
            own = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
            told = {"AWS_REGION": self.region, "AWS_PROFILE": self._environment.profile}
        else:
            own = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
            told = {
                "AWS_REGION": self.region,
                "AWS_ACCESS_KEY_ID": self._keys.access_key_id,
                "AWS_SECRET_ACCESS_KEY": self._keys.secret_access_key.reveal(),
                "AWS_SESSION_TOKEN": self._keys.session_token.reveal() if self._keys.session_token else None,
            }
        return {**own, **{name: value for name, value in told.items() if value}}

    def _frozen(self) -> Any:
        with self._lock:
            credentials = self.session.get_credentials()
            if credentials is None:
                return None
            frozen = credentials.get_frozen_credentials()
        # Registered at once: botocore's own objects show the key when they are shown.
        register(frozen.secret_key or "", "aws secret key")
        if frozen.token:
            register(frozen.token, "aws session token")
        return frozen


@cache
def _models() -> Any:
    """botocore's service models, parsed once a process: they take 0.15 s, the same for every environment."""
    models: Any = botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))
    models.file_loader = PlainJsonLoader()
    return models


def without_signature(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without those that a SigV4 signature added."""
    added = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
    return {name: value for name, value in headers.items() if name.lower() not in added}


def region_of(url: str) -> str | None:
    """The region that an AWS host name carries, or None."""
    host = url.partition("://")[2].partition("/")[0]
    found = _REGION_IN_HOST.search(host)
    return found[1] if found else None


def _static(keys: AwsKeys | None) -> dict[str, Any]:
    if keys is None:
        return {}
    static = {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret_access_key.reveal(),
    }
    if keys.session_token is not None:
        static["aws_session_token"] = keys.session_token.reveal()
    return static


def _refuse_unlisted(model: Any, **_: object) -> None:
    operation = f"{model.service_model.service_name}:{model.name}"
    if operation not in READS:
        raise ProbeError(f"{operation} is not among the operations that a probe may call")
