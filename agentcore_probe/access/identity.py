"""Runs a login flow: reads the secrets that it needs, sends the requests that it describes, and asks the person."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.credentials import Basic, Credential
from agentcore_probe.access.login_secrets import redacted, register_credentials
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.person import Person
from agentcore_probe.access.redirect_listener import RedirectListener, parameters
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import EnvironmentFileError, InputError
from agentcore_probe.flows import FLOWS
from agentcore_probe.flows.flow import (
    LoginEndpoints,
    LoginRequest,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    Tokens,
)
from agentcore_probe.flows.person import AskPerson, OpenBrowser, Pause, PersonStep, ShowCode, TryAuthorization
from agentcore_probe.model.exchange import Response
from agentcore_probe.model.identity import SECRET_KEYS, Identity, SecretReference
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import Secret, register


def prepare(
    identity: Identity,
    client_id: str | None,
    discovery_url: str | None,
    store: SecretStore,
    table: str = "identity",
) -> PreparedLogin:
    """Reads the secrets that `identity` refers to.

    Args:
        identity: `[identity]` of the environment file.
        client_id: the app client to use if the file names none.
        discovery_url: the token's issuer, if known.
        store: reads secrets.
        table: the name of its table in the file, for errors.

    Raises:
        InputError: a secret cannot be read.
        EnvironmentFileError: the flow is unknown, or a key that it needs is missing.
    """
    flow = FLOWS.get(identity.flow)
    if flow is None:
        raise EnvironmentFileError(f"unknown flow {identity.flow!r}", where=f"[{table}]")
    for key in flow.required_keys:
        if getattr(identity, key) is None:
            raise EnvironmentFileError(
                f"flow {identity.flow!r} needs {key}",
                where=f"[{table}]",
                hint="See environments/example.toml",
            )
    secrets = {
        key: _read_secret(store, reference, key, table)
        for key in SECRET_KEYS
        if (reference := getattr(identity, key)) is not None
    }
    return PreparedLogin(identity, identity.client_id or client_id, discovery_url, **secrets)


def _read_secret(store: SecretStore, reference: SecretReference, key: str, table: str) -> Secret:
    """One secret; an error of one of several callers says which."""
    try:
        return store.read(reference, key.replace("_", " "))
    except InputError as error:
        if table == "identity":
            raise
        raise type(error)(error.what, where=f"[{table}], {error.where}", hint=error.hint) from None


Steps = Callable[[PreparedLogin, LoginEndpoints], LoginSteps]
"""Begins a login (`LoginFlow.log_in`)."""


def log_in(  # noqa: PLR0913  (what a login consists of)
    login: PreparedLogin,
    aws: Aws,
    transport: Transport,
    document: Callable[[], Mapping[str, Any]],
    person: Person | None = None,
    *,
    begin: Steps | None = None,
) -> Tokens | NoTokens:
    """Runs the login's flow. Its exchanges stay in `transport`.

    Args:
        login: from `prepare`.
        aws: knows the base URLs of AWS services.
        transport: sends the requests.
        document: the issuer's discovery document, for which it waits.
        person: asked by the flows that need somebody.
        begin: begins a login that is not a flow of an environment file; None: the one that `login` names.

    Raises:
        InputError: the redirect URI's port is in use.
        StoppedError: the run was stopped while it waited for the person.
    """
    begin = begin or FLOWS[login.identity.flow].log_in
    steps = begin(login, LoginEndpoints(aws.base_url, document))
    with ExitStack() as until_end:
        running = _RunningLogin(login, transport, person or Person(), until_end)
        try:
            step = next(steps)
            while True:
                answer = running.take(step)
                if isinstance(answer, Tokens | NoTokens):
                    steps.close()
                    return running.with_exchange(answer)
                step = steps.send(answer)
        except StopIteration as end:
            outcome: Tokens | NoTokens = end.value
            running.remember(outcome)
            return running.with_exchange(outcome)


_Key = tuple[Identity, str | None, str | None]
_logins: dict[_Key, Tokens] = {}
"""The logins of persons, by identity, client and issuer: each is asked for once, however many environments use it."""
_MARGIN_SECONDS = 300


class _RunningLogin:
    """One login, step by step."""

    def __init__(
        self, login: PreparedLogin, transport: Transport, person: Person, until_end: ExitStack
    ) -> None:
        self._key = (
            login.identity.model_copy(update={"expired_token": None}),
            login.client_id,
            login.discovery_url,
        )
        self._transport = transport
        self._person = person
        self._until_end = until_end
        self._has_asked = False
        self._listener: RedirectListener | None = None
        self._last_exchange: str | None = None

    def take(self, step: LoginRequest | PersonStep) -> dict[str, Any] | Tokens | NoTokens:
        """The answer of a step; the end of the login where it ends here."""
        match step:
            case LoginRequest():
                return self._send(step)
            case AskPerson(redirect_uri):
                return self._ask(redirect_uri)
            case TryAuthorization(url):
                return {"refused": self._is_refused(url)}
            case OpenBrowser(url, state):
                return self._open(url, state)
            case ShowCode(url, code, complete_url):
                self._person.show_code(url, code, complete_url)
                return {}
            case Pause(seconds):
                return {} if self._person.pause(seconds) else NoTokens("login-timeout")

    def with_exchange(self, outcome: Tokens | NoTokens) -> Tokens | NoTokens:
        """The outcome; a failure with the exchange that shows it."""
        return outcome._replace(exchange=self._last_exchange) if isinstance(outcome, NoTokens) else outcome

    def remember(self, outcome: Tokens | NoTokens) -> None:
        """Keeps what a person logged in for."""
        if self._has_asked and self._person.keeps_logins and isinstance(outcome, Tokens):
            _logins[self._key] = outcome

    def _send(self, request: LoginRequest) -> dict[str, Any]:
        if request.is_poll:
            self._transport.exchanges.pop()
        answered = self._transport.send_raw(_outgoing(request))
        self._last_exchange = answered.exchange.id
        answer = _json_object(answered.body)
        if register_credentials(answer):
            self._transport.exchanges[-1] = redacted(answered.exchange)
        return answer

    def _ask(self, redirect_uri: str | None) -> dict[str, Any] | Tokens | NoTokens:
        """Takes the person's attention; the tokens of an earlier login, if they still serve."""
        if not self._person.is_there():
            return NoTokens("needs-person")
        self._until_end.enter_context(self._person.turn())
        earlier = _logins.get(self._key) if self._person.keeps_logins else None
        if earlier is not None and _is_fresh(earlier):
            return Tokens(_again(earlier.access), _again(earlier.id) if earlier.id else None)
        self._has_asked = True
        if redirect_uri is None:
            return {}
        self._listener = self._until_end.enter_context(self._person.listen(redirect_uri))
        return {"redirect_uri": self._listener.uri}

    def _is_refused(self, url: str) -> bool:
        """Whether the authorization server refuses the request itself. Its login page is not kept."""
        outgoing = Outgoing("authorization", url, method="GET", purpose="authorization")
        response = self._transport.send(outgoing).response
        location = (response.header("location") if response else None) or ""
        is_refused = response is not None and (
            response.status in (400, 401) or "error" in parameters(location) or _is_error_page(location)
        )
        exchange = self._transport.exchanges.pop()
        self._last_exchange = exchange.id if is_refused else None
        if is_refused:
            _hide_state(parameters(url).get("state"))
            self._transport.exchanges.append(redacted(exchange))
        return is_refused

    def _open(self, url: str, state: str) -> dict[str, Any] | NoTokens:
        assert self._listener is not None
        target = self._person.send_to(url, self._listener, state)
        _hide_state(state)
        if target is None:
            is_other = self._listener.has_seen_another_login
            return NoTokens("state-mismatch" if is_other else "login-timeout")
        # The browser saw the redirect, of which only the target is known here.
        response = Response(status=None, headers={"Location": target})
        outgoing = Outgoing("authorization", url, method="GET", purpose="authorization")
        self._last_exchange = self._transport.keep(outgoing, response).id
        return dict(parameters(target))


def _hide_state(state: str | None) -> None:
    """Keeps the `state` of a login out of what is kept; not before the person has seen it in the URL of the login."""
    if state:
        register(state, "state")


def _is_error_page(location: str) -> bool:
    """Whether a redirect leads to the server's own page for errors (Cognito's is `/error`)."""
    try:
        return urlsplit(location).path.rstrip("/").endswith("/error")
    except ValueError:
        return False


def _is_fresh(tokens: Tokens) -> bool:
    expires = unverified_facts(tokens.access.reveal()).claims.get("exp")
    return isinstance(expires, int | float) and expires - time.time() > _MARGIN_SECONDS


def _again(secret: Secret) -> Secret:
    """The same secret, registered again: the registry may have been emptied since."""
    return Secret(secret.reveal(), secret.label)


_SENT_ONCE = ("token", "registration")
"""Steps whose request redeems a code or a refresh token, or creates a client."""


def _outgoing(request: LoginRequest) -> Outgoing:
    basic = request.basic
    credential = Basic(basic.username, basic.password) if basic else Credential()
    return Outgoing(
        request.step,
        request.url,
        headers=request.headers,
        body=request.body,
        credential=credential,
        purpose="login" if request.step == "login" else "token",
        is_counted=not request.is_poll,
        once=request.step in _SENT_ONCE,
    )


def _json_object(body: bytes) -> dict[str, Any]:
    """Empty if the body is not a JSON object."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
