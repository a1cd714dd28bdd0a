"""The documents by which an MCP client finds the login of a target: no caller is authorized there.

See docs/agentcore.md, section 12.
"""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="runtime-oauth-metadata",
        target="runtime",
        actions=("GetRuntimeProtectedResourceMetadata",),
        effect="none",
        requests=9,  # the challenge, three places of each kind of metadata, two of the target's own origin
        on_request=True,
        is_public=True,
    ),
    Entrance(
        id="gateway-oauth-metadata",
        target="gateway",
        actions=(),
        effect="none",
        requests=9,
        on_request=True,
        is_public=True,
    ),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="runtime-oauth-metadata",
        target="runtime",
        entrance="runtime-oauth-metadata",
        auth="none",
        probe="oauth_metadata:runtime",
    ),
    AccessMethod(
        id="gateway-oauth-metadata",
        target="gateway",
        entrance="gateway-oauth-metadata",
        auth="none",
        probe="oauth_metadata:gateway",
    ),
)
