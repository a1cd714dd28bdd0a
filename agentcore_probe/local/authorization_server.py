"""The authorization server of the user pool: login pages, and the tokens that its grants issue.

Cognito's endpoints and errors (docs/agentcore.md section 5), and two grants that Cognito does not have and other
providers do: device codes (RFC 8628), and token exchange at the token endpoint (RFC 8693).
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Mapping
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

_ANY_PORT = re.compile(r"http://(?:127\.0\.0\.1|\[::1\])(?::\d+)?(/.*)?")


class AuthorizationServer:
    """The endpoints below `/oauth2/`, `/login`, `/device` and `/error`.

    Args:
        state: what is deployed.
        backend: the user pool.
        tokens: issues them.
    """

    def __init__(self, state: State, backend: MotoBackend, tokens: IssuedTokens) -> None:
        self._state = state
        self._backend = backend
        self._grants = Grants()
        self._token_endpoint = TokenEndpoint(backend, tokens, self._grants)
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

    def serves(self, path: str) -> bool:
        """Whether a path is one of its own."""
        return any(path == own for _, own in self._routes)

    def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response to a request for one of its paths."""
        handler = self._routes.get((request.method, request.path))
        if handler is None:
            return unknown_operation()
        try:
            return handler(request)
        except (OAuthError, TokenRefused) as error:
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
        if not _is_listed(redirect_uri, settings.get("CallbackURLs") or []):
            return _redirect("/error", {"error": "redirect_mismatch", "client_id": client.id})
        error = _authorization_error(query, settings)
        if error is not None:
            return self._return(redirect_uri, query, {"error": error})
        return _redirect("/login", query)

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
        if "login-names-another-issuer" in self._state.service_faults:
            answer["iss"] = f"{self._state.issuer}Z"
        if "state" in query:
            answer["state"] = query["state"]
        return _redirect(redirect_uri, answer)

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


def _is_listed(redirect_uri: str, listed: list[str]) -> bool:
    """Whether the client may return there: to exactly one of the listed URIs.

    One of 127.0.0.1 that is listed without a port stands for any port (RFC 8252 section 7.3).
    """
    given = _ANY_PORT.fullmatch(redirect_uri)
    without_port = (
        f"{redirect_uri.rpartition(':')[0]}{given[1] or ''}" if given and ":" in redirect_uri[8:] else None
    )
    return redirect_uri in listed or without_port in listed


def _authorization_error(query: Form, settings: Mapping[str, Any]) -> str | None:
    """Why an authorization request of a known client is refused."""
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    is_on = settings.get("AllowedOAuthFlowsUserPoolClient")
    if not is_on or "code" not in (settings.get("AllowedOAuthFlows") or []):
        return "unauthorized_client"
    if not query.get("code_challenge") or query.get("code_challenge_method") != "S256":
        return "invalid_request"
    scopes = set((query.get("scope") or "openid").split())
    return None if scopes <= set(settings.get("AllowedOAuthScopes") or []) else "invalid_scope"
