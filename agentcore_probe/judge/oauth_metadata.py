"""The rows about the documents by which MCP clients find a login: what they show, and which answers decide.

Reading a document is not a call by anybody: `accepted` means that clients find the authorization server, `refused` that a policy keeps
everyone from the documents. See docs/agentcore.md, section 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agentcore_probe.judge.endpoint_policies import judge_by_endpoints
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.judge.reading.login_documents import (
    RENAMED_CHALLENGE,
    challenge_url,
    is_usable_server,
    read_document,
    resource_document,
    server_documents,
)
from agentcore_probe.judge.resource_policies import EVERYONE
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, Prediction
from agentcore_probe.model.login_chain import CHALLENGE, RESOURCE_METADATA
from agentcore_probe.model.methods import AccessMethod, entrance_of, is_public
from agentcore_probe.model.methods import method as find_method

_PROXY_FAILURES = (403, 407, 502, 503, 504)
"""What a proxy answers that cannot reach a host, or is not allowed to."""


def is_about_documents(id: str) -> bool:
    """Whether a row is about documents that anyone may read.

    Args:
        id: the row's.
    """
    row = find_method(id)
    return row is not None and is_public(row)


def documents_decision(exchanges: Sequence[Exchange]) -> Decision:
    """What the exchanges of such a row show together.

    Args:
        exchanges: of a walk (`probes.oauth_metadata`), in order.
    """
    if resource_document(exchanges) is None:
        answers = [answer for exchange in _at(exchanges, RESOURCE_METADATA) if (answer := exchange.response)]
        return "refused" if any(answer.status in (401, 403) for answer in answers) else "undecided"
    if any(map(is_usable_server, server_documents(exchanges))):
        return "undecided" if _is_not_refused(exchanges) else "accepted"
    return "undecided"


def predict_documents(method: AccessMethod, configuration: Configuration) -> Prediction:
    """What must come of the row: an authorizer for JWTs serves the documents.

    The policy of a VPC endpoint may not let everyone read them (docs/agentcore.md section 11.22).

    Args:
        method: the row's.
        configuration: what is deployed.
    """
    authorizer = configuration.authorizer(method.target)
    if authorizer is None or authorizer.type != "CUSTOM_JWT":
        return Prediction(decision=None)
    kind = Check(id="authorizer", passed=True, detail=authorizer.type)
    actions = entrance_of(method).actions
    found = judge_by_endpoints(configuration, method.target, actions, EVERYONE) if actions else None
    if found is None or found.verdict == "open":
        return Prediction(decision="accepted", because=(kind,))
    is_certain = found.verdict != "unknown"
    detail = ", ".join((found.action, *found.by))
    because = (kind, Check(id="vpc-endpoint-policy", passed=False if is_certain else None, detail=detail))
    if not is_certain:
        return Prediction(decision=None, because=because)
    return Prediction(decision="refused", cause="vpc-endpoint-policy", because=because)


def intended_documents(
    method: AccessMethod, configuration: Configuration, exchanges: Sequence[Exchange] = ()
) -> Decision | None:
    """Whether the documents are meant to be served. Where the authorizer is not known, they say it themselves.

    Args:
        method: the row's.
        configuration: what is deployed.
        exchanges: of the row; none before a run.
    """
    authorizer = configuration.authorizer(method.target)
    if authorizer is not None:
        return "accepted" if authorizer.type == "CUSTOM_JWT" else None
    is_announced = any(challenge_url(exchange) for exchange in _at(exchanges, CHALLENGE))
    return "accepted" if is_announced or resource_document(exchanges) is not None else None


def deciding(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The exchanges whose answers matter, in the order in which clients get them.

    A place without a document is no failure where another one has it, and neither is a challenge that names the metadata.
    What a server says of the origin of the MCP server matters to old clients only.

    Args:
        exchanges: of the row.
    """
    challenges = [one for one in _at(exchanges, CHALLENGE) if _has_another_cause(one)]
    metadata = resource_document(exchanges)
    if metadata is None:
        # What an address serves that is of no use says more than that another one has nothing.
        return (*challenges, *sorted(_at(exchanges, RESOURCE_METADATA), key=_is_absent))
    servers = server_documents(exchanges)
    usable = filter(is_usable_server, servers)
    served = (server for server in servers if not _is_absent(server))
    # The document in the usual place of OpenID Connect is the last one that clients look for.
    server = next(usable, None) or next(served, None)
    return (*challenges, metadata, *((server,) if server is not None else servers[-1:]))


def lacks_challenge(exchanges: Sequence[Exchange]) -> bool:
    """Whether a 401 does not name the metadata at all, so that only clients that look for it themselves find it."""
    answers = [exchange for exchange in _at(exchanges, CHALLENGE) if not _has_another_cause(exchange)]
    return not all(map(_names_metadata, answers))


def is_issuer_silent(exchanges: Sequence[Exchange]) -> bool:
    """Whether no answer of the authorization server arrived: it may be in a network that only clients can reach."""
    return resource_document(exchanges) is not None and all(map(_is_silent, server_documents(exchanges)))


def _at(exchanges: Iterable[Exchange], step: str) -> list[Exchange]:
    return [exchange for exchange in exchanges if exchange.step == step]


def _is_absent(exchange: Exchange) -> bool:
    return read_document(exchange).status != 200


def _is_not_refused(exchanges: Sequence[Exchange]) -> bool:
    """Whether the call without a credential was not refused: the target lets everyone in, is busy, or a server failed."""
    statuses = [one.response.status or 0 for one in _at(exchanges, CHALLENGE) if one.response is not None]
    return any(status < 300 or status == 429 or status >= 500 for status in statuses)


def _has_another_cause(challenge: Exchange) -> bool:
    """Whether an answer to the call without a credential has more to say than that a credential is missing."""
    response = challenge.response
    if response is None or response.status != 401:
        return True
    return challenge_url(challenge) is None and (
        _names_metadata(challenge) or response.header(RENAMED_CHALLENGE) is not None
    )


def _names_metadata(challenge: Exchange) -> bool:
    return challenge.response is not None and "resource_metadata" in read(challenge.response).challenge


def _is_silent(read_of_document: Exchange) -> bool:
    """Whether a server did not answer, or a proxy answered in its place."""
    response = read_of_document.response
    if response is None:
        return True
    return bool(read_of_document.via_proxy) and response.status in _PROXY_FAILURES
