"""What a token is, until when it is valid, and what each rule of an authorizer would compare in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from agentcore_probe.judge.token_rules import SYMMETRIC, is_id_token, scopes
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Fact
from agentcore_probe.providers import CLIENT_CLAIMS, SCOPE_CLAIMS, find_provider
from agentcore_probe.providers.provider import Provider


def token_facts(token: TokenFacts, now: datetime) -> Iterator[Fact]:
    """What a token is and says. The person whom it names is not among it.

    Args:
        token: the unverified header and claims.
        now: the time with which its times are compared.
    """
    claims = token.claims
    if token.unparsable is not None:
        yield Fact(id="token-unreadable", values={"detail": token.unparsable}, is_wrong=True)
        return
    issuer = _text(claims.get("iss"))
    provider = find_provider(issuer)
    yield Fact(id="token", values={"kind": _kind(token, provider), "provider": provider.name or "none"})
    if issuer:
        yield Fact(id="token-issuer", values={"issuer": issuer})
    yield from _client(claims)
    if (is_machine := provider.is_machine(claims)) is not None and not is_id_token(claims):
        yield Fact(id="token-caller", values={"kind": "machine" if is_machine else "user"})
    if "aud" in claims:
        yield Fact(id="token-audience", values={"audience": ", ".join(_texts(claims["aud"]))})
    if names := scopes(claims):
        yield Fact(id="token-scopes", values={"scopes": " ".join(names)})
    algorithm = _text(token.header.get("alg"))
    if algorithm.startswith(SYMMETRIC):
        yield Fact(id="token-algorithm", values={"algorithm": algorithm}, is_wrong=True)
    yield from _validity(claims, now)
    yield from _rules(claims, provider)


def _kind(token: TokenFacts, provider: Provider) -> str:
    """`access`, `id` or `other`."""
    claims = token.claims
    if is_id_token(claims):
        return "id"
    names_client = any(name in claims for name in CLIENT_CLAIMS)
    is_access = (
        provider.is_id_token(claims) is False
        or _text(token.header.get("typ")).lower() in ("at+jwt", "application/at+jwt")
        or any(name in claims for name in SCOPE_CLAIMS)
        or names_client
    )
    return "access" if is_access else "other"


def _client(claims: dict[str, Any]) -> Iterator[Fact]:
    name = next((name for name in CLIENT_CLAIMS if name in claims), None)
    if name is not None:
        yield Fact(id="token-client", values={"claim": name, "client": _text(claims[name])})


def _validity(claims: dict[str, Any], now: datetime) -> Iterator[Fact]:
    since = _time(claims.get("nbf")) or _time(claims.get("iat"))
    until = _time(claims.get("exp"))
    if until is None:
        yield Fact(id="token-without-expiry")
        return
    state = "expired" if until <= now else "early" if since is not None and since > now else "valid"
    other = since if state == "early" and since is not None else until
    values = {
        "state": state,
        "since": _iso(since) if since else "none",
        "until": _iso(until),
        "duration": _duration(abs((other - now).total_seconds())),
    }
    yield Fact(id="token-validity", values=values, is_wrong=state != "valid")


def _rules(claims: dict[str, Any], provider: Provider) -> Iterator[Fact]:
    """What each rule would compare, and which cannot match at all."""
    client = _text(claims.get("client_id"))
    other = next((name for name in CLIENT_CLAIMS if name in claims), "none")
    kind = "id" if is_id_token(claims) else "other"
    values = {"found": client or "none", "instead": other, "kind": kind}
    yield Fact(id="rule-clients", values=values)
    audiences = ", ".join(_texts(claims.get("aud")))
    values = {"found": audiences or "none", "provider": provider.id}
    yield Fact(id="rule-audience", values=values)
    names = " ".join(scopes(claims))
    claim = next((name for name in SCOPE_CLAIMS if name in claims), "scope")
    yield Fact(id="rule-scopes", values={"found": names or "none", "claim": claim})


def _duration(seconds: float) -> str:
    """A duration in its two largest units: `2 d 3 h`, `59 min`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        f"{count} {unit}"
        for count, unit in ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s"))
        if count
    ]
    return " ".join(parts[:2]) or "0 s"


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 253402300800:
        return None
    return datetime.fromtimestamp(int(value), UTC)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(value: object) -> list[str]:
    return (
        [str(item) for item in value]
        if isinstance(value, list)
        else [str(value)]
        if value is not None
        else []
    )
