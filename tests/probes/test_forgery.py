"""Forged tokens: each has its defect, and none verifies with the issuer's keys."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from agentcore_probe.local import weak_verifiers
from agentcore_probe.model.forgeries import ANONYMOUS_CONTROLS, FORGERIES
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.probes.forgery import fits, foreign_key_forgery, forge
from agentcore_probe.secret import Secret


def jwks(service: Mapping[str, Any]) -> dict[str, Any]:
    """The public keys of the embedded issuer, by `kid`."""
    with urllib.request.urlopen(service["identity"]["discovery_url"], timeout=10) as answer:
        address = json.load(answer)["jwks_uri"]
    with urllib.request.urlopen(address, timeout=10) as answer:
        return {key["kid"]: key for key in json.load(answer)["keys"]}


def forged_tokens(genuine: Secret, keys: Mapping[str, Any]) -> dict[str, str]:
    """Every token that can be forged from a genuine one, by the id of the forgery."""
    tokens = {row.id: forge(row, genuine, keys) for row in FORGERIES if fits(row, genuine)}
    return {id: token.reveal() for id, token in tokens.items() if token is not None}


KEYS: dict[str, Any] = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "PS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def issue(algorithm: str) -> tuple[Secret, dict[str, Any]]:
    """A genuine token, and its issuer's keys by `kid`."""
    key = KEYS[algorithm]
    token = jwt.encode({"iss": "https://issuer.example", "exp": 9e9}, key, algorithm, headers={"kid": "k"})
    jwk: dict[str, Any] = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return Secret(token, "token"), {"k": {**jwk, "kid": "k", "alg": algorithm}}


@pytest.mark.parametrize("algorithm", KEYS)
def test_no_forged_token_verifies(algorithm: str) -> None:
    """The genuine one does, with the same key."""
    genuine, keys = issue(algorithm)
    public = jwt.PyJWK(keys["k"]).key
    check = {"algorithms": [algorithm], "options": {"verify_aud": False, "verify_exp": False}}
    assert jwt.decode(genuine.reveal(), public, **check)  # type: ignore[arg-type]
    tokens = forged_tokens(genuine, keys)
    assert len(tokens) == {"RS256": 33, "PS256": 33, "ES256": 25, "EdDSA": 24}[algorithm]
    for token in tokens.values():
        with pytest.raises(jwt.PyJWTError):
            jwt.decode(token, public, **check)  # type: ignore[arg-type]


def jwk_of(algorithm: str, kid: str | None = None) -> dict[str, Any]:
    """A public key as an issuer publishes it."""
    public = KEYS[algorithm].public_key()
    jwk: dict[str, Any] = jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True)
    return jwk if kid is None else {**jwk, "kid": kid}


@pytest.mark.parametrize(
    ("kid", "keys", "is_made"),
    [
        (None, {"e": jwk_of("ES256", "e"), "r": jwk_of("RS256", "r")}, True),
        ("k", {"#0": jwk_of("EdDSA"), "#1": jwk_of("RS256")}, True),
        (None, {"#0": jwk_of("RS256")}, True),
        ("k", {"r": jwk_of("RS256", "r")}, False),
        (None, {"e": jwk_of("ES256", "e")}, False),
        (None, {"r": {**jwk_of("RS256", "r"), "use": "enc"}}, False),
        (None, {}, False),
    ],
)
def test_without_a_kid_the_key_of_the_algorithm_is_used(
    kid: str | None, keys: dict[str, Any], is_made: bool
) -> None:
    """The first one. A key with another kid than the token's is never its key."""
    token = jwt.encode({"exp": 9e9}, KEYS["RS256"], "RS256", headers={"kid": kid} if kid else None)
    (forgery,) = [row for row in FORGERIES if row.id == "hs256-public-key"]
    forged = forge(forgery, Secret(token, "token"), keys)
    assert (forged is not None) is is_made
    if forged is not None:
        public = jwt.PyJWK(jwk_of("RS256")).key
        assert weak_verifiers.accepts_token(forged.reveal(), public, {"hs256-public-key"})


@pytest.mark.parametrize("algorithm", KEYS)
def test_each_forgery_is_accepted_by_the_verifier_with_its_mistake(algorithm: str) -> None:
    """For each type of key: the verifiers were written apart from the forgeries."""
    genuine, keys = issue(algorithm)
    public = jwt.PyJWK(keys["k"]).key
    weak_verifiers.accepted_signatures.add(genuine.reveal().rpartition(".")[2])
    for id, token in forged_tokens(genuine, keys).items():
        assert weak_verifiers.accepts_token(token, public, {id}), id


def test_every_forgery_has_a_weak_verifier() -> None:
    """And every control without a token has one."""
    assert weak_verifiers.TOKEN_WEAKNESSES.keys() == {row.id for row in FORGERIES}
    assert weak_verifiers.HEADER_WEAKNESSES.keys() == {row.id for row in ANONYMOUS_CONTROLS}


def test_each_defect_is_what_its_name_says(agentcore: Mapping[str, Any], token: str) -> None:
    """As the token itself says."""
    genuine = unverified_facts(token)
    tokens = forged_tokens(Secret(token, "token"), jwks(agentcore))
    facts = {id: unverified_facts(forged) for id, forged in tokens.items()}
    assert facts["foreign-key-rsa"].claims == genuine.claims
    assert facts["foreign-key-rsa"].header["kid"] == genuine.header["kid"]
    spellings = [facts[id].header["alg"] for id in facts if id.startswith("alg-none")]
    assert spellings == ["none", "None", "NONE", "nOnE"]
    assert facts["hs256-public-key"].header["alg"] == "HS256"
    assert facts["hs512-empty"].header["alg"] == "HS512"
    assert facts["payload-changed"].claims != genuine.claims
    assert "kid" not in facts["kid-missing"].header
    assert facts["kid-unknown"].header["kid"] not in jwks(agentcore)
    assert facts["embedded-jwk"].header["jwk"]["kty"] == "RSA"
    assert facts["embedded-x5c"].header["x5c"]
    assert tokens["signature-empty"].endswith(".")
    assert facts["signature-empty"].header == genuine.header


def test_without_the_issuers_key_some_forgeries_are_left_out(token: str) -> None:
    """Those that need it as the secret of an HMAC."""
    tokens = forged_tokens(Secret(token, "token"), {})
    needs_key = {row.id for row in FORGERIES if row.signature == "hmac" and row.secret != "empty"}
    fitting = {row.id for row in FORGERIES if row.key_type in (None, "RSA")}
    assert tokens.keys() == fitting - needs_key


def test_an_opaque_token_cannot_be_forged() -> None:
    """It is not a JWT."""
    assert forged_tokens(Secret("opaque-token-text", "token"), {}) == {}
    assert foreign_key_forgery(Secret("opaque-token-text", "token")) is None


@pytest.mark.parametrize(
    ("algorithm", "forgery"),
    [
        ("PS256", "foreign-key-rsa"),
        ("ES256", "foreign-key-ec"),
        ("EdDSA", "foreign-key-eddsa"),
        ("RS256", "foreign-key-rsa"),
    ],
)
def test_a_foreign_key_keeps_the_algorithm(algorithm: str, forgery: str) -> None:
    """So that only the key is wrong."""
    genuine, keys = issue(algorithm)
    row = foreign_key_forgery(genuine)
    assert row is not None
    assert row.id == forgery
    assert jwt.get_unverified_header(forged_tokens(genuine, keys)[forgery])["alg"] == algorithm


def test_a_key_of_another_kind_cannot_key_an_hmac() -> None:
    """The issuer's key set may contain anything under the token's `kid`."""
    genuine, _ = issue("RS256")
    for jwk in (
        {"kid": "k"},
        {"kid": "k", "kty": "oct", "k": "c2VjcmV0"},
        {"kid": "k", "kty": "RSA", "n": 1},
    ):
        assert "hs256-public-key" not in forged_tokens(genuine, {"k": jwk})


@pytest.mark.parametrize("algorithm", ["none", "HS256", 7, None])
def test_an_algorithm_without_an_own_key_becomes_rs256(algorithm: object) -> None:
    """The header of a token may name any algorithm, or none."""
    parts = ({"alg": algorithm, "kid": "k"}, {"iss": "i"})
    genuine = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    tokens = forged_tokens(Secret(f"{genuine}.c2ln", "token"), {})
    assert jwt.get_unverified_header(tokens["foreign-key-rsa"]) == {"alg": "RS256", "kid": "k"}
