"""An MCP client as data: what it does in each step of a login. The clients are in `agentcore_probe.clients`.

A value of None means that the behaviour is not established: a forecast that depends on it is `possible`.
See docs/agentcore.md, section 12.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from agentcore_probe.model.oauth_discovery import Revision

Registration = Literal["client-metadata", "dynamic"]
"""How a client gets an id without being given one: its metadata document's URL is its id (CIMD), or it registers itself
(DCR, RFC 7591)."""
ResourceLookup = Literal["challenge-then-well-known", "challenge-only", "none"]
"""Where it looks for the metadata of the MCP server: at the URL of the challenge, then at the well-known ones; at the
challenge's only, where it names one, else at the well-known ones; nowhere (2025-03-26)."""
ScopeSource = Literal["challenge", "resource-metadata", "server-metadata", "configured"]
Transport = Literal["streamable-http", "stdio"]


class Source(NamedTuple):
    """Where a behaviour is documented, or which version showed it."""

    text: str
    """The document's or repository's name, with issue number or section."""
    url: str = ""
    version: str = ""
    """The version in which it was read or observed; empty for a page without versions."""
    date: str = ""
    """When it was read, YYYY-MM-DD."""


class SnippetValues(NamedTuple):
    """What a configuration snippet shows of an environment."""

    name: str
    """Under which the client lists the server."""
    url: str
    """The MCP server's."""
    client_id: str
    """Of the app client; a placeholder where it is not known."""
    region: str
    service: str = "bedrock-agentcore"
    """The name of the service in a signature."""
    scopes: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    """Those that the app client lists, where they are known."""


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A configuration of a client, as its documentation gives it."""

    way: Literal["url", "typed-id", "header", "sigv4"]
    """By which it is let in: it logs in, given the address alone, or a client id, too; it sends a token that it is given; a
    proxy signs its calls."""
    language: Literal["json", "toml", "shell", "python", "typescript", "text"]
    write: Callable[[SnippetValues], str]
    """Its text; secrets are placeholders of the client's own syntax."""
    file: str = ""
    """Where it is put; empty for a command or a dialog."""
    redirect_uri: Callable[[SnippetValues], str] | None = None
    """That with which it logs in, and which the app client must list; None: it is not chosen here."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class McpClient:
    """What a client does in the steps of a login."""

    id: str
    name: str
    version: str = ""
    """Of which the behaviour is established; empty for a service without versions."""
    revision: Revision | None
    """Of the MCP specification, for the documents that it looks for."""
    transport: tuple[Transport, ...] = ("streamable-http",)
    """How it is connected to its host; `stdio`: it is a proxy that the host starts, and calls the server itself."""
    logs_in: bool = True
    """Whether it logs in with OAuth; False: it signs its calls with AWS credentials, and no step but the call applies."""
    starts_on: tuple[int, ...] | None = (401,)
    """The statuses that begin a login."""
    resource_lookup: ResourceLookup | None
    falls_back_to_origin: bool | None = True
    """Whether, without metadata of the MCP server, its origin is taken as the authorization server."""
    asks_origin_for_openid: bool | None = None
    """Whether it looks there for metadata of OpenID Connect, too, beside that of RFC 8414."""
    checks_resource: bool | None
    """Whether the `resource` of that metadata must cover the called URL: the same origin, and a path above it."""
    resource_must_equal: bool | None = False
    """Whether that `resource` must be the called URL itself; a root without a path, or no path at all, may still do."""
    mismatched_resource: Literal["stops", "ignored"] = "stops"
    """What metadata with a `resource` that it refuses does: it ends the login, or it counts as none."""
    checks_issuer: bool | None
    """Whether `issuer` must equal the issuer that was asked for, byte for byte."""
    needs_s256_listed: bool | None
    """Whether it refuses a server whose metadata does not list `code_challenge_methods_supported`."""
    earlier_needed_s256: str | None = None
    """A version before `version` that refuses such a server; None: none is known."""
    refuses_list_without_s256: bool | None
    """Whether it refuses a server whose list lacks S256."""
    registers_before_checks: bool = False
    """Whether it registers itself before it looks at response types and PKCE methods."""
    checks_response_type: bool | None
    """Whether `response_types_supported` must contain `code`."""
    registrations: tuple[Registration, ...] | None
    """How it gets an id, in the order in which it tries; empty: it must be given one."""
    takes_typed_id: bool | None
    """Whether it can be given a client id."""
    client_metadata_url: str | None = None
    """The URL that is its id (CIMD); None: it has none, or the user configures one."""
    document_needs_public: bool | None = None
    """Whether it uses that document only where the server lists the authentication method `none` for its token endpoint."""
    registers_at_origin: bool | None
    """Whether it registers at `/register` of an origin where the metadata lists no endpoint."""
    redirect_uris: tuple[str, ...] | None
    """Where the browser comes back to. A name in braces varies: `{port}` is free or configured, `{region}` the service's,
    `{id}` made by the client of the server's URL."""
    sends_resource: bool | None
    """Whether it sends the `resource` parameter (RFC 8707) once it has read the MCP server's metadata."""
    can_omit_resource: bool | None = False
    """Whether an option makes it send none."""
    scope_sources: tuple[ScopeSource, ...] | None
    """Where the scopes that it asks for are from: the first that has any."""
    default_scopes: tuple[str, ...] = ()
    """What it asks for where none has any."""
    asks_offline_access: bool | None
    """Whether it adds `offline_access` where the server lists it."""
    checks_iss: bool | None
    """Whether `iss` of the redirect is checked (RFC 9207)."""
    relative_metadata_url: Literal["ignored", "stops"] | None = None
    """What a relative `resource_metadata` in the challenge does: it counts as none, or it ends the login."""
    stops_on_resource_error: bool | None = None
    """Whether a login ends if no metadata of the MCP server is found and one of its addresses answered 429 or 5xx; else the
    server counts as one without metadata."""
    skipped_resource_errors: tuple[int, ...] | None = None
    """The 5xx after which the root form of the well-known address is read as after a 4xx, and after nothing else; None: it is
    read after every answer without usable metadata."""
    keeps_query: bool = False
    """Whether the path form of the well-known address has the query of the called URL."""
    server_error: Literal["stops", "no-metadata", "skipped"] | None = None
    """What a 5xx from an address of the authorization server's metadata does: it ends the login; no further address is read,
    and the server counts as one without metadata; the next address is read."""
    skipped_server_errors: tuple[int, ...] = ()
    """The 5xx after which the next address is read nevertheless."""
    malformed_metadata: Literal["stops", "skipped"] | None = None
    """What a 200 without usable metadata of the authorization server does."""
    required_members: tuple[str, ...] = ()
    """What that metadata must contain beside `issuer`, `authorization_endpoint` and `token_endpoint`."""
    required_openid_members: tuple[str, ...] = ()
    """What it must contain beside those where it is read from an address of OpenID Connect."""
    follows_redirects: bool | None = None
    """Whether a redirect of a metadata address is followed; else the next address is read."""
    ignores_issuer_slash: bool = False
    """Whether `issuer` may lack a slash that the issuer asked for has at its end."""
    uses_default_endpoints: bool | None = None
    """Whether it takes `/authorize`, `/token` and `/register` of an origin where it finds no metadata (2025-03-26)."""
    sources: tuple[Source, ...]
    """Of the behaviour."""
    snippets: tuple[Snippet, ...] = ()
