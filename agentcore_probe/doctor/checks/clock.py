"""This machine's clock beside the services': AWS refuses a signature that is five minutes off (SigV4)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown, warning
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.errors import InputError
from agentcore_probe.probes.provenance import clock_offset

WARNING_SECONDS = 60
PROBLEM_SECONDS = 300
"""SigV4's limit."""
_SET = "timedatectl set-ntp true"


def _lines(subject: Subject) -> Iterator[Line]:
    try:
        offset = clock_offset([peer.exchange for peer in subject.peers])
    except InputError:
        return  # the network check says what is wrong
    if offset is None:
        if subject.peers:
            yield unknown("clock", "no host answered with a Date header, so the clock was not compared")
        return
    text = f"this machine's clock is {_duration(abs(offset))} {'behind' if offset > 0 else 'ahead of'} the services'"
    fix = "Set the clock by NTP (the line is for Linux with systemd):"
    if abs(offset) > PROBLEM_SECONDS:
        yield problem(
            "clock", f"{text}: signatures are refused, and tokens seem expired or not valid yet", fix, _SET
        )
    elif abs(offset) > WARNING_SECONDS:
        yield warning("clock", f"{text}; above 5 minutes, signatures are refused", fix, _SET)
    else:
        yield ok("clock", f"differs from the services' by {abs(offset):.0f} s (Date header)")


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


CHECK = Check(50, "Clock", "login", _lines)
