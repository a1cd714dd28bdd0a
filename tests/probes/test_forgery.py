"""Forged tokens: each has its defect, and none verifies under the issuer's keys."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping
from typing import Any, get_args

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from agentcore_probe.model.exchange import Forgery
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.probes.forgery import forge
from agentcore_probe.secret import Secret


def jwks(told: Mapping[str, Any]) -> dict[str, Any]:
    with urllib.request.urlopen(told["identity"]["discovery_url"], timeout=10) as answer:
        address = json.load(answer)["jwks_uri"]
    with urllib.request.urlopen(address, timeout=10) as answer:
        return {key["kid"]: key for key in json.load(answer)["keys"]}


def test_one_token_a_defect_and_none_verifies(agentcore: Mapping[str, Any], token: str) -> None:
    """The genuine one does, under the same keys."""
    keys = jwks(agentcore)
    public = jwt.PyJWK(next(iter(keys.values()))).key
    check = {"algorithms": ["RS256"], "options": {"verify_aud": False, "verify_exp": False}}
    assert jwt.decode(token, public, **check)  # type: ignore[arg-type]
    forged = forge(Secret(token, "token"), keys)
    assert [each.defect for each in forged] == list(get_args(Forgery))
    for each in forged:
        with pytest.raises(jwt.PyJWTError):
            jwt.decode(each.token.reveal(), public, **check)  # type: ignore[arg-type]


def test_each_defect_is_what_its_name_says(agentcore: Mapping[str, Any], token: str) -> None:
    """Read from the token itself."""
    genuine = unverified_facts(token)
    forged = {
        each.defect: unverified_facts(each.token.reveal())
        for each in forge(Secret(token, "token"), jwks(agentcore))
    }
    assert forged["foreign-key"].claims == genuine.claims
    assert forged["foreign-key"].header["kid"] == genuine.header["kid"]
    assert forged["alg-none"].header["alg"] == "none"
    assert forged["hs256-public-key"].header["alg"] == "HS256"
    assert forged["payload-changed"].claims != genuine.claims
    assert forged["expired"].claims["exp"] < time.time()
    assert forged["wrong-issuer"].claims["iss"] != genuine.claims["iss"]


def test_without_the_issuers_key_that_one_forgery_is_left_out(token: str) -> None:
    """The others need nothing from outside."""
    assert [each.defect for each in forge(Secret(token, "token"), {})] == [
        each for each in get_args(Forgery) if each != "hs256-public-key"
    ]


def test_an_opaque_token_cannot_be_forged() -> None:
    """It is no JWT."""
    assert forge(Secret("opaque-token-text", "token"), {}) == []


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (rsa.generate_private_key(65537, 2048), "PS256"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (rsa.generate_private_key(65537, 2048), "RS512"),
    ],
)
def test_a_foreign_key_keeps_the_algorithm(key: Any, algorithm: str) -> None:
    """So that nothing but the key is wrong."""
    genuine = jwt.encode({"iss": "https://issuer.example", "exp": 9e9}, key, algorithm, headers={"kid": "k"})
    (foreign,) = (each for each in forge(Secret(genuine, "token"), {}) if each.defect == "foreign-key")
    assert jwt.get_unverified_header(foreign.token.reveal())["alg"] == algorithm
