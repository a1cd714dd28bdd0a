"""Personal claims are masked by their name, or by an e-mail address in them."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.masking import MASKED, mask_personal_claims
from agentcore_probe.model.exchange import TokenFacts


def masked(claims: dict[str, Any], *exempt: str) -> dict[str, Any]:
    return mask_personal_claims(TokenFacts(claims=claims), frozenset(exempt)).claims


@pytest.mark.parametrize(
    "name", ["email", "cognito:username", "username", "upn", "unique_name", "preferred_username", "birthdate"]
)
def test_a_claim_that_names_a_person_is_masked(name: str) -> None:
    """Of any provider."""
    assert masked({name: "x", "sub": "1"}) == {name: MASKED, "sub": "1"}


@pytest.mark.parametrize("value", ["jane@example.com", ["x", "jane@example.com"], "Jane <jane@example.com>"])
def test_an_email_address_is_masked_in_any_claim(value: object) -> None:
    """Custom claims have names of their own."""
    assert masked({"custom:contact": value}) == {"custom:contact": MASKED}


def test_a_claim_of_a_rule_stays() -> None:
    """Without its value the rule could not be checked."""
    assert masked({"email": "jane@example.com", "name": "Jane"}, "email") == {
        "email": "jane@example.com",
        "name": MASKED,
    }
