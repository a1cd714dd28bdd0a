"""OIDC providers of others: the login flows get a token, and its prediction is what other verifiers decide."""

from __future__ import annotations

import html
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from agentcore_probe.access import identity as access_identity
from agentcore_probe.access.aws import Aws
from agentcore_probe.access.identity import log_in
from agentcore_probe.access.person import Person
from agentcore_probe.access.transport import Transport
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.environment import Environment, Limits
from agentcore_probe.model.identity import Identity
from agentcore_probe.secret import Secret
from tests.peers.beside import beside
from tests.peers.install import HERE, node_folder, node_variables, python_of
from tests.peers.probing import Verification, environment_text, verify
from tests.peers.processes import serving
from tests.peers.table import Peer

CLIENT, SECRET = "probe", "s%cr+t:with/every=sign&that counts in a form"
TIMEOUT = 10
WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def _no_earlier_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_identity, "_logins", {})


@contextmanager
def provider(folder: Path, script: str, *words: str) -> Iterator[str]:
    """The issuer of a provider that runs in Node."""
    preload = HERE / "servers" / "loopback.mjs"
    command: list[str | Path] = [
        node_folder() / "bin" / "node",
        "--import",
        preload,
        HERE / "servers" / script,
        *words,
    ]
    with serving(command, log=folder / "provider.log", variables=node_variables()) as issuer:
        yield issuer


def machine_lines(issuer: str, *more: str) -> str:
    """The `[identity]` of a machine client."""
    lines = (
        'flow = "client-credentials"', f'client_id = "{CLIENT}"', 'client_secret = { env = "T_SECRET" }',
        f'discovery_url = "{issuer}{WELL_KNOWN}"', *more,
    )  # fmt: skip
    return "\n".join(lines)


def verification(folder: Path, issuer: str, *more: str, **rules: Any) -> Verification:
    """A verification of Runtime and Gateway whose authorizers trust the issuer."""
    rules = {"discoveryUrl": f"{issuer}{WELL_KNOWN}", "allowedClients": [CLIENT], **rules}
    with beside(rules=rules) as ready:
        text = environment_text(ready, machine_lines(issuer, *more))
        return verify(folder, ready, text, env={"T_SECRET": SECRET})


def decision_of_authlib(issuer: str, token: str, audience: str | None) -> str:
    """What a verifier of others decides: `accepted` or `refused`."""
    command: list[str | Path] = [
        python_of("oidc"),
        HERE / "clients" / "verify_token.py",
        issuer,
        audience or "",
    ]
    done = subprocess.run(command, input=token, capture_output=True, text=True, check=True, timeout=60)
    return str(done.stdout).strip()


class Login:
    """A login by the product's own code, for the token itself: a record does not have it."""

    def __init__(self, issuer: str, flow: str, person: Person | None = None, **more: Any) -> None:
        secrets = {name: more.pop(name) for name in ("refresh_token",) if name in more}
        prepared = PreparedLogin(
            Identity(flow=flow, client_id=CLIENT, **more),
            CLIENT,
            f"{issuer}{WELL_KNOWN}",
            client_secret=Secret(SECRET, "client secret"),
            **{name: Secret(value, name) for name, value in secrets.items()},
        )
        aws = Aws(Environment(name="t", region="us-east-1"), None)
        with Transport("identity", Limits(seconds=TIMEOUT)) as transport:
            document = requests.get(f"{issuer}{WELL_KNOWN}", timeout=TIMEOUT).json()
            self.outcome = log_in(prepared, aws, transport, lambda: document, person)
            self.exchanges = transport.exchanges

    @property
    def token(self) -> str:
        """The access token."""
        assert isinstance(self.outcome, Tokens), (self.outcome, [e.response for e in self.exchanges])
        return self.outcome.access.reveal()


def go_through_pages(url: str) -> None:
    """Fills in the provider's forms as a person would: the code, the user, the consent."""
    with requests.Session() as browser:
        page = browser.get(url, timeout=TIMEOUT)
        for _ in range(6):
            form = re.search(r"<form[^>]*action=\"([^\"]+)\"", page.text)
            if form is None:
                return
            inputs = re.findall(r"<input[^>]*>", page.text)
            names = {name[1]: tag for tag in inputs if (name := re.search(r'name="([^"]+)"', tag))}
            fields = {
                name: html.unescape(value[1]) if (value := re.search(r'value="([^"]*)"', tag)) else "somebody"
                for name, tag in names.items()
            }
            page = browser.post(urljoin(page.url, html.unescape(form[1])), data=fields, timeout=TIMEOUT)


def login_of_another_program(issuer: str) -> dict[str, Any]:
    """The token endpoint's answer to a device login that this test makes by itself."""
    client = {"client_id": CLIENT, "client_secret": SECRET}
    wanted = {**client, "scope": "openid offline_access api"}
    begun = requests.post(f"{issuer}/device/auth", data=wanted, timeout=TIMEOUT).json()
    go_through_pages(begun["verification_uri_complete"])
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    form = {**client, "grant_type": grant, "device_code": begun["device_code"]}
    return dict(requests.post(f"{issuer}/token", data=form, timeout=TIMEOUT).json())


def somebody() -> Person:
    """A person with a browser."""
    return Person(
        seconds=30,
        is_there=lambda: True,
        open_url=lambda url: threading.Thread(target=go_through_pages, args=(url,)).start(),
    )


def test_a_machine_client_of_panva(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """Its secret needs the form encoding of RFC 6749; prediction, authlib and the two targets agree on its token."""
    peer("oidc-provider", "client credentials")
    peer("authlib", "verifies tokens")
    with provider(tmp_path, "panva.mjs", CLIENT, SECRET) as issuer:
        verified = verification(tmp_path, issuer, allowedAudience=["urn:probe:api"])
        token = Login(issuer, "client-credentials").token
        other = verification(tmp_path, issuer, allowedAudience=["another"])
        decisions = [decision_of_authlib(issuer, token, name) for name in ("urn:probe:api", "another")]
        forged = decision_of_authlib(issuer, f"{token[:-8]}AAAAAAAA", "urn:probe:api")
    assert verified.verdict == "verified"
    for run, decision in zip((verified, other), decisions, strict=True):
        for method in ("runtime-jwt", "gateway-jwt"):
            row = run.rows[method]
            assert (row["predicted"]["decision"], row["observed"]) == (decision, decision)
    assert decisions == ["accepted", "refused"]
    assert other.cause("runtime-jwt") == "audience-not-allowed"
    assert forged == verified.rows["runtime-jwt-forged"]["observed"] == "refused"


@pytest.mark.parametrize("flow", ["authorization-code", "device-code"])
def test_a_person_logs_in_at_panva(
    flow: str, tmp_path: Path, peer: Callable[..., Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Authorization code with PKCE, and device code: a person fills in the provider's own pages."""
    peer("oidc-provider", flow)

    def read_code(text: str) -> None:
        if shown := re.search(r"or open (\S+)", text):
            go_through_pages(shown[1])

    monkeypatch.setattr("agentcore_probe.access.prompt.show", read_code)
    with provider(tmp_path, "panva.mjs", CLIENT, SECRET) as issuer:
        login = Login(issuer, flow, somebody(), scope="openid api")
        assert decision_of_authlib(issuer, login.token, "urn:probe:api") == "accepted"


def test_a_refresh_token_of_panva(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """The refresh token of a login by another program gives a token, one of nobody gives none."""
    peer("oidc-provider", "refresh-token")
    with provider(tmp_path, "panva.mjs", CLIENT, SECRET) as issuer:
        refresh_token = login_of_another_program(issuer)["refresh_token"]
        login = Login(issuer, "refresh-token", refresh_token=refresh_token)
        assert decision_of_authlib(issuer, login.token, "urn:probe:api") == "accepted"
        unknown = Login(issuer, "refresh-token", refresh_token="a refresh token of nobody")
    assert isinstance(unknown.outcome, NoTokens)
    assert diagnose(Case(unknown.exchanges[-1])).cause == "oauth-grant-invalid"


def test_a_reference_token_is_named(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """No JWT: the rows say that the issuer gave a reference token, and how to ask for a JWT."""
    peer("oidc-provider", "opaque access token")
    with provider(tmp_path, "panva.mjs", CLIENT, SECRET, "opaque") as issuer:
        run = verification(tmp_path, issuer)
        token = Login(issuer, "client-credentials").token
    assert "." not in token
    assert run.cause("runtime-jwt") == "token-malformed"
    assert run.rows["runtime-jwt"]["observed"] == "refused"
    assert run.rows["runtime-jwt"]["diagnosis"]["values"]["form"] == "opaque"


def test_a_mock_server_for_tests(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """Client credentials of oauth2-mock-server."""
    peer("oauth2-mock-server", "client credentials")
    with provider(tmp_path, "oauth2_mock.mjs") as issuer:
        run = verification(tmp_path, issuer)
        decision = decision_of_authlib(issuer, Login(issuer, "client-credentials").token, None)
    assert run.verdict == "verified"
    assert run.rows["runtime-jwt"]["predicted"]["decision"] == decision == "accepted"


def test_a_provider_without_the_grant(tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """oidc-provider-mock refuses client credentials; the remedy is nothing that only Cognito has."""
    peer("oidc-provider-mock", "refuses client credentials")
    command: list[str | Path] = [python_of("oidc"), HERE / "servers" / "oidc_mock.py"]
    with serving(command, log=tmp_path / "log") as issuer:
        run = verification(tmp_path, issuer)
    refusal = next(e["response"] for e in run.exchanges if e["id"].startswith("identity/"))
    assert (refusal["status"], "unsupported_grant_type" in refusal["body"]) == (400, True)
    assert run.rows["runtime-jwt"]["diagnosis"]["cause"] == "oauth-grant-not-allowed"
    assert "AWS::Cognito" not in str(run.content["judgement"])
    assert "cognito-idp" not in str(run.content["judgement"])
