"""What a probe needs before it can send anything, and its result without."""

from __future__ import annotations

from concurrent.futures import Future
from typing import get_args

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Forgery
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result
from agentcore_probe.probes.preconditions import id_token_caller, needs_aws, needs_token, send_forgeries
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

    def send(caller: BearerCaller, step: str) -> None:
        raise AssertionError((caller, step))

    assert needs_token(context(tokens)) == result
    assert id_token_caller(context(tokens)) == result
    assert send_forgeries(context(tokens), send) == result


def test_each_forgery_is_sent_once_under_its_own_step() -> None:
    """In the order of the defects; without the issuer's key, one is left out."""
    key = rsa.generate_private_key(65537, 2048)
    genuine = Secret(jwt.encode({"iss": "i"}, key, "RS256", headers={"kid": "k"}), "token")
    steps: list[str] = []
    result = send_forgeries(context(Tokens(genuine)), lambda _, step: steps.append(step))
    assert result == Result()
    assert steps == [f"forged: {defect}" for defect in get_args(Forgery) if defect != "hs256-public-key"]


def test_an_opaque_token_has_no_forgeries() -> None:
    """The method says so."""
    result = send_forgeries(context(Tokens(Secret("opaque-token-text", "token"))), print)
    assert result == Result(not_tried="token-malformed")


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
    assert needs_aws(context(None, keys=None)) == Result(not_tried="no-aws-credentials")
    assert needs_aws(context(None)) is None
