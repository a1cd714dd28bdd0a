"""Every login flow against the embedded authorization server, over sockets; persons are an HTTP client that fills in forms."""

from __future__ import annotations

import html
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from agentcore_probe.access import identity as access_identity
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.identity import log_in
from agentcore_probe.access.person import Person
from agentcore_probe.access.redirect_listener import RedirectListener
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import Secret, find_leak
from tests.conftest import log_in as user_tokens
from tests.embedded import started
from tests.local.callers import Facts

TIMEOUT = 10


class Login:
    """A login, its outcome and what was recorded of it."""

    def __init__(
        self, ready: Facts, identity: Identity, person: Person | None = None, **secrets: str
    ) -> None:
        facts = ready["identity"]
        keys = AwsKeys(
            ready["aws"]["access_key_id"], Secret(ready["aws"]["secret_access_key"], "aws secret key")
        )
        endpoints = {"cognito-idp": ready["endpoints"]["cognito-idp"]}
        aws = Aws(Environment(name="t", region="us-east-1", endpoints=endpoints), keys)
        prepared = PreparedLogin(
            identity,
            identity.client_id or facts["client_id"],
            identity.discovery_url,
            **{name: Secret(value, name.replace("_", " ")) for name, value in secrets.items()},
        )
        with Transport("identity", Limits(seconds=TIMEOUT)) as transport:
            document = requests.get(facts["discovery_url"], timeout=TIMEOUT).json()
            self.outcome = log_in(prepared, aws, transport, lambda: document, person)
            self.exchanges: list[Exchange] = transport.exchanges

    def claims(self, use: str = "access") -> Mapping[str, Any]:
        """The claims of a token that it got."""
        assert isinstance(self.outcome, Tokens), (self.outcome, [e.response for e in self.exchanges])
        token = self.outcome.access if use == "access" else self.outcome.id
        assert token is not None
        return unverified_facts(token.reveal()).claims

    def cause(self) -> str:
        """The cause of its failure, as the report names it."""
        assert isinstance(self.outcome, NoTokens)
        failed = next(exchange for exchange in self.exchanges if exchange.id == self.outcome.exchange)
        return diagnose(Case(failed)).cause

    def records_no_secret(self) -> bool:
        """Whether nothing that was kept contains a secret, and no code of a redirect or form."""
        texts = [exchange.model_dump_json() for exchange in self.exchanges]
        is_plain = any(re.search(r"[?&\"](code|code_verifier|device_code)=(?!<)", text) for text in texts)
        return not is_plain and all(find_leak(text.encode()) is None for text in texts)


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a form."""
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {html.unescape(name): html.unescape(value) for name, value in hidden}


def sign_in(ready: Facts, url: str, **changes: str) -> requests.Response:
    """Opens a URL, signs in as the seeded user, and follows the redirect back; the last page."""
    page = requests.get(url, timeout=TIMEOUT)
    form = {
        **fields_of(page.text),
        "username": ready["identity"]["username"],
        "password": ready["identity"]["password"],
        "decision": "allow",
        **changes,
    }
    action = re.findall(r'action="([^"]*)"', page.text)[0]
    return requests.post(urljoin(page.url, action), data=form, timeout=TIMEOUT)


def browser(ready: Facts, **changes: str) -> Callable[[str], None]:
    """`sign_in` in a thread, as a browser does it."""
    return lambda url: threading.Thread(target=sign_in, args=(ready, url), kwargs=changes).start()


def person(open_url: Callable[[str], None], seconds: float = TIMEOUT) -> Person:
    """Somebody who is there."""
    return Person(seconds=seconds, is_there=lambda: True, open_url=open_url)


@pytest.fixture(autouse=True)
def _no_earlier_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_identity, "_logins", {})


def machine(ready: Facts, flow: str, name: str, **values: Any) -> tuple[Identity, str]:
    """An identity with a client that has a secret, and the secret."""
    facts = ready["identity"]
    return Identity(flow=flow, client_id=facts[f"{name}_client_id"], **values), facts[f"{name}_client_secret"]


@pytest.mark.parametrize("method", [None, "client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize(
    ("values", "audience"),
    [
        ({}, None),
        ({"resource": "https://gateway.invalid/mcp"}, "https://gateway.invalid/mcp"),
        ({"audience": "orders"}, "orders"),
    ],
)
def test_a_machine_client_gets_a_token_for_whom_it_names(
    agentcore: Facts, method: Any, values: dict[str, str], audience: str | None
) -> None:
    """However it sends its secret."""
    identity, secret = machine(
        agentcore,
        "client-credentials",
        "machine",
        scope="gateway/invoke",
        token_endpoint_auth_method=method,
        **values,
    )
    login = Login(agentcore, identity, client_secret=secret)
    assert (login.claims().get("aud"), login.claims()["scope"]) == (audience, "gateway/invoke")
    sent = login.exchanges[0].request
    assert (sent.header("authorization") is None) is (method == "client_secret_post")
    assert login.records_no_secret()


@pytest.mark.parametrize(
    ("values", "secret", "cause"),
    [
        ({"scope": "gateway/other"}, None, "oauth-scope-invalid"),
        ({"resource": "not a URI"}, None, "resource-parameter-rejected"),
        ({}, "wrong-wrong-1", "oauth-client-invalid"),
    ],
)
def test_a_refused_machine_client_is_told_why(
    agentcore: Facts, values: dict[str, str], secret: str | None, cause: str
) -> None:
    """By the codes of RFC 6749 and RFC 8707."""
    identity, genuine = machine(agentcore, "client-credentials", "machine", **values)
    assert Login(agentcore, identity, client_secret=secret or genuine).cause() == cause


def test_cognito_gives_a_machine_token_without_a_domain(agentcore: Facts) -> None:
    """GetClientToken."""
    identity, secret = machine(agentcore, "client-token", "client_token", scope="gateway/invoke")
    login = Login(agentcore, identity, client_secret=secret)
    assert login.claims()["client_id"] == identity.client_id
    assert [exchange.purpose for exchange in login.exchanges] == ["login"]
    assert login.records_no_secret()


def test_a_client_without_the_flow_gets_no_client_token(agentcore: Facts) -> None:
    """Its only flow must be this one."""
    identity, secret = machine(agentcore, "client-token", "machine")
    assert Login(agentcore, identity, client_secret=secret).cause() == "auth-flow-disabled"


@pytest.mark.parametrize("is_at_cognito", [True, False])
def test_a_refresh_token_gives_new_tokens(agentcore: Facts, is_at_cognito: bool) -> None:
    """By Cognito's API, or at the token endpoint of any provider."""
    url = agentcore["identity"]["discovery_url"] if is_at_cognito else None
    identity = Identity(flow="refresh-token", discovery_url=url)
    login = Login(agentcore, identity, refresh_token=user_tokens(agentcore)["RefreshToken"])
    assert login.claims()["username"] == "probe"
    assert login.claims("id")["cognito:username"] == "probe"
    assert [exchange.purpose for exchange in login.exchanges] == ["login" if is_at_cognito else "token"]
    assert login.records_no_secret()
    refused = Login(agentcore, identity, refresh_token="revoked-refresh-token")
    assert refused.cause() == "oauth-grant-invalid"


@pytest.mark.parametrize("flow", ["token-exchange", "derived-token"])
def test_a_token_is_exchanged_for_one_with_an_audience(agentcore: Facts, flow: str) -> None:
    """At the token endpoint, and by Cognito's GetDerivedToken; the actor is named in `act`."""
    identity, secret = machine(agentcore, flow, "exchange", audience="orders")
    subject = user_tokens(agentcore)["AccessToken"]
    login = Login(agentcore, identity, client_secret=secret, subject_token=subject, actor_token=subject)
    assert (login.claims()["aud"], login.claims()["username"]) == ("orders", "probe")
    assert login.claims()["act"]["client_id"] == agentcore["identity"]["client_id"]
    assert login.records_no_secret()
    forged = Login(agentcore, identity, client_secret=secret, subject_token=f"{subject[:-8]}AAAAAAAA")
    assert isinstance(forged.outcome, NoTokens)


def browser_identity(ready: Facts, **values: Any) -> Identity:
    """A login in a browser."""
    return Identity(flow="authorization-code", **{"scope": "openid gateway/invoke", **values})


def test_a_person_logs_in_with_a_browser(agentcore: Facts) -> None:
    """PKCE, state and nonce; the page that the browser ends on has no script. The second login asks nobody."""
    identity = browser_identity(agentcore, resource="https://gateway.invalid/mcp", username="probe")
    login = Login(agentcore, identity, person(browser(agentcore)))
    assert login.claims()["scope"] == "openid gateway/invoke"
    assert login.claims()["aud"] == "https://gateway.invalid/mcp"
    assert login.claims("id")["nonce"]
    assert [exchange.step for exchange in login.exchanges] == ["authorization", "token"]
    assert login.records_no_secret()
    query = parse_qs(urlsplit(login.exchanges[0].request.url).query)
    assert (query["code_challenge_method"], query["login_hint"]) == (["S256"], ["probe"])
    again = Login(agentcore, identity, person(pytest.fail))
    assert again.outcome == login.outcome
    assert again.exchanges == []


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, "redirect-uri-mismatch"),
        ({"scope": "openid gateway/other"}, "oauth-scope-invalid"),
        ({"client_id": "unknown-client"}, "oauth-client-invalid"),
    ],
)
def test_what_the_server_refuses_itself_needs_no_person(
    agentcore: Facts, values: dict[str, str], cause: str
) -> None:
    """The browser is not opened."""
    opened: list[str] = []
    login = Login(agentcore, browser_identity(agentcore, **values), person(opened.append))
    assert login.cause() == cause
    assert opened == []


def test_a_person_who_cancels_ends_the_login(agentcore: Facts) -> None:
    """With the provider's error, which the browser brings back."""
    login = Login(agentcore, browser_identity(agentcore), person(browser(agentcore, decision="deny")))
    assert login.outcome == NoTokens("no-token", "identity/1")
    assert login.cause() == "oauth-grant-not-allowed"


def test_a_login_as_somebody_else_is_not_used(agentcore: Facts) -> None:
    """The browser may have been logged in already; the name's case does not matter."""
    other = Login(agentcore, browser_identity(agentcore, username="kim"), person(browser(agentcore)))
    assert other.outcome == NoTokens("another-person", "identity/2")
    same = Login(agentcore, browser_identity(agentcore, username="Probe"), person(browser(agentcore)))
    assert isinstance(same.outcome, Tokens)
    without_id = browser_identity(agentcore, username="kim", scope="gateway/invoke")
    assert Login(agentcore, without_id, person(browser(agentcore))).outcome == NoTokens(
        "another-person", "identity/2"
    )


def test_an_answer_of_another_issuer_is_not_used() -> None:
    """Against mix-up attacks (RFC 9207): the code is not redeemed."""
    with started(LocalSetup(faults=("login-names-another-issuer",))) as ready:
        login = Login(ready, browser_identity(ready), person(browser(ready)))
    assert login.outcome == NoTokens("issuer-mismatch", "identity/1")
    assert len(login.exchanges) == 1


def test_a_redirect_uri_whose_port_is_in_use_is_an_error(agentcore: Facts) -> None:
    """That names the port, and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        uri = f"http://127.0.0.1:{other.getsockname()[1]}/callback"
        with pytest.raises(InputError, match=f"cannot listen at {uri[7:-9]}"):
            Login(agentcore, browser_identity(agentcore, redirect_uri=uri), person(pytest.fail))


def test_nobody_comes_back(agentcore: Facts) -> None:
    """The time limit ends it, also where another login's answer arrived."""
    assert Login(agentcore, browser_identity(agentcore), person(lambda _: None, 0.2)).outcome == NoTokens(
        "login-timeout"
    )

    def other(url: str) -> None:
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        page = requests.get(f"{redirect}?code=code-of-another-login&state=another", timeout=TIMEOUT)
        assert (page.status_code, "does not belong to the login" in page.text) == (400, True)
        assert "script" not in page.text
        # Else any page in the browser could have words of its choice replaced in the report.
        assert find_leak(b"code-of-another-login") is None
        assert requests.get(urljoin(redirect, "/favicon.ico"), timeout=TIMEOUT).status_code == 404

    login = Login(agentcore, browser_identity(agentcore), person(other, 0.5))
    assert login.outcome == NoTokens("state-mismatch")


@pytest.mark.parametrize(
    "request_line", [b"GET //[ HTTP/1.1", b"GET http://[::1/callback?code=x HTTP/1.1", b"GET /"]
)
def test_what_is_no_request_leaves_no_traceback(
    request_line: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """The listener answers the browser of the login afterwards."""
    with RedirectListener("http://127.0.0.1/callback") as listener:
        listener.expect("s")
        address = urlsplit(listener.uri)
        connection = socket.create_connection((address.hostname, address.port), timeout=TIMEOUT)
        connection.sendall(request_line + b"\r\n\r\n" * request_line.endswith(b"1.1"))
        if request_line == b"GET /":  # the browser goes away
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.recv(100)
        connection.close()
        page = requests.get(f"{listener.uri}?code=a-good-code&state=s", timeout=TIMEOUT)
        assert "You can close this tab" in page.text
        assert "a-good-code" in str(listener.wait("s", TIMEOUT, threading.Event()))
        time.sleep(0.1)
    assert capfd.readouterr().err == ""


def test_without_a_person_nothing_is_sent(agentcore: Facts) -> None:
    """In CI, for example."""
    for flow in ("authorization-code", "device-code"):
        login = Login(agentcore, Identity(flow=flow), Person(is_there=lambda: False))
        assert (login.outcome, login.exchanges) == (NoTokens("needs-person"), [])


def device_person(ready: Facts, monkeypatch: pytest.MonkeyPatch, **changes: str) -> Person:
    """Somebody who reads the code from the terminal, and enters it."""

    def enter(text: str) -> None:
        found = re.search(r"open (\S+) and enter the code (\S+)", text)
        assert found is not None
        form = {
            "user_code": found[2].lower(),
            "username": ready["identity"]["username"],
            "password": ready["identity"]["password"],
            "decision": "allow",
            **changes,
        }
        requests.post(found[1], data=form, timeout=TIMEOUT)

    monkeypatch.setattr("agentcore_probe.access.prompt.show", enter)
    return person(pytest.fail)


def test_a_person_logs_in_on_another_device(agentcore: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a code."""
    identity = Identity(flow="device-code", scope="openid gateway/invoke")
    login = Login(agentcore, identity, device_person(agentcore, monkeypatch))
    assert login.claims()["scope"] == "openid gateway/invoke"
    assert [exchange.step for exchange in login.exchanges] == ["device code", "token"]
    assert login.records_no_secret()
    other = identity.model_copy(update={"username": "kim"})
    outcome = Login(agentcore, other, device_person(agentcore, monkeypatch)).outcome
    assert isinstance(outcome, NoTokens)
    assert outcome.reason == "another-person"
    refused = Login(
        agentcore,
        identity.model_copy(update={"scope": "openid"}),
        device_person(agentcore, monkeypatch, decision="deny"),
    )
    assert refused.cause() == "oauth-grant-not-allowed"
