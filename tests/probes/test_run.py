"""A run against the embedded AgentCore: every access method, every protocol, every way to get a token."""

from __future__ import annotations

import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.access.aws import AwsKeys
from agentcore_probe.errors import EnvironmentFileError, InputError
from agentcore_probe.judge.factors import differ_only_in
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, RuntimeTarget, ToolCall
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.methods import METHODS, is_invocation
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.run import Run
from agentcore_probe.secret import Secret
from tests.access.servers import http_answer, recording
from tests.conftest import log_in
from tests.embedded import observed, started

LOCAL = Environment(name="local", local=LocalSetup())


@pytest.fixture
def no_aws_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the `aws` command."""
    monkeypatch.setenv("PATH", "/nonexistent")


def environment(service: Mapping[str, Any], **changes: Any) -> Environment:
    """An environment for a running embedded AgentCore."""
    fields = {
        "name": "t",
        "region": service["region"],
        "endpoints": dict(service["endpoints"]),
        "runtime": RuntimeTarget(arn=service["runtime"]["arn"]),
        "gateway": GatewayTarget(url=service["gateway"]["url"], id=service["gateway"]["id"]),
    }
    return Environment(**{**fields, **changes})


def run(
    service: Mapping[str, Any], where: Environment, *, keys: bool = True, secrets: Any = None
) -> RunRecord:
    aws = service["aws"]
    pair = AwsKeys(aws["access_key_id"], Secret(aws["secret_access_key"], "aws secret key"))
    return Run(where, keys=pair if keys else None, secrets=secrets, controls="few").observe()


def outcomes(record: RunRecord) -> dict[str, tuple[str | None, str]]:
    """Decision and cause of each method."""
    return {f.method: (f.observed, f.diagnosis.cause) for f in api.judge(record).findings}


def test_an_unread_discovery_document_is_not_one_without_a_token_endpoint() -> None:
    """The reason of the rows that need a token says which it is; the answers came from this machine."""
    with recording([], http_answer(b"", status="404 Not Found")) as url:
        record = Run(
            Environment(
                name="t",
                region="us-east-1",
                gateway=GatewayTarget(id="gw-abcdefghij", url=f"{url}mcp"),
                identity=Identity(
                    flow="client-credentials",
                    client_id="c",
                    client_secret=SecretReference(source="embedded", name="client_secret"),
                    discovery_url=f"{url}.well-known/openid-configuration",
                ),
                endpoints={"bedrock-agentcore-control": url, "sts": url},
            ),
            keys=AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key")),
            secrets={"client_secret": Secret("client-secret-value", "client secret")},
        ).observe()
    observation = record.observation("gateway-jwt")
    assert observation is not None
    assert observation.not_tried == "discovery-unreadable"
    assert record.provenance.source == "loopback"


def test_every_method_is_answered_as_documented(no_aws_command: None) -> None:
    """With JWT on both targets: what is accepted, what is refused, and why."""
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


def test_iam_authorizers_accept_signatures_instead_of_tokens() -> None:
    """With IAM on both targets."""
    record = observed(
        Environment(name="t", local=LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam")),
        controls="few",
    )
    rows = outcomes(record)
    assert rows["runtime-sigv4"] == rows["gateway-sigv4"] == ("accepted", "none")
    assert rows["runtime-jwt"] == rows["gateway-jwt"] == ("refused", "bearer-on-iam")
    assert api.judge(record).verdict == "verified"


@pytest.mark.parametrize("protocol", ["MCP", "A2A", "AGUI"])
@pytest.mark.parametrize("authorizer", ["jwt", pytest.param("iam", marks=pytest.mark.slow)])
def test_the_deployed_protocol_is_the_one_that_is_sent(protocol: Any, authorizer: Any) -> None:
    """The accepted method gets an answer in the agent's protocol."""
    setup = LocalSetup(protocol=protocol, runtime_authorizer=authorizer)
    record = observed(Environment(name="t", local=setup), controls="few")
    method = "runtime-jwt" if authorizer == "jwt" else "runtime-sigv4"
    assert outcomes(record)[method] == ("accepted", "none")
    observation, exchange = record.observation(method), record.exchange(f"{method}/1")
    assert observation is not None
    assert observation.facts["protocol"] == protocol
    assert exchange is not None
    assert exchange.response is not None
    marker = {"MCP": '"serverInfo"', "A2A": '"kind":"message"', "AGUI": "RUN_FINISHED"}[protocol]
    assert marker in exchange.response.body


def test_the_tool_that_the_environment_names_is_called() -> None:
    """Without one, tools are only listed."""
    gateway = GatewayTarget(tool=ToolCall(name="echo-tool___ping"))
    record = observed(Environment(name="t", local=LocalSetup(), gateway=gateway), controls="few")
    conversation = [exchange for exchange in record.exchanges if exchange.id.startswith("gateway-jwt/")]
    last = [exchange for exchange in conversation if exchange.control is None][-1]
    assert last.step == "tools/call echo-tool___ping"
    assert last.response is not None
    assert "pong" in last.response.body


def test_the_stateless_version_has_no_handshake() -> None:
    """MCP 2026-07-28 has no `initialize`; version and client are in each request."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("gateway-stateless",))), controls="few")
    steps = [exchange.step for exchange in record.exchanges if exchange.id.startswith("gateway-jwt/")]
    repeated = "tools/list page 1"
    assert steps == ["tools/list page 1", "tools/list page 2", repeated]
    assert outcomes(record)["gateway-jwt"] == ("accepted", "none")


def test_the_session_of_a_gateway_is_continued() -> None:
    """The id in the answer to `initialize` is in the following requests."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("gateway-sessions",))), controls="few")
    page = next(exchange for exchange in record.exchanges if exchange.step == "tools/list page 1")
    assert page.request.header("mcp-session-id")


def test_client_credentials_give_a_token(
    agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, no_aws_command: None
) -> None:
    """From the token endpoint of the discovery document; `allowedClients` refuses the machine client's token."""
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


@pytest.mark.parametrize(
    ("faults", "reason"), [((), None), (("client-secret-denied",), "client-secret-denied")]
)
def test_a_secret_that_cognito_keeps_in_secrets_manager_is_read_there(
    no_aws_command: None, faults: tuple[str, ...], reason: str | None
) -> None:
    """The file names none (ClientSecretArn); a denial is the reason, and never "no secret"."""
    with started(LocalSetup(faults=faults, cognito="2026")) as service:
        identity = Identity(
            flow="client-credentials",
            client_id=service["identity"]["machine_client_id"],
            discovery_url=service["identity"]["discovery_url"],
        )
        record = run(service, environment(service, identity=identity))
    observation = record.observation("runtime-jwt")
    assert observation is not None
    assert observation.not_tried == reason
    assert (record.token is None) is (reason is not None)
    assert record.configuration.client is not None
    assert record.configuration.client.has_secret is True
    ids = {finding.id for finding in api.judge(record).configuration}
    assert not ids & {"login-needs-secret", "login-secret-missing"}


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


def test_an_unset_variable_is_an_input_error_with_a_hint(agentcore: Mapping[str, Any]) -> None:
    """Exit code 2, and how to set the variable without showing it."""
    where = environment(
        agentcore,
        identity=Identity(flow="token", token=SecretReference(source="env", name="T_UNSET_VARIABLE")),
    )
    with pytest.raises(InputError, match="T_UNSET_VARIABLE.*is not set") as caught:
        run(agentcore, where)
    assert caught.value.exit_code == 2


def test_a_flow_without_a_key_that_it_needs_is_an_input_error(agentcore: Mapping[str, Any]) -> None:
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
    """The signed methods have a reason why they were not tried; the configuration is recorded as unreadable."""
    monkeypatch.setenv("T_TOKEN", log_in(agentcore)["AccessToken"])
    where = environment(
        agentcore, identity=Identity(flow="token", token=SecretReference(source="env", name="T_TOKEN"))
    )
    record = run(agentcore, where, keys=False)
    signed = record.observation("runtime-sigv4")
    assert signed is not None
    assert signed.not_tried == "aws-credentials-missing"
    assert outcomes(record)["gateway-jwt"] == ("accepted", "none")
    assert record.configuration.runtime is not None
    assert record.configuration.runtime.unreadable == "aws-credentials-missing"
    assert record.configuration.runtime.authorizer is None


def test_without_any_identity_nothing_is_concluded(
    agentcore: Mapping[str, Any], no_credentials: None
) -> None:
    """The anonymous methods are tried, but prove nothing without an accepted counterpart."""
    record = run(agentcore, environment(agentcore), keys=False)
    judgement = api.judge(record)
    assert judgement.verdict == "inconclusive"
    row = judgement.finding("runtime-anonymous")
    assert row is not None
    assert (row.outcome, row.reason) == ("not-testable", "no-accepted-twin")


def test_methods_of_a_target_that_the_environment_does_not_have_do_not_apply(
    agentcore: Mapping[str, Any],
) -> None:
    """Without a Gateway in the file, its methods do not count against the verdict."""
    record = run(agentcore, environment(agentcore, gateway=None))
    row = api.judge(record).finding("gateway-jwt")
    assert row is not None
    assert (row.outcome, row.reason) == ("not-applicable", "no-gateway")


def test_an_unreachable_host_affects_only_its_own_methods(agentcore: Mapping[str, Any]) -> None:
    """Those of the Runtime have their usual results."""
    gateway = GatewayTarget(url="http://127.0.0.1:1/mcp")
    record = run(agentcore, environment(agentcore, gateway=gateway))
    rows = outcomes(record)
    assert rows["gateway-anonymous"] == ("undecided", "connect-failure")
    assert rows["runtime-sigv4"] == ("refused", "sigv4-on-jwt")
    assert rows["runtime-anonymous"] == ("refused", "credential-missing")


def test_an_unknown_method_is_an_input_error() -> None:
    """The hint lists the existing ids."""
    with pytest.raises(InputError, match="Use one of: gateway-jwt"):
        api.observe("local", only="nope")


@pytest.mark.slow
def test_parallel_runs_give_the_same_findings_in_the_same_order() -> None:
    """Whichever method finishes first."""
    records = [observed(LOCAL) for _ in range(3)]
    assert len({tuple(outcomes(record).items()) for record in records}) == 1
    methods = [method.id for method in METHODS if is_invocation(method)]
    assert all([row.method for row in record.observations] == methods for record in records)


def test_facts_of_tokens_and_configuration_are_plain_values(agentcore: Mapping[str, Any]) -> None:
    """They survive the record's JSON and back."""
    record = run(agentcore, environment(agentcore))
    again = RunRecord.model_validate_json(record.model_dump_json(by_alias=True))
    assert again.configuration == record.configuration
    assert isinstance(again.configuration, Configuration)
    assert again.token is None or isinstance(again.token, TokenFacts)


@pytest.mark.parametrize(
    ("factor", "status"),
    [
        ("auth", 403),
        ("token", 401),
        ("arn-encoding", 404),
        ("identifier-form", 200),
        ("session-id", 400),
        ("accept", 200),
    ],
)
def test_the_user_can_have_one_factor_changed(factor: str, status: int) -> None:
    """The two requests differ only in that factor, and the method keeps its own decision."""
    record = observed(LOCAL, only="runtime-jwt", change=factor)
    (again,) = record.experiments()
    first = record.exchange("runtime-jwt/1")
    assert first is not None
    assert again.response is not None
    assert again.response.status == status
    assert differ_only_in(factor, first, again)
    assert record.observation("runtime-jwt").decision == "accepted"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("only", "factor", "says"),
    [
        ("runtime-jwt", "nope", "unknown factor 'nope'"),
        (None, "auth", "--only METHOD"),
    ],
)
def test_an_invalid_change_is_an_input_error(only: str | None, factor: str, says: str) -> None:
    """The message names the problem."""
    with pytest.raises(InputError, match=says) as caught:
        api.observe(LOCAL, only=only, change=factor)
    assert caught.value.exit_code == 2


def test_a_factor_that_this_run_cannot_change_is_an_input_error() -> None:
    """The region cannot be changed where the Runtime's own region was called."""
    with pytest.raises(
        InputError,
        match="region cannot be changed: the request already goes to .* can be changed in: arn-encoding, ",
    ):
        observed(LOCAL, only="runtime-jwt", change="region")


def test_a_gateway_whose_url_cannot_be_known_is_not_a_missing_one(
    agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without AWS credentials, an id says nothing about an emulator's address."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    gateway = GatewayTarget(id=agentcore["gateway"]["id"])
    record = run(agentcore, environment(agentcore, gateway=gateway), keys=False)
    observation = record.observation("gateway-anonymous")
    assert observation is not None
    assert observation.not_tried == "gateway-url-unknown"


def test_a_gateway_is_called_at_its_own_domain_and_read_by_its_id(agentcore: Mapping[str, Any]) -> None:
    """The rows have predictions, and every call goes to the URL of the file."""
    url = agentcore["gateway"]["url"].replace("127.0.0.1", "localhost")
    gateway = GatewayTarget(id=agentcore["gateway"]["id"], url=url)
    record = run(agentcore, environment(agentcore, gateway=gateway, runtime=None))
    findings = {finding.method: finding for finding in api.judge(record).findings}
    assert findings["gateway-sigv4"].diagnosis.cause == "sigv4-on-jwt"
    assert findings["gateway-sigv4"].expected == "refused"
    called = {exchange.request.url for exchange in record.exchanges if exchange.purpose == "gateway"}
    assert url in called
    assert not any("127.0.0.1" in address for address in called)
