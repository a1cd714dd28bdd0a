"""What a client of the embedded AgentCore needs to call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import ACCOUNT, GATEWAY_ID, REGION, RUNTIME_ARN, USER, State
from agentcore_probe.local.variables import aws_variables

_REGISTRY = ("agent-registry", "agent-registry-control")
"""The services on the registry's port."""


def client_facts(
    state: State, backend: MotoBackend, callers: Mapping[str, Mapping[str, str]] | None
) -> dict[str, Any]:
    """What a client needs, test credentials included: the content of `local --json`.

    Args:
        state: of the embedded AgentCore.
        backend: has the credentials.
        callers: the further callers by name; None where there are none.
    """
    return {
        "region": REGION,
        "account": ACCOUNT,
        "endpoints": {
            "bedrock-agentcore": state.addresses.runtime,
            "bedrock-agentcore-control": state.addresses.control,
            "cognito-idp": state.addresses.aws,
            "sts": state.addresses.aws,
            "iam": state.addresses.aws,
            "secretsmanager": state.addresses.aws,
            **dict.fromkeys(_REGISTRY if state.registry else (), state.addresses.registry),
        },
        "runtime": {"arn": RUNTIME_ARN, "qualifier": "DEFAULT", "protocol": state.protocol},
        "gateway": {"id": GATEWAY_ID, "url": state.addresses.gateway_url},
        **_further_targets(state),
        "identity": {
            "pool_id": state.pool_id,
            "discovery_url": state.discovery_url,
            "token_endpoint": f"{state.addresses.aws}/oauth2/token",
            "client_id": backend.client.id,
            "username": USER,
            "password": backend.password,
            "machine_client_id": backend.machine.id,
            "machine_client_secret": backend.machine.secret,
            "client_token_client_id": backend.client_token.id,
            "client_token_client_secret": backend.client_token.secret,
            "exchange_client_id": backend.exchange.id,
            "exchange_client_secret": backend.exchange.secret,
            **_login_facts(state, backend),
        },
        "aws": {
            "access_key_id": backend.iam_user.access_key_id,
            "secret_access_key": backend.iam_user.secret_access_key,
            "session_token": state.expired_session_token,
        },
        **({} if callers is None else {"identities": callers}),
        "variables": aws_variables(
            state.addresses,
            backend.iam_user.access_key_id,
            backend.iam_user.secret_access_key,
            state.expired_session_token,
        ),
    }


def _login_facts(state: State, backend: MotoBackend) -> dict[str, Any]:
    """Where an MCP client logs in, and what the app client may ask for and return to."""
    if state.login_server is None:
        return {}
    settings = backend.pool.clients[backend.client.id].extended_config
    return {
        "issuer": state.issuer,
        "authorization_endpoint": f"{state.addresses.aws}/oauth2/authorize",
        "redirect_uris": settings["CallbackURLs"],
        "scopes": settings["AllowedOAuthScopes"],
    }


def _further_targets(state: State) -> dict[str, dict[str, str]]:
    """The harness and the registry, if there are any."""
    targets = dict[str, dict[str, str]]()
    if state.harness is not None:
        targets["harness"] = {"arn": state.harness["arn"]}
    if state.registry is not None:
        id, base = state.registry["registryId"], state.addresses.registry
        if "registry-moved" in state.service_faults:
            base = state.addresses.runtime  # the address of the preview, on the data plane
        targets["registry"] = {"id": id, "url": f"{base}/registry/{id}/mcp"}
    return targets
