"""One request -> one Exchange. Every request of a probe to the network is sent here.

No retries, no redirects followed, no netrc (`access/credentials.py`), TLS always verified, every answer limited in
time and size.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple, Self
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as wire_errors

from agentcore_probe import PROJECT_URL, __version__
from agentcore_probe.access import redaction
from agentcore_probe.access.addresses import NOT_A_URL, check_url
from agentcore_probe.access.connections import Deadline, TimedAdapter
from agentcore_probe.access.credentials import Bearer, Credential
from agentcore_probe.access.faults import fault_of
from agentcore_probe.access.pace import Pace
from agentcore_probe.model.environment import LOOPBACK, Limits
from agentcore_probe.model.exchange import (
    Change,
    Exchange,
    Fault,
    Phase,
    Request,
    Response,
    Timings,
    TokenFacts,
)
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.providers.masking import mask_personal_claims
from agentcore_probe.secret import clipped

USER_AGENT = f"agentcore-probe/{__version__} (+{PROJECT_URL})"
"""Names the tool and its version, so that the target's owner can find out who calls."""
LANES = 4
"""How many independent requests of one access method are sent at a time."""
_CHUNK = 65_536
Cut = Literal["time", "size"] | None
_IDLE_SECONDS = 3
"""A connection that was idle for longer is not reused: a server may close it just as the next request is sent,
which would then look like a reset (RFC 9112 section 9.3)."""
_BUDGET_FACTOR = 2
"""All requests of one access method together may take this many times the limit of one request."""


@dataclass(frozen=True)
class Outgoing:
    """A request to send; `url` is sent exactly as it is written."""

    step: str
    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    credential: Credential = field(default_factory=Credential)
    forged: str | None = None
    control: str | None = None
    phase: Phase | None = None
    change: Change | None = None


@dataclass(frozen=True)
class RawAnswer:
    """An exchange, and its answer's body unredacted, for callers that need the credentials in it."""

    exchange: Exchange
    body: bytes


class _Outcome(NamedTuple):
    """A response with its unredacted body, or a fault."""

    response: Response | None = None
    fault: Fault | None = None
    body: bytes = b""


class Transport:
    """Sends the requests of one access method, in order, over its own connections.

    Args:
        method: the access method's id; exchanges are numbered `method/1`, `method/2`.
        limits: time and size of each request.
        first: the number of the first exchange.
        unmasked: claims that stay readable although they name a person, since a rule compares them.
        pace: limits the rate of the run's requests; None sends at once.
    """

    def __init__(
        self,
        method: str,
        limits: Limits,
        first: int = 1,
        unmasked: frozenset[str] = frozenset(),
        pace: Pace | None = None,
    ) -> None:
        self._method = method
        self._pace = pace
        self._lanes: list[Transport] = []
        self._first = first
        self._unmasked = unmasked
        self._limits = limits
        self._deadline = Deadline()
        self._session = requests.Session()
        self._session.headers.clear()
        adapter = TimedAdapter(self._deadline)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._budget_end: float | None = None
        self._idle_since: float | None = None
        self.exchanges: list[Exchange] = []
        self.requests: dict[str, Outgoing] = {}
        """Each request by the id of its exchange, so that it can be sent again with one factor changed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._deadline.close()

    def abort(self) -> None:
        """Ends the current request, from another thread; later ones fail at once."""
        self._budget_end = 0.0
        self._deadline.cut()
        for lane in tuple(self._lanes):
            lane.abort()

    def send(self, outgoing: Outgoing) -> Exchange:
        """Sends one request and keeps the exchange. A failure of the network is a fault in it, never an exception."""
        return self.send_raw(outgoing).exchange

    def send_raw(self, outgoing: Outgoing) -> RawAnswer:
        """Like `send`; the result also has the unredacted body (for a login)."""
        self._wait_for_turn(outgoing.url)
        at = datetime.now(UTC)
        prepared = self._prepare(outgoing)
        if isinstance(prepared, Fault):
            outcome = _Outcome(fault=prepared)
            request = _redacted_request(outgoing, outgoing, at)
        else:
            outcome = self._exchange(prepared)
            request = _redacted_request(outgoing, prepared, at)
        exchange = Exchange(
            id=f"{self._method}/{len(self.exchanges) + self._first}",
            step=outgoing.step,
            request=request,
            response=outcome.response,
            fault=outcome.fault,
            token=_token_facts(outgoing.credential, self._unmasked),
            timings=Timings(**{name: round(ms, 3) for name, ms in self._deadline.phases.items()}),
            forged=outgoing.forged,
            control=outgoing.control,
            phase=outgoing.phase,
            change=outgoing.change,
        )
        self.exchanges.append(exchange)
        self.requests[exchange.id] = outgoing
        return RawAnswer(exchange, outcome.body)

    def _wait_for_turn(self, url: str) -> None:
        """Keeps the run's rate of requests; the wait does not count against the method's time."""
        if self._pace is None or self._budget_end == 0.0:
            return
        seconds = self._pace.wait(url)
        if self._budget_end:
            self._budget_end += seconds

    def send_all(self, outgoings: Sequence[Outgoing], lanes: int = LANES) -> list[Exchange]:
        """Sends requests that do not depend on each other, some at a time; they are numbered in the given order.

        Args:
            outgoings: the requests.
            lanes: how many are sent at a time, each over connections of its own.
        """
        size = -(-len(outgoings) // lanes) or 1
        shares = [outgoings[start : start + size] for start in range(0, len(outgoings), size)]
        start = len(self.exchanges) + self._first
        for number, _ in enumerate(shares):
            first = start + number * size
            self._lanes.append(Transport(self._method, self._limits, first, self._unmasked, self._pace))
        if self._budget_end == 0.0:
            self.abort()
        try:
            with ThreadPoolExecutor(max(len(shares), 1), "lane") as pool:
                futures = [pool.submit(_send_share, *pair) for pair in zip(self._lanes, shares, strict=True)]
                exchanges = [exchange for future in futures for exchange in future.result()]
            for lane in self._lanes:
                self.requests.update(lane.requests)
        finally:
            for lane in self._lanes:
                lane.__exit__()
            self._lanes.clear()
        self.exchanges.extend(exchanges)
        return exchanges

    def _prepare(self, outgoing: Outgoing) -> requests.PreparedRequest | Fault:
        """The request as requests sends it, or a fault for a URL that nothing may be sent to."""
        if (reason := check_url(outgoing.url)) is not None:
            return Fault(kind="connect", detail=reason)
        try:
            prepared = self._session.prepare_request(
                requests.Request(
                    outgoing.method,
                    outgoing.url,
                    headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **outgoing.headers},
                    data=outgoing.body,
                    auth=outgoing.credential,
                )
            )
        except (requests.RequestException, ValueError):
            return Fault(kind="connect", detail=NOT_A_URL)
        # requests normalizes URLs; a probe sends the one that it was given.
        prepared.url = outgoing.url
        return prepared

    def _exchange(self, prepared: requests.PreparedRequest) -> _Outcome:
        """Sends the request within the time limits."""
        if self._budget_end is None:
            # Counted from the first request: a probe may have waited for the login before it.
            self._budget_end = time.monotonic() + _BUDGET_FACTOR * self._limits.seconds
        remaining = self._budget_end - time.monotonic()
        if remaining <= 0:
            return _Outcome(
                fault=Fault(kind="timeout", detail=f"{_BUDGET_FACTOR * self._limits.seconds:g} s")
            )
        if self._idle_since is not None and time.monotonic() - self._idle_since > _IDLE_SECONDS:
            self._session.close()
        with self._deadline.limit(min(self._limits.seconds, remaining)):
            try:
                return self._receive(prepared)
            except _TooLarge as error:
                return _Outcome(fault=Fault(kind="too-large", detail=str(error)))
            except (requests.RequestException, wire_errors.HTTPError, OSError, ValueError) as error:
                return _Outcome(fault=self._fault(error))
            except http.client.HTTPException as error:
                return _Outcome(fault=self._fault(error))
            finally:
                self._idle_since = time.monotonic()

    def _receive(self, prepared: requests.PreparedRequest) -> _Outcome:
        assert prepared.url is not None
        settings = self._session.merge_environment_settings(prepared.url, {}, True, True, None)
        if urlsplit(prepared.url).hostname in LOOPBACK:
            settings["proxies"] = {}
        phases = self._deadline.phases
        try:
            with self._deadline.phase("first_byte"):
                answer = self._session.send(
                    prepared, allow_redirects=False, timeout=self._limits.seconds, **settings
                )
        finally:
            # Also after a failure: the time of each phase is counted once.
            for phase in ("resolve", "connect", "tls"):
                phases["first_byte"] -= phases.get(phase, 0.0)
        with contextlib.closing(answer), self._deadline.phase("rest"):
            body, cut = self._body(answer)
        response = Response(
            status=answer.status_code,
            headers=redaction.headers(_utf8(answer.headers)),
            body=_text(body, cut),
            cut=cut,
        )
        return _Outcome(response=response, body=body)

    def _body(self, answer: requests.Response) -> tuple[bytes, Cut]:
        """The body, and the limit that cut it: an event stream is cut at a limit, another body becomes a fault."""
        is_stream = "text/event-stream" in answer.headers.get("Content-Type", "")
        chunks: list[bytes] = []
        size = 0
        try:
            for chunk in _chunks(answer):
                chunks.append(chunk)
                size += len(chunk)
                if size > self._limits.body_bytes:
                    if is_stream:
                        return b"".join(chunks)[: self._limits.body_bytes], "size"
                    raise _TooLarge(f"> {self._limits.body_bytes} bytes")
        except (wire_errors.HTTPError, OSError):
            if is_stream and chunks and self._deadline.expired:
                return b"".join(chunks), "time"
            raise
        if self._deadline.expired:
            if is_stream and chunks:
                return b"".join(chunks), "time"
            raise TimeoutError
        return b"".join(chunks), None

    def _fault(self, error: BaseException) -> Fault:
        if self._deadline.expired:
            return Fault(kind="timeout", detail=f"{self._limits.seconds:g} s")
        return fault_of(error)


def _send_share(lane: Transport, outgoings: Sequence[Outgoing]) -> list[Exchange]:
    return [lane.send(outgoing) for outgoing in outgoings]


class _TooLarge(Exception):
    """The body exceeded the size limit."""


def _chunks(answer: requests.Response) -> Iterator[bytes]:
    """The body as it arrives, so that a stream is readable before its end."""
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        yield chunk


def _text(body: bytes, cut: Cut) -> str:
    """The body without credentials; a body that was cut may end in the middle of one."""
    text = body.decode("utf-8", "replace")
    return redaction.text(clipped(text) if cut else text)


def _redacted_request(
    outgoing: Outgoing, source: Outgoing | requests.PreparedRequest, at: datetime
) -> Request:
    """The request as the exchange keeps it; `source` has the headers and body that were sent."""
    body = source.body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return Request(
        method=outgoing.method,
        url=redaction.text(outgoing.url),
        headers=redaction.headers(_utf8(source.headers)),
        auth=outgoing.credential.auth,
        at=at,
        body=None if text is None else redaction.text(text),
    )


def _utf8(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    """Header values as text: HTTP libraries decode them as Latin-1, servers send UTF-8."""
    return {str(name): _decode(value) for name, value in headers.items()}


def _decode(value: str | bytes) -> str:
    raw = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")


def _token_facts(credential: Credential, unmasked: frozenset[str]) -> TokenFacts | None:
    if isinstance(credential, Bearer) and credential.secret is not None:
        return mask_personal_claims(unverified_facts(credential.secret.reveal()), unmasked)
    return None
