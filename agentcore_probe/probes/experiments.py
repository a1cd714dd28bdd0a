"""Experiments: a request that is sent once more with exactly one factor changed, to prove or disprove a cause.

The diagnosis says which factor would prove the cause (`Diagnosis.experiment`). The second request is recorded as an
exchange of its own. If its response differs, the factor is the cause; if not, the report says so. A run makes at
most `MAX_CALLS` of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from agentcore_probe.access.aws import without_signature
from agentcore_probe.access.credentials import Bearer, Presigned, Signed, SubprotocolBearer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import (
    MCP_ACCEPT,
    new_session_id,
    runtime_url,
    runtime_url_by_id,
    with_qualifier,
)
from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import Tokens
from agentcore_probe.judge.factors import differ_only_in
from agentcore_probe.judge.findings import findings_of
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS, Change, Exchange
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.methods import entrance_of
from agentcore_probe.model.methods import method as find_method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, SigningCaller

MAX_CALLS = 6
_SETTLED_BY_ONE = ("identifier-form",)
"""Factors of which one experiment settles the cause for every row: the path does not depend on the caller."""
_OF_URLS = ("arn-encoding", "identifier", "identifier-form", "path", "qualifier", "account", "region", "host")
"""Factors in which two URLs of one target can differ."""


@dataclass(frozen=True)
class ChangedRequest:
    """A request with one factor changed, and both values of the factor, for people."""

    outgoing: Outgoing
    before: str
    after: str


def experiments(record: RunRecord, requests: Mapping[str, Outgoing], context: ProbeContext) -> list[Outgoing]:
    """The requests that would prove or disprove what `record` leaves open; those of unexpected rows first.

    Args:
        record: the run so far.
        requests: the run's requests by exchange id.
        context: what a changed request needs: the other token, AWS credentials, base URLs.

    Returns:
        At most `MAX_CALLS` requests, each with its `change`.
    """
    findings = sorted(findings_of(record), key=lambda finding: finding.outcome == "as-expected")
    changed: list[Outgoing] = []
    for finding in findings:
        if finding.diagnosis.experiment in _SETTLED_BY_ONE and any(
            request.change and request.change.factor == finding.diagnosis.experiment for request in changed
        ):
            continue
        row = find_method(finding.method)
        if row is not None and entrance_of(row).on_request:
            continue  # the requests of such an entrance are all that its row names
        request = _experiment(finding, requests, context)
        if request is not None:
            changed.append(request)
    return changed[:MAX_CALLS]


def change_request(
    method: str, factor: str, requests: Mapping[str, Outgoing], context: ProbeContext
) -> Outgoing:
    """The first request of `method` with `factor` changed, as the user asked for it.

    Args:
        method: an access method's id.
        factor: one of `CHANGEABLE_FACTORS`.
        requests: the run's requests by exchange id.
        context: what a changed request needs.

    Raises:
        InputError: the method sent nothing, or this run cannot change the factor.
    """
    first = f"{method}/1"
    if first not in requests:
        problem = "nothing was sent that could be changed"
        raise InputError(problem, where=method, hint="Choose another method")
    request = _changed(first, factor, requests, context)
    if isinstance(request, Outgoing):
        return request
    possible = [
        name for name in CHANGEABLE_FACTORS if isinstance(_changed(first, name, requests, context), Outgoing)
    ]
    raise InputError(
        f"{factor} cannot be changed: {request}",
        where=method,
        hint=f"This request can be changed in: {', '.join(possible)}" if possible else None,
    )


def as_changed(one: Exchange, other: Exchange) -> Exchange:
    """`other` as an experiment on `one`, if it differs in one factor alone.

    Args:
        one: an exchange.
        other: a call of the same target at another URL.
    """
    factor = next((id for id in _OF_URLS if differ_only_in(id, one, other)), None)
    if factor is None:
        return other
    change = Change(of=one.id, factor=factor, before=one.request.url, after=other.request.url)
    return other.model_copy(update={"change": change})


def _experiment(finding: Finding, requests: Mapping[str, Outgoing], context: ProbeContext) -> Outgoing | None:
    factor, evidence = finding.diagnosis.experiment, finding.diagnosis.evidence
    if factor not in _CHANGES or not evidence or evidence[0] not in requests:
        return None
    request = _changed(evidence[0], factor, requests, context)
    return request if isinstance(request, Outgoing) else None


def _changed(
    exchange: str, factor: str, requests: Mapping[str, Outgoing], context: ProbeContext
) -> Outgoing | str:
    """The request of `exchange` with `factor` changed, or why this run cannot change it."""
    request = _CHANGES[factor](requests[exchange], context)
    if isinstance(request, str):
        return request
    change = Change(of=exchange, factor=factor, before=request.before, after=request.after)
    return replace(request.outgoing, change=change)


def _encoding(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """Encodes a raw ARN, decodes an encoded one."""
    runtime = context.environment.runtime
    if runtime is None:
        return _NO_RUNTIME
    if not _is_invocation(outgoing):
        return _OTHER_ENTRANCE
    raw, encoded = runtime.arn, quote(runtime.arn, safe="")
    if raw not in outgoing.url and encoded not in outgoing.url:
        return "there is no ARN in its URL"
    was_raw = raw in outgoing.url
    request = replace(outgoing, url=runtime_url(context.runtime_base, runtime, encoded=was_raw))
    before, after = (raw, encoded) if was_raw else (encoded, raw)
    return ChangedRequest(_signed_again(request, context), before, after)


def _identifier_form(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """The Runtime's id and account instead of its ARN."""
    runtime = context.environment.runtime
    if runtime is None or quote(runtime.arn, safe="") not in outgoing.url:
        return "there is no ARN in its URL"
    if not _is_invocation(outgoing):
        return _OTHER_ENTRANCE
    request = replace(outgoing, url=runtime_url_by_id(context.runtime_base, runtime))
    return ChangedRequest(_signed_again(request, context), runtime.arn, runtime.id)


def _token(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """The other token of the same login: ID for access, access for ID."""
    tokens, credential = context.tokens, outgoing.credential
    if not isinstance(credential, Bearer):
        return "it carries no token"
    if not isinstance(tokens, Tokens) or tokens.id is None:
        return "the login returned no other token"
    if credential.secret == tokens.access:
        return ChangedRequest(BearerCaller(tokens.id).equip(outgoing), "access token", "ID token")
    return ChangedRequest(BearerCaller(tokens.access).equip(outgoing), "ID token", "access token")


def _auth(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """The other kind of credential: a signature instead of a token, a token instead of a signature or of nothing."""
    if isinstance(outgoing.credential, Bearer):
        if context.aws.login_problem is not None:
            return "there are no AWS credentials to sign it with"
        return ChangedRequest(SigningCaller(context.aws).equip(outgoing), "bearer token", "SigV4")
    if isinstance(outgoing.credential, SubprotocolBearer):
        return "its token is in a subprotocol"
    if not isinstance(context.tokens, Tokens):
        return "there is no token to send instead"
    signed = isinstance(outgoing.credential, Signed)
    bare = replace(outgoing, headers=without_signature(outgoing.headers))
    before = "SigV4" if signed else "none"
    return ChangedRequest(BearerCaller(context.tokens.access).equip(bare), before, "bearer token")


def _qualifier(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """Another endpoint that is deployed; the default one if the list cannot be read."""
    deployed, target = context.configuration.runtime, context.environment.runtime
    if target is None or "/runtimes/" not in outgoing.url:
        return "only a call of a Runtime has one"
    if not _is_invocation(outgoing):
        return _OTHER_ENTRANCE
    names = [endpoint.name for endpoint in (deployed.endpoints or ())] if deployed else []
    other = next((name for name in (*names, "DEFAULT") if name != target.qualifier), None)
    if other is None:
        return f"no endpoint but {target.qualifier} is known"
    request = replace(outgoing, url=with_qualifier(outgoing.url, other))
    return ChangedRequest(_signed_again(request, context), target.qualifier, other)


def _region(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """The host of the ARN's own region."""
    runtime = context.environment.runtime
    if runtime is None:
        return _NO_RUNTIME
    if context.aws.region in (None, runtime.region):
        return f"the request already goes to the region of the ARN, {runtime.region}"
    host = urlsplit(context.aws.base_url("bedrock-agentcore", runtime.region)).netloc
    request = replace(outgoing, url=urlsplit(outgoing.url)._replace(netloc=host).geturl())
    return ChangedRequest(_signed_again(request, context), str(context.aws.region), runtime.region)


def _session_id(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """A session id of a valid length instead of one of an invalid length, and the reverse."""
    before = _header(outgoing, SESSION_HEADER)
    after = new_session_id()[: _SHORT if len(before) in SESSION_LENGTHS else None]
    request = _with_header(outgoing, SESSION_HEADER, after)
    return ChangedRequest(
        _signed_again(request, context), f"{len(before)} characters", f"{len(after)} characters"
    )


def _accept(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | str:
    """Both types that an MCP response may have; JSON alone if both were accepted."""
    before = _header(outgoing, "Accept")
    after = MCP_ACCEPT if before != MCP_ACCEPT else "application/json"
    return ChangedRequest(_signed_again(_with_header(outgoing, "Accept", after), context), before, after)


_NO_RUNTIME = "the environment has no Runtime"
_OTHER_ENTRANCE = "it is not a call of InvokeAgentRuntime"
_SHORT = 8
"""An invalid length of a session id."""


def _is_invocation(outgoing: Outgoing) -> bool:
    return urlsplit(outgoing.url).path.rstrip("/").endswith("/invocations")


def _header(outgoing: Outgoing, header: str) -> str:
    return next((value for name, value in outgoing.headers.items() if name.lower() == header.lower()), "")


def _with_header(outgoing: Outgoing, header: str, value: str) -> Outgoing:
    others = {name: other for name, other in outgoing.headers.items() if name.lower() != header.lower()}
    return replace(outgoing, headers={**others, header: value})


def _signed_again(outgoing: Outgoing, context: ProbeContext) -> Outgoing:
    """With a new signature if the request was signed: the signature covers what was changed."""
    # A presigned URL is signed when it is sent.
    if not isinstance(outgoing.credential, Signed) or isinstance(outgoing.credential, Presigned):
        return outgoing
    caller: Caller = SigningCaller(context.aws)
    return caller.equip(replace(outgoing, headers=without_signature(outgoing.headers)))


_CHANGES: dict[str, Callable[[Outgoing, ProbeContext], ChangedRequest | str]] = {
    "arn-encoding": _encoding,
    "identifier-form": _identifier_form,
    "token": _token,
    "auth": _auth,
    "qualifier": _qualifier,
    "region": _region,
    "session-id": _session_id,
    "accept": _accept,
}
"""Factor id (`judge.factors`) -> the request with it changed, or why this run cannot change it."""

CHANGEABLE_FACTORS = tuple(_CHANGES)
"""The ids of the factors that a run can change, one at a time."""
