"""One more call with exactly one thing changed: what settles a cause.

The diagnosis says which factor would settle it (`Diagnosis.experiment`); here the same request
is sent again with that factor alone changed, and kept as an exchange of its own. If the answer
changes, the factor is the cause; if not, the report says so. At most `MAX_CALLS` a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from agentcore_probe.access.aws import without_signature
from agentcore_probe.access.credentials import Bearer, Signed
from agentcore_probe.access.protocol import (
    MCP_ACCEPT,
    new_session_id,
    runtime_url,
    with_qualifier,
)
from agentcore_probe.access.transport import Outgoing
from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import Tokens
from agentcore_probe.judge.findings import find
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS, Change
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, SigningCaller

MAX_CALLS = 6


@dataclass(frozen=True)
class ChangedRequest:
    """A request with one factor changed, and the factor's two values for people."""

    outgoing: Outgoing
    before: str
    after: str


def experiments(record: RunRecord, sent: Mapping[str, Outgoing], context: ProbeContext) -> list[Outgoing]:
    """The calls that would settle what `record` leaves open, surprises first.

    Args:
        record: the run so far.
        sent: its requests by exchange id.
        context: for what a changed request needs: the other token, AWS credentials, base URLs.
    """
    findings = [find(observation, record) for observation in record.observations]
    findings.sort(key=lambda each: each.outcome == "as-expected")
    return [outgoing for finding in findings for outgoing in _experiment(finding, sent, context)][:MAX_CALLS]


def changed(method: str, factor: str, sent: Mapping[str, Outgoing], context: ProbeContext) -> Outgoing:
    """The first request of `method` with `factor` changed, because somebody wants to see.

    Raises:
        InputError: nothing was sent, or this run cannot change it.
    """
    first = f"{method}/1"
    changed_request = _CHANGES[factor](sent[first], context) if first in sent else None
    if changed_request is None:
        what = (
            f"{factor} cannot be changed here" if first in sent else "nothing was sent that could be changed"
        )
        raise InputError(what, where=method, hint="Ask for another factor, or for another method")
    change = Change(of=first, factor=factor, before=changed_request.before, after=changed_request.after)
    return replace(changed_request.outgoing, change=change)


def _experiment(finding: Finding, sent: Mapping[str, Outgoing], context: ProbeContext) -> Iterator[Outgoing]:
    factor, evidence = finding.diagnosis.experiment, finding.diagnosis.evidence
    if factor is None or factor not in _CHANGES or not evidence or evidence[0] not in sent:
        return
    changed_request = _CHANGES[factor](sent[evidence[0]], context)
    if changed_request is not None:
        change = Change(
            of=evidence[0], factor=factor, before=changed_request.before, after=changed_request.after
        )
        yield replace(changed_request.outgoing, change=change)


def _encoding(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """A raw ARN is encoded, an encoded one is left raw."""
    runtime = context.environment.runtime
    if runtime is None:
        return None
    raw, encoded = runtime.arn, quote(runtime.arn, safe="")
    if raw not in outgoing.url and encoded not in outgoing.url:
        return None
    was_raw = raw in outgoing.url
    changed = replace(outgoing, url=runtime_url(context.runtime_base, runtime, encoded=was_raw))
    before, after = (raw, encoded) if was_raw else (encoded, raw)
    return ChangedRequest(_as_before(changed, context), before, after)


def _token(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """The other token of the same login: ID for access, access for ID."""
    tokens, credential = context.tokens, outgoing.credential
    if not isinstance(tokens, Tokens) or tokens.id is None or not isinstance(credential, Bearer):
        return None
    if credential.secret == tokens.access:
        return ChangedRequest(BearerCaller(tokens.id).equip(outgoing), "access token", "ID token")
    return ChangedRequest(BearerCaller(tokens.access).equip(outgoing), "ID token", "access token")


def _auth(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """The other way to identify the caller: signature for token, token for signature or nothing."""
    if isinstance(outgoing.credential, Bearer):
        if context.aws.missing_credentials() is not None:
            return None
        return ChangedRequest(SigningCaller(context.aws).equip(outgoing), "bearer token", "SigV4")
    if not isinstance(context.tokens, Tokens):
        return None
    signed = isinstance(outgoing.credential, Signed)
    bare = replace(outgoing, headers=without_signature(outgoing.headers))
    before = "SigV4" if signed else "none"
    return ChangedRequest(BearerCaller(context.tokens.access).equip(bare), before, "bearer token")


def _qualifier(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """An endpoint that is listed, the default one where the list cannot be read."""
    deployed, asked = context.configuration.runtime, context.environment.runtime
    if asked is None or "/runtimes/" not in outgoing.url:
        return None
    listed = [each.name for each in (deployed.endpoints or ())] if deployed else []
    other = next((name for name in (*listed, "DEFAULT") if name != asked.qualifier), None)
    if other is None:
        return None
    changed = replace(outgoing, url=with_qualifier(outgoing.url, other))
    return ChangedRequest(_as_before(changed, context), asked.qualifier, other)


def _region(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """The host of the ARN's own region."""
    runtime = context.environment.runtime
    if runtime is None or context.aws.region in (None, runtime.region):
        return None
    host = urlsplit(context.aws.base_url("bedrock-agentcore", runtime.region)).netloc
    changed = replace(outgoing, url=urlsplit(outgoing.url)._replace(netloc=host).geturl())
    return ChangedRequest(_as_before(changed, context), str(context.aws.region), runtime.region)


def _session_id(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """An id of a good length for one of a bad length, and the other way round."""
    before = _header(outgoing, SESSION_HEADER)
    after = new_session_id()[: _SHORT if len(before) in SESSION_LENGTHS else None]
    changed = _with_header(outgoing, SESSION_HEADER, after)
    return ChangedRequest(
        _as_before(changed, context), f"{len(before)} characters", f"{len(after)} characters"
    )


def _accept(outgoing: Outgoing, context: ProbeContext) -> ChangedRequest | None:
    """Both types that MCP answers may have; JSON alone where both were accepted."""
    before = _header(outgoing, "Accept")
    after = MCP_ACCEPT if before != MCP_ACCEPT else "application/json"
    return ChangedRequest(_as_before(_with_header(outgoing, "Accept", after), context), before, after)


_SHORT = 8


def _header(outgoing: Outgoing, wanted: str) -> str:
    return next((v for name, v in outgoing.headers.items() if name.lower() == wanted.lower()), "")


def _with_header(outgoing: Outgoing, wanted: str, value: str) -> Outgoing:
    kept = {name: v for name, v in outgoing.headers.items() if name.lower() != wanted.lower()}
    return replace(outgoing, headers={**kept, wanted: value})


def _as_before(outgoing: Outgoing, context: ProbeContext) -> Outgoing:
    """Signed anew where it was signed: a signature covers what was changed."""
    if not isinstance(outgoing.credential, Signed):
        return outgoing
    caller: Caller = SigningCaller(context.aws)
    return caller.equip(replace(outgoing, headers=without_signature(outgoing.headers)))


_CHANGES: dict[str, Callable[[Outgoing, ProbeContext], ChangedRequest | None]] = {
    "arn-encoding": _encoding,
    "token": _token,
    "auth": _auth,
    "qualifier": _qualifier,
    "region": _region,
    "session-id": _session_id,
    "accept": _accept,
}
"""Factor -> the request with it changed; None where this run cannot change it."""

CHANGEABLE_FACTORS = tuple(_CHANGES)
"""What can be changed, one at a time."""
