"""Protected resource metadata (RFC 9728): which issuer a protected resource trusts."""

from __future__ import annotations

METADATA_PATH = "/.well-known/oauth-protected-resource"


def resource_metadata(resource: str, rules: dict[str, object]) -> dict[str, object]:
    """The metadata document of a resource.

    Args:
        resource: the resource's URL.
        rules: its `customJWTAuthorizer`.
    """
    document: dict[str, object] = {
        "resource": resource,
        "authorization_servers": [str(rules["discoveryUrl"]).split("/.well-known/")[0]],
        "bearer_methods_supported": ["header"],
    }
    scopes, mapping = rules.get("allowedScopes"), rules.get("advertisedScopeMapping")
    if isinstance(scopes, list) and scopes:
        names = mapping if isinstance(mapping, dict) else {}
        document["scopes_supported"] = [names.get(scope, scope) for scope in scopes]
    return document
