"""What is wrong with a request before it is sent: the rules of URL, credential and content that need no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from agentcore_probe.judge.reading.address import Address
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.credential import faulty_header
from agentcore_probe.judge.rules.match import Match
from agentcore_probe.judge.rules.url import begins_path, is_path
from agentcore_probe.judge.token_rules import SYMMETRIC, check_token, first_failure, is_id_token
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.configuration import Issuer
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS, TokenFacts
from agentcore_probe.model.judgement import Confidence
from agentcore_probe.providers import find_provider
from agentcore_probe.regex import regex

UNSENT = {"sent": "no"}
"""The value with which the texts speak of a request that was not sent."""
_GRAPH = ("00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com")
"""The audience of Microsoft Graph, as its application and as its URL."""
_EXPANDED = regex(r"<expanded>|\$\{?\w")
"""What the shell fills in."""
_NAME = regex(r"(?!bearer$)[A-Za-z_]{0,40}(?:auth|token|jwt|bearer|header)[A-Za-z_]{0,40}", re.I)
"""The name of a variable, as code has it instead of a header's value."""
_QUERY_TOKEN = regex(r"[?&](?P<name>(?!x-amz-)[\w.-]{0,40}(?:token|jwt|auth\w{0,10}|bearer))=[^&#]", re.I)
_FOREIGN_PATHS = (
    "/invocations",
    "/invoke",
    "/accounts/",
    "/agents/",
    "/agent-runtimes/",
    "/agentRuntimes/",
    "/runtime/",
    "/mcp",
)
"""Paths that people try at the data plane, where no operation has them (docs/agentcore.md section 0)."""
_MCP_METHODS = regex(r'"method"\s{0,9}:\s{0,9}"(?:initialize|ping|(?:tools|prompts|resources)/\w{1,40})"')
_MCP_TYPES = ("application/json", "text/event-stream")


def url_faults(case: Case) -> Iterator[Match]:
    """What is wrong with the URL, in the order in which the service would find it."""
    address, method = case.address, case.exchange.request.method.upper()
    url = case.exchange.request.url
    if url.startswith(("http://", "ws://")) and address.host_kind in ("data", "control", "gateway"):
        yield Match("wrong-host", values={**UNSENT, "host": address.host, "form": "scheme"})
    if (parameter := _query_token(case)) is not None:
        yield Match("token-in-url", values={**UNSENT, "parameter": parameter})
    if address.host_kind in ("data", "control") and re.match(r"/registry/", address.path):
        yield Match("registry-moved", values={"host": address.host, "region": address.region or ""})
    elif address.host_kind in ("control", "aws") and address.on_data_path:
        yield Match("wrong-host", values={**UNSENT, "host": address.host})
    yield from _identifier_faults(case)
    yield from _path_faults(case, method)


def _query_token(case: Case) -> str | None:
    """The parameter with which the URL carries a token; None if there is none."""
    match = _QUERY_TOKEN.search(case.exchange.request.url)
    return match["name"] if match is not None and case.service in ("runtime", "gateway") else None


def _identifier_faults(case: Case) -> Iterator[Match]:
    address = case.address
    identifier = address.identifier
    if identifier is None or case.service != "runtime" or _EXPANDED.search(identifier):
        return
    values = {"identifier": identifier, "path": address.path}
    if address.double_encoded:
        yield Match("arn-double-encoded", values=values)
    elif address.raw_slash or re.match(r"/runtimes/arn:[^/]{1,200}:\w{1,40}/", address.path):
        yield Match("arn-not-encoded", values=values)
    elif address.blank_or_padded:
        yield Match("arn-blank-or-padded", values=values)
    elif address.wrong_kind:
        yield Match("arn-kind-wrong", _unless_cut(address), values)
    elif address.is_arn and (defect := read_arn(address.bare).defect):
        values |= {"form": "malformed", "part": defect}
        yield Match("arn-kind-wrong", _unless_cut(address), values)
    elif not address.is_arn and not address.account and is_path(address.suffix, "POST"):
        yield Match("account-id-missing", values=values)
    if address.region and address.arn_region and address.region != address.arn_region:
        regions = {"host-region": address.region, "arn-region": address.arn_region}
        yield Match("region-mismatch", values=regions)


def _unless_cut(address: Address) -> Confidence:
    """How certain a fault of a path is; one that ends where a right one goes on may be cut off."""
    if address.identifier is None:
        return "possible" if "/runtimes/".startswith(address.path) else "probable"
    return "possible" if begins_path(address.suffix) else "probable"


def _path_faults(case: Case, method: str) -> Iterator[Match]:
    address = case.address
    values = {"path": address.path or "/", "method": method}
    if "<expanded>" in address.path and address.identifier is None:
        return
    is_bare = address.path.strip("/") == ""
    if case.service == "gateway" and address.host_kind == "gateway":
        if is_bare or address.path.startswith("/runtimes/") or address.path.rstrip("/").endswith("/sse"):
            yield Match("path-wrong", _unless_cut(address), values)
        return
    if case.service != "runtime" or address.host_kind not in ("data", "loopback", "other", "control"):
        return
    if address.identifier is None:
        is_foreign = is_bare or address.path.startswith(_FOREIGN_PATHS)
        if is_foreign and address.host_kind == "data":
            yield Match("path-wrong", _unless_cut(address), values)
        return
    is_raw = re.match(r"/runtimes/arn:", address.path) is not None and not address.raw_slash
    is_known = is_path(address.suffix, method) or address.suffix == "ws/shells" or is_raw
    if not is_known and address.host_kind != "control":
        yield Match("path-wrong", _unless_cut(address), values)


def header_faults(case: Case) -> Iterator[Match]:
    """What is wrong with the credential before it is read as a token: absent, or of another form or kind."""
    header = case.exchange.request.header("authorization")
    if not _asks_for_credential(case):
        return
    if header is None and case.auth == "none" and _query_token(case) is None:
        if not case.exchange.request.header("sec-websocket-protocol"):
            yield Match("credential-missing", "possible", UNSENT)  # people shorten what they paste
    elif header is not None and case.auth != "sigv4" and not _NAME.fullmatch(header):
        match = faulty_header(case, header)
        yield from (match,) if match is not None else ()
    kind = case.authorizer.type if case.authorizer else None
    if case.auth == "sigv4" and kind == "CUSTOM_JWT":
        yield Match("sigv4-on-jwt", values={**UNSENT, "authorizer": kind})
    if case.auth == "bearer" and kind in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        yield Match("bearer-on-iam", values={**UNSENT, "authorizer": str(kind)})


def _asks_for_credential(case: Case) -> bool:
    return case.service in ("runtime", "gateway") and "/.well-known/" not in case.address.path


def token_faults(case: Case, now: datetime) -> Iterator[Match]:
    """The first check of the token that fails; an ID token as such where the rules are not known.

    Args:
        case: the request, with the authorizer's settings where they are known.
        now: the time at which it would be sent.
    """
    token = case.token
    if token is None:
        return
    checks = check_token(token, case.authorizer, _presumed_issuer(case), now)
    failure = first_failure(checks)
    if failure is not None:
        listed = tuple(check.as_check() for check in checks)
        yield Match(failure.cause, values={**failure.values, **UNSENT}, checks=listed)
    rules = case.authorizer.jwt if case.authorizer else None
    if rules is None and is_id_token(token.claims):
        yield Match("id-token-sent", "possible", values=UNSENT)
    if part := _uncheckable(token):
        yield Match("signature-invalid", values={**UNSENT, "part": part})


def _uncheckable(token: TokenFacts) -> str:
    """Why no authorizer can check a token's signature: `graph` or `algorithm`; empty if nothing shows that.

    Microsoft signs the tokens for its own Graph in a form that only Graph can check.
    """
    if str(token.claims.get("aud") or "").rstrip("/") in _GRAPH:
        return "graph"
    return "algorithm" if str(token.header.get("alg") or "").startswith(SYMMETRIC) else ""


def _presumed_issuer(case: Case) -> Issuer | None:
    """The trusted issuer: as its document says, else as the discovery URL alone shows it."""
    rules = case.authorizer.jwt if case.authorizer else None
    if case.issuer is not None or rules is None or case.token is None:
        return case.issuer
    expected = find_provider(rules.discovery_url).issuer_of(rules.discovery_url)
    if expected is None:
        return None
    actual = str(case.token.claims.get("iss") or "")
    is_same = actual.rstrip("/") == expected.rstrip("/")  # only the document shows whether there is a slash
    return Issuer(discovery_url=rules.discovery_url, issuer=actual if is_same else expected)


def content_faults(case: Case) -> Iterator[Match]:
    """What the target would refuse behind the authorizer: the types that are accepted, the length of the session id."""
    request = case.exchange.request
    if case.service == "runtime" and _MCP_METHODS.search(request.body or ""):
        accepted = request.header("accept") or ""
        if not all(kind in accepted for kind in _MCP_TYPES) and case.auth != "sigv4":
            yield Match("accept-header", "possible" if not accepted else "probable")
    session = request.header(SESSION_HEADER)
    if session is not None and not _EXPANDED.search(session) and len(session) not in SESSION_LENGTHS:
        yield Match("session-id-length", values={**UNSENT, "length": str(len(session))})


def request_faults(case: Case, now: datetime) -> tuple[Match, ...]:
    """Everything that is wrong with a request that was not sent, what the service would find first at the beginning."""
    of_token = token_faults(case, now) if _asks_for_credential(case) else ()
    return (*url_faults(case), *header_faults(case), *of_token, *content_faults(case))
