"""Finds the settings of an authorizer in a text: API, AWS CLI, CloudFormation, CDK and Terraform, whole or a fragment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

from agentcore_probe.judge.reading.material.keys import (
    CLAIM_KEYS,
    LISTS,
    Event,
    Form,
    find_calls,
    find_keys,
    has_settings,
)
from agentcore_probe.judge.reading.material.literals import Value, assignments, without_comments
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.configuration import Authorizer, JwtAuthorizer
from agentcore_probe.regex import regex

_GATEWAY = regex(
    r"gateway_?authorizer|gateway_?name|bedrock-?agentcore_?:{0,2}gateway|\bgateway_?identifier|[-_]gateway\b",
    re.I,
)
_RUNTIME = regex(
    r"runtime_?authorizer|agent_?runtime|agentcore::runtime|\bcfn_?runtime|update-agent-runtime", re.I
)
_MAX_AUTHORIZERS = 5


@dataclass(frozen=True)
class AuthorizerSettings:
    """The settings of one authorizer, as far as a text shows them."""

    form: Form = "api"
    target: Literal["runtime", "gateway", ""] = ""
    """What it belongs to; empty if the text does not say."""
    authorizer_type: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    """By the names of the API."""
    claims: tuple[dict[str, Value], ...] = ()
    """The rules on other claims, each by the names of the API."""
    mapping_size: int | None = None
    """How many scopes `advertisedScopeMapping` has."""
    misspelled: tuple[tuple[str, str], ...] = ()
    """Names that do not exist, and those that are meant."""
    is_whole: bool = False
    """Whether the block around the rules is shown, so that a rule that is not shown is not set."""

    @property
    def is_jwt(self) -> bool:
        """Whether it is about tokens at all."""
        return (
            self.is_whole
            or bool(self.claims)
            or any(name in self.values for name in ("discoveryUrl", *LISTS[:3]))
        )

    @property
    def discovery_url(self) -> str:
        """The discovery URL, perhaps with expressions in it; empty if it is not known."""
        return self.values["discoveryUrl"].text if "discoveryUrl" in self.values else ""

    def known(self, name: str) -> tuple[str, ...]:
        """The items of a list, if each of them is known; else nothing."""
        value = self.values.get(name)
        return value.texts if value is not None and value.is_complete else ()

    @property
    def authorizer(self) -> Authorizer | None:
        """The rules of which all values are known, to check a token against; None for an unknown type."""
        if not self.is_jwt:
            kinds: dict[str, Literal["AWS_IAM", "AUTHENTICATE_ONLY", "NONE"]] = {
                "AWS_IAM": "AWS_IAM", "AUTHENTICATE_ONLY": "AUTHENTICATE_ONLY", "NONE": "NONE"
            }  # fmt: skip
            kind = kinds.get(self.authorizer_type)
            return Authorizer(type=kind) if kind else None
        return Authorizer(type="CUSTOM_JWT", jwt=self._rules())

    def _rules(self) -> JwtAuthorizer:
        url = self.values.get("discoveryUrl")
        facts: dict[str, Any] = {
            "discoveryUrl": url.text if url is not None and url.is_complete else "",
            **{name: list(self.known(name)) for name in LISTS[:3]},
            "customClaims": [_claim_facts(claim) for claim in self.claims if _is_known(claim)],
            "allowedWorkloadConfiguration": {
                "hostingEnvironments": [{"arn": arn} for arn in self.known("hostingEnvironments")],
                "workloadIdentities": list(self.known("workloadIdentities")),
            },
        }
        part = from_facts({"runtime": {"authorizerConfiguration": {"customJWTAuthorizer": facts}}}).runtime
        assert part is not None
        assert part.authorizer is not None
        return part.authorizer.jwt or JwtAuthorizer()


def _is_known(claim: dict[str, Value]) -> bool:
    return "inboundTokenClaimName" in claim and all(
        value.is_complete and value.texts for value in claim.values()
    )


def _claim_facts(claim: dict[str, Value]) -> dict[str, Any]:
    values = claim.get("matchValueStringList")
    match = {"matchValueStringList": list(values.texts)} if values else {
        "matchValueString": claim["matchValueString"].text if "matchValueString" in claim else ""
    }  # fmt: skip
    operator = claim["claimMatchOperator"].text if "claimMatchOperator" in claim else "EQUALS"
    return {
        "inboundTokenClaimName": claim["inboundTokenClaimName"].text,
        "authorizingClaimMatchValue": {"claimMatchOperator": operator, "claimMatchValue": match},
    }


def find_settings(text: str) -> tuple[AuthorizerSettings, ...]:
    """The authorizers that a text configures, in its order; at most five. Never raises."""
    text = text.replace('\\"', '"')
    if not has_settings(text):
        return ()
    clean = without_comments(text)
    names = assignments(clean)
    drafts = [_Draft()]
    for event in sorted((*find_keys(clean, names), *find_calls(clean, names)), key=lambda event: event.start):
        if drafts[-1].is_full_for(event):
            drafts.append(_Draft())
        drafts[-1].add(event)
    target = _target(clean)
    finished = (draft.finish(target) for draft in drafts if draft.is_used)
    return tuple(islice(finished, _MAX_AUTHORIZERS))


class _Draft:
    """One authorizer while it is read."""

    def __init__(self) -> None:
        self.settings = AuthorizerSettings()
        self.values: dict[str, Value] = {}
        self.claims: list[dict[str, Value]] = []
        self.misspelled: dict[str, str] = {}

    @property
    def is_used(self) -> bool:
        names = ("discoveryUrl", "authorizerType", "customClaims", *LISTS)
        return self.settings.is_whole or bool(self.claims) or any(name in self.values for name in names)

    def is_full_for(self, event: Event) -> bool:
        """Whether the event belongs to the next authorizer."""
        if event.name == "customJWTAuthorizer":
            return self.settings.is_whole
        current = self.values.get(event.name)
        if event.name not in ("discoveryUrl", *LISTS[:3]) or current is None or event.value is None:
            return False
        return event.value.is_complete and current.is_complete and event.value.texts != current.texts

    def add(self, event: Event) -> None:
        """Adds a key and its value."""
        if event.name == "customJWTAuthorizer":
            self.settings = replace(self.settings, is_whole=True, form=event.form)
            return
        if event.value is None:
            return
        if not self.values and not self.claims and not self.settings.is_whole:
            self.settings = replace(self.settings, form=event.form)
        if event.spelling:
            self.misspelled[event.spelling] = event.name
        elif event.name in CLAIM_KEYS:
            self._add_to_claim(event.name, event.value)
        elif event.name not in self.values or not self.values[event.name].is_complete:
            self.values[event.name] = event.value

    def _add_to_claim(self, name: str, value: Value) -> None:
        """A name that the current rule has begins the next one."""
        if not self.claims or name in self.claims[-1]:
            self.claims.append({})
        self.claims[-1][name] = value

    def finish(self, target: Literal["runtime", "gateway", ""]) -> AuthorizerSettings:
        """The settings; lists that were not set are left out."""
        kind = self.values.pop("authorizerType", None)
        mapping = self.values.pop("advertisedScopeMapping", None)
        return replace(
            self.settings,
            target=target,
            authorizer_type=kind.text if kind is not None and kind.is_complete else "",
            values=self.values,
            claims=tuple(self.claims),
            mapping_size=len(mapping.texts) if mapping is not None and mapping.is_complete else None,
            misspelled=tuple(self.misspelled.items()),
        )


def _target(text: str) -> Literal["runtime", "gateway", ""]:
    is_gateway, is_runtime = _GATEWAY.search(text) is not None, _RUNTIME.search(text) is not None
    if is_gateway == is_runtime:
        return ""
    return "gateway" if is_gateway else "runtime"
