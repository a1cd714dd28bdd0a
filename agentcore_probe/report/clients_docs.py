"""docs/clients.md, generated from the table of MCP clients: `make docs` writes it, `make check` compares it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.clients import CLIENTS
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

BEHAVIOURS: dict[str, str] = {
    "revision": "Looks for documents as in the MCP specification of",
    "transport": "Connected to its host by",
    "logs_in": "Logs in with OAuth",
    "starts_on": "Begins a login on",
    "resource_lookup": "Looks for the resource's metadata",
    "relative_metadata_url": "A relative URL in the challenge",
    "stops_on_resource_error": "Stops if no such metadata is found and one of its addresses answered 429 or 5xx",
    "skipped_resource_errors": "Of the well-known addresses, reads the one at the root only after a 4xx of the other, or after",
    "keeps_query": "Adds the query of the called URL to the well-known address with its path",
    "falls_back_to_origin": "Without that metadata, takes the origin of the MCP server as authorization server",
    "asks_origin_for_openid": "Looks there for metadata of OpenID Connect, too",
    "checks_resource": "`resource` must cover the called URL",
    "resource_must_equal": "`resource` must be the called URL itself",
    "mismatched_resource": "Metadata whose `resource` it refuses",
    "follows_redirects": "Follows redirects of the addresses of metadata",
    "server_error": "On a 5xx from an address of the authorization server's metadata",
    "skipped_server_errors": "Goes on to the next address nevertheless after",
    "malformed_metadata": "Where that metadata cannot be used",
    "required_members": "It must also have",
    "required_openid_members": "It must also have, at an address of OpenID Connect",
    "checks_issuer": "`issuer` must be the authorization server that is listed",
    "ignores_issuer_slash": "`issuer` may lack the slash at the end of the listed server",
    "uses_default_endpoints": "Without that metadata, takes `/authorize`, `/token` and `/register` of an origin",
    "checks_response_type": "`response_types_supported` must have `code`",
    "registers_before_checks": "Registers before it checks response types and PKCE methods",
    "needs_s256_listed": "Refuses a server that lists no PKCE methods",
    "earlier_needed_s256": "An earlier version that refuses such a server",
    "refuses_list_without_s256": "Refuses a list of PKCE methods without S256",
    "registrations": "Gets a client id of its own by, in order",
    "client_metadata_url": "Its client metadata document",
    "document_needs_public": "Uses it only where the server lists the token endpoint authentication method `none`",
    "takes_typed_id": "Can be given a client id",
    "registers_at_origin": "Registers at `/register` of the MCP server where no endpoint is listed",
    "redirect_uris": "Redirect URIs",
    "scope_sources": "Takes the scopes that it asks for from the first of",
    "default_scopes": "Asks for these where none of them has any",
    "asks_offline_access": "Adds `offline_access` where the server lists it",
    "sends_resource": "Sends `resource` to the authorization server",
    "can_omit_resource": "Has an option to send no `resource`",
    "checks_iss": "Checks `iss` of the redirect (RFC 9207)",
}
"""What each field of a client says, in the order of the page."""

_VALUES = {
    "challenge-then-well-known": "at the URL of the challenge, then at the well-known ones",
    "challenge-only": "at the URL of the challenge; without one, at the well-known ones",
    "none": "not at all",
    "client-metadata": "its client metadata document",
    "dynamic": "dynamic registration",
    "challenge": "the challenge",
    "resource-metadata": "the resource's metadata",
    "server-metadata": "the authorization server's metadata",
    "configured": "the user's settings",
    "ignored": "counts as none",
    "stops": "the login ends",
    "no-metadata": "no further address is read, and there is no metadata",
    "skipped": "the next address is read",
}
_CODE = ("redirect_uris", "default_scopes", "required_members", "required_openid_members")
_ADDITIONS = ("skipped_server_errors", "required_members", "required_openid_members", "default_scopes")
_UNKNOWN = "**unknown**"
_NO_DOCUMENT = "none of its own"
_NONE = {
    "earlier_needed_s256": "none is known",
    "skipped_resource_errors": "any answer without usable metadata",
}
"""What the absence of a value means, where it is not that the behaviour is not established."""
_LANGUAGES = {"shell": "sh", "typescript": "js"}
_WAYS = {
    "url": "With the address alone",
    "typed-id": "With a client id that is registered with the identity provider",
    "header": "With a token that is obtained elsewhere",
    "sigv4": "With AWS credentials, where the target's authorizer is IAM",
}
_EXAMPLE = SnippetValues(
    name="my-gateway",
    url="https://my-gateway-abc123.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
    client_id="CLIENT_ID",
    region="us-east-1",
    scopes=("my-gateway/invoke",),
)

_INTRODUCTION = """\
# MCP clients

<!-- Generated from agentcore_probe/clients/ by `make docs`. -->

What each client does in the steps of a login ([section 12](agentcore.md#12-interactive-mcp-clients)), and how it is configured. The
forecasts of a report ("Can this client connect?") rest on this table: a forecast that depends on what is not established is
"possible". Each statement was read in the sources that are named with it, in the version or on the day that they name; another version
may differ.

In a redirect URI, a name in braces varies: `{port}` is free or configured, `{region}` the service's, `{id}` made by the client of
the server's URL. In the settings, `CLIENT_ID` and the URL are yours. No secret belongs in them: tokens and client secrets are read from
the environment, or typed in when the client asks.
"""


def clients_page() -> str:
    """The page as Markdown."""
    return "\n".join([_INTRODUCTION, *_overview(), *(line for client in CLIENTS for line in _client(client))])


def _overview() -> Iterator[str]:
    yield "| client | version | client id | redirect URI |"
    yield "| --- | --- | --- | --- |"
    for client in CLIENTS:
        title = f"[{client.name}](#{_anchor(client.name)})"
        yield f"| {title} | {client.version or '-'} | {_client_ids(client)} | {_value(client, 'redirect_uris')} |"
    yield ""


def _client_ids(client: McpClient) -> str:
    if not client.logs_in:
        return "-"
    ways = [] if client.registrations is None else [_VALUES[way] for way in client.registrations]
    typed = ["typed in"] if client.takes_typed_id else []
    unknown = [_UNKNOWN] if client.registrations is None or client.takes_typed_id is None else []
    return ", ".join([*ways, *typed, *unknown])


def _anchor(title: str) -> str:
    """As GitHub makes it of a heading."""
    kept = "".join(sign for sign in title.lower() if sign.isalnum() or sign in " -")
    return kept.replace(" ", "-")


def _client(client: McpClient) -> Iterator[str]:
    """The section of one client."""
    yield from (
        f"## {client.name}",
        "",
        f"Id: `{client.id}`. Version: {client.version or 'none is established'}.",
        "",
    )
    for snippet in client.snippets:
        yield from _snippet(snippet)
    values = {label: _value(client, field) for field, label in BEHAVIOURS.items() if _applies(client, field)}
    yield from ("| behaviour | |", "| --- | --- |")
    yield from (f"| {label} | {value} |" for label, value in values.items() if value != _UNKNOWN)
    unknown = [label for label, value in values.items() if value == _UNKNOWN]
    if unknown:
        yield from ("", f"Not established: {'; '.join(unknown)}.")
    yield from ("", "Sources:", "", *(f"- {_source(source)}" for source in client.sources), "")


def _applies(client: McpClient, field: str) -> bool:
    """Whether a field says something about a client."""
    if field in _ADDITIONS and not getattr(client, field):
        return False
    return client.logs_in or field in ("transport", "logs_in")


def _value(client: McpClient, field: str) -> str:
    value: Any = getattr(client, field)
    if field == "client_metadata_url":
        return f"<{value}>" if value else _NO_DOCUMENT
    if field in _NONE:
        return _NONE[field] if value is None else _plain(field, value)
    if value is None:
        return _UNKNOWN
    return _plain(field, value)


def _plain(field: str, value: object) -> str:
    """A behaviour that is established."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_word(field, item) for item in value) or "none"
    return _word(field, value)


def _word(field: str, item: object) -> str:
    if field in _CODE:
        return f"`{item}`"
    return _VALUES.get(str(item), str(item))


def _source(source: Source) -> str:
    """A source, with its version or the day on which it was read."""
    title = f"[{source.text}]({source.url})" if source.url else source.text
    if source.version:
        return f"{title}, {source.version}"
    return f"{title}, read on {source.date}"


def _snippet(snippet: Snippet) -> Iterator[str]:
    place = f" (`{snippet.file}`)" if snippet.file else ""
    yield f"{_WAYS[snippet.way]}{place}:"
    yield ""
    yield f"```{_LANGUAGES.get(snippet.language, snippet.language)}"
    yield snippet.write(_EXAMPLE).rstrip("\n")
    yield from ("```", "")
    if snippet.redirect_uri is not None:
        yield from (f"Redirect URI, which the app client must list: `{snippet.redirect_uri(_EXAMPLE)}`", "")
    yield from (f"Source: {_source(snippet.source)}", "")


if __name__ == "__main__":
    print(clients_page(), end="")
