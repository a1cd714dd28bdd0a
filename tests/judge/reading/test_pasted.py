"""Text from a terminal becomes one exchange."""

from __future__ import annotations

import pytest

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.choice import choose
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.pasted import read_pasted_text

CURL_V = """* Connected to h
> POST /mcp HTTP/2
> Host: tools.example.com
> Authorization: Bearer x
>
< HTTP/2 401
< www-authenticate: Bearer
<
{"message": "m"}
user@machine $ echo done
"""


def case(text: str) -> Case:
    return choose(read_pasted_text(text, where="t"))


def test_verbose_output_has_the_request_and_the_response() -> None:
    """A prompt after the JSON is not part of the body."""
    exchange = case(CURL_V).exchange
    assert (exchange.request.method, exchange.request.url) == ("POST", "https://tools.example.com/mcp")
    assert exchange.request.auth == "bearer"
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (401, '{"message": "m"}')
    assert exchange.response.header("WWW-Authenticate") == "Bearer"


@pytest.mark.parametrize(
    "first",
    [
        "HTTP/1.1 200 Connection established\n\n",
        "> CONNECT h:443 HTTP/1.1\n> Host: h:443\n>\n< HTTP/1.1 200 OK\n<\n",
        "HTTP/1.1 100 Continue\n\n",
    ],
)
def test_a_proxys_or_interim_response_is_not_the_answer(first: str) -> None:
    """The one after it is."""
    response = case(f"{first}HTTP/1.1 403 Forbidden\ncontent-type: text/plain\n\nno\n").exchange.response
    assert response is not None
    assert (response.status, response.body) == (403, "no")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("curl: (6) Could not resolve host: h", "dns"),
        ("curl: (60) SSL certificate problem", "tls"),
        ("requests.exceptions.ReadTimeout: HTTPSConnectionPool: Read timed out.", "timeout"),
        ("Error: connect ECONNREFUSED 127.0.0.1:443", "connect"),
        ('ConnectTimeoutError: Connect timeout on endpoint URL: "https://h.invalid/"', "connect"),
        ("Error: connect ETIMEDOUT 192.0.2.1:443", "connect"),
        ('Post "https://h.invalid/": dial tcp 192.0.2.1:443: i/o timeout', "connect"),
        ("TypeError: fetch failed\ncause: Error: self-signed certificate", "tls"),
        ("http.client.RemoteDisconnected: Remote end closed connection", "reset"),
        ("urllib3.exceptions.IncompleteRead(3 bytes read)", "truncated"),
    ],
)
def test_an_error_of_a_client_is_a_fault(text: str, kind: str) -> None:
    """Of curl, of Python's and of JavaScript's libraries."""
    exchange = case(text).exchange
    assert exchange.response is None
    assert exchange.fault is not None
    assert exchange.fault.kind == kind


def test_a_response_before_an_error_of_curl_stays() -> None:
    """If the error was not on the way to the service."""
    response = case("HTTP/1.1 403 Forbidden\nx-a: b\n\nno\ncurl: (23) Failed writing body").exchange.response
    assert response is not None
    assert response.status == 403


@pytest.mark.parametrize(
    ("text", "from_proxy"),
    [
        ("curl: (22) The requested URL returned error: 403", False),
        ("curl: (56) CONNECT tunnel failed, response 403", True),
    ],
)
def test_a_status_in_an_error_of_curl_is_a_response(text: str, from_proxy: bool) -> None:
    """The service's, or a proxy's."""
    response = case(text).exchange.response
    assert response is not None
    assert response.status == 403
    assert (response.header("proxy-status") is not None) is from_proxy


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("AccessDeniedException: no\n  at @aws-sdk/client-bedrock-agentcore/x.js", "InvokeAgentRuntime"),
        ("AccessDeniedException: no\n  at @aws-sdk/client-sts/x.js", "sts"),
        ("operation error Bedrock AgentCore: StopRuntimeSession, AccessDeniedException: no", "StopRuntimeSession"),
        ("RuntimeClientError: no", "InvokeAgentRuntime"),
    ],
)  # fmt: skip
def test_an_sdks_error_is_read_like_botocores(text: str, operation: str) -> None:
    """JavaScript's and Go's."""
    answer = case(text).answer
    assert (answer.operation, answer.message) == (operation, "no")


def test_an_http_librarys_error_has_url_and_status() -> None:
    """`raise_for_status` of requests and httpx."""
    exchange = case("HTTPError: 401 Client Error: Unauthorized for url: https://h/mcp").exchange
    assert exchange.request.url == "https://h/mcp"
    assert exchange.response is not None
    assert exchange.response.status == 401


def test_colours_and_titles_of_a_terminal_are_ignored() -> None:
    """They may be anywhere in a line."""
    response = case("\x1b]0;title\x07\x1b[32mHTTP/1.1\x1b[0m 200 OK\n\n{}").exchange.response
    assert response is not None
    assert response.status == 200


@pytest.mark.parametrize("text", ["", " \n", "\x1b[0m"])
def test_an_empty_text_is_an_error(text: str) -> None:
    """As is one of control characters alone."""
    with pytest.raises(RecordError):
        case(text)


def test_a_log_line_in_brackets_is_not_json() -> None:
    """It has no answer, and no error is raised."""
    assert case("[ERROR] it did not work").exchange.response is None


WRAPPED = """httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp'

strands.types.exceptions.MCPClientInitializationError: the client initialization failed
"""


def test_an_error_behind_one_that_wraps_it_is_explained() -> None:
    """A library's last line says only that its step failed; the status is above it."""
    assert case(WRAPPED).answer.status == 401
    assert diagnose(case(WRAPPED.partition("\n\n")[2])).cause == "answer-hidden"


def test_a_log_that_ends_with_the_clients_closing_line_is_explained_by_its_error() -> None:
    """Claude Desktop writes that the server disconnected after every failure of mcp-remote."""
    log = """[61234] Fatal error: Error: Incompatible auth server: does not support dynamic client registration
2026-11-29T22:14:06.871Z [orders] [info] Server transport closed { metadata: undefined }
2026-11-29T22:14:06.871Z [orders] [error] Server disconnected. For troubleshooting guidance, please visit our docs
"""
    assert diagnose(case(log)).cause == "client-registration-unsupported"


def test_boto3_is_named_where_it_stopped_reading() -> None:
    """Behind the error of urllib3 in the same traceback."""
    text = """urllib3.exceptions.ReadTimeoutError: AWSHTTPSConnectionPool(host='bedrock-agentcore.us-west-2.amazonaws.com', port=443): Read timed out. (read timeout=60)

During handling of the above exception, another exception occurred:

botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "https://bedrock-agentcore.us-west-2.amazonaws.com/"
"""
    diagnosis = diagnose(case(text))
    assert (diagnosis.cause, diagnosis.values["client"]) == ("timeout", "boto3")


@pytest.mark.parametrize(
    ("url", "place"), [("http://127.0.0.1:1/mcp", "loopback"), ("https://h.invalid/mcp", None)]
)
def test_a_server_on_this_machine_that_does_not_run_is_told_apart(url: str, place: str | None) -> None:
    """No firewall is between."""
    diagnosis = diagnose(case(f"POST {url}\nconnection refused"))
    assert (diagnosis.cause, diagnosis.values.get("place")) == ("connect-failure", place)


@pytest.mark.parametrize(
    ("action", "part"), [("bedrock-agentcore:InvokeAgentRuntime", "runtime"), ("iam:PassRole", None)]
)
def test_only_an_action_on_a_runtime_needs_its_endpoint(action: str, part: str | None) -> None:
    """The fix names the endpoint's ARN for these only."""
    diagnosis = diagnose(
        case(f"An error occurred (AccessDeniedException): x is not authorized to perform: {action}")
    )
    assert (diagnosis.cause, diagnosis.values.get("part")) == ("iam-not-allowed", part)
