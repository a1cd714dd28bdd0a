"""The evidence of a run: its exchanges, and the transports that send them."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.access.outgoing import Answers, Outgoing
from agentcore_probe.access.pace import PER_SECOND, Pace
from agentcore_probe.access.request_limit import MAX_REQUESTS, RequestLimit
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import caller_of, order, way_of
from agentcore_probe.model.methods import method as find_method


class Evidence:
    """Opens the transports of a run and collects their exchanges. Safe to use from several threads.

    Args:
        limits: time and size of each request, their rate and their number.
        ca_bundle: the trusted authorities where no environment variable names them.
        requests: how many requests may be sent, instead of the number in `limits`.
        answers: answers each request in place of the network.

    Attributes:
        unmasked: claims that stay readable in the exchanges of transports opened from now on.
    """

    def __init__(
        self,
        limits: Limits,
        ca_bundle: str | None = None,
        requests: int | None = None,
        answers: Answers | None = None,
    ) -> None:
        self._answers = answers
        self.unmasked: frozenset[str] = frozenset()
        self._limits = limits
        self._ca_bundle = ca_bundle
        self._pace = Pace(limits.requests_per_second or PER_SECOND)
        self._limit = RequestLimit(requests or limits.requests or MAX_REQUESTS)
        self._transports: list[Transport] = []
        self._exchanges: list[Exchange] = []

    def open_transport(self, method: str, first: int = 1) -> Transport:
        """A new transport, whose exchanges are numbered `method/first` and up; `close` closes it."""
        row = find_method(method)
        transport = Transport(
            method,
            self._limits,
            first,
            self.unmasked,
            purpose=row.target if row is not None else None,
            ca_bundle=self._ca_bundle,
            pace=self._pace,
            limit=self._limit,
            answers=self._answers,
        )
        self._transports.append(transport)
        return transport

    def collect(self, transport: Transport) -> None:
        """Adds the exchanges of a transport that has sent all its requests."""
        self._exchanges.extend(transport.exchanges)

    def send_changed(self, outgoing: Outgoing) -> None:
        """Sends an experiment, numbered after the exchanges of the method that it repeats."""
        assert outgoing.change is not None
        method = outgoing.change.of.rpartition("/")[0]
        numbers = [_position(exchange)[-1] for exchange in self._exchanges if _method(exchange) == method]
        with self.open_transport(method, first=max(numbers) + 1) as transport:
            transport.send(outgoing)
        self.collect(transport)

    def repeat(self, method: str, outgoing: Outgoing, first: int) -> Transport:
        """Sends an equal request again, as a control.

        Args:
            method: the access method's id.
            outgoing: the method's first request.
            first: the number of the exchange.

        Returns:
            The transport that sent it; its exchange is collected.
        """
        transport = self.open_transport(method, first)
        transport.send(replace(outgoing, control="repeated"))
        self.collect(transport)
        return transport

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges collected so far, in report order: issuers, login, then the methods."""
        return tuple(sorted(self._exchanges, key=_position))

    @property
    def requests(self) -> dict[str, Outgoing]:
        """The requests of all transports by exchange id, with their credentials."""
        return {id: outgoing for transport in self._transports for id, outgoing in transport.requests.items()}

    def abort(self) -> None:
        """Ends the current requests, so that no thread has to wait for them."""
        for transport in self._transports:
            transport.abort()

    def close(self) -> None:
        """Closes all transports."""
        for transport in self._transports:
            transport.__exit__()


def _method(exchange: Exchange) -> str:
    return exchange.id.rpartition("/")[0]


def _position(exchange: Exchange) -> tuple[str, int, str, int]:
    """The sort key of an exchange: its further caller (none first), rank of its method, method, number."""
    id, _, number = exchange.id.rpartition("/")
    method = way_of(id)
    rank = {"discovery": -2, "identity": -1}.get(method.split("-")[0], order(method))
    return caller_of(id) or "", rank, method, int(number)
