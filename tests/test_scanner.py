"""Fragments of secrets: in any escape, encoding, with any separators, and across the events of a stream."""

from __future__ import annotations

import base64
import json
import random
import time
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentcore_probe import secret
from agentcore_probe.secret import Secret
from tests.conftest import PROJECT
from tests.promises.figures import FIGURES
from tests.timing import is_linear

RANDOM = random.Random(15)  # noqa: S311  (test data)


def make_token() -> str:
    claims = {"sub": f"{RANDOM.getrandbits(128):x}", "iss": "https://issuer.invalid", "exp": 4102444800}
    parts = (b'{"alg":"RS256","kid":"k"}', json.dumps(claims).encode(), RANDOM.randbytes(256))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


TOKEN = make_token()
SECRET_PART = TOKEN.partition(".")[2]
FRAGMENTS = st.tuples(st.integers(0, len(SECRET_PART) - 60), st.integers(24, 60)).map(
    lambda place: SECRET_PART[place[0] : place[0] + place[1]]
)

Form = Callable[[str], str]


def map_characters(form: Form) -> Form:
    return lambda text: "".join(map(form, text))


FORMS: dict[str, Form] = {
    "plain": str,
    "reversed": lambda text: text[::-1],
    "percent": map_characters(lambda character: f"%{ord(character):02x}"),
    "one percent": lambda text: f"{text[:9]}%{ord(text[9]):02X}{text[10:]}",
    "percent twice": map_characters(lambda character: f"%25{ord(character):02X}"),
    "json": map_characters(lambda character: f"\\u{ord(character):04x}"),
    "json in json": lambda text: json.dumps(
        json.dumps("".join(f"\\u{ord(character):04x}" for character in text))
    ),
    "javascript": map_characters(lambda character: f"\\x{ord(character):02x}"),
    "html": map_characters(lambda character: f"&#{ord(character)};"),
    "html, hexadecimal": map_characters(lambda character: f"&#x{ord(character):X};"),
    "html in html": map_characters(lambda character: f"&amp;#{ord(character)};"),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal with colons": lambda text: text.encode().hex(":").upper(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url in a longer text": lambda text: base64.urlsafe_b64encode(f"token: {text}?".encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes(f"the value of the token is {text}".encode()).decode(),
    "base64, percent": lambda text: urllib.parse.quote(base64.b64encode(text.encode()).decode(), safe=""),
    "spaces": " ".join,
    "dashes": "-".join,
    "backslashes": "\\".join,
    "utf-16": lambda text: text.encode("utf-16-le").decode(),
    "utf-16 in json": lambda text: json.dumps(text.encode("utf-16-le").decode()),
    "escaped line breaks": lambda text: json.dumps("\r\n".join(text)),
    "invisible characters": "\u200b".join,
}
"""What servers and tools make of a text."""


@pytest.mark.parametrize("name", FORMS)
@given(fragment=FRAGMENTS, around=st.sampled_from([("", ""), ("text ", " text"), ("x", "y"), ("/", "\n")]))
def test_a_fragment_of_a_token_is_found_and_replaced(
    name: str, fragment: str, around: tuple[str, str]
) -> None:
    """One of 24 letters and digits or more, whatever form it has; redacting twice changes nothing."""
    assume(sum(map(str.isalnum, fragment)) >= 24)
    secret.forget_all()
    Secret(TOKEN, "token")
    FIGURES["derived forms of secrets"] += 1
    text = f"{around[0]}{FORMS[name](fragment)}{around[1]}"
    assert secret.find_leak(text.encode()) == "token"
    clean = secret.redact(text)
    assert "<token>" in clean
    assert secret.find_leak(clean.encode()) is None
    assert secret.redact(clean) == clean


STREAMS: dict[str, Callable[[list[str]], str]] = {
    "events": lambda pieces: "".join(
        f"event: message\ndata: {json.dumps({'n': n, 'delta': {'text': piece}})}\n\n"
        for n, piece in enumerate(pieces)
    ),
    "plain events": lambda pieces: "".join(f"data: {piece}\n\n" for piece in pieces),
    "array": json.dumps,
    "objects": lambda pieces: json.dumps(
        {"content": [{"type": "text", "text": piece} for piece in pieces], "n": 1.50}
    ),
    "lines": lambda pieces: "".join(json.dumps({"k": [piece, 1]}) + "\n" for piece in pieces),
    "escaped": lambda pieces: "[" + ",".join(f'"{FORMS["json"](piece)}"' for piece in pieces) + "]",
}


def documents(text: str) -> list[object]:
    """The JSON documents of a stream, which must be valid."""
    if text.startswith(("[", "{")):
        return [json.loads(line) for line in text.splitlines()]
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("length", [1, 3, 8, 17, 23, 24, 40])
def test_a_token_in_pieces_is_replaced_in_every_event(name: str, length: int) -> None:
    """An agent streams what it got in pieces; the stream stays valid."""
    Secret(TOKEN, "token")
    pieces = [TOKEN[start : start + length] for start in range(0, len(TOKEN), length)]
    text = STREAMS[name](["The token is ", *pieces, "."])
    assert secret.find_leak(text.encode()) == "token"
    clean = secret.redact(text)
    assert secret.find_leak(clean.encode()) is None
    assert secret.redact(clean) == clean
    assert len(documents(clean)) == len(documents(text))
    secret_pieces = [piece for piece in pieces if piece in SECRET_PART]
    assert length < 8 or not [piece for piece in secret_pieces if len(piece) >= 8 and piece in clean]


def test_a_password_in_pieces_is_found() -> None:
    """A short secret is searched for as a whole, also across events."""
    Secret("correct horse", "password")
    text = STREAMS["events"](["it is corr", "ect ho", "rse"])
    assert secret.find_leak(text.encode()) == "password"
    assert "corr" not in secret.redact(text)


@pytest.mark.parametrize("escape", [FORMS[name] for name in ("percent", "json", "html", "percent twice")])
@pytest.mark.parametrize("password", ["Canary-PASSWORD", 'Canary-1 é+\\"<&%41', "パスワードです！！"])
def test_unneeded_escapes_of_a_password_are_found(escape: Form, password: str) -> None:
    """Of every character, and of one letter."""
    Secret(password, "password")
    whole = "".join(
        urllib.parse.quote(character) if ord(character) > 127 else escape(character) for character in password
    )
    for form in (whole, password[:2] + escape(password[2]) + password[3:]):
        if ord(password[2]) > 127 and form != whole:
            continue
        assert secret.find_leak(f"x {form} y".encode()) == "password"
        assert secret.redact(f"x {form} y") == "x <password> y"


def test_harmless_texts_are_not_touched() -> None:
    """The documentation, the sample's report, and a token's public header."""
    for _ in range(5):
        Secret(make_token(), "token")
    Secret("correct horse battery", "password")
    paths = [
        *PROJECT.glob("*.md"),
        *PROJECT.glob("docs/*.md"),
        *(PROJECT / "reports" / "sample").rglob("*.*"),
        *PROJECT.glob("environments/*"),
    ]
    for path in paths:
        text = path.read_text("utf-8")
        assert secret.find_leak(text.encode()) is None, path
        assert secret.redact(text) == text
    assert secret.redact(f"kid: {TOKEN.partition('.')[0]}") == f"kid: {TOKEN.partition('.')[0]}"


def test_a_fragment_below_the_limit_is_not_a_match() -> None:
    """Twenty-three letters and digits may be in a harmless text."""
    Secret(TOKEN, "token")
    alphanumeric = "".join(filter(str.isalnum, SECRET_PART))
    assert secret.find_leak(f"x {alphanumeric[40:63]} y".encode()) is None
    assert secret.find_leak(f"x {alphanumeric[40:64]} y".encode()) == "token"


def test_redacted_json_stays_valid() -> None:
    """Escapes before a secret, secrets across members, keys, numbers."""
    digits = "".join(map(str, (RANDOM.randrange(10) for _ in range(30))))
    Secret(TOKEN, "token")
    Secret(digits, "pin")
    part = SECRET_PART[5:80]
    document = {
        "a": f"\n{part}\\",
        part: [part[:40], part[40:], int(digits)],
        "b": [[part[:30]], {"c": f'"{part}'}],
    }
    for text in (json.dumps(document), json.dumps(document, indent=1)):
        clean = secret.redact(text)
        assert json.loads(clean)["a"] in ("\n<token>\\", "<token>\\")
        assert secret.find_leak(clean.encode()) is None


def scan_seconds(data: bytes) -> float:
    """The least processor time of several scans."""
    times = []
    for _ in range(9):
        start = time.process_time()
        assert secret.find_leak(data) is None
        times.append(time.process_time() - start)
    return min(times)


def test_a_hundred_times_as_many_secrets_hardly_take_more_time() -> None:
    """One environment registers about 14 tokens, of which many have the same payload, and a password."""
    pages = [path.read_bytes() for path in (PROJECT / "reports" / "sample").rglob("report.html")]
    page = (pages[0] * 3)[:150_000]

    def register(environments: int) -> None:
        for number in range(environments):
            for token in [make_token() for _ in range(4)]:
                for _ in range(3):
                    signature = base64.urlsafe_b64encode(RANDOM.randbytes(256)).decode().rstrip("=")
                    Secret(f"{token.rpartition('.')[0]}.{signature}", "token")
            Secret(f"correct horse {number:04}", "password")

    register(1)
    few = scan_seconds(page)
    register(99)
    many = scan_seconds(page)
    print(
        f"find_leak, {len(page)} bytes: {few * 1000:.1f} ms for 1 environment, {many * 1000:.1f} ms for 100"
    )
    assert many < 3 * few + 0.01


UNITS = [
    "%25", "&amp;", "&#38;", "\\", "\\u00", '"', '\\"', '{"', "[", "data: {", "data:\n", "%65", "&#101;", '{"a":',
    "a1" * 30 + " ", SECRET_PART[:23] + " ", SECRET_PART[:24] + " ", f'"{SECRET_PART[:12]}",',
]  # fmt: skip


QUICK_UNITS = ("%25", "\\u00", "data: {", '{"a":')
"""One a kind, for `make test`."""


@pytest.mark.parametrize(
    "unit",
    [pytest.param(unit, marks=[] if unit in QUICK_UNITS else [pytest.mark.slow]) for unit in UNITS],
)
@pytest.mark.parametrize("end", ["", SECRET_PART], ids=["clean", "secret"])
def test_redaction_takes_linear_time(unit: str, end: str) -> None:
    """Also where positions in the original are needed."""
    Secret(TOKEN, "token")
    Secret("correct horse", "password")
    FIGURES["texts made to be slow"] += 1
    assert is_linear(lambda text: secret.redact(text + end), unit * (200_000 // len(unit)))
