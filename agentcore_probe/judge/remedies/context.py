"""What remedies are built from: lines to paste, and the environment's values as words for a shell."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.configuration import JwtAuthorizer
from agentcore_probe.model.identity import secret_variable
from agentcore_probe.model.partitions import partition_of
from agentcore_probe.model.pool import Pool, pool_of
from agentcore_probe.snippets import BODIES

if TYPE_CHECKING:
    from agentcore_probe.model.environment import Environment


class Snippets(NamedTuple):
    """Lines to paste."""

    commands: tuple[str, ...] = ()
    """Commands for a shell."""
    fragments: dict[str, str] | None = None
    """Code by language: `cdk`, `cloudformation`."""


@dataclass(frozen=True)
class RemedyContext:
    """The environment's values. A value of a server or a token must be quoted in a line."""

    case: Case
    environment: Environment | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    """The values of the diagnosis."""

    @property
    def target(self) -> str:
        """`gateway` or `runtime`."""
        return "gateway" if self.case.service == "gateway" else "runtime"

    @property
    def takes_signature(self) -> bool:
        """Whether the target accepts SigV4: as deployed, if known, else as it was called."""
        authorizer = self.case.authorizer
        if authorizer is not None:
            return authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY")
        return self.case.auth == "sigv4"

    @cached_property
    def claims(self) -> dict[str, Any]:
        """The token's unverified claims."""
        return self.case.token.claims if self.case.token else {}

    @property
    def rules(self) -> JwtAuthorizer | None:
        """The deployed rules of the service that was called; None if they are not known."""
        return self.case.authorizer.jwt if self.case.authorizer else None

    @cached_property
    def arn(self) -> str | None:
        """The Runtime's ARN."""
        target = self.environment.runtime if self.environment else None
        runtime, address = self.case.configuration.runtime, self.case.address
        called_arn = address.bare.split("/runtime-endpoint/")[0] if address.is_arn else None
        return (target.arn if target else None) or (runtime.arn if runtime else None) or called_arn or None

    @property
    def qualifier(self) -> str:
        """The endpoint's name."""
        target = self.environment.runtime if self.environment else None
        return (target.qualifier if target else None) or self.case.address.qualifier or "DEFAULT"

    @cached_property
    def region(self) -> str | None:
        """The region of the ARN, else of the environment file, else of the host."""
        parts = (self.arn or "").split(":")
        arn_region = parts[3] if len(parts) > 5 else None
        return (
            arn_region or (self.environment.region if self.environment else None) or self.case.address.region
        )

    @property
    def data_plane_url(self) -> str:
        """The data plane's base URL: the file's, else the one that was called, if its region is right."""
        configured = self.environment.endpoints.get("bedrock-agentcore") if self.environment else None
        if configured:
            return configured.rstrip("/")
        address, url = self.case.address, self.case.exchange.request.url
        wrong_region = (
            address.region is not None and self.region is not None and address.region != self.region
        )
        if address.host_kind in ("data", "loopback") and "/runtimes" in url and not wrong_region:
            base = url.split("/runtimes")[0]
            scheme, _, host = base.partition("://")
            is_encrypted = address.host_kind == "data" or scheme in ("https", "wss")
            return f"{'https' if is_encrypted else 'http'}://{host}"
        return f"https://bedrock-agentcore.{self.region or '$AWS_REGION'}.{partition_of(self.region).domain}"

    @property
    def body(self) -> str:
        """The environment's own payload, else a small request in the Runtime's protocol."""
        target = self.environment.runtime if self.environment else None
        if target is not None and target.payload is not None:
            return json.dumps(target.payload, ensure_ascii=False)
        runtime = self.case.configuration.runtime
        return json.dumps(BODIES.get((runtime.protocol if runtime else None) or "HTTP", BODIES["HTTP"]))

    @property
    def runtime_id(self) -> str:
        """The Runtime's id, as a shell word."""
        return shell_word(self.arn.rsplit("/", 1)[-1] if self.arn else None, "RUNTIME_ID")

    @property
    def gateway_id(self) -> str:
        """The Gateway's id, as a shell word."""
        gateway = self.case.configuration.gateway
        target = self.environment.gateway if self.environment else None
        return shell_word((gateway.id if gateway else None) or (target.id if target else None), "GATEWAY_ID")

    @property
    def aws(self) -> str:
        """`aws`, with the profile that the file names."""
        profile = self.environment.profile if self.environment else None
        return f"aws --profile {shlex.quote(profile)}" if profile else "aws"

    @property
    def control(self) -> str:
        """`aws bedrock-agentcore-control`."""
        return f"{self.aws} bedrock-agentcore-control"

    @property
    def password_variable(self) -> str:
        """The variable that holds the password: the file's, if it names one."""
        environment = self.environment
        password = environment.identity.password if environment and environment.identity else None
        if password is not None and password.source == "env":
            return password.name
        return secret_variable(environment.name if environment else "probe", "password")

    @property
    def region_option(self) -> str:
        """`--region ...`."""
        return f"--region {shell_word(self.region, 'AWS_REGION')}"

    @property
    def control_plane_options(self) -> str:
        """`--region ...`, and `--endpoint-url ...` if the file has another base URL than AWS's own."""
        return f"{self.region_option}{self.endpoint_option('bedrock-agentcore-control')}"

    def endpoint_option(self, service: str) -> str:
        """` --endpoint-url ...` if the file has another base URL than AWS's own; else empty."""
        url = self.environment.endpoints.get(service) if self.environment else None
        return f" --endpoint-url {shlex.quote(url)}" if url else ""

    @property
    def client_id(self) -> str:
        """The app client's id, as a shell word."""
        client = self.case.configuration.client
        return shell_word((client.client_id if client else None) or self.claims.get("client_id"), "CLIENT_ID")

    @cached_property
    def issuer(self) -> str | None:
        """The issuer's name, or the URL of its discovery document; None if it is not known."""
        issuer = self.claims.get("iss") or (self.rules.discovery_url if self.rules else None)
        if issuer is None:  # a login, which is a call of neither target
            identity = self.environment.identity if self.environment else None
            known = (self.case.configuration.runtime, self.case.configuration.gateway)
            rules = [
                part.authorizer.jwt for part in known if part and part.authorizer and part.authorizer.jwt
            ]
            urls = [identity.discovery_url if identity else None, *(rule.discovery_url for rule in rules)]
            issuer = next(filter(None, urls), None)
        return None if issuer is None else str(issuer)

    @property
    def pool(self) -> Pool | None:
        """The user pool; None if the issuer is not Cognito."""
        return pool_of(self.issuer or "")

    @property
    def pool_options(self) -> str:
        """`--user-pool-id ... --region ...`: the pool's region may differ from the Runtime's."""
        pool, region = self.pool or (None, self.region)
        return f"--user-pool-id {shell_word(pool, 'USER_POOL_ID')} --region {shell_word(region, 'AWS_REGION')}{self.endpoint_option('cognito-idp')}"

    @property
    def username(self) -> str:
        """The user's name, as a shell word."""
        identity = self.environment.identity if self.environment else None
        return shell_word(identity.username if identity else None, "PROBE_USER")


def shell_word(value: object, variable: str) -> str:
    """A value as one word for a shell; a variable of that name if the value is not known."""
    return shlex.quote(value) if isinstance(value, str) and value else f'"${variable}"'


RemedyBuilder = Callable[[RemedyContext, str], Snippets]
"""Builds the lines for a context and a cause id."""
