"""`explain`: the first contact of a new user with the product."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.commands.explain import _FILE_NAME, run
from agentcore_probe.errors import InputError
from tests.conftest import PROJECT, Command

RAW = """$ curl -sS -i -X POST \\
  "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ/invocations" \\
  -H "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2VjcmV0c2lnbmF0dXJl" -d '{}'
HTTP/2 404
x-amzn-requestid: 6f1c7c0e-8f0a-4c3f-9f43-0a5d5f1f9a11
content-type: application/json

{"__type":"UnknownOperationException"}
"""


def explain_alone(text: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs `explain` on standard input, in a process and a folder without any set-up."""
    return subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "explain", *words],
        input=text,
        cwd=cwd,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


Explain = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def explain(command_here: Command) -> Explain:
    """Runs `explain` on standard input, in this process."""
    return lambda text, *words: command_here("explain", "-", *words, stdin=text)


def test_pasted_curl_output_is_explained_without_any_set_up(tmp_path: Path) -> None:
    """Cause, reason, fix and a command to paste; no file is written."""
    result = explain_alone(RAW, "-", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("The Runtime's ARN is not percent-encoded in the URL path.")
    for word in ("arn-not-encoded, probable", "authorization: no decision", "runtimes/arn%3Aaws", "Fix:"):
        assert word in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_json_has_the_documented_keys(explain: Explain) -> None:
    """One object on one line."""
    result = explain(RAW, "--json")
    explanation: dict[str, Any] = json.loads(result.stdout)
    assert list(explanation)[:6] == ["cause", "decision", "confidence", "evidence", "ruled_out", "remedy"]
    assert (explanation["cause"], explanation["decision"], explanation["confidence"]) == (
        "arn-not-encoded",
        "undecided",
        "probable",
    )
    assert "arn-double-encoded" in explanation["ruled_out"]
    assert explanation["remedy"]["commands"]
    assert explanation["experiment"] == "arn-encoding"
    assert explain(RAW).stdout.startswith(explanation["title"])
    assert explanation["fix"] in explain(RAW).stdout


def test_a_pasted_token_is_not_printed(explain: Explain) -> None:
    """Neither as text nor as JSON."""
    for words in ([], ["--json"]):
        assert "c2VjcmV0c2lnbmF0dXJl" not in explain(RAW, *words).stdout


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (
            '> POST /mcp HTTP/1.1\n> Host: h.invalid\n> Authorization: Bearer "Bearer opaque"\n\nHTTP/1.1 401 x\n',
            "opaque",
        ),
        (
            "> POST /mcp HTTP/1.1\n> Host: h.invalid\n> Authorization: Bearer opaque-12345\n\n"
            'HTTP/1.1 403 x\n\n{"message": "User is not authorized: the token opaque-12345 is not one"}',
            "opaque-12345",
        ),
        (
            "An error occurred (InvalidSignatureException) when calling the InvokeAgentRuntime operation: expected "
            "x-amz-security-token:FwoGZXIvYXdzEDEaDEXAMPLEabcdefghijklmnopqrstuvwxyz0123",
            "FwoGZXIvYXdzEDEa",
        ),
        (
            '$ curl -i https://h.invalid/key/a-key-of-1-user/mcp\nHTTP/1.1 401 x\n\n{"message": "no"}',
            "a-key-of-1-user",
        ),
    ],
)
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_an_opaque_credential_is_not_printed(
    explain: Explain, text: str, secret: str, words: list[str]
) -> None:
    """A token in a header or a message, a session token, a key in a path."""
    result = explain(text, *words)
    assert (result.returncode, result.stderr) == (0, "")
    assert secret not in result.stdout


def test_json_is_ascii(explain: Explain) -> None:
    """A character that reorders a line of the terminal is escaped."""
    text = (
        "An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: "
        "User: arn:aws:iam::123456789012:user/a\u202eb is not authorized to perform: bedrock-agentcore:x"
    )
    result = explain(text, "--json")
    assert result.stdout.isascii()
    assert json.loads(result.stdout)["cause"] == "iam-not-allowed"


def test_a_response_cannot_control_the_terminal(explain: Explain) -> None:
    """Its control characters are replaced."""
    text = (
        "An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: "
        "User is not authorized to perform: x \x1b[2J\x07"
    )
    out = explain(text).stdout
    assert "iam-not-allowed" in out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_japanese_is_complete(explain: Explain) -> None:
    """The same facts in the other language."""
    out = explain(RAW, "--lang", "ja").stdout
    assert out.startswith("URL パス内の Runtime の ARN がパーセントエンコードされていません。")
    assert "arn-not-encoded" in out


@pytest.mark.parametrize(
    ("text", "error"),
    [("", "is empty"), ('{"request": 1}', "is not a case")],
)
def test_other_input_is_a_one_line_error(explain: Explain, text: str, error: str) -> None:
    """With exit code 2."""
    result = explain(text)
    assert result.returncode == 2
    assert error in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_missing_file_is_an_error(command_here: Command) -> None:
    """With its name, and exit code 2."""
    result = command_here("explain", "nowhere.json")
    assert result.returncode == 2
    assert "nowhere.json: cannot be read" in result.stderr


@pytest.mark.slow
def test_it_takes_less_time_than_importing_boto3() -> None:
    """It needs neither boto3 nor the network. The least processor time of three runs each, in alternation."""

    def processor_time(command: list[str]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, input=RAW, capture_output=True, text=True, check=True, cwd=PROJECT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    explain_command = [sys.executable, "-m", "agentcore_probe", "explain", "-", "--json"]
    boto3_script = [sys.executable, "-c", "import boto3, requests; boto3.client('sts', 'us-east-1')"]
    times = [(processor_time(explain_command), processor_time(boto3_script)) for _ in range(3)]
    assert min(explain for explain, _ in times) < min(boto3 for _, boto3 in times)


def test_text_is_explained_from_the_command_line_a_file_or_standard_input(
    command_here: Command, project: Path
) -> None:
    """An argument is a file if there is one, or if it looks like a name of one."""
    line = "curl: (6) Could not resolve host: nowhere.example"
    (project / "a note").write_text(line, "utf-8")
    expected = "The host name could not be resolved.\n  dns-failure, probable"
    for words in ((line,), ("a note",)):
        assert command_here("explain", *words).stdout.startswith(expected), words
    assert explain_alone(line, cwd=project).stdout.startswith(expected)
    result = command_here("explain", "nosuch.txt")
    message = "error: nosuch.txt: cannot be read: No such file or directory\n"
    assert (result.returncode, result.stderr) == (2, message)
    for name in ("nosuch.json", "./nosuch", "a/b", r"C:\nosuch"):
        assert _FILE_NAME.fullmatch(name), name
    for text in (
        *("AccessDeniedException", "401", "arn:aws:iam::123456789012:role/x", "https://a.example/x.html"),
        *('{"a":"b.c"}', "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x", "403 Forbidden", "x" * 5_000),
    ):
        assert not _FILE_NAME.fullmatch(text), text


def test_nothing_is_said_of_what_was_not_checked(command_here: Command) -> None:
    """No list of question marks, no cause for a good answer, and a login is not called an accepted call."""
    refused = command_here(
        "explain", 'HTTP/1.1 403 Forbidden\nx-amzn-requestid: 1\n\n{"message":"Forbidden"}'
    ).stdout
    assert refused.startswith("The call was refused, and the answer does not say why.")
    assert "Checks:" not in refused
    login = command_here("explain", 'HTTP/1.1 200 OK\n\n{"access_token":"x","token_type":"Bearer"}').stdout
    assert login.startswith("The login succeeded.\n\nWhy: ")


def test_the_answer_outweighs_a_shortened_command(command_here: Command) -> None:
    """People leave the token out of what they paste; the contradiction is shown."""
    url = "https://x.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp"
    answer = 'HTTP/2 401\nwww-authenticate: Bearer error="invalid_token"\n\n{"message":"Token has expired"}'
    text = command_here("explain", f"$ curl -i {url}\n{answer}").stdout
    assert "token-expired, possible" in text
    assert "✗ a credential was sent" in text


def test_a_refused_role_gets_a_policy_from_the_message(command_here: Command) -> None:
    """For the Runtime that IAM names; an action of another API becomes no policy."""
    line = (
        "An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: User: "
        "arn:aws:sts::123456789012:assumed-role/CI/s is not authorized to perform: {} on resource: "
        "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/a-abcdefghij/runtime-endpoint/DEFAULT"
    )
    text = command_here("explain", line.format("bedrock-agentcore:InvokeAgentRuntime")).stdout
    assert "put-role-policy --role-name CI" in text
    arn = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/a-abcdefghij"
    assert f'"Resource": ["{arn}", "{arn}/runtime-endpoint/DEFAULT"]' in text
    assert "put-role-policy" not in command_here("explain", line.format("iam:CreateAccessKey")).stdout


ID_TOKEN = (
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJodHRwczovL2NvZ25pdG8taWRwLnVzLWVhc3QtMS5hbWF6b25hd3MuY29tL3VzLWVhc3QtMV9BYkNkRWZHaEkiLCJhdWQiOiJjMSIs"
    "InRva2VuX3VzZSI6ImlkIiwiZXhwIjo0MTAyNDQ0ODAwLCJlbWFpbCI6ImJvYkBleGFtcGxlLmNvbSJ9.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
)


def explain_token(
    *words: str, text: str | None = None, variable: str = "MY_TOKEN"
) -> subprocess.CompletedProcess[str]:
    """Runs `explain --token-env MY_TOKEN` with a token in the variable."""
    return subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "explain", "--token-env", variable, *words],
        input=text,
        stdin=None if text is not None else subprocess.DEVNULL,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "MY_TOKEN": f"Bearer {ID_TOKEN}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("language", "words"), [("en", "ID token of Amazon Cognito"), ("ja", "Amazon Cognito の ID トークン")]
)
def test_a_token_in_a_variable_is_explained_and_not_shown(language: str, words: str) -> None:
    """Without reading standard input."""
    for result in (explain_token("--lang", language), explain_token("--lang", language, "--json")):
        assert (result.returncode, result.stderr) == (0, "")
        assert not [part for part in (*ID_TOKEN.split("."), "bob@") if part in result.stdout]
    assert explain_token("--lang", language).stdout.startswith(words)


def test_a_token_in_a_variable_is_judged_with_the_text() -> None:
    """The settings come from standard input, or as an argument."""
    text = f'{{"customJWTAuthorizer": {{"discoveryUrl": "{POOL}/.well-known/openid-configuration", "allowedClients": ["c1"]}}}}'
    for result in (explain_token("-", "--json", text=text), explain_token(text, "--json")):
        explanation = json.loads(result.stdout)
        assert (explanation["cause"], explanation["confidence"]) == ("id-token-sent", "probable")
        assert [fact["id"] for fact in explanation["material"] if fact["id"] in ("token", "settings")] == [
            "token",
            "settings",
        ]


POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"


def test_a_variable_that_is_not_set_is_an_error() -> None:
    """It names the variable."""
    result = explain_token(variable="MY_TOKENS")
    assert result.returncode == 2
    assert result.stderr == "error: the environment variable MY_TOKENS is not set\n"


@pytest.mark.parametrize(
    ("text", "status"), [("hello", 1), (POOL.join(("", "/.well-known/openid-configuration")), 0), (RAW, 0)]
)
def test_the_exit_code_says_whether_a_cause_is_known(text: str, status: int, explain: Explain) -> None:
    """1 where nothing is explained."""
    assert explain(text).returncode == status


def test_a_token_in_the_place_of_its_variables_name_is_not_repeated() -> None:
    """Whatever form it has."""
    for token in ("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl", "Zq7cXw93Kd0pLm2Rt5Yb8Nc4Vs6GhJ1k"):
        with pytest.raises(InputError) as caught:
            run("hello", language="en", as_json=False, token_variable=token)
        assert token not in caught.value.line()
