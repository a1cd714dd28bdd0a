"""An issuer's discovery document and signing keys."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.access.oidc import read_issuer, read_resource_metadata
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits

from . import servers
from .servers import http_answer, json_answer, recording, serving

KEY = {"kid": "k1", "kty": "RSA", "n": "x", "e": "AQAB"}


def read(url: str) -> dict[str, Any]:
    with Transport("discovery", Limits(seconds=1)) as transport:
        facts = read_issuer(url, transport)
    document = facts.pop("document", {})
    assert all(
        document[name] == facts[name] for name in ("issuer", "jwks_uri", "token_endpoint") if name in facts
    )
    return facts


def test_document_and_keys_are_read() -> None:
    """The three known fields and the keys; one without an id by its place."""
    requests: list[bytes] = []
    with recording(requests, json_answer({"keys": [KEY, {"kty": "RSA"}, "x"]})) as jwks:
        document = {
            "issuer": "https://issuer.invalid",
            "jwks_uri": f"{jwks}keys",
            "token_endpoint": "https://issuer.invalid/token",
            "scopes_supported": ["openid"],
        }
        with recording(requests, json_answer(document)) as url:
            facts = read(f"{url}.well-known/openid-configuration")
    assert facts == {
        "discoveryUrl": f"{url}.well-known/openid-configuration",
        "issuer": "https://issuer.invalid",
        "jwks_uri": f"{jwks}keys",
        "token_endpoint": "https://issuer.invalid/token",
        "jwks": {"k1": KEY, f"{jwks}keys#1": {"kty": "RSA"}},
        "keys": ["k1"],
    }
    assert [request.split(b" HTTP")[0] for request in requests] == [
        b"GET /.well-known/openid-configuration",
        b"GET /keys",
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http_answer(b"", status="404 Not Found"), "HTTP 404"),
        (http_answer(b"<html>"), "not JSON"),
        pytest.param(http_answer(b"[" * 100_000), "not JSON", id="nested"),
        (json_answer(["issuer"]), "not a JSON object"),
    ],
)
def test_a_document_that_cannot_be_read_has_a_reason(answer: bytes, reason: str) -> None:
    """And nothing is assumed about its fields."""
    with recording([], answer) as url:
        assert read(url) == {"discoveryUrl": url, "unreadable": reason}


def test_a_fault_is_the_reason() -> None:
    """By its kind."""
    with serving(servers.close) as url:
        assert read(url) == {"discoveryUrl": url, "unreadable": "reset"}


def test_fields_of_another_type_are_left_out() -> None:
    """Without a URL of the keys, none are requested, and the reason says so."""
    requests: list[bytes] = []
    with recording(requests, json_answer({"issuer": 1, "jwks_uri": None, "token_endpoint": ["x"]})) as url:
        assert read(url) == {"discoveryUrl": url, "unreadable": "jwks: no jwks_uri"}
    assert len(requests) == 1


def test_a_byte_order_mark_does_not_hide_a_document() -> None:
    """Editors of Windows write one."""
    document = b'\xef\xbb\xbf{"issuer": "https://issuer.invalid"}'
    with recording([], http_answer(document)) as url:
        assert read(url)["issuer"] == "https://issuer.invalid"


@pytest.mark.parametrize(
    ("status", "jwks_path", "reason"),
    [("500 Error", "keys", "jwks: HTTP 500"), ("200 OK", None, "jwks: connect")],
)
def test_keys_that_cannot_be_read_leave_the_document(status: str, jwks_path: str | None, reason: str) -> None:
    """Also where the document names an address that nothing is sent to."""
    with recording([], json_answer({}, status=status)) as jwks:
        jwks_uri = f"{jwks}{jwks_path}" if jwks_path else "http://elsewhere.invalid/keys"
        with recording([], json_answer({"issuer": "i", "jwks_uri": jwks_uri})) as url:
            facts = read(url)
    assert facts == {"discoveryUrl": url, "issuer": "i", "jwks_uri": jwks_uri, "unreadable": reason}


@pytest.mark.parametrize(
    ("document", "metadata"),
    [
        ({"authorization_servers": ["https://a.invalid", "https://b.invalid"]}, ("https://a.invalid", ())),
        (
            {"authorization_servers": ["https://a.invalid"], "scopes_supported": ["r", 1, "w"]},
            ("https://a.invalid", ("r", "w")),
        ),
        ({"authorization_servers": [], "scopes_supported": ["r"]}, None),
        ({"authorization_servers": "https://a.invalid"}, None),
        ({"authorization_servers": [{"issuer": "x"}]}, None),
        (["https://a.invalid"], None),
    ],
)
def test_the_metadata_of_a_resource_names_its_issuer(
    document: object, metadata: tuple[Any, ...] | None
) -> None:
    """The first one, with the scopes; whatever else the document contains."""
    with recording([], json_answer(document)) as url, Transport("discovery", Limits(seconds=1)) as transport:
        assert read_resource_metadata(f"{url}metadata", transport) == metadata
        assert transport.exchanges[0].request.auth == "none"
