"""Where an answer comes from: the service that was called, or somebody in front of it (docs/agentcore.md section 7.1)."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.judge.reading.senders import Sender, sender_by_headers, sender_by_text
from agentcore_probe.judge.reading.sentences import agentcore, find_sentences
from agentcore_probe.model.exchange import Response

_AWS_HEADERS = ("x-amzn-", "x-amz-")
_AWS_SERVERS = ("aws", "amazon", "cloudfront")
_PAGES = ("<html", "<!doctype html", "<head", "<body")
_MAX_BEGINNING = 1_000
_OWN_SENTENCES = tuple(row for row in agentcore.SENTENCES if row.sender == "agentcore")


class Origin(NamedTuple):
    """Where an answer comes from."""

    from_aws: bool | None
    """Whether the service that was called answered, and nobody in front of it; None: not known."""
    sender: Sender | None
    """Who answered instead, where that one names itself."""
    is_agentcores_sentence: bool
    """Whether the message is a sentence that only AgentCore writes, whoever passed it on."""


def read_origin(response: Response, message: str, *, has_json: bool) -> Origin:
    """Where an answer comes from.

    Args:
        response: the answer.
        message: its message.
        has_json: whether its body is JSON, or a stream of it.
    """
    is_own = _is_agentcores(message)
    sender = None if is_own else _sender(response, message)
    from_aws = _is_from_aws(response, has_json=has_json)
    return Origin(True if is_own else False if sender is not None else from_aws, sender, is_own)


def _is_agentcores(message: str) -> bool:
    """Whether a message is one of the sentences that only AgentCore writes."""
    return bool(message) and next(find_sentences(message, _OWN_SENTENCES), None) is not None


def _sender(response: Response, message: str) -> Sender | None:
    """Who answered in front of the service, by its headers or its text; None if none names itself."""
    status = response.status or 0
    if sender := sender_by_text(response.body, message):
        is_answer = 200 <= status < 300 and response.body.lstrip()[:1] != "<"
        return None if is_answer else sender
    if status == 101:
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    if _is_own_challenge(headers.get("www-authenticate", "")):
        return None  # AgentCore's challenge, whoever passed it on
    sender = sender_by_headers(headers)
    if sender is None or sender.adds_marks:
        return sender
    is_marked = any(name.startswith(_AWS_HEADERS) and not name.startswith("x-amz-cf-") for name in headers)
    is_page = "html" in headers.get("content-type", "").lower() and status >= 300 and not sender.is_aws
    return sender if not is_marked or is_page else None


def _is_own_challenge(header: str) -> bool:
    """Whether a challenge names metadata at a host of AgentCore's or of its registry."""
    return "bedrock-agentcore" in header or "//agent-registry." in header


def _is_from_aws(response: Response, *, has_json: bool) -> bool | None:
    """Whether AWS sent the response, by its headers (`x-amzn-requestid`); None if that is not known.

    Without headers it is not known. Without a header of AWS's, a JSON object or a stream of events may
    still be AWS's (a pasted excerpt); an HTML page, and a response that names its server, is not.
    """
    names = [name.lower() for name in response.headers]
    if response.status == 101:
        return None  # a handshake need not have AWS's headers (docs/agentcore.md section 11.1)
    if response.status == 407 or any(name.startswith("proxy-") for name in names):
        return False
    if not names:
        # Neither AgentCore nor an agent behind it answers with a page; without headers, that is all that is known.
        return False if response.body[:_MAX_BEGINNING].lstrip().lower().startswith(_PAGES) else None
    is_html = "html" in (response.header("content-type") or "").lower()
    server = (response.header("server") or "").lower()
    if is_html and (response.status or 0) >= 300 and server and not server.startswith(_AWS_SERVERS):
        return False  # a proxy's own page, which may have AWS's headers as well
    if any(name.startswith(_AWS_HEADERS) and not name.startswith("x-amz-cf-") for name in names):
        return True
    if _is_own_challenge(response.header("www-authenticate") or ""):
        return True
    if is_html:
        return False
    if any(name in ("server", "via") or name.startswith(("x-", "cf-")) for name in names):
        return False
    return None if has_json or response.body.lstrip().startswith("data:") else False
