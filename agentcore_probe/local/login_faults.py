"""Faults of the login of MCP clients, step by step (docs/agentcore.md section 12.1).

Those of the authorization server need `[local] login_server`; without it, clients do not get that far.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agentcore_probe.local.state import State

if TYPE_CHECKING:
    from agentcore_probe.local.moto_backend import MotoBackend

Action = Callable[[State, "MotoBackend"], object]

_FOREIGN_REDIRECT = "https://app.example.com/callback"
_FOREIGN_SCOPE = "gateway/admin"
"""A scope that no client may ask for."""


def _rules(rules: Callable[[State], dict[str, Any]]) -> Action:
    """Replaces what the JWT authorizers of Runtime and Gateway require."""

    def apply(state: State, _: MotoBackend) -> None:
        for authorizer in (state.runtime_rules(), state.gateway_rules()):
            if authorizer is not None:
                authorizer.clear()
                authorizer.update({"discoveryUrl": state.discovery_url, **rules(state)})

    return apply


def _redirect_unlisted(state: State, backend: MotoBackend) -> None:
    backend.pool.clients[state.client_id].extended_config["CallbackURLs"] = [_FOREIGN_REDIRECT]


def _service_faults(**descriptions: str) -> dict[str, tuple[str, Action]]:
    """Faults that the services simulate themselves."""

    def action(name: str) -> Action:
        return lambda state, _: state.service_faults.add(name)

    names = {name.replace("_", "-"): description for name, description in descriptions.items()}
    return {name: (description, action(name)) for name, description in names.items()}


FAULTS: dict[str, tuple[str, Action]] = {
    **_service_faults(
        metadata_missing="Runtime and Gateway serve no metadata, and their challenge names none",
        challenge_relative="the challenge names the metadata by a relative URL",
        challenge_renamed="a proxy renames the header of the challenge, as API Gateway does",
        resource_mismatch="the metadata of Runtime and Gateway are those of another resource",
        metadata_issuer_slash="the issuer of the authorization server ends with a slash, and Runtime and Gateway name it without",
        server_metadata_missing="the metadata of the authorization server are nowhere",
        server_metadata_fails="the authorization server fails where its metadata are read",
        response_type_missing="the authorization server does not list the response type code",
        s256_not_listed="the authorization server lists PKCE methods without S256",
        s256_list_absent="the authorization server lists no PKCE methods",
        registration_missing="clients cannot register themselves",
        registration_refused="the registration endpoint wants a token, as at Okta, whose paths the endpoints have",
        client_metadata_refused="the authorization server refuses every client whose id is the URL of its metadata",
        resource_refused="the authorization server refuses the parameter resource, as Entra ID does, and has marks of it",
        iss_missing="the authorization server announces iss in its redirects and sends none",
    ),
    "registration-uri-unlisted": (
        "the app client lists no redirect URI at which MCP clients listen",
        _redirect_unlisted,
    ),
    "registered-client-refused": (
        "Runtime and Gateway allow the app client only, so that the tokens of other clients are refused",
        _rules(lambda state: {"allowedClients": [state.client_id]}),
    ),
    "scope-refused": (
        "Runtime and Gateway require a scope that no client may ask for",
        _rules(lambda _: {"allowedScopes": [_FOREIGN_SCOPE]}),
    ),
}
"""Each fault by its name: its description, and what it changes."""
