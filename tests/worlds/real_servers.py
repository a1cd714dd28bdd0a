"""Worlds as real servers and agents make them: FastMCP, API Gateway, nginx, Keycloak, LangGraph, Strands.

The verdict beside each is a person's, written down before the first run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.worlds.catalogue import MCP_PLACES, NOT_SOUND, PLACES, SOUND, hole, placed, runtime_world
from tests.worlds.world import Front, Target, World

_ANSWERS_OF_AGENTS = {
    "lambda-proxy": '{"statusCode": 200, "body": "Hello"}',
    "assistant-message": '{"message": {"role": "assistant", "content": [{"text": "Hello"}]}}',
    "greeting": '{"message": "Hello, how can I help?"}',
    "success": '{"status": "success", "message": "Your trip is booked."}',
    "graph-stream": 'event: metadata\ndata: {"run_id": "1", "attempt": 1}\n\nevent: values\n'
    'data: {"messages": [{"type": "ai", "content": "Hello"}]}\n\nevent: end\ndata: null\n\n',
    "agent-stream": 'data: {"init_event_loop": true}\n\ndata: {"error": null, "data": "Hello"}\n\n'
    'data: {"result": "Hello"}\n\n',
}
"""Answers as Lambda, Strands and LangGraph agents give them."""


def _holes_of_real_servers() -> Iterator[World]:
    """An authorizer that remembers claims; open doors whose answers have unusual forms."""
    for place in PLACES:
        yield hole("cached-by-claims", place, Target(opens="cached-by-claims"))
    for form in ("batch", "stream-ping", "utf-16"):
        yield hole(
            f"anonymous-{form}", "gateway", Target(weaknesses=frozenset({"anonymous"}), acceptance=form)
        )
    doors: dict[str, dict[str, Any]] = {
        "text": {"acceptance": "I booked your trip."},
        "stream": {"acceptance": _ANSWERS_OF_AGENTS["agent-stream"]},
        "task": {"protocol": "A2A", "task_state": "submitted"},
        "run": {"protocol": "AGUI", "acceptance": "json"},
    }
    for name, facts in doors.items():
        yield World(
            id=f"hole-anonymous-{name}", kind="hole", verdicts=("not-verified",), open_targets=("runtime",),
            no_claims=("anonymous-refused",),
            runtime=Target(weaknesses=frozenset({"anonymous"}), **facts),
        )  # fmt: skip


def _pages_of_real_servers() -> Iterator[World]:
    """What single sign-on and firewalls give to whoever is not logged in is no answer of the agent."""
    bodies = {"redirect": '{"redirect": "https://sso.example.com/login"}'}
    forms = ("script-page", "comment-page", "firewall-challenge")
    for name, form in {**bodies, **{form: form for form in forms}}.items():
        yield runtime_world(f"{name}-anonymous", "HTTP", "unclear", "inconclusive", anonymous_refusal=form)
        yield runtime_world(f"{name}-forged", "HTTP", "unclear", "inconclusive", forged_refusal=form)


def _answers_of_real_agents() -> Iterator[World]:
    """Answers of common frameworks, keep-alive comments, an old protocol version, a challenge in capitals."""
    for name, body in _ANSWERS_OF_AGENTS.items():
        yield runtime_world(name, "HTTP", "sound", "verified", acceptance=body)
    for place in MCP_PLACES:
        yield World(
            id=f"sound-ping-{place}",
            kind="sound",
            verdicts=SOUND,
            **placed(place, Target(acceptance="stream-ping")),
        )
        yield World(
            id=f"sound-old-version-{place}",
            kind="sound",
            verdicts=SOUND,
            **placed(place, Target(version="2024-11-05")),
        )
    yield World(
        id="sound-challenge-upper-case",
        kind="sound",
        verdicts=SOUND,
        gateway=Target(refusal="challenge-upper-case"),
    )


def _conversations_that_stop() -> Iterator[World]:
    """A page without tools, a stream that the client should resume, an error after the beginning of an answer."""
    for name, target in {
        "second-page-lost": Target(tools=60, loses_second_page=True),
        "stream-closed-to-resume": Target(acceptance="stream-closed-to-resume"),
    }.items():
        yield World(id=f"broken-{name}", kind="broken", verdicts=NOT_SOUND, gateway=target)
    late = 'data: {"data": "Let me think"}\n\ndata: {"error": "Model is overloaded", "error_type": "Throttled"}\n\n'
    yield runtime_world("late-error", "HTTP", "broken", "not-verified", "container-failed", acceptance=late)


def _others_that_answer() -> Iterator[World]:
    """A proxy or firewall refuses in the service's place; a server that is not AWS does everything right."""
    for form in ("proxy-401", "firewall-403"):
        for place in PLACES:
            yield World(
                id=f"unclear-{form}-{place}", kind="unclear", verdicts=("inconclusive",),
                no_claims=("anonymous-refused",), **placed(place, Target(anonymous_refusal=form)),
            )  # fmt: skip
    yield World(
        id="unclear-not-aws", kind="unclear", verdicts=("inconclusive",), front=Front(marked=False, server="uvicorn"),
        no_claims=("gateway-accepts-jwt", "runtime-accepts-jwt", "anonymous-refused", "forged-refused"),
    )  # fmt: skip


def _times() -> Iterator[World]:
    """Claims a little in the future, fractions of seconds, a `Date` that is none."""
    tokens: dict[str, dict[str, Any]] = {
        "nbf-in-30-seconds": {"nbf": 30},
        "exp-as-float": {"exp": 40.7},
        "iat-in-45-seconds": {"iat": 45, "nbf": 45},
    }
    for name, claims in tokens.items():
        yield World(id=f"sound-{name}", kind="sound", verdicts=SOUND, token=claims)
    for name, date in {"not-a-date": "yesterday", "of-1970": "Thu, 01 Jan 1970 00:00:00 GMT"}.items():
        yield World(id=f"sound-date-{name}", kind="sound", verdicts=SOUND, front=Front(date=date))
    yield World(
        id="broken-nbf-in-10-minutes", kind="broken", verdicts=("not-verified",), token={"nbf": 600},
        causes={"runtime-jwt": ("token-not-yet-valid",), "gateway-jwt": ("token-not-yet-valid",)},
    )  # fmt: skip
    yield World(
        id="broken-expired-5-minutes-ago", kind="broken", verdicts=("not-verified",),
        token={"exp": -300, "iat": -4000}, front=Front(date_offset=-2),
        causes={"runtime-jwt": ("token-expired",), "gateway-jwt": ("token-expired",)},
    )  # fmt: skip


WORLDS_OF_REAL_SERVERS: tuple[World, ...] = (
    *_holes_of_real_servers(),
    *_pages_of_real_servers(),
    *_answers_of_real_agents(),
    *_conversations_that_stop(),
    *_others_that_answer(),
    *_times(),
)
