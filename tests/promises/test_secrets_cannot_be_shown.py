"""A secret cannot be shown, and what holds one cannot be written."""

from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
import traceback
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe import secret, store
from agentcore_probe.errors import SecretLeakError
from agentcore_probe.secret import Secret

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


@given(LONG)
def test_each_derived_form_of_a_secret_is_found(value: str) -> None:
    """Plain, base64, URL-encoded and JSON-escaped."""
    secret.forget_all()
    Secret(value, "password")
    for form in (
        value,
        base64.b64encode(value.encode()).decode(),
        base64.urlsafe_b64encode(value.encode()).decode(),
        urllib.parse.quote(value, safe=""),
        json.dumps({"a": value}),
    ):
        assert secret.find_leak(f"before {form} after".encode()) == "password"


def test_a_jwt_is_known_by_its_signature_and_not_by_its_header() -> None:
    """The header is the same for all tokens of an issuer."""
    Secret("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2ln", "token")
    assert secret.find_leak(b"kept eyJhbGciOiJSUzI1NiJ9 kept") is None
    assert secret.find_leak(b"kept c2lnbmF0dXJlc2ln kept") == "token"


def test_the_writer_refuses_and_leaves_no_file_behind(tmp_path: Path) -> None:
    """Not even a temporary one."""
    Secret("correct horse battery", "password")
    with pytest.raises(SecretLeakError, match="password"):
        store.write(tmp_path / "record.json", "it is correct horse battery")
    assert list(tmp_path.iterdir()) == []
