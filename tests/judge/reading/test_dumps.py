"""What a structure says of requests and answers, by the roles of its keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.judge.reading.dumps import nested_texts, read_structure
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.pasted import read_pasted_text
from agentcore_probe.judge.reading.structures import find_structures

URL = "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/a/invocations"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"


def parts(text: str) -> list[Part]:
    return [part for structure in find_structures(text) for part in read_structure(structure)]


def only(text: str) -> Part:
    found = parts(text)
    assert len(found) == 1, found
    return found[0]


BODIES = [
    '{"message":"no"}',
    '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}',
    '{"error":"invalid_grant","error_description":"no"}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"no"}}',
    '{"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[{"type":"text","text":"no"}]}}',
    '[{"jsonrpc":"2.0","id":1,"result":{}}]',
    '{"success":false,"error":{"message":"AgentCore 403"}}',
    '{"detail":"Not authenticated"}',
    '{"result":"hello","status":"success"}',
    '{"Output":{"__type":"X#UnknownOperationException"},"Version":"1.0"}',
    '{"type":"RUN_ERROR","message":"no","code":"x"}',
    '{"issuer":"https://i","token_endpoint":"https://i/token"}',
]


@pytest.mark.parametrize("body", BODIES)
def test_an_answers_own_body_stays_a_body(body: str) -> None:
    """As compact JSON."""
    part = only(f"It answered {json.dumps(json.loads(body), indent=1)} then.")
    assert part.body == body
    assert (part.status, part.request, part.headers) == (None, None, None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"type":"about:blank","title":"Forbidden","status":403,"detail":"no"}', 403),
        ('{"timestamp":"2026-07-01","status":401,"error":"Unauthorized","path":"/mcp"}', 401),
        ('{"statusCode":404,"message":"no","error":"Not Found"}', 404),
        ('{"code":403,"message":"no"}', 403),
        ('{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}', None),
    ],
)
def test_a_body_may_name_its_status(body: str, status: int | None) -> None:
    """Problem details, Spring, NestJS."""
    part = only(body)
    assert (part.body, part.status) == (body, status)


WRAPPERS: list[tuple[str, dict[str, Any]]] = [
    # Lambda's proxy, and programs that do the same
    ('{"statusCode": 403, "headers": {"x-amzn-requestid": "5f2a"}, "body": "{\\"message\\":\\"no\\"}"}', {"status": 403, "headers": {"x-amzn-requestid": "5f2a"}, "body": '{"message":"no"}'}),
    ('{"statusCode": 403, "body": "eyJhIjoxfQ==", "isBase64Encoded": true}', {"status": 403, "body": '{"a":1}'}),
    ('{"status": 403, "data": {"message": "no"}}', {"status": 403, "body": '{"message":"no"}'}),
    ('{"http_status": "403 Forbidden", "response_body": "no"}', {"status": 403, "body": "no"}),
    ('{"responseCode": 401, "responseBody": {"error": "invalid_token"}, "responseHeaders": {"a": ["b", "c"]}}', {"status": 401, "body": '{"error":"invalid_token"}', "headers": {"a": "b, c"}}),
    # boto3
    (
        "{'Error': {'Message': 'no', 'Code': 'AccessDeniedException'}, 'ResponseMetadata': {'RequestId': '5f2a', 'HTTPStatusCode': 403, 'HTTPHeaders': {'x-amzn-requestid': '5f2a'}, 'RetryAttempts': 0}, 'message': 'no'}",
        {"status": 403, "headers": {"x-amzn-requestid": "5f2a"}, "error_type": "AccessDeniedException", "message": "no"},
    ),
    ("{'ResponseMetadata': {'HTTPStatusCode': 200, 'HTTPHeaders': {'a': 'b'}}, 'runtimeSessionId': 's', 'response': <botocore.response.StreamingBody object at 0x7f>}", {"status": 200, "headers": {"x-amzn-bedrock-agentcore-runtime-session-id": "s", "a": "b"}, "body": None}),
    # AWS SDK for JavaScript
    ("AccessDeniedException: no\n    at x (a:1) {\n  '$fault': 'client',\n  '$metadata': { httpStatusCode: 403, requestId: '5f2a' }\n}", {"status": 403, "error_type": "AccessDeniedException", "message": "no"}),
    ("{\n  name: 'NotAuthorizedException',\n  '$fault': 'client',\n  '$metadata': { httpStatusCode: 400 },\n  message: 'Incorrect'\n}", {"status": 400, "error_type": "NotAuthorizedException", "message": "Incorrect"}),
    ('{"name":"ValidationException","$fault":"client","$metadata":{"httpStatusCode":400},"message":"no"}', {"status": 400, "error_type": "ValidationException", "message": "no"}),
    # Rust, Java, Go
    (
        'ServiceError(ServiceError { source: AccessDeniedException(AccessDeniedException { message: Some("no"), meta: ErrorMetadata { code: Some("AccessDeniedException") } }), raw: Response { status: StatusCode(403), headers: Headers { headers: {"x-amzn-requestid": HeaderValue { _private: "5f2a" }} }, body: SdkBody { inner: Once(Some(b"{\\"message\\":\\"no\\"}")), retryable: true } } })',
        {"status": 403, "headers": {"x-amzn-requestid": "5f2a"}, "error_type": "AccessDeniedException"},
    ),
    ("Response{protocol=h2, code=403, message=Forbidden, url=" + URL + "}", {"status": 403}),
    ("&{Status:403 Forbidden StatusCode:403 Header:map[X-Amzn-Requestid:[5f2a]] Body:0xc0001 Request:0xc0002}", {"status": 403, "headers": {"X-Amzn-Requestid": "5f2a"}, "body": None}),
    # fetch, requests, httpx, .NET
    ("Response {\n  status: 403,\n  headers: Headers { a: 'b' },\n  body: ReadableStream { locked: false },\n  url: '" + URL + "'\n}", {"status": 403, "headers": {"a": "b"}, "body": None}),
    ("ErrorResponse(status_code=403, headers={'a': 'b'}, text='no')", {"status": 403, "headers": {"a": "b"}, "body": "no"}),
    # traces and logs
    ('{"http": {"response": {"status": 403}}, "aws": {"operation": "InvokeAgentRuntime"}, "cause": {"exceptions": [{"type": "AccessDeniedException", "message": "no"}]}}', {"status": 403, "operation": "InvokeAgentRuntime", "error_type": "AccessDeniedException", "message": "no"}),
    ('{"eventSource": "bedrock-agentcore.amazonaws.com", "eventName": "InvokeAgentRuntime", "errorCode": "AccessDenied", "errorMessage": "no"}', {"operation": "InvokeAgentRuntime", "error_type": "AccessDenied", "message": "no"}),
    ('{"level": "error", "ts": 1, "msg": "failed", "status": 403, "body": "{\\"message\\":\\"no\\"}"}', {"status": 403, "body": '{"message":"no"}'}),
    ('{"level": 50, "time": 1, "msg": "no", "err": {"type": "ThrottlingException", "message": "slow", "statusCode": 429, "stack": "x"}}', {"status": 429, "error_type": "ThrottlingException", "message": "slow"}),
    ('{"errorType": "AccessDeniedException", "errorMessage": "no", "trace": []}', {"error_type": "AccessDeniedException", "message": "no"}),
    ('{"@timestamp":"1","log.level":"error","message":"m","http":{"response":{"status_code":403,"body":{"content":"no"}}}}', {"status": 403, "body": "no"}),
    ('{"name":"POST","attributes":{"http.response.status_code":401,"exception.type":"AccessDeniedException"}}', {"status": 401, "error_type": "AccessDeniedException"}),
    ('{"name":"POST","attributes":[{"key":"http.status_code","value":{"intValue":"401"}}]}', {"status": 401}),
    ('{"Traces":[{"Segments":[{"http":{"response":{"status":403}}}]}]}', {"status": 403}),
    ('{"events":[{"timestamp":1,"message":"m","status":403,"body":"no"}]}', {"status": 403, "body": "no"}),
    ('{:ok, %HTTPoison.Response{status_code: 403, body: "no", headers: [{"a", "b"}]}}', {"status": 403, "headers": {"a": "b"}, "body": "no"}),
    ("Response { [Symbol(state)]: { status: 403, headersList: HeadersList { [Symbol(headers map)]: Map(1) { 'a' => { name: 'a', value: 'b' } } } } }", {"status": 403, "headers": {"a": "b"}}),
    ("(b'HTTP/1.1', 403, b'Forbidden', [(b'a', b'b')])", {"status": 403, "headers": {"a": "b"}}),
    ("Response headers: {'Date': 'x', 'x-amzn-ErrorType': 'y'}", {"headers": {"Date": "x", "x-amzn-ErrorType": "y"}, "body": None}),
    ('reqwest::Error { kind: Status(401), url: "https://h/mcp" }', {"status": 401}),
    ('{"level":"ERROR","message":{"response":{"status":401,"data":"no"}}}', {"status": 401, "body": "no"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), WRAPPERS)
def test_a_wrapper_is_opened(text: str, facts: dict[str, Any]) -> None:
    """Whoever wrote it."""
    part = only(text)
    assert {name: getattr(part, name) for name in facts} == facts


REQUESTS: list[tuple[str, tuple[str, str]]] = [
    (f'{{"method": "POST", "url": "{URL}", "headers": {{"Authorization": "Bearer {TOKEN}"}}}}', ("POST", URL)),
    (f'{{"request": {{"verb": "post", "uri": "{URL}", "headers": {{"authorization": "Bearer {TOKEN}"}}}}, "response": {{"status": 403}}}}', ("POST", URL)),
    (f"{{ config: {{ headers: Object [AxiosHeaders] {{ Authorization: 'Bearer {TOKEN}' }}, method: 'post', baseURL: 'https://h', url: '/mcp' }}, response: {{ status: 401 }} }}", ("POST", "https://h/mcp")),
    (f'{{"httpMethod": "GET", "path": "/mcp", "headers": {{"Host": "h", "Authorization": "Bearer {TOKEN}"}}}}', ("GET", "https://h/mcp")),
    (f'{{"requestContext": {{"http": {{"method": "POST", "path": "/mcp"}}}}, "rawPath": "/mcp", "headers": {{"host": "h", "authorization": "Bearer {TOKEN}"}}}}', ("POST", "https://h/mcp")),
    (f'{{"log": {{"entries": [{{"startedDateTime": "1", "request": {{"method": "POST", "url": "{URL}", "headers": [{{"name": "authorization", "value": "Bearer {TOKEN}"}}]}}, "response": {{"status": 403, "headers": [], "content": {{}}}}}}]}}}}', ("POST", URL)),
    (f'fetch("https://h/mcp", {{"headers": {{"authorization": "Bearer {TOKEN}"}}, "method": "POST"}});', ("POST", "https://h/mcp")),
    (f'{{"status": 401, "request": "POST /mcp HTTP/1.1", "host": "h", "requestHeaders": {{"authorization": "Bearer {TOKEN}"}}}}', ("POST", "https://h/mcp")),
    (f"{{'User-Agent': 'a', 'Authorization': 'Bearer {TOKEN}'}}", ("POST", "")),
    (f'{{"level": "debug", "msg": "send", "req": {{"method": "POST", "url": "{URL}", "headers": {{"authorization": "Bearer {TOKEN}"}}}}}}', ("POST", URL)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), REQUESTS)
def test_a_request_is_read_and_its_token_decoded(text: str, line: tuple[str, str]) -> None:
    """And dropped."""
    part = only(text)
    assert part.request is not None
    assert (part.request.request.method, part.request.request.url) == line
    assert part.request.request.auth == "bearer"
    assert part.request.token is not None
    assert part.request.token.claims == {"sub": "a"}
    assert "c2ln" not in repr(part)


def test_a_har_has_a_part_for_each_entry_in_the_order_of_time() -> None:
    """With its request, and the texts of its bodies."""
    entries = [
        {
            "startedDateTime": f"2026-07-01T10:00:0{second}Z",
            "request": {
                "method": "POST",
                "url": f"https://h/{second}",
                "headers": [{"name": "a", "value": "b"}],
                "postData": {"mimeType": "application/json", "text": '{"x":1}'},
            },
            "response": {
                "status": 200 + second,
                "headers": [{"name": "content-type", "value": "x"}],
                "content": {"size": 2, "mimeType": "x", "text": f"body {second}"},
            },
        }
        for second in (3, 1, 2)
    ]
    found = parts(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    assert [(part.status, part.body) for part in found] == [(201, "body 1"), (202, "body 2"), (203, "body 3")]
    assert found[0].request is not None
    assert found[0].request.request.url == "https://h/1"
    assert found[0].request.request.body == '{"x":1}'
    assert found[0].headers == {"content-type": "x"}


def test_the_members_of_a_list_are_parts_of_their_own() -> None:
    """In the order of their time, if they have one."""
    entries = [
        {"level": "error", "msg": "m", "ts": second, "status": 400 + second, "body": "b"} for second in (3, 1)
    ]
    assert [part.status for part in parts(json.dumps(entries))] == [401, 403]


def test_a_request_whose_headers_are_not_shown_may_have_had_a_token() -> None:
    """Only its URL is known (`Case.url_only`), so a refusal is not about a missing credential."""
    text = f'{{"url": "{URL}", "status": 403, "body": "no"}}'
    request = only(text).request
    assert request is not None
    assert (request.request.headers, request.request.auth) == ({}, "none")
    (case,) = read_pasted_text(text, where="t")
    assert case.url_only


def test_markup_and_events_are_bodies() -> None:
    """As they are."""
    for body in (
        "<Error><Code>E</Code></Error>",
        "<html><body>no</body></html>",
        'data: {"a": 1}\n\ndata: [DONE]',
    ):
        assert only(body).body == body


def test_an_error_in_a_query_is_a_body() -> None:
    """Of OAuth's form."""
    assert only("https://h/cb?error=access_denied&error_description=no+way").body == (
        '{"error":"access_denied","error_description":"no way"}'
    )


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2, 3]",
        "Point(x=1, y=2)",
        '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
        "[type=string_type, x=None]",
        "[]",
    ],
)
def test_what_is_no_answer_is_no_part(text: str) -> None:
    """Nor is a request's own body."""
    assert parts(text) == []


def test_texts_that_may_contain_more_are_read_further() -> None:
    """Not credentials, nor bodies that parts have, nor words."""
    inner = "An error occurred (AccessDeniedException) when calling the X operation: no"
    text = json.dumps(
        {
            "level": "error",
            "msg": inner,
            "status": 403,
            "body": '{"message": "no"}',
            "authorization": "Bearer {x}",
            "steps": [{"output": 'HTTP/2 401\n\n{"a": 1}'}, "plain words"],
        }
    )
    (structure,) = find_structures(text)
    assert nested_texts(structure) == [inner, 'HTTP/2 401\n\n{"a": 1}']


def test_a_mapping_may_have_both_bodies() -> None:
    """Each is where it belongs."""
    part = only('{"status": 403, "url": "https://h", "requestBody": {"a": 1}, "responseBody": "no"}')
    assert part.request is not None
    assert (part.request.request.body, part.body) == ('{"a":1}', "no")


def test_a_client_of_aws_signs() -> None:
    """Where the request's headers are not shown, or were logged before the signature."""
    for text in (
        f"{{'method': 'POST', 'url_path': '/x', 'url': '{URL}', 'headers': {{'User-Agent': 'Boto3'}}}}",
        f'{{"aws": {{"operation": "X"}}, "http": {{"request": {{"method": "POST", "url": "{URL}"}}, "response": {{"status": 403}}}}}}',
    ):
        request = only(text).request
        assert request is not None
        assert request.request.auth == "sigv4"


def test_a_message_of_a_client_is_not_the_services() -> None:
    """It is read further."""
    text = '{"name":"AxiosError","message":"Request failed with status code 403","config":{"url":"https://h"},"status":403}'
    assert only(text).message == ""
    (structure,) = find_structures(text)
    assert nested_texts(structure) == ["Request failed with status code 403"]


def test_a_structure_of_any_depth_is_read() -> None:
    """As deep as JSON can be parsed."""
    for key in ("status", "headers", "response", "events", "a"):
        for structure in find_structures(f'{{"{key}":' * 400 + "1" + "}" * 400):
            read_structure(structure)
            nested_texts(structure)


KEYS = st.sampled_from(
    ["status", "statusCode", "headers", "body", "data", "request", "response", "config", "error", "Error", "message", "url",
     "path", "host", "method", "$metadata", "ResponseMetadata", "level", "msg", "ts", "entries", "log", "http", "cause",
     "exceptions", "subsegments", "code", "type", "name", "jsonrpc", "startedDateTime", "postData", "text", "encoding"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 700) | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.sampled_from([f"Bearer {TOKEN}", "POST", URL, "403 Forbidden", "base64", "/x", "AccessDeniedException", "{", "http://["]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(VALUES.filter(lambda value: isinstance(value, dict | list)))
def test_any_structure_is_read(value: Any) -> None:
    """Without an error, and without its token."""
    (structure,) = find_structures(json.dumps(value))
    assert "c2ln" not in repr([part.request for part in read_structure(structure)])
    nested_texts(structure)
