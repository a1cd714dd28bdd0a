"""Worlds for every entrance: somebody else's answer in place of AgentCore's, and entrances that are open."""

from __future__ import annotations

from collections.abc import Iterator

from tests.worlds.answers import Answer
from tests.worlds.entrance_answers import FOREIGN, OPEN, TEXT, opening_later, unmarked
from tests.worlds.entrance_world import EntranceWorld, Replies, Reply

ROWS = {
    "runtime-ws": "runtime-ws",
    "runtime-command": "runtime-command",
    "runtime-shell": "runtime-shell",
    "runtime-agent-card": "runtime-agent-card",
    "runtime-session-endpoint": "runtime-session-endpoint",
    "gateway-to-runtime": "gateway-to-runtime",
    "gateway-passthrough": "gateway-passthrough",
    "harness": "harness",
    "registry": "registry-mcp",
}
"""Entrance -> what the ids of its rows begin with."""
_WITHOUT_FORGED = ("gateway-passthrough", "runtime-session-endpoint")
_MEANT_REFUSED = ("runtime-command", "runtime-shell")
_NO_ANSWER = {
    "hangs": Reply(200, b"", end="hang"),
    "head-never-ends": Reply(200, b"", end="drip"),
}
_SAYS_NOTHING = {
    "empty": Answer(200, b"", ()),
    "health": Answer(200, b"OK", TEXT, marked=False),
}
"""A 2xx that is an answer of the application or service behind two of the entrances, and of none of the others."""
UNDECIDED = ("undecided",)
NOT_VERIFIED = ("not-verified", "inconclusive")


def _world(id: str, entrance: str, caller: str, answer: Answer, *rows: str) -> EntranceWorld:
    # Any service may be behind a passthrough target, so its own 401 and its pages decide nothing about genuine callers.
    is_any = entrance == "gateway-passthrough" and caller == "jwt"
    return EntranceWorld(
        id=f"{entrance}:{id}:{'all' if caller == '*' else caller}",
        entrances=(entrance,),
        replies={f"{entrance} {caller}": answer},
        decisions={} if is_any else dict.fromkeys(rows, UNDECIDED),
        verdicts=NOT_VERIFIED if not is_any else (*NOT_VERIFIED, "verified"),
        protocol="A2A" if entrance == "runtime-agent-card" else "HTTP",
    )


def foreign_worlds() -> Iterator[EntranceWorld]:
    """Nothing follows from these answers: neither a refusal nor an acceptance."""
    for entrance, row in ROWS.items():
        callers = {"none": (f"{row}-anonymous",), "jwt": (f"{row}-jwt",), "*": (f"{row}-anonymous",)}
        for id, answer in FOREIGN.items():
            for caller, rows in callers.items():
                yield _world(id, entrance, caller, answer, *rows)
        for id, answer in _NO_ANSWER.items():
            yield _world(id, entrance, "none", answer, f"{row}-anonymous")
        if entrance not in _WITHOUT_FORGED:
            for id, answer in _SAYS_NOTHING.items():
                yield _world(id, entrance, "none", answer, f"{row}-anonymous")


def open_worlds() -> Iterator[EntranceWorld]:
    """Somebody gets in at one entrance: at once, without AWS's marks, or after a genuine caller."""
    for entrance, respond in OPEN.items():
        for caller, row in (("none", "anonymous"), ("forged", "jwt-forged")):
            if caller == "forged" and entrance in _WITHOUT_FORGED:
                continue
            forms: dict[str, Replies] = {
                "open": {f"{entrance} {caller}": respond},
                "opens-later": opening_later(entrance, caller),
            }
            if entrance not in _WITHOUT_FORGED:
                forms["open-unmarked"] = {f"{entrance} {caller}": unmarked(respond)}
            for form, replies in forms.items():
                yield EntranceWorld(
                    id=f"{entrance}:{form}:{caller}",
                    entrances=(entrance,),
                    replies=replies,
                    decisions={f"{ROWS[entrance]}-{row}": ("accepted",)},
                    verdicts=("not-verified",),
                    protocol="A2A" if entrance == "runtime-agent-card" else "HTTP",
                )


def sound_worlds() -> Iterator[EntranceWorld]:
    """Each entrance alone, without a fault."""
    for entrance in (*ROWS, "gateway-policy"):
        is_open = entrance in _MEANT_REFUSED
        yield EntranceWorld(
            id=f"{entrance}:sound",
            entrances=(entrance,),
            policies=("permit(principal, action, resource);",) if entrance == "gateway-policy" else (),
            verdicts=("not-verified",) if is_open else ("verified",),
            protocol="A2A" if entrance == "runtime-agent-card" else "HTTP",
        )


WORLDS = (*sound_worlds(), *foreign_worlds(), *open_worlds())
