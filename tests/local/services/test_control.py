"""boto3 reads the control plane in the shapes of botocore's models (docs/agentcore.md section 6)."""

from __future__ import annotations

from tests.local.callers import Facts, boto3_client, client_error


def test_runtime_endpoints_gateway_and_targets_are_readable(agentcore: Facts) -> None:
    """The facts of a default setup, and a 404 for an unknown Runtime."""
    control = boto3_client(agentcore, "bedrock-agentcore-control")
    id = agentcore["runtime"]["arn"].split("/")[-1]
    runtime = control.get_agent_runtime(agentRuntimeId=id)
    endpoints = control.list_agent_runtime_endpoints(agentRuntimeId=id)["runtimeEndpoints"]
    gateway = control.get_gateway(gatewayIdentifier=agentcore["gateway"]["id"])
    targets = control.list_gateway_targets(gatewayIdentifier=agentcore["gateway"]["id"])["items"]
    rules = runtime["authorizerConfiguration"]["customJWTAuthorizer"]
    assert rules["allowedClients"] == [agentcore["identity"]["client_id"]]
    assert endpoints[0]["lastUpdatedAt"].year == 2026
    assert gateway["authorizerType"] == "CUSTOM_JWT"
    assert targets[0]["status"] == "READY"
    assert client_error(control.get_agent_runtime, agentRuntimeId="other_agent-ABCDEFGHIJ")[0] == (
        "ResourceNotFoundException"
    )


def test_runtimes_and_gateways_are_listed(agentcore: Facts) -> None:
    """An item of `ListGateways` has no URL; a Runtime without a resource policy gets a 404."""
    control = boto3_client(agentcore, "bedrock-agentcore-control")
    (runtime,) = control.list_agent_runtimes()["agentRuntimes"]
    assert runtime["agentRuntimeArn"] == agentcore["runtime"]["arn"]
    (gateway,) = control.list_gateways()["items"]
    assert gateway["gatewayId"] == agentcore["gateway"]["id"]
    assert "gatewayUrl" not in gateway
    error = client_error(control.get_resource_policy, resourceArn=agentcore["runtime"]["arn"])
    assert error == ("ResourceNotFoundException", 404)


def test_an_unknown_id_is_a_missing_resource(agentcore: Facts) -> None:
    """It gets ResourceNotFoundException, not the route 404; a list of endpoints is empty."""
    control = boto3_client(agentcore, "bedrock-agentcore-control")
    arn = f"{agentcore['runtime']['arn']}/runtime-endpoint/other"
    assert control.list_agent_runtime_endpoints(agentRuntimeId="foo-ABCDEFGHIJ")["runtimeEndpoints"] == []
    for operation, arguments in (
        (control.list_gateway_targets, {"gatewayIdentifier": "foo-abcdefghij"}),
        (control.get_resource_policy, {"resourceArn": arn}),
        (control.get_gateway, {"gatewayIdentifier": "foo-abcdefghij"}),
    ):
        assert client_error(operation, **arguments) == ("ResourceNotFoundException", 404)
