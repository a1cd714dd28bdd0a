"""`curl` and `aws` commands become the requests that they send, without their tokens."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.reading.commandline import PastedRequest, absolute_url, read
from tests.timing import is_linear

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"


def request(text: str) -> PastedRequest:
    pasted = read(text)
    assert pasted is not None
    return pasted


def test_a_curl_command_over_several_lines_is_one_request() -> None:
    """With the continuations of bash, cmd and PowerShell."""
    for end in ("\\", "^", "`"):
        pasted = request(f'$ curl -sS -X PUT {end}\n  "https://h/p" {end}\n  -H "X-A: b" -d \'{{"a": 1}}\'')
        assert (pasted.request.method, pasted.request.url) == ("PUT", "https://h/p")
        assert pasted.request.header("x-a") == "b"
        assert pasted.request.body == '{"a": 1}'


@pytest.mark.parametrize(
    ("arguments", "method"),
    [("https://h", "GET"), ("-d x https://h", "POST"), ("-d x -X PUT https://h", "PUT")],
)
def test_a_body_makes_it_a_post(arguments: str, method: str) -> None:
    """Unless the method is given."""
    assert request(f"curl {arguments}").request.method == method


@pytest.mark.parametrize(
    "option", [f"-H 'Authorization: Bearer {TOKEN}'", f"--oauth2-bearer {TOKEN}", f"--header=x -H 'authorization:bearer {TOKEN}'"]
)  # fmt: skip
def test_a_token_is_decoded_and_not_kept(option: str) -> None:
    """Its claims are all that remains of it."""
    pasted = request(f"curl https://h {option}")
    assert pasted.request.auth == "bearer"
    assert pasted.token is not None
    assert pasted.token.claims == {"sub": "a"}
    assert "c2ln" not in repr(pasted)


@pytest.mark.parametrize("token", ["$TOKEN", "<token>", "eyJhbGciOiJSUzI1NiJ9…", "eyJhbGciOiJSUzI1Ni..."])
def test_a_shortened_or_missing_token_is_not_malformed(token: str) -> None:
    """It is not known what was sent."""
    pasted = request(f'curl https://h -H "Authorization: Bearer {token}"')
    assert pasted.request.auth == "bearer"
    assert pasted.token is None


def test_the_word_undefined_is_a_malformed_token() -> None:
    """A program that had no token sent it."""
    pasted = request("curl https://h -H 'Authorization: Bearer undefined'")
    assert pasted.token is not None
    assert pasted.token.unparsable == "undefined"


def test_a_variable_in_double_quotes_has_an_unknown_value() -> None:
    """In single quotes it is sent as it is."""
    assert request('curl "https://h/$ARN/x"').request.url == "https://h/<expanded>/x"
    assert request("curl 'https://h/$ARN/x'").request.url == "https://h/$ARN/x"


def test_credentials_in_a_url_are_not_kept() -> None:
    """Nor is a URL that cannot be parsed."""
    assert request("curl https://user:password@h/p").request.url == "https://h/p"
    assert request("curl 'https://[user:password@h'").request.url == ""


def test_an_aws_command_is_a_signed_request() -> None:
    """At the URL that the SDK would call."""
    pasted = request(
        f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {ARN} --qualifier prod out"
    )
    assert pasted.request.auth == "sigv4"
    assert pasted.request.url.endswith("runtime%2Fmy_agent-ABCDEFGHIJ/invocations?qualifier=prod")
    assert request("curl --aws-sigv4 aws:amz:us-east-1:x https://h").request.auth == "sigv4"


@pytest.mark.parametrize(
    "text", ["hello", "curl: (7) Failed to connect", "curl 'https://h", "aws bedrock-agentcore invoke-agent-runtime x"]
)  # fmt: skip
def test_a_text_without_a_complete_command_has_no_request(text: str) -> None:
    """Nothing is guessed."""
    assert read(text) is None


def test_a_request_line_may_have_a_path_only() -> None:
    """The host is in a header of any case."""
    assert absolute_url("/p?q", {"host": "h:1"}) == "https://h:1/p?q"
    assert absolute_url("http://h/p", {"Host": "other"}) == "http://h/p"


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_percent_encoded_arn_is_no_variable(quote: str) -> None:
    """`%NAME%` is one of cmd.exe, whose names do not begin with a digit."""
    url = "https://h.invalid/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1/invocations"
    pasted = read(f"curl {quote}{url}{quote}")
    assert pasted is not None
    assert pasted.request.url == url


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"Authorization: Bearer $TOKEN"', "Bearer <expanded>"),
        ("'Authorization: Bearer '$TOKEN", "Bearer <expanded>"),
        ("'Authorization: Bearer '\"$TOKEN\"", "Bearer <expanded>"),
        ("'Authorization: Bearer $TOKEN'", "Bearer $TOKEN"),
    ],
)
def test_a_shell_fills_in_variables_except_in_single_quotes(header: str, expected: str) -> None:
    """What is in single quotes is sent as it is."""
    pasted = read(f"curl https://h.invalid/ -H {header}")
    assert pasted is not None
    assert pasted.request.headers["Authorization"] == expected


@pytest.mark.parametrize("text", ['"\\', "'", '"', "$a", "%abc%", "a"])
def test_a_long_command_is_read_in_time(text: str) -> None:
    """Hostile quotes and variables."""
    assert is_linear(read, "curl " + text * (100_000 // len(text)))
