"""A user pool's settings for MCP clients: Cognito's answers, and what is recorded without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest

from agentcore_probe.access.aws import TOO_OLD, Aws, AwsKeys
from agentcore_probe.access.reads import FailedRead
from agentcore_probe.access.service_models import model_loader
from agentcore_probe.access.user_pool import pools_of, read_user_pools
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.aws_shapes import from_answers, from_facts
from agentcore_probe.model.configuration import ClientMetadataPolicy, Configuration, UserPool
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.pool import Pool
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from agentcore_probe.secret import Secret
from tests.embedded import observed, started

from .newer_cognito import write_model
from .servers import json_answer, recording

POOL = Pool("eu-west-1_AbCdEfGhI", "eu-west-1")
SETTINGS = {
    "Id": POOL.id,
    "Name": "orders",
    "Domain": "orders",
    "UserPoolTier": "ESSENTIALS",
    "DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrEnabled": True, "AllowedScopes": ["openid"]},
}
POLICY = {"CIMDPolicyId": "p1", "PolicyName": "clients", "ClientId": "1example23456789"}
PATTERNS = ["https://claude.ai/oauth/*"]
DENIED = json_answer({"__type": "AccessDeniedException", "message": "no"}, status="400 Bad Request")


@pytest.fixture
def newer_boto3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The operations of November 2026. The process has one loader of models."""
    monkeypatch.setenv("AWS_DATA_PATH", str(write_model(tmp_path)))
    model_loader.cache_clear()
    yield
    model_loader.cache_clear()


def aws_at(url: str) -> Aws:
    keys = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))
    return Aws(Environment(name="t", region="us-east-1", endpoints={"cognito-idp": url}), keys)


def read(*answers: bytes, requests: list[bytes] | None = None) -> UserPool:
    """The pool as it is recorded with these answers of Cognito."""
    with recording([] if requests is None else requests, *answers) as url:
        facts = read_user_pools([POOL], aws_at(url))
    configuration = from_answers({"userPools": facts})
    assert configuration.user_pools is not None
    (pool,) = configuration.user_pools
    return pool


@pytest.mark.usefixtures("newer_boto3")
def test_a_pool_with_its_policies() -> None:
    """Each policy is read for its patterns, and everything is asked in the pool's own region."""
    requests: list[bytes] = []
    pool = read(
        json_answer({"UserPool": SETTINGS}),
        json_answer({"CIMDPolicies": [POLICY]}),
        json_answer({"CIMDPolicy": {**POLICY, "UserPoolId": POOL.id, "URLPatterns": PATTERNS}}),
        requests=requests,
    )
    assert pool == UserPool(
        id=POOL.id,
        domain="orders",
        tier="ESSENTIALS",
        registers=True,
        registers_openly=True,
        registered_scopes=("openid",),
        client_metadata_policies=(
            ClientMetadataPolicy(
                id="p1", name="clients", client_id="1example23456789", url_patterns=tuple(PATTERNS)
            ),
        ),
    )
    heads = [request.partition(b"\r\n\r\n")[0] for request in requests]
    assert [head.lower().count(b"/eu-west-1/cognito-idp/aws4_request") for head in heads] == [1, 1, 1]
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in requests]
    assert [body["UserPoolId"] for body in bodies] == [POOL.id] * 3
    assert bodies[2]["CIMDPolicyId"] == "p1"


@pytest.mark.usefixtures("newer_boto3")
def test_a_policy_whose_app_client_is_gone() -> None:
    """Cognito leaves its `ClientId` out."""
    gone = {"CIMDPolicyId": "p1", "PolicyName": "clients"}
    pool = read(
        json_answer({"UserPool": {"Id": POOL.id}}),
        json_answer({"CIMDPolicies": [gone]}),
        json_answer({"CIMDPolicy": {**gone, "URLPatterns": PATTERNS}}),
    )
    assert pool.client_metadata_policies is not None
    assert pool.client_metadata_policies[0].client_id is None
    assert (pool.registers, pool.domain) == (False, None)


@pytest.mark.usefixtures("newer_boto3")
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([DENIED], {"unreadable": "AccessDeniedException"}),
        ([json_answer({"hello": "world"})], {"unreadable": "unexpected-answer"}),
        ([json_answer({"UserPool": {**SETTINGS, "Id": "eu-west-1_Other0000"}})], {"unreadable": "another-resource"}),
        (
            [json_answer({"UserPool": SETTINGS}), DENIED],
            {"unreadable": None, "policies_unreadable": "AccessDeniedException", "client_metadata_policies": None},
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_its_reason(answers: list[bytes], expected: dict[str, Any]) -> None:
    """Nothing is assumed about it."""
    pool = read(*answers)
    assert {name: getattr(pool, name) for name in expected} == expected
    if expected["unreadable"]:
        assert (pool.registers, pool.registers_openly) == (None, None)


@pytest.mark.usefixtures("newer_boto3")
def test_a_policy_that_may_not_be_read_has_no_patterns() -> None:
    """It is in the list with its app client."""
    pool = read(json_answer({"UserPool": SETTINGS}), json_answer({"CIMDPolicies": [POLICY]}), DENIED)
    assert pool.client_metadata_policies == (
        ClientMetadataPolicy(id="p1", name="clients", client_id="1example23456789"),
    )
    assert pool.policies_unreadable == "AccessDeniedException"


def test_an_operation_that_boto3_does_not_know_is_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No exception, whatever its version; nothing is sent."""
    model = botocore.loaders.create_loader().load_service_model("cognito-idp", "service-2")
    del model["operations"]["DescribeUserPool"]
    place = tmp_path / "cognito-idp" / "2016-04-18"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(model))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    model_loader.cache_clear()
    requests: list[bytes] = []
    with recording(requests) as url:
        assert aws_at(url).read("cognito-idp", "describe_user_pool") == (None, TOO_OLD)
    model_loader.cache_clear()
    assert requests == []


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("list_cimd_policies", "cognito-idp:ListCIMDPolicies"),
        ("describe_user_pool", "cognito-idp:DescribeUserPool"),
    ],
)
def test_the_action_of_a_failed_read(operation: str, action: str) -> None:
    """As IAM's documentation writes it."""
    assert FailedRead("cognito-idp", operation, {}, "AccessDeniedException").action == action


def deployed(*urls: str) -> Configuration:
    jwt = [{"customJWTAuthorizer": {"discoveryUrl": url, "allowedClients": ["c"]}} for url in urls]
    gateway = {"gatewayId": "g", "authorizerType": "CUSTOM_JWT", "authorizerConfiguration": jwt[0]}
    return from_facts({"gateway": gateway, "runtime": {"authorizerConfiguration": jwt[-1]}})


COGNITO = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL.id}/.well-known/openid-configuration"
OTHER = "https://idp.example.com/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("entrances", "configuration", "expected"),
    [
        (("gateway-oauth-metadata",), deployed(COGNITO), (POOL,)),
        (("runtime-oauth-metadata",), deployed(OTHER, COGNITO), (POOL,)),
        (("all",), deployed(COGNITO, COGNITO), (POOL,)),
        (("gateway-oauth-metadata",), deployed(OTHER), ()),
        (("runtime-ws",), deployed(COGNITO), None),
        (None, deployed(COGNITO), None),
    ],
)
def test_pools_are_read_only_for_the_login_of_mcp_clients(
    entrances: tuple[str, ...] | None, configuration: Configuration, expected: tuple[Pool, ...] | None
) -> None:
    """Each pool once, by the issuers of the deployed authorizers."""
    assert pools_of(Environment(name="t", entrances=entrances), configuration) == expected


@pytest.mark.usefixtures("newer_boto3")
@pytest.mark.parametrize(
    ("features", "faults", "expected"),
    [
        (("registration", "client-metadata"), (), (True, True, True)),
        ((), (), (False, False, False)),
        (("registration", "client-metadata"), ("registration-refused",), (True, False, True)),
        (("registration", "client-metadata"), ("registration-missing",), (False, False, True)),
        (("registration", "client-metadata"), ("client-metadata-refused",), (True, True, False)),
    ],
)
def test_the_embedded_pool_says_what_its_login_server_does(
    features: Any, faults: tuple[str, ...], expected: tuple[bool, bool, bool]
) -> None:
    """Registration, open or not, and a policy for clients' metadata documents, read as a run reads them."""
    with started(LocalSetup(login_server=features, faults=faults)) as facts:
        variables = facts["variables"]
        keys = AwsKeys(
            variables["AWS_ACCESS_KEY_ID"], Secret(variables["AWS_SECRET_ACCESS_KEY"], "aws secret key")
        )
        endpoints = {"cognito-idp": variables["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"]}
        aws = Aws(Environment(name="t", region="us-east-1", endpoints=endpoints), keys)
        own = Pool(facts["identity"]["pool_id"], "us-east-1")
        read_facts = read_user_pools([own, Pool("us-east-1_Other0000", "us-east-1")], aws)
    pool, other = from_answers({"userPools": read_facts}).user_pools or ()
    policies = pool.client_metadata_policies
    assert policies is not None
    assert (pool.registers, pool.registers_openly, bool(policies)) == expected
    assert all(
        policy.client_id == facts["identity"]["client_id"] and policy.url_patterns for policy in policies
    )
    assert other.unreadable == "ResourceNotFoundException"


@pytest.mark.usefixtures("newer_boto3")
@pytest.mark.parametrize(("cognito", "reason"), [("2026", None), ("classic", "UnknownOperationException")])
def test_a_run_reads_the_pool_of_its_authorizers(cognito: Any, reason: str | None) -> None:
    """One from before November 2026 does not know the policies."""
    environment = Environment(
        name="t", local=LocalSetup(cognito=cognito), entrances=("gateway-oauth-metadata",)
    )
    record = observed(environment, controls="few", experiments=False)
    (pool,) = record.configuration.user_pools or ()
    assert (pool.registers, pool.unreadable, pool.policies_unreadable) == (False, None, reason)
    assert pool.client_metadata_policies == (() if reason is None else None)


@pytest.mark.usefixtures("newer_boto3")
@pytest.mark.parametrize(
    ("action", "unreadable", "policies_unreadable"),
    [
        ("DescribeUserPool", "AccessDeniedException", None),
        ("ListCIMDPolicies", None, "AccessDeniedException"),
        ("DescribeCIMDPolicy", None, "AccessDeniedException"),
    ],
)
def test_a_run_without_a_permission_says_which_part_is_missing(
    action: str, unreadable: str | None, policies_unreadable: str | None
) -> None:
    """Each action of the documented policy is needed, and the report names it."""
    setup = LocalSetup(login_server=("client-metadata",), faults=(f"without-{action}",))
    environment = Environment(name="t", local=setup, entrances=("gateway-oauth-metadata",))
    record = observed(environment, controls="few", experiments=False)
    (pool,) = record.configuration.user_pools or ()
    assert (pool.unreadable, pool.policies_unreadable) == (unreadable, policies_unreadable)
    (line,) = [line for line in View(record, judge(record), messages("en")).unreadable() if action in line]
    assert "AccessDeniedException" in line
