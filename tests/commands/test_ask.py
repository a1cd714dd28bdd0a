"""`ask`: what it prints and writes, and that it sends a credential nowhere else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from agentcore_probe.environments.load import load_environment
from tests.access.servers import json_answer, recording
from tests.conftest import Command

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2VjcmV0c2lnbmF0dXJl"
AWS_MARK = "x-amzn-requestid: 1"


@pytest.fixture(autouse=True)
def _without_own_aws_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own credentials are not those of the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


def runtime_url(ready: Mapping[str, Any], *, raw: bool = False) -> str:
    arn = ready["runtime"]["arn"] if raw else quote(ready["runtime"]["arn"], safe="")
    return f"{ready['endpoints']['bedrock-agentcore']}/runtimes/{arn}/invocations"


def signing(ready: Mapping[str, Any]) -> dict[str, str]:
    """The variables of a user whose account is the embedded one."""
    names = {
        "bedrock-agentcore": "BEDROCK_AGENTCORE",
        "bedrock-agentcore-control": "BEDROCK_AGENTCORE_CONTROL",
        "sts": "STS",
    }
    return {
        "AWS_ACCESS_KEY_ID": ready["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": ready["aws"]["secret_access_key"],
        **{f"AWS_ENDPOINT_URL_{name}": ready["endpoints"][service] for service, name in names.items()},
    }


def test_an_accepted_call_is_fine(command_here: Command, agentcore: Mapping[str, Any], token: str) -> None:
    """The answer, five requests, and the file with which to go on; the token is not shown."""
    result = command_here("ask", runtime_url(agentcore), "--token-env", "T_TOKEN", env={"T_TOKEN": token})
    assert (result.returncode, result.stderr) == (0, "")
    assert "JWT Bearer: HTTP 200, answered by the embedded AgentCore, not AWS" in result.stdout
    assert '{"result": "Hello from the embedded agent"' in result.stdout
    assert "\n5 requests:\n" in result.stdout
    assert result.stdout.endswith("\nThen: agentcore-probe verify local_agent\n")
    assert token not in result.stdout


def test_a_raw_arn_is_proven_and_asked_again_with_the_documented_url(
    command_here: Command, agentcore: Mapping[str, Any], token: str, tmp_path: Path
) -> None:
    """The token comes from a file; exit 1."""
    (tmp_path / "token").write_text(f"{token}\n")
    words = ("ask", runtime_url(agentcore, raw=True), "--token-file", str(tmp_path / "token"))
    result = command_here(*words)
    assert result.returncode == 1
    assert "arn-not-encoded, proven; authorization: no decision" in result.stdout
    assert "  Proven by runtime-jwt/1 and runtime-jwt/2" in result.stdout
    assert (
        f"Test again: agentcore-probe ask '{runtime_url(agentcore)}?qualifier=DEFAULT' --token-file "
        in result.stdout
    )


def test_json_has_the_keys_of_explain_and_the_answer(
    command_here: Command, agentcore: Mapping[str, Any], token: str
) -> None:
    """One object; the requests in the order in which they were sent."""
    command = f"{sys.executable} -c \"import os; print(os.environ['T_TOKEN'])\""
    words = (
        "ask",
        agentcore["gateway"]["url"],
        "--token-command",
        command,
        "--tool",
        "orders___list",
        "--json",
    )
    result = command_here(*words, env={"T_TOKEN": token})
    content = json.loads(result.stdout)
    assert (result.returncode, result.stderr, content["cause"]) == (1, "", "target-unknown")
    assert list(content) == [
        *("cause", "decision", "confidence", "evidence", "ruled_out", "remedy"),
        *("values", "checks", "experiment", "judge", "material", "title", "why", "fix", "answer", "requests"),
    ]
    answer = content["answer"]
    assert (answer["status"], answer["answered_by"], answer["exchange"]) == (
        200,
        "embedded",
        content["evidence"][0],
    )
    assert "orders" in answer["message"]
    assert [request["id"] for request in content["requests"]][:2] == ["gateway-anonymous/1", "gateway-jwt/1"]
    assert len(content["requests"]) <= 12
    assert token not in result.stdout


def test_without_a_token_the_call_is_signed(command_here: Command, agentcore: Mapping[str, Any]) -> None:
    """By whatever credentials there are; what is deployed is then read, too."""
    result = command_here("ask", agentcore["runtime"]["arn"], "--json", env=signing(agentcore))
    content = json.loads(result.stdout)
    assert (result.returncode, content["cause"], content["confidence"]) == (1, "sigv4-on-jwt", "proven")
    assert content["answer"]["error_type"] == "AccessDeniedException"


def test_a_signed_call_is_accepted(command_here: Command, agentcore_iam: Mapping[str, Any]) -> None:
    """In Japanese, too."""
    words = ("ask", agentcore_iam["runtime"]["arn"], "--sign", "--prompt", "Hi", "--lang", "ja")
    result = command_here(*words, env=signing(agentcore_iam))
    assert (result.returncode, result.stderr) == (0, "")
    assert '"echo": {"prompt": "Hi"}' in result.stdout
    assert "認証情報なし: HTTP 403 AccessDeniedException" in result.stdout
    assert "次に実行: agentcore-probe verify local_agent" in result.stdout


def test_without_any_credential_the_anonymous_call_is_explained(
    command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """Exit 1."""
    result = command_here("ask", runtime_url(agentcore))
    assert (result.returncode, result.stderr) == (1, "")
    assert "credential-missing, probable; authorization: refused" in result.stdout
    assert "  discovery-resource/1  resource metadata: HTTP 200" in result.stdout


def test_the_environment_file_is_written(
    command_here: Command, project: Path, agentcore: Mapping[str, Any], token: str
) -> None:
    """Its name must be new; a run of it can be planned."""
    words = ("ask", runtime_url(agentcore), "--token-env", "T_TOKEN", "--environment", "mine")
    result = command_here(*words, env={"T_TOKEN": token})
    assert result.returncode == 0
    assert result.stdout.endswith("\nWritten: environments/mine.toml\nThen: agentcore-probe verify mine\n")
    environment = load_environment("mine", project)
    assert environment.runtime is not None
    assert environment.runtime.arn == agentcore["runtime"]["arn"]
    again = command_here(*words, env={"T_TOKEN": token})
    assert (again.returncode, again.stdout) == (2, "")
    assert "environment 'mine' already exists" in again.stderr


@pytest.mark.slow
def test_a_run_of_the_written_file_gives_the_same(
    command: Command, agentcore: Mapping[str, Any], token: str
) -> None:
    """For the row that was asked about."""
    env = {"T_TOKEN": token, **signing(agentcore)}
    words = ("--token-env", "T_TOKEN", "--environment", "mine")
    assert command("ask", runtime_url(agentcore), *words, env=env).returncode == 0
    result = command("verify", "mine", "--only", "runtime-jwt", env=env)
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("file", [None, "page.html"])
def test_the_page_of_an_answer_is_written(
    command: Command, project: Path, agentcore: Mapping[str, Any], token: str, file: str | None
) -> None:
    """Like that of a run, and as easily checked; the folders of reports stay those of runs."""
    words = ("ask", runtime_url(agentcore, raw=True), "--token-env", "T_TOKEN", "--json", "--report")
    result = command(*words, *([file] if file else []), env={"T_TOKEN": token})
    assert (result.returncode, json.loads(result.stdout)["cause"]) == (1, "arn-not-encoded")
    page = result.stderr.removeprefix("Report: ").strip()
    assert page == file or page.startswith("reports/asked/local_agent/")
    text = (project / page).read_text("utf-8")
    assert "agentcore-probe ask" in text
    verdict = text[text.index("<h1") : text.index("What to do now")]
    assert json.loads(result.stdout)["title"].replace("'", "&#39;") in verdict
    assert command("check", page).returncode == 0
    assert not (project / "reports" / "local_agent").exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--token-env", "A", "--token-file", "B"), "the token is in one place"),
        (("--token-env", "A", "--sign"), "--sign: a call has a token or a signature"),
        (("--token-env", "NOT_SET"), "the variable NOT_SET for the token is not set"),
        (("--token-command", "sh -c 'exit 3'"), "the command for the token ended with status 3"),
        (("--token-command", "'"), "--token-command: cannot be read: No closing quotation"),
        (("--payload", "["), "--payload: is not a JSON object"),
        (("--payload", "@nosuch.json"), "nosuch.json: cannot be read: No such file or directory"),
        (("--payload", "{}", "--prompt", "x"), "--prompt and --payload say the same"),
        (("--protocol", "soap"), "Invalid value for '--protocol'"),
        (("--seconds", "0"), "Invalid value for '--seconds'"),
        (("--environment", "local"), "environment 'local' already exists"),
        (("--profile", "nosuch"), "The AWS profile nosuch does not exist"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_line(
    command_here: Command, agentcore: Mapping[str, Any], words: tuple[str, ...], problem: str
) -> None:
    """Exit 2, and nothing is printed for an answer."""
    result = command_here("ask", runtime_url(agentcore), *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_credentials_that_were_asked_for_and_are_missing_are_an_error(
    command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """Exit 3, as for a run."""
    result = command_here("ask", runtime_url(agentcore), "--sign")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith("error: AWS credentials: ")


@pytest.mark.parametrize("source", ["env", "file", "command"])
def test_a_token_on_the_command_line_is_refused_and_not_shown(command_here: Command, source: str) -> None:
    """Other users of the machine can read it there."""
    result = command_here("ask", "http://127.0.0.1:9/mcp", f"--token-{source}", TOKEN)
    assert (result.returncode, result.stdout) == (2, "")
    assert "this is a token, which other users can see" in result.stderr
    assert "c2VjcmV0c2lnbmF0dXJl" not in result.stderr


def test_the_documents_that_an_answer_names_get_no_credential(command_here: Command) -> None:
    """Neither the metadata at another address, nor the issuer that it names."""
    targets: list[bytes] = []
    others: list[bytes] = []
    with recording(others, json_answer({"authorization_servers": ["http://127.0.0.1:9"]})) as other:
        challenge = f'WWW-Authenticate: Bearer resource_metadata="{other}metadata"'
        refusal = json_answer({"message": "no"}, AWS_MARK, challenge, status="401 Unauthorized")
        with recording(targets, refusal) as target:
            result = command_here("ask", f"{target}mcp", "--token-env", "T_TOKEN", env={"T_TOKEN": TOKEN})
    assert result.returncode == 1
    assert [TOKEN.encode() in request for request in targets] == [False, True]
    assert [request.split(b" HTTP")[0] for request in others] == [b"GET /metadata"]
    assert b"authorization" not in others[0].lower()


@pytest.mark.parametrize("url", ["http://192.0.2.1/metadata", "ftp://127.0.0.1/metadata", "http://[/"])
def test_a_document_at_an_address_that_nothing_is_sent_to_is_not_read(
    command_here: Command, url: str
) -> None:
    """Plain http to another machine, or no URL; the answer is explained without it."""
    challenge = f'WWW-Authenticate: Bearer resource_metadata="{url}"'
    refusal = json_answer({"message": "no"}, AWS_MARK, challenge, status="401 Unauthorized")
    with recording([], refusal) as target:
        result = command_here("ask", f"{target}mcp", "--token-env", "T_TOKEN", env={"T_TOKEN": TOKEN})
    assert result.returncode == 1
    assert "authorization: refused" in result.stdout


def test_a_redirect_is_not_followed(command_here: Command) -> None:
    """The token would go to another host."""
    others: list[bytes] = []
    with (
        recording(others) as other,
        recording([], json_answer({}, AWS_MARK, f"Location: {other}", status="302 Found")) as target,
    ):
        result = command_here("ask", f"{target}mcp", "--token-env", "T_TOKEN", env={"T_TOKEN": TOKEN})
    assert (result.returncode, others) == (1, [])
    assert "JWT Bearer, initialize: HTTP 302" in result.stdout


def test_a_harness_is_asked_in_its_own_form(command_here: Command) -> None:
    """No line to paste is for a Runtime, and no file describes it."""
    refusal = json_answer(
        {"message": "This harness requires OAuth Bearer token authentication."},
        AWS_MARK,
        "x-amzn-ErrorType: AccessDeniedException",
        status="403 Forbidden",
    )
    requests: list[bytes] = []
    with recording(requests, refusal) as target:
        arn = quote("arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/my_harness-ABCDEFGHIJ", safe="")
        env = {
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "x" * 40,
            "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
        }
        result = command_here("ask", f"{target}harnesses/invoke?harnessArn={arn}", env=env)
    assert result.returncode == 1
    assert "sigv4-on-jwt, probable; authorization: refused" in result.stdout
    assert b'"messages": [{"role": "user", "content"' in requests[0]
    assert b"AWS4-HMAC-SHA256" in requests[1]
    assert "runtimes/" not in result.stdout
    assert "agentcore-probe verify" not in result.stdout
