"""What a remedy is made of: lines to paste, and this environment's own values as words for a shell."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.configuration import JwtAuthorizer
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.pool import Pool, pool_of
from agentcore_probe.snippets import BODIES


@dataclass(frozen=True)
class Snippets:
    """What to paste."""

    commands: tuple[str, ...] = ()
    fragments: dict[str, str] | None = None


@dataclass(frozen=True)
class RemedyContext:
    """This environment's values. What a server or a token says goes into a line quoted only."""

    case: Case
    environment: Environment | None = None

    @property
    def target(self) -> str:
        """`gateway` or `runtime`."""
        return "gateway" if self.case.service == "gateway" else "runtime"

    @property
    def wants_signature(self) -> bool:
        """Whether the target takes SigV4: as deployed, else as it was called."""
        authorizer = self.case.authorizer
        if authorizer is not None:
            return authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY")
        return self.case.auth == "sigv4"

    @cached_property
    def claims(self) -> dict[str, Any]:
        """What the token says of itself."""
        return self.case.token.claims if self.case.token else {}

    @property
    def rules(self) -> JwtAuthorizer | None:
        """The deployed rules of the service that was called; None where they are not known."""
        return self.case.authorizer.jwt if self.case.authorizer else None

    @cached_property
    def arn(self) -> str | None:
        """The Runtime's ARN."""
        target = self.environment.runtime if self.environment else None
        runtime, address = self.case.configuration.runtime, self.case.address
        named = address.bare.split("/runtime-endpoint/")[0] if address.is_arn else None
        return (target.arn if target else None) or (runtime.arn if runtime else None) or named or None

    @property
    def qualifier(self) -> str:
        """The endpoint's name."""
        target = self.environment.runtime if self.environment else None
        return (target.qualifier if target else None) or self.case.address.qualifier or "DEFAULT"

    @cached_property
    def region(self) -> str | None:
        """The ARN's region, else the file's, else the host's."""
        parts = (self.arn or "").split(":")
        named = parts[3] if len(parts) > 5 else None
        return named or (self.environment.region if self.environment else None) or self.case.address.region

    @property
    def base(self) -> str:
        """The data plane's base URL: the file's, else the one that was called, if it is the right one."""
        given = self.environment.endpoints.get("bedrock-agentcore") if self.environment else None
        if given:
            return given.rstrip("/")
        address, url = self.case.address, self.case.exchange.request.url
        wrong = address.region is not None and self.region is not None and address.region != self.region
        if address.host_kind in ("data", "loopback") and "/runtimes" in url and not wrong:
            return url.split("/runtimes")[0]
        china = "amazonaws.com.cn" if (self.region or "").startswith("cn-") else "amazonaws.com"
        return f"https://bedrock-agentcore.{self.region or '$AWS_REGION'}.{china}"

    @property
    def body(self) -> str:
        """What the environment sends, else a small request in the Runtime's protocol."""
        target = self.environment.runtime if self.environment else None
        if target is not None and target.payload is not None:
            return json.dumps(target.payload, ensure_ascii=False)
        runtime = self.case.configuration.runtime
        return json.dumps(BODIES.get((runtime.protocol if runtime else None) or "HTTP", BODIES["HTTP"]))

    @property
    def runtime_id(self) -> str:
        """The Runtime's id, as a word."""
        return word(self.arn.rsplit("/", 1)[-1] if self.arn else None, "RUNTIME_ID")

    @property
    def gateway_id(self) -> str:
        """The Gateway's id, as a word."""
        gateway = self.case.configuration.gateway
        target = self.environment.gateway if self.environment else None
        return word((gateway.id if gateway else None) or (target.id if target else None), "GATEWAY_ID")

    @property
    def in_region(self) -> str:
        """`--region ...`."""
        return f"--region {word(self.region, 'AWS_REGION')}"

    @property
    def on_control_plane(self) -> str:
        """`--region ...`, and where the control plane is if not at AWS's own address."""
        return f"{self.in_region}{self.at('bedrock-agentcore-control')}"

    def at(self, service: str) -> str:
        """` --endpoint-url ...` where the file names another base URL than AWS's own."""
        given = self.environment.endpoints.get(service) if self.environment else None
        return f" --endpoint-url {shlex.quote(given)}" if given else ""

    @property
    def client_id(self) -> str:
        """The app client, as a word."""
        client = self.case.configuration.client
        return word((client.client_id if client else None) or self.claims.get("client_id"), "CLIENT_ID")

    @cached_property
    def pool(self) -> Pool | None:
        """The user pool's id and region, where the issuer is Cognito's."""
        return pool_of(str(self.claims.get("iss") or (self.rules.discovery_url if self.rules else "")))

    @property
    def in_pool(self) -> str:
        """`--user-pool-id ... --region ...`: the pool's region may differ from the Runtime's."""
        pool, region = self.pool or (None, self.region)
        return f"--user-pool-id {word(pool, 'USER_POOL_ID')} --region {word(region, 'AWS_REGION')}{self.at('cognito-idp')}"

    @property
    def username(self) -> str:
        """The user's name, as a word."""
        identity = self.environment.identity if self.environment else None
        return word(identity.username if identity else None, "PROBE_USER")


def word(value: object, variable: str) -> str:
    """A value as one word for a shell; the variable to put it in where it is not known."""
    return shlex.quote(value) if isinstance(value, str) and value else f'"${variable}"'


RemedyBuilder = Callable[[RemedyContext, str], Snippets]
"""Makes the lines for a place and a cause."""
