"""PingAM and PingOne Advanced Identity Cloud (docs.pingidentity.com/pingam), which is at its owner's address."""

from __future__ import annotations

from agentcore_probe.providers.provider import Claims, McpLogin, Provider, endpoint_path
from agentcore_probe.regex import regex

_AUTHORIZE = regex(r"(?:/[\w.-]{1,100})?/oauth2(?:/realms/[\w.-]{1,100}){0,20}/authorize")


def _recognizes_metadata(document: Claims) -> bool:
    """By the paths of a realm: no other provider has its keys at `connect/jwk_uri`."""
    keys = endpoint_path(document, "jwks_uri")
    return keys.endswith("/connect/jwk_uri") and _AUTHORIZE.fullmatch(endpoint_path(document)) is not None


PROVIDER = Provider(
    id="pingam",
    name="PingAM",
    recognizes=lambda _: False,
    recognizes_metadata=_recognizes_metadata,
    mcp_login=McpLogin(registration="by-policy"),  # the setting Allow Open Dynamic Client Registration
)
