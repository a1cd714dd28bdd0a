"""Access to AWS: credentials, base URLs as botocore resolves them, signatures, reads.

Only the operations in `READS` are called; a handler on every client refuses all others.
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
from agentcore_probe.access.transport import Outgoing, RawAnswer, Transport
from agentcore_probe.boto_loader import PlainJsonLoader
from agentcore_probe.errors import InputError, ProbeError
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret, register

SIGNING_NAME = "bedrock-agentcore"
"""The signing name of both AgentCore planes (docs/agentcore.md section 6)."""

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
"""Every AWS operation that this program may call. None of them changes the account."""

_NO_USER_FILES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""Session variables of botocore that ignore the user's profiles: used where keys are passed in."""
_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d")
_REGION_IN_HOST = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.")


@dataclass(frozen=True)
class AwsKeys:
    """Static AWS credentials, passed in memory (those of the embedded AgentCore)."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


class Aws:
    """Access to AWS for one environment.

    Args:
        environment: its region, profile and base URLs are used.
        keys: credentials to use instead of boto3's credential chain.
    """

    def __init__(self, environment: Environment, keys: AwsKeys | None = None) -> None:
        self._environment = environment
        self._keys = keys
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str | None], Any] = {}
        core = botocore.session.Session(session_vars=_NO_USER_FILES if keys else None)
        core.register_component("data_loader", _model_loader())
        self._core = core
        self.session = boto3.Session(
            botocore_session=core,
            profile_name=environment.profile,
            region_name=environment.home_region,
            **_session_arguments(keys),
        )

    @property
    def region(self) -> str | None:
        """The effective region: the environment's, else boto3's, else `AWS_REGION`, which boto3 does not read."""
        configured = self._environment.home_region or self.session.region_name
        return configured or os.environ.get("AWS_REGION") or None

    @property
    def ca_bundle(self) -> str | None:
        """The trusted authorities of the profile (`ca_bundle`), or None."""
        try:
            value = self._core.get_config_variable("ca_bundle")
        except BotoCoreError:
            return None  # an unknown profile is reported where its credentials are needed
        return str(value) if value else None

    def missing_credentials(self) -> str | None:
        """Why there are no AWS credentials (a reason id or botocore's error name), or None when there are some."""
        try:
            return None if self._frozen_credentials() is not None else "no-aws-credentials"
        except (BotoCoreError, ClientError) as error:
            return type(error).__name__

    def client(self, service: str, region: str | None = None) -> Any:
        """The boto3 client of this environment for `service`, created on first use.

        Raises:
            InputError: the region is missing or invalid.
        """
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
                # On each client and not on the session: botocore creates its own clients for roles and SSO.
                self._clients[key].meta.events.register("before-call", _refuse_unlisted)
                if service != SIGNING_NAME:
                    # Reads have the limits of every other request. Those of the data plane are evidence:
                    # they are sent by the transport of their own access method.
                    self._clients[key].meta.events.register("before-send", BotoTransport(self._send_raw))
            return self._clients[key]

    def _check_region(self, region: str | None) -> None:
        if region is not None and _REGION.fullmatch(region):
            return
        raise InputError(
            "no AWS region" if region is None else f"invalid region {region!r}",
            where=f"environment {self._environment.name}",
            hint='Write region = "us-east-1" into the file',
        )

    def _send_raw(self, outgoing: Outgoing) -> RawAnswer:
        """Sends the request of one read, over its own connection."""
        with Transport(
            "read", self._environment.limits, purpose="read", ca_bundle=self.ca_bundle
        ) as transport:
            return transport.send_raw(outgoing)

    def base_url(self, service: str, region: str | None = None) -> str:
        """The base URL of `service`: the environment's, else as botocore resolves it, without a trailing slash.

        Raises:
            InputError: the region is missing, or the profile does not exist.
        """
        configured = self._environment.endpoints.get(service)
        try:
            url = configured or str(self.client(service, region).meta.endpoint_url)
        except BotoCoreError as error:
            raise InputError(
                str(error).rstrip("."),
                where=f"environment {self._environment.name}",
                hint="See ~/.aws/config",
            ) from None
        return url.rstrip("/")

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """The answer of one read and None, or None and the reason why it was not answered.

        The reason is the service's error code (`AccessDeniedException`) or botocore's error name.

        Args:
            service: as boto3 names it.
            operation: the client's method.
            region: instead of the environment's.
            **arguments: of the operation.

        Raises:
            InputError: the region is missing or invalid.
            ProbeError: the operation is not one of `READS`.
        """
        try:
            return getattr(self.client(service, region), operation)(**arguments), None
        except ClientError as error:
            return None, str(error.response.get("Error", {}).get("Code", "ClientError"))
        except Exception as error:
            if isinstance(error, ProbeError):
                raise
            return None, type(error).__name__

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, str]:
        """The headers of a request to AgentCore, with a SigV4 signature added.

        Args:
            method: of the request.
            url: of the request; the region in its host name is the one signed for.
            headers: of the request.
            body: of the request.

        Raises:
            BotoCoreError: the credentials cannot be loaded or refreshed.
        """
        credentials = self._frozen_credentials()
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        SigV4Auth(credentials, SIGNING_NAME, region_of(url) or self.region or "").add_auth(request)
        return {name: str(value) for name, value in request.headers.items()}

    def child_environment(self) -> dict[str, str]:
        """Environment variables that give an `aws` process the same region, profile and credentials.

        With keys passed in, these are its credentials, and the user's own AWS settings are left out.
        """
        if self._keys is None:
            base = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
            overrides = {"AWS_REGION": self.region, "AWS_PROFILE": self._environment.profile}
        else:
            base = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
            overrides = {
                "AWS_REGION": self.region,
                "AWS_ACCESS_KEY_ID": self._keys.access_key_id,
                "AWS_SECRET_ACCESS_KEY": self._keys.secret_access_key.reveal(),
                "AWS_SESSION_TOKEN": self._keys.session_token.reveal() if self._keys.session_token else None,
            }
        return {**base, **{name: value for name, value in overrides.items() if value}}

    def _frozen_credentials(self) -> Any:
        """The credentials as botocore signs with them, registered as secrets; None where there are none."""
        with self._lock:
            credentials = self.session.get_credentials()
            if credentials is None:
                return None
            frozen = credentials.get_frozen_credentials()
        # Registered at once: the repr of botocore's objects contains the key.
        register(frozen.secret_key or "", "aws secret key")
        if frozen.token:
            register(frozen.token, "aws session token")
        return frozen


@cache
def _model_loader() -> Any:
    """The loader of botocore's service models, one per process: parsing them takes 0.15 s."""
    loader: Any = botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))
    loader.file_loader = PlainJsonLoader()
    return loader


def without_signature(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without those that a SigV4 signature adds."""
    added = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
    return {name: value for name, value in headers.items() if name.lower() not in added}


def region_of(url: str) -> str | None:
    """The region in the host name of `url`, or None."""
    host = url.partition("://")[2].partition("/")[0]
    match = _REGION_IN_HOST.search(host)
    return match[1] if match else None


def _session_arguments(keys: AwsKeys | None) -> dict[str, Any]:
    """The arguments of `boto3.Session` for these keys."""
    if keys is None:
        return {}
    arguments = {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret_access_key.reveal(),
    }
    if keys.session_token is not None:
        arguments["aws_session_token"] = keys.session_token.reveal()
    return arguments


def _refuse_unlisted(model: Any, **_: object) -> None:
    operation = f"{model.service_model.service_name}:{model.name}"
    if operation not in READS:
        raise ProbeError(f"{operation} is not among the operations that a probe may call")
