"""Promises 2 and 3: a secret cannot be shown, and a text with a secret cannot be written."""

from __future__ import annotations

import base64
import copy
import functools
import html
import json
import logging
import pickle
import stat
import subprocess
import sys
import traceback
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe import secret, store
from agentcore_probe.errors import ReportError, SecretLeakError
from agentcore_probe.secret import Secret
from tests.conftest import PROJECT
from tests.promises.figures import FIGURES

LONG = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=8, max_size=60)


@given(LONG)
def test_every_string_form_shows_the_label_only(value: str) -> None:
    """str, repr, format, percent, containers."""
    hidden = Secret(value, "label")
    texts = [
        str(hidden),
        repr(hidden),
        f"{hidden}",
        f"{hidden:>40}",
        "%s" % hidden,
        str([hidden]),
        str({1: hidden}),
    ]
    assert all(text.strip() in ("<label>", "[<label>]", "{1: <label>}") for text in texts)


def test_a_secret_cannot_be_copied_pickled_or_put_into_json() -> None:
    """Serializing and copying raise TypeError."""
    hidden = Secret("correct horse battery", "password")
    for serialize in (pickle.dumps, json.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError):
            serialize(hidden)


def test_a_log_record_and_a_traceback_with_locals_show_the_label(caplog: pytest.LogCaptureFixture) -> None:
    """Neither logging nor a view of local variables reveals the secret."""
    hidden = Secret("correct horse battery", "password")
    logging.getLogger("t").warning("with %s and %r", hidden, hidden)
    assert "correct horse" not in caplog.text
    try:
        raise ValueError(hidden)
    except ValueError as error:
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert "correct horse" not in "".join(report.format())


ESCAPES: tuple[Callable[[str], str], ...] = (
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    html.escape,
    urllib.parse.quote_plus,
    lambda text: urllib.parse.quote(text, safe=""),
    urllib.parse.quote,
)


@given(LONG, st.lists(st.sampled_from(ESCAPES), max_size=3))
def test_each_escaped_form_of_a_secret_is_found_and_replaced(
    value: str, escapes: list[Callable[[str], str]]
) -> None:
    """Also a secret that was escaped up to three times, such as JSON in HTML in a URL."""
    secret.forget_all()
    Secret(value, "password")
    FIGURES["derived forms of secrets"] += 1
    form = functools.reduce(lambda text, escape: escape(text), escapes, value)
    text = f"before {form} after"
    assert secret.find_leak(text.encode()) == "password"
    assert form not in secret.redact(text)


@given(LONG)
def test_each_encoded_form_of_a_secret_is_found_and_replaced(value: str) -> None:
    """Base64, alone and after a user name, hexadecimal, reversed."""
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
        FIGURES["derived forms of secrets"] += 1
        text = f"before {form} after"
        assert secret.find_leak(text.encode()) == "password"
        assert secret.find_leak(secret.redact(text).encode()) is None


def test_payload_and_signature_of_a_jwt_are_secret_and_its_header_is_not() -> None:
    """The header is the same for all tokens of an issuer."""
    Secret("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2ln", "token")
    assert secret.find_leak(b"text eyJhbGciOiJSUzI1NiJ9 text") is None
    assert secret.find_leak(b"text eyJzdWIiOiJhIn0 text") == "token"
    assert secret.find_leak(b"text c2lnbmF0dXJlc2ln text") == "token"


def test_a_password_with_two_dots_is_not_a_token() -> None:
    """A part of it is not a secret."""
    Secret("agentcore.verification.2026", "password")
    assert secret.find_leak(b"AgentCore access verification: local") is None
    assert secret.find_leak(b"it is agentcore.verification.2026") == "password"


def test_line_breaks_of_a_secret_are_found_in_json() -> None:
    """A PEM key has line breaks."""
    pem = "-----BEGIN KEY-----\nabcdefgh\tijk\r\nlmnop"
    Secret(pem, "client secret")
    assert secret.find_leak(json.dumps({"body": json.dumps(pem)}).encode()) == "client secret"


def test_the_beginning_of_a_secret_at_the_end_of_a_text_is_redacted() -> None:
    """A body may be cut off in the middle of a secret."""
    Secret("correct horse battery", "password")
    assert secret.clipped("it is correct horse bat") == "it is <password>"
    assert secret.clipped("it is correct") == "it is correct"


def test_an_interrupted_write_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that exits during a write removes it."""
    counts: list[int] = []

    def interrupt(_: int) -> None:
        counts.append(len(list(tmp_path.iterdir())))
        store.remove_unfinished()
        counts.append(len(list(tmp_path.iterdir())))

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(ReportError):
        store.write(tmp_path / "record.json", "{}")
    assert counts == [1, 0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_file_gets_the_mode_that_the_umask_allows(tmp_path: Path, umask: int, mode: int) -> None:
    """A user who keeps files private expects it of reports, too."""
    code = (
        "import sys, pathlib; from agentcore_probe import store; store.write(pathlib.Path(sys.argv[1]), 'x')"
    )
    path = tmp_path / "record.json"
    subprocess.run([sys.executable, "-c", code, path], check=True, umask=umask, cwd=PROJECT)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_the_message_of_the_writer_shows_the_label_only(tmp_path: Path) -> None:
    """A password may be a common word that a reader of the log would recognize."""
    Secret("bedrock-agentcore", "password")
    with pytest.raises(SecretLeakError) as caught:
        store.write(tmp_path / "record.json", "bedrock-agentcore")
    assert caught.value.exit_code == 5
    assert "bedrock" not in caught.value.line()


def test_the_writer_refuses_and_leaves_no_file_behind(tmp_path: Path) -> None:
    """Not even a temporary file."""
    Secret("correct horse battery", "password")
    with pytest.raises(SecretLeakError, match="password"):
        store.write(tmp_path / "record.json", "it is correct horse battery")
    assert list(tmp_path.iterdir()) == []
