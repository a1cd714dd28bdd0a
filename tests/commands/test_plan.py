"""`plan`: what it prints, as text and as JSON, and from which run it knows what is deployed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.environments.consistency import SERVICES
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.languages import LANGUAGES
from tests.conftest import Command
from tests.embedded import recorded

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
PASSWORD = "a-password-that-no-text-shows"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret-of-the-variables-0"}
PROD = f"""
[runtime]
arn = "{ARN}"
[gateway]
id = "my-gateway-abcdefghij"
[identity]
username = "kim"
password = {{ env = "PROD_PASSWORD" }}
client_id = "app-client"
"""


@pytest.fixture(autouse=True)
def _no_user_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def prod(project: Path) -> Path:
    """The environment `prod`."""
    path = project / "environments" / "prod.toml"
    path.write_text(PROD)
    return path


def test_a_person_can_approve_it(command_here: Command, prod: Path) -> None:
    """Numbers, charges, settings with their origin, each request: within 80 columns but for what is not broken."""
    result = command_here("plan", "prod", env={**KEYS, "PROD_PASSWORD": PASSWORD})
    assert (result.returncode, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    for sentence in (
        "Plan of a run of prod. Nothing was sent.",
        "at most 20 a second",
        "What is deployed is not known before the run",
        "calls start sessions of the Runtime",
        "region us-east-1 the Runtime's ARN",
        "runtime.qualifier DEFAULT default",
        "identity.discovery_url - read when the run begins",
        "identity.password env PROD_PASSWORD environments/prod.toml:8",
        "credentials keys in variables variable AWS_ACCESS_KEY_ID",
        "sts:GetCallerIdentity POST https://sts.us-east-1.amazonaws.com/ <SigV4 signature>",
        "GET <discovery document of the authorizer's issuer>",
        "GET <jwks_uri of the discovery document>",
        "Bearer <token of [identity]>",
        "predicted: JWT authorizer: accepted; IAM: refused; no authorizer: accepted",
        "1 before the genuine calls: foreign-key-rsa",
        "tools/list page 1 (if accepted)",
        "Not sent. The aws command is not on PATH.",
    ):
        assert sentence in text, sentence
    for secret in (PASSWORD, *KEYS.values(), "made-up", "PLANNED"):
        assert secret not in result.stdout
    long = [line for line in result.stdout.splitlines() if len(line) > 80]
    assert all("https://" in line or "arn:aws" in line for line in long), long


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_the_language_of_the_environment(command_here: Command, prod: Path, language: str) -> None:
    """Without a word of another one."""
    prod.write_text(f'language = "{language}"\n{PROD}')
    result = command_here("plan", "prod", env=KEYS)
    assert (result.returncode, result.stderr) == (0, "")
    assert ("Nothing was sent" in result.stdout) == (language == "en")
    assert "the variable PROD_PASSWORD for the password is not set" in " ".join(result.stdout.split())


def test_the_json_has_every_request(command_here: Command, prod: Path) -> None:
    """With its headers and body, redacted, and the numbers of the text."""
    result = command_here("plan", "prod", "--json", env={**KEYS, "PROD_PASSWORD": PASSWORD})
    plan = json.loads(result.stdout)
    assert plan["count"] <= plan["at_most"] <= plan["limit"] == 120
    assert plan["experiments"] == 6
    by_id = {request["id"]: request for request in plan["requests"]}
    assert len(by_id) == len(plan["requests"])
    assert by_id["runtime-jwt/1"]["headers"]["Authorization"] == "Bearer <token>"
    assert json.loads(by_id["runtime-jwt/1"]["body"]) == {"prompt": "Hello from agentcore-probe"}
    assert PASSWORD not in result.stdout
    assert "<password>" in by_id["identity/1"]["body"] or "<secret>" in by_id["identity/1"]["body"]
    fewer = json.loads(
        command_here("plan", "prod", "--json", "--controls", "few", "--no-experiments", env=KEYS).stdout
    )
    assert fewer["experiments"] == 0
    assert fewer["count"] < plan["count"]
    only = json.loads(command_here("plan", "prod", "--json", "--only", "runtime-jwt", env=KEYS).stdout)
    assert [row["method"] for row in only["rows"]] == ["runtime-jwt"]


def test_settings_name_the_file_and_the_line(command_here: Command, prod: Path) -> None:
    """Also those of a file that this one extends, and of the defaults of all."""
    (prod.parent / "base.toml").write_text(f'region = "us-west-2"\n{PROD}')
    (prod.parent / "defaults.toml").write_text("[defaults.limits]\nrequests = 90\n")
    prod.write_text('extends = "base"\n[runtime]\nqualifier = "canary"\n')
    result = command_here("plan", "prod", env=KEYS)
    assert (result.returncode, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    for line in (
        "region us-west-2 environments/base.toml:1, extended",
        "runtime.qualifier canary environments/prod.toml:3",
        "gateway.id my-gateway-abcdefghij environments/base.toml:6, extended",
        "limits.requests 90 environments/defaults.toml:2, [defaults]",
        "limits.seconds 30 default",
    ):
        assert line in text, line


def test_what_a_run_saw_is_predicted(
    command_here: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `--from`, or from the environment's newest report, with its age."""
    record = recorded(LocalSetup())
    runtime, identity = record.environment.runtime, record.environment.identity
    assert runtime is not None
    assert identity is not None
    plain = record.model_copy(update={"environment": record.environment.model_copy(update={"local": None})})
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    known = api.plan(plain.environment, record=plain, path="reports/t")
    assert known.known is not None
    predicted = {row.method: row.predictions[0] for row in known.rows}
    assert predicted["runtime-sigv4"].cause == "sigv4-on-jwt"
    assert predicted["runtime-jwt"].decision == "accepted"
    other = plain.environment.model_copy(update={"runtime": runtime.model_copy(update={"arn": ARN})})
    of_other = api.plan(other, record=plain).rows
    assert {row.method: len(row.predictions) for row in of_other}["runtime-jwt"] == 2  # another Runtime
    assert {row.method: len(row.predictions) for row in of_other}["gateway-jwt"] == 1

    folder = project / "reports" / "deployed" / "20260101T000000Z"
    folder.mkdir(parents=True)
    (folder / "record.json").write_text(json.dumps(plain.facts()))
    endpoints = "\n".join(
        f'{name} = "{url}"' for name, url in plain.environment.endpoints.items() if name in SERVICES
    )
    gateway = plain.environment.gateway
    assert gateway is not None
    (project / "environments" / "deployed.toml").write_text(
        f'region = "us-east-1"\n[runtime]\narn = "{runtime.arn}"\n'
        f'[gateway]\nurl = "{gateway.url}"\n[endpoints]\n{endpoints}\n'
    )
    newest = command_here("plan", "deployed", env=KEYS)
    assert newest.returncode == 0, newest.stderr
    assert "What is deployed is taken from reports/deployed, the run of 20" in " ".join(newest.stdout.split())
    assert "today). The run reads it again." in " ".join(newest.stdout.split())
    named = command_here("plan", "deployed", "--json", "--from", str(folder / "record.json"), env=KEYS)
    assert json.loads(named.stdout)["known"]["path"].endswith("record.json")


def test_an_environment_that_sends_nothing_has_an_empty_plan(command_here: Command) -> None:
    """A recorded one."""
    result = command_here("plan", "sample")
    assert result.stdout.strip() == "sample replays a record: a run sends nothing."
    assert json.loads(command_here("plan", "sample", "--json").stdout)["count"] == 0


def test_several_have_a_plan_each(command_here: Command) -> None:
    """One that cannot be used is an error between the others; options for one environment are refused."""
    result = command_here("plan", "sample", "nosuch", "local")
    assert result.returncode == 2
    titles = [line for line in result.stdout.splitlines() if "Nothing was sent" in line or "replays" in line]
    assert [title.split()[0] for title in titles] == ["sample", "Plan"]
    assert result.stderr.startswith("error: nosuch: environment 'nosuch' not found.")
    for option in (["--json"], ["--from", "record.json"]):
        refused = command_here("plan", "sample", "local", *option)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"{option[0]} is for one environment" in refused.stderr


def test_input_that_cannot_be_used_is_an_error(command_here: Command, prod: Path) -> None:
    """A method that does not exist, a record that is none, a file without a region."""
    assert "unknown access method 'nosuch'" in command_here("plan", "prod", "--only", "nosuch").stderr
    assert "prod.toml" in command_here("plan", "prod", "--from", str(prod)).stderr
    prod.write_text('[gateway]\nid = "my-gateway-abcdefghij"\n')
    result = command_here("plan", "prod", env={"AWS_REGION": "", "AWS_DEFAULT_REGION": ""})
    assert result.returncode == 2
    assert "no AWS region" in result.stderr
    assert "environment" in result.stderr


def test_a_limit_that_is_too_low_is_named(command_here: Command, prod: Path) -> None:
    """With the number that a complete run needs."""
    prod.write_text(f"{PROD}[limits]\nrequests = 30\n")
    result = command_here("plan", "prod", "--json", env=KEYS)
    plan = json.loads(result.stdout)
    assert (plan["count"], plan["at_most"], plan["limit"]) == (30, 30, 30)
    assert plan["needed"] > 100
    text = " ".join(command_here("plan", "prod", env=KEYS).stdout.split())
    assert f"[limits] requests allows 30 requests, and a complete run needs up to {plan['needed']}." in text
