"""What a probe needs before it can send anything, and its result without."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, GatewayTarget
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.preconditions import id_token_caller, needs_aws, needs_token
from agentcore_probe.secret import Secret

ENVIRONMENT = Environment(name="t", region="us-east-1")
KEYS = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))


def context(tokens: Tokens | NoTokens | None, keys: AwsKeys | None = KEYS) -> ProbeContext:
    login: Future[Tokens | NoTokens | None] = Future()
    login.set_result(tokens)
    return ProbeContext(ENVIRONMENT, Aws(ENVIRONMENT, keys), Configuration(), login)


@pytest.mark.parametrize(
    ("tokens", "result"),
    [
        (None, Result(not_tried="no-identity")),
        (NoTokens("no-token", "identity/1"), Result(not_tried="no-token", exchange="identity/1")),
    ],
)
def test_without_a_token_nothing_is_sent(tokens: NoTokens | None, result: Result) -> None:
    """The reason is the login's, with the exchange that shows it."""
    assert needs_token(context(tokens)) == result
    assert id_token_caller(context(tokens)) == result


def test_a_login_without_an_id_token_does_not_have_that_method() -> None:
    """Client credentials have none."""
    assert id_token_caller(context(Tokens(Secret("access-token", "token")))) == Result(
        not_applicable="no-id-token"
    )


def test_missing_aws_credentials_are_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """With credentials there is no result yet."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert needs_aws(context(None, keys=None)) == Result(not_tried="aws-credentials-missing")
    assert needs_aws(context(None)) is None


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("https://mcp.example.com/mcp", Result(not_tried="aws-region-missing")),
        ("https://gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp", None),
    ],
)
def test_nothing_is_signed_for_no_region(
    monkeypatch: pytest.MonkeyPatch, url: str, result: Result | None
) -> None:
    """A custom domain does not name one; the refusal would look like a wrong key."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    where = Environment(name="t", gateway=GatewayTarget(url=url))
    assert needs_aws(ProbeContext(where, Aws(where, KEYS), Configuration(), Future())) == result
