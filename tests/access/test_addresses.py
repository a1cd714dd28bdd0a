"""Which URLs a request may be sent to."""

from __future__ import annotations

import pytest

from agentcore_probe.access.addresses import NOT_A_URL, check_url


@pytest.mark.parametrize(
    "url",
    [
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn:aws:x/y/invocations?qualifier=DEFAULT",
        "https://10.0.0.1:8443/",
        "http://127.0.0.1:8080/mcp",
        "http://localhost/",
        "http://[::1]:8080/",
    ],
)
def test_https_and_loopback_are_allowed(url: str) -> None:
    """https to any host, plain http to this machine."""
    assert check_url(url) is None


@pytest.mark.parametrize(
    "url", ["http://example.invalid/", "http://127.0.0.2/", "http://localhost.example.invalid/"]
)
def test_plain_http_to_another_machine_is_rejected(url: str) -> None:
    """Also where the name only looks like this machine's."""
    assert check_url(url) == "the address is plain http to another machine: nothing was sent"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/path",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https:///path",
        "https://[::1/",
        "https://host:99999/",
        "https://user:password@host.invalid/",
        "http://127.0.0.1@host.invalid/",
        "http://host.invalid\\@127.0.0.1/",
        "https://host.invalid\\other.invalid/",
        "https://host.invalid/a b",
        "https://host.invalid/\r\nHost: other.invalid",
    ],
)
def test_what_parsers_read_differently_is_rejected(url: str) -> None:
    """No user info, no white space, no backslash, no other scheme."""
    assert check_url(url) == NOT_A_URL
