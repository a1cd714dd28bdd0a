"""Finds tokens in a text: JWTs, and the claims that jwt.io, `jq` or a debugger show of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from agentcore_probe.judge.reading.material.literals import read_value
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.regex import regex
from agentcore_probe.secret import register

_RUN = regex(r"(?<![\w-])eyJ[\w-]{5,20000}(?:\.[\w-]{0,60000}){1,4}+(?![\w.]{0,200}(?:…|\*\*))")
"""A JWT, whole; not one that is shortened."""
_BEARER = regex(r"\bbearer\s{1,9}(?=eyJ)", re.I)
_SIGNS = frozenset(
    {
        "iss",
        "exp",
        "sub",
        "aud",
        "client_id",
        "token_use",
        "scope",
        "scp",
        "azp",
        "appid",
        "cid",
        "nbf",
        "iat",
        "jti",
    }
)
"""Registered claims, and those of providers."""
_HEADER = frozenset({"alg", "kid", "typ", "cty", "x5t"})
_CLAIM = regex(
    r"(?<![\w.$:/-])[\"']?(?P<name>iss|sub|aud|exp|nbf|iat|client_id|token_use|scope|scp|azp|appid|cid|username)[\"']?"
    r"[ \t]{0,20}(?::(?!:)|=(?!=))"
)
"""A claim as a debugger, a REPL or a log shows it."""
_NUMBERS = frozenset({"exp", "nbf", "iat"})
_OBJECT = regex(r"\{")
_MAX_OBJECTS = 50
_NESTED = ("payload", "claims", "body", "decoded", "jwt", "token", "accessToken", "access_token", "data")
"""Where tools put the claims."""


def find_tokens(text: str) -> tuple[TokenFacts, ...]:
    """The tokens of a text, each once: JWTs, else decoded claims. Each JWT is registered as a secret. Never raises."""
    jwts = dict.fromkeys(_without_full_stop(match[0]) for match in islice(_RUN.finditer(text), 20))
    for jwt in jwts:
        register(jwt, "token")
    facts = [unverified_facts(jwt) for jwt in jwts]
    readable = tuple(fact for fact in facts if fact.unparsable is None)
    return readable or tuple(_decoded(text)) or tuple(facts) or tuple(_listed(text))


def _without_full_stop(jwt: str) -> str:
    """A JWT without the full stop of its sentence; an unsigned one ends with a dot of its own."""
    return jwt if jwt.count(".") == 2 else jwt.rstrip(".")


def _decoded(text: str) -> Iterator[TokenFacts]:
    """The claims that a text shows as JSON, with the header before or beside them."""
    header: dict[str, Any] = {}
    for value in _objects(text):
        if _is_header(value):
            header = value
        elif (facts := _claims_of(value)) is not None:
            yield TokenFacts(header=facts.header or header, claims=facts.claims)
            header = {}


def _is_header(value: dict[str, Any]) -> bool:
    return "alg" in value and value.keys() <= _HEADER | {"jku", "x5c", "crit", "nonce", "ver", "x5t#S256"}


def _claims_of(value: dict[str, Any]) -> TokenFacts | None:
    """The token of an object that is its claims, or has them in a member."""
    if _is_claims(value):
        return TokenFacts(claims=value)
    header = value.get("header")
    for name in _NESTED:
        member = value.get(name)
        if isinstance(member, dict) and _is_claims(member):
            return TokenFacts(header=header if isinstance(header, dict) else {}, claims=member)
    return None


def _is_claims(value: dict[str, Any]) -> bool:
    """Whether an object has a token's claims: an issuer or an expiry, and another one."""
    names = _SIGNS & value.keys()
    is_issued = "iss" in names or "exp" in names or "token_use" in names
    return (
        len(names) >= 2 and is_issued and not value.keys() & {"authorization_endpoint", "jwks_uri", "issuer"}
    )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a text; at most fifty places are tried, so that the time is linear."""
    decoder, position, tried = json.JSONDecoder(), 0, 0
    while tried < _MAX_OBJECTS and (match := _OBJECT.search(text, position)) is not None:
        tried += 1
        try:
            value, position = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            position = match.end()
            continue
        if isinstance(value, dict):
            yield value


def _listed(text: str) -> Iterator[TokenFacts]:
    """The claims of a text that shows them in another notation: a dict of Python, an object of a browser, YAML."""
    claims: dict[str, Any] = {}
    for match in islice(_CLAIM.finditer(text), 200):
        value = read_value(text, match.end(), {}, words=True)
        if value is None or not value.is_complete or not value.texts or match["name"] in claims:
            continue
        if match["name"] in _NUMBERS:
            claims |= {match["name"]: int(value.text)} if re.fullmatch(r"\d{1,12}", value.text) else {}
        else:
            claims[match["name"]] = list(value.texts) if value.is_list else value.text
    if "://" in str(claims.get("iss")) and _is_claims(claims):
        yield TokenFacts(claims=claims)


def is_decoded_token(value: object) -> bool:
    """Whether a mapping is the header or the claims of a token, or both."""
    return isinstance(value, dict) and (_is_header(value) or _claims_of(value) is not None)


def has_jwt(text: str) -> bool:
    """Whether a text has a JWT, and not only claims."""
    return _RUN.search(text) is not None


def without_tokens(text: str) -> str:
    """The text without its JWTs, and the scheme before them."""
    return _RUN.sub(" ", _BEARER.sub(" ", text))
