"""What a client reads and sends before its login: challenge, metadata, registration, authorization request.

The documents and their order are those of RFC 9728, RFC 8414 and the MCP authorization specification
(docs/agentcore.md section 12).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import SplitResult, parse_qs, urlsplit

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.login_documents import (
    ISSUER_METADATA,
    RENAMED_CHALLENGE,
    Document,
    covers,
    is_absolute,
    is_registration,
    named_issuer,
    read_document,
    resource_faults,
    server_documents,
    server_faults,
)
from agentcore_probe.judge.rules.login import oauth_error
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.named_cause import CLAIM
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.login_chain import CHALLENGE
from agentcore_probe.model.methods import is_public
from agentcore_probe.model.methods import method as find_method
from agentcore_probe.model.oauth_discovery import OPENID_METADATA, RESOURCE_METADATA, origin_of
from agentcore_probe.providers import ERRORS, find_provider
from agentcore_probe.regex import regex

_AGENTCORE = ("data", "control", "gateway")


def _url(case: Case) -> SplitResult:
    try:
        return urlsplit(case.exchange.request.url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def challenge(case: Case) -> Match | None:
    """A challenge that arrived under another name, or whose metadata has no usable address."""
    response = case.exchange.response
    if response is None or case.answer.status not in (401, 403):
        return None
    if response.header(RENAMED_CHALLENGE) and not response.header("www-authenticate"):
        return Match("challenge-header-renamed")
    if case.answer.status == 403:
        return None
    metadata = case.answer.challenge.get("resource_metadata")
    if metadata is None or not metadata.startswith(("/", "./")) or case.auth != "none":
        return None  # an absolute URL; a placeholder in a shortened text says nothing
    return Match("oauth-metadata-missing", values={"metadata": metadata})


def refused_without_challenge(case: Case) -> Match | None:
    """The first call of a login, refused by a 403 of which nothing else is known: clients begin a login after a 401."""
    is_first = case.exchange.step == CHALLENGE and bool(_walk(case))
    return (
        Match("oauth-metadata-missing", values={"status": "403", "kind": "refused"})
        if is_first and case.answer.status == 403
        else None
    )


def resource_metadata(case: Case) -> Match | None:
    """The protected-resource metadata: not there, or about another URL than the one that it was read for."""
    url, result = _url(case), case.answer.result or {}
    before, found, after = url.path.partition(RESOURCE_METADATA)
    if not found or case.exchange.request.method != "GET" or case.exchange.response is None:
        return None
    status, resource, walk = case.answer.status or 0, result.get("resource"), _walk(case)
    is_refused_by_endpoint = case.address.is_vpc_endpoint and status == 403
    is_missing = status >= 400 and (bool(walk) or not before) and not is_refused_by_endpoint
    document = read_document(case.exchange)
    if walk and document.is_malformed(faults := resource_faults(document)):
        return Match("oauth-metadata-missing", values=_malformed(document, faults))
    if is_missing:
        return Match("oauth-metadata-missing", values={"status": str(status)})
    if status != 200 or not isinstance(resource, str) or not is_absolute(resource):
        return None
    called = walk[0].request.url if walk else f"{url.scheme}://{url.netloc}{before}{after}"
    # Which path was called is not known of a document that was read from the place of the whole host.
    is_of_host = not walk and not before + after
    if covers(origin_of(resource) if is_of_host else resource, called):
        return None
    return Match("resource-mismatch", values={"found": resource, "expected": called})


def _malformed(document: Document, faults: tuple[str, ...]) -> dict[str, str]:
    """What is served, but is of no use to any client."""
    return {"kind": "malformed", "status": "200", "url": document.url, "members": ", ".join(faults)}


def _walk(case: Case) -> tuple[Exchange, ...]:
    """The exchanges of a row that reads every document of a login, the call of the target first; empty for another one."""
    row = case.exchange.id.rpartition("/")[0]
    method = find_method(row)
    if method is None or not is_public(method):
        return ()
    return tuple(other for other in case.related if other.id.rpartition("/")[0] == row)


def issuer_metadata(case: Case) -> Match | None:
    """The metadata of the authorization server: not there, of another issuer, or with methods of PKCE without S256."""
    url, result = _url(case), case.answer.result or {}
    if case.exchange.request.method != "GET" or case.exchange.response is None:
        return None
    is_document = any(name in url.path for name in ISSUER_METADATA)
    status, walk = case.answer.status or 0, _walk(case)
    is_issuers = is_document and case.address.host_kind not in _AGENTCORE
    document = read_document(case.exchange)
    if walk and is_issuers and document.is_malformed(faults := server_faults(document)):
        return Match("authorization-server-metadata-missing", values=_malformed(document, faults))
    if is_issuers and status >= 400:
        # The other of the two documents is enough for a client.
        confidence = "probable" if OPENID_METADATA in url.path else "possible"
        values = {"status": str(status), "url": case.exchange.request.url}
        return Match("authorization-server-metadata-missing", confidence, values)  # type: ignore[arg-type]
    issuer = result.get("issuer")
    if not isinstance(issuer, str) or "authorization_endpoint" not in result:
        return None
    if is_document and status == 200:
        is_named = case.exchange.id in [other.id for other in server_documents(walk)]
        expected = (named_issuer(walk) if is_named else None) or _expected_issuer(url)
        is_same = expected == issuer if is_named else expected.rstrip("/") == issuer.rstrip("/")
        if not is_same:
            return Match("metadata-issuer-mismatch", values={"found": issuer, "expected": expected})
    types = result.get("response_types_supported")
    if isinstance(types, list) and "code" not in types:
        return Match("response-type-unsupported", values={"types": ", ".join(map(str, types)) or "-"})
    methods = result.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        return Match("pkce-not-advertised", values={"methods": ", ".join(map(str, methods)) or "-"})
    return None


def _expected_issuer(url: SplitResult) -> str:
    """The issuer whose document has this URL, in either form of its path."""
    path = url.path
    for name in ISSUER_METADATA:
        path = path.replace(name, "")
    return f"{url.scheme}://{url.netloc}{path}"


def served_document(case: Case) -> Match | None:
    """A document of a row that reads them, with which nothing is wrong."""
    is_document = case.exchange.request.method == "GET" and bool(_walk(case))
    return Match("none") if is_document and read_document(case.exchange).members is not None else None


def registration(case: Case) -> Match | None:
    """A client that registers itself and is refused, or finds nothing that registers it."""
    request, answer = case.exchange.request, case.answer
    if case.exchange.response is None or not is_registration(request):
        return None
    status = answer.status or 0
    if status and status < 400:
        return None
    values = {"status": str(status or ""), "message": answer.message or answer.error_type}
    if case.address.host_kind in _AGENTCORE:
        # AgentCore has no registration: its router's answer is not a registration endpoint's.
        return Match("client-registration-unsupported", values={"status": str(status or "")})
    if status in (404, 405, 410, 501):
        return Match("client-registration-unsupported", values=values)
    if status in (400, 401, 403):
        values["provider"] = find_provider(request.url).id
        return Match("client-registration-refused", values=values)
    return None


def registered_client(case: Case) -> Match | None:
    """The refusal of a client_id that the client got by registering itself in the same text or run."""
    if case.answer.status not in (401, 403):
        return None
    sent = str(case.token.claims.get("client_id", "")) if case.token else ""
    for other in case.related.once("registrations", lambda: _registrations(case.related)):
        registered = (Case(other).answer.result or {}).get("client_id")
        if isinstance(registered, str) and sent in ("", registered) and _is_about_client(case, sent):
            return Match("registered-client-not-allowed", values={"client": registered})
    return None


def _registrations(exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """Those in which a client registered itself."""
    return tuple(
        other
        for other in exchanges
        if other.response is not None
        and other.response.status in (200, 201)
        and is_registration(other.request)
    )


def _is_about_client(case: Case, sent: str) -> bool:
    """Whether the client_id is refused: the answer says so, or it does not say what, and the rules lack this id."""
    claim = CLAIM.search(case.answer.message)
    if claim is not None:
        return (claim["claim"] or claim["known"]) == "client_id"
    rules = case.authorizer.jwt if case.authorizer is not None else None
    return bool(sent and rules is not None and rules.allowed_clients and sent not in rules.allowed_clients)


def authorization(case: Case) -> Match | None:
    """An error that the authorization server put into the URL of its redirect or of its own page (RFC 6749 4.1.2.1)."""
    response = case.exchange.response
    location = (response.header("location") if response else None) or ""
    for url in (location, case.exchange.request.url):
        try:
            query = parse_qs(urlsplit(url).query)
        except ValueError:
            continue
        code, description = (query.get(name, [""])[0] for name in ("error", "error_description"))
        if not code:
            continue
        asked = parse_qs(_url(case).query)
        client = asked.get("client_id", query.get("client_id", [""]))[0]
        match = oauth_error(code, description, None, client)
        if match is not None:
            return replace(match, values={**match.values, **_redirect(case)})
    return None


_TAG = regex(r"<[^<>]{0,2000}>")
_REDIRECT = regex(r"redirect[ _]ur[il]", re.I)
_MOST_TEXT = 300


def authorization_page(case: Case) -> Match | None:
    """A page that refuses an authorization request: a wrong client or redirect URI is not sent back to the client."""
    response = case.exchange.response
    if case.exchange.purpose != "authorization" or response is None or (response.status or 0) < 400:
        return None
    text = " ".join(html.unescape(_TAG.sub(" ", response.body)).split())
    client = parse_qs(_url(case).query).get("client_id", [""])[0]
    values = {"client": client, **_redirect(case)}
    if (found := _REDIRECT.search(text)) is not None:
        message = text[found.start() :][:_MOST_TEXT]
        return Match("redirect-uri-mismatch", values={**values, "message": message})
    codes = [error.code for error in ERRORS if error.code is not None and error.code in text]
    match = oauth_error(codes[0] if codes else "", text, response.status, client)
    if match is None:
        return Match("unexplained", values=values)
    message = match.values.get("message", text)[:_MOST_TEXT]
    return replace(match, values={**values, **match.values, "message": message})


def _redirect(case: Case) -> dict[str, str]:
    """The redirect URI of an authorization request, where one was sent."""
    redirect = parse_qs(_url(case).query).get("redirect_uri")
    return {"redirect": redirect[0]} if redirect else {}


RULES: tuple[Rule, ...] = (
    challenge,
    resource_metadata,
    issuer_metadata,
    served_document,
    registration,
    registered_client,
    authorization,
    authorization_page,
)
