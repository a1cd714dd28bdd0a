"""One question about each fault of the embedded AgentCore: the cause that a full run finds, in a few requests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from agentcore_probe import api
from agentcore_probe.environments.asking import Asked, read_question
from agentcore_probe.judge.asked import explain_asked, is_fine, next_diagnosis
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.judgement import Explanation
from agentcore_probe.model.record import RunRecord
from tests.conftest import log_in
from tests.embedded import started
from tests.judge.test_faults import EXPECTED, IAM

GENUINE = ("runtime-jwt", "gateway-jwt", "runtime-sigv4", "gateway-sigv4", "runtime-jwt-raw-arn")
ELSEWHERE = {
    "refuses-everything": "refused-unexplained",
    "accepts-everything": "open-endpoint",
    "takes-anonymous": "open-endpoint",
    "tools-list-open": "open-endpoint",
    "open-after-first-accepted": "cached-authorization",
    "wire-wrong-length": "open-endpoint",
    "wire-bad-utf8": "open-endpoint",
    "wire-deep-json": "open-endpoint",
    # A question reads no resource policy, which alone settles these refusals.
    "denied-by-policy": "refused-unexplained",
    "gateway-policy-denies": "refused-unexplained",
    "runtime-policy-names-role": "refused-unexplained",
}
"""Faults that a full run's table shows in a control's row, with the cause that the call and its anonymous twin have."""
ENTRANCES = frozenset({"ws-presigned-late"})
"""Faults of an entrance that are in the table by the row of another."""
CAUSES = {
    fault: cause if row in GENUINE and fault not in ELSEWHERE else ELSEWHERE.get(fault, "none")
    for fault, (row, _, cause) in EXPECTED.items()
    if not fault.startswith("login-")  # no question logs in
    and fault not in ENTRANCES  # or calls a further entrance
}
"""Fault -> the cause that one question finds: none, where only controls show it that are not sent."""
UNREAD = {
    **dict.fromkeys(
        ("endpoint-just-created", "deploying", "runtime-updating", "runtime-failed", "endpoint-renamed"),
        "runtime-not-found",
    ),
    "gateway-target-failed": "none",
    "gateway-stateless": "protocol-version-unsupported",
    "gateway-authenticate-only": "none",
    "gateway-interceptor-alone": "none",
}
"""The cause of faults that only the deployed configuration tells apart, where it is not read."""
QUICK = (
    "runtime-other-client",
    "gateway-other-client",
    "runtime-scope-rule",
    "endpoint-renamed",
    "tools-list-open",
)
ENDLESS = ("wire-hang", "wire-drip", "wire-endless-events")


def target_of(fault: str) -> str:
    return EXPECTED[fault][0].partition("-")[0]


@contextmanager
def with_account(ready: Mapping[str, Any], folder: Path) -> Iterator[None]:
    """Variables and files as a user has them: a profile `probe`, and a token."""
    aws, urls = ready["aws"], ready["endpoints"]
    session = f"aws_session_token = {aws['session_token']}\n" if aws["session_token"] else ""
    (folder / "config").write_text("[profile probe]\nregion = us-east-1\n")
    (folder / "credentials").write_text(
        f"[probe]\naws_access_key_id = {aws['access_key_id']}\n"
        f"aws_secret_access_key = {aws['secret_access_key']}\n{session}"
    )
    variables = {
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE": urls["bedrock-agentcore"],
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": urls["bedrock-agentcore-control"],
        "AWS_ENDPOINT_URL_STS": urls["sts"],
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": urls["cognito-idp"],
        "T_TOKEN": log_in(ready)["AccessToken"],
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


def asked(fault: str, folder: Path, *, reads: bool, **setup: Any) -> tuple[RunRecord, Explanation]:
    """The record and the explanation of one question about a fault.

    Args:
        fault: its name.
        folder: for AWS's files.
        reads: whether the deployed configuration is read.
        setup: of the embedded AgentCore.
    """
    signs = "sigv4" in EXPECTED[fault][0]
    authorizer = "iam" if fault in IAM else "jwt"
    local = LocalSetup(
        **{"runtime_authorizer": authorizer, "gateway_authorizer": authorizer, "faults": (fault,), **setup}
    )
    with started(local) as ready, with_account(ready, folder):
        arn, gateway = ready["runtime"]["arn"], ready["gateway"]
        if target_of(fault) == "gateway":
            target = arn.split(":runtime/")[0] + f":gateway/{gateway['id']}" if reads else gateway["url"]
        else:
            url = ready["endpoints"]["bedrock-agentcore"]
            target = arn if reads else f"{url}/runtimes/{quote(arn, safe='')}/invocations"
        options = Asked(
            token=None if signs else {"env": "T_TOKEN"},
            profile="probe" if signs or reads else None,
            region="us-east-1" if target_of(fault) == "gateway" else None,
            seconds=1.5 if fault in ENDLESS else 10,
        )
        record = api.ask(read_question(target, options, str))
    return record, explain_asked(record, api.judge(record))


def check(fault: str, record: RunRecord, explanation: Explanation, cause: str) -> None:
    """The cause, the number of requests, and that only what is fine is called so."""
    assert explanation.diagnosis.cause == cause
    limit = 6 if target_of(fault) == "runtime" else 12
    assert sum(exchange.was_sent for exchange in record.exchanges) <= limit
    assert all(exchange.was_sent for exchange in record.exchanges)
    harmless = ("none", "authenticate-only")
    assert is_fine(record, api.judge(record)) == (explanation.decision == "accepted" and cause in harmless)


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in CAUSES]
)
def test_a_question_finds_the_cause_that_a_run_finds(fault: str, tmp_path: Path) -> None:
    """With a profile by which the deployed configuration is read."""
    check(fault, *asked(fault, tmp_path, reads=True), CAUSES[fault])


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in CAUSES]
)
def test_a_question_needs_no_configuration(fault: str, tmp_path: Path) -> None:
    """With a token alone, except for what only the configuration tells apart."""
    check(fault, *asked(fault, tmp_path, reads=False), UNREAD.get(fault, CAUSES[fault]))


@pytest.mark.parametrize("protocol", ["MCP", "A2A", "AGUI"])
@pytest.mark.parametrize("reads", [True, False])
def test_a_runtime_of_any_protocol_is_asked_in_it(protocol: str, reads: bool, tmp_path: Path) -> None:
    """As it is deployed, or as its refusal of the anonymous call shows it; the file then says it."""
    record, explanation = asked("version-behind", tmp_path, reads=reads, protocol=protocol)
    assert (explanation.diagnosis.cause, explanation.decision) == ("none", "accepted")
    limit = 6 if protocol == "AGUI" else 12
    assert sum(exchange.was_sent for exchange in record.exchanges) <= limit
    raw = record.exchange("runtime-jwt-raw-arn/1")
    assert raw is not None
    assert ('"jsonrpc"' in (raw.request.body or "")) == (protocol != "AGUI")
    assert record.environment.runtime is not None
    assert record.environment.runtime.protocol == (None if reads else protocol)


def test_a_token_alone_touches_no_aws_credentials(tmp_path: Path) -> None:
    """Neither are they looked for, nor is anything read or signed."""
    record, _ = asked("runtime-other-client", tmp_path, reads=False)
    assert record.configuration.runtime is None
    assert (record.provenance.caller, record.provenance.aws_login) == (None, None)
    assert {exchange.request.auth for exchange in record.exchanges} == {"bearer", "none"}


def test_what_the_target_says_of_itself_is_used_where_nothing_was_read(tmp_path: Path) -> None:
    """Its metadata names the issuer and the scopes."""
    record, explanation = asked("runtime-scope-rule", tmp_path, reads=False)
    assert record.configuration.advertised is not None
    assert record.configuration.advertised.scopes == ("gateway/invoke",)
    assert explanation.diagnosis.values["wanted"] == "gateway/invoke"
    passed = {check.id for check in explanation.diagnosis.checks if check.passed}
    assert {"issuer-mismatch", "signing-key-unknown"} <= passed


@pytest.mark.parametrize(
    ("fault", "setup", "cause"),
    [
        ("version-behind", {"runtime_authorizer": "iam"}, "bearer-on-iam"),
        ("gateway-no-search", {"gateway_authorizer": "iam"}, "bearer-on-iam"),
        ("gateway-no-search", {"gateway_authorizer": "none"}, "open-endpoint"),
    ],
)
@pytest.mark.parametrize("reads", [True, False])
def test_another_authorizer_than_the_caller_thought_is_named(
    fault: str, setup: dict[str, str], cause: str, reads: bool, tmp_path: Path
) -> None:
    """A token at IAM, and a Gateway that takes anyone."""
    record, explanation = asked(fault, tmp_path, reads=reads, **setup)
    check(fault, record, explanation, cause)


ENCODED = "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Flocal_agent-LOCALAGENT"


@pytest.mark.parametrize(
    ("path", "cause", "factor"),
    [
        (f"{unquote(ENCODED)}/invocations", "arn-not-encoded", "arn-encoding"),
        (f"{quote(ENCODED)}/invocations", "arn-double-encoded", "arn-encoding"),
        (f"{ENCODED}/invoke", "path-wrong", "path"),
        (f"{ENCODED}/invocations?qualifier=1", "qualifier-not-found", "qualifier"),
        (f"{ENCODED}%2Fruntime-endpoint%2FDEFAULT/invocations", "arn-kind-wrong", "identifier"),
        (f"{ENCODED}%0A/invocations", "arn-blank-or-padded", "identifier"),
        (f"{unquote(ENCODED)}/invoke", "arn-not-encoded", None),
    ],
)
def test_a_wrong_url_is_proven_by_the_documented_one(  # noqa: PLR0917  (fixtures and a row)
    agentcore: Mapping[str, Any],
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    cause: str,
    factor: str | None,
) -> None:
    """Where they differ in one factor; two mistakes at once prove neither."""
    monkeypatch.setenv("T_TOKEN", token)
    url = f"{agentcore['endpoints']['bedrock-agentcore']}/runtimes/{path}"
    record = api.ask(read_question(url, Asked(token={"env": "T_TOKEN"}), str))
    judgement = api.judge(record)
    diagnosis = explain_asked(record, judgement).diagnosis
    assert (diagnosis.cause, diagnosis.confidence) == (cause, "proven" if factor else "probable")
    given, documented = record.exchange("runtime-jwt/1"), record.exchange("runtime-jwt/2")
    assert given is not None
    assert documented is not None
    assert given.request.url == url
    assert (documented.change.factor if documented.change else None) == factor
    assert next_diagnosis(record, judgement) is None
    assert len(record.exchanges) == 5


def test_what_remains_when_the_url_is_right_is_said(tmp_path: Path) -> None:
    """Of two faults, the URL hides the other."""
    with started(LocalSetup(faults=("runtime-other-client",))) as ready, with_account(ready, tmp_path):
        url = f"{ready['endpoints']['bedrock-agentcore']}/runtimes/{unquote(ENCODED)}/invocations"
        record = api.ask(read_question(url, Asked(token={"env": "T_TOKEN"}), str))
    judgement = api.judge(record)
    assert explain_asked(record, judgement).diagnosis.cause == "arn-not-encoded"
    remaining = next_diagnosis(record, judgement)
    assert remaining is not None
    assert remaining.cause == "client-not-allowed"
    assert remaining.remedy is not None
    row = judgement.finding("runtime-jwt")
    assert row is not None
    assert row.observed == "undecided"  # what the given URL got, and not the other one
