"""What the login of an MCP client keeps from a target or an authorization server that is not what it says it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.commands.login import _Lines
from agentcore_probe.commands.new_file import check_new_file
from agentcore_probe.commands.options import LoginOptions
from agentcore_probe.errors import InputError
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.oauth_discovery import OPENID_METADATA
from agentcore_probe.report.messages import messages
from tests.commands.test_login import Session
from tests.conftest import Command
from tests.embedded import started
from tests.probes.login_sites import RESOURCE_PATH, SERVER_PATH, Answer, Site, running_site
from tests.probes.test_mcp_login import HEALTHY, at, embedded

ELSEWHERE = "https://idp.invalid/t"


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on which every login succeeds."""
    with running_site() as running:
        yield running


def confidential(issuer: str | None) -> Identity:
    """A client with a secret.

    Args:
        issuer: that the secret belongs to; None: the environment does not say.
    """
    return Identity(
        flow="authorization-code",
        client_id="app",
        client_secret=SecretReference(source="embedded", name="client secret"),
        discovery_url=None if issuer is None else f"{issuer}{OPENID_METADATA}",
    )


def has_sent_secret(site: Site) -> bool:
    """Whether a client's secret came to the site."""
    in_header = any(authorization.startswith("Basic ") for _, authorization, _ in site.received)
    return in_header or any("secret-of-the-client" in body for _, _, body in site.received)


def claims_to_be_elsewhere(site: Site, step: str) -> None:
    """The metadata claims another issuer; a document before it cannot be read.

    Args:
        site: what is logged in to.
        step: whose document that is.
    """
    site.metadata["issuer"] = ELSEWHERE
    if step == "resource-metadata":
        challenge = {"WWW-Authenticate": 'Bearer resource_metadata="http://127.0.0.1:1/x"'}
        site.answers["POST /mcp"].headers = challenge
    if step == "server-metadata":
        site.answers[f"GET {OPENID_METADATA}"] = Answer(dict(site.metadata))
        site.answers[f"GET {SERVER_PATH}"] = Answer("x" * 20_000_000)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("resource-metadata", "resource-metadata-unread"),
        ("server-metadata", "server-metadata-unread"),
        ("", "metadata-issuer-mismatch"),
    ],
)
def test_a_server_that_claims_to_be_another_does_not_get_the_secret(
    site: Site, step: str, reason: str
) -> None:
    """The login ends where a document could not be read, and names it."""
    claims_to_be_elsewhere(site, step)
    login = at(site, site.come_back(iss=ELSEWHERE), confidential(ELSEWHERE))
    assert login.last == (step or "server-metadata", "failed", reason)
    assert login.steps[-1].values
    assert site.sent("POST /token") == site.sent("GET /authorize") == []
    assert not has_sent_secret(site)


@pytest.mark.parametrize("asked", ["", "/"])
def test_the_secret_is_sent_to_its_own_server(site: Site, asked: str) -> None:
    """That is the one whose metadata was asked for, whether its address ends in a slash or not."""
    site.answers[f"GET {RESOURCE_PATH}"].body["authorization_servers"] = [f"{site.url}{asked}"]
    site.metadata["issuer"] = f"{site.url}{asked}"
    login = at(site, site.come_back(iss=f"{site.url}{asked}"), confidential(site.url))
    assert login.last[:2] == ("call", "passed"), login.steps
    assert has_sent_secret(site)


def test_a_secret_without_an_issuer_is_sent_nowhere(site: Site) -> None:
    """The target alone would say where it goes; a client without a secret can log in."""
    with pytest.raises(InputError, match="client secret") as error:
        at(site, pytest.fail, confidential(None))
    assert error.value.where == "[identity] discovery_url"
    assert site.sent("GET /authorize") == []
    assert at(site).is_accepted
    assert at(site, identity=confidential(None), client_id="other").is_accepted
    assert not has_sent_secret(site)


@pytest.mark.parametrize("place", ["target", "server"])
def test_what_was_not_read_is_not_said_to_be_missing(site: Site, place: str) -> None:
    """Nobody answers there."""
    if place == "server":
        site.answers[f"GET {RESOURCE_PATH}"].body["authorization_servers"] = ["http://127.0.0.1:1"]
        last = ("server-metadata", "failed", "server-metadata-unread")
    else:
        site.url, last = "http://127.0.0.1:1", ("challenge", "failed", "challenge-unread")
    login = at(site, pytest.fail)
    assert login.last == last
    assert [step.result for step in login.steps[:-1]] == ["passed"] * (len(login.steps) - 1)


@pytest.mark.parametrize("step", ["token", "registration"])
def test_what_may_take_effect_once_is_sent_once(site: Site, step: str) -> None:
    """The server closes a connection that it has kept open; a second request might redeem the code of the first."""
    path = "POST /token" if step == "token" else "POST /register"
    site.answers[path] = Answer(None)
    login = at(site, registers=True)
    assert login.last[0] == ("token" if step == "token" else "client-identity")
    assert len(site.sent(path)) == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--redirect-uri", "http://127.0.0.1:70000/callback"), "--redirect-uri: is not an address of this"),
        (("--client-id", ""), "--client-id: is empty"),
        (("--scope", " "), "--scope: is empty"),
        (("--out", "environments"), "environments: is a folder"),
        (("--out", ""), "is a folder"),
        (("--out", "environments/t.toml"), "environments/t.toml: exists"),
        (("--out", "environments/t.toml/login.json"), "cannot be written: Not a directory"),
        (("--out", "/proc/login.json"), "/proc/login.json: cannot be written"),
        (("--out", "a" * 300), "cannot be written: File name too long"),
    ],
)
def test_options_are_checked_before_anything_is_sent(
    command_here: Command, project: Path, site: Site, words: tuple[str, ...], error: str
) -> None:
    """Exit 2; nothing is changed, and the person need not log in in vain."""
    file = project / "environments" / "t.toml"
    text = f'[gateway]\nurl = "{site.url}/mcp"\n[identity]\nclient_id = "app"\nflow = "device-code"\n'
    file.write_text(text)
    process = command_here("login", "t", *words)
    assert (process.returncode, error in process.stderr) == (2, True), process.stderr
    assert (site.received, file.read_text()) == ([], text)


def test_a_new_file_may_be_in_a_new_folder_or_a_device(tmp_path: Path) -> None:
    """The folder is not created before the file is written."""
    check_new_file(tmp_path / "a" / "b" / "login.json")
    check_new_file(Path("/dev/null"))
    check_new_file(Path("/dev/stderr"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"client_id": "a\ud800b"},
        {"client_id": "a\nb"},
        {"client_id": ""},
        {"client_id": 5},
        {"client_id": "a", "client_secret": "s\ud800"},
        {"client_id": "a", "client_secret": ["s"]},
        [],
    ],
)
def test_a_registration_that_names_no_client_is_not_used(site: Site, answer: Any) -> None:
    """The reason is that of a registration, and nothing is sent to the authorization server's page."""
    site.answers["POST /register"] = Answer(answer, 201)
    login = at(site, registers=True)
    assert login.last == ("client-identity", "failed", "registration-unusable")
    observation = login.record.observation("gateway-jwt")
    assert observation is not None
    assert observation.not_tried == "registration-unusable"
    assert site.sent("GET /authorize") == []


def test_a_registration_endpoint_that_is_no_text_is_none(site: Site) -> None:
    """Nothing is sent, and the reason says so."""
    site.metadata["registration_endpoint"] = 3
    login = at(site, registers=True)
    assert login.last == ("client-identity", "failed", "no-registration-endpoint")


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "registration_endpoint"])
def test_an_endpoint_has_no_fragment(site: Site, endpoint: str) -> None:
    """RFC 6749 sections 3.1 and 3.2; nothing is sent to the server."""
    site.metadata[endpoint] += "#part"
    login = at(site, pytest.fail, registers=True)
    assert login.last == ("server-capabilities", "failed", "endpoint-not-safe")
    assert site.sent("POST /register") == []


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ({}, "no-code"),
        ({"code": ""}, "no-code"),
        ({"code": "code-of-a-login-1", "iss": ""}, "iss-missing"),
        ({"code": "code-of-a-login-1", "iss": "https://elsewhere.invalid"}, "iss-mismatch"),
    ],
)
def test_a_redirect_that_cannot_be_used_ends_the_login(
    site: Site, returned: dict[str, str], reason: str
) -> None:
    """At once, although the time is not over; the code is not redeemed."""
    login = at(site, site.come_back(**{"code": "", **returned}), seconds=300)
    assert login.last == ("authorization", "failed", reason)
    assert site.sent("POST /token") == []
    for language in LANGUAGES:
        assert messages(language)(f"reason-{reason}.fix")


def test_a_scope_that_no_request_can_have_is_not_asked_for(site: Site) -> None:
    """Half of a surrogate pair is no character."""
    challenge = {"WWW-Authenticate": f'Bearer resource_metadata="{site.url}{RESOURCE_PATH}"'}
    site.answers["POST /mcp"].headers = challenge
    site.answers[f"GET {RESOURCE_PATH}"].body["scopes_supported"] = ["a\ud800", "read"]
    login = at(site)
    assert login.is_accepted, login.steps
    assert login.record.environment.identity is not None
    assert login.record.environment.identity.scope == "read"


def test_a_token_for_an_agent_of_another_protocol_is_no_connection(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The login is the same, and the Runtime is invoked once; no MCP client can use it."""
    setup = HEALTHY.model_copy(update={"protocol": "HTTP"})
    with started(setup) as ready:
        login = embedded(ready, target="runtime", redirect_uri="http://127.0.0.1/callback")
    assert [step.result for step in login.steps] == ["passed"] * 7 + ["warning"]
    assert login.last == ("call", "warning", "protocol-not-mcp")
    assert len(login.sent("invoke")) == 1
    lines = _Lines(messages("en"))
    for step in login.steps:
        lines.step(step)
    lines.end(login.record, "t", LoginOptions(target="runtime"))
    text = " ".join(capsys.readouterr().out.split())
    assert "accepted, but the call was one of the protocol HTTP, not MCP" in text
    assert "MCP clients cannot use the Runtime" in text
    assert "The login works" not in text


def test_the_record_does_not_say_that_an_answer_was_used(site: Site) -> None:
    """The browser came back with a code and another iss: that is no login."""
    login = at(site, site.come_back(iss="https://elsewhere.invalid"))
    chain = next(chain for chain in api.judge(login.record).login_chains if chain.target == "gateway")
    reasons = {step.step: step.reason for step in chain.steps}
    assert reasons["client-identity"] == "client-used"
    assert reasons["authorization"] != "logged-in"


def test_the_lines_of_a_terminal(site: Site, project: Path, tmp_path: Path) -> None:
    """One tool is one; a refusal before the login page is not one of the token endpoint."""
    words = ("--no-browser", "--redirect-uri", "http://127.0.0.1/callback")
    for accepted in (True, False):
        if not accepted:
            site.answers["GET /authorize"] = Answer({"error": "invalid_client"}, 401)
        session = Session(project, tmp_path, f"{site.url}/mcp", *words)
        try:
            if accepted:
                site.come_back()(session.login_url())
            status, lines = session.end()
        finally:
            session.close()
        assert status == (0 if accepted else 1), lines
        text = " ".join(" ".join(lines).split())
        assert ("accepted, 1 tool " in text) is accepted
        assert ("authorization server does not recognize the client" in text) is not accepted
