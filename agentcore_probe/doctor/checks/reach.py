"""Whether each host that a run talks to answers: name, connection, TLS, HTTP; through which proxy, with which authorities.

Each is asked for HEAD / without a credential. That reaches no Runtime and calls no tool of a Gateway.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from agentcore_probe.access.machine import Route, route
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, warning
from agentcore_probe.doctor.subject import Peer, Subject
from agentcore_probe.errors import ExitCode, InputError
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.arrival import foreign_answer, no_answer
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.partitions import is_aws_host
from agentcore_probe.report.messages import messages


def _lines(subject: Subject) -> Iterator[Line]:
    try:
        peers = subject.peers
    except InputError as error:
        yield problem("reach-machine", error.line())
        return
    routes = {peer.name: route(peer.exchange.request.url, subject.aws.ca_bundle) for peer in peers}
    for peer in peers:
        yield peer_line(peer, routes[peer.name])
    yield from _authorities(routes)


def peer_line(peer: Peer, path: Route) -> Line:
    """Whether and how one host answered.

    Args:
        peer: the host and its answer.
        path: how the request left this machine.
    """
    id = f"reach-{peer.name.lower().replace(' ', '-')}"
    exchange = peer.exchange
    host = urlsplit(exchange.request.url).netloc
    case = Case(exchange)
    match = no_answer(case)
    through = (
        f", through the proxy {path.proxy} ({path.proxy_from or 'system settings'})" if path.proxy else ""
    )
    if match is None and case.answer.status == 407:
        match = foreign_answer(case)
    if match is not None:
        text = messages(DEFAULT)
        sentence = text.cause(match.cause, match.values).rstrip(".")
        step = _step(exchange)
        return problem(
            id,
            f"{peer.name} at {host}{through}: {sentence}{step}",
            text.cause(f"{match.cause}.fix", match.values),
        )
    assert exchange.response is not None
    spent = exchange.timings.model_dump(exclude_none=True).values()
    text_ok = f"{peer.name} at {host}: HTTP {exchange.response.status} in {sum(spent):.0f} ms"
    sender = case.answer.sender
    if sender is not None and is_aws_host(urlsplit(exchange.request.url).hostname or ""):
        return warning(
            id,
            f"{text_ok}{through}, but {sender.name} answered in place of AWS",
            "Let this host through, or name it in NO_PROXY",
        )
    return ok(id, f"{text_ok}{through or _direct(exchange, path)}")


def _step(exchange: Exchange) -> str:
    """Which steps succeeded before the fault."""
    is_late = exchange.fault is not None and exchange.fault.kind not in ("dns", "connect", "proxy", "setup")
    return f" (name and TCP work: {exchange.peer})" if is_late and exchange.peer else ""


def _direct(exchange: Exchange, path: Route) -> str:
    """What is special about a connection without a proxy."""
    parts = urlsplit(exchange.request.url)
    host, note = parts.hostname or "", ""
    address = (exchange.peer or "").rpartition(":")[0].strip("[]").partition("%")[0]
    if "vpce" in host.split(".") or host.startswith("vpce-"):
        note = f", VPC endpoint at {address}"
    elif is_aws_host(host) and _is_private(address):
        note = f", VPC endpoint by private DNS at {address}"
    is_exception = path.proxy_from is not None and not _is_loopback(address)
    return f"{note}, directly by NO_PROXY" if is_exception else note


def _is_private(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return ip.is_private and not ip.is_loopback


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _authorities(routes: dict[str, Route]) -> Iterator[Line]:
    """Whose certificates are trusted; the same for every host."""
    for path in list(routes.values())[:1]:
        if path.authorities is None:
            yield ok("reach-authorities", "certificates are checked with the authorities of certifi")
        else:
            yield ok(
                "reach-authorities",
                f"certificates are checked with {path.authorities} ({path.authorities_from})",
            )


CHECK = Check(40, "Network (HEAD / without a credential)", "login", _lines, ExitCode.UNREACHABLE)
