"""The documents by which an MCP client finds the login of a target, read at every place where some client looks.

No request has a credential. See docs/agentcore.md, section 12.2.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import HANDSHAKE_VERSIONS, MCP_ACCEPT, initialize, runtime_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.reading.login_documents import challenge_url, named_issuer, resource_document
from agentcore_probe.model.exchange import SESSION_HEADER, Exchange, Purpose
from agentcore_probe.model.login_chain import CHALLENGE, RESOURCE_METADATA, SERVER_METADATA
from agentcore_probe.model.oauth_discovery import (
    REVISIONS,
    origin_of,
    resource_metadata_urls,
    server_metadata_urls,
)
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.named_urls import may_name


def runtime(context: ProbeContext, transport: Transport) -> Result:
    """Those of the Runtime."""
    target = context.environment.runtime
    assert target is not None  # run_probe has checked that there is a Runtime
    if (reason := _has_no_login(context, "runtime")) is not None:
        return reason
    # Where the call is accepted after all, the run has no session but its own.
    headers = {SESSION_HEADER: context.session}
    walk(runtime_url(context.runtime_base, target), "runtime", transport, headers)
    return Result()


def gateway(context: ProbeContext, transport: Transport) -> Result:
    """Those of the Gateway."""
    url = context.gateway_url
    assert url is not None  # run_probe has checked that it is known
    if (reason := _has_no_login(context, "gateway")) is not None:
        return reason
    walk(url, "gateway", transport)
    return Result()


def _has_no_login(context: ProbeContext, target: str) -> Result | None:
    """Why no client can log in: only an authorizer for JWTs names where tokens are issued. None where it may be one."""
    authorizer = context.configuration.authorizer(target)
    if authorizer is None or authorizer.type == "CUSTOM_JWT":
        return None
    return Result(not_applicable="no-login-by-authorizer")


def walk(url: str, purpose: Purpose, transport: Transport, headers: Mapping[str, str] | None = None) -> None:
    """Reads the challenge of an MCP server, then its metadata, then that of its authorization server.

    Every place is read where clients of some revision of the MCP specification look, each once. The exchanges have the
    steps of `model.login_chain`.

    Args:
        url: the MCP server's.
        purpose: that of a call of the server; reads of documents have `discovery`.
        transport: sends the requests and keeps the exchanges.
        headers: further headers of the call.
    """
    challenge = transport.send(_first_call(url, purpose, headers or {}))
    if challenge.response is None:
        return  # nobody answers there
    reader = _Reader(transport)
    named = challenge_url(challenge)
    is_readable = named is not None and may_name(url, named)
    documents = reader.read(
        RESOURCE_METADATA, [*([named] if named and is_readable else []), *resource_metadata_urls(url)]
    )
    metadata = resource_document(documents)
    issuer = named_issuer(documents)
    if metadata is not None and issuer is not None and may_name(metadata.request.url, issuer):
        reader.read(
            SERVER_METADATA,
            [place for revision in REVISIONS[1:] for place in server_metadata_urls(issuer, revision)],
        )
    # Clients that find no metadata take the server's origin as the authorization server.
    reader.read(SERVER_METADATA, server_metadata_urls(origin_of(url), REVISIONS[-1]))


def _first_call(url: str, purpose: Purpose, headers: Mapping[str, str]) -> Outgoing:
    return Outgoing(
        CHALLENGE,
        url,
        headers={"Content-Type": "application/json", "Accept": MCP_ACCEPT, **headers},
        body=json.dumps(initialize(HANDSHAKE_VERSIONS[0])).encode(),
        purpose=purpose,
    )


class _Reader:
    """Reads documents, each once. A host that did not answer is not asked again: each question would take as long.

    Args:
        transport: sends the requests.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._asked: set[str] = set()
        self._silent: set[str] = set()

    def read(self, step: str, urls: Iterable[str]) -> list[Exchange]:
        """The exchanges of those URLs that were not read before."""
        found = []
        for url in urls:
            host = urlsplit(url).netloc
            if url in self._asked or host in self._silent:
                continue
            self._asked.add(url)
            exchange = self._transport.send(
                Outgoing(step, url, method="GET", headers={"Accept": "application/json"}, purpose="discovery")
            )
            if exchange.response is None:
                self._silent.add(host)
            found.append(exchange)
        return found
