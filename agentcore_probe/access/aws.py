"""Access to AWS: credentials, base URLs as botocore resolves them, signatures, reads.

Only the operations in `operations.READS` are called; a handler on every client refuses all others.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore
import botocore.config
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from agentcore_probe.access import aws_login
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.aws_role import with_role
from agentcore_probe.access.aws_session import open_session
from agentcore_probe.access.boto_transport import BotoTransport
from agentcore_probe.access.machine import ca_bundle_of, route
from agentcore_probe.access.newer_members import add_newer_members
from agentcore_probe.access.operations import METHODS, READS
from agentcore_probe.access.outgoing import Outgoing, RawAnswer
from agentcore_probe.access.prompt import PromptCallback
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import InputError, ProbeError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.partitions import REGION, region_in_host
from agentcore_probe.model.record import AwsLogin
from agentcore_probe.secret import Secret, register

SIGNING_NAME = "bedrock-agentcore"
"""The signing name of both AgentCore planes (docs/agentcore.md section 6)."""

TOO_OLD = "client-too-old"
"""The reason of a read that the installed boto3 cannot send: it does not know the operation yet."""


@dataclass(frozen=True)
class AwsKeys:
    """Static AWS credentials, passed in memory (those of the embedded AgentCore)."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


class Aws:
    """Access to AWS for one environment.

    One with another role of the same person costs little: the credentials that assume the roles are loaded once.

    Args:
        environment: its region, profile, role and base URLs are used.
        keys: credentials to use instead of boto3's credential chain.
        on_prompt: called with `begun` before the user is asked for an MFA code, and with `done` after it.
        logs_in: whether credentials are looked for at all; without them, only base URLs are known.
    """

    def __init__(
        self,
        environment: Environment,
        keys: AwsKeys | None = None,
        on_prompt: PromptCallback = lambda _: None,
        *,
        logs_in: bool = True,
    ) -> None:
        self._environment = environment
        self._logs_in = logs_in
        self._keys = keys
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str | None], Any] = {}
        region, arguments = environment.home_region, _session_arguments(keys)
        opened = open_session(
            environment.profile,
            region,
            arguments,
            seconds=environment.limits.seconds,
            on_prompt=on_prompt,
            endpoints=environment.endpoints,
        )
        opened = with_role(opened, environment, arguments, region=region, on_prompt=on_prompt)
        self._core, self.session = opened.core, opened.session
        self._files, self._error = opened.files, opened.error
        self._login_lock = opened.lock
        self._has_logged_in = False
        self._login_problem: AwsLogin | None = None

    @property
    def region(self) -> str | None:
        """The effective region: the environment's, else that of a variable, else the profile's (docs/aws.md)."""
        return self._environment.home_region or self.session.region_name or None

    @property
    def ca_bundle(self) -> str | None:
        """The trusted authorities of the profile (`ca_bundle`), or None."""
        value = self._core.get_config_variable("ca_bundle")
        return str(value) if value else None

    @property
    def login_problem(self) -> AwsLogin | None:
        """Why there are no AWS credentials; None when there are some.

        The first use logs in: it calls STS or IAM Identity Center where the profile needs that, and asks for an MFA
        code.
        """
        with self._lock:
            if not self._has_logged_in:
                self._login_problem = self._log_in()
                self._has_logged_in = True
            return self._login_problem

    def _log_in(self) -> AwsLogin | None:
        if not self._logs_in:
            return AwsLogin(cause="aws-credentials-missing")
        if self._error is not None:
            return self._read_error(self._error, self._files)
        try:
            return None if self._frozen_credentials() is not None else aws_login.no_credentials(self._core)
        except ProbeError:
            raise
        except Exception as error:  # noqa: BLE001  (a credential process may end in any exception)
            return self._read_error(error, self._core)

    def _read_error(self, error: Exception, core: Any) -> AwsLogin:
        return aws_login.read_error(error, core, aws_login.role_section(self._environment))

    def caller(self) -> tuple[str | None, AwsLogin | None]:
        """The ARN of the AWS principal (sts:GetCallerIdentity), and why STS does not accept its credentials.

        Neither is known where there are no credentials, or STS does not answer.
        """
        if self.login_problem is not None or self.region is None:
            return None, None
        try:
            arn = str(self.client("sts").get_caller_identity().get("Arn", ""))
        except ProbeError:
            raise
        except Exception as error:  # noqa: BLE001  (botocore's parsers may raise anything for an unusual answer)
            return None, aws_login.refused_by_sts(error, self._core)
        # A value that is not an ARN does not come from STS.
        return (arn, None) if arn.count(":") >= 5 else (None, None)

    def client(self, service: str, region: str | None = None) -> Any:
        """The boto3 client of this environment for `service`, created on first use.

        Raises:
            AwsLoginError: the region is missing, and so is the profile that may have named one.
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
                        # Such a client is only asked for its base URL, and looks for no credentials.
                        signature_version=botocore.UNSIGNED if self.login_problem else None,
                    ),
                )
                # On each client and not on the session: botocore creates its own clients for roles and SSO.
                self._clients[key].meta.events.register("before-call", _refuse_unlisted)
                self._clients[key].meta.events.register("after-call", add_newer_members)
                if service != SIGNING_NAME:
                    # Reads have the limits of every other request. Those of the data plane are evidence:
                    # they are sent by the transport of their own access method.
                    self._clients[key].meta.events.register("before-send", BotoTransport(self._send_raw))
            return self._clients[key]

    def _check_region(self, region: str | None) -> None:
        if region is not None and REGION.fullmatch(region):
            return
        if region is None and self._error is not None:
            raise AwsLoginError(self._read_error(self._error, self._files))
        raise InputError(
            "no AWS region" if region is None else f"invalid region {region!r}",
            where=f"environment {self._environment.name}",
            hint='Write region = "us-east-1" into the file, or set AWS_REGION',
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
            InputError: the region is missing or invalid.
        """
        configured = self._environment.endpoints.get(service)
        return (configured or str(self.client(service, region).meta.endpoint_url)).rstrip("/")

    def resolve(self, host: str) -> tuple[str, ...]:
        """The addresses of an AWS host; none where it has none, or is called through a proxy."""
        try:
            if route(f"https://{host}", self.ca_bundle).proxy is not None:
                return ()
            found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except (OSError, InputError):
            return ()
        return tuple(dict.fromkeys(str(address[4][0]) for address in found))

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """The answer of one read and None, or None and the reason why it was not answered.

        The reason is the service's error code (`AccessDeniedException`), botocore's error name, `TOO_OLD`, or the cause of
        the login's problem (`aws-sso-expired`).

        Args:
            service: as boto3 names it.
            operation: the client's method.
            region: instead of the environment's.
            **arguments: of the operation.

        Raises:
            InputError: the region is missing or invalid.
            ProbeError: the operation is not one of `operations.READS`.
        """
        if (service, operation) not in METHODS:
            raise _not_listed(f"{service}:{operation}")
        if self.login_problem is not None:
            return None, self.login_problem.cause
        try:
            call = getattr(self.client(service, region), operation, None)
            return (None, TOO_OLD) if call is None else (call(**arguments), None)
        except ClientError as error:
            return None, str(error.response.get("Error", {}).get("Code", "ClientError"))
        except Exception as error:
            if isinstance(error, ProbeError):
                raise
            return None, type(error).__name__

    def sign(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        service: str = SIGNING_NAME,
    ) -> dict[str, str]:
        """The headers of a request to AgentCore, with a SigV4 signature added.

        Args:
            method: of the request.
            url: of the request; the region in its host name is the one signed for.
            headers: of the request.
            body: of the request.
            service: the signing name.

        Raises:
            BotoCoreError: the credentials cannot be loaded or refreshed.
        """
        credentials = self._frozen_credentials()
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        SigV4Auth(credentials, service, region_of(url) or self.region or "").add_auth(request)
        return {name: str(value) for name, value in request.headers.items()}

    def presign(self, url: str, seconds: int) -> str:
        """The URL of a GET to AgentCore with a SigV4 signature in its query. It is a credential: it is registered as a secret.

        Args:
            url: the region in its host name is the one signed for.
            seconds: how long it is valid.

        Raises:
            BotoCoreError: the credentials cannot be loaded or refreshed.
        """
        request = AWSRequest(method="GET", url=url)
        region = region_of(url) or self.region or ""
        SigV4QueryAuth(self._frozen_credentials(), SIGNING_NAME, region, expires=seconds).add_auth(request)
        presigned = str(request.url)
        register(dict(parse_qsl(urlsplit(presigned).query))["X-Amz-Signature"], "signature")
        return presigned

    def child_environment(self) -> dict[str, str]:
        """Environment variables that give an `aws` process the same region, authorities and credentials: it logs in nowhere.

        The profile stays for its other settings, unless keys were passed in.

        Raises:
            BotoCoreError: the credentials cannot be refreshed.
        """
        credentials = self._frozen_credentials()
        if self._keys is None:
            base = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
            for name in ("AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"):  # of other credentials
                base.pop(name, None)
            base |= {"AWS_PROFILE": self._environment.profile} if self._environment.profile else {}
        else:
            base = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        own = {
            "AWS_REGION": self.region,
            "AWS_CA_BUNDLE": ca_bundle_of(self.ca_bundle)[1],
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_SESSION_TOKEN": credentials.token,
        }
        return {**base, **{name: value for name, value in own.items() if value}}

    def _frozen_credentials(self) -> Any:
        """The credentials as botocore signs with them, registered as secrets; None where there are none."""
        with self._lock, self._login_lock:
            credentials = self.session.get_credentials()
            if credentials is None:
                return None
            frozen = credentials.get_frozen_credentials()
        # Registered at once: the repr of botocore's objects contains the key.
        register(frozen.secret_key or "", "aws secret key")
        if frozen.token:
            register(frozen.token, "aws session token")
        return frozen


def without_signature(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without those that a SigV4 signature adds."""
    added = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
    return {name: value for name, value in headers.items() if name.lower() not in added}


def region_of(url: str) -> str | None:
    """The region in the host name of `url`; None where it is not a host of AWS, such as a Gateway's custom domain."""
    return region_in_host(urlsplit(url).hostname or "")


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
        raise _not_listed(operation)


def _not_listed(operation: str) -> ProbeError:
    return ProbeError(f"{operation} is not among the operations that a probe may call")
