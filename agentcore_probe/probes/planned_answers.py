"""The answers with which a plan goes on: nobody gave them, and nothing is concluded from them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from agentcore_probe.access.event_stream import CONTENT_TYPE
from agentcore_probe.access.outgoing import Outgoing, PlannedAnswer
from agentcore_probe.model.configuration import Issuer
from agentcore_probe.model.exchange import SESSION_ENDPOINT_HEADER, TokenFacts
from agentcore_probe.model.login_chain import CHALLENGE, RESOURCE_METADATA
from agentcore_probe.model.methods import way_of
from agentcore_probe.model.oauth_discovery import RESOURCE_METADATA as METADATA_PATH
from agentcore_probe.model.oauth_discovery import origin_of
from agentcore_probe.model.plan import UNKNOWN_ISSUER, UNKNOWN_SESSION
from agentcore_probe.probes.context import CommandOutcome
from agentcore_probe.probes.forgery import algorithm_of, public_jwk
from agentcore_probe.probes.known import Known

_EVENTS = b'data: {"messageStart": {}}\n\ndata: {"messageStop": {}}\n\n'
"""The answer of a harness, as a record has it."""

Branch = Literal["accepted", "refused"]
"""Whether every target accepts every call: one plan is made of both, to see on what each request depends."""


class PlannedAnswers:
    """Answers each request of a run that sends none.

    Args:
        known: what is known of issuers and tokens.
        branch: what the targets answer.
        issuer: of the made-up tokens, where none is known.
    """

    def __init__(self, known: Known, branch: Branch, issuer: str | None) -> None:
        self._known = known
        self._branch = branch
        self._issuer = issuer
        self._nonces: dict[str, str] = {}
        """By the login that requested an authorization with it."""

    def __call__(self, method: str, outgoing: Outgoing) -> PlannedAnswer:
        """The answer to one request."""
        if method == "read":
            return PlannedAnswer(200)
        if way_of(method) == "identity":
            return self._step_of_login(method, outgoing)
        if method.partition("-")[0] == "discovery":
            return _json(self._key_set() if outgoing.purpose == "jwks" else self._document(outgoing.url))
        if outgoing.step == CHALLENGE:
            url = _place_of_metadata(outgoing.url)
            return PlannedAnswer(401, headers={"www-authenticate": f'Bearer resource_metadata="{url}"'})
        if self._branch == "refused":
            return PlannedAnswer(403, b'{"message": "Forbidden"}')
        if outgoing.step == RESOURCE_METADATA:
            return _json({"resource": outgoing.url, "authorization_servers": [self._named_issuer()]})
        if "/harnesses/" in outgoing.url:
            return PlannedAnswer(200, _EVENTS, CONTENT_TYPE)
        return replace(_accepted(outgoing.body), headers={SESSION_ENDPOINT_HEADER: UNKNOWN_SESSION})

    def run_command(self, *_: object) -> CommandOutcome:
        """How the `aws` command ends."""
        return CommandOutcome(0, stdout='{"statusCode": 200}')

    def _step_of_login(self, login: str, outgoing: Outgoing) -> PlannedAnswer:
        """The answer to a login, in the forms of Cognito, of OAuth and of a device code."""
        if outgoing.purpose == "authorization":
            # The query of a made-up address is behind its `#`.
            query = outgoing.url.partition("?")[2]
            self._nonces[login] = parse_qs(query).get("nonce", [""])[0]
            return PlannedAnswer(200, b"")
        access = self._known.made_up_token(self._known.token, issuer=self._issuer)
        nonce = self._nonces.get(login)
        id = self._known.made_up_token(self._known.id_token, issuer=self._issuer, nonce=nonce)
        return _json(
            {
                "AuthenticationResult": {"AccessToken": access, "IdToken": id},
                "ClientAuthenticationResult": {"AccessToken": access},
                "IssuedToken": access,
                "access_token": access,
                "token_type": "Bearer",
                **({"id_token": id} if nonce is not None else {}),
                "device_code": "made-up-device-code",
                "user_code": "made-up-code",
                "verification_uri": "https://verification.invalid/",
            }
        )

    def _document(self, url: str) -> dict[str, Any]:
        """The discovery document; where it was not read before, its addresses are named by their members."""
        issuers = (issuer for issuer in self._known.configuration.issuers if issuer.discovery_url == url)
        issuer = next(issuers, Issuer())
        return {
            "issuer": issuer.issuer or f"{url}#issuer",
            "jwks_uri": issuer.jwks_uri or f"{url}#jwks_uri",
            "token_endpoint": issuer.token_endpoint or f"{url}#token_endpoint",
            **{name: f"{url}#{name}" for name in ("authorization_endpoint", "device_authorization_endpoint")},
        }

    def _named_issuer(self) -> str:
        """The address of the authorization server: the issuer's, else in place of it."""
        known = (issuer.issuer for issuer in self._known.configuration.issuers if issuer.issuer)
        named = next(known, None) or self._issuer
        if named is None or named == UNKNOWN_ISSUER:
            return f"{origin_of(UNKNOWN_ISSUER)}/path-of-the-issuer"  # most have one, and more places then
        return named.partition("/.well-known/")[0]

    def _key_set(self) -> dict[str, Any]:
        """A key of the type that the tokens have; it only decides which tokens can be forged."""
        facts = self._known.token or TokenFacts()
        key = public_jwk(algorithm_of(facts))
        return {"keys": [{**key, "kid": facts.header.get("kid", "made-up"), "use": "sig"}]}


def _place_of_metadata(url: str) -> str:
    """Where a challenge says that the metadata of the called target is (docs/agentcore.md sections 11.7 and 11.13)."""
    called = urlsplit(url)
    own_path = called.path if "/runtimes/" in called.path else ""
    return called._replace(path=f"{own_path}{METADATA_PATH}", query=called.query if own_path else "").geturl()


def _accepted(body: bytes | None) -> PlannedAnswer:
    """What an accepted caller gets, in the protocol of the request: enough for the next step."""
    try:
        message = json.loads(body or b"")
    except ValueError:
        message = None
    if not isinstance(message, dict) or "jsonrpc" not in message:
        return _json({"result": "made up"})
    if "id" not in message:
        return PlannedAnswer(202, b"")
    params = message.get("params")
    version = params.get("protocolVersion") if isinstance(params, dict) else None
    result: dict[str, Any] = {
        "protocolVersion": version or "",
        "capabilities": {"tools": {}},
        "tools": [],
        "content": [],
        "kind": "message",
    }
    return _json({"jsonrpc": "2.0", "id": message["id"], "result": result})


def _json(value: dict[str, Any]) -> PlannedAnswer:
    return PlannedAnswer(200, json.dumps(value).encode())
