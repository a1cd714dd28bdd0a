"""What a pasted text contains besides exchanges: tokens, claims, ARNs, URLs, requests and settings of authorizers."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.judge.reading.material.places import (
    FoundArn,
    FoundUrl,
    find_arns,
    find_urls,
    without_places,
)
from agentcore_probe.judge.reading.material.requests import find_requests, without_requests
from agentcore_probe.judge.reading.material.settings import AuthorizerSettings, find_settings
from agentcore_probe.judge.reading.material.tokens import find_tokens, has_jwt, without_tokens
from agentcore_probe.judge.reading.normalise import normalise
from agentcore_probe.judge.token_rules import is_id_token
from agentcore_probe.model.configuration import Configuration, GatewayConfiguration, RuntimeConfiguration
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.regex import regex

MAX_LENGTH = 400_000
"""Characters of a text that are read."""


class Material(NamedTuple):
    """What a text contains."""

    tokens: tuple[TokenFacts, ...] = ()
    """JWTs and decoded claims."""
    settings: tuple[AuthorizerSettings, ...] = ()
    """The settings of authorizers."""
    arns: tuple[FoundArn, ...] = ()
    """The ARNs outside of URLs."""
    urls: tuple[FoundUrl, ...] = ()
    """The URLs of AgentCore and of identity providers, except those of the requests."""
    requests: tuple[PastedRequest, ...] = ()
    """The requests of command lines."""
    is_alone: bool = True
    """Whether the text says nothing besides; of code with settings, and of decoded claims, that is not asked."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say anything about."""
        return not (self.tokens or self.settings or self.arns or self.urls or self.requests)

    @property
    def token(self) -> TokenFacts | None:
        """The token of the request, else the first access token of the text, else the first of any kind."""
        in_requests = [request.token for request in self.requests if request.token is not None]
        access = [token for token in self.tokens if not is_id_token(token.claims)]
        return next(iter((*in_requests, *access, *self.tokens)), None)

    @property
    def configuration(self) -> Configuration:
        """The authorizer of the first settings as a configuration; of both targets if the text does not name one."""
        if not self.settings:
            return Configuration()
        first = self.settings[0]
        authorizer, allowlist = first.authorizer, first.known("requestHeaderAllowlist")
        runtime = RuntimeConfiguration(authorizer=authorizer, header_allowlist=allowlist or None)
        gateway = GatewayConfiguration(authorizer=authorizer)
        return Configuration(
            runtime=runtime if first.target != "gateway" else None,
            gateway=gateway if first.target != "runtime" else None,
        )


def read_material(text: str) -> Material:
    """What a text contains; never raises, and takes a time that is linear in the text."""
    written = text[:MAX_LENGTH]
    text = normalise(written)
    settings, tokens, requests = find_settings(text), find_tokens(text), find_requests(text)
    known = {request.request.url for request in requests}
    return Material(
        tokens=tokens,
        settings=settings,
        arns=_arns(written, text),
        urls=tuple(place for place in find_urls(text) if place.url not in known and not _is_of_claims(place)),
        requests=requests,
        is_alone=bool(settings) or (bool(tokens) and not has_jwt(text)) or not _says_more(text),
    )


_LABEL = regex(r"(?m)^[ \t]{0,20}(?:export )?[\"']?[\w -]{1,40}[\"']?[ \t]{0,4}(?:[:=]|$)")
"""What a line calls the thing that it has."""
_WORD = regex(r"(?!(?:await|return|new|const|let|var)\b)\b[^\W_]\w{1,60}\b(?!\s?\()")
"""A word of prose, and not what a line of code calls."""
_MAX_QUESTION = 120


def _says_more(text: str) -> bool:
    """Whether there are words besides the material, its labels and a question about it."""
    for find in (without_requests, without_tokens, without_places):
        text = find(text)
    rest = _LABEL.sub(" ", text).strip()
    is_question = len(rest) <= _MAX_QUESTION and rest.endswith(("?", "？"))
    return _WORD.search(rest) is not None and not is_question


def _arns(written: str, text: str) -> tuple[FoundArn, ...]:
    """The ARNs as they are written, or, if one of them is cut by a line's end, as the joined lines have them."""
    arns = find_arns(written)
    return find_arns(text) if not arns or any(place.arn.defect for place in arns) else arns


def _is_of_claims(place: FoundUrl) -> bool:
    """Whether a URL is an issuer's, as claims have it."""
    return place.address.path.count("/") <= 4 and "/.well-known/" not in place.address.path and (
        place.address.host_kind == "cognito" or place.address.service == "other"
    )  # fmt: skip
