"""The shape of the tokens as facts: which claims there are, and the values of those that are not names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.judge.comparing.fact import Fact, Put, as_value, at, given, plain, putting
from agentcore_probe.judge.comparing.situation import OWN, Situation
from agentcore_probe.model.comparison import FactValue
from agentcore_probe.model.token import MARGIN_SECONDS

_NAMES = frozenset({
    "sub", "jti", "origin_jti", "event_id", "sid", "uti", "rh", "aio", "oid", "at_hash", "nonce", "username", "tid",
    "cognito:username", "email", "name", "preferred_username", "upn", "uid", "cid_name", "ver_id",
})  # fmt: skip
"""Claims whose values name this token, login or person. That they are there is a fact."""

_TIMES = ("exp", "nbf", "iat", "auth_time")


def token_facts(situation: Situation, other: Situation) -> Iterator[Fact]:
    """The facts of every caller's token that both runs have."""
    callers = [name for name in situation["tokens"] if name in other["tokens"]]
    for name in dict.fromkeys((OWN, *callers)):
        place = "token" if name == OWN else f"token of {name}"
        path = ("tokens", name)
        tokens = at(situation, path), at(other, path)
        if all(tokens):
            yield from _shape(place, situation, path, *tokens)


def _shape(
    place: str, situation: Situation, path: tuple[str, ...], token: dict[str, Any], other: dict[str, Any]
) -> Iterator[Fact]:
    problem = token.get("unparsable")
    shown = FactValue(state="value", text=problem or "JWT")
    yield Fact(id=f"{place}.form", shown=shown, raw=problem, put=putting(path))
    if problem or other.get("unparsable"):
        return
    claims = [token.get("claims", {}), other.get("claims", {})]
    yield _lifetime(place, path, claims[0], situation["run"]["started"])
    for name in ("alg", "typ"):
        yield plain(f"{place}.{name}", situation, (*path, "header", name))
    for name in dict.fromkeys(name for side in claims for name in side):
        claim = (*path, "claims", name)
        if name in _TIMES:
            continue
        if name in _NAMES:
            yield given(f"{place}.{name}", situation, claim)
        else:
            yield plain(f"{place}.{name}", situation, claim)


def _lifetime(place: str, path: tuple[str, ...], claims: dict[str, Any], started: float) -> Fact:
    """Whether the token is valid when the run begins, by the clock of this machine."""
    state = _validity(claims, started)
    return Fact(id=f"{place}.validity", shown=as_value(state), raw=state, put=_put_times(path))


def _validity(claims: dict[str, Any], started: float) -> str:
    begins, ends = claims.get("nbf"), claims.get("exp")
    if isinstance(ends, int | float) and ends - started < MARGIN_SECONDS:
        return "expired" if ends <= started else "near-expiry"
    return "early" if isinstance(begins, int | float) and begins > started + MARGIN_SECONDS else "valid"


def _put_times(path: tuple[str, ...]) -> Put:
    """The source's times, as far from the beginning of the situation's own run."""

    def put(situation: Situation, source: Situation) -> None:
        claims, others = at(situation, (*path, "claims")), at(source, (*path, "claims"))
        later = situation["run"]["started"] - source["run"]["started"]
        for name in ("exp", "nbf"):
            if isinstance(others.get(name), int | float):
                claims[name] = others[name] + later
            else:
                claims.pop(name, None)

    return put
