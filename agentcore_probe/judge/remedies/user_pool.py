"""A Cognito user pool that MCP clients log in at: how they get an id, and where their browser comes back to.

`UpdateUserPool` and `UpdateUserPoolClient` reset what they omit, so each line reads the settings as they are, changes one
and sends all. Names are those of the botocore model (1.44.8).
"""

from __future__ import annotations

import json
import shlex

from agentcore_probe.judge.remedies.context import RemedyContext, shell_word

POOL_PARTS = (
    "Policies", "DeletionProtection", "LambdaConfig", "AutoVerifiedAttributes", "SmsVerificationMessage",
    "EmailVerificationMessage", "EmailVerificationSubject", "VerificationMessageTemplate", "SmsAuthenticationMessage",
    "UserAttributeUpdateSettings", "MfaConfiguration", "DeviceConfiguration", "EmailConfiguration", "SmsConfiguration",
    "UserPoolTags", "AdminCreateUserConfig", "UserPoolAddOns", "DcrConfiguration", "AccountRecoverySetting",
    "UserPoolTier", "KeyConfiguration", "IssuerConfiguration", "AcrConfiguration",
)  # fmt: skip
"""Members of DescribeUserPool's answer that UpdateUserPool accepts, besides the pool's name and id."""
CLIENT_PARTS = (
    "UserPoolId", "ClientId", "ClientName", "RefreshTokenValidity", "AccessTokenValidity", "IdTokenValidity",
    "TokenValidityUnits", "ReadAttributes", "WriteAttributes", "ExplicitAuthFlows", "SupportedIdentityProviders",
    "CallbackURLs", "LogoutURLs", "DefaultRedirectURI", "AllowedOAuthFlows", "AllowedOAuthScopes",
    "AllowedOAuthFlowsUserPoolClient", "AnalyticsConfiguration", "PreventUserExistenceErrors", "EnableTokenRevocation",
    "EnablePropagateAdditionalUserContextData", "AuthSessionValidity", "RefreshTokenRotation",
)  # fmt: skip
"""The same for UpdateUserPoolClient and DescribeUserPoolClient."""
_OPEN = {"EnableStatus": "Enabled", "OpenDcrEnabled": True, "OpenDcrGrantTypes": ["code"]}


def commands(context: RemedyContext, cause: str) -> tuple[str, ...]:
    """The lines for a cause; none where no setting of the pool changes it."""
    match cause:
        case "client-registration-unsupported" | "client-registration-refused":
            return _registration(context)
        case "cimd-url-not-allowed":
            return _client_metadata(context)
        case "redirect-uri-mismatch":
            return _callback(context)
    return ()


def _registration(context: RemedyContext) -> tuple[str, ...]:
    """A client of its own for MCP clients; registration only where no list of clients refuses what it creates."""
    if context.rules is not None and not context.rules.allowed_clients:
        return (
            *_open_registration(context),
            f"{context.aws} cognito-idp create-user-pool-domain {context.pool_options} "
            f"--domain {shell_word(None, 'DOMAIN_PREFIX')} # where the pool has none: registration is at its domain",
        )
    redirect = shell_word(context.values.get("redirect"), "REDIRECT_URI")
    scopes = " ".join(map(shlex.quote, ("openid", *(context.rules.allowed_scopes if context.rules else ()))))
    return (
        f"{context.aws} cognito-idp create-user-pool-client {context.pool_options} --client-name mcp-client \\\n"
        "  --allowed-o-auth-flows-user-pool-client --allowed-o-auth-flows code \\\n"
        f"  --allowed-o-auth-scopes {scopes} --supported-identity-providers COGNITO --callback-urls {redirect} "
        "--query UserPoolClient.ClientId",
    )


def _open_registration(context: RemedyContext) -> tuple[str, ...]:
    """The pool's settings with registration turned on."""
    # An answer has UnusedAccountValidityDays, which a request may not have beside the password policy's own days.
    program = shlex.quote(
        f".UserPool | {{UserPoolId: .Id, PoolName: .Name, {', '.join(POOL_PARTS)}}}"
        " | del(.AdminCreateUserConfig.UnusedAccountValidityDays) | with_entries(select(.value != null))"
        f" | .DcrConfiguration = (.DcrConfiguration // {{}}) + {json.dumps(_OPEN)}"
    )
    return (
        f"{context.aws} cognito-idp describe-user-pool {context.pool_options} \\\n  | jq {program} > pool.json",
        f"{context.aws} cognito-idp update-user-pool {_region(context)} --cli-input-json file://pool.json && rm pool.json",
    )


def _client_metadata(context: RemedyContext) -> tuple[str, ...]:
    """The policies as they are, and one for this client's document alone."""
    url = context.values.get("client") or ""
    patterns = shell_word(url if url.startswith("https://") else None, "CLIENT_METADATA_URL")
    configured = context.case.configuration.client
    client = shell_word(configured.client_id if configured else None, "CLIENT_ID")
    return (
        f"{context.aws} cognito-idp list-cimd-policies {context.pool_options}",
        f"{context.aws} cognito-idp create-cimd-policy {context.pool_options} --policy-name mcp-client \\\n"
        f"  --client-id {client} --url-patterns {patterns}",
    )


def _callback(context: RemedyContext) -> tuple[str, ...]:
    """The app client's settings with one more callback URL; without a known one, the URLs that it has."""
    describe = f"{context.aws} cognito-idp describe-user-pool-client {context.pool_options} --client-id {context.client_id}"
    redirect = context.values.get("redirect")
    if not redirect:
        return (f"{describe} --query UserPoolClient.CallbackURLs",)
    program = shlex.quote(
        f".UserPoolClient | {{{', '.join(CLIENT_PARTS)}}} | with_entries(select(.value != null))"
        f" | .CallbackURLs = ((.CallbackURLs // []) + {json.dumps([redirect], ensure_ascii=False)} | unique)"
    )
    return (
        f"{describe} \\\n  | jq {program} > client.json",
        f"{context.aws} cognito-idp update-user-pool-client {_region(context)} --cli-input-json file://client.json "
        "&& rm client.json",
    )


def _region(context: RemedyContext) -> str:
    """The options without the pool's id, which the file has."""
    _, region = context.pool or (None, context.region)
    return f"--region {shell_word(region, 'AWS_REGION')}{context.endpoint_option('cognito-idp')}"
