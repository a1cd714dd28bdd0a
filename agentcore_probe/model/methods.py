"""The access methods, in reading order: one row of the report each. Their ids are part of the public contract.

A row here says all that is known of a method. Adding one takes a row, the function that it names in `probes`, its
texts (`method-ID` and `way-…` in both catalogues), and its row in `tests/probes/test_run.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentcore_probe.model.environment import Decision

Target = Literal["gateway", "runtime"]
UsageLine = Literal["gateway-curl", "gateway-signed", "runtime-curl", "runtime-aws"]


@dataclass(frozen=True, kw_only=True)
class FixedPrediction:
    """What a method must get, whatever is deployed."""

    decision: Decision
    cause: str
    """The cause by which it is predicted; also the id of the check that says so."""
    detail: str
    """What decides, as it is in the request."""


@dataclass(frozen=True, kw_only=True)
class AccessMethod:
    """One way to call a target."""

    id: str
    target: Target
    auth: Literal["jwt", "sigv4", "none", "forged-jwt", "id-token"]
    """The credential that it sends."""
    probe: str
    """The function that sends its requests, as `module:function` in `agentcore_probe.probes`."""
    control: bool = False
    """Whether it is a control, which should be refused whatever is deployed."""
    fixed_prediction: FixedPrediction | None = None
    """Set if its result does not depend on the deployed configuration, since no authorizer is reached."""
    counterparts: tuple[str, ...] = ()
    """The methods of which one must be accepted in the same run for a refusal of this one, or the router's 404, to
    prove anything: a target that refuses everything proves nothing, and neither does one that does not exist."""
    usage: UsageLine | None = None
    """The line under "Practical usage" that makes the same call: it works if this method was accepted."""


METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="gateway-jwt",
        target="gateway",
        auth="jwt",
        probe="gateway:jwt",
        counterparts=("gateway-sigv4",),
        usage="gateway-curl",
    ),
    AccessMethod(
        id="runtime-jwt",
        target="runtime",
        auth="jwt",
        probe="runtime:jwt",
        counterparts=("runtime-sigv4",),
        usage="runtime-curl",
    ),
    AccessMethod(
        id="runtime-sigv4",
        target="runtime",
        auth="sigv4",
        probe="runtime:sigv4",
        counterparts=("runtime-jwt", "runtime-jwt-id-token"),
        usage="runtime-aws",
    ),
    AccessMethod(
        id="runtime-cli",
        target="runtime",
        auth="sigv4",
        probe="aws_cli:cli",
        counterparts=("runtime-jwt", "runtime-jwt-id-token"),
        usage="runtime-aws",
    ),
    AccessMethod(
        id="gateway-sigv4",
        target="gateway",
        auth="sigv4",
        probe="gateway:sigv4",
        counterparts=("gateway-jwt", "gateway-jwt-id-token"),
        usage="gateway-signed",
    ),
    AccessMethod(
        id="runtime-jwt-raw-arn",
        target="runtime",
        auth="jwt",
        probe="runtime:jwt_raw_arn",
        fixed_prediction=FixedPrediction(
            decision="undecided", cause="arn-not-encoded", detail="/runtimes/arn:…"
        ),
        counterparts=("runtime-jwt", "runtime-sigv4", "runtime-jwt-id-token"),
    ),
    AccessMethod(
        id="gateway-anonymous",
        target="gateway",
        auth="none",
        probe="gateway:anonymous",
        control=True,
        counterparts=("gateway-jwt", "gateway-sigv4", "gateway-jwt-id-token"),
    ),
    AccessMethod(
        id="runtime-anonymous",
        target="runtime",
        auth="none",
        probe="runtime:anonymous",
        control=True,
        counterparts=("runtime-jwt", "runtime-sigv4", "runtime-jwt-id-token"),
    ),
    AccessMethod(
        id="gateway-jwt-forged",
        target="gateway",
        auth="forged-jwt",
        probe="gateway:forged",
        control=True,
        counterparts=("gateway-jwt",),
    ),
    AccessMethod(
        id="runtime-jwt-forged",
        target="runtime",
        auth="forged-jwt",
        probe="runtime:forged",
        control=True,
        counterparts=("runtime-jwt",),
    ),
    AccessMethod(
        id="gateway-jwt-id-token",
        target="gateway",
        auth="id-token",
        probe="gateway:id_token",
        counterparts=("gateway-jwt",),
    ),
    AccessMethod(
        id="runtime-jwt-id-token",
        target="runtime",
        auth="id-token",
        probe="runtime:id_token",
        counterparts=("runtime-jwt",),
    ),
)

WAYS_IN: dict[str, tuple[str, ...]] = {
    "token": ("gateway-jwt", "runtime-jwt"),
    "role": ("gateway-sigv4", "runtime-sigv4"),
}
"""The genuine calls of each kind of further caller (`[identities.NAME]`). The ID token and the `aws` command are left to
the caller of the rows: they show nothing about a caller that these do not."""

_OF = ":"
"""Between a caller's name and a method; neither can contain it."""

_BY_ID = {method.id: method for method in METHODS}
_PLACES = {method.id: place for place, method in enumerate(METHODS)}


def method(id: str) -> AccessMethod | None:
    """The method with this id, or None; that of a further caller's way in (`admin:gateway-jwt`) is the same method."""
    return _BY_ID.get(way_of(id))


def order(id: str) -> int:
    """The place of a method in the report; unknown ones come last."""
    return _PLACES.get(way_of(id), len(METHODS))


def way_in(caller: str, method: str) -> str:
    """The id of a further caller's calls by a method: `admin:gateway-jwt`."""
    return f"{caller}{_OF}{method}"


def caller_of(id: str) -> str | None:
    """The further caller in the id of a way in or of an exchange (`admin:gateway-jwt/1`); None: the caller of the rows."""
    name, separator, _ = id.partition(_OF)
    return name if separator else None


def way_of(id: str) -> str:
    """The id of a way in without its caller."""
    return id.rpartition(_OF)[2]


def documented_call(target: Target, auth: str) -> AccessMethod:
    """The first method that calls `target` with this credential in the documented form."""
    rows = (row for row in METHODS if row.target == target and row.auth == auth)
    return next(row for row in rows if row.fixed_prediction is None)


def other_form_of(method: AccessMethod) -> AccessMethod | None:
    """The same call in a form whose result does not depend on what is deployed, if there is one."""
    rows = (row for row in METHODS if row.target == method.target and row.auth == method.auth)
    return next((row for row in rows if row.fixed_prediction is not None), None)
