"""The access methods, in reading order: one row of the report each. Their ids are part of the public contract.

One module per entrance has the records of its entrance and methods. Adding one takes a module, its place in `_MODULES`,
the functions that it names in `probes`, its texts (`method-ID` and `way-…` in both catalogues), and its rows in
`tests/probes/test_run.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from agentcore_probe.model.decision import Decision
from agentcore_probe.model.methods import (
    agent_card,
    commands,
    harness,
    invocations,
    oauth_metadata,
    policy,
    registry,
    session_endpoint,
    shell,
    through_gateway,
    websocket,
)
from agentcore_probe.model.methods.method import (
    AccessMethod,
    Effect,
    Entrance,
    FixedPrediction,
    Target,
    UsageLine,
)

if TYPE_CHECKING:
    from agentcore_probe.model.environment import Environment
    from agentcore_probe.model.identity import NamedIdentity

__all__ = ["AccessMethod", "Effect", "Entrance", "FixedPrediction", "Target", "UsageLine"]

_MODULES = (
    invocations,
    websocket,
    commands,
    shell,
    agent_card,
    session_endpoint,
    through_gateway,
    policy,
    oauth_metadata,
    harness,
    registry,
)

ENTRANCES: tuple[Entrance, ...] = tuple(entrance for module in _MODULES for entrance in module.ENTRANCES)
METHODS: tuple[AccessMethod, ...] = tuple(method for module in _MODULES for method in module.METHODS)

WAYS_IN: dict[str, tuple[str, ...]] = {
    kind: tuple(
        method.id
        for entrance in ENTRANCES
        for method in METHODS
        if method.entrance == entrance.id and method.for_callers and method.auth == auth
    )
    for kind, auth in (("token", "jwt"), ("role", "sigv4"))
}
"""The genuine calls of each kind of further caller (`[identities.NAME]`). The ID token and the `aws` command are left to
the caller of the rows: they show nothing about a caller that these do not."""

TARGETS: tuple[Target, ...] = tuple(dict.fromkeys(entrance.target for entrance in ENTRANCES))
"""The targets that have an entrance, in reading order."""

ALL = "all"
"""In an environment file's `entrances`: every one."""

_OF = ":"
"""Between a caller's name and a method; neither can contain it."""

_BY_ID = {method.id: method for method in METHODS}
_ENTRANCES = {entrance.id: entrance for entrance in ENTRANCES}
_PLACES = {method.id: place for place, method in enumerate(METHODS)}


def _common_words(ids: Sequence[str]) -> str:
    """The words with which all ids begin, without the last word of any, and with the dash that ends them."""
    words = zip(*(id.split("-")[:-1] for id in ids), strict=False)
    return "".join(f"{word[0]}-" for word in takewhile(lambda word: len(set(word)) == 1, words))


_PREFIXES = {
    entrance.id: _common_words([method.id for method in METHODS if method.entrance == entrance.id])
    for entrance in ENTRANCES
}


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


def counterparts_of(method: AccessMethod) -> tuple[str, ...]:
    """The methods of which one must be accepted in the same run for a refusal of this one to prove anything.

    A Runtime that accepts calls through its Gateway exists and does not refuse everything, whoever calls it directly.
    """
    through = through_gateway.GENUINE_TO_RUNTIME if method.target == "runtime" else ()
    return (*method.counterparts, *through)


def wanted_of(caller: NamedIdentity, id: str) -> Decision | None:
    """What is wanted of a further caller's calls by a method; None where the file does not say.

    A file that says it of all calls says nothing of those that are meant to be refused: they are named by their ids.
    """
    row = method(id)
    if row is None or row.meant is None:
        return caller.wanted(way_of(id))
    named = caller.expect.get(row.id) if isinstance(caller.expect, dict) else None
    return named or row.meant


def entrance_of(method: AccessMethod) -> Entrance:
    """The entrance that a method goes through."""
    return _ENTRANCES[method.entrance]


def form_of(method: AccessMethod) -> str:
    """A method's id without what the ids of its entrance have in common: `jwt` of `runtime-ws-jwt`.

    It is how the caller is identified, and by which tool: `way-FORM` is its name in the catalogues.
    """
    return method.id.removeprefix(_PREFIXES[method.entrance])


def place_of(entrance: str) -> int:
    """The place of an entrance in the report; unknown ones come last."""
    return next((place for place, known in enumerate(ENTRANCES) if known.id == entrance), len(ENTRANCES))


def is_invocation(method: AccessMethod) -> bool:
    """Whether a method uses an entrance of every environment, on which claims about a target's authorizer rest."""
    return not entrance_of(method).on_request


def is_public(method: AccessMethod) -> bool:
    """Whether a method reads documents that anyone may read: it shows nothing about callers."""
    return entrance_of(method).is_public


def entrances_of(names: tuple[str, ...] | None) -> tuple[Entrance, ...]:
    """The entrances of a run, in reading order.

    Args:
        names: those that the environment file asks for (`asked_entrances`); None: only those of every run.
    """
    asked = frozenset(names or ())
    return tuple(
        entrance for entrance in ENTRANCES if not entrance.on_request or entrance.id in asked or ALL in asked
    )


def unasked_entrances(environment: Environment) -> tuple[str, ...]:
    """The further entrances of an environment's Runtime and Gateway that its file does not name, in reading order."""
    asked = entrances_of(environment.entrances)
    targets = [
        target
        for target in ("runtime", "gateway")
        if environment.local is not None or getattr(environment, target) is not None
    ]
    return tuple(
        entrance.id for entrance in ENTRANCES if entrance not in asked and entrance.target in targets
    )
