"""`--share`: no file contains a name; the facts stay, and mean the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import ReportError
from agentcore_probe.model.embedded_record import read_embedded_record
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, ToolCall
from agentcore_probe.model.record import RunRecord
from agentcore_probe.sharing import patterns, share_record
from agentcore_probe.sharing.pseudonyms import Pseudonyms
from tests.conftest import Command
from tests.embedded import observed, recorded

NAMES = re.compile(
    r"acme|taro|山田|u5c71|yamada|4711|10\.20\.30|203\.0\.113|AROA1234|AKIA1234|vpce-0123|1234-?5678-?9012|55555555|fe80::1",
    re.I,
)
"""The names that `with_names` adds."""


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run against the embedded AgentCore."""
    return recorded(LocalSetup())


def with_names(record: RunRecord) -> RunRecord:
    """The record as one of an AWS account, with names in every field that can contain one."""
    facts = record.facts()
    environment, configuration = facts["environment"], facts["configuration"]
    environment.pop("local")
    environment |= {
        "name": "acme-prod",
        "profile": "acme-payroll",
        "role_arn": "arn:aws-us-gov:iam::123456789012:role/acme/eu/AcmeProbe",
        "external_id": "acme-4711",
        "mfa_serial": "arn:aws-us-gov:iam::123456789012:mfa/taro",
        "source_profile": "acme-base",
        "record": "/home/taro/acme.json",
    }
    environment["identity"] |= {
        "password": {
            "source": "secretsmanager",
            "name": "acme/prod/probe",
            "key": "acme-key",
            "arguments": [],
        },
        "client_secret": {"source": "env", "name": "ACME_CLIENT_SECRET", "arguments": []},
        "token": {
            "source": "command",
            "name": "aws",
            "arguments": ["ssm", "get-parameter", "--region", "us-east-1", "--name", "/acme/token"],
        },
        "username": "taro",
        "scope": "acme-api/invoke openid",
    }
    environment["runtime"]["payload"] = {"acme_customer": "Taro Yamada"}
    environment["gateway"] = {
        "url": "https://acme-gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
        "tool": {"name": "acme-target___acme_tool", "arguments": {"customer": "acme"}},
    }
    environment["expect"] = {
        "runtime-sigv4": {"decision": "refused", "reason": "ACME ticket SEC-4711, ask Yamada"}
    }
    facts["provenance"] |= {
        "source": "aws",
        "caller": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AcmeAdmin_0123456789abcdef/taro@acme.co.jp",
        "notes": [
            "User: arn:aws:sts::123456789012:assumed-role/AcmeAdmin/taro.yamada is not authorized on "
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/prod/probe-AbCdEf and "
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/bedrock-agentcore/runtimes/acme and "
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_Acme_0a",
            "acme-logs-123456789012 at https://acme-logs.s3.us-east-1.amazonaws.com/acme/x.json from 203.0.113.77.",
        ],
    }
    rules = configuration["runtime"]["authorizer"]["jwt"]
    rules["workload_binding"] = ["acme-gateway"]
    configuration["gateway"]["targets"][0] |= {
        "name": "acme-target",
        "status_reasons": [
            "arn:aws:lambda:us-east-1:123456789012:function:acme-payroll-fn cannot be reached"
        ],
    }
    configuration["user_pools"] = [
        {
            "id": "us-east-1_Acme4711",
            "domain": "login.acme.co.jp",
            "registered_scopes": ["acme-api/read", "openid"],
            "client_metadata_policies": [
                {
                    "id": "acme4711",
                    "name": "acme clients",
                    "client_id": "acmeclient123",
                    "url_patterns": ["https://mcp.acme.co.jp/acme/*"],
                }
            ],
        },
        {"id": "us-east-1_Acme4712", "domain": "acme-login"},
    ]
    configuration["issuers"][0]["issuer"] = "https://acme.okta.com/oauth2/ausacme1234567"
    for token in (
        facts["token"],
        *(exchange["token"] for exchange in facts["exchanges"] if "token" in exchange),
    ):
        token["header"]["kid"] = "AcmeKid0123456789"
        token["claims"] |= {
            "cognito:groups": ["acme-admins", "aws", "runtime"],
            "custom:who": "山田太郎",
            "custom:tenant": "acme-tenant-42",
            "custom:number": 4711,
            "tid": "55555555-2222-3333-4444-555555555555",
            "roles": ["AcmeRole"],
            "https://acme.example.net/mail": "taro@acme.co.jp",
            "address": {"locality": "acme-town"},
        }
    exchanges = {exchange["id"]: exchange for exchange in facts["exchanges"]}
    refused = exchanges["gateway-anonymous/1"]
    refused["response"]["headers"] |= {
        "via": "1.1 proxy01.corp.acme.local (squid), 1.1 acme-proxy02, 1.1 runtime, 1.1 aws",
        "location": "https://login.acme.co.jp/?user=taro&tenant=AcmeCo",
        "x-forwarded-for": "10.20.30.40",
        "server": "acme-edge-01",
        "x-acme": "taro",
    }
    refused["response"]["body"] = (
        '{"error": "denied for taro.yamada@acme.co.jp from 203.0.113.77 and fe80::1 by proxy02.corp.acme.local; '
        "AROA1234567890ABCDEFG:taro.yamada; vpce-0123456789abcdef0-acmeab12; AKIA1234567890ABCDEF; 1234-5678-9012; "
        '\\u5c71\\u7530\\u592a\\u90ce; user=taro%40acme.co.jp"}'
    )
    refused["request"]["headers"]["Host"] = "internal.acme.example:8443"
    accepted = exchanges["runtime-jwt/1"]
    accepted["request"]["body"] = '{"prompt": "Dear Taro", "acme": {"deep": "Yamada"}}'
    accepted["response"]["body"] = (
        'event: message\ndata: {"result": {"acme": "Taro"}, "message": "ACME"}\n\n: taro'
    )
    return RunRecord.model_validate(facts)


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and content of every file below, and of the record in each page.

    The packed record is left out: four letters of Base64 may be a name by chance.
    """
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_text("utf-8")
        yield path.name, re.sub(r'(id="record">)[^<]*', r"\1", text)
        if path.suffix == ".html":
            yield f"the record in {path.name}", read_embedded_record(text, where=path.name)


def test_no_name_is_in_any_file(
    command_here: Command, project: Path, tmp_path: Path, record: RunRecord
) -> None:
    """Page, the record in it, notebook, record, badge, exports, terminal."""
    named = with_names(record)
    source = tmp_path / "acme.json"
    source.write_text(store.record_text(named, api.judge(named)))
    assert len(NAMES.findall(source.read_text())) > 40
    out = tmp_path / "out"
    result = command_here(
        "report", "--from", str(source), "--share", "--lang", "en,ja", "--out", str(out),
        "--markdown", str(out / "a.md"), "--junit", str(out / "a.xml"),
        "--sarif", str(out / "a.sarif"), "--json-summary", str(out / "a.json"), "--github",
    )  # fmt: skip
    assert result.returncode in (0, 1), result.stderr
    files = dict(texts(out))
    assert len(files) == 9
    for name, text in {**files, "terminal": result.stdout}.items():
        assert NAMES.findall(text) == [], name


def test_aws_s_own_words_stay(record: RunRecord) -> None:
    """Regions, partitions, services and paths, whatever the names are."""
    shared = share_record(with_names(record))
    assert shared.environment.runtime is not None
    assert shared.environment.runtime.arn.startswith("arn:aws:bedrock-agentcore:us-east-1:")
    assert shared.environment.home_region == "us-east-1"
    exchange = shared.exchange("runtime-jwt/1")
    assert exchange is not None
    assert "/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A" in exchange.request.url


def test_no_identifier_of_the_run_survives(record: RunRecord) -> None:
    """Every word with a digit that occurs in both records is a public one."""

    def words(record: RunRecord) -> set[str]:
        tokens = re.findall(r"[A-Za-z0-9_]{8,}", json.dumps(record.facts()))
        return {token for token in tokens if re.search(r"\d", token) and re.search("[A-Za-z]", token)}

    public = re.compile(r"\d{8}T\d{6}Z|aws4_request|3Abedrock|3Aruntime|require_mmdsv2")
    in_both = words(record) & words(share_record(record)) - {record.provenance.revision}
    assert {word for word in in_both if not public.fullmatch(word)} == set()


@pytest.mark.parametrize(
    "setup",
    [
        LocalSetup(faults=("service-clock-ahead", "gateway-target-failed", "endpoint-renamed")),
        LocalSetup(faults=("runtime-claim-rule",)),
        *(
            pytest.param(setup, marks=pytest.mark.slow)
            for setup in (
                LocalSetup(),
                LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam"),
                LocalSetup(faults=("control-plane-denied",)),
                LocalSetup(faults=("login-wrong-password",)),
                LocalSetup(faults=("wire-portal",)),
            )
        ),
    ],
    ids=lambda setup: ",".join(setup.faults) or setup.runtime_authorizer,
)
def test_a_shared_record_is_judged_the_same(setup: LocalSetup) -> None:
    """Findings with their causes and confidences, conclusions, checklist and verdict."""

    def meaning(record: RunRecord) -> Any:
        judgement = api.judge(record)
        rows = [
            (f.method, f.observed, f.expected, f.outcome, f.diagnosis.cause, f.diagnosis.confidence)
            for f in judgement.findings
        ]
        items = [(item.id, item.done) for item in judgement.checklist]
        conclusions = [(conclusion.claim, conclusion.shown) for conclusion in judgement.conclusions]
        return rows, items, conclusions, judgement.verdict, judgement.not_tried

    gateway = GatewayTarget(tool=ToolCall(name="echo-tool___echo", arguments={"text": "x"}))
    record = observed(Environment(name="t", local=setup, gateway=gateway))
    assert meaning(share_record(record)) == meaning(record)


@pytest.mark.parametrize(
    "text",
    [
        "OAuth authorization failed: Claim 'client_id' value mismatch with configuration.",
        "Unsupported MCP protocol version: 2024-11-05. Supported versions: 2025-06-18, 2025-03-26",
        "Signature expired: 20261129T202826Z is now earlier than 20261129T203300Z (20261129T203800Z - 5 min.)",
        "Value at 'runtimeSessionId' failed to satisfy constraint: Member must have length less than or equal to 256",
        "1 validation error detected: no identity-based policy allows the bedrock-agentcore:InvokeGateway action",
        "[Errno -2] Name or service not known",
    ],
)
def test_sentences_of_the_services_stay(text: str) -> None:
    """They explain a finding."""
    assert Pseudonyms().share_text(text) == text


def test_a_session_id_that_ends_with_twelve_digits_keeps_a_valid_length() -> None:
    """It looks like the name of a bucket, too. A short pseudonym would be another cause."""
    pseudonyms, session = Pseudonyms(), "c993992a-1b05-4aaf-97c7-123456789012"
    patterns.collect_names(session, pseudonyms)
    assert len(pseudonyms.replace_names(session)) == 36


def test_words_that_may_be_names_are_omitted_from_free_texts() -> None:
    """Nothing registered them."""
    text = "denied by policy acme-deny-all (AcmeDeniedException), see SEC-4711, ask Taro, group acme_finance_eu on acme-vm-17"
    assert Pseudonyms().share_text(text) == "denied by policy … (…), see …, … …, group … on …"


def test_controls_that_were_not_sent_stay_named(record: RunRecord) -> None:
    """Their ids and reasons are this program's; any other text in their places is left out."""
    untried: dict[str, Any] = {
        "hs512-pkcs1-stripped": "few-controls",
        "embedded-x5c": "no-answer",
        "expired": "token-not-expired",
    }
    foreign = {"acme": "few-controls", "kid-missing": "acme", "kid-unknown": ["acme"]}
    observations = tuple(
        row.model_copy(update={"facts": {**row.facts, "untried": {**untried, **foreign}}})
        if row.method == "gateway-jwt-forged"
        else row
        for row in record.observations
    )
    original = record.model_copy(update={"observations": observations})
    shared = share_record(original)
    row = shared.observation("gateway-jwt-forged")
    assert row is not None
    assert row.facts["untried"] == untried


def test_each_shared_record_has_its_own_pseudonyms(record: RunRecord) -> None:
    """The same throughout a record, different in the next: two records cannot be correlated."""
    one, other = share_record(record), share_record(record)
    assert one.provenance.account != other.provenance.account
    assert one.environment.runtime is not None
    assert one.provenance.account == one.environment.runtime.arn.split(":")[4]
    assert one.token is not None
    assert one.configuration.client is not None
    assert one.token.claims["client_id"] == one.configuration.client.client_id


def test_a_name_that_occurs_in_the_text_of_a_refusal_is_not_replaced_silently() -> None:
    """Replacing it would change the cause: an error, and no file."""
    setup = LocalSetup(faults=("control-plane-denied",), gateway_authorizer="iam")
    facts = observed(Environment(name="t", local=setup)).facts()
    text = json.dumps(facts).replace("Authorization method mismatch", "Requires OAuth Bearer token")
    facts = json.loads(text)
    share_record(RunRecord.model_validate(facts))
    facts["environment"]["identity"]["username"] = "Requires"
    with pytest.raises(ReportError, match="without its names"):
        share_record(RunRecord.model_validate(facts))


@pytest.mark.parametrize(
    ("host", "shared"),
    [
        ("bedrock-agentcore-fips.us-east-1.api.aws", r"bedrock-agentcore-fips\.us-east-1\.api\.aws"),
        ("bedrock-agentcore.eusc-de-east-1.amazonaws.eu", r"bedrock-agentcore\.eusc-de-east-1\.amazonaws\.eu"),
        (
            "vpce-0123456789abcdef0-acme1234-us-east-1a.gateway.bedrock-agentcore.us-east-1.vpce.amazonaws.com",
            r"vpce-(?!0123)[0-9a-f]+\.gateway\.bedrock-agentcore\.us-east-1\.vpce\.amazonaws\.com",
        ),
        ("acme-gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.api.aws", r"(?!acme)[\w-]+\.gateway\.bedrock-.*"),
        ("mcp.acme.example", r"(?!mcp\.acme)[a-z]+\.example\.com"),
    ],
)  # fmt: skip
def test_the_kind_of_a_host_stays(host: str, shared: str) -> None:
    """What AWS calls its hosts is public in every partition; ids and own domains are not."""
    pseudonyms, url = Pseudonyms(), f"https://{host}/mcp"
    patterns.collect_names(url, pseudonyms)
    assert re.fullmatch(rf"https://{shared}/mcp", pseudonyms.replace_names(url))


def test_a_run_of_an_a2a_agent_keeps_its_findings() -> None:
    """Its answers are still recognized, the card and the session's endpoint included, and the agent's words are gone."""
    entrances = ("runtime-command", "runtime-agent-card", "runtime-session-endpoint")
    setup = LocalSetup(protocol="A2A", allowed_ports=(8080,))
    record = observed(Environment(name="t", local=setup, entrances=entrances), controls="few")
    shared = share_record(record)
    assert {row.method: row.outcome for row in api.judge(shared).findings} == {
        row.method: row.outcome for row in api.judge(record).findings
    }
    bodies = [exchange.response.body for exchange in shared.exchanges if exchange.response is not None]
    assert not [body for body in bodies if "Hello" in body or "embedded agent" in body]
