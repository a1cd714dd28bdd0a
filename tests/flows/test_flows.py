"""Every login flow against the protocol; a flow's requests and outcomes, without a network."""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from agentcore_probe.environments.load import parse
from agentcore_probe.environments.schema import environment_schema
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.flows import FLOWS, choose_flow
from agentcore_probe.flows.flow import (
    LoginEndpoints,
    LoginFacts,
    LoginRequest,
    NoTokens,
    PreparedLogin,
    Tokens,
)
from agentcore_probe.flows.person import Pause
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.secret import Secret

POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/openid-configuration"
OKTA = "https://example.okta.com/oauth2/default/.well-known/openid-configuration"
CLIENT_SECRET = Secret("s3cret-s3cret", "client secret")
PASSWORD = "correct horse battery staple"


def prepared(flow: str, client_id: str | None = "c1", **more: Any) -> PreparedLogin:
    identity = Identity(flow=flow, username="u", scope="a/b c")
    secrets: dict[str, Secret] = {
        "password": Secret(PASSWORD, "password"),
        "token": Secret("a-supplied-token", "token"),
        **({"client_secret": CLIENT_SECRET} if flow == "client-credentials" else {}),
        **more,
    }
    return PreparedLogin(identity, client_id, POOL, **secrets)


def run(
    login: PreparedLogin, response: Mapping[str, Any], token_endpoint: str | None = "https://t/token"
) -> tuple[list[LoginRequest], Tokens | NoTokens]:
    """The requests that a flow makes if each gets `response`, and its outcome."""
    document = {} if token_endpoint is None else {"token_endpoint": token_endpoint}
    endpoints = LoginEndpoints(lambda service, region: f"https://{service}.{region}", lambda: document)
    steps = FLOWS[login.identity.flow].log_in(login, endpoints)
    requests: list[LoginRequest] = []
    try:
        step = next(steps)
        while True:
            assert isinstance(step, LoginRequest)
            requests.append(step)
            step = steps.send(dict(response))
    except StopIteration as end:
        return requests, end.value


def test_the_registry_lists_every_flow_by_its_id() -> None:
    """In the order in which `discover` prefers them."""
    preferred = [id for id in FLOWS if id in ("user-password", "client-credentials", "token")]
    assert preferred == ["user-password", "client-credentials", "token"]
    assert all(flow.id == id for id, flow in FLOWS.items())


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_a_flow_needs_keys_that_an_environment_file_has(flow: Any) -> None:
    """And drafts no others."""
    keys = Identity.model_fields.keys()
    drafted = flow.draft(LoginFacts(POOL, "c1", ClientConfiguration(has_secret=True), None))
    assert set(flow.required_keys) <= keys
    assert drafted.values.keys() | set(drafted.secrets) <= keys


def test_a_password_goes_to_the_region_of_the_pool() -> None:
    """Which may differ from the environment's own (docs/agentcore.md section 5)."""
    (request,), outcome = run(
        prepared("user-password"), {"AuthenticationResult": {"AccessToken": "x", "IdToken": "y"}}
    )
    assert request.url == "https://cognito-idp.eu-west-1/"
    assert request.step == "login"
    assert json.loads(request.body) == {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "c1",
        "AuthParameters": {"USERNAME": "u", "PASSWORD": PASSWORD},
    }
    assert outcome == Tokens(Secret("x", "token"), Secret("y", "id token"))


def test_a_client_with_a_secret_gets_the_hash_and_not_the_secret() -> None:
    """HMAC-SHA256 of user name and client id, in base64."""
    (request,), _ = run(prepared("user-password", client_secret=CLIENT_SECRET), {})
    sent = json.loads(request.body)["AuthParameters"]["SECRET_HASH"]
    assert len(base64.b64decode(sent)) == 32
    assert b"s3cret" not in request.body


def test_a_machine_client_authenticates_with_basic() -> None:
    """The secret is in the header, the scopes are in the form."""
    login = prepared("client-credentials", client_secret=CLIENT_SECRET)
    (request,), outcome = run(login, {"access_token": "x"})
    assert request.url == "https://t/token"
    assert dict(parse_qsl(request.body.decode())) == {
        "grant_type": "client_credentials",
        "client_id": "c1",
        "scope": "a/b c",
    }
    assert request.basic is not None
    assert (request.basic.username, request.basic.password.reveal()) == ("c1", "s3cret-s3cret")
    assert outcome == Tokens(Secret("x", "token"))


@pytest.mark.parametrize("token", ["Welcome!\neyJ.a.b", "eyJ.a\x00.b", "eyJ.\u3042.b"])
def test_a_token_that_no_header_can_contain_is_not_sent(token: str) -> None:
    """A command may print a greeting before the token; the network is not the cause."""
    assert run(prepared("token", token=Secret(token, "token")), {})[1] == NoTokens("token-malformed")
    assert run(prepared("client-credentials"), {"access_token": token})[1] == NoTokens("token-malformed")


def test_white_space_around_a_supplied_token_is_not_part_of_it() -> None:
    """Unlike that of a password."""
    outcome = run(prepared("token", token=Secret(" a-supplied-token\n", "token")), {})[1]
    assert outcome == Tokens(Secret("a-supplied-token", "token"))


def test_a_supplied_token_needs_no_request_and_no_client() -> None:
    """It is the access token."""
    requests, outcome = run(prepared("token", client_id=None), {})
    assert requests == []
    assert outcome == Tokens(Secret("a-supplied-token", "token"))


@pytest.mark.parametrize(
    ("login", "token_endpoint", "reason"),
    [
        (prepared("user-password", client_id=None), None, "no-client-id"),
        (prepared("client-credentials", client_id=None), None, "no-client-id"),
        (prepared("client-credentials"), None, "no-token-endpoint"),
    ],
)
def test_a_login_that_cannot_start_sends_nothing(
    login: PreparedLogin, token_endpoint: str | None, reason: str
) -> None:
    """And says why."""
    assert run(login, {}, token_endpoint) == ([], NoTokens(reason))


@pytest.mark.parametrize(
    "response",
    [{}, {"AuthenticationResult": None}, {"AuthenticationResult": {"AccessToken": 1}}, {"access_token": ""}],
)
@pytest.mark.parametrize("flow", ["user-password", "client-credentials"])
def test_a_response_without_a_token_is_one_outcome(flow: str, response: dict[str, Any]) -> None:
    """Whatever its form."""
    requests, outcome = run(prepared(flow), response)
    assert len(requests) == 1
    assert outcome == NoTokens("no-token")


def test_a_request_does_not_show_the_password() -> None:
    """In a traceback with locals, for example."""
    (request,), _ = run(prepared("user-password"), {})
    assert PASSWORD not in repr(request)


def test_a_login_in_progress_has_no_password_in_its_local_variables() -> None:
    """A debugger and a traceback with locals show them."""
    login = prepared("user-password")
    endpoints = LoginEndpoints(lambda service, region: f"https://{service}.{region}", dict)
    steps = FLOWS["user-password"].log_in(login, endpoints)
    next(steps)
    assert PASSWORD not in repr(inspect.getgeneratorlocals(steps))


CLIENT = {"auth_flows": (), "oauth_enabled": False, "oauth_flows": ()}


@pytest.mark.parametrize(
    ("url", "client", "id"),
    [
        (OKTA, None, "token"),
        (POOL, None, "user-password"),
        (POOL, CLIENT, "token"),
        (POOL, {**CLIENT, "auth_flows": ("USER_PASSWORD_AUTH",)}, "user-password"),
        (POOL, {"oauth_enabled": True, "oauth_flows": ("client_credentials",)}, "client-credentials"),
        (POOL, {"oauth_enabled": False, "oauth_flows": ("client_credentials",)}, "token"),
        (POOL, {"unreadable": "AccessDeniedException"}, "user-password"),
    ],
)
def test_discover_prefers_what_the_app_client_allows(
    url: str, client: dict[str, Any] | None, id: str
) -> None:
    """A flow that is known to be allowed, else one that may be, else a token."""
    settings = ClientConfiguration(**client) if client is not None else None
    assert choose_flow(LoginFacts(url, "c1", settings, None)).id == id


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_unknown_settings_are_not_findings(flow: Any) -> None:
    """Nothing was read, so nothing is wrong."""
    for client in (None, ClientConfiguration(), ClientConfiguration(unreadable="AccessDeniedException")):
        assert list(flow.check_settings(Identity(), Configuration(client=client))) == []


@pytest.mark.parametrize(
    ("flow", "hint"), [("client-credential", "Did you mean 'client-credentials'?"), ("x", "Known: user-")]
)
def test_an_unknown_flow_in_a_file_is_an_error(flow: str, hint: str) -> None:
    """With the nearest id, or all of them."""
    text = f'[gateway]\nurl = "https://h/m"\n[identity]\nflow = "{flow}"'
    with pytest.raises(EnvironmentFileError) as caught:
        parse(text.encode(), name="t", where="t.toml")
    assert caught.value.line().startswith(f"t.toml, [identity] flow: unknown flow {flow!r}. {hint}")


def test_a_registered_flow_is_accepted_in_files_and_listed_in_the_schema(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Registration is all that a new flow needs."""
    monkeypatch.setitem(FLOWS, "new", FLOWS["token"])
    text = b'[gateway]\nurl = "https://h/m"\n[identity]\nflow = "new"'
    environment = parse(text, name="t", where="t.toml")
    assert environment.identity is not None
    assert environment.identity.flow == "new"
    assert environment_schema(templates=False)["$defs"]["Identity"]["properties"]["flow"]["enum"][-1] == "new"


def drive(
    login: PreparedLogin, document: dict[str, Any], answers: list[dict[str, Any]]
) -> tuple[list[Any], Any]:
    """The steps of a flow whose steps get these answers in turn, and its outcome."""
    endpoints = LoginEndpoints(lambda service, region: f"https://{service}.{region}", lambda: document)
    running = FLOWS[login.identity.flow].log_in(login, endpoints)
    steps: list[Any] = []
    try:
        steps.append(next(running))
        for answer in answers:
            steps.append(running.send(answer))  # noqa: PERF401  (a generator would hide the StopIteration)
    except StopIteration as end:
        return steps, end.value
    return steps, None


DOCUMENT = {
    "issuer": "https://i",
    "token_endpoint": "https://i/token",
    "authorization_endpoint": "https://i/auth",
    "device_authorization_endpoint": "https://i/device",
}
DEVICE = {"device_code": "d" * 24, "user_code": "AB-CD", "verification_uri": "https://i/d"}


@pytest.mark.parametrize(
    ("begun", "errors", "pauses"),
    [
        ({}, ["authorization_pending"] * 2, [5, 5, 5]),
        ({"interval": 1}, ["slow_down", "authorization_pending"], [1, 6, 6]),
        ({"interval": "x"}, [None], [5, 10]),
        ({"interval": 1e-9}, ["authorization_pending"], [1, 1]),
    ],
)
def test_a_device_asks_no_more_often_than_it_may(
    begun: dict[str, Any], errors: list[str | None], pauses: list[float]
) -> None:
    """5 s where the server names no interval, 5 s more after each slow_down, twice as long without an answer."""
    polls: list[dict[str, Any]] = [{}]
    for error in errors:
        polls += [{"error": error} if error else {}, {}]
    steps, outcome = drive(
        prepared("device-code"), DOCUMENT, [{}, {**DEVICE, **begun}, {}, *polls, {"access_token": "x"}]
    )
    assert [step.seconds for step in steps if isinstance(step, Pause)] == pauses
    assert [step.is_poll for step in steps if getattr(step, "step", "") == "token"] == [
        False,
        *[True] * len(errors),
    ]
    assert outcome == Tokens(Secret("x", "token"))


@pytest.mark.parametrize("error", ["access_denied", "expired_token", "invalid_grant"])
def test_a_refusal_ends_the_wait_of_a_device(error: str) -> None:
    """The exchange shows why."""
    answers: list[dict[str, Any]] = [{}, DEVICE, {}, {}, {"error": error}]
    assert drive(prepared("device-code"), DOCUMENT, answers)[1] == NoTokens("no-token")


def test_a_code_that_nobody_enters_expires() -> None:
    """After the time that the server gives it, or a default."""
    answers: list[dict[str, Any]] = [{}, {**DEVICE, "expires_in": 11}, {}]
    answers += [{}, {"error": "authorization_pending"}] * 2
    assert drive(prepared("device-code"), DOCUMENT, answers)[1] == NoTokens("device-code-expired")


@pytest.mark.parametrize(
    ("missing", "flow", "reason"),
    [
        ("authorization_endpoint", "authorization-code", "no-authorization-endpoint"),
        ("device_authorization_endpoint", "device-code", "no-device-endpoint"),
        ("token_endpoint", "authorization-code", "no-token-endpoint"),
        ("token_endpoint", "token-exchange", "no-token-endpoint"),
    ],
)
def test_an_issuer_without_an_endpoint_asks_nobody(missing: str, flow: str, reason: str) -> None:
    """The person is asked only if the login can succeed."""
    document = {name: url for name, url in DOCUMENT.items() if name != missing}
    assert drive(prepared(flow), document, []) == ([], NoTokens(reason))


@pytest.mark.parametrize(
    ("advertised", "answer", "outcome"),
    [
        (True, {"code": "c"}, NoTokens("issuer-mismatch")),
        (True, {"code": "c", "iss": "https://i/"}, NoTokens("issuer-mismatch")),
        (False, {"code": "c", "iss": "https://j"}, NoTokens("issuer-mismatch")),
        (True, {"code": "c", "iss": "https://i"}, None),
        (False, {"code": "c"}, None),
        (False, {"error": "access_denied"}, NoTokens("no-token")),
    ],
)
def test_the_issuer_of_a_redirect_is_checked(
    advertised: bool, answer: dict[str, str], outcome: NoTokens | None
) -> None:
    """RFC 9207: byte for byte, and required where it is advertised."""
    document = {**DOCUMENT, "authorization_response_iss_parameter_supported": advertised}
    redirect = {"redirect_uri": "http://127.0.0.1:1/callback"}
    steps, end = drive(prepared("authorization-code"), document, [redirect, {"refused": False}, answer])
    assert end == outcome
    assert isinstance(steps[-1], LoginRequest) is (outcome is None)


def test_an_id_token_of_another_login_is_not_used() -> None:
    """Its nonce is another one, or missing."""
    redirect = {"redirect_uri": "http://127.0.0.1:1/callback"}
    for claims in ({"nonce": "another"}, {}):
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        answers: list[dict[str, Any]] = [redirect, {}, {"code": "c"}]
        answers.append({"access_token": "x", "id_token": f"eyJhbGciOiJub25lIn0.{body}.c2ln"})
        _, outcome = drive(prepared("authorization-code"), DOCUMENT, answers)
        assert outcome == NoTokens("nonce-mismatch")


CODE_CLIENT = ClientConfiguration(
    client_id="c1",
    has_secret=False,
    auth_flows=("ALLOW_USER_SRP_AUTH",),
    oauth_enabled=True,
    oauth_flows=("code",),
    oauth_scopes=("openid",),
    callback_urls=("https://app.invalid/cb", "http://localhost:8400/callback"),
)


@pytest.mark.parametrize(
    ("identity", "client", "ids"),
    [
        ({"redirect_uri": "http://localhost:8400/callback"}, {}, []),
        ({}, {}, ["redirect-uri-not-listed"]),
        (
            {"redirect_uri": "http://localhost:8400/callback", "scope": "a/b"},
            {"oauth_flows": ("implicit",)},
            ["oauth-grant-off", "oauth-scope-off"],
        ),
        ({"flow": "client-token"}, {}, ["client-token-off", "login-needs-secret"]),
        (
            {"flow": "client-token"},
            {"auth_flows": ("ALLOW_CLIENT_TOKEN_AUTH",), "has_secret": True, "secret_arn": "arn"},
            [],
        ),
        (
            {"flow": "client-token"},
            {"auth_flows": ("ALLOW_NEW_AUTH",), "has_secret": True},
            ["client-token-off"],
        ),
        ({"flow": "derived-token"}, {}, ["token-exchange-off"]),
        ({"flow": "derived-token"}, {"auth_flows": ("ALLOW_TOKEN_EXCHANGE_IMPERSONATION",)}, []),
        ({"flow": "user-password"}, {"secret_arn": "arn", "has_secret": True}, ["login-flow-off"]),
        ({"flow": "client-credentials"}, {"oauth_flows": ("client_credentials",)}, ["login-needs-secret"]),
    ],
)
def test_settings_that_forbid_a_login_are_findings(
    identity: dict[str, Any], client: dict[str, Any], ids: list[str]
) -> None:
    """Before anything is sent."""
    asked = Identity(**{"flow": "authorization-code", **identity})
    configuration = Configuration(client=CODE_CLIENT.model_copy(update=client))
    findings = FLOWS[asked.flow].check_settings(asked, configuration)
    assert [finding.id for finding in findings] == ids


@pytest.mark.parametrize(
    ("client", "flow", "keys"),
    [
        ({}, "authorization-code", {"redirect_uri": "http://localhost:8400/callback", "scope": "openid"}),
        (
            {"auth_flows": ("ALLOW_CLIENT_TOKEN_AUTH",), "oauth_enabled": False},
            "client-token",
            {"scope": "openid"},
        ),
        ({"callback_urls": ("https://app.invalid/cb",)}, "token", {}),
    ],
)
def test_discover_drafts_what_the_client_allows(
    client: dict[str, Any], flow: str, keys: dict[str, str]
) -> None:
    """With an address of this machine that the client lists."""
    facts = LoginFacts(POOL, "c1", CODE_CLIENT.model_copy(update=client), None)
    chosen = choose_flow(facts)
    assert (chosen.id, dict(chosen.draft(facts).values)) == (flow, keys)


@pytest.mark.parametrize(
    ("listed", "method"),
    [
        (["client_secret_post", "private_key_jwt"], "post"),
        (["client_secret_post", "client_secret_basic"], "basic"),
    ],
)
def test_a_secret_is_sent_as_the_issuer_wants_it(listed: list[str], method: str) -> None:
    """In the form only where it lists nothing else."""
    document = {**DOCUMENT, "token_endpoint_auth_methods_supported": listed}
    (request,), _ = drive(prepared("client-credentials"), document, [])
    assert (request.basic is None, b"client_secret=" in request.body) == (method == "post", method == "post")
