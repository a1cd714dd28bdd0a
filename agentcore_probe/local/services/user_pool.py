"""What Cognito returns since 2026 that moto lacks (docs/agentcore.md section 5)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.error_responses import aws_error
from agentcore_probe.local.login.metadata import SCOPES
from agentcore_probe.local.login.metadata import registers as login_registers
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import State

SERVICE = "cognito-idp"
DOMAIN = "agentcore-probe-local"
"""The user pool's domain prefix. Nothing is served at it: the token endpoint is on loopback."""
_POLICY = {"CIMDPolicyId": "mcpclients0000000001", "PolicyName": "mcp-clients", "CacheDuration": 86400}
_URL_PATTERNS = ["https://*.*/*", "http://127.0.0.1:*/*", "http://localhost:*/*"]
"""The server reads every document, also on this machine, which Cognito does not."""
_CLIENT_METADATA = ("ListCIMDPolicies", "DescribeCIMDPolicy")
"""The operations about policies of clients' metadata documents, which moto does not know."""


class NewerUserPool:
    """A user pool with the settings of 2026: what it offers to MCP clients, and secrets of app clients in Secrets Manager.

    Args:
        backend: the account, in which the secrets are published.
        permissions: checks the reads that moto does not know.
        state: what its login server offers, and the faults.
        publishes_secrets: whether the secrets are in Secrets Manager.
    """

    def __init__(
        self, backend: MotoBackend, permissions: Permissions, state: State, *, publishes_secrets: bool
    ) -> None:
        self._backend, self._permissions, self._state = backend, permissions, state
        self._secrets = {
            client.id: backend.publish_secret(client.id, str(client.secret))
            for client in backend.pool.clients.values()
            if client.generate_secret and publishes_secrets
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
        policies = [self._policy()] if self._takes_documents else []
        if operation == "ListCIMDPolicies":
            return json_response(200, {"CIMDPolicies": policies})
        found = [policy for policy in policies if policy["CIMDPolicyId"] == asked.get("CIMDPolicyId")]
        if not found:
            return aws_error(400, "ResourceNotFoundException", "CIMD policy does not exist.")
        own = {"UserPoolId": self._backend.pool.id, "URLPatterns": _URL_PATTERNS}
        return json_response(200, {"CIMDPolicy": {**found[0], **own}})

    def _policy(self) -> dict[str, Any]:
        return {**_POLICY, "ClientId": self._backend.client.id}

    @property
    def _takes_documents(self) -> bool:
        """As its login server does."""
        offered, faults = self._state.login_server or (), self._state.service_faults
        return "client-metadata" in offered and "client-metadata-refused" not in faults

    def _settings(self) -> dict[str, Any]:
        faults = self._state.service_faults
        registers = login_registers(self._state) or "registration-open" in faults
        return {
            "Domain": DOMAIN,
            "UserPoolTier": "ESSENTIALS",
            "DcrConfiguration": {
                "EnableStatus": "Enabled" if registers else "Disabled",
                "OpenDcrEnabled": registers and "registration-refused" not in faults,
                "AuthenticatedGrantTypes": ["code", "client_credentials"],
                "OpenDcrGrantTypes": ["code"],
                "AllowedScopes": list(SCOPES),
            },
        }


def client_metadata_response(
    request: AsgiRequest, operation: str, pool: NewerUserPool | None
) -> AsgiResponse | None:
    """The response to a read of the policies about clients' metadata documents; None for another operation.

    Args:
        request: as it came.
        operation: of Cognito.
        pool: the user pool; None: one from before November 2026, at which nobody knows the operations.
    """
    if operation not in _CLIENT_METADATA:
        return None
    if pool is None:
        return aws_error(400, "UnknownOperationException", f"Unknown operation: {operation}")
    return pool.client_metadata(request, operation)
