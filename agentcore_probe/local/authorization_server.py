"""The authorization server of the user pool: login pages, and the tokens that its grants issue.

Cognito's endpoints and errors (docs/agentcore.md section 5), and two grants that Cognito does not have and other
providers do: device codes (RFC 8628), and token exchange at the token endpoint (RFC 8693).
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.error_responses import unknown_operation
from agentcore_probe.local.grants import CODE_SECONDS, DEVICE_SECONDS, POLL_SECONDS, Code, Grants
from agentcore_probe.local.issued_tokens import IssuedTokens, TokenRefused
from agentcore_probe.local.login_pages import login_form, page
from agentcore_probe.local.token_endpoint import Form, OAuthError, TokenEndpoint, audience, fields
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import State


_LOOPBACK_REDIRECT = re.compile(
    r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]|localhost))(?P<port>:\d+)?(?P<path>/.*)?"
)


class AuthorizationServer:
    """The endpoints below `/oauth2/`, `/login`, `/device` and `/error`.

    Args:
        state: what is deployed.
        backend: the user pool.
        tokens: issues them.
    """

    _hosts_of_any_port: tuple[str, ...] = ("http://127.0.0.1", "http://[::1]")

    def __init__(self, state: State, backend: MotoBackend, tokens: IssuedTokens) -> None:
        self._state = state
        self._backend = backend
        self._grants = Grants()
        self._token_endpoint = self._create_token_endpoint(tokens)
        self._routes: dict[tuple[str, str], Callable[[AsgiRequest], AsgiResponse]] = {
            ("GET", "/oauth2/authorize"): self._authorize,
            ("GET", "/login"): self._show_login,
            ("POST", "/login"): self._log_in,
            ("GET", "/error"): lambda request: page(400, f"Error: {request.parameter('error') or 'unknown'}"),
            ("POST", "/oauth2/token"): self._token_endpoint.respond,
            ("POST", "/oauth2/device_authorization"): self._begin_device,
            ("GET", "/device"): self._show_device,
            ("POST", "/device"): self._enter_code,
        }

    def _create_token_endpoint(self, tokens: IssuedTokens) -> TokenEndpoint:
        return TokenEndpoint(self._backend, tokens, self._grants)

    def serves(self, path: str) -> bool:
        """Whether a path is one of its own."""
        return any(path == own for _, own in self._routes)

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response to a request for one of its paths."""
        handler = self._routes.get((request.method, request.path))
        if handler is None:
            return unknown_operation()
        try:
            return handler(request)
        except (OAuthError, TokenRefused) as error:
            return self._error(request, error)

    def _error(self, _: AsgiRequest, error: Exception) -> AsgiResponse:
        """The answer to a request of a client that is refused."""
        return json_response(400, {"error": str(error)}, {"x-amz-cognito-request-id": "local"})

    # Authorization code

    def _authorize(self, request: AsgiRequest) -> AsgiResponse:
        """A redirect to the login page, to the error page, or back to the client with an error (RFC 6749 4.1.2.1)."""
        query = fields(request.query)
        client = self._client(query.get("client_id", ""))
        if client is None:
            return _redirect("/error", {"error": "invalid_client"})
        redirect_uri = query.get("redirect_uri", "")
        settings = client.extended_config
        if not is_listed(redirect_uri, settings.get("CallbackURLs") or [], self._hosts_of_any_port):
            return _redirect("/error", {"error": "redirect_mismatch", "client_id": client.id})
        error = self._authorization_error(query, settings)
        if error is not None:
            return self._return(redirect_uri, query, error)
        return _redirect("/login", query)

    def _authorization_error(self, query: Form, settings: Mapping[str, Any]) -> dict[str, str] | None:
        """What the client gets instead of a code; None where a person may log in."""
        error = authorization_error(query, settings)
        return {"error": error} if error is not None else None

    def _show_login(self, request: AsgiRequest) -> AsgiResponse:
        return login_form("/login", fields(request.query))

    def _log_in(self, request: AsgiRequest) -> AsgiResponse:
        """The login form: the request in it is checked again, since anyone can send it."""
        form = fields(request.body.decode("utf-8", "replace"))
        kept = {
            name: value for name, value in form.items() if name not in ("username", "password", "decision")
        }
        checked = self._authorize(
            AsgiRequest("GET", "/oauth2/authorize", urlencode(kept), {}, b"", request.scope)
        )
        if not checked.headers["location"].startswith("/login?"):
            return checked
        redirect_uri = kept["redirect_uri"]
        if form.get("decision") == "deny":
            return self._return(redirect_uri, kept, {"error": "access_denied"})
        if not self._is_user(form):
            return login_form("/login", kept, error="Incorrect username or password.")
        code = Code(
            client_id=kept["client_id"],
            redirect_uri=redirect_uri,
            username=form["username"],
            scope=kept.get("scope") or "openid",
            challenge=kept["code_challenge"],
            nonce=kept.get("nonce"),
            resource=kept.get("resource") or kept.get("audience"),
            expires=time.monotonic() + CODE_SECONDS,
        )
        return self._return(redirect_uri, kept, {"code": self._grants.add_code(code)})

    def _return(self, redirect_uri: str, query: Form, answer: dict[str, str]) -> AsgiResponse:
        """The browser goes back to the client."""
        issuer = self._issuer_parameter()
        if issuer is not None:
            answer = {**answer, "iss": issuer}
        if "state" in query:
            answer = {**answer, "state": query["state"]}
        return _redirect(redirect_uri, answer)

    def _issuer_parameter(self) -> str | None:
        """The `iss` of a redirect (RFC 9207), which Cognito does not send."""
        is_wrong = "login-names-another-issuer" in self._state.service_faults
        return f"{self._state.issuer}Z" if is_wrong else None

    # Device codes

    def _begin_device(self, request: AsgiRequest) -> AsgiResponse:
        form = fields(request.body.decode("utf-8", "replace"))
        client = self._token_endpoint.authenticated(request, form)
        text, device = self._grants.add_device(client.id, form.get("scope") or "openid", audience(form))
        url = f"{self._state.addresses.aws}/device"
        answer = {
            "device_code": text,
            "user_code": device.user_code,
            "verification_uri": url,
            "verification_uri_complete": f"{url}?user_code={device.user_code}",
            "expires_in": DEVICE_SECONDS,
            "interval": POLL_SECONDS,
        }
        return json_response(200, answer, {"cache-control": "no-store"})

    def _show_device(self, request: AsgiRequest) -> AsgiResponse:
        return login_form("/device", {}, user_code=request.parameter("user_code") or "")

    def _enter_code(self, request: AsgiRequest) -> AsgiResponse:
        form = fields(request.body.decode("utf-8", "replace"))
        typed = form.get("user_code", "")
        device = self._grants.device_of(typed)
        if device is None:
            return login_form("/device", {}, user_code=typed, error="Unknown code.")
        if form.get("decision") == "deny":
            device.state = "denied"
            return page(200, "Refused")
        if not self._is_user(form):
            return login_form("/device", {}, user_code=typed, error="Incorrect username or password.")
        device.state, device.username = "allowed", form["username"]
        return page(200, "Done", "<p>The device gets its token.</p>")

    # The user pool

    def _client(self, client_id: str) -> Any:
        return self._backend.pool.clients.get(client_id)

    def _is_user(self, form: Form) -> bool:
        user = self._backend.pool.users.get(form.get("username", ""))
        given, known = form.get("password", "").encode(), str(user.password if user else "").encode()
        return user is not None and hmac.compare_digest(given, known)


def _redirect(url: str, parameters: Mapping[str, str]) -> AsgiResponse:
    separator = "&" if urlsplit(url).query else "?"
    return AsgiResponse(
        302, b"", {"location": f"{url}{separator}{urlencode(parameters)}", "cache-control": "no-store"}
    )


def is_listed(redirect_uri: str, listed: Collection[str], hosts: Collection[str]) -> bool:
    """Whether a client may return there: to exactly one of the listed URIs.

    Args:
        redirect_uri: where it wants to return.
        listed: the URIs that it has registered.
        hosts: of loopback, whose URIs stand for any port if they are listed without one (RFC 8252 section 7.3).
    """
    given = _LOOPBACK_REDIRECT.fullmatch(redirect_uri)
    is_any = given is not None and given["port"] and given["host"] in hosts
    without_port = f"{given['host']}{given['path'] or ''}" if given is not None and is_any else None
    return redirect_uri in listed or without_port in listed


def authorization_error(query: Form, settings: Mapping[str, Any]) -> str | None:
    """Why an authorization request of a known client is refused (RFC 6749 section 4.1.2.1); None: it is not.

    Args:
        query: the request.
        settings: of the client, as moto keeps those of an app client.
    """
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    is_on = settings.get("AllowedOAuthFlowsUserPoolClient")
    if not is_on or "code" not in (settings.get("AllowedOAuthFlows") or []):
        return "unauthorized_client"
    if not query.get("code_challenge") or query.get("code_challenge_method") != "S256":
        return "invalid_request"
    scopes = set((query.get("scope") or "openid").split())
    return None if scopes <= set(settings.get("AllowedOAuthScopes") or []) else "invalid_scope"
