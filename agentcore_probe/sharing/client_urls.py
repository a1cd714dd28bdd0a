"""Redirect URIs of MCP clients: those of known clients identify nobody, and decide whether such a client can log in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.clients import CLIENTS
from agentcore_probe.regex import regex
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_VARYING = {":{port}": r"(?::\d{1,5})?", "{region}": r"[a-z0-9-]{1,40}", "{id}": r"(?P<id>[^/?#]{1,200})"}
"""Placeholders for the varying parts of a client's redirect URI (`McpClient.redirect_uris`)."""
_PART = regex(r"(:\{port\}|\{region\}|\{id\})")


def _patterns() -> Iterator[re.Pattern[str]]:
    for client in CLIENTS:
        for uri in client.redirect_uris or ():
            yield re.compile("".join(_VARYING.get(part, re.escape(part)) for part in _PART.split(uri)))


_PATTERNS = tuple(_patterns())


def share_redirect_uri(uri: str, pseudonyms: Pseudonyms) -> str:
    """A redirect URI of a known client, with a pseudonym for what varies by its user; of any other, the public words."""
    match = next(filter(None, (pattern.fullmatch(uri) for pattern in _PATTERNS)), None)
    if match is None:
        return pseudonyms.share_text(uri)
    id = match.groupdict().get("id")
    if id is None:
        return uri
    return f"{uri[: match.start('id')]}{pseudonyms.pseudonym('name', id)}{uri[match.end('id') :]}"
