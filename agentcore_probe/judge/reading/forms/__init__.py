"""How clients write an answer, or its absence, into a line of text: one row for each form, in a table for each kind of client.

A row is recognized by a literal and read by a pattern, whose named groups are what the line says: `status`, `type`,
`message`, `operation`, `method`, `url`, and `detail` of a fault. To make another client known, add a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.judge.reading.commandline import make_request
from agentcore_probe.judge.reading.forms import clients, faults, sdks, statuses
from agentcore_probe.judge.reading.forms.form import Form
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.model.exchange import Fault
from agentcore_probe.regex import regex

FORMS: tuple[Form, ...] = (*sdks.FORMS, *clients.FORMS, *statuses.FORMS, *faults.FORMS)
"""Every form, those that say most first."""

_CURL_ERROR = regex(r"curl: \((?P<code>\d{1,3})\) (?P<detail>[^\n]*)")
_TUNNEL = regex(r"(?:CONNECT tunnel failed, response|Received HTTP code) (\d{3})")
_REFERENCE = regex(
    r"https?://(?:[\w.-]{0,80}\.)?(?:mozilla\.org|pydantic\.dev|github\.com|stackoverflow\.com|aka\.ms|w3\.org|xmlsoap\.org"
    r"|docs\.[\w.-]{1,80}|json-schema\.org|schemas?\.[\w.-]{1,80}|python\.org|httpstatuses\.[a-z]{2,5})(?=[/:]|$)",
    re.I,
)
"""A page that a message refers to; nobody called it."""
_JAVA_TAIL = regex(
    r" \(Service: [^\n]{0,300}\)(?: \(SDK Attempt Count: \d{1,4}\))?| ---> [^\n]{0,2000}$|,? ?\{$", re.I
)
"""What SDKs append to a message."""


def find_forms(text: str) -> Iterator[Part]:
    """What each form finds, form by form; the parts may overlap.

    Args:
        text: the normalised text.
    """
    lowered = f"\n{text.lower()}"  # a literal may be the beginning of a line
    for form in FORMS:
        if not any(literal in lowered for literal in form.literals):
            continue
        for match in form.expression.finditer(text):
            part = _part(form, match)
            if part is not None:
                yield part
    yield from _find_curl_errors(text)


def _part(form: Form, match: re.Match[str]) -> Part | None:
    groups = {name.removesuffix("_2"): value for name, value in match.groupdict().items() if value}
    url = groups.get("url", "").rstrip(".,;:!?'\"\\")
    if "host" in groups:
        url = f"https://{groups['host']}{groups.get('path', '')}"
    elif url and "path" in groups:
        url = url.removesuffix(":443") + groups["path"]
    if url and (_REFERENCE.match(url) or ".well-known/" in url):
        return None
    type_, message = (
        groups.get("type", form.error_type),
        groups.get("message", "").replace("\n", " ").replace("  ", " ").strip(),
    )
    message = _JAVA_TAIL.sub("", message)
    status = groups.get("status")
    if type_.isdigit():  # botocore writes the status where an answer has no type
        status, type_ = status or type_, ""
    challenge = groups.get("challenge", "").replace("\\", "").replace("\n", " ")
    return Part(
        start=match.start(),
        end=match.end(),
        form=form.name,
        headers={"WWW-Authenticate": challenge} if challenge else None,
        request=make_request(groups.get("method", "").upper() or "POST", url, {}, None) if url else None,
        status=int(status) if status and 100 <= int(status) <= 599 else None,
        error_type=type_,
        message=message,
        operation=_operation(groups.get("operation", "")),
        program=form.program,
        fault=Fault(kind=form.fault, detail=groups.get("detail", "")[:300]) if form.fault else None,
    )


def _operation(name: str) -> str:
    """An operation; of JavaScript's packages, only the name of the API is known."""
    return "" if name == "bedrock-agentcore" else name.replace("-", "")


def _find_curl_errors(text: str) -> Iterator[Part]:
    """curl's own errors: a fault, or the status of a tunnel that a proxy refused."""
    for match in _CURL_ERROR.finditer(text):
        kind = faults.CURL_FAULTS.get(int(match["code"]))
        tunnel = _TUNNEL.search(match["detail"])
        if tunnel is not None:
            yield Part(
                start=match.start(),
                end=match.end(),
                form="curl-proxy",
                status=int(tunnel[1]),
                headers={"Proxy-Status": match["detail"]},
            )
        elif kind is not None:
            fault = Fault(kind=kind, detail=match["detail"].strip())
            yield Part(start=match.start(), end=match.end(), form="curl", fault=fault)
