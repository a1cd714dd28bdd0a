"""The documents of RFC 9728: who issues tokens for a protected resource."""

from __future__ import annotations

METADATA = "/.well-known/oauth-protected-resource"


def resource_metadata(resource: str, rules: dict[str, object]) -> dict[str, object]:
    """The document of `resource`, whose authorizer has these rules."""
    document: dict[str, object] = {
        "resource": resource,
        "authorization_servers": [str(rules["discoveryUrl"]).split("/.well-known/")[0]],
        "bearer_methods_supported": ["header"],
    }
    if rules.get("allowedScopes"):
        document["scopes_supported"] = rules["allowedScopes"]
    return document
