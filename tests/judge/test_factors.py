"""In which factors two requests differ, and how each factor's part of a request is shown."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.factors import FACTORS, alike_except, differ_only_in
from agentcore_probe.model.exchange import SESSION_HEADER, USER_HEADER, Exchange, Request, TokenFacts

BASE = "https://bedrock-agentcore.us-east-1.amazonaws.com"
ARN = "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fmy_agent-ABCDEFGHIJ"
URL = f"{BASE}/runtimes/{ARN}/invocations?qualifier=DEFAULT"


def exchange(
    url: str = URL,
    token: dict[str, Any] | None = None,
    body: str | None = None,
    session: str | None = None,
    user: str | None = None,
    **headers: str,
) -> Exchange:
    """A request with a bearer token; `headers` by name, `_` for `-`."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    names |= {SESSION_HEADER: session} if session else {}
    names |= {USER_HEADER: user} if user else {}
    request = Request(url=url, headers={"Authorization": "Bearer <token>", **names}, auth="bearer", body=body)
    return Exchange(id="t/1", step="invoke", request=request, token=TokenFacts(claims=token or {"sub": "a"}))


CHANGED: dict[str, Exchange] = {
    "token": exchange(token={"sub": "b"}),
    "content-type": exchange(Content_Type="text/plain"),
    "user-id": exchange(user="u"),
    "mcp-session": exchange(Mcp_Session_Id="s"),
    "session-id": exchange(session="short"),
    "accept": exchange(Accept="application/json"),
    "service": exchange("https://cognito-idp.us-east-1.amazonaws.com/"),
    "arn-encoding": exchange(URL.replace("%2F", "/")),
    "identifier": exchange(URL.replace("ABCDEFGHIJ", "ABCDEFGHIK")),
    "identifier-form": exchange(
        URL.replace(ARN, "my_agent-ABCDEFGHIJ") + "&accountId=123456789012",
    ),
    "path": exchange(URL.replace("/invocations", "/invocation")),
    "qualifier": exchange(URL.replace("DEFAULT", "prod")),
    "account": exchange(f"{URL}&accountId=123456789012"),
    "region": exchange(URL.replace("bedrock-agentcore.us-east-1", "bedrock-agentcore.us-west-2")),
    "host": exchange(URL.replace("https://bedrock-agentcore.", "https://bedrock-agentcore-control.")),
    "mcp-version": exchange(MCP_Protocol_Version="2025-06-18"),
    "body": exchange(body="{}"),
}
"""Factor -> a request that differs from `exchange()` in it."""
CHANGED["auth"] = exchange().model_copy(update={"request": Request(url=URL)})


def test_each_factor_has_a_pair() -> None:
    """A factor without a request here fails the build."""
    assert CHANGED.keys() == FACTORS.keys()


@pytest.mark.parametrize(
    "factor", [factor for factor in FACTORS if factor not in ("service", "host", "body")]
)
def test_a_request_with_one_factor_changed_differs_in_it_alone(factor: str) -> None:
    """In either direction. Another service or host changes other factors, too; bodies are tested below."""
    one, other = exchange(), CHANGED[factor]
    assert differ_only_in(factor, one, other)
    assert differ_only_in(factor, other, one)
    assert [id for id in FACTORS if alike_except(id, one, other)] == [factor]


def test_equal_requests_differ_in_nothing() -> None:
    """They are alike whichever factor may differ, and no factor is the one that does."""
    assert all(alike_except(factor, exchange(), exchange()) for factor in FACTORS)
    assert not any(differ_only_in(factor, exchange(), exchange()) for factor in FACTORS)


def test_what_a_client_generates_for_each_request_is_not_a_difference() -> None:
    """Ids of messages, and session ids of a valid length."""
    one = exchange(body='{"id": 1, "method": "ping"}', session="a" * 33)
    other = exchange(body='{"id": 2, "method": "ping"}', session="b" * 40)
    assert all(alike_except(factor, one, other) for factor in FACTORS)


def test_a_body_that_is_not_known_is_not_a_difference() -> None:
    """A pasted exchange may not show it."""
    assert alike_except("auth", exchange(), exchange(body="{}"))
    assert differ_only_in("body", exchange(body='{"a": 1}'), exchange(body='{"a": 2}'))


@pytest.mark.parametrize("factor", [factor for factor in FACTORS if factor != "body"])
def test_the_parts_that_are_shown_of_a_pair_differ(factor: str) -> None:
    """Else the report would show two equal lines as the one difference; no cause is proven by a body."""
    one, other = exchange(), CHANGED[factor]
    assert FACTORS[factor].text(one, other) != FACTORS[factor].text(other, one)


def test_tokens_are_shown_by_the_claims_that_differ() -> None:
    """Equal claims leave the signature as the difference."""
    one, other = exchange(token={"sub": "a", "aud": "x"}), exchange(token={"sub": "a", "aud": "y"})
    assert FACTORS["token"].text(one, other) == '{"aud": "x"}'
    forged = one.model_copy(update={"forged": "foreign-key"})
    assert FACTORS["token"].text(forged, one) == '{"signature": "foreign-key"}'
