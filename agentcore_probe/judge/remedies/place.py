"""What a remedy is made of: lines to paste, and this environment's own values to put into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agentcore_probe.judge.case import Case
from agentcore_probe.model.environment import Environment


@dataclass(frozen=True)
class Lines:
    """What to paste."""

    commands: tuple[str, ...]
    fragments: dict[str, str] | None = None


class Place:
    """This environment's values, with names in angle brackets where one is not known."""

    def __init__(self, case: Case, environment: Environment | None) -> None:
        configuration, told = case.configuration, environment or Environment(name="ENV")
        runtime, gateway, client = configuration.runtime, configuration.gateway, configuration.client
        self.case = case
        self.claims: dict[str, Any] = case.token.claims if case.token else {}
        self.arn = (
            (told.runtime.arn if told.runtime else None)
            or (runtime.arn if runtime else None)
            or (case.address.identifier if case.address.is_runtime_arn else None)
            or "<runtime-arn>"
        ).strip()
        self.runtime_id = self.arn.rsplit("/", 1)[-1]
        self.qualifier = told.runtime.qualifier if told.runtime else case.address.qualifier or "DEFAULT"
        self.region = told.home_region or _region(self.arn) or case.address.region or "<region>"
        self.gateway_id = (
            (gateway.id if gateway else None) or (told.gateway.id if told.gateway else None) or "<gateway-id>"
        )
        self.client_id = str(
            (client.client_id if client else None) or self.claims.get("client_id") or "<client-id>"
        )
        self.rules = case.authorizer.jwt if case.authorizer else None
        found = (self.rules.discovery_url if self.rules else "").split("/.well-known/")[0]
        self.pool_id = (str(self.claims.get("iss") or "") or found).rsplit("/", 1)[-1] or "<user-pool-id>"
        self.username = (told.identity.username if told.identity else None) or "<user>"

    @property
    def target(self) -> str:
        """`gateway` or `runtime`."""
        return "gateway" if self.case.service == "gateway" else "runtime"

    @property
    def base(self) -> str:
        """The data plane's base URL: the one that was called, if it is one, else the ARN's region's."""
        address, url = self.case.address, self.case.exchange.request.url
        partition = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        wrong = address.region is not None and address.region != self.region
        if address.host_kind in ("data", "loopback") and "/runtimes" in url and not wrong:
            return url.split("/runtimes")[0]
        return f"https://bedrock-agentcore.{self.region}.{partition}"


def _region(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[3] if len(parts) > 5 else None


Maker = Callable[[Place, str], Lines]
"""Makes the lines for a place and a cause."""
