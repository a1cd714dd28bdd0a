"""Protected resource metadata (RFC 9728): which issuer a protected resource trusts, and the challenge that names it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from agentcore_probe.local.asgi import AsgiResponse, json_response
from agentcore_probe.local.error_responses import unknown_operation

METADATA_PATH = "/.well-known/oauth-protected-resource"


def metadata_response(resource: str, rules: dict[str, object], faults: Collection[str]) -> AsgiResponse:
    """What a Runtime or Gateway serves as its metadata.

    Args:
        resource: its URL.
        rules: its `customJWTAuthorizer`.
        faults: names of `local.login_faults` among others.
    """
    if "metadata-missing" in faults:
        return unknown_operation()
    if "resource-mismatch" in faults:
        parts = urlsplit(resource)
        resource = f"{parts.scheme}://{parts.netloc}/another-target/mcp"
    return json_response(200, resource_metadata(resource, rules))


def challenge_header(challenge: str, metadata_url: str, faults: Collection[str]) -> dict[str, str]:
    """The header of a challenge of a Runtime or Gateway.

    Args:
        challenge: its value.
        metadata_url: which the value has as `resource_metadata`.
        faults: names of `local.login_faults` among others.
    """
    if "metadata-missing" in faults:
        return {}
    if "challenge-relative" in faults:
        parts = urlsplit(metadata_url)
        challenge = challenge.replace(f"{parts.scheme}://{parts.netloc}", "")
    name = "x-amzn-remapped-www-authenticate" if "challenge-renamed" in faults else "www-authenticate"
    return {name: challenge}


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
