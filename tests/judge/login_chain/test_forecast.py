"""What each client does in each situation: the outcome, the step and the reason, written by hand from the clients' sources."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from agentcore_probe.judge.login_chain.forecast import forecast
from agentcore_probe.judge.login_chain.reasons import Reason
from agentcore_probe.judge.login_chain.situation import situation_of
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.login_chain import WayForecast
from agentcore_probe.report.messages import messages
from tests.judge.login_chain.clients import CLIENTS
from tests.judge.login_chain.situations import (
    APP_CLIENT,
    HOST,
    ISSUER,
    MCP,
    NOT_FOUND,
    OPENID,
    OPENID_INSERTED,
    ORIGIN_OPENID,
    ORIGIN_RFC8414,
    PRM,
    PRM_PATH,
    RFC8414,
    RUNTIME,
    SERVER,
    record,
)

Expected = dict[str, str]
"""By client and way: `connects`, or outcome, step and reason."""


def both(outcome: str, *clients: str) -> Expected:
    """The same in both ways."""
    return {
        f"{client} {way}": outcome for client in clients or ("python", "typescript") for way in ("auto", "id")
    }


CIMD = {"client_id_metadata_document_supported": True}
DOCUMENT = "https://client.example/oauth.json"
PLAIN_401 = {"status": 401, "headers": {}}
RENAMED = {
    "status": 401,
    "headers": {"x-amzn-Remapped-WWW-Authenticate": f'Bearer resource_metadata="{PRM}"'},
}
RELATIVE = {
    "status": 401,
    "headers": {"WWW-Authenticate": 'Bearer resource_metadata="/.well-known/oauth-protected-resource"'},
}
SCOPE = {
    "status": 401,
    "headers": {"WWW-Authenticate": f'Bearer resource_metadata="{PRM}", scope="shop/read"'},
}
DEFAULT_ENDPOINTS = {
    "typescript auto": "fails client-identity oauth-metadata-missing",
    "typescript id": "fails authorization oauth-metadata-missing",
    "claude-code auto": "fails client-identity oauth-metadata-missing",
}
_RUNTIME_HOST, _RUNTIME_PATH = RUNTIME.partition("/runtimes/")[0], RUNTIME.split(".com", 1)[1].split("?")[0]
RUNTIME_PRM = f"{_RUNTIME_HOST}/.well-known/oauth-protected-resource{_RUNTIME_PATH}"
RUNTIME_ORIGIN = {
    f"{_RUNTIME_HOST}/.well-known/{name}": NOT_FOUND
    for name in ("oauth-authorization-server", "openid-configuration")
}
NO_RESOURCE = {PRM: NOT_FOUND, PRM_PATH: NOT_FOUND}
NO_SERVER = {RFC8414: (400, ""), OPENID_INSERTED: (400, ""), OPENID: (400, "")}
ENTRA = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0"
ENTRA_OPENID = f"{ENTRA}/.well-known/openid-configuration"
_BARE = {
    name: value
    for name, value in SERVER.items()
    if name not in ("registration_endpoint", "code_challenge_methods_supported")
}
AT_ENTRA = {
    "resource": {"authorization_servers": [ENTRA]},
    "answers": {
        ENTRA.replace(".com/", ".com/.well-known/oauth-authorization-server/"): NOT_FOUND,
        ENTRA.replace(".com/", ".com/.well-known/openid-configuration/"): NOT_FOUND,
        ENTRA_OPENID: (
            200,
            {
                **_BARE,
                "issuer": ENTRA,
                "authorization_endpoint": ENTRA.replace("/v2.0", "/oauth2/v2.0/authorize"),
                "token_endpoint": ENTRA.replace("/v2.0", "/oauth2/v2.0/token"),
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
            },
        ),
    },
    "rules": {"discovery_url": ENTRA_OPENID, "allowed_audience": ["00000000-aaaa"]},
    "client": None,
    "pool": None,
}
OTHER = "https://login.example.com"
_AT_OTHER = {
    **SERVER,
    "issuer": OTHER,
    "authorization_endpoint": f"{OTHER}/authorize",
    "token_endpoint": f"{OTHER}/token",
    "registration_endpoint": f"{OTHER}/register",
    "jwks_uri": f"{OTHER}/jwks.json",
}
AT_OTHER: dict[str, Any] = {
    "resource": {"authorization_servers": [OTHER]},
    "answers": {
        f"{OTHER}/.well-known/oauth-authorization-server": (200, _AT_OTHER),
        f"{OTHER}/.well-known/openid-configuration": (200, _AT_OTHER),
    },
    "rules": {"discovery_url": f"{OTHER}/.well-known/openid-configuration", "custom_claims": []},
    "pool": None,
}

SITUATIONS: dict[str, tuple[dict[str, Any], Expected]] = {
    "everything fits": (
        {},
        {
            **both("connects", "python", "typescript", "strict"),
            "old auto": "fails server-metadata resource-metadata-not-read",
            "no-way auto": "fails client-identity client-registration-unsupported",
            "no-revision auto": "connects",
            "no-redirect id": "possible authorization redirect-uri-unknown",
            "no-redirect auto": "connects",
            "kiro id": "possible authorization redirect-uri-unknown",
            "no-scopes auto": "possible authorization scope-source-unknown",
            "unknown auto": "possible client-identity registration-unknown",
            "claude auto": "possible authorization scope-source-unknown",
            "chatgpt auto": "connects",
            "known-revision auto": "possible client-identity registration-unknown",
            "known-revision id": "possible client-identity typed-id-unknown",
            "signing auto": "fails challenge sigv4-on-jwt",
        },
    ),
    # challenge
    "open": (
        {"challenge": {"status": 200, "body": "{}"}},
        both("connects", "python", "typescript", "unknown"),
    ),
    "no answer": (
        {"challenge": None},
        both("possible challenge challenge-unread", "python", "typescript", "unknown"),
    ),
    "403 instead of 401": (
        {"challenge": {**PLAIN_401, "status": 403}},
        {
            **both("fails challenge challenge-status"),
            **both("connects", "strict"),
            "unknown auto": "possible challenge start-unknown",
        },
    ),
    "404 instead of 401": (
        {"challenge": {**PLAIN_401, "status": 404}},
        both("fails challenge challenge-status", "python", "typescript", "strict"),
    ),
    "an IAM authorizer": (
        {"authorizer": "AWS_IAM", "challenge": {**PLAIN_401, "status": 403}},
        {
            **both("fails challenge bearer-on-iam", "python", "typescript", "strict"),
            "signing auto": "connects",
        },
    ),
    "an authorizer that only checks signatures": (
        {"authorizer": "AUTHENTICATE_ONLY", "challenge": {**PLAIN_401, "status": 403}},
        {**both("fails challenge bearer-on-iam"), "signing auto": "connects"},
    ),
    "no authorizer": (
        {"authorizer": "NONE", "challenge": None},
        both("connects", "python", "typescript", "unknown"),
    ),
    "an unknown authorizer": (
        {"authorizer": None},
        {**both("possible call authorizer-unread"), "signing auto": "possible challenge authorizer-unread"},
    ),
    # resource metadata
    "no header, metadata at the root": (
        {"challenge": PLAIN_401},
        {**both("connects"), "unknown auto": "possible resource-metadata lookup-unknown"},
    ),
    "no header, metadata at the path": (
        {
            "challenge": PLAIN_401,
            "answers": {
                PRM: NOT_FOUND,
                PRM_PATH: (200, {"resource": MCP, "authorization_servers": [ISSUER]}),
            },
        },
        both("connects"),
    ),
    "no header, metadata at the root, and the path answers 500": (
        {"challenge": PLAIN_401, "answers": {PRM_PATH: (500, "")}},
        {**both("connects", "python"), "vscode auto": "connects", **DEFAULT_ENDPOINTS},
    ),
    "no header, metadata at the root, and the path answers 502": (
        {"challenge": PLAIN_401, "answers": {PRM_PATH: (502, "")}},
        {
            **both("connects"),
            "inspector auto": "connects",
            "claude-code auto": "fails client-identity oauth-metadata-missing",
        },
    ),
    "no header, metadata at the root, and the path answers with a page": (
        {"challenge": PLAIN_401, "answers": {PRM_PATH: (200, "<html>")}},
        {
            **both("connects", "python"),
            **{
                cell: forecast.replace("oauth-metadata-missing", "resource-metadata-malformed")
                for cell, forecast in DEFAULT_ENDPOINTS.items()
            },
        },
    ),
    "a Runtime without a header, metadata at the path": (
        {
            "target": "runtime",
            "url": RUNTIME,
            "challenge": PLAIN_401,
            "resource": {"resource": RUNTIME},
            "answers": {
                RUNTIME_PRM: (200, {"resource": RUNTIME, "authorization_servers": [ISSUER]}),
                **RUNTIME_ORIGIN,
            },
        },
        {
            **both("connects", "python"),
            **both("possible resource-metadata resource-metadata-unread", "typescript", "inspector"),
        },
    ),
    "a renamed header, metadata at the root": ({"challenge": RENAMED}, both("connects")),
    "a renamed header, no metadata": (
        {"challenge": RENAMED, "answers": NO_RESOURCE},
        {
            "python auto": "fails client-identity challenge-header-renamed",
            "python id": "fails authorization challenge-header-renamed",
            "typescript auto": "fails client-identity challenge-header-renamed",
            "typescript id": "fails authorization challenge-header-renamed",
            **both("fails resource-metadata challenge-header-renamed", "strict"),
        },
    ),
    "no header, no metadata": (
        {"challenge": PLAIN_401, "answers": NO_RESOURCE},
        {
            "python auto": "fails client-identity oauth-metadata-missing",
            "python id": "fails authorization oauth-metadata-missing",
            "typescript auto": "fails client-identity oauth-metadata-missing",
            "typescript id": "fails authorization oauth-metadata-missing",
            **both("fails resource-metadata oauth-metadata-missing", "strict", "known-revision"),
        },
    ),
    "the header names an address without metadata, the path has it": (
        {"answers": {PRM: NOT_FOUND, PRM_PATH: (200, {"resource": MCP, "authorization_servers": [ISSUER]})}},
        {
            **both("connects", "python"),
            "typescript auto": "fails client-identity oauth-metadata-missing",
            "typescript id": "fails authorization oauth-metadata-missing",
            "unknown auto": "possible resource-metadata lookup-unknown",
        },
    ),
    "a relative address": (
        {"challenge": RELATIVE},
        {
            **both("fails challenge oauth-metadata-missing", "python"),
            **both("connects", "typescript"),
            "old auto": "fails server-metadata resource-metadata-not-read",
            "known-revision auto": "possible challenge relative-url-unknown",
        },
    ),
    "metadata answers 503": (
        {"answers": {PRM: (503, ""), PRM_PATH: NOT_FOUND}},
        {
            **both("fails resource-metadata oauth-metadata-missing", "python"),
            "typescript auto": "fails client-identity oauth-metadata-missing",
            "known-revision auto": "fails server-metadata oauth-metadata-missing",
        },
    ),
    "metadata answers 429": (
        {"answers": {PRM: (429, "")}},
        {
            **both("fails resource-metadata oauth-metadata-missing", "python"),
            "typescript id": "fails authorization oauth-metadata-missing",
        },
    ),
    "metadata answers 500, the path has it": (
        {"answers": {PRM: (500, ""), PRM_PATH: (200, {"resource": MCP, "authorization_servers": [ISSUER]})}},
        both("connects", "python"),
    ),
    "metadata was not read": (
        {"answers": {PRM: None}},
        both(
            "possible resource-metadata resource-metadata-unread",
            *("python", "typescript", "known-revision", "unknown"),
        ),
    ),
    "the header names plain http of another machine": (
        {
            "challenge": {
                "status": 401,
                "headers": {"WWW-Authenticate": 'Bearer resource_metadata="http://mcp.example.com/prm"'},
            }
        },
        both("possible resource-metadata metadata-url-insecure", "python", "typescript"),
    ),
    "the authorization server has plain http": (
        {"resource": {"authorization_servers": ["http://as.example.com"]}},
        both("possible server-metadata metadata-url-insecure", "python", "typescript"),
    ),
    "metadata redirects": (
        {"answers": {PRM: (302, "")}},
        {
            "python auto": "possible resource-metadata redirect-unknown",
            "known-revision auto": "possible resource-metadata redirect-unknown",
        },
    ),
    "metadata is not JSON": (
        {"answers": {PRM: (200, "<html>")}},
        {
            "python auto": "fails client-identity resource-metadata-malformed",
            "typescript id": "fails authorization resource-metadata-malformed",
        },
    ),
    "metadata names no authorization server": (
        {"resource": {"authorization_servers": []}},
        {
            "python auto": "fails client-identity resource-metadata-malformed",
            "typescript auto": "fails client-identity resource-metadata-malformed",
            **both("fails resource-metadata resource-metadata-malformed", "strict"),
        },
    ),
    "resource is another path": (
        {"resource": {"resource": f"{HOST}/shop/mcp"}},
        {
            **both("fails resource-metadata resource-mismatch", "python", "typescript", "strict"),
            "vscode auto": "fails client-identity resource-mismatch",
            "vscode id": "fails authorization resource-mismatch",
            "known-revision auto": "possible resource-metadata resource-check-unknown",
        },
    ),
    "resource is another path, and a further address has the right one": (
        {
            "challenge": PLAIN_401,
            "answers": {
                PRM_PATH: (200, {"resource": f"{HOST}/shop/mcp", "authorization_servers": [ISSUER]}),
            },
        },
        {**both("fails resource-metadata resource-mismatch"), "vscode auto": "connects"},
    ),
    "resource is another host": (
        {"resource": {"resource": "https://mcp.example.com/mcp"}},
        both("fails resource-metadata resource-mismatch"),
    ),
    "resource is a beginning of the path, but not whole segments": (
        {"resource": {"resource": f"{HOST}/mc"}},
        both("fails resource-metadata resource-mismatch"),
    ),
    "resource is the origin": (
        {"resource": {"resource": HOST}},
        both("connects", "python", "typescript", "strict"),
    ),
    "resource ends with a slash": (
        {"resource": {"resource": f"{MCP}/"}},
        {**both("connects"), **both("fails resource-metadata resource-mismatch", "strict")},
    ),
    "resource has capitals in its host": (
        {"resource": {"resource": MCP.replace("shop", "SHOP", 1)}},
        both("connects"),
    ),
    # server metadata
    "OpenID Connect at the inserted path only": (
        {"answers": {RFC8414: (400, ""), OPENID_INSERTED: (200, SERVER), OPENID: NOT_FOUND}},
        both("connects"),
    ),
    "OpenID Connect at the end of the issuer only": (
        {"answers": {RFC8414: (400, "")}},
        {
            **both("connects", "python", "typescript", "strict"),
            **both("possible server-metadata revision-unknown", "no-revision"),
        },
    ),
    "no metadata of the server": (
        {"answers": NO_SERVER},
        {
            "python auto": "fails client-identity authorization-server-metadata-missing",
            "python id": "fails authorization authorization-server-metadata-missing",
            "typescript auto": "fails client-identity authorization-server-metadata-missing",
            "typescript id": "fails authorization authorization-server-metadata-missing",
            "known-revision auto": "fails server-metadata authorization-server-metadata-missing",
        },
    ),
    "the first address answers 500": (
        {"answers": {RFC8414: (500, "")}},
        {
            "python auto": "fails client-identity authorization-server-metadata-missing",
            "python id": "fails authorization authorization-server-metadata-missing",
            **both("fails server-metadata authorization-server-metadata-missing", "typescript"),
            "known-revision auto": "possible server-metadata server-error-unknown",
        },
    ),
    "the first address answers 502": (
        {"answers": {RFC8414: (502, "")}},
        {
            "python auto": "fails client-identity authorization-server-metadata-missing",
            **both("connects", "typescript"),
        },
    ),
    "the first address redirects": (
        {"answers": {RFC8414: (302, "")}},
        {**both("possible server-metadata redirect-unknown", "python", "known-revision")},
    ),
    "the provider cannot be reached from here": (
        {"answers": {RFC8414: None, OPENID_INSERTED: None, OPENID: None}},
        both("possible server-metadata server-metadata-unread", "python", "typescript", "known-revision"),
    ),
    "metadata without a domain's endpoints": (
        {"server": {"authorization_endpoint": None, "token_endpoint": None}},
        {
            "python auto": "fails client-identity server-metadata-malformed",
            "typescript auto": "fails server-metadata server-metadata-malformed",
            "known-revision auto": "fails server-metadata server-metadata-malformed",
        },
    ),
    "metadata without response types": (
        {"server": {"response_types_supported": None}},
        {
            **both("connects", "python"),
            **both("fails server-metadata server-metadata-malformed", "typescript"),
        },
    ),
    "an OpenID document without subject types": (
        {"server": {"subject_types_supported": None}, "answers": {RFC8414: (400, "")}},
        {
            **both("connects", "python"),
            **both("fails server-metadata server-metadata-malformed", "typescript", "inspector"),
        },
    ),
    "metadata of RFC 8414 without subject types": (
        {"server": {"subject_types_supported": None}},
        both("connects"),
    ),
    "an issuer with a slash more": (
        {"server": {"issuer": f"{ISSUER}/"}, "trusted": f"{ISSUER}/"},
        {
            **both("fails server-metadata metadata-issuer-mismatch", "python", "typescript"),
            "known-revision auto": "possible server-metadata issuer-check-unknown",
        },
    ),
    "an issuer with a slash less": (
        {
            "resource": {"authorization_servers": [f"{ISSUER}/"]},
        },
        {
            **both("fails server-metadata metadata-issuer-mismatch", "python"),
            **both("connects", "typescript"),
        },
    ),
    "another issuer": (
        {"server": {"issuer": "https://login.example.com"}},
        both("fails server-metadata metadata-issuer-mismatch", "python", "typescript", "strict"),
    ),
    # server capabilities
    "no list of challenge methods": (
        {"server": {"code_challenge_methods_supported": None}},
        {
            **both("connects"),
            **both("fails server-capabilities pkce-not-advertised", "strict"),
            "known-revision auto": "possible server-capabilities pkce-check-unknown",
        },
    ),
    "a list without S256": (
        {"server": {"code_challenge_methods_supported": ["plain"]}},
        {
            **both("connects", "python"),
            **both("fails server-capabilities pkce-not-advertised", "typescript", "strict"),
        },
    ),
    "an empty list of challenge methods": (
        {"server": {"code_challenge_methods_supported": []}},
        {**both("connects", "python"), **both("fails server-capabilities pkce-not-advertised", "typescript")},
    ),
    "response types without code": (
        {"server": {"response_types_supported": ["token"]}},
        {
            **both("connects", "python"),
            **both("fails server-capabilities response-type-unsupported", "typescript"),
            "known-revision auto": "possible server-capabilities response-type-check-unknown",
        },
    ),
    "an OpenID document after one that is no metadata": (
        {"answers": {RFC8414: (200, {"issuer": ISSUER})}},
        {
            **both("connects", "python"),
            **both("fails server-metadata server-metadata-malformed", "typescript", "mcp-remote"),
            "known-revision auto": "possible server-metadata malformed-unknown",
        },
    ),
    "the MCP server's host is its own authorization server, its metadata fail": (
        {
            "answers": {
                PRM: (503, ""),
                PRM_PATH: NOT_FOUND,
                ORIGIN_RFC8414: (200, {**SERVER, "issuer": HOST}),
            },
            "trusted": HOST,
        },
        {
            **both("fails resource-metadata oauth-metadata-missing", "python"),
            "no-error auto": "possible resource-metadata resource-error-unknown",
            "typescript id": "connects",
            "old auto": "possible client-identity registration-policy-unknown",
        },
    ),
    "the MCP server's host is its own authorization server, and speaks OpenID Connect": (
        {
            "challenge": PLAIN_401,
            "answers": {**NO_RESOURCE, ORIGIN_OPENID: (200, {**SERVER, "issuer": HOST})},
            "trusted": HOST,
        },
        {
            "python id": "fails authorization oauth-metadata-missing",
            "typescript id": "connects",
            "vscode auto": "possible server-metadata revision-unknown",
        },
    ),
    # client identity
    "no registration": (
        {"server": {"registration_endpoint": None}},
        {
            "python auto": "fails client-identity client-registration-unsupported",
            "typescript auto": "fails client-identity client-registration-unsupported",
            "python id": "connects",
            "typescript id": "connects",
        },
    ),
    "a list without S256, and registration with a token": (
        {"server": {"code_challenge_methods_supported": ["plain"]}, "pool": {"registers_openly": False}},
        {
            "python auto": "fails client-identity client-registration-refused",
            "python id": "connects",
            "typescript auto": "fails client-identity client-registration-refused",
            "typescript id": "fails server-capabilities pkce-not-advertised",
            "claude-code auto": "fails server-capabilities pkce-not-advertised",
        },
    ),
    "registration only with a token": (
        {"pool": {"registers_openly": False}},
        {
            "python auto": "fails client-identity client-registration-refused",
            "typescript auto": "fails client-identity client-registration-refused",
            "python id": "connects",
        },
    ),
    "registration is off, but listed": (
        {"pool": {"registers": False, "registers_openly": None}},
        {"python auto": "fails client-identity client-registration-refused"},
    ),
    "the settings of the user pool could not be read": (
        {"pool": None},
        {
            "python auto": "possible client-identity registration-policy-unknown",
            "typescript auto": "possible client-identity registration-policy-unknown",
            "python id": "connects",
        },
    ),
    "no id is known": (
        {"identity": None},
        {"python id": "possible client-identity client-id-missing", "python auto": "connects"},
    ),
    "the only client that the authorizer allows": (
        {"identity": None, "rules": {"allowed_clients": [APP_CLIENT]}},
        {"python id": "connects", "python auto": "fails call registered-client-not-allowed"},
    ),
    # authorization
    "the app client could not be read": (
        {"client": None},
        {"python id": "possible authorization app-client-unread", "python auto": "connects"},
    ),
    "the app client is another one": (
        {"client": {"client_id": "another"}},
        {"typescript id": "possible authorization app-client-unread"},
    ),
    "the app client has no code grant": (
        {"client": {"oauth_flows": ["client_credentials"]}},
        {
            **{
                f"{one} id": "fails authorization oauth-grant-not-allowed" for one in ("python", "typescript")
            },
            "python auto": "connects",
        },
    ),
    "OAuth is off": (
        {"client": {"oauth_enabled": False}},
        {"python id": "fails authorization oauth-grant-not-allowed"},
    ),
    "another redirect URI": (
        {"client": {"callback_urls": ["https://claude.ai/api/mcp/auth_callback"]}},
        {
            "python id": "fails authorization redirect-uri-mismatch",
            "typescript id": "fails authorization redirect-uri-mismatch",
            "python auto": "connects",
        },
    ),
    "a redirect URI with a port": (
        {"client": {"callback_urls": ["http://localhost:8400/callback"]}},
        {"python id": "connects", "typescript id": "connects"},
    ),
    "a redirect URI of another name of this machine": (
        {"client": {"callback_urls": ["http://127.0.0.1:3030/callback"]}},
        {"python id": "fails authorization redirect-uri-mismatch"},
    ),
    "a redirect URI with another path": (
        {"client": {"callback_urls": ["http://localhost:3030/oauth/callback"]}},
        {"python id": "fails authorization redirect-uri-mismatch"},
    ),
    "the server lists a scope that the app client may not have": (
        {"server": {"scopes_supported": ["openid", "phone"]}},
        {
            "python id": "fails authorization oauth-scope-invalid",
            "typescript id": "connects",
            "python auto": "connects",
        },
    ),
    "the challenge asks for a scope that the app client may not have": (
        {
            "challenge": {
                "status": 401,
                "headers": {"WWW-Authenticate": f'Bearer resource_metadata="{PRM}", scope="shop/read"'},
            }
        },
        {**both("fails authorization oauth-scope-invalid")},
    ),
    "the challenge asks for a scope that every client may have": (
        {
            "challenge": {
                "status": 401,
                "headers": {"WWW-Authenticate": f'Bearer resource_metadata="{PRM}", scope="shop/read"'},
            },
            "client": {"oauth_scopes": ["shop/read"]},
            "pool": {"registered_scopes": ["shop/read"]},
            "rules": {"allowed_scopes": ["shop/read"]},
            "resource": {"scopes_supported": ["shop/read"]},
        },
        both("connects", "python", "typescript", "strict"),
    ),
    "the app client lacks offline_access": (
        {
            "server": {"scopes_supported": ["openid", "offline_access"]},
            "resource": {"scopes_supported": ["openid"]},
        },
        {
            "python id": "fails authorization oauth-scope-invalid",
            "typescript id": "fails authorization oauth-scope-invalid",
            "python auto": "fails authorization oauth-scope-invalid",
        },
    ),
    "a registered client asks for no scope, and may have the required one": (
        {"rules": {"allowed_scopes": ["shop/read"]}, "pool": {"registered_scopes": ["shop/read"]}},
        {"typescript auto": "connects"},
    ),
    "a registered client asks for no scope, and may not have the required one": (
        {"rules": {"allowed_scopes": ["shop/read"]}, "server": {"scopes_supported": ["openid", "shop/read"]}},
        {"typescript auto": "fails call scope-missing"},
    ),
    "a registered client asks for no scope, and the user pool was not read": (
        {"rules": {"allowed_scopes": ["shop/read"]}, "pool": None},
        {
            "chatgpt auto": "fails call scope-missing",
            "typescript auto": "possible client-identity registration-policy-unknown",
        },
    ),
    "the provider must know the resource": (
        AT_ENTRA,
        {
            "python id": "fails authorization resource-parameter-rejected",
            "typescript id": "fails authorization resource-parameter-rejected",
            "strict id": "fails server-capabilities pkce-not-advertised",
            "python auto": "fails client-identity client-registration-unsupported",
            "old auto": "fails server-metadata resource-metadata-not-read",
        },
    ),
    "nothing is known of the provider": (
        AT_OTHER,
        {
            "python auto": "possible client-identity registration-policy-unknown",
            "python id": "possible authorization resource-parameter-unknown",
            "typescript id": "possible authorization resource-parameter-unknown",
        },
    ),
    # call
    "a fixed list of clients": (
        {"rules": {"allowed_clients": [APP_CLIENT]}},
        {
            "python auto": "fails call registered-client-not-allowed",
            "typescript auto": "fails call registered-client-not-allowed",
            "python id": "connects",
            "typescript id": "connects",
        },
    ),
    "a list without the app client": (
        {"rules": {"allowed_clients": ["another", "third"]}},
        {
            "python id": "fails call client-not-allowed",
            "python auto": "fails call registered-client-not-allowed",
        },
    ),
    "an audience at Cognito": (
        {"rules": {"allowed_audience": [MCP]}},
        both("fails call audience-not-allowed"),
    ),
    "an audience that the tokens have": (
        {"rules": {"allowed_audience": [MCP]}, "claims": {"aud": [MCP, "other"]}},
        both("connects"),
    ),
    "a required scope that nobody asks for": (
        {"rules": {"allowed_scopes": ["shop/read"]}},
        {
            **both("fails call scope-missing", "python"),
            "typescript auto": "fails call scope-missing",
            "typescript id": "fails call scope-missing",
        },
    ),
    "a required scope that the app client has without asking": (
        {"rules": {"allowed_scopes": ["email"]}},
        {"typescript id": "connects", **both("connects", "python")},
    ),
    "a scope that is advertised by another name": (
        {
            "rules": {"allowed_scopes": ["internal/read"], "advertised_scopes": {"internal/read": "read"}},
            "resource": {"scopes_supported": ["read"]},
            "client": {"oauth_scopes": ["read"]},
            "pool": {"registered_scopes": ["read"]},
        },
        both("connects"),
    ),
    "a claim that the run's token lacks": (
        {"claims": {"token_use": "id"}},
        both("possible call custom-claim-unknown"),
    ),
    "another issuer is trusted": (
        {"trusted": "https://login.example.com"},
        both("fails call issuer-mismatch"),
    ),
    "a Runtime": (
        {
            "target": "runtime",
            "url": RUNTIME,
            "resource": {"resource": RUNTIME},
            "runtime": {"protocol": "MCP"},
        },
        both("connects", "python", "typescript", "strict"),
    ),
    "a Runtime that speaks HTTP": (
        {
            "target": "runtime",
            "url": RUNTIME,
            "resource": {"resource": RUNTIME},
            "runtime": {"protocol": "HTTP"},
        },
        both("fails call protocol-not-mcp"),
    ),
    "a Runtime behind a Gateway only": (
        {
            "target": "runtime",
            "url": RUNTIME,
            "resource": {"resource": RUNTIME},
            "rules": {
                "workload_binding": [
                    "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-abcdefghij"
                ]
            },
        },
        both("fails call workload-binding"),
    ),
    "tokens of the provider name no client": (
        {
            **AT_ENTRA,
            "rules": {"discovery_url": ENTRA_OPENID, "allowed_clients": [APP_CLIENT]},
            "resource": {"authorization_servers": [ENTRA], "resource": HOST},
        },
        {"signing auto": "fails challenge sigv4-on-jwt", "no-resource id": "fails call client-claim-missing"},
    ),
    "the provider writes audiences of its own": (
        AT_ENTRA,
        {
            "no-resource id": "possible authorization app-client-unread",
            "no-resource auto": "fails client-identity client-registration-unsupported",
        },
    ),
    "an audience at a provider of which nothing is known": (
        {**AT_OTHER, "rules": {**AT_OTHER["rules"], "allowed_audience": ["shop"]}, "pool": {"id": "other"}},
        {"no-resource id": "possible call audience-unknown"},
    ),
    "a scope at a provider of which nothing is known": (
        {
            **AT_OTHER,
            "rules": {**AT_OTHER["rules"], "allowed_scopes": ["shop"]},
            "client": {"oauth_scopes": None},
        },
        {"no-resource id": "possible call scope-unknown"},
    ),
    "scopes that the app client's settings do not show": (
        {"client": {"oauth_scopes": None}},
        {"python id": "possible authorization scopes-unknown", "typescript id": "connects"},
    ),
    "a token endpoint without TLS": (
        {"server": {"token_endpoint": "http://login.example.com/token"}},
        both("possible token token-endpoint-insecure"),
    ),
    "a token endpoint on this machine": (
        {"server": {"token_endpoint": "http://127.0.0.1:8080/token"}},
        both("connects"),
    ),
    # client metadata documents
    "a document that a policy allows": (
        {
            "server": CIMD,
            "pool": {
                "client_metadata_policies": [
                    {"id": "p", "client_id": APP_CLIENT, "url_patterns": ["https://client.example/*"]}
                ]
            },
        },
        {"strict auto": "connects", "python auto": "connects"},
    ),
    "a server that takes documents, but lists no public clients": (
        {"server": CIMD, "pool": {"client_metadata_policies": []}},
        {
            "strict auto": "fails authorization cimd-url-not-allowed",
            "public auto": "connects",
            "perhaps-public auto": "possible client-identity registration-unknown",
        },
    ),
    "a server that takes documents of public clients": (
        {
            "server": {**CIMD, "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"]},
            "pool": {"client_metadata_policies": []},
        },
        {
            "public auto": "fails authorization cimd-url-not-allowed",
            "perhaps-public auto": "fails authorization cimd-url-not-allowed",
        },
    ),
    "a document that no policy allows": (
        {
            "server": CIMD,
            "pool": {
                "client_metadata_policies": [
                    {"id": "p", "client_id": APP_CLIENT, "url_patterns": ["https://other.example/*"]}
                ]
            },
        },
        {"strict auto": "fails authorization cimd-url-not-allowed", "python auto": "connects"},
    ),
    "a document at another provider, which does not list the scope": (
        {
            **AT_OTHER,
            "answers": {f"{OTHER}/.well-known/oauth-authorization-server": (200, {**_AT_OTHER, **CIMD})},
            "challenge": SCOPE,
        },
        {"strict auto": "possible authorization scopes-unknown"},
    ),
    "policies could not be read, and the scope is not listed": (
        {"server": CIMD, "pool": None, "challenge": SCOPE},
        {"strict auto": "possible authorization cimd-policy-unknown"},
    ),
    "policies could not be read": (
        {"server": CIMD},
        {"strict auto": "possible authorization cimd-policy-unknown"},
    ),
    "a document, and a list of clients with the app client": (
        {
            "server": CIMD,
            "rules": {"allowed_clients": [APP_CLIENT]},
            "pool": {
                "client_metadata_policies": [
                    {"id": "p", "client_id": APP_CLIENT, "url_patterns": ["https://client.example/*"]}
                ]
            },
        },
        {"strict auto": "possible call cimd-token-client-unknown"},
    ),
    "a document, and a list of clients with both ids": (
        {
            "server": CIMD,
            "rules": {"allowed_clients": [APP_CLIENT, DOCUMENT]},
            "pool": {
                "client_metadata_policies": [
                    {"id": "p", "client_id": APP_CLIENT, "url_patterns": ["https://client.example/*"]}
                ]
            },
        },
        {"strict auto": "connects"},
    ),
    "a document, and a list of clients with neither id": (
        {
            "server": CIMD,
            "rules": {"allowed_clients": ["another"]},
            "pool": {
                "client_metadata_policies": [
                    {"id": "p", "client_id": APP_CLIENT, "url_patterns": ["https://client.example/*"]}
                ]
            },
        },
        {"strict auto": "fails call client-not-allowed"},
    ),
}
CELLS = [
    pytest.param(changes, cell, outcome, id=f"{name}: {cell}")
    for name, (changes, expected) in SITUATIONS.items()
    for cell, outcome in expected.items()
]


def way_of(cell: str, changes: dict[str, Any]) -> WayForecast:
    """The forecast of a cell."""
    client, way = cell.split()
    record_ = record(**changes)
    situation = situation_of(record_, changes.get("target", "gateway"))
    assert situation is not None
    ways = {one.way: one for one in forecast(CLIENTS[client], situation).ways}
    return ways["automatic" if way == "auto" else "typed-id"]


@pytest.mark.parametrize(("changes", "cell", "expected"), CELLS)
def test_a_client_does_what_its_sources_say(changes: dict[str, Any], cell: str, expected: str) -> None:
    """Outcome, step and reason; the sentences can be written in each language; the exchanges exist."""
    found = way_of(cell, changes)
    shown = "connects" if found.outcome == "connects" else f"{found.outcome} {found.step} {found.reason}"
    assert shown == expected
    for language in LANGUAGES:
        known = messages(language)
        assert known(f"forecast-{found.reason}", found.values)
        assert found.outcome == "connects" or known(f"forecast-fix-{found.reason}", found.values)
        assert all(known(f"forecast-{warning}") for warning in found.warnings)
    assert set(found.evidence) <= {exchange.id for exchange in record(**changes).exchanges}


def test_the_table_is_large_enough() -> None:
    """It has every reason and more cells than a reader would believe without them."""
    assert len(CELLS) >= 150
    shown = {outcome.split()[-1] for _, expected in SITUATIONS.values() for outcome in expected.values()}
    assert set(get_args(Reason)) - shown == set()


WARNINGS: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "none": ({}, "python auto", ()),
    "the listed port": ({}, "python id", ("warning-redirect-port",)),
    "a list without S256": (
        {"server": {"code_challenge_methods_supported": ["plain"]}},
        "python auto",
        ("warning-s256-not-listed",),
    ),
    "no list of challenge methods, which an earlier version refuses": (
        {"server": {"code_challenge_methods_supported": None}},
        "claude-code auto",
        ("warning-s256-earlier",),
    ),
    "no list of challenge methods, and no version refuses it": (
        {"server": {"code_challenge_methods_supported": None}},
        "python auto",
        (),
    ),
    "a list with S256, which every version takes": ({}, "claude-code auto", ()),
    "a confidential client": (
        {"client": {"has_secret": True}},
        "typescript id",
        ("warning-redirect-port", "warning-client-secret"),
    ),
    "a policy engine": ({"gateway": {"policy_engine": "ENFORCE"}}, "python auto", ("warning-policies",)),
    "a policy engine that only logs": ({"gateway": {"policy_engine": "LOG_ONLY"}}, "python auto", ()),
    "a metadata document": (
        {"server": CIMD, "pool": {"client_metadata_policies": []}},
        "strict auto",
        ("warning-document-fetched",),
    ),
    "an earlier step that is not established": (
        {"pool": None, "rules": {"allowed_clients": [APP_CLIENT]}},
        "python auto",
        ("warning-may-stop-earlier",),
    ),
}


@pytest.mark.parametrize(("changes", "cell", "expected"), WARNINGS.values(), ids=WARNINGS)
def test_a_forecast_names_what_may_still_go_wrong(
    changes: dict[str, Any], cell: str, expected: tuple[str, ...]
) -> None:
    """By the ids of sentences without variables."""
    assert way_of(cell, changes).warnings == expected


SIDES: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "a target's challenge": ({"challenge": {**PLAIN_401, "status": 403}}, "python auto", "target"),
    "a target's resource": ({"resource": {"resource": f"{HOST}/shop/mcp"}}, "python auto", "target"),
    "a target's rules": ({"rules": {"allowed_clients": ["another"]}}, "python id", "target"),
    "a target's discovery URL": (
        {"server": {"issuer": "https://login.example.com"}},
        "python auto",
        "target",
    ),
    "an id that the environment lacks": ({"identity": None}, "python id", None),
    "a provider's registration": ({"pool": {"registers_openly": False}}, "python auto", "provider"),
    "a provider's client": ({"client": {"callback_urls": []}}, "python id", "provider"),
    "a client that must send resource": (AT_ENTRA, "python id", "provider"),
    "a client that can omit resource": (AT_ENTRA, "typescript id", "client"),
    "a client of an old revision": ({}, "old auto", "client"),
    "nobody": ({}, "python auto", None),
}


@pytest.mark.parametrize(("changes", "cell", "expected"), SIDES.values(), ids=SIDES)
def test_a_forecast_names_who_can_change_it(changes: dict[str, Any], cell: str, expected: str | None) -> None:
    """The target, the provider or the client."""
    assert way_of(cell, changes).side == expected


def test_a_client_has_the_ways_in_which_it_can_come_by_an_id() -> None:
    """The automatic one first; a client that has none is shown to have none."""
    situation = situation_of(record(), "gateway")
    assert situation is not None
    ways = {id: [way.way for way in forecast(client, situation).ways] for id, client in CLIENTS.items()}
    assert ways["python"] == ["automatic", "typed-id"]
    assert ways["old"] == ways["no-way"] == ways["signing"] == ["automatic"]


def test_a_redirect_uri_that_no_version_establishes_is_not_compared() -> None:
    """Kiro's: an app client that lists another one is no failure."""
    changes = {"client": {"callback_urls": ["https://claude.ai/api/mcp/auth_callback"]}}
    assert way_of("kiro id", changes).outcome == "possible"


def test_the_discovery_url_of_a_fix_has_one_slash() -> None:
    """Also for an issuer that ends with one, as Auth0's."""
    found = way_of("python auto", {"server": {"issuer": "https://tenant.auth0.com/"}})
    fix = messages("en")(f"forecast-fix-{found.reason}", found.values)
    assert "https://tenant.auth0.com/.well-known/openid-configuration," in fix


def test_a_redirect_that_a_client_follows_is_not_said_to_be_unknown_behaviour_only() -> None:
    """The run does not follow it, so what is there is not known."""
    found = way_of("python auto", {"answers": {PRM: (302, "")}})
    assert "was not read" in messages("en")(f"forecast-{found.reason}", found.values)


@pytest.mark.parametrize(("client", "tried"), [("python", f"{HOST}/register"), ("typescript", "none")])
def test_a_client_may_register_at_the_mcp_server(client: str, tried: str) -> None:
    """Where the authorization server lists no endpoint: the address is in its error message."""
    assert way_of(f"{client} auto", {"server": {"registration_endpoint": None}}).values == {"tried": tried}
