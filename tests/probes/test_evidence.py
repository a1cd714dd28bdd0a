"""The exchanges of a run, and the transports that send them."""

from __future__ import annotations

import base64
import json

from agentcore_probe.access.credentials import Bearer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import Change
from agentcore_probe.probes.evidence import Evidence
from agentcore_probe.secret import Secret
from tests.access.servers import recording


def test_exchanges_are_in_report_order() -> None:
    """Issuers, login, then the methods as the report lists them, whichever was collected first."""
    evidence = Evidence(Limits(seconds=1))
    for method in ("runtime-jwt", "gateway-jwt", "identity", "discovery-1", "discovery"):
        transport = evidence.open_transport(method)
        transport.send(Outgoing("step", ""))
        evidence.collect(transport)
    evidence.close()
    assert [exchange.id for exchange in evidence.exchanges] == [
        "discovery/1",
        "discovery-1/1",
        "identity/1",
        "gateway-jwt/1",
        "runtime-jwt/1",
    ]


def test_numbers_are_ordered_as_numbers() -> None:
    """10 comes after 9."""
    evidence = Evidence(Limits(seconds=1))
    transport = evidence.open_transport("gateway-jwt")
    for _ in range(11):
        transport.send(Outgoing("step", ""))
    evidence.collect(transport)
    evidence.close()
    numbers = [int(exchange.id.rpartition("/")[2]) for exchange in evidence.exchanges]
    assert numbers == list(range(1, 12))


def test_an_experiment_follows_the_exchanges_of_its_method() -> None:
    """It is numbered after them, and its request can be found by its id."""
    evidence = Evidence(Limits(seconds=1))
    requests: list[bytes] = []
    with recording(requests) as url:
        for method, number in (("runtime-jwt", 2), ("runtime-jwt-raw-arn", 3)):
            transport = evidence.open_transport(method)
            for _ in range(number):
                transport.send(Outgoing("one", url))
            evidence.collect(transport)
        change = Change(of="runtime-jwt/1", factor="accept", before="a", after="b")
        experiment = Outgoing("one", url, change=change)
        evidence.send_changed(experiment)
    evidence.close()
    (exchange,) = (exchange for exchange in evidence.exchanges if exchange.change is not None)
    assert (exchange.id, exchange.change) == ("runtime-jwt/3", change)
    assert evidence.requests["runtime-jwt/3"] is experiment
    assert len(requests) == 6


def test_an_abort_reaches_every_transport() -> None:
    """Also those that have not sent anything yet."""
    evidence = Evidence(Limits(seconds=1))
    requests: list[bytes] = []
    with recording(requests) as url:
        transports = [evidence.open_transport("runtime-jwt"), evidence.open_transport("gateway-jwt")]
        evidence.abort()
        faults = [transport.send(Outgoing("step", url)).fault for transport in transports]
    evidence.close()
    assert all(fault is not None and fault.kind == "timeout" for fault in faults)
    assert requests == []


def test_claims_that_a_rule_compares_stay_readable() -> None:
    """From the moment at which the rules are known."""
    parts = ({"alg": "RS256"}, {"email": "user@example.invalid", "name": "User"})
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    evidence = Evidence(Limits(seconds=1))
    evidence.unmasked = frozenset({"email"})
    transport = evidence.open_transport("runtime-jwt")
    exchange = transport.send(Outgoing("step", "", credential=Bearer(Secret(f"{token}.c2ln", "token"))))
    evidence.close()
    assert exchange.token is not None
    assert exchange.token.claims == {"email": "user@example.invalid", "name": "<masked>"}
