"""The client: its login's documents, its version, its secret, and the same call without it."""

from __future__ import annotations

import shlex

from agentcore_probe.judge.reading.login_documents import is_public_document
from agentcore_probe.judge.remedies import provider_clients
from agentcore_probe.judge.remedies.authorizer import read_rules
from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word

_DISCOVERY = "/.well-known/openid-configuration"


def _url(context: RemedyContext) -> str:
    """The URL of the call as a shell word; a document of the login is not what was to be called."""
    is_document = is_public_document(context.case.address.path)
    return shell_word(None if is_document else context.case.exchange.request.url, "URL")


def _chain(context: RemedyContext, cause: str) -> Snippets:
    """The documents that the client reads before its login, in its order; or the line that gives it a client's id."""
    if cause == "client-registration-unsupported":
        return Snippets((*provider_clients.commands(context, cause), *_WITH_CLIENT_ID))
    rules = context.rules
    discovery = shlex.quote(rules.discovery_url) if rules else f'"$ISSUER{_DISCOVERY}"'
    return Snippets(
        (
            f"curl -sS -i -X POST {_url(context)} # WWW-Authenticate",
            'curl -sS -i "$RESOURCE_METADATA" # resource, authorization_servers',
            f"curl -sS -i {discovery} # issuer, registration_endpoint, code_challenge_methods_supported",
        )
    )


_WITH_CLIENT_ID = (
    'claude mcp add --transport http --client-id "$CLIENT_ID" agentcore "$URL"',
    'npx mcp-remote "$URL" --static-oauth-client-info "{\\"client_id\\": \\"$CLIENT_ID\\"}"',
)
"""The lines that give a client its id."""


def _provider(context: RemedyContext, cause: str) -> Snippets:
    """The identity provider's own lines.

    For a client that registered itself, none of them: the rules that refuse its id, and the lines that give it another one.
    """
    if cause == "registered-client-not-allowed":
        return Snippets((read_rules(context), *_WITH_CLIENT_ID))
    return Snippets(provider_clients.commands(context, cause))


def _secret(context: RemedyContext, _: str) -> Snippets:
    """Reads the secret into a variable, so that no terminal shows it."""
    secret = shell_word(context.values.get("secret"), "CLIENT_SECRET_ARN")
    return Snippets(
        (
            f'CLIENT_SECRET="$({context.aws} secretsmanager get-secret-value --secret-id {secret} '
            '--query SecretString --output text | jq -r .clientSecretValue)"',
        )
    )


_UPGRADES: dict[str, tuple[str, ...]] = {
    "boto3": ("pip install --upgrade boto3 botocore",),
    "cli": ("aws --version",),
    "js": ("npm install @aws-sdk/client-bedrock-agentcore@latest",),
    "terraform": ("terraform init -upgrade",),
    "cdk": ("npm install aws-cdk-lib@latest",),
    "go": ("go get -u github.com/aws/aws-sdk-go-v2/service/bedrockagentcore",),
    "dotnet": ("dotnet add package AWSSDK.BedrockAgentCore",),
    "rust": ("cargo add aws-sdk-bedrockagentcore",),
    "php": ("composer update aws/aws-sdk-php",),
    "ruby": ("bundle update aws-sdk-bedrockagentcore",),
}
"""The lines that upgrade a client, by its kind."""


def _upgrade(context: RemedyContext, _: str) -> Snippets:
    return Snippets(_UPGRADES.get(context.values.get("kind", ""), ()))


def _resend(context: RemedyContext, _: str) -> Snippets:
    return Snippets((f"agentcore-probe ask {_url(context)}",))


def _return_url(context: RemedyContext, _: str) -> Snippets:
    """The update replaces the list, so the list as it is comes first."""
    name = shell_word(None, "WORKLOAD_IDENTITY")
    return Snippets(
        (
            f"{context.control} get-workload-identity --name {name} {context.control_plane_options}",
            f"{context.control} update-workload-identity --name {name} "
            f"--allowed-resource-oauth2-return-urls {shell_word(None, 'RETURN_URL')} {context.control_plane_options}",
        )
    )


BUILDERS: dict[str, RemedyBuilder] = {
    "chain": _chain,
    "provider-client": _provider,
    "client-secret": _secret,
    "upgrade": _upgrade,
    "resend": _resend,
    "return-url": _return_url,
}
