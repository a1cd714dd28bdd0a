"""Names that differ by nature between two accounts: ids, ARNs, hosts. One side's are replaced by the other's.

Afterwards, only what differs in substance is different: a list with the token's own client is the same list in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.judge.comparing.situation import OWN, Situation
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.pool import pool_of
from agentcore_probe.providers import CLIENT_CLAIMS

_MIN_LENGTH = 3
"""Characters. A shorter name occurs by chance in other words."""


def translated(situation: Situation, to: Situation) -> Situation:
    """A copy of `situation` with the names that its account has in `to` where both play the same role.

    Args:
        situation: the one to be compared.
        to: the one that it is compared with.
    """
    own, others = dict(_roles(situation)), dict(_roles(to))
    names = {
        value: others[role]
        for role, value in reversed(own.items())
        if len(value) >= _MIN_LENGTH and others.get(role, value) != value
    }
    if not names:
        return situation
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![A-Za-z0-9])")
    environment = str(situation["environment"].get("name"))

    def text(value: str) -> str:
        # An environment may be called as a login flow or a protocol is: its name counts inside other names only.
        return value if value == environment else pattern.sub(lambda match: names[match[0]], value)

    copy: Situation = _with_texts(situation, text)
    return copy


def _with_texts(value: Any, text: Callable[[str], str]) -> Any:
    """A copy of a JSON value with `text` of each text that is not a key."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {key: _with_texts(item, text) for key, item in value.items()}
    return [_with_texts(item, text) for item in value] if isinstance(value, list) else value


def _roles(situation: Situation) -> Iterator[tuple[str, str]]:
    """Each name and what it is of; of two roles of one name, the first counts."""
    roles = (*_of_token(situation), *_of_environment(situation), *_of_configuration(situation))
    return ((role, value) for role, value in roles if isinstance(value, str) and value)


def _of_token(situation: Situation) -> Iterator[tuple[str, Any]]:
    for name, token in situation["tokens"].items():
        claims = token.get("claims", {})
        yield f"{name} kid", token.get("header", {}).get("kid")
        yield f"{name} client", next((claims[claim] for claim in CLIENT_CLAIMS if claim in claims), None)
        for claim in ("iss", "sub"):
            yield f"{name} {claim}", claims.get(claim)
        audiences = claims.get("aud")
        if isinstance(audiences, str):
            yield f"{name} aud", audiences
        elif isinstance(audiences, list) and len(audiences) == 1:
            yield f"{name} aud", audiences[0]
        if (pool := pool_of(str(claims.get("iss") or ""))) is not None:
            yield f"{name} pool", pool.id


def _of_environment(situation: Situation) -> Iterator[tuple[str, Any]]:
    environment = situation["environment"]
    runtime, gateway = environment.get("runtime", {}), environment.get("gateway", {})
    identity = environment.get("identity", {})
    yield "client id", identity.get("client_id")
    yield "discovery", identity.get("discovery_url")
    yield "runtime", runtime.get("arn")
    if arn := runtime.get("arn"):
        yield "account", read_arn(arn).account
        yield "region", read_arn(arn).region
        yield "runtime id", arn.rpartition("/")[2]
    yield "gateway url", gateway.get("url")
    yield "gateway id", gateway.get("id")
    harness, registry = environment.get("harness", {}), environment.get("registry", {})
    yield "harness", harness.get("arn")
    yield "registry id", registry.get("id")
    yield "registry url", registry.get("url")
    yield "file region", environment.get("region")
    yield "name", environment.get("name")
    for service, url in environment.get("endpoints", {}).items():
        yield f"endpoint {service}", url


def _of_configuration(situation: Situation) -> Iterator[tuple[str, Any]]:
    configuration = situation["configuration"]
    gateway = configuration.get("gateway", {})
    yield "deployed gateway", gateway.get("id")
    yield "deployed gateway url", gateway.get("url")
    yield "deployed client", configuration.get("client", {}).get("client_id")
    own_issuer = situation["tokens"].get(OWN, {}).get("claims", {}).get("iss")
    for issuer in configuration.get("issuers", ()):
        if own_issuer and issuer.get("issuer") == own_issuer:
            url = issuer.get("discovery_url", "")
            yield "own discovery", url
            yield "own discovery host", urlsplit(url).netloc
