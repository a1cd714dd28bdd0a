"""Runs a login flow: reads the secrets that it needs and sends the requests that it describes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agentcore_probe.access import redaction
from agentcore_probe.access.aws import Aws
from agentcore_probe.access.credentials import Basic, Credential
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.flows import FLOWS
from agentcore_probe.flows.flow import LoginEndpoints, LoginRequest, NoTokens, PreparedLogin, Tokens
from agentcore_probe.model.environment import SECRET_KEYS, Identity
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.secret import register


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
        key: store.read(reference, key.replace("_", " "))
        for key in SECRET_KEYS
        if (reference := getattr(identity, key)) is not None
    }
    return PreparedLogin(identity, identity.client_id or client_id, discovery_url, **secrets)


def log_in(
    login: PreparedLogin, aws: Aws, transport: Transport, token_endpoint: Callable[[], str | None]
) -> Tokens | NoTokens:
    """Runs the login's flow. Its exchanges stay in `transport`.

    Args:
        login: from `prepare`.
        aws: knows the base URLs of AWS services.
        transport: sends the requests.
        token_endpoint: the issuer's token endpoint; waits for the discovery document.
    """
    endpoints = LoginEndpoints(aws.base_url, token_endpoint)
    steps = FLOWS[login.identity.flow].log_in(login, endpoints)
    last_exchange: str | None = None
    try:
        request = next(steps)
        while True:
            answered = transport.send_raw(_outgoing(request))
            last_exchange = answered.exchange.id
            answer = _json_object(answered.body)
            if _register_credentials(answer):
                transport.exchanges[-1] = _redacted(answered.exchange)
            request = steps.send(answer)
    except StopIteration as end:
        outcome: Tokens | NoTokens = end.value
    return replace(outcome, exchange=last_exchange) if isinstance(outcome, NoTokens) else outcome


_CREDENTIAL = re.compile(r"token|session|device_?(?:group_?)?key|secret|password|assertion", re.I)
_NOT_CREDENTIAL = re.compile(r"type|endpoint|uri|url", re.I)
_MAX_DEPTH = 10


def _register_credentials(answer: Any, depth: int = _MAX_DEPTH) -> int:
    """Registers every credential in a login's answer, such as a refresh token, and returns their number.

    Args:
        answer: JSON data.
        depth: how many levels of it are read.
    """
    count = 0
    for name, value in answer.items() if isinstance(answer, dict) else ():
        if isinstance(value, dict) and depth > 0:
            count += _register_credentials(value, depth - 1)
        elif isinstance(value, str) and _CREDENTIAL.search(name) and not _NOT_CREDENTIAL.search(name):
            register(value, _LABELS.get(name.replace("_", "").lower(), "credential of the login"))
            count += 1
    return count


_LABELS = {"accesstoken": "token", "idtoken": "id token", "refreshtoken": "refresh token"}


def _redacted(exchange: Exchange) -> Exchange:
    """The exchange without the credentials that were registered after it was made."""
    response = exchange.response
    if response is None:
        return exchange
    clean = {"headers": redaction.headers(response.headers), "body": redaction.text(response.body)}
    return exchange.model_copy(update={"response": response.model_copy(update=clean)})


def _outgoing(request: LoginRequest) -> Outgoing:
    basic = request.basic
    credential = Basic(basic.username, basic.password) if basic else Credential()
    return Outgoing(
        request.step,
        request.url,
        headers=request.headers,
        body=request.body,
        credential=credential,
        purpose="token" if request.step == "token" else "login",
    )


def _json_object(body: bytes) -> dict[str, Any]:
    """Empty if the body is not a JSON object."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
