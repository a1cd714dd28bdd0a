"""Records of logins as a run writes them, each a change of one in which everything fits."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from agentcore_probe.model.record import RunRecord

HOST = "https://shop-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com"
MCP = f"{HOST}/mcp"
RUNTIME = (
    "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/"
    "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fshop-abcdefghij/invocations?qualifier=DEFAULT"
)
PRM = f"{HOST}/.well-known/oauth-protected-resource"
PRM_PATH = f"{PRM}/mcp"
IDP = "https://cognito-idp.us-east-1.amazonaws.com"
POOL = "us-east-1_EXAMPLE01"
ISSUER = f"{IDP}/{POOL}"
RFC8414 = f"{IDP}/.well-known/oauth-authorization-server/{POOL}"
OPENID_INSERTED = f"{IDP}/.well-known/openid-configuration/{POOL}"
OPENID = f"{ISSUER}/.well-known/openid-configuration"
ORIGIN_RFC8414 = f"{HOST}/.well-known/oauth-authorization-server"
ORIGIN_OPENID = f"{HOST}/.well-known/openid-configuration"
APP_CLIENT = "1example23456789"
LOGIN = "https://shop.auth.us-east-1.amazoncognito.com"

CHALLENGE = {"status": 401, "headers": {"WWW-Authenticate": f'Bearer resource_metadata="{PRM}"'}}
RESOURCE = {"resource": MCP, "authorization_servers": [ISSUER]}
SERVER: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{LOGIN}/oauth2/authorize",
    "token_endpoint": f"{LOGIN}/oauth2/token",
    "registration_endpoint": f"{LOGIN}/oauth2/register",
    "jwks_uri": f"{ISSUER}/.well-known/jwks.json",
    "response_types_supported": ["code", "token"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["openid", "email"],
}
ACCESS = {"name": "token_use", "operator": "EQUALS", "values": ["access"]}
NOT_FOUND = (404, "")


def facts(**changes: Any) -> dict[str, Any]:
    """The facts of a login at a Gateway with a Cognito user pool in which clients can register themselves.

    Args:
        changes: `challenge` (the response), `answers` (status and document, or None for an address that was not read, by URL),
            `server` and `resource` (members of the documents; None removes one), `rules`, `client`, `pool`, `gateway` (members of
            the configuration; None for the whole: not read), `claims` of the run's token, `identity`, `target`, `url`.
    """
    url, target = changes.get("url", MCP), changes.get("target", "gateway")
    resource, server = (
        _changed(base, changes.get(name, {})) for base, name in ((RESOURCE, "resource"), (SERVER, "server"))
    )
    answers: dict[str, tuple[int, Any] | None] = {
        PRM: (200, resource),
        PRM_PATH: NOT_FOUND,
        RFC8414: (200, server),
        OPENID_INSERTED: (400, ""),
        OPENID: (200, server),
        ORIGIN_RFC8414: (404, "<UnknownOperationException/>"),
        ORIGIN_OPENID: NOT_FOUND,
        **changes.get("answers", {}),
    }
    exchanges = [
        _exchange(0, "challenge", "POST", url, changes.get("challenge", CHALLENGE)),
        *(
            _exchange(number, _step(address), "GET", address, _response(answer))
            for number, (address, answer) in enumerate(answers.items(), start=1)
        ),
    ]
    for exchange in exchanges:
        exchange["id"] = f"{target}-oauth-metadata/{exchange['id']}"
    row = f"{target}-oauth-metadata"
    return {
        "environment": {"name": "test", "identity": changes.get("identity", {"client_id": APP_CLIENT})},
        "configuration": _configuration(target, changes),
        "token": {"claims": changes.get("claims", {"token_use": "access"})},
        "exchanges": exchanges,
        "observations": [
            {"method": row, "decision": "accepted", "exchanges": [one["id"] for one in exchanges]}
        ],
    }


def record(**changes: Any) -> RunRecord:
    """The record of these facts."""
    return RunRecord.model_validate(facts(**changes))


def _configuration(target: str, changes: dict[str, Any]) -> dict[str, Any]:
    rules = {"discovery_url": OPENID, **changes.get("rules", {"custom_claims": [ACCESS]})}
    authorizer = {"type": "CUSTOM_JWT", "jwt": rules}
    if "authorizer" in changes:
        authorizer = changes["authorizer"] and {"type": changes["authorizer"]}
    client = {
        "client_id": APP_CLIENT,
        "oauth_flows": ["code"],
        "oauth_enabled": True,
        "oauth_scopes": ["openid", "email"],
        "callback_urls": ["http://localhost:3030/callback"],
    }
    pool = {"id": POOL, "domain": "shop", "registers": True, "registers_openly": True}
    return {
        target: {"url": MCP, "authorizer": authorizer, **changes.get(target, {})}
        if target == "gateway"
        else {"authorizer": authorizer, **changes.get(target, {})},
        "client": _part(client, changes, "client"),
        "user_pools": None if changes.get("pool", {}) is None else [_part(pool, changes, "pool")],
        "issuers": [{"discovery_url": OPENID, "issuer": changes.get("trusted", ISSUER)}],
    }


def _part(base: dict[str, Any], changes: dict[str, Any], name: str) -> dict[str, Any] | None:
    change = changes.get(name, {})
    return None if change is None else {**base, **change}


def _changed(base: dict[str, Any], change: Any) -> Any:
    if not isinstance(change, dict):
        return change
    merged = {**deepcopy(base), **change}
    return {name: value for name, value in merged.items() if value is not None}


def _step(url: str) -> str:
    return "resource metadata" if "oauth-protected-resource" in url else "server metadata"


def _response(answer: tuple[int, Any] | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    status, document = answer
    body = document if isinstance(document, str) else json.dumps(document)
    return {"status": status, "headers": {"Content-Type": "application/json"}, "body": body}


def _exchange(
    number: int, step: str, method: str, url: str, response: dict[str, Any] | None
) -> dict[str, Any]:
    missing = {"kind": "timeout"} if response is None else None
    request = {"method": method, "url": url, "auth": "none"}
    return {"id": str(number), "step": step, "request": request, "response": response, "fault": missing}
