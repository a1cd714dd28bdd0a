"""The embedded registry: its control plane by botocore's model, its tools by AWS's signatures, its metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts, boto3_client
from tests.service_models import deviations


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """An embedded AgentCore with a registry that takes signatures."""
    with started(LocalSetup(registry="iam")) as ready:
        yield ready


def call(facts: Facts, method: str, service: str = "agent-registry", **params: Any) -> requests.Response:
    """One signed request to the registry's MCP endpoint."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    request = AWSRequest("POST", facts["registry"]["url"], headers=headers, data=body)
    keys = Credentials(facts["aws"]["access_key_id"], facts["aws"]["secret_access_key"])
    SigV4Auth(keys, service, facts["region"]).add_auth(request)
    return requests.post(facts["registry"]["url"], data=body, headers=dict(request.headers), timeout=30)


@pytest.mark.parametrize("authorizer", ["jwt", "iam"])
def test_its_description_is_valid_by_the_service_model(authorizer: str) -> None:
    """Members, types, enums and patterns of GetRegistry."""
    model = botocore.session.get_session().get_service_model("agent-registry-control")
    problems: list[str] = []

    def compare(http_response: Any, model: Any, **_: Any) -> None:
        problems.extend(deviations(json.loads(http_response.content), model.output_shape))

    with started(LocalSetup.model_validate({"registry": authorizer})) as ready:
        client = boto3_client(ready, model.service_name)
        client.meta.events.register(f"after-call.{model.service_name}", compare)
        registry = client.get_registry(registryId=ready["registry"]["id"])
    kinds = {"jwt": "CUSTOM_JWT", "iam": "AWS_IAM"}
    assert registry["discoveryConfiguration"]["authorizerType"] == kinds[authorizer]
    assert problems == []


def test_a_signature_for_another_service_is_refused(facts: Facts) -> None:
    """The registry's signing name is its own."""
    answer = call(facts, "tools/list", service="bedrock-agentcore")
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")


def test_each_tool_needs_an_action_of_its_own(facts: Facts) -> None:
    """A caller who may list the tools may not search with them (docs/agentcore.md section 11.16)."""
    listed = call(facts, "tools/list")
    assert len(listed.json()["result"]["tools"]) == 3
    arguments = {"query": "agent"}
    search = call(facts, "tools/call", name="search_discoverable_registry_records", arguments=arguments)
    assert search.status_code == 403
    assert "agent-registry:SearchDiscoverableRegistryRecords" in search.json()["message"]


def test_its_metadata_exists_where_tokens_are_taken(facts: Facts) -> None:
    """A registry with IAM has none."""

    def metadata(url: str) -> requests.Response:
        base, path = url.split("/registry/")
        return requests.get(f"{base}/.well-known/oauth-protected-resource/registry/{path}", timeout=30)

    assert metadata(facts["registry"]["url"]).status_code == 404
    with started(LocalSetup(registry="jwt")) as ready:
        url = ready["registry"]["url"]
        document = metadata(url).json()
    assert document["resource"] == url
    assert document["authorization_servers"] == [ready["identity"]["discovery_url"].split("/.well-known/")[0]]
