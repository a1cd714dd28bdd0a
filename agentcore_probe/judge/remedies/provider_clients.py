"""The clients of the identity providers beside Cognito: the provider's own commands for the login of an MCP client.

Entra: the Azure CLI and Microsoft Graph. Okta: its Dynamic Client Registration API. Auth0: its CLI. Keycloak: kcadm.
What a line replaces, the line before it shows. Tokens are variables.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from urllib.parse import urlsplit

from agentcore_probe.judge.remedies import user_pool
from agentcore_probe.judge.remedies.context import RemedyContext, shell_word
from agentcore_probe.judge.remedies.identity import may_be_cognito
from agentcore_probe.model.oauth_discovery import origin_of
from agentcore_probe.providers import PROVIDERS, find_provider
from agentcore_probe.regex import regex

_REGISTRATION = ("client-registration-unsupported", "client-registration-refused")
_REALM = regex(r"/realms/([^/?#]+)")


def commands(context: RemedyContext, cause: str) -> tuple[str, ...]:
    """The lines for a cause of the login of MCP clients; none where the provider is not known, or has no such setting."""
    build = _BUILDERS.get(_provider(context, cause))
    return build(context, cause) if build is not None else ()


def _provider(context: RemedyContext, cause: str) -> str:
    """The id of the provider: the diagnosis', else that of the issuer."""
    named = context.values.get("provider")
    if named in {provider.id for provider in PROVIDERS} - {"generic"}:
        return str(named)
    if context.pool is not None or (context.issuer is None and may_be_cognito(context, cause)):
        return "cognito"
    return find_provider(context.issuer or "").id


def _client(context: RemedyContext) -> str:
    return shell_word(context.values.get("client") or context.claims.get("azp"), "CLIENT_ID")


def _redirect(context: RemedyContext) -> str:
    """The redirect URI as a word for a shell."""
    return shell_word(context.values.get("redirect"), "REDIRECT_URI")


def _json(value: object) -> str:
    """JSON as one word for a shell."""
    return shlex.quote(json.dumps(value, ensure_ascii=False))


def _template(value: object) -> str:
    """JSON as one word in which the shell fills in variables; for texts of this program only."""
    text = json.dumps(value).replace('"', '\\"')
    return f'"{text}"'


def _origin(context: RemedyContext, variable: str) -> str:
    """The issuer's scheme and host as the beginning of a word for a shell."""
    try:
        origin = origin_of(context.issuer or "")
        return shlex.quote(origin) if urlsplit(origin).hostname else f'"${variable}"'
    except ValueError:
        return f'"${variable}"'


def _entra(context: RemedyContext, cause: str) -> tuple[str, ...]:
    if cause in _REGISTRATION:
        return (
            "az ad app create --display-name mcp-client --sign-in-audience AzureADMyOrg "
            f"--is-fallback-public-client true \\\n  --public-client-redirect-uris {_redirect(context)} --query appId",
        )
    if cause == "redirect-uri-mismatch":
        app = _client(context)
        show = f"az ad app show --id {app} --query publicClient.redirectUris -o tsv"
        return (
            show,
            f"az ad app update --id {app} --public-client-redirect-uris $({show}) {_redirect(context)}",
        )
    if cause == "resource-parameter-rejected":
        resource = context.values.get("resource")
        body = {
            "identifierUris": [resource or "$RESOURCE"],
            "api": {"requestedAccessTokenVersion": 2},
        }
        url = "\"https://graph.microsoft.com/v1.0/applications(appId='$API_APP_ID')\""
        text = _json(body) if resource else _template(body)
        return (
            'az ad app show --id "$API_APP_ID" --query "[identifierUris, api.requestedAccessTokenVersion]"',
            f"az rest --method PATCH --url {url} \\\n  --headers Content-Type=application/json --body {text}",
        )
    return ()


def _okta(context: RemedyContext, cause: str) -> tuple[str, ...]:
    clients = f"{_origin(context, 'OKTA_ORG')}/oauth2/v1/clients"
    headers = '-H "Authorization: SSWS $OKTA_API_TOKEN" -H "Content-Type: application/json"'
    if cause in _REGISTRATION:
        client = {
            "client_name": "mcp-client",
            "application_type": "native",
            "redirect_uris": [context.values.get("redirect") or "http://127.0.0.1/callback"],
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "none",
        }
        return (f"curl -sS {clients} {headers} \\\n  -d {_json(client)} | jq -r .client_id",)
    if cause == "redirect-uri-mismatch":
        url = f"{clients}/{_client(context)}"
        added = "[$uri] | unique"
        return (
            f"curl -sS {url} {headers} \\\n"
            f"  | jq --arg uri {_redirect(context)} '.redirect_uris = (.redirect_uris + {added})' > client.json",
            f"curl -sS -X PUT {url} {headers} -d @client.json && rm client.json",
        )
    return ()


def _auth0(context: RemedyContext, cause: str) -> tuple[str, ...]:
    if cause in _REGISTRATION:
        return (
            "auth0 apps create --name mcp-client --type native --auth-method None "
            f"--callbacks {_redirect(context)} --json | jq -r .client_id",
        )
    if cause == "cimd-url-not-allowed":
        return (_tenant({"client_id_metadata_document_supported": True}),)
    if cause == "redirect-uri-mismatch":
        show = f"auth0 apps show {_client(context)} --json | jq -r '.callbacks[]' | paste -sd, -"
        return (show, f"auth0 apps update {_client(context)} --callbacks $({show}),{_redirect(context)}")
    if cause == "resource-parameter-rejected":
        resource = shell_word(context.values.get("resource"), "RESOURCE")
        return (
            f"auth0 apis create --name mcp-server --identifier {resource}",
            _tenant({"resource_parameter_profile": "compatibility"}),
        )
    return ()


def _tenant(settings: dict[str, object]) -> str:
    """A PATCH of the tenant's settings, which keeps the others."""
    return f"auth0 api patch tenants/settings --data {_json(settings)}"


def _keycloak(context: RemedyContext, cause: str) -> tuple[str, ...]:
    match = _REALM.search(context.issuer or "")
    realm = f"-r {shell_word(match[1] if match else None, 'REALM')}"
    redirect = context.values.get("redirect")
    if cause == "client-registration-unsupported":
        uris = _json([redirect]) if redirect else _template(["$REDIRECT_URI"])
        return (
            f"kcadm.sh create clients {realm} -s clientId=mcp-client -s publicClient=true "
            f"-s standardFlowEnabled=true -s redirectUris={uris}",
        )
    if cause == "client-registration-refused":
        kind = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"
        return (
            f"kcadm.sh get components {realm} -q type={kind} --fields id,name,subType,config",
            f'kcadm.sh update components/"$TRUSTED_HOSTS_ID" {realm} -s config.trusted-hosts={_template(["$CLIENT_HOST"])}',
        )
    if cause == "redirect-uri-mismatch":
        added = _json(redirect) if redirect else _template("$REDIRECT_URI")
        return (
            f"kcadm.sh get clients {realm} -q clientId={_client(context)} --fields id,redirectUris",
            f'kcadm.sh update clients/"$ID" {realm} -s redirectUris+={added}',
        )
    return ()


_BUILDERS: dict[str, Callable[[RemedyContext, str], tuple[str, ...]]] = {
    "cognito": user_pool.commands,
    "entra": _entra,
    "okta": _okta,
    "auth0": _auth0,
    "keycloak": _keycloak,
}
"""By the provider's id."""
