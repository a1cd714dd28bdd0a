"""The login of an MCP client: against the embedded authorization server, and against answers of a test's choice."""

from __future__ import annotations

import html
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from agentcore_probe import api
from agentcore_probe.errors import InputError
from agentcore_probe.flows.flow import PreparedLogin
from agentcore_probe.judge.asked import is_fine
from agentcore_probe.live import with_embedded
from agentcore_probe.model.configuration import ClientConfiguration
from agentcore_probe.model.environment import Environment, GatewayTarget, Limits, LocalSetup
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.login_chain import STEPS, LoginStep
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.client_choice import ClientChoice, with_redirect_uri
from agentcore_probe.probes.login_documents import login_documents
from agentcore_probe.probes.mcp_login import McpLogin
from agentcore_probe.secret import Secret, find_leak
from tests.embedded import started
from tests.flows.test_logins import browser, fields_of, sign_in
from tests.probes.login_sites import (
    RESOURCE_PATH,
    SERVER_PATH,
    TIMEOUT,
    Answer,
    Site,
    mcp_answer,
    running_site,
)

HEALTHY = LocalSetup(
    login_server=("registration", "client-metadata", "server-metadata", "s256", "iss"), protocol="MCP"
)
Facts = Mapping[str, Any]


class Login:
    """A login, the steps that it reported, and its record."""

    def __init__(
        self,
        environment: Environment,
        open_url: Callable[[str], None],
        secrets: Mapping[str, Secret] | None = None,
        keys: Any = None,
        **choice: Any,
    ) -> None:
        self.steps: list[LoginStep] = []
        self.record: RunRecord = McpLogin(
            environment,
            ClientChoice(**choice),
            keys=keys,
            secrets=secrets,
            report=self.steps.append,
            open_url=open_url,
            is_there=lambda: True,
        ).observe()

    @property
    def last(self) -> tuple[str, str, str]:
        """The last step: its id, its result and why."""
        return self.steps[-1].step, self.steps[-1].result, self.steps[-1].reason

    @property
    def cause(self) -> str:
        """What the judgement of the record says of the call."""
        finding = next(row for row in api.judge(self.record).findings if row.method == "gateway-jwt")
        return finding.diagnosis.cause

    @property
    def is_accepted(self) -> bool:
        """Whether every step succeeded, and the judgement says so too."""
        results = {step.result for step in self.steps}
        is_whole = tuple(step.step for step in self.steps) == STEPS and results == {"passed"}
        return is_whole and is_fine(self.record, api.judge(self.record))

    def sent(self, step: str) -> list[Exchange]:
        """The exchanges of a step."""
        return [exchange for exchange in self.record.exchanges if exchange.step == step]


@pytest.fixture(scope="module")
def ready() -> Iterator[Facts]:
    """An embedded AgentCore in which every MCP client can log in."""
    with started(HEALTHY) as facts:
        yield facts


def embedded(ready: Facts, open_url: Callable[[str], None] | None = None, **choice: Any) -> Login:
    """A login at an embedded AgentCore; its user signs in, if nothing else is said."""
    environment = Environment(name="t", local=HEALTHY, limits=Limits(login_seconds=TIMEOUT))
    live = with_embedded(environment, ready)
    choice.setdefault("redirect_uri", "http://127.0.0.1/callback")  # other tests run at the same time
    return Login(live.environment, open_url or browser(ready), live.secrets, live.keys, **choice)


@pytest.mark.parametrize("target", ["gateway", "runtime"])
@pytest.mark.parametrize("registers", [False, True])
def test_every_step_succeeds(ready: Facts, target: str, registers: bool) -> None:
    """With the app client, and as a client that registers itself."""
    login = embedded(ready, target=target, registers=registers)
    assert login.is_accepted, login.steps
    assert [len(login.sent(step)) for step in ("registration", "authorization", "token")] == [registers, 1, 1]
    query = parse_qs(urlsplit(login.sent("authorization")[0].request.url).query)
    assert query["resource"] == [login.record.environment.identity.resource]  # type: ignore[union-attr]
    assert query["code_challenge_method"] == ["S256"]
    assert "nonce" not in query
    assert login.record.token is not None
    steps = api.judge(login.record).login_chains[0].steps
    assert {step.result for step in steps} == {"passed"}


def test_a_client_is_known_by_its_metadata_document(ready: Facts) -> None:
    """CIMD: its URL is its id."""
    with running_site() as site:
        id = f"{site.url}/client.json"
        uris = ["http://127.0.0.1/callback"]
        client = {"client_id": id, "redirect_uris": uris, "token_endpoint_auth_method": "none"}
        site.answers["GET /client.json"] = Answer({**client, "client_name": "A client"})
        login = embedded(ready, metadata_url=id)
    assert login.is_accepted, login.steps
    assert login.record.environment.identity.client_id == id  # type: ignore[union-attr]


def test_the_options_decide_what_is_asked_for(ready: Facts) -> None:
    """Scopes, without `resource`; an ID token is asked for with a nonce, which is checked."""
    login = embedded(ready, scope="openid gateway/invoke", sends_resource=False)
    assert login.is_accepted, login.steps
    query = parse_qs(urlsplit(login.sent("authorization")[0].request.url).query)
    assert (query["scope"], "resource" in query, "nonce" in query) == (["openid gateway/invoke"], False, True)


@pytest.mark.parametrize(
    ("choice", "cause"),
    [
        ({"scope": "gateway/other"}, "oauth-scope-invalid"),
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, "redirect-uri-mismatch"),
        ({"client_id": "unknown-client"}, "oauth-client-invalid"),
    ],
)
def test_what_the_server_refuses_needs_no_person(ready: Facts, choice: dict[str, str], cause: str) -> None:
    """The browser is not opened, and the target is not called with a token."""
    opened: list[str] = []
    login = embedded(ready, opened.append, **choice)
    assert login.last == ("authorization", "failed", cause)
    assert (login.cause, opened, login.record.token) == (cause, [], None)
    assert login.steps[-1].values.get("scopes") == choice.get("scope")


def test_a_person_may_mistype_the_password(ready: Facts) -> None:
    """Twice; the third time it is right."""

    def retry(url: str) -> None:
        page = sign_in(ready, url, password="wrong-1")
        for password in ("wrong-2", ready["identity"]["password"]):
            action = html.unescape(re.findall(r'action="([^"]*)"', page.text)[0])
            form = {**fields_of(page.text), "username": "probe", "password": password, "decision": "allow"}
            page = requests.post(urljoin(page.url, action), data=form, timeout=TIMEOUT)

    assert embedded(ready, lambda url: threading.Thread(target=retry, args=(url,)).start()).is_accepted


def test_a_person_may_cancel(ready: Facts) -> None:
    """The provider's error is the cause."""
    login = embedded(ready, browser(ready, decision="deny"))
    assert login.last[:2] == ("authorization", "failed")
    assert login.cause == "oauth-grant-not-allowed"


def test_a_claim_is_refused_after_the_login(ready: Facts) -> None:
    """The Gateway allows another client: the login works, the call does not."""
    setup = HEALTHY.model_copy(update={"faults": ("gateway-other-client",)})
    with started(setup) as other:
        login = embedded(other)
    assert login.last == ("call", "failed", "client-not-allowed")
    assert [step.result for step in login.steps[:-1]] == ["passed"] * 7


def test_a_redirect_from_another_issuer_is_not_used() -> None:
    """Its code is not redeemed (RFC 9207)."""
    setup = HEALTHY.model_copy(update={"faults": ("login-names-another-issuer",)})
    with started(setup) as other:
        login = embedded(other)
    assert login.last == ("authorization", "failed", "iss-mismatch")
    assert login.sent("token") == []


@pytest.mark.parametrize(
    ("fault", "choice", "last"),
    [
        ("metadata-missing", {}, ("resource-metadata", "oauth-metadata-missing")),
        ("resource-mismatch", {}, ("resource-metadata", "resource-mismatch")),
        ("metadata-issuer-slash", {}, ("server-metadata", "metadata-issuer-mismatch")),
        ("registration-refused", {"registers": True}, ("client-identity", "client-registration-refused")),
        ("registration-uri-unlisted", {}, ("authorization", "redirect-uri-mismatch")),
        ("resource-refused", {}, ("authorization", "resource-parameter-rejected")),
        ("scope-refused", {}, ("authorization", "oauth-scope-invalid")),
        ("iss-missing", {}, ("authorization", "iss-missing")),
        ("registered-client-refused", {"registers": True}, ("call", "registered-client-not-allowed")),
    ],
)
def test_a_fault_ends_the_login_at_its_step(
    fault: str, choice: dict[str, Any], last: tuple[str, str]
) -> None:
    """Each of the embedded authorization server's, where it is."""
    with started(HEALTHY.model_copy(update={"faults": (fault,)})) as other:
        login = embedded(other, **choice)
    assert login.last == (last[0], "failed", last[1])
    assert not is_fine(login.record, api.judge(login.record))


@pytest.mark.parametrize("fault", ["challenge-relative", "challenge-renamed", "s256-list-absent"])
def test_a_fault_that_some_clients_survive_is_a_warning(fault: str) -> None:
    """The login goes on to the call."""
    with started(HEALTHY.model_copy(update={"faults": (fault,)})) as other:
        login = embedded(other)
    assert [step.result for step in login.steps].count("warning") == 1
    assert login.last == ("call", "passed", "tools-listed")


@pytest.mark.parametrize(
    ("named", "listed", "used"),
    [
        ("http://127.0.0.1/own", ("http://localhost:9/a",), "http://127.0.0.1/own"),
        (None, ("https://app.invalid/a", "http://localhost:9/a"), "http://localhost:9/a"),
        (None, ("https://app.invalid/a",), "http://localhost:8400/callback"),
        (None, None, "http://localhost:8400/callback"),
    ],
)
def test_a_redirect_uri_that_can_be_added_to_the_app_client(
    named: str | None, listed: tuple[str, ...] | None, used: str
) -> None:
    """The same in each login: a free port would be another each time."""
    login = PreparedLogin(Identity(flow="authorization-code", redirect_uri=named), "app", None)
    client = ClientConfiguration(callback_urls=listed) if listed else None
    assert with_redirect_uri(login, client).identity.redirect_uri == used


def test_the_port_of_the_redirect_uri_is_in_use(ready: Facts) -> None:
    """An error that names the port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        uri = f"http://127.0.0.1:{other.getsockname()[1]}/callback"
        with pytest.raises(InputError, match="cannot listen"):
            embedded(ready, pytest.fail, redirect_uri=uri)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on which every login succeeds."""
    with running_site() as running:
        yield running


def test_a_record_has_the_steps_of_its_login(site: Site) -> None:
    """Where what is deployed is not known, they show what no document does; up to the one that failed."""
    steps = api.judge(at(site).record).login_chains[0].steps
    assert [step.reason for step in steps[4:]] == [
        "client-used",
        "logged-in",
        "token-issued",
        "call-accepted",
    ]
    site.answers["POST /token"] = Answer({"error": "invalid_grant"}, 400)
    steps = api.judge(at(site).record).login_chains[0].steps
    assert [step.result for step in steps[4:6]] == ["passed", "passed"]
    assert {"token-issued", "call-accepted"}.isdisjoint(step.reason for step in steps)


def at(
    site: Site, open_url: Callable[[str], None] | None = None, identity: Identity | None = None, **choice: Any
) -> Login:
    """A login at the site, without AWS credentials."""
    own = identity or Identity(flow="authorization-code", client_id="app")
    environment = Environment(
        name="t",
        gateway=GatewayTarget(url=f"{site.url}/mcp"),
        identity=own.model_copy(update={"redirect_uri": "http://127.0.0.1/callback"}),
        limits=Limits(login_seconds=choice.pop("seconds", TIMEOUT)),
    )
    secrets = {"client secret": Secret("secret-of-the-client-1", "client secret")}
    return Login(environment, open_url or site.come_back(), secrets, **choice)


def test_the_scopes_are_those_of_the_challenge(site: Site) -> None:
    """Without an option; then those of the metadata, then those of the environment."""
    own = Identity(flow="authorization-code", client_id="app", scope="own")
    for wanted in ("tools", "read write", "own"):
        login = at(site, identity=own)
        assert login.is_accepted, login.steps
        query = parse_qs(urlsplit(login.sent("authorization")[0].request.url).query)
        assert query["scope"] == [wanted]
        challenge = {"WWW-Authenticate": f'Bearer resource_metadata="{site.url}{RESOURCE_PATH}"'}
        site.answers["POST /mcp"].headers = challenge
        resource = site.answers[f"GET {RESOURCE_PATH}"].body
        if resource.pop("scopes_supported", None) is None:
            resource["scopes_supported"] = ["read", "write"]


Change = Callable[[Site], object]


def without(path: str) -> Change:
    return lambda site: site.answers.pop(path)


def metadata(**members: Any) -> Change:
    return lambda site: site.metadata.update(members)


def answer(path: str, body: Any, status: int) -> Change:
    return lambda site: site.answers.update({path: Answer(body, status)})


FAILURES: dict[str, tuple[Change, dict[str, Any], tuple[str, str]]] = {
    "no metadata of the target": (
        without(f"GET {RESOURCE_PATH}"),
        {},
        ("resource-metadata", "oauth-metadata-missing"),
    ),
    "no metadata of the server": (
        without(f"GET {SERVER_PATH}"),
        {},
        ("server-metadata", "authorization-server-metadata-missing"),
    ),
    "another issuer": (
        metadata(issuer="https://as.invalid"),
        {},
        ("server-metadata", "metadata-issuer-mismatch"),
    ),
    "no token endpoint": (
        metadata(token_endpoint=None),
        {},
        ("server-metadata", "server-metadata-malformed"),
    ),
    "plain http": (
        metadata(token_endpoint="http://as.invalid/token"),
        {},
        ("server-capabilities", "endpoint-not-safe"),
    ),
    "no registration": (
        metadata(registration_endpoint=None),
        {"registers": True},
        ("client-identity", "no-registration-endpoint"),
    ),
    "registration refused": (
        answer("POST /register", {"error": "access_denied"}, 403),
        {"registers": True},
        ("client-identity", "client-registration-refused"),
    ),
    "code refused": (
        answer("POST /token", {"error": "invalid_grant"}, 400),
        {},
        ("token", "oauth-grant-invalid"),
    ),
    "no token in the answer": (
        answer("POST /token", {"token_type": "Bearer"}, 200),
        {},
        ("token", "no-token"),
    ),
}


CAUSES_OF = {"server-metadata-malformed": "authorization-server-metadata-missing"}
"""The causes of reasons that are none themselves."""


@pytest.mark.parametrize("name", FAILURES)
def test_a_login_ends_at_the_step_that_fails(site: Site, name: str) -> None:
    """The steps before it succeeded, nothing is sent after it, and the judgement knows the cause."""
    change, choice, (step, reason) = FAILURES[name]
    change(site)
    login = at(site, **choice)
    assert login.last == (step, "failed", reason)
    assert [known.step for known in login.steps] == list(STEPS[: STEPS.index(login.steps[-1].step) + 1])
    assert {known.result for known in login.steps[:-1]} <= {"passed", "warning"}
    assert [request for request in site.sent("POST /mcp") if request[1]] == []
    observation = login.record.observation("gateway-jwt")
    assert observation is not None
    assert CAUSES_OF.get(reason, reason) in (login.cause, observation.not_tried)


def test_what_only_some_clients_refuse_is_a_warning(site: Site) -> None:
    """The login goes on, as it does in other clients."""
    site.metadata["code_challenge_methods_supported"] = ["plain"]
    login = at(site)
    warning = login.steps[STEPS.index("server-capabilities")]
    assert (warning.result, warning.reason) == ("warning", "pkce-not-advertised")
    assert login.last == ("call", "passed", "tools-listed")


def test_a_target_without_a_login_is_not_logged_in_to(site: Site) -> None:
    """It accepts the call without a credential."""
    site.answers["POST /mcp"] = mcp_answer({"id": 1, "method": "initialize"})
    login = at(site, pytest.fail)
    assert [(step.step, step.reason) for step in login.steps] == [("challenge", "no-login-needed")]
    observation = login.record.observation("gateway-jwt")
    assert observation is not None
    assert observation.not_tried == "no-login-needed"


def test_a_target_for_signatures_has_no_login() -> None:
    """What is deployed says so: nothing is sent, and nobody is asked."""
    setup = LocalSetup(gateway_authorizer="iam")
    with started(setup) as facts:
        live = with_embedded(Environment(name="t", local=setup), facts)
        login = Login(live.environment, pytest.fail, live.secrets, live.keys)
    assert login.record.exchanges == ()
    finding = next(row for row in api.judge(login.record).findings if row.method == "gateway-jwt")
    assert finding.reason in ("no-login-by-authorizer", "no-token-for-iam")
    assert not is_fine(login.record, api.judge(login.record))


def test_nobody_comes_back(site: Site) -> None:
    """The time limit ends the login; a redirect with another `state` is not its answer."""
    assert at(site, lambda _: None, seconds=0.3).last == ("authorization", "failed", "login-timeout")
    login = at(site, site.come_back(state="another"), seconds=0.5)
    assert login.last == ("authorization", "failed", "state-mismatch")
    assert site.sent("POST /token") == []


def test_the_token_goes_to_the_target_only(site: Site) -> None:
    """And the code and the client's secret to the token endpoint; the documents are read without a credential."""
    reference = SecretReference(source="embedded", name="client secret")
    url = f"{site.url}/.well-known/openid-configuration"
    identity = Identity(
        flow="authorization-code", client_id="app", client_secret=reference, discovery_url=url
    )
    login = at(site, identity=identity)
    assert login.is_accepted, login.steps
    places = {request for request, authorization, _ in site.received if authorization}
    assert places == {"POST /mcp", "POST /token"}
    assert [request for request, _, body in site.received if "code=" in body] == ["POST /token"]
    assert {authorization[:6] for _, authorization, _ in site.sent("POST /token")} == {"Basic "}


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "other"},
        {"registers": True},
        {"discovery_url": "https://as.invalid/.well-known/openid-configuration"},
    ],
)
def test_the_secret_of_a_client_is_sent_for_no_other(site: Site, change: dict[str, Any]) -> None:
    """Neither for another client, nor to another authorization server than the environment's."""
    site.answers["POST /register"].body = {"client_id": "registered-client"}
    reference = SecretReference(source="embedded", name="client secret")
    url = change.pop("discovery_url", None)
    identity = Identity(
        flow="authorization-code", client_id="app", client_secret=reference, discovery_url=url
    )
    assert at(site, identity=identity, **change).is_accepted
    assert [authorization for _, authorization, _ in site.sent("POST /token")] == [""]
    assert all("secret-of-the-client" not in body for _, _, body in site.received)


def test_the_record_has_no_secret(site: Site) -> None:
    """No code, state, verifier, token or credential of a registration; the exchanges are there."""
    urls: list[str] = []

    def open_url(url: str) -> None:
        urls.append(url)
        site.come_back()(url)

    login = at(site, open_url, registers=True)
    assert login.is_accepted, login.steps
    text = login.record.model_dump_json()
    state = parse_qs(urlsplit(urls[0]).query)["state"][0]
    form = parse_qs(site.sent("POST /token")[0][2])
    token = site.answers["POST /token"].body
    registration = site.answers["POST /register"].body
    canaries = [
        state,
        *(form[name][0] for name in ("code", "code_verifier", "client_secret")),
        *(token[name] for name in ("access_token", "refresh_token")),
        *(registration[name] for name in ("client_secret", "registration_access_token")),
    ]
    assert [canary for canary in canaries if canary in text] == []
    assert find_leak(text.encode()) is None
    # What is shown of the answers is still JSON, with what is not a secret.
    answered = login.sent("registration")[0].response
    assert answered is not None
    assert json.loads(answered.body)["client_id"] == "registered-client"
    assert "code=<" in (login.sent("authorization")[0].response or Response(status=None)).headers["Location"]


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "registration_endpoint"])
def test_another_machine_may_not_name_this_one(endpoint: str) -> None:
    """In its metadata; on this machine, it may."""
    for origin, is_refused in (("https://as.invalid", True), ("http://127.0.0.1:1", False)):
        names = ("authorization_endpoint", "token_endpoint", "registration_endpoint")
        document = {"issuer": origin, **dict.fromkeys(names, f"{origin}/x"), endpoint: "http://127.0.0.1:1/x"}
        exchanges = [
            read(
                "resource metadata",
                f"{origin}{RESOURCE_PATH}",
                {"resource": f"{origin}/mcp", "authorization_servers": [origin]},
            ),
            read("server metadata", f"{origin}{SERVER_PATH}", document),
        ]
        assert bool(list(login_documents(exchanges).unsafe_endpoints(registers=True))) is is_refused


def read(step: str, url: str, document: dict[str, Any]) -> Exchange:
    headers = {"content-type": "application/json"}
    response = Response(status=200, headers=headers, body=json.dumps(document))
    return Exchange(
        id=f"gateway-oauth-metadata/{step}",
        step=step,
        request=Request(method="GET", url=url),
        response=response,
    )


def test_what_cannot_begin_is_an_error(site: Site) -> None:
    """No target, no address, no client."""
    environment = Environment(name="t", identity=Identity(flow="authorization-code", client_id="app"))
    with pytest.raises(InputError, match="has no \\[runtime\\]"):
        Login(environment, pytest.fail, target="runtime")
    with pytest.raises(InputError, match="names no app client"):
        at(site, pytest.fail, identity=Identity(flow="authorization-code"))
