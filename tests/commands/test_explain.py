"""`explain`: how a stranger meets the product."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT, Command

RAW = """$ curl -sS -i -X POST \\
  "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ/invocations" \\
  -H "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2VjcmV0c2lnbmF0dXJl" -d '{}'
HTTP/2 404
x-amzn-requestid: 6f1c7c0e-8f0a-4c3f-9f43-0a5d5f1f9a11
content-type: application/json

{"__type":"UnknownOperationException"}
"""


def explain(text: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """From standard input, in a folder without any set-up."""
    return subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "explain", "-", *words],
        input=text,
        cwd=cwd,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_pasted_curl_answer_is_explained_without_any_set_up(tmp_path: Path) -> None:
    """Cause, why, fix, the line to paste; nothing is written."""
    done = explain(RAW, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The Runtime's ARN is not percent-encoded in the URL path.")
    for word in ("arn-not-encoded, probable", "authorization: no decision", "runtimes/arn%3Aaws", "Fix:"):
        assert word in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_json_has_the_documented_keys(tmp_path: Path) -> None:
    """One object on one line."""
    done = explain(RAW, "--json", cwd=tmp_path)
    told: dict[str, Any] = json.loads(done.stdout)
    assert list(told)[:6] == ["cause", "decision", "confidence", "evidence", "ruled_out", "remedy"]
    assert (told["cause"], told["decision"], told["confidence"]) == (
        "arn-not-encoded",
        "undecided",
        "probable",
    )
    assert "arn-double-encoded" in told["ruled_out"]
    assert told["remedy"]["commands"]
    assert told["experiment"] == "arn-encoding"


def test_a_pasted_token_is_not_printed(tmp_path: Path) -> None:
    """Neither for people nor for machines."""
    for words in ([], ["--json"]):
        assert "c2VjcmV0c2lnbmF0dXJl" not in explain(RAW, *words, cwd=tmp_path).stdout


def test_a_server_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters of an answer are replaced."""
    text = (
        "An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: "
        "User is not authorized to perform: x \x1b[2J\x07"
    )
    out = explain(text, cwd=tmp_path).stdout
    assert "iam-not-allowed" in out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_japanese_is_complete(tmp_path: Path) -> None:
    """The same facts in the other language."""
    out = explain(RAW, "--lang", "ja", cwd=tmp_path).stdout
    assert out.startswith("URL パス内の Runtime の ARN がパーセントエンコードされていません。")
    assert "arn-not-encoded" in out


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "is empty"), ("[]", "neither a case nor an answer"), ('{"request": 1}', "is not a case")],
)
def test_what_is_no_exchange_is_one_line_and_status_2(tmp_path: Path, text: str, says: str) -> None:
    """What, where, and the way out."""
    done = explain(text, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_told(command: Command) -> None:
    """By its name."""
    done = command("explain", "nowhere.json")
    assert done.returncode == 2
    assert "nowhere.json: cannot be read" in done.stderr


def test_it_answers_sooner_than_a_plain_script_with_boto3_starts(tmp_path: Path) -> None:
    """The engine needs neither boto3 nor the network; processor time, in alternation, the least of three each."""

    def spent(command: list[str]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, input=RAW, capture_output=True, text=True, check=True, cwd=PROJECT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    ours = [sys.executable, "-m", "agentcore_probe", "explain", "-", "--json"]
    theirs = [sys.executable, "-c", "import boto3, requests; boto3.client('sts', 'us-east-1')"]
    pairs = [(spent(ours), spent(theirs)) for _ in range(3)]
    assert min(one for one, _ in pairs) < min(other for _, other in pairs)
