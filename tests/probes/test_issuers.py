"""The issuers of a run, which are read in the background."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from agentcore_probe.probes.issuers import Issuers

URL = "https://issuer.invalid/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("facts", "endpoint", "is_unreadable"),
    [
        (
            {"document": {"token_endpoint": "https://issuer.invalid/token"}},
            "https://issuer.invalid/token",
            False,
        ),
        ({}, None, False),
        ({"unreadable": "HTTP 404"}, None, True),
        ({"unreadable": "jwks: HTTP 404"}, None, False),
    ],
)
def test_a_document_that_was_not_read_differs_from_one_without_a_token_endpoint(
    facts: dict[str, Any], endpoint: str | None, is_unreadable: bool
) -> None:
    """Keys that could not be read do not matter here."""
    read: Future[dict[str, Any]] = Future()
    read.set_result(facts)
    issuers = Issuers({URL: read})
    assert issuers.document(URL).get("token_endpoint") == endpoint
    assert issuers.is_unreadable(URL) is is_unreadable
    assert issuers.is_unreadable(None) is False
