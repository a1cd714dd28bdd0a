"""What a Gateway without tools does with a call that its authorizer has accepted: it calls the service behind the target.

The call goes over HTTP, with the target's credential in place of the caller's, and the answer is passed on unchanged
(docs/agentcore.md sections 11.10, 11.11).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from agentcore_probe.local import transaction_tokens
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import aws_error, unknown_operation
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.resources import role_arn
from agentcore_probe.local.services.permissions import SERVICE, access_key_of
from agentcore_probe.local.state import REGION, SCOPE, State
from agentcore_probe.local.targets import GATEWAY_ROLE

if TYPE_CHECKING:
    import httpx

_LONG_FORM = re.compile(r"/runtimes/(?P<arn>[^/]+)/invocations")
"""The path of InvokeAgentRuntime, for clients that take only another base URL."""
_OF_THE_CALL = frozenset(
    {
        "authorization", "connection", "content-length", "host", "transfer-encoding", "x-amz-content-sha256",
        "x-amz-date", "x-amz-security-token", transaction_tokens.HEADER,
    }
)  # fmt: skip
"""Headers of the caller that are not passed on."""
_OF_THE_ANSWER = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})
_UNKNOWN_KEY = Credentials("AKIAEXAMPLEFORWARDED", "not-a-key-of-this-account")


@dataclass(frozen=True)
class _Call:
    """The call of the service behind a target."""

    url: str
    headers: dict[str, str]


class Forwarding:
    """Calls the services behind the targets of one Gateway.

    Args:
        state: what is deployed.
        backend: the account.
    """

    def __init__(self, state: State, backend: MotoBackend) -> None:
        self._state = state
        self._backend = backend
        self._token: str | None = None

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The answer of the service behind the target that the path names.

        Args:
            request: of a caller whom the Gateway's authorizer has accepted.
        """
        name, slash, rest = request.path.removeprefix("/").partition("/")
        named = (item for item in self._state.targets if item["name"] == unquote(name))
        target = next((item for item in named if "targetConfiguration" in item), None)
        if target is None:
            message = f"No Target found for Target name: {unquote(name)}"
            return aws_error(404, "ResourceNotFoundException", message)
        url = self._url(request, target, f"{slash}{rest}")
        if url is None:
            return unknown_operation()
        kept = {name: value for name, value in request.headers.items() if name not in _OF_THE_CALL}
        call = _Call(url, {**kept, "accept-encoding": "identity"})
        headers = await self._with_credential(request, target, call)
        answer = await self._client.request(request.method, url, headers=headers, content=request.body)
        passed_on = {
            name.lower(): value for name, value in answer.headers.items() if name not in _OF_THE_ANSWER
        }
        return AsgiResponse(answer.status_code, answer.content, passed_on)

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        import httpx

        # Only this machine is called, without TLS and without a proxy: authorities need not be loaded.
        no_authority = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx.AsyncClient(verify=no_authority, trust_env=False, timeout=60, follow_redirects=False)

    def _url(self, request: AsgiRequest, target: dict[str, Any], rest: str) -> str | None:
        """Where the service is called; None where the path does not fit the target."""
        http = target["targetConfiguration"]["http"]
        if "passthrough" in http:
            return self._url_of_service(http["passthrough"]["endpoint"], request, rest)
        runtime = http["agentcoreRuntime"]
        long_form = _LONG_FORM.fullmatch(rest)
        names_it = long_form is not None and unquote(long_form["arn"]) == runtime["arn"]
        if request.method != "POST" or not (rest == "/invocations" or names_it):
            return None
        arn, qualifier = quote(runtime["arn"], safe=""), quote(runtime["qualifier"], safe="")
        return f"{self._state.addresses.runtime}/runtimes/{arn}/invocations?qualifier={qualifier}"

    def _url_of_service(self, endpoint: str, request: AsgiRequest, rest: str) -> str | None:
        """An endpoint with a path of its own takes none from the caller."""
        path = urlsplit(endpoint).path.rstrip("/")
        if path and rest not in ("", "/"):
            return None
        query = f"?{request.query}" if request.query else ""
        return f"{self._state.status_service}{path or rest or '/'}{query}"

    async def _with_credential(
        self, request: AsgiRequest, target: dict[str, Any], call: _Call
    ) -> Mapping[str, str]:
        """The headers of the call with the target's credential, and with the transaction token of a Runtime's target."""
        provider = target["credentialProviderConfigurations"][0]
        kind, headers = provider["credentialProviderType"], dict(call.headers)
        runtime = target["targetConfiguration"]["http"].get("agentcoreRuntime")
        if kind == "JWT_PASSTHROUGH":
            # The caller's own header and nothing else: a Runtime that is bound to the Gateway refuses it.
            authorization = request.headers.get("authorization")
            return headers if authorization is None else {**headers, "authorization": authorization}
        if runtime is not None:
            headers[transaction_tokens.HEADER] = transaction_tokens.issue(
                self._state.transaction_key, self._state.gateway, runtime["arn"]
            )
        if kind == "OAUTH":
            return {**headers, "authorization": f"Bearer {await self._provider_token()}"}
        signs = (provider.get("credentialProvider") or {}).get("iamCredentialProvider") or {}
        keys = self._keys_of_caller(request) if kind == "CALLER_IAM_CREDENTIALS" else self._keys_of_role
        signed = AWSRequest(request.method, call.url, headers=headers, data=request.body)
        SigV4Auth(keys, signs.get("service", SERVICE), REGION).add_auth(signed)
        return {name: str(value) for name, value in signed.headers.items()}

    def _keys_of_caller(self, request: AsgiRequest) -> Credentials:
        """The caller's own keys: AWS forwards the caller's identity in a way that is not documented."""
        id = access_key_of(request)
        key = self._backend.credentials_of(id) if id is not None else None
        if id is None or key is None or "caller-credentials-lost" in self._state.service_faults:
            return _UNKNOWN_KEY
        return Credentials(id, key.secret, key.session_token)

    @cached_property
    def _keys_of_role(self) -> Credentials:
        return Credentials(*self._backend.role_session(role_arn(GATEWAY_ROLE), "gateway"))

    async def _provider_token(self) -> str:
        """An access token of the account's machine client, by client credentials at the token endpoint."""
        if self._token is None:
            machine = self._backend.machine
            answer = await self._client.post(
                f"{self._state.addresses.aws}/oauth2/token",
                data={"grant_type": "client_credentials", "scope": SCOPE},
                auth=(machine.id, str(machine.secret)),
            )
            self._token = str(answer.json()["access_token"])
        return self._token
