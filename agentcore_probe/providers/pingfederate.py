"""PingFederate (docs.pingidentity.com/pingfederate), which is at its owner's address."""

from __future__ import annotations

from agentcore_probe.providers.provider import Claims, McpLogin, Provider, endpoint_path


def _recognizes_metadata(document: Claims) -> bool:
    """By the path of its endpoints, or by the members that only it has."""
    return endpoint_path(document).endswith("/as/authorization.oauth2") or any(
        name.startswith("ping_") for name in document
    )


PROVIDER = Provider(
    id="pingfederate",
    name="PingFederate",
    recognizes=lambda _: False,
    client_claims=("client_id",),
    token_paths=("/as/token.oauth2",),
    recognizes_metadata=_recognizes_metadata,
    mcp_login=McpLogin(registration="by-policy"),  # where dynamic registration is enabled at all
)
