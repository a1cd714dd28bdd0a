"""Text from a terminal becomes one exchange."""

from __future__ import annotations

import pytest

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.choice import choose
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
