"""What the control plane would refuse in the settings of an authorizer, and which rules no token can pass.

The limits are those of botocore's model of bedrock-agentcore-control (`CustomJWTAuthorizerConfiguration` and its
members), and of docs/agentcore.md sections 2.3 and 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentcore_probe.judge.reading.material.literals import Value, filled_in
from agentcore_probe.judge.reading.material.settings import AuthorizerSettings
from agentcore_probe.model.judgement import Confidence, Fact
from agentcore_probe.providers import find_provider
from agentcore_probe.regex import regex

_DOCUMENT = regex(r"./\.well-known/(?:openid-configuration|oauth-authorization-server)(?:/.|$)")
_EXCLUDED = regex(r"[\s?#]")
"""The model's pattern of a discovery URL, and the characters that it excludes."""
_LOGIN_PAGES = regex(r"https?://[^/]{1,253}\.amazoncognito\.com(?:/|$)")
_FORMS: dict[str, re.Pattern[str]] = {
    "allowedScopes": regex(r"[\x21\x23-\x5B\x5D-\x7E]{1,255}"),
    "workloadIdentities": regex(r"[A-Za-z0-9_.-]{3,255}"),
    "requestHeaderAllowlist": regex(r"[A-Za-z][A-Za-z0-9_-]{0,255}"),
    "inboundTokenClaimName": regex(r"[A-Za-z0-9_.-:]{1,255}"),
    "inboundTokenClaimValueType": regex(r"STRING|STRING_ARRAY"),
    "claimMatchOperator": regex(r"EQUALS|CONTAINS|CONTAINS_ANY"),
    "matchValueString": regex(r"[A-Za-z0-9_.-]{1,255}"),
    "matchValueStringList": regex(r"[A-Za-z0-9_.-]{1,255}"),
}
"""Setting -> the form of each of its values."""
_LIMITS = {"hostingEnvironments": 10, "workloadIdentities": 10, "requestHeaderAllowlist": 20}
_MAX_MAPPING = 50
_TYPES = ("CUSTOM_JWT", "AWS_IAM", "NONE", "AUTHENTICATE_ONLY")
_OPERATORS = {"STRING": ("EQUALS",), "STRING_ARRAY": ("CONTAINS", "CONTAINS_ANY")}
_VALUE_OF = {
    "EQUALS": "matchValueString",
    "CONTAINS": "matchValueString",
    "CONTAINS_ANY": "matchValueStringList",
}
"""The operators of each type of claim, and the kind of value that each compares (docs/agentcore.md section 2.3)."""


@dataclass(frozen=True)
class Problem:
    """Something in the settings that does not work."""

    fact: Fact
    cause: str = ""
    """The cause of the refusal that follows; empty for what is only unexpected."""
    values: dict[str, str] = field(default_factory=dict)
    """The variables of the cause's texts."""
    confidence: Confidence = "probable"


def settings_facts(settings: AuthorizerSettings) -> Iterator[Fact]:
    """What is set."""
    provider = find_provider(settings.discovery_url)
    kind = "jwt" if settings.is_jwt else settings.authorizer_type or "none"
    target, name = settings.target or "none", provider.name or "none"
    yield Fact(
        id="settings", values={"form": settings.form, "target": target, "kind": kind, "provider": name}
    )
    for name, value in settings.values.items():
        if any(value.texts):
            text = ", ".join((*value.texts, *(() if value.is_complete or not value.is_list else ("…",))))
            yield Fact(id="setting", values={"setting": _spelled(name, settings), "value": text})
        elif not value.is_complete:
            yield Fact(id="setting-open", values={"setting": _spelled(name, settings)})
    for claim in settings.claims:
        texts = {name: ", ".join(value.texts) for name, value in claim.items() if value.texts}
        compared = texts.get("matchValueString") or texts.get("matchValueStringList")
        rule = " ".join(
            filter(None, (texts.get("inboundTokenClaimName"), texts.get("claimMatchOperator"), compared))
        )
        yield Fact(id="setting", values={"setting": _spelled("customClaims", settings), "value": rule or "…"})


def settings_problems(settings: AuthorizerSettings) -> Iterator[Problem]:
    """What the control plane would refuse, then what no token can pass, then what is probably not meant."""
    yield from _type(settings)
    yield from _discovery_url(settings)
    yield from _lists(settings)
    for claim in settings.claims:
        yield from _claim(claim, settings)
    yield from _without_rule(settings)
    yield from _never_matching(settings)
    yield from _unexpected(settings)


def _refused(id: str, kind: str, setting: str, settings: AuthorizerSettings, **values: str) -> Problem:
    name = _spelled(setting, settings)
    fact = Fact(id=id, values={"setting": name, **values}, is_wrong=True)
    return Problem(fact, "authorizer-config-invalid", {"kind": kind, "setting": name})


def _type(settings: AuthorizerSettings) -> Iterator[Problem]:
    kind = settings.authorizer_type
    if kind and kind not in _TYPES:
        yield _refused(
            "setting-form", "value", "authorizerType", settings, value=kind, form=", ".join(_TYPES)
        )
    elif (
        kind in ("AWS_IAM", "NONE", "AUTHENTICATE_ONLY")
        and settings.is_whole
        and settings.is_jwt
        and settings.values
    ):
        yield _refused("type-contradicts", "superfluous", "authorizerType", settings, value=kind)
    elif kind == "CUSTOM_JWT" and not settings.is_jwt and settings.form == "api":
        yield _refused("type-without-settings", "missing", "customJWTAuthorizer", settings)


def _discovery_url(settings: AuthorizerSettings) -> Iterator[Problem]:
    value = settings.values.get("discoveryUrl")
    if value is None:
        if settings.is_whole and settings.values and not settings.misspelled:
            yield _refused("setting-missing", "discovery-url", "discoveryUrl", settings)
        return
    url = filled_in(value.text)
    if (
        value.texts
        and (_EXCLUDED.search(url) or not _DOCUMENT.search(url))
        and not value.text.endswith(("}", ">"))
    ):
        yield _refused(
            "discovery-url-form", "discovery-url", "discoveryUrl", settings, url=value.text or '""'
        )
    elif _LOGIN_PAGES.match(value.text):
        yield _refused(
            "discovery-url-of-login-page", "discovery-url", "discoveryUrl", settings, url=value.text
        )


def _lists(settings: AuthorizerSettings) -> Iterator[Problem]:
    for spelling, name in settings.misspelled:
        yield _refused("setting-unknown", "spelling", name, settings, spelling=spelling)
    for name, value in settings.values.items():
        if value.is_list and value.is_complete and not value.texts:
            yield _refused("list-empty", "empty", name, settings)
        limit = _LIMITS.get(name)
        if limit is not None and len(value.texts) > limit:
            yield _refused(
                "list-too-long", "value", name, settings, count=str(len(value.texts)), limit=str(limit)
            )
        yield from _forms(name, value, settings)
    if settings.mapping_size is not None and settings.mapping_size > _MAX_MAPPING:
        count = str(settings.mapping_size)
        yield _refused(
            "list-too-long", "value", "advertisedScopeMapping", settings, count=count, limit=str(_MAX_MAPPING)
        )


def _forms(name: str, value: Value, settings: AuthorizerSettings) -> Iterator[Problem]:
    """Values that the model's pattern excludes; expressions count as a letter."""
    pattern = _FORMS.get(name)
    for text in value.texts if pattern else ():
        assert pattern is not None
        if not pattern.fullmatch(filled_in(text)):
            form = (
                pattern.pattern.replace("|", ", ")
                if "STRING" in pattern.pattern or "EQUALS" in pattern.pattern
                else pattern.pattern
            )
            yield _refused("setting-form", "value", name, settings, value=text or '""', form=form)


def _claim(claim: dict[str, Value], settings: AuthorizerSettings) -> Iterator[Problem]:
    for name, value in claim.items():
        yield from _forms(name, value, settings)
    kind, operator = (
        claim[name].text if name in claim else ""
        for name in ("inboundTokenClaimValueType", "claimMatchOperator")
    )
    has_value = "matchValueString" in claim or "matchValueStringList" in claim
    for name in ("inboundTokenClaimName", "inboundTokenClaimValueType", "claimMatchOperator"):
        if name not in claim and len(claim) > 1:
            yield _refused("setting-missing", "value", name, settings)
    if not has_value and len(claim) > 1:
        yield _refused("setting-missing", "value", "claimMatchValue", settings)
    if operator and kind in _OPERATORS and operator in _VALUE_OF and operator not in _OPERATORS[kind]:
        expected = ", ".join(_OPERATORS[kind])
        yield _refused(
            "operator-for-type",
            "value",
            "claimMatchOperator",
            settings,
            operator=operator,
            value=kind,
            expected=expected,
        )
    elif has_value and operator in _VALUE_OF and settings.form != "cdk" and _VALUE_OF[operator] not in claim:
        expected = _spelled(_VALUE_OF[operator], settings)
        yield _refused(
            "value-for-operator", "value", "claimMatchValue", settings, operator=operator, expected=expected
        )


def _without_rule(settings: AuthorizerSettings) -> Iterator[Problem]:
    rules = ("allowedClients", "allowedAudience", "allowedScopes", "customClaims")
    is_set = settings.claims or any(name in settings.values for name in rules) or settings.misspelled
    if settings.is_whole and "discoveryUrl" in settings.values and not is_set:
        yield _refused("rule-missing", "rule-missing", "", settings)


def _never_matching(settings: AuthorizerSettings) -> Iterator[Problem]:
    """Rules on claims that access tokens of this provider do not have by default."""
    provider = find_provider(settings.discovery_url)
    for name, cause, has_claim in (
        ("allowedAudience", "audience-not-allowed", provider.access_tokens_have_audience),
        ("allowedClients", "client-not-allowed", provider.access_tokens_have_client_id),
    ):
        value = settings.values.get(name)
        if value is None or has_claim or (value.is_complete and not value.texts):
            continue
        instead = provider.client_claims[0] if provider.client_claims else "none"
        values = {"setting": _spelled(name, settings), "provider": provider.name, "instead": instead}
        fact = Fact(id=f"never-{cause}", values=values, is_wrong=True)
        # A token may have the claim by a setting of the provider, and an ID token may be meant.
        yield Problem(fact, cause, {**values, "provider": provider.id, "form": "settings"}, "possible")


def _unexpected(settings: AuthorizerSettings) -> Iterator[Problem]:
    """What works, but probably not as it is meant."""
    headers = settings.values.get("requestHeaderAllowlist")
    if headers is not None and headers.is_complete and headers.texts:
        names = {header.lower() for header in headers.texts}
        if "authorization" not in names:
            yield Problem(Fact(id="authorization-stripped"))
        elif settings.authorizer_type == "AWS_IAM":
            yield _refused("authorization-without-jwt", "value", "requestHeaderAllowlist", settings)
    if settings.mapping_size and "allowedScopes" not in settings.values and settings.is_whole:
        yield Problem(Fact(id="mapping-without-scopes"))


def _spelled(name: str, settings: AuthorizerSettings) -> str:
    """A setting as the language of the text spells it."""
    if settings.form == "cloudformation":
        return name[:1].upper() + name[1:]
    if settings.form == "terraform":
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return name
