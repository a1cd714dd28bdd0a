"""Step 6: the authorization request in the browser."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.reasons import Caution
from agentcore_probe.judge.login_chain.scopes import allowed, asked
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.judge.reading.login_documents import is_on_this_machine
from agentcore_probe.model.configuration import UserPool
from agentcore_probe.model.login_chain import Side, StepId
from agentcore_probe.regex import regex

_STEP: StepId = "authorization"
_PORT = "{port}"
_LOOPBACK = regex(
    r"(?P<host>https?://(?:127\.0\.0\.1|localhost|\[::1\]))(?::(?P<port>\d{1,5}))?(?P<path>/.*)?", re.S
)
_PART = regex(r"(\{(?:port|region|id)\})")
_VARYING = {"{port}": r"\d{1,5}", "{region}": r"[a-z0-9-]{1,40}", "{id}": r"[^/?#]{1,200}"}
"""What the varying parts of a client's redirect URI can be."""
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


def stops(attempt: Attempt) -> Iterator[Stop]:
    """Why the authorization server refuses the request, or may refuse it.

    Args:
        attempt: the client's login.
    """
    if attempt.id_kind == "typed" and attempt.situation.client_id is not None:
        yield from _app_client(attempt)
    elif attempt.id_kind == "document":
        yield from _document(attempt)
    yield from _scopes(attempt)
    yield from _resource(attempt)


def warnings(attempt: Attempt) -> Iterator[Caution]:
    """What may still go wrong although the request is accepted."""
    client = attempt.situation.app_client
    if attempt.id_kind == "typed" and client is not None:
        uris, listed = attempt.client.redirect_uris or (), client.callback_urls or ()
        is_fixed = any(uri == url or _is_without_port(uri, url) for uri in uris for url in listed)
        if not is_fixed and any(_is_template_of(uri, url) for uri in uris for url in listed):
            yield "warning-redirect-port"
    if attempt.id_kind == "document":
        yield "warning-document-fetched"


def _app_client(attempt: Attempt) -> Iterator[Stop]:
    client, id = attempt.situation.app_client, attempt.situation.client_id
    if client is None:
        yield not_established(_STEP, "app-client-unread", None, attempt.evidence, client=id)
        return
    flows = client.oauth_flows
    if client.oauth_enabled is False or (flows is not None and "code" not in flows):
        yield fails(_STEP, "oauth-grant-not-allowed", "provider", attempt.evidence, client=id)
    uris, listed = attempt.client.redirect_uris, client.callback_urls
    if listed is None:
        yield not_established(_STEP, "app-client-unread", None, attempt.evidence, client=id)
    elif uris is None:
        yield not_established(_STEP, "redirect-uri-unknown", "client", attempt.evidence)
    elif not _is_listed(attempt, uris, listed):
        port = "varies" if any(_PORT in uri for uri in uris) else "fixed"
        values = {"redirect": ", ".join(uris), "listed": ", ".join(listed), "port": port}
        yield fails(_STEP, "redirect-uri-mismatch", "provider", attempt.evidence, **values)


def _is_listed(attempt: Attempt, uris: Iterable[str], listed: tuple[str, ...]) -> bool:
    # An emulator on this machine is taken to follow the RFC, whatever it emulates.
    is_emulator = is_on_this_machine(attempt.server.issuer)
    any_port = is_emulator or attempt.server.provider.mcp_login.allows_any_loopback_port is not False
    return any(
        _is_template_of(uri, url) or (any_port and _is_without_port(uri, url))
        for uri in uris
        for url in listed
    )


def _is_template_of(uri: str, listed: str) -> bool:
    """Whether a redirect URI is a listed one, once its varying parts have the values of that one."""
    parts = _PART.split(uri)
    pattern = "".join(_VARYING.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(pattern, listed) is not None


def _is_without_port(uri: str, listed: str) -> bool:
    """Whether a redirect URI of this machine is listed without its port, so that it may have any (RFC 8252 section 7.3)."""
    own, other = _LOOPBACK.fullmatch(uri.replace(_PORT, "0")), _LOOPBACK.fullmatch(listed)
    if own is None or other is None:
        return False
    return other["port"] is None and (own["host"], own["path"]) == (other["host"], other["path"])


def _document(attempt: Attempt) -> Iterator[Stop]:
    """Whether a user pool takes the URL of the client's document as an id."""
    pool, url = attempt.pool, attempt.client.client_metadata_url or ""
    if attempt.server.provider.id != "cognito":
        return
    policies = pool.client_metadata_policies if pool is not None else None
    if pool is None or policies is None or any(policy.url_patterns is None for policy in policies):
        yield not_established(_STEP, "cimd-policy-unknown", "provider", attempt.evidence, client=url)
    elif not mapped_clients(pool, url):
        yield fails(_STEP, "cimd-url-not-allowed", "provider", attempt.evidence, client=url)


def mapped_clients(pool: UserPool, url: str) -> tuple[str, ...]:
    """The app clients as which a client with this metadata document acts, by the policies of a user pool.

    Args:
        pool: the user pool.
        url: the address of the document.
    """
    policies = pool.client_metadata_policies or ()
    found = [
        policy.client_id
        for policy in policies
        if policy.client_id is not None and any(_matches(url, each) for each in policy.url_patterns or ())
    ]
    return tuple(dict.fromkeys(found))


def _matches(url: str, pattern: str) -> bool:
    """Whether a URL fits the pattern of a policy, in which only `*` matches other characters."""
    return fnmatchcase(url, pattern.replace("[", "[[]").replace("?", "[?]"))


def _scopes(attempt: Attempt) -> Iterator[Stop]:
    scopes = asked(attempt)
    if scopes is None:
        yield not_established(_STEP, "scope-source-unknown", None, attempt.evidence)
        return
    permitted = allowed(attempt)
    is_unknown_client = attempt.id_kind == "typed" and attempt.situation.client_id is None
    if not scopes or attempt.id_kind is None or is_unknown_client:
        return
    if permitted is None:
        yield not_established(_STEP, "scopes-unknown", "provider", attempt.evidence, scopes=", ".join(scopes))
        return
    missing = [scope for scope in scopes if scope not in permitted]
    values = {
        "scopes": ", ".join(missing),
        "allowed": ", ".join(dict.fromkeys(permitted)),
        "id": "registered" if attempt.id_kind == "registered" else "typed",
    }
    if missing and attempt.id_kind in ("registered", "document") and attempt.pool is None:
        # A provider need not list all its scopes.
        yield not_established(
            _STEP, "scopes-unknown", "provider", attempt.evidence, scopes=", ".join(missing)
        )
    elif missing:
        yield fails(_STEP, "oauth-scope-invalid", "provider", attempt.evidence, **values)


def _resource(attempt: Attempt) -> Iterator[Stop]:
    """The provider must take the `resource` that the client sends (RFC 8707)."""
    client, provider, resource = attempt.client, attempt.server.provider, attempt.resource.resource
    handling = provider.mcp_login.resource
    if resource is None or client.sends_resource is False or handling == "accepted":
        return
    side: Side = "client" if client.can_omit_resource else "provider"
    values = {"resource": resource, "provider": provider.id}
    if handling == "must-be-registered" and client.sends_resource and _is_foreign(resource):
        yield fails(_STEP, "resource-parameter-rejected", side, attempt.evidence, **values)
    else:
        yield not_established(_STEP, "resource-parameter-unknown", side, attempt.evidence, **values)


def _is_foreign(resource: str) -> bool:
    """Whether nobody but AWS can register a URL as an identifier of its own: its host is AWS's, or an address."""
    host = urlsplit(resource).hostname or ""
    if host == "localhost" or host.endswith(_AWS):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
