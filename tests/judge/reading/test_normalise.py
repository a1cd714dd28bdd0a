"""What terminals, logs, mails, Markdown and shells put around a text is removed."""

from __future__ import annotations

import html
import itertools
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.judge.reading.normalise import normalise
from tests.sampling import every
from tests.timing import is_linear

HEAD = 'HTTP/2 401\ncontent-type: application/json\nx-amzn-requestid: 5f2a\n\n{"message":"no"}'
SENTENCE = (
    "botocore.errorfactory.AccessDeniedException: An error occurred (AccessDeniedException) when calling the "
    "InvokeAgentRuntime operation: User: arn:aws:sts::111111111111:assumed-role/Admin/dev is not authorized to "
    "perform: bedrock-agentcore:InvokeAgentRuntime because no resource-based policy allows it"
)


def prefixed(prefix: str, text: str = HEAD) -> str:
    return "\n".join(prefix + line for line in text.split("\n"))


CHARACTERS = [
    ("\x1b[31mHTTP/2 401\x1b[0m\x1b[K", "HTTP/2 401"),
    ("\x1b]0;title\x07\x1b]8;;https://h\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("^[[1mno^[[0m \\x1b[1mno\\u001b[0m", "no no"),
    ("[31mERROR[0m: [1;33mno[0m", "ERROR: no"),
    ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ("\ufeffHTTP/2\u200b 401\u00a0Un\u00adauthorized\u3000x", "HTTP/2 401 Unauthorized x"),
    ("Claim \u2018aud\u2019 \u201cvalue\u201d", "Claim 'aud' \"value\""),
    ('{"message": "the \u201caud\u201d claim"}', '{"message": "the \'aud\' claim"}'),
    ("_\x08N_\x08o", "No"),
]
ENTITIES = [
    ("{&quot;message&quot;: &quot;a &amp; b&quot;}", '{"message": "a & b"}'),
    ("Claim &#39;aud&#39; &lt;x&gt;", "Claim 'aud' <x>"),
    ("{&amp;quot;a&amp;quot;:1}", '{"a":1}'),
    ("<p>&quot;a&quot;</p>", "<p>&quot;a&quot;</p>"),
    ('{"a": "&quot;b&quot;"}', '{"a": "&quot;b&quot;"}'),
    ("&lt;Error&gt;&lt;Code&gt;E&lt;/Code&gt;", "<Error><Code>E</Code>"),
    ("https://h/?a=1&lt=2&amp;x", "https://h/?a=1&lt=2&amp;x"),
]
FRAMES = [
    ("╭─ Error ────────╮\n│ not allowed    │\n╰────────────────╯", "Error\nnot allowed"),
    ("┌───┐\n│ a │\n└───┘", "a"),
    (
        "╭──────────────────────────────────────────╮\n"
        "│ An error occurred (AccessDeniedException)│\n"
        "│ when calling the operation               │\n"
        "╰──────────────────────────────────────────╯",
        "An error occurred (AccessDeniedException) when calling the operation",
    ),
    (
        "│ https://bedrock-agentcore.us-east-1.amazonaws.com/runti │\n│ mes/x                                                   │",
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/x",
    ),
    ('Invoke-RestMethod:\nLine |\n   3 |  Invoke-RestMethod x\n     |  ~~~~~~~~~~~~~\n     | {"message":"no"}', 'Invoke-RestMethod:\nInvoke-RestMethod x\n{"message":"no"}'),
    ("┃ a ┃ b ┃\n┡━━━╇━━━┩\n│ c │ d │", "a   b\nc   d"),
]  # fmt: skip
QUOTES = [
    (prefixed("> "), HEAD),
    (prefixed(">> "), HEAD),
    (prefixed("> > "), HEAD),
    (prefixed("&gt; "), HEAD),
    ("> POST /mcp HTTP/2\n> Host: h\n> authorization: Bearer x\n>\n< HTTP/2 401\n<", "> POST /mcp HTTP/2\n> Host: h\n> authorization: Bearer x\n>\n< HTTP/2 401\n<"),
    ("> > POST /mcp HTTP/2\n> > Host: h\n> >\n> < HTTP/2 401\n> < x: y", "> POST /mcp HTTP/2\n> Host: h\n>\n< HTTP/2 401\n< x: y"),
    (prefixed("| "), HEAD),
    ('> Traceback (most recent call last):\n>   File "x"', 'Traceback (most recent call last):\n  File "x"'),
]  # fmt: skip
PREFIXES = [
    prefixed("web-1  | "),
    prefixed("web-1  | 2026-07-01T10:00:00.123456789Z "),
    prefixed("[pod/agent-7d9f/app] "),
    prefixed("2026-07-01T10:00:00.1234567Z "),
    prefixed("build\tRun tests\t2026-07-01T10:00:00.1234567Z "),
    prefixed("Jul  1 10:00:00 host app[123]: "),
    prefixed("2026-07-01 10:00:00,123 - ERROR - "),
    prefixed("2026-07-01 10:00:00.123 [error] "),
    prefixed("[2026-07-01T10:00:00Z] INFO: "),
    prefixed("2026-07-01T10:00:00.000Z\t5f2a0000-0000-4000-8000-000000000000\tERROR\t"),
    prefixed("10:00:00.123 "),
    prefixed("1790000000123 "),
    prefixed("2026-07-01T10:00:00+00:00 app[web.1]: "),
    prefixed("<165>1 2026-07-01T10:00:00.003Z host app 1234 ID47 - "),
    prefixed("E0701 10:00:00.000000       1 main.go:12] "),
    prefixed("ERROR:root:"),
    prefixed("2026-07-01 10:00:00,123 ERROR my.module:42 "),
    prefixed("2026-07-01T10:00:00.123Z ERROR 1 --- [nio-8080-exec-1] c.e.demo.Client : "),
    prefixed("INFO:     "),
    prefixed("2026-07-01T10:00:00.123000+00:00 2026/07/01/[$LATEST]0123456789abcdef "),
    prefixed("ecs/agent/0123456789abcdef "),
    prefixed("10:00:00 web.1   | "),
    prefixed("@app/web:dev: "),
    prefixed("[agent] "),
    prefixed("my.logger: "),
    prefixed("E       "),
    prefixed("    | "),
    prefixed("    "),
    prefixed("\t"),
]
CELLS_AND_MAILS = [
    ('1,"{""message"": ""no"", ""code"": """"}",2', '1,{"message": "no", "code": ""},2'),
    ('{"a":"","b":""}', '{"a":"","b":""}'),
    ("{=22message=22:=22no way =\nat all=22} =3D", '{"message":"no way at all"} ='),
    ("a=\nb", "a=\nb"),
]
MARKDOWN = [
    ("```http\nHTTP/2 401\n```\nThanks", "HTTP/2 401\nThanks"),
    ("~~~\nHTTP/2 401\n~~~", "HTTP/2 401"),
    ('- Runtime answers `401 {"message":"no"}` since', 'Runtime answers 401 {"message":"no"} since'),
    ("* a `b` **c**\n1. d\n• e", "a b c\nd\ne"),
    ('{code:json}\n{"a": 1}\n{code}', '{"a": 1}'),
    ("<details><pre>HTTP/2 401</pre></details>", "HTTP/2 401"),
    ("* Connected to h\n< HTTP/2 401", "* Connected to h\n< HTTP/2 401"),
    ("error\\_description", "error_description"),
    ('{"a":"b\\\\_c"}', '{"a":"b\\\\_c"}'),
    ("{\n  message: `it's \"x\"`,\n}", "{\n  message: `it's \"x\"`,\n}"),
]  # fmt: skip
SHELLS = [
    ('curl ^"https://h/a^%3Ab^" ^\n  -H ^"a: b^" ^\n  -d ^"^{^\\^"p^\\^":1^}^"', 'curl "https://h/a%3Ab" -H "a: b" -d "{\\"p\\":1}"'),
    ("curl -X POST \\\n  'https://h' \\\n  -d x", "curl -X POST 'https://h' -d x"),
    ("curl.exe -X POST `\n  'https://h'", "curl.exe -X POST 'https://h'"),
    ("curl h --data-raw $'{\"a\":\"it\\'s\\u0021\"}'", "curl h --data-raw '{\"a\":\"it'\"'\"'s!\"}'"),
    ("curl h -d $'a\\nb'", "curl h -d 'a\nb'"),
    ("f()\n^^^", "f()\n^^^"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "clean"), [*CHARACTERS, *ENTITIES, *FRAMES, *QUOTES, *CELLS_AND_MAILS, *MARKDOWN, *SHELLS]
)
def test_a_text_is_cleaned(text: str, clean: str) -> None:
    """And what only looks alike stays."""
    assert normalise(text).strip() == clean.strip()


@pytest.mark.parametrize("text", PREFIXES)
def test_prefixes_of_logs_are_removed_from_every_line(text: str) -> None:
    """Whoever put them there."""
    assert normalise(text).strip() == HEAD


TEXTS = [
    HEAD,
    '* Connected to h\n> POST /x HTTP/2\n> Host: h\n>\n< HTTP/2 401\n<\n{"message":"no"}',
    '{\n  "message": "no",\n  "x": {\n    "code": 403\n  }\n}',
    "AccessDeniedException: no\n    at x (a:1)\n    at y (b:2) {\n  '$fault': 'client'\n}",
    'Traceback (most recent call last):\n  File "/app/x.py", line 1, in f\n    g()\nClientError: no',
]
AROUND: list[Callable[[str], str]] = [
    lambda text: prefixed("> ", text),
    lambda text: prefixed("web-1  | ", text),
    lambda text: prefixed("2026-07-01T10:00:00.123Z ", text),
    lambda text: prefixed("2026-07-01 10:00:00,123 ERROR ", text),
    lambda text: prefixed("Jul  1 10:00:00 host app[1]: ", text),
    lambda text: prefixed("[pod/x-1/app] ", text),
    lambda text: prefixed("E       ", text),
    lambda text: prefixed("    ", text),
    lambda text: prefixed("\t", text),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: "\n".join(f"\x1b[32m{line}\x1b[0m" for line in text.split("\n")),
    lambda text: f"```\n{text}\n```",
    html.escape,
    lambda text: f"\ufeff{text}".replace(" ", "\u00a0"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_around_a_text_may_be_around_each_other(text: str) -> None:
    """A mail quotes a log, and a log has colours."""
    for first, second in itertools.permutations(AROUND, 2):
        clean = normalise(second(first(text)))
        assert [line.rstrip() for line in clean.strip().split("\n")] == text.split("\n")


def wrapped(text: str, width: int) -> str:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


@pytest.mark.parametrize("width", [72, 76, 80, 90, 100])
def test_a_sentence_that_was_broken_at_a_width_is_joined(width: int) -> None:
    """Between its words."""
    text = wrapped(SENTENCE, width)
    assert "\n" in text
    assert normalise(f"{text}\n\nThanks") == f"{SENTENCE}\n\nThanks"


def test_a_sentence_that_a_person_broke_is_joined() -> None:
    """Somewhere, with a space left at the end or without."""
    text = SENTENCE.replace("(AccessDeniedException) when", "(AccessDeniedException) \nwhen").replace(
        " is not", "\nis not"
    )
    stack = (
        'Traceback (most recent call last):\n  File "/app/x.py", line 1, in f\n    g()\n        ' + "^" * 120
    )
    assert normalise(f"{stack}\n{text}") == f"{stack}\n{SENTENCE}"


@pytest.mark.parametrize("width", [72, 76, 80, 90, 100])
def test_a_string_that_was_broken_at_a_width_is_joined(width: int) -> None:
    """In JSON."""
    body = '{"message": "' + SENTENCE + '"}'
    assert normalise(f"HTTP/2 403\n\n{wrapped(body, width)}") == f"HTTP/2 403\n\n{body}"


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        "HTTP/1.1 401 Unauthorized\nx-amzn-requestid: 5f2a2222-2222-4222-8222-222222222222-and-more-of-it\nwww-authenticate: Bearer\n\n{}",
        '{\n  "message": "a long message that goes on and on until it is longer than sixty",\n  "code": 403\n}',
        'Traceback (most recent call last):\n  File "/app/a/long/path/to/some/file/that/is/long.py", line 3, in f\n    x()\nValueError: no',
        "{\n  a: 1,\n  b: [Object]\n}",
        "since yesterday our agent cannot be called from the function in this account\nbotocore.exceptions.ClientError: no",
        "Error: no\n    at a (x:1)\n    at b (y:2)",
        "Array\n(\n    [message] => no\n)",
        "a\n\n\nb",
        "< x-a: 1\n< x-b: 2\n< x-c: 3",
        "data: 1\n\ndata: 2\n\ndata: 3",
        "AccessDeniedException: a\nAccessDeniedException: b\nAccessDeniedException: c",
        "set-cookie: a\nset-cookie: b\nset-cookie: c",
        "UPDATE_FAILED | AWS::X | a\nUPDATE_FAILED | AWS::Y | b",
    ],
)  # fmt: skip
def test_lines_of_their_own_stay(text: str) -> None:
    """Those of heads, JSON, stacks and prose."""
    assert normalise(text) == text


PIECES = st.sampled_from(
    ["\n", "\r\n", "> ", ">", "| ", "2026-07-01T10:00:00Z ", "ERROR ", "E   ", "`", "```", "- ", "* ", "\x1b[0m", "[0m", "&quot;",
     "&amp;", "&gt;", "│", "╭─", " ", "\t", "\\", "^", '"', "'", "$'", "\u201c", "\u200b", "a", "word " * 13, "{", "}", "[", "]:",
     "HTTP/2 401", "POST / HTTP/2", "x: y", "web-1  | ", "[a] ", "a: ", "Line |", "**", "1. ", "\\_", "x" * 70, "{code}", "\x08"]
)  # fmt: skip


@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_a_clean_text_is_not_changed_again(text: str) -> None:
    """Whatever it was."""
    clean = normalise(text)
    assert normalise(clean) == clean


def seconds(text: str) -> float:
    start = time.process_time()
    normalise(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    "line",
    [
        '  "a": "b c d e f g",\n',
        "2026-07-01T10:00:00Z ERROR foo bar and more of the same text in this line here\n",
        "word " * 14 + "\n",
        "> > quoted text of some length, which somebody answered to in a mail\n",
        "    at async handler (file:///app/node_modules/@aws-sdk/client/index.js:193:18)\n",
    ],
)
def test_a_hundred_kilobytes_take_a_moment(line: str) -> None:
    """As they are in practice."""
    assert any(seconds(line * (100_000 // len(line))) < 0.2 for _ in range(3))


@pytest.mark.parametrize(
    "unit",
    every(5, ["\n", "\x1b", "\x1b[", "\x1b]", ">", "> ", "|", "| ", "&amp;", "&quot;&amp;", "`", "```", "*", "**a", "^", '^"', "\\\n", "$'", "'",
     '"', '"\n', "│", "╭", "│ a", "- ", "1. ", "{code", "<pre ", "[1m", "E ", " ", "\t", "\x08", "2026-07-01", "a: ", "[a] ", "Line |\n",
     " \n", "x" * 70 + "\n", "\\", "\u201c", "\\_", "at ", "a|", "a |", "-", "A", "_-"]),
)  # fmt: skip
def test_the_time_is_linear(unit: str) -> None:
    """On whatever is repeated."""
    assert is_linear(normalise, unit * (100_000 // len(unit)))
