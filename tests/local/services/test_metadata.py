"""The metadata document of a protected resource."""

from __future__ import annotations

from agentcore_probe.local.services.metadata import resource_metadata

RULES: dict[str, object] = {
    "discoveryUrl": "https://idp.example/.well-known/openid-configuration",
    "allowedScopes": ["read", "write"],
}


def test_the_advertised_names_of_scopes_are_shown() -> None:
    """Those without a mapping as they are (docs/agentcore.md section 6.1)."""
    mapped: dict[str, object] = {**RULES, "advertisedScopeMapping": {"read": "https://acme.example/read"}}
    assert resource_metadata("r", mapped)["scopes_supported"] == ["https://acme.example/read", "write"]
    assert resource_metadata("r", RULES)["scopes_supported"] == ["read", "write"]


def test_without_scopes_none_are_shown() -> None:
    """A member that is empty would mean that none may be asked for."""
    assert "scopes_supported" not in resource_metadata("r", {**RULES, "allowedScopes": []})
