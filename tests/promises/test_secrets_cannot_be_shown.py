"""A secret cannot be shown, and what holds one cannot be written."""

from __future__ import annotations

import base64
import copy
import functools
import html
import json
import logging
import pickle
import traceback
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentcore_probe import secret, store
from agentcore_probe.errors import ReportError, SecretLeakError
from agentcore_probe.secret import Secret
from tests.promises.figures import TRIED

LONG = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=8, max_size=60)


@given(LONG)
def test_no_way_of_showing_an_object_shows_the_secret(value: str) -> None:
    """Str, repr, format, percent, containers: the label at the most."""
    hidden = Secret(value, "label")
    shown = [
        str(hidden),
        repr(hidden),
        f"{hidden}",
        f"{hidden:>40}",
        "%s" % hidden,
        str([hidden]),
        str({1: hidden}),
    ]
    assert all(text.strip() in ("<label>", "[<label>]", "{1: <label>}") for text in shown)


def test_a_secret_is_not_copied_pickled_or_put_into_json() -> None:
    """Whatever serializes objects fails rather than reveals."""
    hidden = Secret("correct horse battery", "password")
    for attempt in (pickle.dumps, json.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError):
            attempt(hidden)


def test_a_log_record_and_a_traceback_with_locals_show_the_label(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the logging module nor a debugger's view of locals reveals it."""
    hidden = Secret("correct horse battery", "password")
    logging.getLogger("t").warning("with %s and %r", hidden, hidden)
    assert "correct horse" not in caplog.text
    try:
        raise ValueError(hidden)
    except ValueError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert "correct horse" not in "".join(told.format())


ESCAPES: tuple[Callable[[str], str], ...] = (
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    html.escape,
    urllib.parse.quote_plus,
    lambda text: urllib.parse.quote(text, safe=""),
    urllib.parse.quote,
)


@settings(max_examples=150, deadline=None)
@given(LONG, st.lists(st.sampled_from(ESCAPES), max_size=3))
def test_each_escaped_form_of_a_secret_is_found_and_replaced(
    value: str, escapes: list[Callable[[str], str]]
) -> None:
    """JSON in HTML in a URL, to any depth."""
    secret.forget_all()
    Secret(value, "password")
    TRIED["derived forms of secrets"] += 1
    form = functools.reduce(lambda text, escape: escape(text), escapes, value)
    text = f"before {form} after"
    assert secret.find_leak(text.encode()) == "password"
    assert form not in secret.redact(text)


@given(LONG)
def test_each_encoded_form_of_a_secret_is_found_and_replaced(value: str) -> None:
    """Base64, alone and behind a user's name, hexadecimal, reversed."""
    secret.forget_all()
    Secret(value, "password")
    raw = value.encode()
    for form in (
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(b"user:" + raw).decode(),
        raw.hex(),
        value[::-1],
    ):
        TRIED["derived forms of secrets"] += 1
        text = f"before {form} after"
        assert secret.find_leak(text.encode()) == "password"
        assert secret.find_leak(secret.redact(text).encode()) is None


def test_a_jwt_is_known_by_each_part_but_its_header() -> None:
    """The header is the same for all tokens of an issuer."""
    Secret("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2ln", "token")
    assert secret.find_leak(b"kept eyJhbGciOiJSUzI1NiJ9 kept") is None
    assert secret.find_leak(b"kept eyJzdWIiOiJhIn0 kept") == "token"
    assert secret.find_leak(b"kept c2lnbmF0dXJlc2ln kept") == "token"


def test_a_password_with_two_dots_is_no_token() -> None:
    """Its parts are words."""
    Secret("agentcore.verification.2026", "password")
    assert secret.find_leak(b"AgentCore access verification: local") is None
    assert secret.find_leak(b"it is agentcore.verification.2026") == "password"


def test_line_breaks_of_a_secret_are_found_in_json() -> None:
    """A key in PEM has many."""
    pem = "-----BEGIN KEY-----\nabcdefgh\tijk\r\nlmnop"
    Secret(pem, "client secret")
    assert secret.find_leak(json.dumps({"body": json.dumps(pem)}).encode()) == "client secret"


def test_the_beginning_of_a_secret_at_the_end_of_a_cut_text_is_taken_off() -> None:
    """An answer may be cut off in the middle of one."""
    Secret("correct horse battery", "password")
    assert secret.clipped("it is correct horse bat") == "it is <password>"
    assert secret.clipped("it is correct") == "it is correct"


def test_what_is_being_written_can_be_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a process that ends in the middle of it: no temporary file stays."""
    seen: list[int] = []

    def interrupted(_: int) -> None:
        seen.append(len(list(tmp_path.iterdir())))
        store.remove_unfinished()
        seen.append(len(list(tmp_path.iterdir())))

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(ReportError):
        store.write(tmp_path / "record.json", "{}")
    assert seen == [1, 0]
    assert list(tmp_path.iterdir()) == []


def test_the_writer_refuses_and_leaves_no_file_behind(tmp_path: Path) -> None:
    """Not even a temporary one."""
    Secret("correct horse battery", "password")
    with pytest.raises(SecretLeakError, match="password"):
        store.write(tmp_path / "record.json", "it is correct horse battery")
    assert list(tmp_path.iterdir()) == []
