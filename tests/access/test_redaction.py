"""Credentials are taken out of requests and answers."""

from __future__ import annotations

import doctest

import pytest

from agentcore_probe.access import redaction
from agentcore_probe.secret import Secret

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"


def test_the_examples_hold() -> None:
    """Those in the docstrings."""
    assert doctest.testmod(redaction) == doctest.TestResults(failed=0, attempted=2)


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (f"Bearer {TOKEN}", "Bearer <token>"),
        (f"bearer {TOKEN}", "bearer <token>"),
        (f"Bearer Bearer {TOKEN}", "Bearer Bearer <token>"),
        (f'Bearer "{TOKEN}"', 'Bearer "<token>"'),
        ("Bearer opaque-token", "Bearer <token>"),
        ("Bearer undefined", "Bearer undefined"),
        ("Bearer $TOKEN", "Bearer $TOKEN"),
        ("Bearer ", "Bearer "),
        ("", ""),
        (TOKEN, "<token>"),
        ("opaque-token", "<token>"),
        ("Basic dXNlcjpwYXNz", "Basic <credential>"),
        (
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/bedrock-agentcore/aws4_request, "
            "SignedHeaders=host, Signature=0a1b2c",
            "AWS4-HMAC-SHA256 Credential=<key>/20260101/us-east-1/bedrock-agentcore/aws4_request, "
            "SignedHeaders=host, Signature=<signature>",
        ),
    ],
)
def test_an_authorization_header_keeps_its_form(value: str, clean: str) -> None:
    """Scheme, quotes, placeholders and the scope of a signature explain a refusal; the credential does not."""
    assert redaction.headers({"Authorization": value}) == {"Authorization": clean}


def test_other_headers_with_credentials_are_placeholders() -> None:
    """In any case; a token in another header, or in a header's name, is replaced too."""
    assert redaction.headers(
        {
            "X-Amz-Security-Token": "session",
            "COOKIE": "a=b",
            "Set-Cookie": "a=b",
            "Proxy-Authorization": "Basic dXNlcjpwYXNz",
            "X-Echo": f"you sent {TOKEN}.",
            f"X-{TOKEN}": "name",
            "Accept": "application/json",
        }
    ) == {
        "X-Amz-Security-Token": "<session-token>",
        "COOKIE": "<cookie>",
        "Set-Cookie": "<cookie>",
        "Proxy-Authorization": "<credential>",
        "X-Echo": "you sent <token>.",
        "X-<token>": "name",
        "Accept": "application/json",
    }


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ('{"PASSWORD": "a\\"b", "USERNAME": "u"}', '{"PASSWORD": "<secret>", "USERNAME": "u"}'),
        ('{"access_token":"opaque"}', '{"access_token":"<secret>"}'),
        (
            "grant_type=client_credentials&client_secret=abc&scope=x",
            "grant_type=client_credentials&client_secret=<secret>&scope=x",
        ),
        ("see https://user:pass@host.invalid/x", "see https://<credential>@host.invalid/x"),
        (f"token {TOKEN} was sent", "token <token> was sent"),
        ("correct horse battery", "<passphrase>"),
        ('{"message": "Access denied"}', '{"message": "Access denied"}'),
    ],
)
def test_a_text_keeps_everything_but_its_credentials(raw: str, clean: str) -> None:
    """JSON fields, form fields, user info, tokens and registered secrets; redacting twice changes nothing."""
    Secret("correct horse battery", "passphrase")
    assert redaction.text(raw) == clean
    assert redaction.text(clean) == clean
