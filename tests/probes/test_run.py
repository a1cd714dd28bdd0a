"""A run against the embedded AgentCore: every row, every protocol, every way to a token."""

from __future__ import annotations

import contextlib
import stat
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from agentcore_probe import api
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.errors import EnvironmentFileError, InputError
from agentcore_probe.judge.factors import only
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import (
    Environment,
    GatewayTarget,
    Identity,
    Limits,
    LocalSetup,
    RuntimeTarget,
    SecretReference,
    ToolCall,
)
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.registry import PROBES
from agentcore_probe.probes.run import Run
from agentcore_probe.secret import Secret
from tests.conftest import log_in
from tests.embedded import observed

LOCAL = Environment(name="local", local=LocalSetup())


@pytest.fixture
def no_aws_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the `aws` command."""
    monkeypatch.setenv("PATH", "/nonexistent")


def environment(told: Mapping[str, Any], **changes: Any) -> Environment:
    """An environment file's worth of facts for a running embedded AgentCore."""
    given = {
        "name": "t",
        "region": told["region"],
        "endpoints": {name: url for name, url in told["endpoints"].items() if name != "iam"},
        "runtime": RuntimeTarget(arn=told["runtime"]["arn"]),
        "gateway": GatewayTarget(url=told["gateway"]["url"], id=told["gateway"]["id"]),
    }
    return Environment(**{**given, **changes})


def run(told: Mapping[str, Any], where: Environment, *, keys: bool = True, secrets: Any = None) -> RunRecord:
    aws = told["aws"]
    given = (
        AwsKeys(aws["access_key_id"], Secret(aws["secret_access_key"], "aws secret key")) if keys else None
    )
    return Run(where, keys=given, secrets=secrets, source="embedded").observe()


def outcomes(record: RunRecord) -> dict[str, tuple[str | None, str]]:
    return {f.method: (f.observed, f.diagnosis.cause) for f in api.judge(record).findings}


def test_the_catalogue_asks_every_method() -> None:
    """No row without a probe, no probe without a row."""
    assert PROBES.keys() == {method.id for method in METHODS}


def test_local_shows_every_row_as_the_service_documents_it(no_aws_command: None) -> None:
    """JWT on both: what passes, what is refused, and why."""
    record = api.observe(Environment(name="local", local=LocalSetup()))
    assert outcomes(record) == {
        "gateway-jwt": ("accepted", "none"),
        "runtime-jwt": ("accepted", "none"),
        "runtime-sigv4": ("refused", "sigv4-on-jwt"),
        "runtime-cli": (None, "none"),
        "gateway-sigv4": ("refused", "sigv4-on-jwt"),
        "runtime-jwt-raw-arn": ("undecided", "arn-not-encoded"),
        "gateway-anonymous": ("refused", "credential-missing"),
        "runtime-anonymous": ("refused", "credential-missing"),
        "gateway-jwt-forged": ("refused", "signature-invalid"),
        "runtime-jwt-forged": ("refused", "signature-invalid"),
        "gateway-jwt-id-token": ("refused", "id-token-sent"),
        "runtime-jwt-id-token": ("refused", "id-token-sent"),
    }
    gateway = record.observation("gateway-jwt")
    assert gateway is not None
    assert gateway.facts["tools"] == [
        "echo-tool___echo",
        "echo-tool___ping",
        "x_amz_bedrock_agentcore_search",
    ]
    assert gateway.facts["pages"] == 2
    for method, status in (("runtime-jwt-raw-arn", 404), ("runtime-sigv4", 403), ("runtime-anonymous", 401)):
        exchange = record.exchange(f"{method}/1")
        assert exchange is not None
        assert exchange.response is not None
        assert exchange.response.status == status
    challenge = record.exchange("gateway-anonymous/1")
    assert challenge is not None
    assert challenge.response is not None
    assert (challenge.response.header("www-authenticate") or "").startswith("Bearer ")
    judgement = api.judge(record)
    assert judgement.verdict == "verified"
    raw = judgement.finding("runtime-jwt-raw-arn")
    assert raw is not None
    assert (raw.diagnosis.confidence, raw.diagnosis.evidence) == (
        "proven",
        ("runtime-jwt-raw-arn/1", "runtime-jwt/1"),
    )


def test_local_iam_turns_it_round() -> None:
    """IAM on both: signed calls pass, bearer tokens are refused."""
    record = observed(
        Environment(name="t", local=LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam"))
    )
    rows = outcomes(record)
    assert rows["runtime-sigv4"] == rows["gateway-sigv4"] == ("accepted", "none")
    assert rows["runtime-jwt"] == rows["gateway-jwt"] == ("refused", "bearer-on-iam")
    assert api.judge(record).verdict == "verified"


@pytest.mark.parametrize("protocol", ["MCP", "A2A", "AGUI"])
@pytest.mark.parametrize("authorizer", ["jwt", "iam"])
def test_each_protocol_is_told_from_configuration_and_spoken(protocol: Any, authorizer: Any) -> None:
    """The accepted way gets an answer of the agent's own protocol."""
    setup = LocalSetup(protocol=protocol, runtime_authorizer=authorizer)
    record = observed(Environment(name="t", local=setup))
    method = "runtime-jwt" if authorizer == "jwt" else "runtime-sigv4"
    assert outcomes(record)[method] == ("accepted", "none")
    observation, exchange = record.observation(method), record.exchange(f"{method}/1")
    assert observation is not None
    assert observation.facts["protocol"] == protocol
    assert exchange is not None
    assert exchange.response is not None
    mark = {"MCP": '"serverInfo"', "A2A": '"kind":"message"', "AGUI": "RUN_FINISHED"}[protocol]
    assert mark in exchange.response.body


def test_a_smoke_tool_is_called_when_the_environment_names_one() -> None:
    """Otherwise tools are only listed."""
    gateway = GatewayTarget(tool=ToolCall(name="echo-tool___ping"))
    record = observed(Environment(name="t", local=LocalSetup(), gateway=gateway))
    last = [each for each in record.exchanges if each.id.startswith("gateway-jwt/")][-1]
    assert last.step == "tools/call echo-tool___ping"
    assert last.response is not None
    assert "pong" in last.response.body


def test_the_stateless_version_is_spoken_without_a_handshake() -> None:
    """MCP 2026-07-28: no initialize, version and client in each request."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("gateway-stateless",))))
    steps = [each.step for each in record.exchanges if each.id.startswith("gateway-jwt/")]
    assert steps == ["tools/list page 1", "tools/list page 2"]
    assert outcomes(record)["gateway-jwt"] == ("accepted", "none")


def test_sessions_are_kept_when_they_are_on() -> None:
    """The id that initialize gives is sent along."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("gateway-sessions",))))
    page = next(each for each in record.exchanges if each.step == "tools/list page 1")
    assert page.request.header("mcp-session-id")


def test_client_credentials_give_a_token(
    agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, no_aws_command: None
) -> None:
    """The machine client's token: from the discovery document's token endpoint, refused by allowedClients."""
    identity = agentcore["identity"]
    monkeypatch.setenv("T_SECRET", identity["machine_client_secret"])
    where = environment(
        agentcore,
        identity=Identity(
            flow="client-credentials",
            client_id=identity["machine_client_id"],
            client_secret=SecretReference(source="env", name="T_SECRET"),
            scope="gateway/invoke",
        ),
    )
    record = run(agentcore, where)
    assert record.token is not None
    assert record.token.claims["scope"] == "gateway/invoke"
    assert outcomes(record)["runtime-jwt"] == ("refused", "client-not-allowed")


@pytest.mark.parametrize("source", ["env", "file", "command"])
def test_a_token_by_reference_is_used_as_it_is(
    agentcore: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: Any,
) -> None:
    """Any OIDC provider's token, from a variable, a file or a command."""
    token = log_in(agentcore)["AccessToken"]
    file = tmp_path / "token"
    file.write_text(f"{token}\n")
    script = tmp_path / "give"
    script.write_text(f"#!{sys.executable}\nprint(open({str(file)!r}).read())\n")
    script.chmod(stat.S_IRWXU)
    monkeypatch.setenv("T_TOKEN", token)
    name = {"env": "T_TOKEN", "file": str(file), "command": str(script)}[source]
    where = environment(
        agentcore, identity=Identity(flow="token", token=SecretReference(source=source, name=name))
    )
    record = run(agentcore, where, keys=False)
    assert outcomes(record)["runtime-jwt"] == ("accepted", "none")
    assert token.split(".")[2] not in record.model_dump_json()


def test_a_command_for_a_secret_ends_with_the_run(agentcore: Mapping[str, Any], tmp_path: Path) -> None:
    """And what it has started, too."""
    stop = threading.Event()
    store = SecretStore(Aws(environment(agentcore)), {}, stop)
    line = f"sleep 60 & echo $! > {tmp_path}/pid; wait"
    reference = SecretReference(source="command", name="/bin/sh", arguments=("-c", line))
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(InputError, match="command for the token failed"):
        store.read(reference, "token")
    assert time.monotonic() - begun < 5
    with contextlib.suppress(psutil.NoSuchProcess):
        child = psutil.Process(int((tmp_path / "pid").read_text()))
        psutil.wait_procs([child], timeout=3)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_an_unset_variable_is_bad_input_with_a_way_out(agentcore: Mapping[str, Any]) -> None:
    """Exit 2, and how to set it without showing it."""
    where = environment(
        agentcore,
        identity=Identity(flow="token", token=SecretReference(source="env", name="T_UNSET_VARIABLE")),
    )
    with pytest.raises(InputError, match="T_UNSET_VARIABLE.*is not set") as caught:
        run(agentcore, where)
    assert caught.value.exit_code == 2


def test_a_flow_that_lacks_a_key_is_bad_input(agentcore: Mapping[str, Any]) -> None:
    """The key is named."""
    with pytest.raises(EnvironmentFileError, match="needs username"):
        run(agentcore, environment(agentcore, identity=Identity()))


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any AWS credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_without_aws_credentials_the_jwt_rows_still_run(
    agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, no_credentials: None
) -> None:
    """The signed rows say why they were not tried; configuration is recorded as unreadable."""
    monkeypatch.setenv("T_TOKEN", log_in(agentcore)["AccessToken"])
    where = environment(
        agentcore, identity=Identity(flow="token", token=SecretReference(source="env", name="T_TOKEN"))
    )
    record = run(agentcore, where, keys=False)
    signed = record.observation("runtime-sigv4")
    assert signed is not None
    assert signed.not_tried == "no-aws-credentials"
    assert outcomes(record)["gateway-jwt"] == ("accepted", "none")
    assert record.configuration.runtime is not None
    assert record.configuration.runtime.unreadable == "NoCredentialsError"
    assert record.configuration.runtime.authorizer is None


def test_without_any_identity_nothing_is_concluded(
    agentcore: Mapping[str, Any], no_credentials: None
) -> None:
    """The anonymous rows run, and count for nothing without an accepted twin."""
    record = run(agentcore, environment(agentcore), keys=False)
    judgement = api.judge(record)
    assert judgement.verdict == "inconclusive"
    row = judgement.finding("runtime-anonymous")
    assert row is not None
    assert (row.outcome, row.reason) == ("not-testable", "no-accepted-twin")


def test_a_target_that_is_not_named_is_not_applicable(agentcore: Mapping[str, Any]) -> None:
    """No Gateway in the file: its rows do not count against the verdict."""
    record = run(agentcore, environment(agentcore, gateway=None))
    row = api.judge(record).finding("gateway-jwt")
    assert row is not None
    assert (row.outcome, row.reason) == ("not-applicable", "no-gateway")


def test_one_dead_host_does_not_hide_the_other_rows(agentcore: Mapping[str, Any]) -> None:
    """A Gateway that cannot be reached is an error of its rows alone."""
    gateway = GatewayTarget(url="http://127.0.0.1:1/mcp")
    record = run(agentcore, environment(agentcore, gateway=gateway))
    rows = outcomes(record)
    assert rows["gateway-anonymous"] == ("undecided", "connect-failure")
    assert rows["runtime-sigv4"] == ("refused", "sigv4-on-jwt")
    assert rows["runtime-anonymous"] == ("refused", "credential-missing")


FAKE_AWS = """#!{python}
import sys
if "--version" in sys.argv:
    print("aws-cli/2.0")
{body}
"""


def aws_command(folder: Path, body: str) -> None:
    path = folder / "aws"
    path.write_text(FAKE_AWS.format(python=sys.executable, body=body))
    path.chmod(stat.S_IRWXU)


def test_an_aws_that_does_not_know_agentcore_is_not_applicable(
    tmp_path: Path,
) -> None:
    """An old executable says "invalid choice"; that is no finding."""
    aws_command(tmp_path, "sys.stderr.write('aws: error: argument command: Invalid choice'); sys.exit(252)")
    record = observed(LOCAL, only="runtime-cli", path=str(tmp_path))
    observation = record.observation("runtime-cli")
    assert observation is not None
    assert observation.not_applicable == "aws-without-agentcore"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/opt/gone/python3\n", "aws-not-started"),
        ("\x7fELF, but not of this machine", "aws-not-started"),
        ("#!/bin/sh\nexit 1\n", "aws-broken"),
        ("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'awscli'\" >&2; exit 1\n", "aws-broken"),
    ],
)
def test_a_broken_aws_costs_its_own_row_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    """What a new Python leaves of an installed aws: no finding about the Runtime, and no other row is lost."""
    (tmp_path / "aws").write_text(script)
    (tmp_path / "aws").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    record = observed(Environment(name="t", local=LocalSetup()), path=f"{tmp_path}:/usr/bin:/bin")
    rows = {each.method: each for each in record.observations}
    assert rows["runtime-cli"].not_applicable == reason
    assert rows["runtime-jwt"].decision == rows["gateway-jwt"].decision == "accepted"


@pytest.mark.parametrize(
    ("script", "fault"), [("yes $(seq 1000)", "too-large"), ("yes >&2", "too-large"), ("sleep 60", "timeout")]
)
def test_an_aws_that_does_not_end_is_ended(tmp_path: Path, script: str, fault: str) -> None:
    """At its time limit, or when it has said more than is read; with its children."""
    (tmp_path / "aws").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "aws").chmod(stat.S_IRWXU)
    environment = Environment(name="t", local=LocalSetup(), limits=Limits(seconds=3))
    begun = time.monotonic()
    record = observed(environment, only="runtime-cli", path=f"{tmp_path}:/usr/bin:/bin")
    exchange = record.exchange("runtime-cli/1")
    assert exchange is not None
    assert exchange.fault is not None
    assert exchange.fault.kind == fault
    assert time.monotonic() - begun < 12


def test_the_secret_key_is_not_on_the_aws_command_line(
    tmp_path: Path,
) -> None:
    """It goes by the environment of that one process; the error's type is read from standard error."""
    aws_command(
        tmp_path,
        f"import os; open({str(tmp_path / 'seen')!r}, 'w').write(' '.join(sys.argv) + '|' + os.environ['AWS_SECRET_ACCESS_KEY'])\n"
        "sys.stderr.write('An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: Authorization method mismatch.'); sys.exit(255)",
    )
    record = observed(LOCAL, only="runtime-cli", path=str(tmp_path))
    line, secret = (tmp_path / "seen").read_text().split("|")
    assert secret
    assert secret not in line
    assert "--payload fileb://" in line
    assert outcomes(record)["runtime-cli"] == ("refused", "sigv4-on-jwt")


def test_an_unknown_method_is_bad_input() -> None:
    """The ids that exist are listed."""
    with pytest.raises(InputError, match="There are: gateway-jwt"):
        api.observe("local", only="nope")


def test_parallel_runs_give_the_same_findings_in_the_same_order() -> None:
    """Whatever finishes first."""
    records = [observed(LOCAL) for _ in range(3)]
    assert len({tuple(outcomes(record).items()) for record in records}) == 1
    assert all([each.method for each in record.observations] == [m.id for m in METHODS] for record in records)


def test_facts_of_tokens_and_configuration_are_plain_values(agentcore: Mapping[str, Any]) -> None:
    """What was read from AWS survives the record's JSON and back."""
    record = run(agentcore, environment(agentcore))
    again = RunRecord.model_validate_json(record.model_dump_json(by_alias=True))
    assert again.configuration == record.configuration
    assert isinstance(again.configuration, Configuration)
    assert again.token is None or isinstance(again.token, TokenFacts)


@pytest.mark.parametrize(
    ("factor", "status"),
    [("auth", 403), ("token", 401), ("arn-encoding", 404), ("session-id", 400), ("accept", 200)],
)
def test_one_factor_is_changed_because_somebody_wants_to_see(factor: str, status: int) -> None:
    """The pair differs in that factor alone, and the row keeps its own decision."""
    record = observed(LOCAL, only="runtime-jwt", change=factor)
    (again,) = record.experiments()
    first = record.exchange("runtime-jwt/1")
    assert first is not None
    assert again.response is not None
    assert again.response.status == status
    assert only(factor, first, again)
    assert record.observation("runtime-jwt").decision == "accepted"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("only", "factor", "says"),
    [
        ("runtime-jwt", "nope", "no factor 'nope'"),
        (None, "auth", "--only METHOD"),
    ],
)
def test_a_change_that_cannot_be_made_is_told(only: str | None, factor: str, says: str) -> None:
    """What, and what else there is."""
    with pytest.raises(InputError, match=says) as caught:
        api.observe(LOCAL, only=only, change=factor)
    assert caught.value.exit_code == 2


def test_a_factor_that_this_run_cannot_change_is_told() -> None:
    """The Runtime's own region is the one that was called."""
    with pytest.raises(InputError, match="region cannot be changed here"):
        observed(LOCAL, only="runtime-jwt", change="region")
