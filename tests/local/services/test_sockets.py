"""The embedded Runtime's WebSockets, called with the client of `websockets`: checks before the upgrade, the container after it."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts

SESSION = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"
CARRIER = "base64UrlBearerAuthorization"


def url(facts: Facts, path: str = "ws", arn: str | None = None, **query: str) -> str:
    """The plain form of a WebSocket's URL on loopback."""
    base = facts["endpoints"]["bedrock-agentcore"].replace("http://", "ws://")
    name = quote(facts["runtime"]["arn"], safe="") if arn is None else arn
    return f"{base}/runtimes/{name}/{path}?{urlencode({'qualifier': 'DEFAULT', **query})}"


def signed(facts: Facts, address: str, **headers: str) -> dict[str, str]:
    """The headers of a signed handshake."""
    request = AWSRequest("GET", address.replace("ws://", "https://"), headers)
    SigV4Auth(_credentials(facts), "bedrock-agentcore", facts["region"]).add_auth(request)
    return dict(request.headers.items())


def presigned(facts: Facts, address: str, seconds: int = 300) -> str:
    """The URL with its signature."""
    request = AWSRequest("GET", address.replace("ws://", "https://"))
    SigV4QueryAuth(_credentials(facts), "bedrock-agentcore", facts["region"], seconds).add_auth(request)
    return str(request.url).replace("https://", "ws://")


def _credentials(facts: Facts) -> Credentials:
    return Credentials(facts["aws"]["access_key_id"], facts["aws"]["secret_access_key"])


def encoded(token: str) -> str:
    return base64.urlsafe_b64encode(token.encode()).rstrip(b"=").decode()


def opened(
    address: str, headers: dict[str, str] | None = None, protocols: list[str] | None = None
) -> ClientConnection:
    offered = [Subprotocol(name) for name in protocols or ()] or None
    return connect(address, additional_headers=headers, subprotocols=offered, open_timeout=10, proxy=None)


def refusal(
    address: str, headers: dict[str, str] | None = None, protocols: list[str] | None = None
) -> tuple[int, str, str]:
    """Status, error type and body of a handshake that must not be accepted."""
    with pytest.raises(InvalidStatus) as raised:
        opened(address, headers, protocols)
    response = raised.value.response
    return response.status_code, response.headers.get("x-amzn-errortype", ""), (response.body or b"").decode()


def test_a_token_opens_the_containers_websocket(agentcore: Facts, token: str) -> None:
    """In a header: the answer names the session, and what is sent comes back from the container."""
    session = "s" * 33
    with opened(url(agentcore), {"Authorization": f"Bearer {token}", SESSION: session}) as socket:
        socket.send("hello")
        assert socket.recv(timeout=10) == "hello"
        assert socket.response is not None
        assert socket.response.headers[SESSION] == session
        assert socket.response.headers["x-amzn-requestid"]
        assert "Sec-WebSocket-Protocol" not in socket.response.headers


def test_a_token_as_subprotocol_opens_it_and_is_not_selected(agentcore: Facts, token: str) -> None:
    """The answer selects the word beside the token, never the token."""
    protocols = [f"{CARRIER}.{encoded(token)}", CARRIER]
    with opened(url(agentcore), protocols=protocols) as socket:
        assert socket.subprotocol == CARRIER
        socket.send("hello")
        assert socket.recv(timeout=10) == "hello"


@pytest.mark.parametrize(
    "protocols",
    [
        lambda token: [f"{CARRIER}.{encoded(token)}"],
        lambda token: [CARRIER],
        lambda token: [f"{CARRIER}.{encoded(token)}", CARRIER, "graphql-ws"],
        lambda token: [f"{CARRIER}.{token}", CARRIER],
        lambda token: [token, CARRIER],
    ],
    ids=["no sentinel", "no token", "another protocol", "not base64url", "no prefix"],
)
def test_another_form_of_the_subprotocol_is_no_credential(
    agentcore: Facts, token: str, protocols: Any
) -> None:
    """As without one: 401."""
    assert refusal(url(agentcore), protocols=protocols(token))[:2] == (401, "UnauthorizedException")


def test_the_authorizer_of_a_jwt_runtime_judges_handshakes(agentcore: Facts, token: str) -> None:
    """No credential, a broken token, a signature, each on both paths."""
    for path in ("ws", "ws/shells"):
        address = url(agentcore, path)
        assert refusal(address)[:2] == (401, "UnauthorizedException")
        broken = {"Authorization": f"Bearer {token[:-4]}AAAA"}
        assert refusal(address, broken)[:2] == (401, "UnauthorizedException")
        status, error, body = refusal(address, signed(agentcore, address))
        assert (status, error) == (403, "AccessDeniedException")
        assert "Authorization method mismatch" in body
        assert "method mismatch" in refusal(presigned(agentcore, address))[2]


def test_a_signature_opens_the_websocket_of_an_iam_runtime(agentcore_iam: Facts, token: str) -> None:
    """In headers and in the query; a token does not."""
    address = url(agentcore_iam)
    with opened(address, signed(agentcore_iam, address)), opened(presigned(agentcore_iam, address)):
        pass
    assert "Missing Authentication Token" in refusal(address)[2]
    assert "method mismatch" in refusal(address, {"Authorization": f"Bearer {token}"})[2]
    assert "method mismatch" in refusal(address, protocols=[f"{CARRIER}.{encoded(token)}", CARRIER])[2]


def test_a_presigned_url_is_checked_like_a_signature(agentcore_iam: Facts) -> None:
    """Its query is under the signature, and its time must be possible."""
    address = presigned(agentcore_iam, url(agentcore_iam))
    for tampered, error in (
        (address.replace("qualifier=DEFAULT", "qualifier=DEFAULT&x=1"), "InvalidSignatureException"),
        (address.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"), "InvalidSignatureException"),
        (address.replace("X-Amz-Expires=300", "X-Amz-Expires=many"), "IncompleteSignatureException"),
        (
            address.replace(agentcore_iam["aws"]["access_key_id"], "AKIA" + "A" * 16),
            "UnrecognizedClientException",
        ),
        (presigned(agentcore_iam, url(agentcore_iam), 700_000), "IncompleteSignatureException"),
    ):
        assert refusal(tampered)[:2] == (403, error)


def test_each_entrance_has_an_action_of_its_own(agentcore_iam: Facts) -> None:
    """The embedded user may open WebSockets, but neither for other users nor shells."""
    address, shells = url(agentcore_iam), url(agentcore_iam, "ws/shells")
    user = {"X-Amzn-Bedrock-AgentCore-Runtime-User-Id": "someone"}
    assert (
        "InvokeAgentRuntimeWithWebSocketStreamForUser"
        in refusal(address, signed(agentcore_iam, address, **user))[2]
    )
    assert "InvokeAgentRuntimeCommandShell on resource" in refusal(shells, signed(agentcore_iam, shells))[2]


@pytest.mark.parametrize(("length", "is_allowed"), [(32, False), (33, True), (100, True), (101, False)])
@pytest.mark.parametrize("place", ["header", "query"])
def test_a_session_id_has_33_to_100_characters(
    agentcore: Facts, token: str, length: int, is_allowed: bool, place: str
) -> None:
    """As a header and as a parameter."""
    headers = {"Authorization": f"Bearer {token}"}
    address = url(agentcore, **({SESSION: "s" * length} if place == "query" else {}))
    headers |= {SESSION: "s" * length} if place == "header" else {}
    if is_allowed:
        with opened(address, headers) as socket:
            assert socket.response is not None
            assert socket.response.headers[SESSION] == "s" * length
    else:
        status, error, body = refusal(address, headers)
        assert (status, error) == (400, "ValidationException")
        assert "runtimeSessionId" in body


def test_what_does_not_exist_is_not_found(agentcore: Facts, token: str) -> None:
    """Another Runtime, a raw ARN, another endpoint, another port: before any credential is read."""
    headers = {"Authorization": f"Bearer {token}"}
    arn = agentcore["runtime"]["arn"]
    assert refusal(url(agentcore, arn=quote(arn[:-1] + "X", safe="")), headers)[:2] == (
        404,
        "ResourceNotFoundException",
    )
    assert refusal(url(agentcore, arn=arn), headers)[:2] == (404, "UnknownOperationException")
    assert refusal(url(agentcore, qualifier="other"), headers)[:2] == (404, "ResourceNotFoundException")
    gateway = urlsplit(agentcore["gateway"]["url"])
    assert refusal(f"ws://{gateway.netloc}/mcp", headers)[:2] == (404, "UnknownOperationException")


def test_another_origin_is_refused(agentcore: Facts, token: str) -> None:
    """A page on the web cannot open the WebSockets of this machine."""
    with pytest.raises(InvalidStatus) as raised:
        connect(
            url(agentcore),
            additional_headers={"Authorization": f"Bearer {token}"},
            origin=Origin("https://example.com"),
            proxy=None,
        )
    assert raised.value.response.status_code == 403


@contextlib.contextmanager
def running(**setup: Any) -> Iterator[tuple[Facts, dict[str, str]]]:
    """An embedded AgentCore, and the header of its user's token."""
    with started(LocalSetup(**setup)) as facts:
        yield facts, {"Authorization": f"Bearer {log_in(facts)['AccessToken']}"}


@pytest.mark.parametrize("protocol", ["MCP", "A2A"])
def test_a_container_of_another_protocol_has_no_websocket(protocol: Any) -> None:
    """424 for a caller who may call, and nothing of that for another."""
    with running(protocol=protocol) as (facts, headers):
        assert refusal(url(facts), headers)[:2] == (424, "RuntimeClientError")
        assert refusal(url(facts))[0] == 401


def test_an_agui_container_has_one() -> None:
    """Its SDK accepts the handshake."""
    with running(protocol="AGUI") as (facts, headers), opened(url(facts), headers):
        pass


def test_a_container_without_a_handler_is_a_424() -> None:
    """The SDK's app closes before it accepts."""
    with running(faults=("ws-not-served",)) as (facts, headers):
        assert refusal(url(facts), headers)[:2] == (424, "RuntimeClientError")


def test_the_limits_of_frames_close_the_socket(agentcore: Facts, token: str) -> None:
    """1009 for a frame over 64 KB, 1008 for more than 250 a second (docs/agentcore.md section 1.3)."""
    headers = {"Authorization": f"Bearer {token}"}
    for messages, code in ((["x" * 70_000], 1009), (["x"] * 2_000, 1008)):
        with opened(url(agentcore), headers) as socket, pytest.raises(ConnectionClosed) as closed:
            _exchange(socket, messages)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


def _exchange(socket: ClientConnection, messages: list[str]) -> None:
    """Sends everything, and reads until the other side closes."""
    for message in messages:
        socket.send(message)
    while True:
        socket.recv(timeout=10)


def test_a_shell_id_has_a_form_and_ten_shells_fit() -> None:
    """A shell stays open and ignores what is sent; the eleventh, and an impossible id, are a 424 with `error`."""
    with running() as (facts, headers), contextlib.ExitStack() as shells:
        status, error, body = refusal(url(facts, "ws/shells", shellId="!"), headers)
        assert (status, error) == (424, "RuntimeClientError")
        assert body == '{"error": "Shell ID format is invalid"}'
        for number in range(10):
            socket = shells.enter_context(opened(url(facts, "ws/shells", shellId=f"shell-{number}"), headers))
            socket.send(b"\0exit\n")
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)
        assert "Maximum number of shells" in refusal(url(facts, "ws/shells", shellId="one-more"), headers)[2]
        socket.close()
        with opened(url(facts, "ws/shells", shellId="one-more"), headers):
            pass
