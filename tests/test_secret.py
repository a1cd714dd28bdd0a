"""Secrets: the worked example, and the cases that a search by prefix would miss."""

from __future__ import annotations

import base64
import doctest
import html
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe import secret
from agentcore_probe.scanner import Scanner, escapes
from agentcore_probe.secret import Holder, Secret, find_leak, forget_all, register
from agentcore_probe.threads import Threads


def test_the_worked_example_holds() -> None:
    """The docstring of the decoder shows every escaped form of one character."""
    assert doctest.testmod(escapes) == doctest.TestResults(failed=0, attempted=4)


@pytest.mark.parametrize("escape", [json.dumps, html.escape, urllib.parse.quote])
def test_a_secret_with_few_plain_characters_is_found_when_escaped(escape: object) -> None:
    """It has no eight plain characters in a row, so no form of it begins with a known prefix."""
    value = 'a"b&c<d>e\nf"g'
    Secret(value, "password")
    assert callable(escape)
    text = f"x{escape(value)}y"
    assert value not in text
    assert secret.find_leak(text.encode()) == "password"
    assert secret.redact(text).strip('x"y') == "<password>"


def test_a_short_secret_is_not_looked_for() -> None:
    """It would match harmless text by chance."""
    Secret("letmein", "password")
    assert secret.find_leak(b"letmein") is None


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("sent eyJhbGci.eyJzdWIi.c2lnbmF0 here", "sent <token> here"),
        ("x.eyJhbGci.eyJzdWIi.c2lnbmF0.y", "x.<token>.y"),
        ("eyJhbGci.a.b.c.eyJhbGci", "eyJhbGci.a.b.c.eyJhbGci"),
        ("eyJhbGciOiJkaXIi..aXY.Y2lwaGVy.dGFn", "<token>"),
        ("eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9"),
    ],
)
def test_tokens_in_a_text_are_hidden(text: str, clean: str) -> None:
    """Three parts, or the five of an encrypted token; a header alone is not a token."""
    assert secret.without_tokens(text) == clean


def test_a_secret_is_forgotten_when_its_last_holder_releases_it() -> None:
    """A password of two runs stays until both have ended; what no run registered stays for ever."""
    first, second = Holder(), Holder()
    with first.holding():
        Secret("password-of-both-runs", "password")
        Secret("token-of-the-first-run-alone-0123456789", "token")
    with second.holding():
        Secret("password-of-both-runs", "password")
    Secret("password-without-a-run", "password")
    texts = ("password-of-both-runs", "token-of-the-first-run-alone-0123456789", "password-without-a-run")
    found = [[find_leak(text.encode()) is not None for text in texts]]
    for holder in (first, second):
        holder.release()
        found.append([find_leak(text.encode()) is not None for text in texts])
    assert found == [[True, True, True], [True, False, True], [False, False, True]]


def test_secrets_of_a_runs_threads_are_held_by_it() -> None:
    """As all that a run registers, in whichever thread of `Threads`."""
    holder = Holder()
    with holder.holding(), Threads(2) as pool:
        pool.submit(Secret, "password-in-a-thread", "password").result()
    assert find_leak(b"password-in-a-thread") == "password"
    holder.release()
    assert find_leak(b"password-in-a-thread") is None


TEXTS = [*(f"{part}{'s3cretPart' * 4}{part}" for part in "abc"), "short-se", "short-secret"]


@given(
    st.lists(st.lists(st.sampled_from(TEXTS), max_size=4), min_size=2, max_size=4),
    st.data(),
)
def test_what_is_left_is_found_as_if_nothing_had_been_forgotten(
    runs: list[list[str]], data: st.DataObject
) -> None:
    """Whatever parts texts share, and in whatever order runs end."""
    forget_all()
    holders = [Holder() for _ in runs]
    for holder, texts in zip(holders, runs, strict=True):
        with holder.holding():
            for text in texts:
                register(text, "secret")
    ended = data.draw(st.lists(st.sampled_from(range(len(runs))), unique=True))
    for number in ended:
        holders[number].release()
    left = {text for number, texts in enumerate(runs) if number not in ended for text in texts}
    everything = {text for texts in runs for text in texts}
    wanted = Scanner()
    for text in left:
        wanted.add(text, "secret")
    for text in everything:
        for form in (text, base64.b64encode(text.encode()).decode(), text[::-1]):
            assert (find_leak(form.encode()) is None) == (wanted.first_label(form) is None), form
