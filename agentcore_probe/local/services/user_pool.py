"""What Cognito returns since 2026 that moto lacks (docs/agentcore.md section 5)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from agentcore_probe.local.asgi import AsgiResponse
from agentcore_probe.local.moto_backend import MotoBackend

DOMAIN = "agentcore-probe-local"
"""The user pool's domain prefix. Nothing is served at it: the token endpoint is on loopback."""
_POOL_SETTINGS = {
    "Domain": DOMAIN,
    "UserPoolTier": "ESSENTIALS",
    "DcrConfiguration": {
        "EnableStatus": "Disabled",
        "OpenDcrEnabled": False,
        "AuthenticatedGrantTypes": ["code", "client_credentials"],
        "OpenDcrGrantTypes": ["code"],
    },
}


class NewerUserPool:
    """A user pool with the settings of 2026, and app clients whose secrets are in Secrets Manager.

    Args:
        backend: the account, in which the secrets are published.
    """

    def __init__(self, backend: MotoBackend) -> None:
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
            answer["UserPool"].update(_POOL_SETTINGS)
        else:
            client = answer["UserPoolClient"]
            if client["ClientId"] in self._secrets:
                client.pop("ClientSecret", None)
                client["ClientSecretArn"] = self._secrets[client["ClientId"]]
        return replace(response, body=json.dumps(answer).encode())
