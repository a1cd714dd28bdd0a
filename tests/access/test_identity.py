"""A login's answer: its credentials are registered before anything of it is kept."""

from __future__ import annotations

import base64
import json

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.credentials import Basic
from agentcore_probe.access.identity import log_in
from agentcore_probe.access.outgoing import Outgoing, RawAnswer
from agentcore_probe.access.transport import Transport
from agentcore_probe.flows.flow import PreparedLogin, Tokens
from agentcore_probe.model.environment import Environment, Limits
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.identity import Identity
from agentcore_probe.secret import Secret, find_leak

from .servers import json_answer, recording

REFRESH = "opaque-refresh-1234567"
DEVICE = "eu-west-1_11111111-2222-3333-4444-555555555555"
ANSWER = {
    "ChallengeParameters": {},
    "AuthenticationResult": {
        "AccessToken": "opaque-access-123",
        "TokenType": "Bearer of a token",
        "refreshToken": REFRESH,
        "Token": "opaque-other-12345",
        "NewDeviceMetadata": {"DeviceKey": DEVICE, "DeviceGroupKey": "-group-12345"},
    },
    "echo": [REFRESH, f"again {DEVICE}", "opaque-other-12345"],
}


def test_every_credential_of_a_login_is_a_secret() -> None:
    """Refresh tokens and device keys too, under any name, and also where the answer repeats them."""
    with recording([], json_answer(ANSWER)) as url, Transport("identity", Limits(seconds=5)) as transport:
        keys = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))
        aws = Aws(Environment(name="t", region="us-east-1", endpoints={"cognito-idp": url}), keys)
        identity = Identity(flow="user-password", username="u")
        login = PreparedLogin(identity, "c1", None, password=Secret("correct horse battery", "password"))
        outcome = log_in(login, aws, transport, dict)
    assert outcome == Tokens(Secret("opaque-access-123", "token"))
    (exchange,) = transport.exchanges
    assert exchange.response is not None
    body = json.loads(exchange.response.body)
    assert body["echo"] == ["<refresh token>", "again <credential of the login>", "<credential of the login>"]
    assert body["AuthenticationResult"]["TokenType"] == "Bearer of a token"
    for value, label in ((REFRESH, "refresh token"), (DEVICE, "credential of the login")):
        assert find_leak(f"x {value} y".encode()) == label
    assert find_leak(exchange.model_dump_json().encode()) is None


@pytest.mark.parametrize(
    ("user", "secret", "expected"),
    [("c1", "s3cret-s3cret", "c1:s3cret-s3cret"), ("a:b c", "p+%:/ é", "a%3Ab+c:p%2B%25%3A%2F+%C3%A9")],
)
def test_id_and_secret_of_a_client_are_form_encoded(user: str, secret: str, expected: str) -> None:
    """RFC 6749 section 2.3.1."""
    requests: list[bytes] = []
    with recording(requests) as url, Transport("t", Limits(seconds=5)) as transport:
        transport.send(
            Outgoing("token", url, body=b"x=1", credential=Basic(user, Secret(secret, "client secret")))
        )
    header = next(line for line in requests[0].split(b"\r\n") if line.startswith(b"Authorization: Basic "))
    assert base64.b64decode(header.removeprefix(b"Authorization: Basic ")).decode() == expected


def test_a_request_and_a_raw_answer_do_not_show_their_content() -> None:
    """A traceback with local variables shows their repr."""
    headers = {"x-amz-security-token": "correct-horse"}
    outgoing = Outgoing("login", "https://h/", headers=headers, body=b"PASSWORD=correct-horse")
    answer = RawAnswer(Exchange(id="t/1", step="login", request=Request()), b"correct-horse")
    assert "correct-horse" not in repr([outgoing, answer])
