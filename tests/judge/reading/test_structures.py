"""Structures are found in a text, whichever language or tool printed them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.judge.reading.literals import Structure
from agentcore_probe.judge.reading.structures import find_structures
from tests.sampling import every
from tests.timing import is_linear

LENGTH = 100_000


def only(text: str) -> Structure:
    structures = find_structures(text)
    assert len(structures) == 1, structures
    return structures[0]


JSON: list[tuple[str, Any]] = [
    ('failed: 401 {"message":"no {braces} here"} (retrying)', {"message": "no {braces} here"}),
    ('エラー内容：{"message":"拒否","a":[1,{"b":null}]}（HTTP 401）', {"message": "拒否", "a": [1, {"b": None}]}),
    ('{\n  "type": "about:blank",\n  "status": 403,\n  "detail": "x"\n}', {"type": "about:blank", "status": 403, "detail": "x"}),
    ('body=[{"jsonrpc":"2.0","id":1,"result":{}}]', [{"jsonrpc": "2.0", "id": 1, "result": {}}]),
    ("It answered {}.", {}),
    ('{"emoji":"\\ud83d\\ude00","n":-1.5e3}', {"emoji": "😀", "n": -1500.0}),
]  # fmt: skip

ESCAPED: list[tuple[str, Any]] = [
    (r'msg="{\"message\":\"no\",\"code\":403}"', {"message": "no", "code": 403}),
    (r'{\"a\":\"he said \\\"no\\\"\"}', {"a": 'he said "no"'}),
    (r'"{\\\"message\\\":\\\"no\\\",\\\"x\\\":{\\\"y\\\":null}}"', {"message": "no", "x": {"y": None}}),
    (r"b'{\"message\":\"Claim \'aud\' value mismatch\"}'".replace(r"\"", '"'), {"message": "Claim 'aud' value mismatch"}),
    (r'"{\n  \"message\": \"no\"\n}"', {"message": "no"}),
    (r"""payload: '{"message":"the \\"x\\" claim"}'""", {"message": 'the "x" claim'}),
    (r'text: "[{\"text\":\"line\\nbreak\"}]"', [{"text": "line\nbreak"}]),
]  # fmt: skip

PYTHON: list[tuple[str, Any]] = [
    (
        "{'Error': {'Message': \"it's\", 'Code': 'AccessDeniedException'}, 'ok': None, 'x': True}",
        {"Error": {"Message": "it's", "Code": "AccessDeniedException"}, "ok": None, "x": True},
    ),
    ("{'t': (1, 'a', None), 'e': (), 'b': b'\\xe3\\x81\\x82{'}", {"t": [1, "a", None], "e": [], "b": "あ{"}),
    ("{'headers': CaseInsensitiveDict({'content-type': 'x'})}", {"headers": {"content-type": "x"}}),
    (
        "{'when': datetime.datetime(2026, 7, 1, 10, 0, tzinfo=tzutc()), 'id': UUID('5f2a')}",
        {"when": "datetime.datetime(2026, 7, 1, 10, 0, tzinfo=tzutc())", "id": "5f2a"},
    ),
    ("ErrorResponse(code=403, message='no', details=[Detail(x=1)])", {"code": 403, "message": "no", "details": [{"x": 1}]}),
    ("{'body': <botocore.response.StreamingBody object at 0x7f>, 'n': 1}", {"body": "<botocore.response.StreamingBody object at 0x7f>", "n": 1}),
    ("{'long': 'one '\n         'two', 1: r'a\\b'}", {"long": "one two", "1": "a\\b"}),
    ("defaultdict(<class 'dict'>, {'a': 1})", {"a": 1}),
]  # fmt: skip

NODE: list[tuple[str, Any]] = [
    (
        "Response {\n  status: 403,\n  headers: Headers { 'content-type': 'x' },\n  ok: false\n}",
        {"status": 403, "headers": {"content-type": "x"}, "ok": False},
    ),
    (
        "{\n  config: [Object],\n  fn: [Function: anonymous],\n  u: undefined,\n  [Symbol(k)]: 1,\n  n: 12n\n}",
        {"config": "[Object]", "fn": "[Function: anonymous]", "u": None, "Symbol(k)": 1, "n": 12},
    ),
    (
        "{ headers: Object [AxiosHeaders] { Accept: '*/*' }, m: Map(1) { 'a' => 'b' }, p: [Object: null prototype] { x: 1 } }",
        {"headers": {"Accept": "*/*"}, "m": {"a": "b"}, "p": {"x": 1}},
    ),
    (
        "{\n  name: 'FetchError',\n  [cause]: Error: getaddrinfo ENOTFOUND h\n      at a (node:dns:1:2) {\n    code: 'ENOTFOUND'\n  }\n}",
        {"name": "FetchError", "cause": {"message": "getaddrinfo ENOTFOUND h", "code": "ENOTFOUND"}},
    ),
    ("{\n  a: 'one ' +\n    'two',\n  b: `it's \"x\"`,\n  d: 2026-07-01T10:00:00.000Z\n}", {"a": "one two", "b": "it's \"x\"", "d": "2026-07-01T10:00:00.000Z"}),
    ("<ref *1> IncomingMessage { statusCode: 401, req: <ref *2> ClientRequest { path: '/mcp' }, c: [Circular *1] }", {"statusCode": 401, "req": {"path": "/mcp"}, "c": "[Circular *1]"}),
]  # fmt: skip

RUBY_AND_PHP: list[tuple[str, Any]] = [
    ('#<Aws::Error {:code=>"X", "b"=>nil, :list=>[:a, 1]}>', {"code": "X", "b": None, "list": [":a", 1]}),
    ('{message: "no", status: 403, ok: true}', {"message": "no", "status": 403, "ok": True}),
    ('{"message" => "it\'s", :"a b" => 1}', {"message": "it's", "a b": 1}),
    ("Array\n(\n    [message] => Not, allowed: x\n    [code] => 403\n    [d] => Array\n        (\n            [0] => a\n        )\n\n)\n", {"message": "Not, allowed: x", "code": 403, "d": {"0": "a"}}),
    ("array (\n  'message' => 'it\\'s',\n  'code' => 403,\n  'd' => \n  array (\n    0 => 'a',\n  ),\n)", {"message": "it's", "code": 403, "d": {"0": "a"}}),
    ('array(2) {\n  ["message"]=>\n  string(2) "no"\n  ["code"]=>\n  int(403)\n}', {"message": "no", "code": 403}),
    ("['message' => 'no', 'code' => 403]", {"message": "no", "code": 403}),
]  # fmt: skip

GO: list[tuple[str, Any]] = [
    ("log map[message:Not allowed: policy [none applies (x)]. status:403]", {"message": "Not allowed: policy [none applies (x)].", "status": 403}),
    ("&{Status:403 Forbidden StatusCode:403 Header:map[Content-Type:[a b]] Request:<nil>}", {"Status": "403 Forbidden", "StatusCode": 403, "Header": {"Content-Type": ["a b"]}, "Request": "<nil>"}),
    ("{Code:AccessDenied Message:no way URL:https://h/p?a=b}", {"Code": "AccessDenied", "Message": "no way", "URL": "https://h/p?a=b"}),
    ('map[string]interface {}{"message":"no", "code":403}', {"message": "no", "code": 403}),
    ("map[error:map[code:-32001 message:Missing Authentication Token] id:null]", {"error": {"code": -32001, "message": "Missing Authentication Token"}, "id": None}),
    ('&types.AccessDeniedException{Message:(*string)(0xc0001), ErrorCodeOverride:(*string)(nil), x:"y"}', {"Message": "(*string)(0xc0001)", "ErrorCodeOverride": "(*string)(nil)", "x": "y"}),
]  # fmt: skip

OTHERS: list[tuple[str, Any]] = [
    ('{:ok, %HTTPoison.Response{status_code: 403, headers: [{"a", "b"}]}}', {"status_code": 403, "headers": [["a", "b"]]}),
    ('["message": "no", "status": 403]', {"message": "no", "status": 403}),
    ("{message: Not allowed, really, status: 403}", {"message": "Not allowed, really", "status": 403}),
    ("$VAR1 = {\n  'message' => 'no',\n  'code' => 403\n};", {"message": "no", "code": 403}),
    ("@{message=no; status=403}", {"message": "no", "status": 403}),
    ('{\n  // why\n  "message": "no", /* so */\n  "code": 403, // here\n}', {"message": "no", "code": 403}),
    ("Headers:\n{\n  Date: Wed, 01 Jul 2026 10:00:00 GMT\n  x-a: b\n}", {"Date": "Wed, 01 Jul 2026 10:00:00 GMT", "x-a": "b"}),
]  # fmt: skip

RUST_AND_JAVA: list[tuple[str, Any]] = [
    (
        'Err(ServiceError { source: AccessDeniedException { message: Some("a \\"b\\""), code: None }, raw: Response { status: StatusCode(403) } })',
        {"source": {"message": 'a "b"', "code": None}, "raw": {"status": 403}},
    ),
    ('reqwest::Error { kind: Status(401), url: Url { scheme: "https", host: Some(Domain("h")), port: None } }', {"kind": 401, "url": {"scheme": "https", "host": "h", "port": None}}),
    ("{message=Not, allowed; x., __type=AccessDeniedException, list=[a, b]}", {"message": "Not, allowed; x.", "__type": "AccessDeniedException", "list": ["a", "b"]}),
    ("Response{protocol=h2, code=403, message=, url=https://h/p?a=b&c=d}", {"protocol": "h2", "code": 403, "message": "", "url": "https://h/p?a=b&c=d"}),
    ('<403 FORBIDDEN Forbidden,{"a":1},[content-type:"x"]>', {"a": 1}),
    ("ErrorResponse[status=403, message=Not allowed]", {"status": 403, "message": "Not allowed"}),
    ("kotlin: Error(message=a, b, code=403)", {"message": "a, b", "code": 403}),
    ("Foo(status=403, message=Not (really) allowed)", {"status": 403, "message": "Not (really) allowed"}),
]  # fmt: skip

MARKUP: list[tuple[str, Any]] = [
    ("<Error><Code>AccessDenied</Code><Message>a &amp; b</Message></Error>", {"Error": {"Code": "AccessDenied", "Message": "a & b"}}),
    ("body: <UnknownOperationException/>", {"UnknownOperationException": ""}),
    (
        '<?xml version="1.0"?>\n<e:R xmlns:e="u"><e:Error><Code>C</Code></e:Error><e:Error><Code>D</Code></e:Error></e:R>',
        {"R": {"Error": [{"Code": "C"}, {"Code": "D"}]}},
    ),
    ("<ErrorResponse>\n  <RequestId>1</RequestId>\n  <Error><![CDATA[x < y]]></Error>\n</ErrorResponse>", {"ErrorResponse": {"RequestId": "1", "Error": "x < y"}}),
    ("<html><head><title>403 Forbidden</title></head><body><center><h1>403</h1></center>nginx</body></html>", {"title": "403 Forbidden", "text": "403 nginx"}),
    ('<!DOCTYPE HTML PUBLIC "x">\n<HTML><TITLE>E</TITLE><style>p{a:b}</style><p>Request blocked.</HTML>', {"title": "E", "text": "Request blocked."}),
    ("it said <h1>502 Bad Gateway</h1> twice", {"title": "", "text": "502 Bad Gateway"}),
]  # fmt: skip

EVENTS_AND_QUERIES: list[tuple[str, Any]] = [
    ('event: message\ndata: {"a": 1}\n\n', [{"a": 1}]),
    ('data: {"a": 1}\n\ndata: {"b":\ndata: 2}\n\ndata: [DONE]', [{"a": 1}, {"b": 2}, "[DONE]"]),
    ('data: {"a": 1}\ndata: {"b": 2}\nThanks', [{"a": 1}, {"b": 2}]),
    ('id: 1\nretry: 5\ndata: "text"', ["text"]),
    ("data: plain\n\n", ["plain"]),
    (': ping\ndata: {"a": 1}\n\n: ping\n\ndata: {"b": 2}', [{"a": 1}, {"b": 2}]),
    ("https://h/cb?error=invalid_scope&error_description=no+such%20scope.", {"error": "invalid_scope", "error_description": "no such scope"}),
    ("(https://h/cb?state=1&error=access_denied)", {"error": "access_denied"}),
    ("https://h/#error=login_required&state=2, then", {"error": "login_required", "state": "2"}),
    ("GET /cb?error=unauthorized_client HTTP/1.1", {"error": "unauthorized_client"}),
    ('at "http://localhost:8080/cb?error=server_error&error_description=a%22b"', {"error": "server_error", "error_description": 'a"b'}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *JSON,
        *ESCAPED,
        *PYTHON,
        *NODE,
        *RUBY_AND_PHP,
        *GO,
        *OTHERS,
        *RUST_AND_JAVA,
        *MARKUP,
        *EVENTS_AND_QUERIES,
    ],
)
def test_a_structure_is_read(text: str, value: Any) -> None:
    """Whole, and as its own language would read it."""
    structure = only(text)
    assert structure.value == value
    assert structure.complete
    assert structure.text == text[structure.start : structure.end]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"message":"Claim \'aud\' value mismatch with conf...', {"message": "Claim 'aud' value mismatch with conf"}),
        ('{"a": {"b": "cut here\nThanks', {"a": {"b": "cut here"}}),
        ('{"a": [1, 2', {"a": [1, 2]}),
        (r'"{\"message\":\"no\",\"b\":\"c"', {"message": "no", "b": "c"}),
        ("{'a': 1, 'b': {'c': Non", {"a": 1, "b": {"c": "Non"}}),
        ("{ status: 403, headers: Headers {\n  a: 'b',", {"status": 403, "headers": {"a": "b"}}),
        ("map[message:Not allowed", {"message": "Not allowed"}),
        ("<Error><Code>AccessDenied</Code><Message>User is not", {"Error": {"Code": "AccessDenied", "Message": "User is not"}}),
        ("<html><head><title>403 Forbidden</title></head><bo", {"title": "403 Forbidden", "text": ""}),
    ],
)  # fmt: skip
def test_a_structure_that_is_cut_off_is_read_as_far_as_it_goes(text: str, value: Any) -> None:
    """And marked as incomplete."""
    structure = only(text)
    assert structure.value == value
    assert not structure.complete


@pytest.mark.parametrize(
    "text",
    [
        "[ERROR] 2026 [main] (see above) {id} <token> <your-region> List<String> [2026-07-01T10:00:00Z]",
        "at Object.<anonymous> (file:///app/x.js:19:12)",
        "{ [81 bytes data]\n} [5 bytes data]\n",
        'File "/app/x.py", line 3, in f\n    client.invoke(payload=b"{}", x={"a": 1})\n',
        "a < b and c > d; if (x) { return y; }",
        "?errors=1 &terror=2",
        "(Service: BedrockAgentCore, Status Code: 403, Request ID: 5f2a)",
    ],
)
def test_brackets_of_sentences_are_no_structures(text: str) -> None:
    """Nor are placeholders, stacks, and source lines."""
    assert find_structures(text) == []


def node(value: Any) -> str:
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"  {key}: {node(item)}" for key, item in value.items()) + "\n}"
    quote = next((mark for mark in "'\"`" if mark not in str(value)), "'")
    return (
        f"{quote}{value}{quote}" if isinstance(value, str) else "undefined" if value is None else str(value)
    )


def ruby(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f":{key}=>{ruby(item)}" for key, item in value.items()) + "}"
    return "nil" if value is None else json.dumps(value, ensure_ascii=False)


def java(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={java(item)}" for key, item in value.items()) + "}"
    return "null" if value is None else str(value)


def go(value: Any) -> str:
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go(item)}" for key, item in value.items()) + "]"
    return "<nil>" if value is None else str(value)


def rust(value: Any) -> str:
    if isinstance(value, dict):
        return "Foo { " + ", ".join(f"{key}: {rust(item)}" for key, item in value.items()) + " }"
    return "None" if value is None else f"Some({json.dumps(value, ensure_ascii=False)})"


def php(value: Any) -> str:
    if isinstance(value, dict):
        return "Array\n(\n" + "".join(f"    [{key}] => {php(item)}\n" for key, item in value.items()) + ")\n"
    return "" if value is None else str(value)


def in_json(value: Any) -> str:
    return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)


def in_json_twice(value: Any) -> str:
    return json.dumps(in_json(value), ensure_ascii=False)


def in_bytes(value: Any) -> str:
    return repr(json.dumps(value, ensure_ascii=False).encode())


def in_repr(value: Any) -> str:
    return repr(json.dumps(value))


@pytest.mark.parametrize("end", [" end", "", "\nnext line", "; x"])
@pytest.mark.parametrize("begin", ["error: ", "", "2026-07-01T10:00:00Z ERROR [x] got "])
@pytest.mark.parametrize(
    "write", [json.dumps, repr, node, ruby, java, go, rust, php, in_json, in_json_twice, in_bytes, in_repr]
)
@pytest.mark.parametrize(
    "message",
    [
        "Claim 'client_id' value mismatch with configuration.",
        'No endpoint or agent found with qualifier "DEFAULT" for agent \'arn:aws:x\'',
        "Tool Execution Denied: not allowed [No policy applies (denied by default).]",
        "User: arn:aws:sts::1:assumed-role/a is not authorized to perform: sts:AssumeRole, since {x}; https://h/?a=1&b=2",
        "日本語 メッセージ、拒否",
    ],
)  # fmt: skip
def test_every_language_shows_the_same_message(
    message: str, write: Callable[[Any], str], begin: str, end: str
) -> None:
    """Whatever signs are in it, and whatever is around."""
    written = write({"message": message, "code": 403, "inner": {"a": None}})
    value = only(f"{begin}{written}{end}").value
    assert (value["message"], value["code"]) == (message, 403)


def test_structures_are_in_order_and_outermost() -> None:
    """A sentence's bracket around one does not hide it, nor does one that never closes."""
    text = '[warn {"a": 1} and {b: {"c": 2}} (see [x {"d": 3}] <Error><Code>E</Code></Error>'
    assert [structure.value for structure in find_structures(text)] == [
        {"a": 1},
        {"b": {"c": 2}},
        [{"d": 3}],
        {"Error": {"Code": "E"}},
    ]


def test_quotes_that_nobody_escaped_do_not_end_a_text() -> None:
    """A program that puts JSON together by hand writes them."""
    assert only('{"error": "Value "foo" is bad", "code": 1}').value == {
        "error": 'Value "foo" is bad',
        "code": 1,
    }


def test_an_error_of_node_has_its_name_and_message() -> None:
    """They are before the stack, and the properties after it."""
    text = "Uncaught AccessDeniedException: not, allowed\n    at a (x:1)\n    at b (y:2) {\n  '$fault': 'client'\n}"
    structure = only(text)
    assert structure.value == {"message": "not, allowed", "$fault": "client"}
    assert structure.value.name == "AccessDeniedException"
    assert structure.start == 0


NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


def objects(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings of every kind of value, with these texts."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    values = st.recursive(
        scalars | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
    return st.dictionaries(texts, values, min_size=1, max_size=4)


OBJECTS = objects(st.text())


@given(OBJECTS, st.booleans())
def test_json_is_found_in_a_sentence(value: dict[str, Any], is_ascii: bool) -> None:
    """Compact or not."""
    written = json.dumps(value, ensure_ascii=is_ascii, indent=None if is_ascii else 2)
    assert only(f"Then it said: {written}, and that is all").value == value


@given(OBJECTS)
def test_escaped_json_is_found_in_a_sentence(value: dict[str, Any]) -> None:
    """Escaped once."""
    assert only(f"It logged {json.dumps(json.dumps(value))} again").value == value


@given(objects(st.text(st.characters(exclude_categories=("Cc", "Cs")))))
def test_a_repr_is_found_in_a_sentence(value: dict[str, Any]) -> None:
    """Python's own; hexadecimal escapes are read as those of bytes, in which they are common."""
    assert only(f"It printed {value!r} again").value == value


@given(st.text() | st.text("{}[]()<>\"'`\\,:=>\n abA/&?#-1") | st.text("[(a=:'\"{"))
def test_any_text_is_read(text: str) -> None:
    """Without an error; what is found is in order and does not overlap."""
    structures = find_structures(text)
    ends = [0, *(structure.end for structure in structures)]
    assert all(
        end <= structure.start < structure.end for end, structure in zip(ends, structures, strict=False)
    )
    json.dumps([structure.value for structure in structures])


@pytest.mark.parametrize(
    "unit",
    every(5, [
        "{", "[", "(", '{"', '{"a":', "\\", '"', "'", "`", "[{", '{"a\n', '("', "Foo(a=", '{"a "b ', "{'x\n{\"y\n", "map[",
        "map[a:", "{a=", "[]", "{}", "<a>", "<a></a>", "<html>", "<h1>", "<a><b>c</b>", "<!--", "data: ", "data: {\n",
        "{a:'x' +\n", '{\\"', '{\\\\\\"a', "(403,", "a{", "{a: b ", "{a=b,", "Array (\n", "[x] => ", "?error=a", "&error=",
        '{"a": "\\\\"', "{'a': [", "\n    at x {", "E: x\n    at y {\n", 'File "", line 1\n', "{a:E: x\n at y\n", "a.", "A::",
        "\\n", "{\\n", "string(1) ", "{[a]: ", "b'", '{"a":"' + "x" * 1990,
    ]),
)  # fmt: skip
def test_the_time_is_linear(unit: str) -> None:
    """On whatever opens and never closes."""
    assert is_linear(find_structures, unit * (LENGTH // len(unit)))
