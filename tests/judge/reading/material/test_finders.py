"""Tokens, claims, ARNs, URLs and requests in any text."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from agentcore_probe.judge.reading.material import read_material
from agentcore_probe.judge.reading.material.places import find_arns, find_urls
from agentcore_probe.judge.reading.material.requests import find_requests
from agentcore_probe.judge.reading.material.tokens import find_tokens
from agentcore_probe.secret import redact
from tests.timing import is_linear

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
ENCODED = ARN.replace(":", "%3A").replace("/", "%2F")
URL = f"https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/{ENCODED}/invocations?qualifier=DEFAULT"
CLAIMS = {
    "iss": "https://example.okta.com/oauth2/default",
    "exp": 4102444800,
    "cid": "0oa1",
    "scp": ["a"],
    "aud": "api",
}


def jwt(claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """A JWT with a signature that nothing made."""
    parts = (json.dumps(part).encode() for part in (header or {"alg": "RS256", "kid": "k"}, claims))
    encoded = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJlLW9mLWEtdG9rZW4"])


TOKEN = jwt(CLAIMS)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"  {TOKEN}\n",
        f"Authorization: Bearer {TOKEN}",
        f'{{"access_token": "{TOKEN}", "token_type": "Bearer"}}',
        f"export TOKEN={TOKEN}",
        f"The token is {TOKEN}.",
        f"{TOKEN.rpartition('.')[0]}.",
        json.dumps(CLAIMS),
        json.dumps(CLAIMS, indent=2),
        f'{{"alg": "RS256", "kid": "k"}}\n{json.dumps(CLAIMS, indent=4)}',
        json.dumps({"header": {"alg": "RS256", "kid": "k"}, "payload": CLAIMS, "signature": "x"}),
        json.dumps({"Claims": "see below"}) + "\nHEADER\n" + json.dumps({"alg": "RS256"}) + "\nPAYLOAD\n" + json.dumps(CLAIMS),
        repr(CLAIMS),
        "{\n  iss: 'https://example.okta.com/oauth2/default',\n  exp: 4102444800,\n  cid: '0oa1',\n  scp: [ 'a' ],\n  aud: 'api'\n}",
        "iss: https://example.okta.com/oauth2/default\nexp: 4102444800\ncid: 0oa1\nscp:\n  - a\naud: api\n",
    ],
)  # fmt: skip
def test_the_claims_of_a_token_are_read(text: str) -> None:
    """Of a JWT anywhere in a text, and of claims that a tool shows."""
    (token,) = find_tokens(text)
    assert token.claims == CLAIMS


def test_the_header_beside_the_claims_is_read() -> None:
    """As jwt.io shows them."""
    (token,) = find_tokens('{"alg": "HS256"} ' + json.dumps(CLAIMS))
    assert token.header == {"alg": "HS256"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the token expired",
        "eyJhbGciOi…",
        "eyJhbGciOiJSUzI1NiJ9.eyJ...",
        '{"sub": "a", "name": "b"}',
        '{"issuer": "https://a", "jwks_uri": "b", "iss": "c", "exp": 1}',
        '{"keys": [{"kid": "k", "alg": "RS256", "kty": "RSA"}]}',
        'scope = "read", audience = "x"',
    ],
)
def test_other_texts_have_no_token(text: str) -> None:
    """A token that was shortened, documents of an issuer, other JSON."""
    assert not [token for token in find_tokens(text) if token.unparsable is None]


def test_a_token_in_a_text_becomes_a_secret() -> None:
    """No output repeats it."""
    find_tokens(f"x {TOKEN} y")
    assert TOKEN.split(".")[2] not in redact(f"got {TOKEN}")


@pytest.mark.parametrize(
    ("text", "arn", "encodings"),
    [
        (ARN, ARN, 0),
        (f"The runtime is {ARN}.", ARN, 0),
        (f'"agentRuntimeArn": "{ARN}",', ARN, 0),
        (ENCODED, ARN, 1),
        (ENCODED.lower().replace("my_agent-abcdefghij", "my_agent-ABCDEFGHIJ"), ARN, 1),
        (ENCODED.replace("%", "%25"), ARN, 2),
        ("arn:aws:bedrock-agentcore:us-east-1:<account id>:runtime/x", "arn:aws:bedrock-agentcore:us-east-1:<account id>:runtime/x", 0),
        ("arn:aws:bedrock-agentcore:${region}:${account}:gateway/g", "arn:aws:bedrock-agentcore:${region}:${account}:gateway/g", 0),
    ],
)  # fmt: skip
def test_an_arn_is_found(text: str, arn: str, encodings: int) -> None:
    """As it is, encoded, with placeholders."""
    (place,) = find_arns(text)
    assert (place.arn.text, place.encodings) == (arn, encodings)


def test_an_arn_in_a_url_belongs_to_the_url() -> None:
    """It is judged as a part of it."""
    assert find_arns(URL.replace(ENCODED, ARN)) == ()


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        (ARN, ""),
        (f"{ARN}/runtime-endpoint/DEFAULT", ""),
        ("arn:aws-cn:bedrock-agentcore:cn-north-1:123456789012:gateway/my-gw-abcdefghij", ""),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/h-ABCDEFGHIJ", ""),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:memory/anything", ""),
        ("arn:aws:lambda:us-east-1:123456789012:function:f", ""),
        ("arn:aws:bedrock-agentcore:us-east-1:runtime/my_agent-ABCDEFGHIJ", "parts"),
        ("arn:aws:bedrock-agent-core:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ", "service"),
        ("arn:aws:bedrock:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ", "service"),
        ("arn:amazon:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ", "partition"),
        ("arn:aws:bedrock-agentcore::123456789012:runtime/my_agent-ABCDEFGHIJ", "region"),
        ("arn:aws:bedrock-agentcore:useast1:123456789012:runtime/my_agent-ABCDEFGHIJ", "region"),
        ("arn:aws:bedrock-agentcore:us-east-1:12345:runtime/my_agent-ABCDEFGHIJ", "account"),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent", "resource"),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my-agent-ABCDEFGHIJ", "resource"),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:agent-runtime/my_agent-ABCDEFGHIJ", "resource"),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime:my_agent-ABCDEFGHIJ", "resource"),
        ("arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/My_GW-abcdefghij", "resource"),
    ],
)
def test_the_defect_of_an_arn_is_found(text: str, defect: str) -> None:
    """The first part that has another form than in the API's model; ARNs that are never called are left alone."""
    (place,) = find_arns(text)
    assert place.arn.defect == defect


@pytest.mark.parametrize(
    "text",
    [
        URL,
        f"calling {URL}.",
        f"<{URL}>",
        URL.removeprefix("https://"),
        URL.replace("https", "wss").replace("invocations", "ws"),
        "https://g-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
        "https://agent-registry.us-east-1.api.aws/registry/abcdefghijkl/mcp",
        "https://bedrock-agentcore.{region}.amazonaws.com/runtimes/<ARN>/invocations",
        "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0/.well-known/openid-configuration",
        "https://idp.example.com/.well-known/oauth-authorization-server",
        "http://localhost:8080/runtimes/x/invocations",
    ],
)
def test_a_url_of_agentcore_or_a_provider_is_found(text: str) -> None:
    """With and without its scheme."""
    assert len(find_urls(text)) == 1


def test_other_urls_are_left_alone() -> None:
    """A link to documentation says nothing."""
    assert (
        find_urls("see https://docs.aws.amazon.com/bedrock-agentcore/latest/ and https://example.com/a") == ()
    )


@pytest.mark.parametrize(
    ("text", "method", "auth"),
    [
        (f"curl -X POST '{URL}' -H \"Authorization: Bearer $TOKEN\" -d '{{}}'", "POST", "bearer"),
        (f"curl '{URL}' -H 'Authorization: Bearer '$TOKEN", "GET", "bearer"),
        (f'http POST {URL} Authorization:"Bearer $TOKEN" prompt=hi', "POST", "bearer"),
        (f"$ https {URL.removeprefix('https://')} 'Authorization:Bearer x'", "GET", "bearer"),
        (f"xh {URL} prompt=hi", "POST", "none"),
        (f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {ARN} --payload '{{}}' out.json", "POST", "sigv4"),
    ],
)  # fmt: skip
def test_a_command_is_read_as_a_request(text: str, method: str, auth: str) -> None:
    """curl, HTTPie and the AWS CLI; what the shell fills in is not a placeholder."""
    (pasted,) = find_requests(text)
    assert (pasted.request.method, pasted.request.auth, pasted.request.url) == (method, auth, URL)
    assert "$" not in str(pasted.request.headers)


def test_prose_is_no_request() -> None:
    """A sentence may begin with the word http."""
    assert find_requests("http and https are schemes\nhttp POST is what you need") == ()


@pytest.mark.parametrize(
    "text",
    [
        "eyJ", "eyJaaaaaa.", "eyJaaaaaaa.bbbbbb.", "{", '{"iss":', "arn:", "arn:aws:", "arn%3A", "https://", "http ://x ", "<a>", "${a",
        "curl '", 'curl "', "aws bedrock-agentcore ", "bedrock-agentcore.a", "\n$ http https://a ", "iss: https://a\nexp: 1\n", "'", "[",
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn:",
    ],
)  # fmt: skip
def test_reading_takes_linear_time(text: str) -> None:
    """100 KB of a hostile text."""
    assert is_linear(read_material, text * (100_000 // len(text)))
