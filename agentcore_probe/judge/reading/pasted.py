"""Reads what people paste as exchanges: terminals, logs, SDK errors, dumps, prose around them.

The text is normalised, each finder says what it found and where (`Part`), and `pairing` makes exchanges of that. A token
in it is decoded for its claims (nothing is verified) and then dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.reading import _json_only, commandline
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.forms import find_forms
from agentcore_probe.judge.reading.heads import find_heads
from agentcore_probe.judge.reading.pairing import pair
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.sentences import find_sentences
from agentcore_probe.model.exchange import Exchange, Request

_URL = re.compile(r"https?://[^\s'\"<>)\]},`]{4,4000}")
_HOSTS = re.compile(r"^https?://[^/?#]{0,200}(?:bedrock-agentcore|execute-api|lambda-url|/mcp\b)", re.I)
"""Hosts whose mention is taken for the call."""

_MOST = 50
"""Of a long log, only the last exchanges are read."""


def read_pasted_text(text: str, *, where: str) -> tuple[Case, ...]:
    """The exchanges that a text shows, in its order, each with the others as related; one at least.

    Args:
        text: what was pasted.
        where: names the text in errors.

    Raises:
        RecordError: it is empty.
    """
    text = _normalise(text)
    if not text:
        raise RecordError("is empty", where=where, hint="Give an exchange: curl -i output, or an error")
    pasted = pair(text, _find_parts(text))
    if not pasted:
        request = Request(auth="sigv4" if "AWS4-HMAC-SHA256" in text else "none")
        return (Case(Exchange(id="case/1", step="call", request=request)),)
    pasted = pasted[-_MOST:]
    exchanges = tuple(item.exchange for item in pasted)
    return tuple(
        Case(
            item.exchange,
            related=tuple(other for other in exchanges if other is not item.exchange),
            sentence=item.sentence,
            url_only=item.url_only,
        )
        for item in pasted
    )


def _normalise(text: str) -> str:
    return (
        re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]{0,2000}\x07", "", text)
        .replace("\r\n", "\n")
        .strip()
    )


def _find_parts(text: str) -> Iterator[Part]:
    yield from find_heads(text)
    for command in commandline.find_commands(text):
        yield Part(start=command.start, end=command.end, form="command", request=command.pasted)
    yield from _json_only.find(text)
    yield from find_forms(text)
    for sentence in find_sentences(text):
        yield Part(start=sentence.start, end=sentence.end, form="sentence", sentence=sentence)
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?")
        if (
            _HOSTS.match(url)
            and ".well-known/" not in url
            and "resource_metadata=" not in text[max(0, match.start() - 20) : match.start()]
        ):
            request = commandline.make_request("POST", url, {}, None)
            yield Part(start=match.start(), end=match.start() + len(url), form="url", request=request)
