"""The login of an MCP client: it may register itself, a person logs in with a browser, and the code becomes a token.

RFC 7591, RFC 6749 section 4.1, RFC 7636 and RFC 9207; the steps are those of docs/agentcore.md, section 12.1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from agentcore_probe.flows.authorization_code import ANY_PORT, Attempt, is_from_issuer, without_code
from agentcore_probe.flows.flow import (
    LoginEndpoints,
    LoginRequest,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    read_tokens,
)
from agentcore_probe.flows.person import AskPerson, OpenBrowser, PersonStep, TryAuthorization
from agentcore_probe.flows.requests import oauth_request
from agentcore_probe.model.identity import AuthMethod
from agentcore_probe.model.login_chain import StepId
from agentcore_probe.secret import Secret

CLIENT_NAME = "AgentCore Probe"
"""The name under which a client registers itself."""
_Registering = Generator[LoginRequest | PersonStep, dict[str, Any], PreparedLogin | None]


@dataclass
class McpClientLogin:
    """One login; unlike the flows of environment files, it can tell which of its steps it is at.

    Args:
        registers: whether the client gets its id by registering itself.
        on_passed: called with each step that has succeeded, and the client's id.
    """

    registers: bool = False
    on_passed: Callable[[StepId, str], None] = lambda _, __: None
    step: StepId = field(default="client-identity", init=False)
    """The one that is taken; after a failure, the one that failed."""

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """Runs the login; the scopes, the resource and the redirect URI are those of `login.identity`."""
        opened = yield AskPerson(login.identity.redirect_uri or ANY_PORT)
        redirect_uri = str(opened["redirect_uri"])
        if self.registers:
            registered = yield from self._register(login, endpoints, redirect_uri)
            if registered is None:
                return NoTokens("no-token")
            login = registered
        self._pass("authorization", login)
        scope = login.identity.scope
        attempt = Attempt(redirect_uri) if "openid" in (scope or "").split() else Attempt(redirect_uri, None)
        page, endpoint = endpoints.endpoint("authorization_endpoint"), endpoints.token_endpoint()
        if page is None or endpoint is None:
            return NoTokens("no-token-endpoint" if endpoint is None else "no-authorization-endpoint")
        url = attempt.url(page, login, scope)
        if (yield TryAuthorization(url)).get("refused"):
            return NoTokens("no-token")
        returned = yield OpenBrowser(url, attempt.state)
        if not is_from_issuer(returned, endpoints.document()):
            return NoTokens("iss-mismatch" if "iss" in returned else "iss-missing")
        if not (code := returned.get("code")):
            return without_code(returned)
        self._pass("token", login)
        response = yield oauth_request("token", endpoint, login, endpoints, attempt.form(str(code), login))
        tokens = attempt.check(read_tokens(response, access="access_token", id="id_token"), None)
        if not isinstance(tokens, NoTokens):
            self._pass("call", login)
        return tokens

    def _pass(self, then: StepId, login: PreparedLogin) -> None:
        """The step under way has succeeded, and the next one begins."""
        passed, self.step = self.step, then
        self.on_passed(passed, login.client_id or "")

    @staticmethod
    def _register(login: PreparedLogin, endpoints: LoginEndpoints, redirect_uri: str) -> _Registering:
        """Registers a public client (RFC 7591 section 3.1); the login as it, None where the answer names no client."""
        endpoint = endpoints.endpoint("registration_endpoint")
        if endpoint is None:
            return None
        metadata = {
            "client_name": CLIENT_NAME,
            "redirect_uris": [redirect_uri],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
            **({"scope": login.identity.scope} if login.identity.scope else {}),
        }
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = yield LoginRequest("registration", endpoint, headers, json.dumps(metadata).encode())
        return _as_registered(login, answer)


def _as_registered(login: PreparedLogin, answer: Mapping[str, Any]) -> PreparedLogin | None:
    """The login with the id, and the secret if the server insists on one, of an answer to a registration."""
    client_id, secret = answer.get("client_id"), answer.get("client_secret")
    if not _is_credential(client_id) or not (secret is None or secret == "" or _is_credential(secret)):
        return None
    method = answer.get("token_endpoint_auth_method")
    wanted = {
        "client_id": client_id,
        "token_endpoint_auth_method": method if method in get_args(AuthMethod) else None,
    }
    return login._replace(
        identity=login.identity.model_copy(update=wanted),
        client_id=client_id,
        client_secret=Secret(secret, "client secret") if secret else None,
    )


def _is_credential(value: Any) -> bool:
    """Whether this can be a client's id or secret: printable ASCII (RFC 6749 appendix A)."""
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != ""
