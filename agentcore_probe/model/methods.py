"""The access methods, in reading order: one row of the report each. Their ids are a contract."""

from __future__ import annotations

from typing import Literal

from agentcore_probe.model.base import Frozen


class AccessMethod(Frozen):
    """One way in."""

    id: str
    target: Literal["gateway", "runtime"]
    auth: Literal["jwt", "sigv4", "none", "forged-jwt", "id-token"]
    control: bool = False
    """A control that should be refused: it counts only beside an accepted method of its target."""


METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(id="gateway-jwt", target="gateway", auth="jwt"),
    AccessMethod(id="runtime-jwt", target="runtime", auth="jwt"),
    AccessMethod(id="runtime-sigv4", target="runtime", auth="sigv4"),
    AccessMethod(id="runtime-cli", target="runtime", auth="sigv4"),
    AccessMethod(id="gateway-sigv4", target="gateway", auth="sigv4"),
    AccessMethod(id="runtime-jwt-raw-arn", target="runtime", auth="jwt"),
    AccessMethod(id="gateway-anonymous", target="gateway", auth="none", control=True),
    AccessMethod(id="runtime-anonymous", target="runtime", auth="none", control=True),
)

_BY_ID = {method.id: method for method in METHODS}


def method(id: str) -> AccessMethod | None:
    """The method with this id, or None."""
    return _BY_ID.get(id)


def order(id: str) -> int:
    """The place of a method in the report; unknown ones come last."""
    ids = [each.id for each in METHODS]
    return ids.index(id) if id in ids else len(ids)
