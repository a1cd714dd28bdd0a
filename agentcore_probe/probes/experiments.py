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
from agentcore_probe.access.identity import Tokens
from agentcore_probe.access.protocol import (
    MCP_ACCEPT,
    new_session_id,
    runtime_url,
    with_qualifier,
)
from agentcore_probe.access.transport import Outgoing
from agentcore_probe.errors import InputError
from agentcore_probe.judge.findings import find
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS, Change
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.context import BearerCaller, Caller, Scene, SigningCaller

MAX_CALLS = 6


@dataclass(frozen=True)
class Flip:
    """A request with one factor changed, and the factor's two values for people."""

    outgoing: Outgoing
    before: str
    after: str


def experiments(record: RunRecord, sent: Mapping[str, Outgoing], scene: Scene) -> list[Outgoing]:
    """The calls that would settle what `record` leaves open, surprises first.

    Args:
        record: the run so far.
        sent: its requests by exchange id.
        scene: for what a changed request needs: the other token, AWS credentials, base URLs.
    """
    findings = [find(observation, record) for observation in record.observations]
    findings.sort(key=lambda each: each.outcome == "as-expected")
    return [outgoing for finding in findings for outgoing in _experiment(finding, sent, scene)][:MAX_CALLS]


def changed(method: str, factor: str, sent: Mapping[str, Outgoing], scene: Scene) -> Outgoing:
    """The first request of `method` with `factor` changed, because somebody wants to see.

    Raises:
        InputError: nothing was sent, or this run cannot change it.
    """
    first = f"{method}/1"
    flip = _FLIPS[factor](sent[first], scene) if first in sent else None
    if flip is None:
        what = (
            f"{factor} cannot be changed here" if first in sent else "nothing was sent that could be changed"
        )
        raise InputError(what, where=method, hint="Ask for another factor, or for another method")
    change = Change(of=first, factor=factor, before=flip.before, after=flip.after)
    return replace(flip.outgoing, change=change)


def _experiment(finding: Finding, sent: Mapping[str, Outgoing], scene: Scene) -> Iterator[Outgoing]:
    factor, evidence = finding.diagnosis.experiment, finding.diagnosis.evidence
    if factor is None or factor not in _FLIPS or not evidence or evidence[0] not in sent:
        return
    flip = _FLIPS[factor](sent[evidence[0]], scene)
    if flip is not None:
        change = Change(of=evidence[0], factor=factor, before=flip.before, after=flip.after)
        yield replace(flip.outgoing, change=change)


def _encoding(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """A raw ARN is encoded, an encoded one is left raw."""
    runtime = scene.environment.runtime
    if runtime is None:
        return None
    raw, encoded = runtime.arn, quote(runtime.arn, safe="")
    if raw not in outgoing.url and encoded not in outgoing.url:
        return None
    was_raw = raw in outgoing.url
    changed = replace(outgoing, url=runtime_url(scene.runtime_base, runtime, encoded=was_raw))
    before, after = (raw, encoded) if was_raw else (encoded, raw)
    return Flip(_as_before(changed, scene), before, after)


def _token(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """The other token of the same login: ID for access, access for ID."""
    tokens, credential = scene.tokens, outgoing.credential
    if not isinstance(tokens, Tokens) or tokens.id is None or not isinstance(credential, Bearer):
        return None
    if credential.secret == tokens.access:
        return Flip(BearerCaller(tokens.id).equip(outgoing), "access token", "ID token")
    return Flip(BearerCaller(tokens.access).equip(outgoing), "ID token", "access token")


def _auth(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """The other way to identify the caller: signature for token, token for signature or nothing."""
    if isinstance(outgoing.credential, Bearer):
        if scene.aws.missing_credentials() is not None:
            return None
        return Flip(SigningCaller(scene.aws).equip(outgoing), "bearer token", "SigV4")
    if not isinstance(scene.tokens, Tokens):
        return None
    signed = isinstance(outgoing.credential, Signed)
    bare = replace(outgoing, headers=without_signature(outgoing.headers))
    before = "SigV4" if signed else "none"
    return Flip(BearerCaller(scene.tokens.access).equip(bare), before, "bearer token")


def _qualifier(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """An endpoint that is listed, the default one where the list cannot be read."""
    deployed, asked = scene.configuration.runtime, scene.environment.runtime
    if asked is None or "/runtimes/" not in outgoing.url:
        return None
    listed = [each.name for each in (deployed.endpoints or ())] if deployed else []
    other = next((name for name in (*listed, "DEFAULT") if name != asked.qualifier), None)
    if other is None:
        return None
    changed = replace(outgoing, url=with_qualifier(outgoing.url, other))
    return Flip(_as_before(changed, scene), asked.qualifier, other)


def _region(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """The host of the ARN's own region."""
    runtime = scene.environment.runtime
    if runtime is None or scene.aws.region in (None, runtime.region):
        return None
    host = urlsplit(scene.aws.base_url("bedrock-agentcore", runtime.region)).netloc
    changed = replace(outgoing, url=urlsplit(outgoing.url)._replace(netloc=host).geturl())
    return Flip(_as_before(changed, scene), str(scene.aws.region), runtime.region)


def _session_id(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """An id of a good length for one of a bad length, and the other way round."""
    before = _header(outgoing, SESSION_HEADER)
    after = new_session_id()[: _SHORT if len(before) in SESSION_LENGTHS else None]
    changed = _with_header(outgoing, SESSION_HEADER, after)
    return Flip(_as_before(changed, scene), f"{len(before)} characters", f"{len(after)} characters")


def _accept(outgoing: Outgoing, scene: Scene) -> Flip | None:
    """Both types that MCP answers may have; JSON alone where both were accepted."""
    before = _header(outgoing, "Accept")
    after = MCP_ACCEPT if before != MCP_ACCEPT else "application/json"
    return Flip(_as_before(_with_header(outgoing, "Accept", after), scene), before, after)


_SHORT = 8


def _header(outgoing: Outgoing, wanted: str) -> str:
    return next((v for name, v in outgoing.headers.items() if name.lower() == wanted.lower()), "")


def _with_header(outgoing: Outgoing, wanted: str, value: str) -> Outgoing:
    kept = {name: v for name, v in outgoing.headers.items() if name.lower() != wanted.lower()}
    return replace(outgoing, headers={**kept, wanted: value})


def _as_before(outgoing: Outgoing, scene: Scene) -> Outgoing:
    """Signed anew where it was signed: a signature covers what was changed."""
    if not isinstance(outgoing.credential, Signed):
        return outgoing
    caller: Caller = SigningCaller(scene.aws)
    return caller.equip(replace(outgoing, headers=without_signature(outgoing.headers)))


_FLIPS: dict[str, Callable[[Outgoing, Scene], Flip | None]] = {
    "arn-encoding": _encoding,
    "token": _token,
    "auth": _auth,
    "qualifier": _qualifier,
    "region": _region,
    "session-id": _session_id,
    "accept": _accept,
}
"""Factor -> the request with it changed; None where this run cannot change it."""

FACTORS = tuple(_FLIPS)
"""What can be changed, one at a time."""
