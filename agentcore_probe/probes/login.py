"""The login of a run: prepared from the environment and what is deployed; its client's settings, and its token's facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.control_plane import read_client
from agentcore_probe.access.identity import prepare
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.masking import mask_personal_claims
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.probes.issuers import discovery_urls
from agentcore_probe.secret import Secret


def prepare_login(
    environment: Environment, deployed: Configuration, store: SecretStore, table: str = "identity"
) -> PreparedLogin | None:
    """The login of the environment's identity with its secrets read; None where it has no identity.

    Args:
        environment: its identity, and the issuer.
        deployed: the authorizers.
        store: reads secrets.
        table: the name of the identity's table in the file, for errors.

    Raises:
        InputError: a secret cannot be read.
    """
    if environment.identity is None:
        return None
    url = environment.identity.discovery_url or next(iter(discovery_urls(environment, deployed)), None)
    return prepare(environment.identity, only_client(deployed), url, store, table)


def only_client(configuration: Configuration) -> str | None:
    """The app client, where the authorizers allow exactly one."""
    clients = {client for jwt in configuration.jwt_rules for client in jwt.allowed_clients}
    return clients.pop() if len(clients) == 1 else None


def client_facts(login: PreparedLogin | None, aws: Aws) -> dict[str, Any] | None:
    """What is deployed of the login's app client; None where it is not known which one that is."""
    if login is None or login.client_id is None or login.discovery_url is None:
        return None
    return read_client(login.client_id, login.discovery_url, aws)


def with_client_secret(
    login: PreparedLogin, client: Mapping[str, Any] | None, aws: Aws
) -> PreparedLogin | NoTokens:
    """The login with the app client's secret, which Cognito may keep in Secrets Manager (docs/agentcore.md section 5.1).

    Args:
        login: from `prepare_login`.
        client: the app client's settings (`client_facts`).
        aws: reads the secret.
    """
    arn = (client or {}).get("ClientSecretArn")
    if login.client_secret is not None or not isinstance(arn, str):
        return login
    region = read_arn(arn).region or None
    answer, unreadable = aws.read("secretsmanager", "get_secret_value", region, SecretId=arn)
    if answer is None:
        is_denied = unreadable == "AccessDeniedException"
        return NoTokens("client-secret-denied" if is_denied else "client-secret-unreadable")
    try:
        secret = json.loads(answer["SecretString"])["clientSecretValue"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return NoTokens("client-secret-unreadable")
    return login._replace(client_secret=Secret(str(secret), "client secret"))


def token_facts(tokens: Tokens | NoTokens | None, unmasked: frozenset[str]) -> TokenFacts | None:
    """The unverified facts of the token that the probes sent."""
    if not isinstance(tokens, Tokens):
        return None
    return mask_personal_claims(unverified_facts(tokens.access.reveal()), unmasked)
