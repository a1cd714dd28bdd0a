"""What Cognito returns since 2026 that moto lacks (docs/agentcore.md section 5)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.error_responses import aws_error
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import State

SERVICE = "cognito-idp"
DOMAIN = "agentcore-probe-local"
"""The user pool's domain prefix. Nothing is served at it: the token endpoint is on loopback."""
_POLICY = {"CIMDPolicyId": "mcpclients0000000001", "PolicyName": "mcp-clients", "CacheDuration": 86400}
_URL_PATTERNS = ["https://claude.ai/oauth/*", "https://chatgpt.com/oauth/*"]
_CLIENT_METADATA = ("ListCIMDPolicies", "DescribeCIMDPolicy")
"""The operations about policies of clients' metadata documents, which moto does not know."""


class NewerUserPool:
    """A user pool with the settings of 2026, and app clients whose secrets are in Secrets Manager.

    Args:
        backend: the account, in which the secrets are published.
        permissions: checks the reads that moto does not know.
        state: its faults.
        features: what it offers to MCP clients: `registration`, `client-metadata`.
    """

    def __init__(
        self,
        backend: MotoBackend,
        permissions: Permissions,
        state: State,
        features: Collection[str] = (),
    ) -> None:
        self._backend, self._permissions, self._state = backend, permissions, state
        self._features = features
        self._secrets = {
            client.id: backend.publish_secret(client.id, str(client.secret))
            for client in backend.pool.clients.values()
            if client.generate_secret
        }

    def with_newer_fields(self, operation: str, response: AsgiResponse) -> AsgiResponse:
        """moto's answer with the fields that it lacks.

        Args:
            operation: the operation of Cognito.
            response: moto's answer to it.
        """
        if response.status != 200 or operation not in ("DescribeUserPool", "DescribeUserPoolClient"):
            return response
        answer: dict[str, Any] = json.loads(response.body)
        if operation == "DescribeUserPool":
            answer["UserPool"].update(self._settings())
        else:
            client = answer["UserPoolClient"]
            if client["ClientId"] in self._secrets:
                client.pop("ClientSecret", None)
                client["ClientSecretArn"] = self._secrets[client["ClientId"]]
        return replace(response, body=json.dumps(answer).encode())

    def client_metadata(self, request: AsgiRequest, operation: str) -> AsgiResponse:
        """The response to a read of the policies about clients' metadata documents.

        Args:
            request: as it came.
            operation: of Cognito.
        """
        refusal = self._permissions.refusal(request, operation, str(self._backend.pool.arn), SERVICE)
        if refusal is not None:
            return aws_error(400, refusal.error_type, refusal.message)
        asked = json.loads(request.body)
        if asked.get("UserPoolId") != self._backend.pool.id:
            return aws_error(400, "ResourceNotFoundException", "User pool does not exist.")
        policies = [self._policy()] if "client-metadata" in self._features else []
        if operation == "ListCIMDPolicies":
            return json_response(200, {"CIMDPolicies": policies})
        found = [policy for policy in policies if policy["CIMDPolicyId"] == asked.get("CIMDPolicyId")]
        if not found:
            return aws_error(400, "ResourceNotFoundException", "CIMD policy does not exist.")
        own = {"UserPoolId": self._backend.pool.id, "URLPatterns": _URL_PATTERNS}
        return json_response(200, {"CIMDPolicy": {**found[0], **own}})

    def _policy(self) -> dict[str, Any]:
        return {**_POLICY, "ClientId": self._backend.client.id}

    def _settings(self) -> dict[str, Any]:
        registers = "registration" in self._features or "registration-open" in self._state.service_faults
        return {
            "Domain": DOMAIN,
            "UserPoolTier": "ESSENTIALS",
            "DcrConfiguration": {
                "EnableStatus": "Enabled" if registers else "Disabled",
                "OpenDcrEnabled": registers,
                "AuthenticatedGrantTypes": ["code", "client_credentials"],
                "OpenDcrGrantTypes": ["code"],
            },
        }


def client_metadata_response(
    request: AsgiRequest, operation: str, pool: NewerUserPool | None
) -> AsgiResponse | None:
    """The response to a read of the policies about clients' metadata documents; None for another operation.

    Args:
        request: as it came.
        operation: of Cognito.
        pool: the user pool; None: one from before November 2026, which does not know the operations.
    """
    if operation not in _CLIENT_METADATA:
        return None
    if pool is None:
        return aws_error(400, "UnknownOperationException", f"Unknown operation: {operation}")
    return pool.client_metadata(request, operation)
