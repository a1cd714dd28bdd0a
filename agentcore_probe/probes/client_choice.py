"""Which client logs in, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import PreparedLogin
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import REDIRECT_URI, Identity
from agentcore_probe.model.oauth_discovery import OPENID_METADATA
from agentcore_probe.probes.issuers import discovery_urls
from agentcore_probe.probes.login import only_client
from agentcore_probe.probes.login_documents import LoginDocuments

DEFAULT_REDIRECT_URI = "http://localhost:8400/callback"
"""Where the browser returns to, if the app client's list of redirect URIs does not say."""


@dataclass(frozen=True, kw_only=True)
class ClientChoice:
    """The client that logs in to a target."""

    target: Literal["gateway", "runtime"] = "gateway"
    client_id: str | None = None
    """None: that of the environment's identity."""
    registers: bool = False
    """Whether it registers itself (RFC 7591), and has no id before."""
    metadata_url: str | None = None
    """The URL of its metadata document, which is its id."""
    scope: str | None = None
    """The scopes that it asks for; None: the challenge's, else the metadata's, else those of the environment's identity."""
    redirect_uri: str | None = None
    """Where the browser returns to; None: as the environment's identity says, else one that the app client
    lists, else `DEFAULT_REDIRECT_URI`; a free port for a client that registers itself or has a metadata document."""
    sends_resource: bool = True
    """Whether it names the target in `resource` (RFC 8707)."""

    def identity(self, environment: Environment, found: LoginDocuments, deployed: Configuration) -> Identity:
        """The identity that logs in; without a client id where the client registers itself.

        Args:
            environment: what it logs in to.
            found: the documents.
            deployed: what is deployed.

        Raises:
            InputError: no client is named, or nothing says to which authorization server its secret may be sent.
        """
        own = environment.identity or Identity()
        known = own.client_id or only_client(deployed)
        client_id = None if self.registers else self.metadata_url or self.client_id or known
        if client_id is None and not self.registers:
            raise InputError(
                "the environment names no app client",
                where="[identity] client_id",
                hint="Name one with --client-id, or try --register",
            )
        issuer = own.discovery_url or next(iter(discovery_urls(environment, deployed)), None)
        # A secret belongs to one client of one issuer: a target may name another authorization server.
        is_known = _is_of(issuer, found)
        keeps_secret = client_id is not None and client_id == known and is_known
        if keeps_secret and own.client_secret is not None and issuer is None:
            raise InputError(
                "the target alone says to which authorization server the client secret would be sent",
                where="[identity] discovery_url",
                hint="Add the discovery URL of the issuer that the secret belongs to",
            )
        return Identity(
            flow="authorization-code",
            client_id=client_id,
            client_secret=own.client_secret if keeps_secret else None,
            token_endpoint_auth_method=own.token_endpoint_auth_method if keeps_secret else None,
            scope=self.scope or found.scope or own.scope,
            resource=found.resource_id if self.sends_resource else None,
            redirect_uri=self.redirect_uri or own.redirect_uri,
            discovery_url=issuer if is_known else None,
        )


def with_redirect_uri(login: PreparedLogin, client: ClientConfiguration | None) -> PreparedLogin:
    """The login of an app client with a redirect URI of this machine, if nothing names one.

    It is one that the app client lists, else always the same, so that it can be added to the app client.

    Args:
        login: the client.
        client: its settings; None: they are not known.
    """
    if login.identity.redirect_uri is not None:
        return login
    listed = client.callback_urls if client is not None else None
    uri = next((uri for uri in listed or () if REDIRECT_URI.fullmatch(uri)), DEFAULT_REDIRECT_URI)
    return login._replace(identity=login.identity.model_copy(update={"redirect_uri": uri}))


def _is_of(discovery_url: str | None, found: LoginDocuments) -> bool:
    """Whether the metadata was asked for at the issuer with this discovery document; so is any, where none is known.

    What the metadata itself claims does not count: anybody can claim to be an issuer.
    """
    return discovery_url is None or discovery_url == f"{(found.issuer or '').rstrip('/')}{OPENID_METADATA}"
