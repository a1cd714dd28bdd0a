"""A Gateway that leads to the Runtime calls it with the target's credential, and passes its answers on unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from botocore.exceptions import ClientError

from agentcore_probe.local import transaction_tokens
from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, boto3_client, post, runtime_url

BOUND = LocalSetup(runtime_target="oauth", workload_binding=True, passthrough_target=True)
SIGNED: dict[str, Any] = {"runtime_authorizer": "iam", "gateway_authorizer": "iam"}


@pytest.fixture(scope="module")
def bound() -> Iterator[Facts]:
    with started(BOUND) as facts:
        yield facts


@pytest.fixture(scope="module")
def bearer(bound: Facts) -> str:
    return f"Bearer {log_in(bound)['AccessToken']}"


def at(facts: Facts, path: str) -> str:
    """The URL of a path of the Gateway."""
    return f"{facts['gateway']['url'].removesuffix('/mcp')}{path}"


def test_a_bound_runtime_answers_through_its_gateway_only(bound: Facts, bearer: str) -> None:
    """docs/agentcore.md sections 2.2, row 18, and 11.10."""
    direct = post(runtime_url(bound), bearer)
    assert direct.status_code == 403
    assert direct.json()["error"]["message"].startswith("Transaction token required")
    through = post(at(bound, "/agent/invocations"), bearer)
    assert through.status_code == 200
    assert through.json()["result"] == "Hello from the embedded agent"


def test_the_long_form_of_the_path_works_too(bound: Facts, bearer: str) -> None:
    """For clients that take only another base URL."""
    arn = quote(bound["runtime"]["arn"], safe="")
    assert post(at(bound, f"/agent/runtimes/{arn}/invocations?qualifier=DEFAULT"), bearer).status_code == 200
    other = quote(bound["runtime"]["arn"].replace("local_agent", "other_agent"), safe="")
    assert post(at(bound, f"/agent/runtimes/{other}/invocations"), bearer).status_code == 404


def test_only_the_gateway_can_make_a_transaction_token(bound: Facts, bearer: str) -> None:
    """Neither a made-up one nor one that another key has signed; the Gateway takes it from no caller."""
    gateway = {
        "gatewayArn": f"arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/{bound['gateway']['id']}",
        "workloadIdentityDetails": {"workloadIdentityArn": "a/b"},
    }
    foreign = transaction_tokens.issue(
        "a-key-of-somebody-else-that-is-long-enough", gateway, bound["runtime"]["arn"]
    )
    for token in ("x", foreign):
        refused = post(runtime_url(bound), bearer, **{transaction_tokens.HEADER: token})
        assert refused.status_code == 403
        assert post(at(bound, "/agent/invocations"), bearer, **{transaction_tokens.HEADER: token}).ok


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/agent/invoke", 404, "UnknownOperationException"),
        ("/agent", 404, "UnknownOperationException"),
        ("/mcp", 404, "UnknownOperationException"),
        ("/nobody/invocations", 404, "No Target found for Target name: nobody"),
    ],
)
def test_a_path_that_fits_no_target_is_not_found(
    bound: Facts, bearer: str, path: str, status: int, words: str
) -> None:
    """The router's 404, or the text for an unknown target."""
    answer = post(at(bound, path), bearer)
    assert answer.status_code == status
    assert words in answer.text


def test_the_gateway_refuses_before_it_looks_at_targets(bound: Facts) -> None:
    """With its own challenge."""
    for path in ("/agent/invocations", "/nobody/invocations"):
        answer = post(at(bound, path))
        assert answer.status_code == 401
        assert at(bound, "/.well-known/oauth-protected-resource") in answer.headers["WWW-Authenticate"]


def test_method_query_and_body_reach_the_service_behind(bound: Facts, bearer: str) -> None:
    """And its own errors come back as they are."""
    headers = {"Authorization": bearer}
    answer = requests.get(at(bound, "/status/health"), headers=headers, timeout=10)
    assert answer.json() == {"status": "ok"}
    assert requests.head(at(bound, "/status/health?x=1"), headers=headers, timeout=10).status_code == 200
    missing = requests.get(at(bound, "/status/elsewhere"), headers=headers, timeout=10)
    assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})
    assert "x-amzn-errortype" not in missing.headers


def test_an_endpoint_with_a_path_takes_none_from_the_caller() -> None:
    """`/TARGET` and `/TARGET/` work, anything else is the router's 404."""
    setup = BOUND.model_copy(update={"faults": ("through-path-fixed",)})
    with started(setup) as facts:
        headers = {"Authorization": f"Bearer {log_in(facts)['AccessToken']}"}
        for path, status in (("/status", 200), ("/status/", 200), ("/status/health", 404)):
            assert requests.get(at(facts, path), headers=headers, timeout=10).status_code == status


@pytest.mark.parametrize("credential", ["gateway-role", "caller-iam"])
def test_boto3_calls_a_runtime_through_its_gateway(credential: Any) -> None:
    """The Gateway's target is its endpoint; both calls are signed, the second one by the Gateway."""
    with started(LocalSetup(runtime_target=credential, **SIGNED)) as facts:
        client = boto3_client(
            {**facts, "endpoints": {"bedrock-agentcore": at(facts, "/agent")}}, "bedrock-agentcore"
        )
        answer = client.invoke_agent_runtime(agentRuntimeArn=facts["runtime"]["arn"], payload=b"{}")
        assert answer["statusCode"] == 200


@pytest.mark.parametrize(
    ("setup", "code", "words"),
    [
        (
            {"runtime_target": "gateway-role", "faults": ("through-role-denied",)},
            "AccessDeniedException",
            "assumed-role/local-gateway/gateway is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime",
        ),
        (
            {"runtime_target": "caller-iam", "faults": ("without-InvokeAgentRuntime",)},
            "AccessDeniedException",
            "user/probe is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime",
        ),
        (
            {"runtime_target": "caller-iam", "faults": ("through-caller-lost",)},
            "UnrecognizedClientException",
            "The security token included in the request is invalid",
        ),
    ],
)
def test_the_runtimes_refusal_names_who_called_it(setup: dict[str, Any], code: str, words: str) -> None:
    """The Gateway's role, the caller, or a key that nobody knows."""
    with started(LocalSetup(**SIGNED, **setup)) as facts:
        client = boto3_client(
            {**facts, "endpoints": {"bedrock-agentcore": at(facts, "/agent")}}, "bedrock-agentcore"
        )
        with pytest.raises(ClientError) as error:
            client.invoke_agent_runtime(agentRuntimeArn=facts["runtime"]["arn"], payload=b"{}")
        assert error.value.response["Error"]["Code"] == code
        assert words in error.value.response["Error"]["Message"]


def test_a_passed_token_gets_the_runtimes_own_challenge() -> None:
    """Its `resource_metadata` names the Runtime's host, which shows who refused."""
    setup = LocalSetup(runtime_target="jwt-passthrough", faults=("through-open-gateway",))
    with started(setup) as facts:
        answer = post(at(facts, "/agent/invocations"), "Bearer x.y.z")
        assert answer.status_code == 401
        assert f"{facts['endpoints']['bedrock-agentcore']}/runtimes/" in answer.headers["WWW-Authenticate"]
        assert (
            post(at(facts, "/agent/invocations"), f"Bearer {log_in(facts)['AccessToken']}").status_code == 200
        )
