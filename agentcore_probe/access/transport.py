"""One request -> one Exchange. The only door to the network for what is probed.

No retry, no redirect followed, no netrc (`access/credentials.py`), TLS always verified, every answer bounded in
time and size.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Self
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as wire_errors

from agentcore_probe.access import redaction
from agentcore_probe.access.addresses import NO_URL, unfit
from agentcore_probe.access.connections import Clock, TimedAdapter
from agentcore_probe.access.credentials import Bearer, Credential
from agentcore_probe.access.faults import fault_of
from agentcore_probe.model.environment import LOOPBACK, Limits
from agentcore_probe.model.exchange import (
    Change,
    Exchange,
    Fault,
    Forgery,
    Request,
    Response,
    Timings,
    TokenFacts,
)
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.providers.masking import mask_personal_claims
from agentcore_probe.secret import clipped

USER_AGENT = "agentcore-probe"
_CHUNK = 65_536
Cut = Literal["time", "size"] | None
_IDLE_SECONDS = 3
"""A connection that was idle for longer is not used again: a server may close it at the moment of the next
request, which would then seem to have been reset (RFC 9112 section 9.3)."""
_ROW_SHARE = 2
"""All requests of one method together may take this many times the limit of one."""


@dataclass(frozen=True)
class Outgoing:
    """A request as it shall be sent; `url` goes out exactly as it is written."""

    step: str
    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    credential: Credential = field(default_factory=Credential)
    forged: Forgery | None = None
    change: Change | None = None


@dataclass(frozen=True)
class Answered:
    """An exchange and the answer's body as it came: what needs the credentials in it."""

    exchange: Exchange
    body: bytes


class Transport:
    """Sends the requests of one access method, in order, over connections of its own.

    Args:
        method: the access method's id; exchanges are numbered `method/1`, `method/2`.
        limits: time and size of each request.
        first: the number of the first exchange.
        shown: claims of tokens that are kept although they name a person, since a rule asks for them.
    """

    def __init__(
        self, method: str, limits: Limits, first: int = 1, shown: frozenset[str] = frozenset()
    ) -> None:
        self._method = method
        self._first = first
        self._shown = shown
        self._limits = limits
        self._clock = Clock()
        self._session = requests.Session()
        self._session.headers.clear()
        adapter = TimedAdapter(self._clock)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._deadline: float | None = None
        self._idle_since: float | None = None
        self.exchanges: list[Exchange] = []
        self.sent: dict[str, Outgoing] = {}
        """Each request by its exchange's id, so that it can be sent again with one thing changed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._clock.close()

    def abort(self) -> None:
        """Ends the request under way, from another thread; further ones fail at once."""
        self._deadline = 0.0
        self._clock.cut()

    def send(self, outgoing: Outgoing) -> Exchange:
        """Sends one request and keeps the exchange. Never raises for what the network does."""
        return self.ask(outgoing).exchange

    def ask(self, outgoing: Outgoing) -> Answered:
        """Like `send`, with the unredacted body beside the exchange (for a login)."""
        at = datetime.now(UTC)
        prepared = self._prepared(outgoing)
        response, fault, body = (
            (None, prepared, b"") if isinstance(prepared, Fault) else self._answer(prepared)
        )
        exchange = Exchange(
            id=f"{self._method}/{len(self.exchanges) + self._first}",
            step=outgoing.step,
            request=_told(outgoing, outgoing if isinstance(prepared, Fault) else prepared, at),
            response=response,
            fault=fault,
            token=_token_facts(outgoing.credential, self._shown),
            timings=Timings(**{name: round(ms, 3) for name, ms in self._clock.phases.items()}),
            forged=outgoing.forged,
            change=outgoing.change,
        )
        self.exchanges.append(exchange)
        self.sent[exchange.id] = outgoing
        return Answered(exchange, body)

    def _prepared(self, outgoing: Outgoing) -> requests.PreparedRequest | Fault:
        """The request; a fault for an address to which nothing is sent, whoever named it."""
        if (why := unfit(outgoing.url)) is not None:
            return Fault(kind="connect", detail=why)
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
            return Fault(kind="connect", detail=NO_URL)
        # requests tidies URLs; a probe sends what it was told to send.
        prepared.url = outgoing.url
        return prepared

    def _answer(self, prepared: requests.PreparedRequest) -> tuple[Response | None, Fault | None, bytes]:
        if self._deadline is None:
            # From the first request on: a row may have waited for the login.
            self._deadline = time.monotonic() + _ROW_SHARE * self._limits.seconds
        left = self._deadline - time.monotonic()
        if left <= 0:
            return None, Fault(kind="timeout", detail=f"{_ROW_SHARE * self._limits.seconds:g} s"), b""
        if self._idle_since is not None and time.monotonic() - self._idle_since > _IDLE_SECONDS:
            self._session.close()
        with self._clock.limit(min(self._limits.seconds, left)):
            try:
                return self._received(prepared)
            except _TooLarge as error:
                return None, Fault(kind="too-large", detail=str(error)), b""
            except (requests.RequestException, wire_errors.HTTPError, OSError, ValueError) as error:
                return None, self._fault(error), b""
            except http.client.HTTPException as error:
                return None, self._fault(error), b""
            finally:
                self._idle_since = time.monotonic()

    def _received(self, prepared: requests.PreparedRequest) -> tuple[Response, None, bytes]:
        assert prepared.url is not None
        settings = self._session.merge_environment_settings(prepared.url, {}, True, True, None)
        if urlsplit(prepared.url).hostname in LOOPBACK:
            settings["proxies"] = {}
        connected = self._clock.phases
        try:
            with self._clock.phase("first_byte"):
                answer = self._session.send(
                    prepared, allow_redirects=False, timeout=self._limits.seconds, **settings
                )
        finally:
            # Whatever came of it: what was waited for is counted once.
            for phase in ("resolve", "connect", "tls"):
                connected["first_byte"] -= connected.get(phase, 0.0)
        with contextlib.closing(answer), self._clock.phase("rest"):
            body, cut = self._body(answer)
        return (
            Response(
                status=answer.status_code,
                headers=redaction.headers(_utf8(answer.headers)),
                body=_text(body, cut),
                cut=cut,
            ),
            None,
            body,
        )

    def _body(self, answer: requests.Response) -> tuple[bytes, Cut]:
        """The body under the size cap; an event stream is cut where another body is a fault."""
        streaming = "text/event-stream" in answer.headers.get("Content-Type", "")
        parts: list[bytes] = []
        size = 0
        try:
            for chunk in _chunks(answer):
                parts.append(chunk)
                size += len(chunk)
                if size > self._limits.body_bytes:
                    if streaming:
                        return b"".join(parts)[: self._limits.body_bytes], "size"
                    raise _TooLarge(f"> {self._limits.body_bytes} bytes")
        except (wire_errors.HTTPError, OSError):
            if streaming and parts and self._clock.expired:
                return b"".join(parts), "time"
            raise
        if self._clock.expired:
            if streaming and parts:
                return b"".join(parts), "time"
            raise TimeoutError
        return b"".join(parts), None

    def _fault(self, error: BaseException) -> Fault:
        if self._clock.expired:
            return Fault(kind="timeout", detail=f"{self._limits.seconds:g} s")
        return fault_of(error)


class _TooLarge(Exception):
    """The body went over the size cap."""


def _chunks(answer: requests.Response) -> Iterator[bytes]:
    """The body as it arrives, so that a stream is seen before its end."""
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        yield chunk


def _text(body: bytes, cut: Cut) -> str:
    """The body without credentials; one that was cut off may end in the middle of one."""
    text = body.decode("utf-8", "replace")
    return redaction.text(clipped(text) if cut else text)


def _told(outgoing: Outgoing, sent: Outgoing | requests.PreparedRequest, at: datetime) -> Request:
    body = sent.body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return Request(
        method=outgoing.method,
        url=redaction.text(outgoing.url),
        headers=redaction.headers(_utf8(sent.headers)),
        auth=outgoing.credential.auth,
        at=at,
        body=None if text is None else redaction.text(text),
    )


def _utf8(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    """Header values as text; HTTP gives Latin-1, in which servers send UTF-8."""
    return {str(name): _repaired(value) for name, value in headers.items()}


def _repaired(value: str | bytes) -> str:
    raw = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")


def _token_facts(credential: Credential, shown: frozenset[str]) -> TokenFacts | None:
    if isinstance(credential, Bearer) and credential.secret is not None:
        return mask_personal_claims(unverified_facts(credential.secret.reveal()), shown)
    return None
