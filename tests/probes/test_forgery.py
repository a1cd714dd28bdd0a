"""Forged tokens: each has its defect, and none verifies with the issuer's keys."""

from __future__ import annotations

import base64
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


def jwks(service: Mapping[str, Any]) -> dict[str, Any]:
    """The public keys of the embedded issuer, by `kid`."""
    with urllib.request.urlopen(service["identity"]["discovery_url"], timeout=10) as answer:
        address = json.load(answer)["jwks_uri"]
    with urllib.request.urlopen(address, timeout=10) as answer:
        return {key["kid"]: key for key in json.load(answer)["keys"]}


def test_there_is_one_token_for_each_defect_and_none_verifies(
    agentcore: Mapping[str, Any], token: str
) -> None:
    """The genuine one does, with the same keys."""
    keys = jwks(agentcore)
    public = jwt.PyJWK(next(iter(keys.values()))).key
    check = {"algorithms": ["RS256"], "options": {"verify_aud": False, "verify_exp": False}}
    assert jwt.decode(token, public, **check)  # type: ignore[arg-type]
    forgeries = forge(Secret(token, "token"), keys)
    assert [forgery.defect for forgery in forgeries] == list(get_args(Forgery))
    for forgery in forgeries:
        with pytest.raises(jwt.PyJWTError):
            jwt.decode(forgery.token.reveal(), public, **check)  # type: ignore[arg-type]


def test_each_defect_is_what_its_name_says(agentcore: Mapping[str, Any], token: str) -> None:
    """As the token itself says."""
    genuine = unverified_facts(token)
    forgeries = forge(Secret(token, "token"), jwks(agentcore))
    facts = {forgery.defect: unverified_facts(forgery.token.reveal()) for forgery in forgeries}
    assert facts["foreign-key"].claims == genuine.claims
    assert facts["foreign-key"].header["kid"] == genuine.header["kid"]
    assert facts["alg-none"].header["alg"] == "none"
    assert facts["hs256-public-key"].header["alg"] == "HS256"
    assert facts["payload-changed"].claims != genuine.claims
    assert facts["expired"].claims["exp"] < time.time()
    assert facts["wrong-issuer"].claims["iss"] != genuine.claims["iss"]


def test_without_the_issuers_key_one_forgery_is_left_out(token: str) -> None:
    """The others do not need it."""
    defects = [forgery.defect for forgery in forge(Secret(token, "token"), {})]
    assert defects == [defect for defect in get_args(Forgery) if defect != "hs256-public-key"]


def test_an_opaque_token_cannot_be_forged() -> None:
    """It is not a JWT."""
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
    """So that only the key is wrong."""
    genuine = jwt.encode({"iss": "https://issuer.example", "exp": 9e9}, key, algorithm, headers={"kid": "k"})
    forgeries = {forgery.defect: forgery.token for forgery in forge(Secret(genuine, "token"), {})}
    assert jwt.get_unverified_header(forgeries["foreign-key"].reveal())["alg"] == algorithm


def test_a_key_of_another_kind_cannot_key_an_hmac() -> None:
    """The issuer's key set may contain anything under the token's `kid`."""
    key = rsa.generate_private_key(65537, 2048)
    genuine = Secret(jwt.encode({"iss": "i"}, key, "RS256", headers={"kid": "k"}), "token")
    for jwk in (
        {"kid": "k"},
        {"kid": "k", "kty": "oct", "k": "c2VjcmV0"},
        {"kid": "k", "kty": "RSA", "n": 1},
    ):
        assert "hs256-public-key" not in [forgery.defect for forgery in forge(genuine, {"k": jwk})]


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", 7, None])
def test_an_algorithm_without_an_own_key_becomes_rs256(algorithm: object) -> None:
    """The header of a token may name any algorithm, or none."""
    parts = ({"alg": algorithm, "kid": "k"}, {"iss": "i"})
    genuine = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    forgeries = {forgery.defect: forgery.token for forgery in forge(Secret(f"{genuine}.c2ln", "token"), {})}
    assert jwt.get_unverified_header(forgeries["foreign-key"].reveal()) == {
        "alg": "RS256",
        "kid": "k",
    }
