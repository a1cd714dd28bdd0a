"""What a plan knows of an environment before a run: what an earlier run read, or what `[local]` says."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.model.configuration import (
    Authorizer,
    AuthorizerType,
    Configuration,
    GatewayConfiguration,
    HarnessConfiguration,
    JwtAuthorizer,
    RegistryConfiguration,
    RuntimeConfiguration,
)
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.record import RunRecord

_HOUR = 3600
_TIMES = ("exp", "iat", "nbf", "auth_time")
_MADE_UP = {"alg": "RS256", "kid": "made-up"}


@dataclass(frozen=True)
class Known:
    """What is known of what is deployed, and of the tokens that a login gives."""

    configuration: Configuration = field(default_factory=Configuration)
    token: TokenFacts | None = None
    """The access token's header and claims; None: not known."""
    id_token: TokenFacts | None = None
    record: RunRecord | None = None
    """The earlier run that says so."""

    def token_of(self, caller: str) -> TokenFacts | None:
        """The token of a further caller as the earlier run saw it, issued now; None: not known.

        Args:
            caller: its name.
        """
        seen = self.record.caller(caller) if self.record is not None else None
        return renewed(seen.token) if seen is not None else None

    def made_up_token(
        self, facts: TokenFacts | None, *, issuer: str | None, expired: bool = False, nonce: str | None = None
    ) -> str:
        """A token that a login may give: with the claims that are known, times of now, and no valid signature."""
        header = _MADE_UP if facts is None else facts.header
        claims = {"iss": issuer or "made-up", "sub": "made-up"} if facts is None else facts.claims
        own = {"nonce": nonce} if nonce is not None else {}
        parts = (header, {**claims, **_times(claims, expired=expired), **own}, "made up by a plan")
        return ".".join(_encoded(part) for part in parts)


def _times(claims: Mapping[str, Any], *, expired: bool) -> dict[str, int]:
    now = int(time.time()) - (24 * _HOUR if expired else 0)
    times = {name: now for name in _TIMES if name in claims}
    return {**times, "exp": now + _HOUR}


def _encoded(part: object) -> str:
    data = part.encode() if isinstance(part, str) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def renewed(facts: TokenFacts | None) -> TokenFacts | None:
    """The facts of a token of the same kind that is issued now."""
    if facts is None or facts.unparsable is not None:
        return None
    return facts.model_copy(update={"claims": {**facts.claims, **_times(facts.claims, expired=False)}})


def known_of(environment: Environment, record: RunRecord | None) -> Known:
    """What is known of an environment.

    Args:
        environment: what would be probed.
        record: an earlier run of it; only what it says of the same targets and the same login is used.
    """
    if environment.local is not None:
        return Known(_of_local(environment, environment.local))
    if record is None:
        return Known()
    was, read = record.environment, record.configuration
    parts: dict[str, Any] = {"issuers": read.issuers}
    if environment.runtime and was.runtime and was.runtime.arn == environment.runtime.arn:
        parts["runtime"] = read.runtime
    if _is_same_gateway(environment.gateway, was.gateway):
        parts["gateway"] = read.gateway
    if environment.harness and was.harness and was.harness.arn == environment.harness.arn:
        parts["harness"] = read.harness
    if environment.registry and was.registry and was.registry.id == environment.registry.id:
        parts["registry"] = read.registry
    is_same_login = environment.identity is not None and environment.identity == was.identity
    if is_same_login:
        parts["client"] = read.client
    if not parts.keys() & {"runtime", "gateway", "harness", "registry"}:
        return Known()
    configuration = Configuration(**parts)
    if not is_same_login:
        return Known(configuration, record=record)
    return Known(configuration, renewed(record.token), renewed(_id_token(record)), record)


def _is_same_gateway(one: GatewayTarget | None, other: GatewayTarget | None) -> bool:
    if one is None or other is None:
        return False
    return (one.id is not None and one.id == other.id) or (one.url is not None and one.url == other.url)


def _id_token(record: RunRecord) -> TokenFacts | None:
    exchanges = (exchange for exchange in record.exchanges if exchange.control == "id-token")
    return next((exchange.token for exchange in exchanges), None)


def _of_local(environment: Environment, setup: LocalSetup) -> Configuration:
    """What the embedded AgentCore is set up with; its addresses are known once it runs."""
    kinds: dict[str, AuthorizerType] = {"jwt": "CUSTOM_JWT", "iam": "AWS_IAM", "none": "NONE"}
    gateway = environment.gateway
    return Configuration(
        runtime=RuntimeConfiguration(
            protocol=setup.protocol,
            authorizer=_authorizer(kinds[setup.runtime_authorizer]),
            allowed_ports=tuple(map(str, setup.allowed_ports or ())) or None,
        ),
        gateway=GatewayConfiguration(
            id=gateway.id if gateway else None,
            authorizer=_authorizer(kinds[setup.gateway_authorizer]),
            **_without_tools(setup),
        ),
        harness=HarnessConfiguration(authorizer=_authorizer(kinds[setup.harness])) if setup.harness else None,
        registry=RegistryConfiguration(authorizer=_authorizer(kinds[setup.registry]))
        if setup.registry
        else None,
    )


def _without_tools(setup: LocalSetup) -> dict[str, Any]:
    """What is known of a Gateway that leads to the Runtime instead of tools."""
    return {} if setup.runtime_target is None else {"speaks_mcp": False, "runtime_target": "agent"}


def _authorizer(kind: AuthorizerType) -> Authorizer:
    return Authorizer(type=kind, jwt=JwtAuthorizer() if kind == "CUSTOM_JWT" else None)
