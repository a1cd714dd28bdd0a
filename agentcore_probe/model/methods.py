"""The access methods, in reading order: one row of the report each. Their ids are a contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class AccessMethod:
    """One way in."""

    id: str
    target: Literal["gateway", "runtime"]
    auth: Literal["jwt", "sigv4", "none", "forged-jwt", "id-token"]
    control: bool = False
    """A control that should be refused, whatever is deployed."""
    counterparts: tuple[str, ...] = ()
    """The methods of which one must be accepted in the same run for this one's refusal to mean
    anything: a target that refuses everybody proves nothing."""


METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(id="gateway-jwt", target="gateway", auth="jwt", counterparts=("gateway-sigv4",)),
    AccessMethod(id="runtime-jwt", target="runtime", auth="jwt", counterparts=("runtime-sigv4",)),
    AccessMethod(
        id="runtime-sigv4",
        target="runtime",
        auth="sigv4",
        counterparts=("runtime-jwt", "runtime-jwt-id-token"),
    ),
    AccessMethod(
        id="runtime-cli", target="runtime", auth="sigv4", counterparts=("runtime-jwt", "runtime-jwt-id-token")
    ),
    AccessMethod(
        id="gateway-sigv4",
        target="gateway",
        auth="sigv4",
        counterparts=("gateway-jwt", "gateway-jwt-id-token"),
    ),
    AccessMethod(id="runtime-jwt-raw-arn", target="runtime", auth="jwt"),
    AccessMethod(
        id="gateway-anonymous",
        target="gateway",
        auth="none",
        control=True,
        counterparts=("gateway-jwt", "gateway-sigv4", "gateway-jwt-id-token"),
    ),
    AccessMethod(
        id="runtime-anonymous",
        target="runtime",
        auth="none",
        control=True,
        counterparts=("runtime-jwt", "runtime-sigv4", "runtime-jwt-id-token"),
    ),
    AccessMethod(
        id="gateway-jwt-forged",
        target="gateway",
        auth="forged-jwt",
        control=True,
        counterparts=("gateway-jwt",),
    ),
    AccessMethod(
        id="runtime-jwt-forged",
        target="runtime",
        auth="forged-jwt",
        control=True,
        counterparts=("runtime-jwt",),
    ),
    AccessMethod(id="gateway-jwt-id-token", target="gateway", auth="id-token", counterparts=("gateway-jwt",)),
    AccessMethod(id="runtime-jwt-id-token", target="runtime", auth="id-token", counterparts=("runtime-jwt",)),
)

_BY_ID = {method.id: method for method in METHODS}


def method(id: str) -> AccessMethod | None:
    """The method with this id, or None."""
    return _BY_ID.get(id)


def order(id: str) -> int:
    """The place of a method in the report; unknown ones come last."""
    ids = [each.id for each in METHODS]
    return ids.index(id) if id in ids else len(ids)
