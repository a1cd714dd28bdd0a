"""One request -> one Exchange. Every request of a probe to the network is sent here.

No retries (except on a new connection, where the server closed a reused one before it answered), no redirects
followed, no netrc (`access/credentials.py`), TLS always verified, every answer limited in
time and size.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as wire_errors

from agentcore_probe import PROJECT_URL, __version__
from agentcore_probe.access import redaction, websocket
from agentcore_probe.access.addresses import NOT_A_URL, check_url
from agentcore_probe.access.answer import Body, TooLarge, body_text, check_encoding, read_body, utf8_headers
from agentcore_probe.access.connections import Deadline, TimedAdapter
from agentcore_probe.access.credentials import Credential
from agentcore_probe.access.faults import fault_of
from agentcore_probe.access.machine import connection_settings, proxy_of
from agentcore_probe.access.outgoing import Answers, Outgoing, PlannedAnswer, RawAnswer
from agentcore_probe.access.pace import Pace
from agentcore_probe.access.request_limit import RequestLimit
from agentcore_probe.access.session_url import session_url
from agentcore_probe.masking import mask_personal_claims
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import (
    Exchange,
    Fault,
    Purpose,
    Request,
    Response,
    Timings,
    TokenFacts,
)
from agentcore_probe.model.stream import request_id
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.threads import Threads

USER_AGENT = f"agentcore-probe/{__version__} (+{PROJECT_URL})"
"""Names the tool and its version, so that the target's owner can find out who calls."""
LANES = 4
"""How many independent requests of one access method are sent at a time."""
_IDLE_SECONDS = 3
"""A connection that was idle for longer is not reused: a server may close it just as the next request is sent,
which would then look like a reset (RFC 9112 section 9.3)."""
_BUDGET_FACTOR = 2
"""All requests of one access method together may wait this many times the limit of one request. Only the time in which
an answer could have been read counts: our own threads may be slow when many run."""
_READ_MARGIN = 0.5
"""Seconds that a single read may take longer than the request, and a fifth more: the request's clock may be slow."""


class _Outcome(NamedTuple):
    """A response with its unredacted body, or a fault; and what is known of the connection."""

    response: Response | None = None
    fault: Fault | None = None
    body: bytes = b""
    timings: Timings = Timings()
    peer: str | None = None
    via_proxy: bool | None = None
    attempts: int | None = None
    session_url: str | None = None


class Transport:
    """Sends the requests of one access method, in order, over its own connections.

    Args:
        method: the access method's id; exchanges are numbered `method/1`, `method/2`.
        limits: time and size of each request.
        first: the number of the first exchange.
        unmasked: claims that stay readable although they name a person, since a rule compares them.
        purpose: what the requests are for that do not say so themselves.
        ca_bundle: the trusted authorities where no environment variable names them.
        pace: limits the rate of the run's requests; None sends at once.
        limit: how many requests the run may send; None: any number.
        answers: answers each request in place of the network.
    """

    def __init__(  # noqa: PLR0913  (settings, by their names)
        self,
        method: str,
        limits: Limits,
        first: int = 1,
        unmasked: frozenset[str] = frozenset(),
        *,
        purpose: Purpose | None = None,
        ca_bundle: str | None = None,
        pace: Pace | None = None,
        limit: RequestLimit | None = None,
        answers: Answers | None = None,
    ) -> None:
        self._method = method
        self._answers = answers
        self._limit = limit
        self._pace = pace
        self._lanes: list[Transport] = []
        self._first = first
        self._unmasked = unmasked
        self._limits = limits
        self._purpose = purpose
        self._ca_bundle = ca_bundle
        self._deadline = Deadline()
        self._session = requests.Session()
        self._session.headers.clear()
        adapter = TimedAdapter(self._deadline)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._settings: dict[tuple[str, ...], dict[str, Any]] = {}
        self._seconds_waited = 0.0
        self._is_aborted = False
        self._idle_since: float | None = None
        self._keeps_connections = True
        self.exchanges: list[Exchange] = []
        self.requests: dict[str, Outgoing] = {}
        """Each request by the id of its exchange, so that it can be sent again with one factor changed."""
        self.session_urls: dict[str, str] = {}
        """The URLs of sessions by the ids of the exchanges that name them; the exchanges do not show their credentials."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop_connections()

    def _drop_connections(self) -> None:
        """Closes them; the deadline has a second handle on each, with which it would stay open."""
        self._session.close()
        self._deadline.close()

    def abort(self) -> None:
        """Ends the current request, from another thread; later ones fail at once."""
        self._is_aborted = True
        self._deadline.cut()
        for lane in tuple(self._lanes):
            lane.abort()

    def send(self, outgoing: Outgoing) -> Exchange:
        """Sends one request and keeps the exchange. A failure of the network is a fault in it, never an exception.

        Raises:
            InputError: this machine's own settings (authorities, proxy) do not allow to send it.
        """
        return self.send_raw(outgoing).exchange

    def send_raw(self, outgoing: Outgoing) -> RawAnswer:
        """Like `send`; the result also has the unredacted body (for a login)."""
        over_limit = self.count_request() if outgoing.is_counted else None
        if over_limit is None:
            self._wait_for_turn(outgoing.url)
        at = datetime.now(UTC)
        prepared = over_limit or self._prepare(outgoing)
        if isinstance(prepared, Fault):
            outcome = _Outcome(fault=prepared)
            request = _redacted_request(outgoing, outgoing, at)
        else:
            outcome = self._exchange(outgoing, prepared)
            request = _redacted_request(outgoing, prepared, at)
        exchange = Exchange(
            id=f"{self._method}/{len(self.exchanges) + self._first}",
            step=outgoing.step,
            request=request,
            response=outcome.response,
            fault=outcome.fault,
            token=_token_facts(outgoing.credential, self._unmasked),
            timings=outcome.timings,
            forged=outgoing.forged,
            control=outgoing.control,
            phase=outgoing.phase,
            change=outgoing.change,
            purpose=outgoing.purpose or self._purpose,
            peer=outcome.peer,
            via_proxy=outcome.via_proxy,
            attempts=outcome.attempts,
        )
        self.exchanges.append(exchange)
        self.requests[exchange.id] = outgoing
        if outcome.session_url is not None:
            self.session_urls[exchange.id] = outcome.session_url
        return RawAnswer(exchange, outcome.body)

    def keep(self, outgoing: Outgoing, response: Response) -> Exchange:
        """Keeps a request that a person's browser sent, with what is known of its response.

        Args:
            outgoing: the request.
            response: what is known of it; it is redacted here.
        """
        exchange = Exchange(
            id=f"{self._method}/{len(self.exchanges) + self._first}",
            step=outgoing.step,
            request=_redacted_request(outgoing, outgoing, datetime.now(UTC)),
            response=response.model_copy(update={"headers": redaction.headers(response.headers)}),
            purpose=outgoing.purpose or self._purpose,
        )
        self.exchanges.append(exchange)
        return exchange

    def count_request(self) -> Fault | None:
        """Counts a request that is about to be sent; the fault in its place where the run has reached its limit."""
        if self._limit is None or self._limit.take():
            return None
        return Fault(kind="request-limit", detail=str(self._limit.requests))

    def _wait_for_turn(self, url: str) -> None:
        """Keeps the run's rate of requests; the wait does not count against the method's time."""
        if self._pace is not None and self._answers is None and not self._is_aborted:
            self._pace.wait(url)

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
            lane = Transport(
                self._method,
                self._limits,
                start + number * size,
                self._unmasked,
                purpose=self._purpose,
                ca_bundle=self._ca_bundle,
                pace=self._pace,
                limit=self._limit,
                answers=self._answers,
            )
            lane._keeps_connections = self._keeps_connections
            self._lanes.append(lane)
        if self._is_aborted:
            self.abort()
        try:
            with Threads(max(len(shares), 1), "lane") as pool:
                futures = [pool.submit(_send_share, *pair) for pair in zip(self._lanes, shares, strict=True)]
                exchanges = [exchange for future in futures for exchange in future.result()]
            for lane in self._lanes:
                self.requests.update(lane.requests)
                self.session_urls.update(lane.session_urls)
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
        upgrade = websocket.request_headers() if outgoing.is_handshake else {}
        always = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        try:
            # The session has no headers, credentials or parameters of its own to merge, only cookies.
            prepared = requests.Request(
                outgoing.method,
                outgoing.url,
                headers={**always, **upgrade, **outgoing.headers},
                data=outgoing.body,
                auth=outgoing.credential,
                cookies=self._session.cookies,
            ).prepare()
        except (requests.RequestException, ValueError):
            return Fault(kind="connect", detail=NOT_A_URL)
        # requests normalizes URLs; a probe sends the one that it was given.
        prepared.url = outgoing.credential.address(outgoing.url)
        return prepared

    def _exchange(self, outgoing: Outgoing, prepared: requests.PreparedRequest) -> _Outcome:
        """Sends the request within the time limits; once more where a reused connection had been closed."""
        if self._answers is not None:
            return _planned_outcome(self._answers(self._method, outgoing))
        budget = _BUDGET_FACTOR * self._limits.seconds
        remaining = 0.0 if self._is_aborted else budget - self._seconds_waited
        if remaining <= 0:
            return _Outcome(fault=Fault(kind="timeout", detail=f"{budget:g} s"))
        if outgoing.once or self._is_connection_doubtful():
            self._drop_connections()
        settings = self._connection_settings(prepared.url or "")
        deadline, attempts = self._deadline, None
        with deadline.limit(min(self._limits.seconds, remaining)):
            outcome = self._attempt(prepared, settings)
            is_stale = outcome.fault is not None and self._is_stale_connection(outcome.fault)
            if is_stale:
                self._keeps_connections = False  # else most requests would be sent, and counted, twice
            if is_stale and self.count_request() is None:
                self._drop_connections()
                outcome, attempts = self._attempt(prepared, settings), 2
        self._seconds_waited += deadline.seconds
        return outcome._replace(
            timings=Timings(**{name: round(ms, 3) for name, ms in deadline.phases.items()}),
            peer=deadline.peer,
            via_proxy=proxy_of(prepared.url or "", settings) is not None or None,
            attempts=attempts,
        )

    def _is_connection_doubtful(self) -> bool:
        """Whether the server has probably closed the last connection: it was idle for long, or one was closed before."""
        idle_since = self._idle_since
        return idle_since is not None and (
            not self._keeps_connections or time.monotonic() - idle_since > _IDLE_SECONDS
        )

    def _connection_settings(self, url: str) -> dict[str, Any]:
        """The proxy and authorities for a URL, found out once for each host: requests reads every variable for it."""
        origin = tuple(urlsplit(url)[:2])
        if origin not in self._settings:
            self._settings[origin] = connection_settings(self._session, url, self._ca_bundle)
        return self._settings[origin]

    def _is_stale_connection(self, fault: Fault) -> bool:
        """Whether a reused connection ended before anything of an answer came (RFC 9110 section 9.2.2)."""
        deadline = self._deadline
        is_first_use_or_answered = deadline.opened or deadline.answering
        is_ended_by_us = deadline.expired or self._is_aborted
        return fault.kind in ("reset", "tls") and not is_first_use_or_answered and not is_ended_by_us

    def _attempt(self, prepared: requests.PreparedRequest, settings: dict[str, Any]) -> _Outcome:
        try:
            return self._receive(prepared, settings)
        except TooLarge as error:
            return _Outcome(fault=Fault(kind="too-large", detail=str(error)))
        except (requests.RequestException, wire_errors.HTTPError, OSError, ValueError) as error:
            return _Outcome(fault=self._fault(error))
        except http.client.HTTPException as error:
            return _Outcome(fault=self._fault(error))
        finally:
            self._idle_since = time.monotonic()

    def _receive(self, prepared: requests.PreparedRequest, settings: dict[str, Any]) -> _Outcome:
        phases, seconds = self._deadline.phases, self._limits.seconds
        # The deadline ends a request, and sees which limit cut a stream: a single read must not be the first to end.
        timeout = (seconds, 1.2 * seconds + _READ_MARGIN)
        try:
            with self._deadline.phase("first_byte"):
                answer = self._session.send(prepared, allow_redirects=False, timeout=timeout, **settings)
        finally:
            # Also after a failure: the time of each phase is counted once.
            for phase in ("resolve", "connect", "tls"):
                phases["first_byte"] -= phases.get(phase, 0.0)
        with contextlib.closing(answer), self._deadline.phase("rest"):
            key = prepared.headers.get(websocket.KEY)
            if answer.status_code == http.client.SWITCHING_PROTOCOLS and key is not None:
                websocket.finish(key, answer.headers.get(websocket.ACCEPT, ""), answer.raw.connection)
                body = Body(b"")
            else:
                body = read_body(answer, request_id(prepared.body), self._limits.body_bytes, self._deadline)
        check_encoding(answer, body.data)
        url = session_url(answer.headers, prepared.headers)
        response = Response(
            status=answer.status_code,
            headers=redaction.headers(utf8_headers(answer.headers)),
            body=body_text(body, answer.headers.get("Content-Type", "")),
            cut=body.cut,
        )
        return _Outcome(response=response, body=body.data, session_url=url)

    def _fault(self, error: BaseException) -> Fault:
        if self._deadline.expired:
            return Fault(kind="timeout", detail=f"{self._limits.seconds:g} s")
        return fault_of(error)


def _planned_outcome(answer: PlannedAnswer) -> _Outcome:
    response = Response(
        status=answer.status,
        headers={"content-type": answer.content_type, **answer.headers},
        body=redaction.text(answer.body.decode()),
    )
    return _Outcome(response=response, body=answer.body)


def _send_share(lane: Transport, outgoings: Sequence[Outgoing]) -> list[Exchange]:
    return [lane.send(outgoing) for outgoing in outgoings]


def _redacted_request(
    outgoing: Outgoing, source: Outgoing | requests.PreparedRequest, at: datetime
) -> Request:
    """The request as the exchange keeps it; `source` has the headers and body that were sent."""
    body = source.body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return Request(
        method=outgoing.method,
        url=redaction.text(source.url or outgoing.url),
        headers=redaction.headers(utf8_headers(source.headers)),
        auth=outgoing.credential.auth,
        at=at,
        body=None if text is None else redaction.text(text),
    )


def _token_facts(credential: Credential, unmasked: frozenset[str]) -> TokenFacts | None:
    if credential.auth == "bearer" and credential.secret is not None:
        return mask_personal_claims(unverified_facts(credential.secret.reveal()), unmasked)
    return None
