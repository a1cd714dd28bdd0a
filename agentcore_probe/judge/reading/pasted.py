"""Reads what people paste as exchanges: terminals, logs, SDK errors, dumps, prose around them.

The text is normalised, each finder says what it found and where (`Part`), and `pairing` makes exchanges of that. A token
in it is decoded for its claims (nothing is verified) and then dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.reading import commandline
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.dumps import nested_texts, read_structure
from agentcore_probe.judge.reading.forms import find_forms
from agentcore_probe.judge.reading.heads import find_heads
from agentcore_probe.judge.reading.literals import Structure
from agentcore_probe.judge.reading.material.keys import has_settings
from agentcore_probe.judge.reading.material.tokens import is_decoded_token
from agentcore_probe.judge.reading.normalise import normalise
from agentcore_probe.judge.reading.pairing import find_units, pair
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.judge.reading.sentences import find_sentences
from agentcore_probe.judge.reading.structures import find_structures
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.regex import regex

_URL = regex(r"(?:https?|wss?)://[^\s'\"<>)\]},`]{4,4000}")
_HOSTS = regex(r"^\w{2,5}://[^/?#]{0,200}(?:bedrock-agentcore|execute-api|lambda-url|/mcp\b)", re.I)
"""Hosts whose mention is taken for the call."""

_PROGRAMS = {
    "curl": "curl",
    "aws": "aws",
    **dict.fromkeys(("http", "https", "xh", "xhs"), "httpie"),
    "wget": "wget",
    **dict.fromkeys(("invoke-restmethod", "invoke-webrequest", "irm", "iwr"), "powershell"),
}
"""The command -> the kind of client (`Part.program`)."""
_MAX_DEPTH = 4
"""Texts in texts: a log line in a message in a JSON string in a log."""
_MOST_STRUCTURES = 400
"""Of a long log, only the last structures are read."""


def read_pasted_text(text: str, *, where: str) -> tuple[Case, ...]:
    """The exchanges that a text shows, in its order, each with the others as related; one at least.

    Args:
        text: what was pasted.
        where: names the text in errors.

    Raises:
        RecordError: it is empty.
    """
    text = normalise(text).strip()
    if not text:
        raise RecordError(
            "is empty", where=where, hint="Give an answer (curl -i), an error, a token, an ARN or a URL"
        )
    pasted = pair(text, _find_parts(text))
    if not pasted:
        request = Request(auth="sigv4" if "AWS4-HMAC-SHA256" in text else "none")
        return (Case(Exchange(id="case/1", step="call", request=request)),)
    exchanges = tuple(item.exchange for item in pasted)
    return tuple(
        Case(
            item.exchange,
            related=Related(other for other in exchanges if other is not item.exchange),
            sentence=item.sentence,
            url_only=item.url_only,
            status_only=item.status_only,
            head_only=item.head_only,
            program=item.program,
        )
        for item in pasted
    )


def _find_parts(text: str, depth: int = 0) -> Iterator[Part]:
    """What every finder finds in a normalised text; what is inside a structure is read from it alone."""
    yield from find_heads(text)
    for command in commandline.find_commands(text):
        yield Part(
            start=command.start,
            end=command.end,
            form="command",
            request=command.pasted,
            program=_PROGRAMS[command.program],
        )
    masked = list(text)
    opened: list[tuple[int, int]] = []
    for structure in find_structures(text)[-_MOST_STRUCTURES:]:
        if _is_material(structure):
            continue
        parts = [part for part in read_structure(structure) if not _is_message_alone(part)]
        nested = list(_find_nested(structure, depth))
        opened += [(structure.start, structure.end)] if nested else []
        parts += nested
        yield from parts
        if parts:
            # Its first and last character stay: a status may be before or after a body.
            masked[structure.start + 1 : structure.end - 1] = " " * (structure.end - structure.start - 2)
    rest = "".join(masked)
    yield from find_forms(rest)
    for sentence in find_sentences(text):
        if any(start <= sentence.start and sentence.end <= end for start, end in opened):
            continue  # it was read with the text around it
        yield Part(start=sentence.start, end=sentence.end, form="sentence", sentence=sentence)
    for match in _URL.finditer(rest):
        url = match[0].rstrip(".,;:!?")
        if _HOSTS.match(url) and not _is_reference(rest, match.start(), url):
            request = commandline.make_request("POST", url, {}, None)
            yield Part(start=match.start(), end=match.start() + len(url), form="url", request=request)


def _is_material(structure: Structure) -> bool:
    """Whether it is a decoded token or the settings of an authorizer, and no answer."""
    says_more = any(part.status or part.error_type or part.message for part in read_structure(structure))
    return not says_more and (is_decoded_token(structure.value) or has_settings(structure.text))


def _is_message_alone(part: Part) -> bool:
    """Whether a log line or an exception has a message and nothing of an answer; the message is read as text."""
    says_more = part.request or part.status or part.headers is not None or part.body or part.error_type
    return part.form == "wrapper" and not says_more


def _find_nested(structure: Structure, depth: int) -> Iterator[Part]:
    """The exchanges that the texts inside a structure show, where the structure is."""
    if depth >= _MAX_DEPTH:
        return
    position = structure.start
    for nested in map(normalise, nested_texts(structure)):
        for unit in find_units(nested, _find_parts(nested, depth + 1)):
            # One after the other, so that their order is kept.
            yield unit.as_part(position, position + 1)
            position = min(position + 1, structure.end - 1)


def _is_reference(text: str, position: int, url: str) -> bool:
    """Whether a URL is named for another reason than a call: as metadata, or as the resource of a challenge."""
    return ".well-known/" in url or "resource_metadata=" in text[max(0, position - 20) : position]
