"""The factors in which two requests can differ. A pair that differs in one alone is an experiment.

A row here says all that is known of a factor. `probes.experiments` says how a request is changed in it, where a run
can do that; its name is the message `factor-ID`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from agentcore_probe.judge.reading import address
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.model.exchange import (
    SESSION_HEADER,
    SESSION_LENGTHS,
    USER_HEADER,
    Auth,
    Exchange,
    Request,
)
from agentcore_probe.model.once import lazy, once
from agentcore_probe.regex import regex


@dataclass(frozen=True)
class ParsedRequest:
    """The request of an exchange; its URL is parsed when a factor needs it."""

    exchange: Exchange

    @property
    def auth(self) -> Auth:
        """How it identifies its caller."""
        return self.exchange.request.auth

    @property
    def method(self) -> str:
        """The HTTP method, in capitals."""
        return self.exchange.request.method.upper()

    @lazy
    def address(self) -> Address:
        """The parsed URL."""
        return address.read(self.exchange.request)

    def header(self, name: str) -> str | None:
        """The value of header `name`, in any case, or None."""
        return self.exchange.request.header(name)


class Factor(NamedTuple):
    """One thing that a request can be changed in, everything else being equal."""

    id: str
    value: Callable[[ParsedRequest], object] | None = None
    """The part of a request that it is about: two requests differ in it if these differ."""
    differs: Callable[[ParsedRequest, ParsedRequest], bool] | None = None
    """Whether two requests differ in it, where that depends on both."""
    header: str | None = None
    """The header that holds it; None if it is in the URL or the body."""
    describe: Callable[[ParsedRequest, ParsedRequest], str] | None = None
    """The text of the first request's part, if that is neither its header nor its URL."""

    def text(self, exchange: Exchange, counterpart: Exchange) -> str:
        """The part of the request that the factor is about, as one line.

        Args:
            exchange: the exchange whose request is shown.
            counterpart: the exchange that it is compared with.
        """
        if self.describe is not None:
            return self.describe(ParsedRequest(exchange), ParsedRequest(counterpart))
        if self.header is not None:
            return f"{self.header}: {exchange.request.header(self.header) or '-'}"
        return _request_line(exchange.request)


def differ_only_in(factor: str, one: Exchange, other: Exchange) -> bool:
    """Whether two requests differ in `factor` and in nothing else.

    Args:
        factor: a factor's id.
        one: an exchange.
        other: the exchange that it is compared with.
    """
    return _differ(FACTORS[factor], one, other) and alike_except(factor, one, other)


def alike_except(factor: str, one: Exchange, other: Exchange) -> bool:
    """Whether two requests differ in nothing but `factor`, in which they may be equal, too.

    Args:
        factor: a factor's id.
        one: an exchange.
        other: the exchange that it is compared with.
    """
    values, others = _values(one), _values(other)
    if values != others and any(values[id] != others[id] for id in values if id != factor):
        return False
    return not any(
        _differ(candidate, one, other)
        for id, candidate in FACTORS.items()
        if candidate.differs is not None and id != factor
    )


def _differ(factor: Factor, one: Exchange, other: Exchange) -> bool:
    if factor.differs is not None:
        return factor.differs(ParsedRequest(one), ParsedRequest(other))
    return _values(one)[factor.id] != _values(other)[factor.id]


@once
def _values(exchange: Exchange) -> Mapping[str, object]:
    """The values of the factors that have one, worked out once for all comparisons."""
    request = ParsedRequest(exchange)
    return {id: factor.value(request) for id, factor in FACTORS.items() if factor.value is not None}


def _host(request: ParsedRequest) -> str:
    """The host without its region, which is a factor of its own."""
    target = request.address
    return target.host.replace(target.region, "") if target.region else target.host


def _identifier(request: ParsedRequest) -> str:
    return (request.address.identifier or "").replace("%3A", ":").replace("%2F", "/")


_RUNTIME_ID = regex(r"[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}")
"""The id of a Runtime (shape of `agentRuntimeId` in botocore's model)."""


def _is_id(request: ParsedRequest) -> bool:
    """Whether the Runtime is named by its id, not by an ARN."""
    return _RUNTIME_ID.fullmatch(request.address.identifier or "") is not None


def _identifiers_differ(one: ParsedRequest, other: ParsedRequest) -> bool:
    """Whether they name two Runtimes; an ARN and an id, which is its last part, may name the same one."""
    names = _identifier(one), _identifier(other)
    if _is_id(one) != _is_id(other):
        return names[0].rpartition("/")[2] != names[1].rpartition("/")[2]
    return names[0] != names[1]


def _accounts_differ(one: ParsedRequest, other: ParsedRequest) -> bool:
    """Whether `accountId` differs; where one request has an ARN instead of an id, whether it names the account."""
    accounts = [request.address.account for request in (one, other)]
    if _is_id(one) != _is_id(other):
        accounts = [
            request.address.account if _is_id(request) else request.address.arn_account
            for request in (one, other)
        ]
    return accounts[0] != accounts[1]


def _forms_differ(one: ParsedRequest, other: ParsedRequest) -> bool:
    have_identifiers = None not in (one.address.identifier, other.address.identifier)
    return have_identifiers and _is_id(one) != _is_id(other)


def _credential(request: ParsedRequest) -> tuple[str, str]:
    """The kind of the credential, and its scheme in the header."""
    value = request.header("authorization")
    scheme = "" if not value else value.split(" ", 1)[0].lower() if " " in value else "none"
    return request.auth, scheme


def _tokens_differ(one: ParsedRequest, other: ParsedRequest) -> bool:
    return one.auth == other.auth == "bearer" and one.exchange.token != other.exchange.token


def _differing_claims(one: ParsedRequest, other: ParsedRequest) -> str:
    """What the first token says of itself and the second one does not; only the signatures differ if nothing does."""
    token, counterpart = one.exchange.token, other.exchange.token
    if token is None or counterpart is None:
        return _request_line(one.exchange.request)
    equal_to = {**counterpart.header, **counterpart.claims}
    facts = {**token.header, **token.claims}
    differing = {name: value for name, value in facts.items() if equal_to.get(name) != value}
    return json.dumps(differing or {"signature": one.exchange.forged or "-"}, ensure_ascii=False)


def _has_valid_session(request: ParsedRequest) -> bool:
    """Two new session ids are equal to the service as long as both have a valid length."""
    session = request.header(SESSION_HEADER)
    return session is None or len(session) in SESSION_LENGTHS


def _accepted_types(request: ParsedRequest) -> frozenset[str]:
    value = request.header("accept") or "*/*"
    return frozenset(part.split(";")[0].strip().lower() for part in value.split(","))


def _mcp_version(request: ParsedRequest) -> str:
    params = request.exchange.request.fields.get("params")
    requested = params.get("protocolVersion") if isinstance(params, dict) else None
    return request.header("mcp-protocol-version") or str(requested or "")


_GENERATED = frozenset({"id", "messageId", "threadId", "runId", "contextId", "taskId"})
"""Keys whose values a client generates for each request."""

_VERSIONS = frozenset({"protocolVersion", "io.modelcontextprotocol/protocolVersion"})
"""Keys of the MCP version, which is a factor of its own."""


def _bodies_differ(one: ParsedRequest, other: ParsedRequest) -> bool:
    bodies = _comparable_body(one.exchange.request), _comparable_body(other.exchange.request)
    return None not in bodies and bodies[0] != bodies[1]


@once
def _comparable_body(request: Request) -> Any:
    """The body without what differs in every request; None if the body is not known."""
    body = request.body
    if body is None:
        return None
    try:
        return _without_generated(json.loads(body))
    except (ValueError, RecursionError):
        return body


def _without_generated(value: Any) -> Any:
    if isinstance(value, dict):
        ignored = _GENERATED | _VERSIONS
        return {name: _without_generated(item) for name, item in value.items() if name not in ignored}
    return [_without_generated(item) for item in value] if isinstance(value, list) else value


def _request_line(request: Request) -> str:
    return f"{request.method} {request.url}"


_ROWS: tuple[Factor, ...] = (
    Factor(id="auth", value=_credential, header="Authorization"),
    Factor(id="token", differs=_tokens_differ, header="Authorization", describe=_differing_claims),
    Factor(
        id="content-type",
        value=lambda request: (request.header("content-type") or "").lower(),
        header="Content-Type",
    ),
    Factor(id="user-id", value=lambda request: request.header(USER_HEADER), header=USER_HEADER),
    Factor(id="mcp-session", value=lambda request: request.header("mcp-session-id"), header="Mcp-Session-Id"),
    Factor(id="session-id", value=_has_valid_session, header=SESSION_HEADER),
    Factor(id="accept", value=_accepted_types, header="Accept"),
    Factor(id="service", value=lambda request: request.address.service),
    Factor(
        id="arn-encoding",
        value=lambda request: (request.address.raw_slash, request.address.double_encoded),
    ),
    Factor(id="identifier", differs=_identifiers_differ),
    Factor(id="identifier-form", differs=_forms_differ),
    Factor(id="path", value=lambda request: (request.address.suffix, request.method)),
    Factor(id="qualifier", value=lambda request: request.address.qualifier or "DEFAULT"),
    Factor(id="account", differs=_accounts_differ),
    Factor(id="region", value=lambda request: request.address.region),
    Factor(id="host", value=_host),
    Factor(
        id="mcp-version",
        value=_mcp_version,
        header="MCP-Protocol-Version",
        describe=lambda request, _: f"MCP-Protocol-Version: {_mcp_version(request) or '-'}",
    ),
    Factor(id="body", differs=_bodies_differ),
)

FACTORS: dict[str, Factor] = {factor.id: factor for factor in _ROWS}
"""Every factor by its id."""
