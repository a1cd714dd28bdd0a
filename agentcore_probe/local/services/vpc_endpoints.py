"""EC2's read of VPC endpoints: one of the data plane, and one of the Gateways, whose policies allow a role only.

No call goes through them: the embedded AgentCore is called by its address. moto's EC2 would import the models of a whole
network, so only its serializer is used.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.serialize import EC2Serializer
from moto.core.utils import get_service_model

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.services import query_api
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import ACCOUNT, REGION

SERVICE = "ec2"
ENDPOINTS = {
    "vpce-0123456789abcdef0": "bedrock-agentcore",
    "vpce-0123456789abcdef1": "bedrock-agentcore.gateway",
}
"""Id -> the end of the service's name."""
_ACTION = "DescribeVpcEndpoints"


def respond(request: AsgiRequest, permissions: Permissions) -> AsgiResponse:
    """EC2's response to `request`."""
    asked = query_api.parameters(request)
    if asked.get("Action") != _ACTION:
        return query_api.error(400, "InvalidAction", "The embedded account can only read VPC endpoints")
    refusal = permissions.refusal(request, _ACTION, "*", SERVICE)
    if refusal is not None:
        return query_api.refused(refusal)
    found = [_endpoint(id, name) for id, name in ENDPOINTS.items() if _is_asked(asked, id, name)]
    model = get_service_model(SERVICE).operation_model(_ACTION)
    body = EC2Serializer(operation_model=model).serialize({"VpcEndpoints": found})["body"]
    return AsgiResponse(200, body.encode() if isinstance(body, str) else body, {"content-type": "text/xml"})


def _is_asked(asked: dict[str, str], id: str, name: str) -> bool:
    if "Filter.1.Value.1" in asked:
        return asked["Filter.1.Value.1"] == _service_name(name)
    return asked.get("VpcEndpointId.1") in (None, id)


def _service_name(name: str) -> str:
    return f"com.amazonaws.{REGION}.{name}"


def _endpoint(id: str, name: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/operator"},
        "Action": "bedrock-agentcore:*",
        "Resource": "*",
    }
    return {
        "VpcEndpointId": id,
        "VpcEndpointType": "Interface",
        "ServiceName": _service_name(name),
        "State": "available",
        "PolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "PrivateDnsEnabled": True,
    }
