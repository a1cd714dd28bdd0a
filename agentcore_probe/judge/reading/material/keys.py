"""Finds the names of an authorizer's settings in a text, each with its value.

One table of names serves all languages, since each spells them alike up to upper case and underscores:
`discoveryUrl`, `DiscoveryUrl`, `discovery_url`. A parser for each (python-hcl2, PyYAML with CloudFormation's tags) would
be two more dependencies, could not read the fragments that people paste, and there would be none for TypeScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from agentcore_probe.judge.reading.material.literals import Value, argument_spans, read_value, read_words
from agentcore_probe.regex import regex

Form = Literal["api", "cloudformation", "cdk", "terraform"]

LISTS = (
    "allowedAudience",
    "allowedClients",
    "allowedScopes",
    "hostingEnvironments",
    "workloadIdentities",
    "requestHeaderAllowlist",
)
CLAIM_KEYS = (
    "inboundTokenClaimName",
    "inboundTokenClaimValueType",
    "claimMatchOperator",
    "matchValueString",
    "matchValueStringList",
)
_KEYS = {
    name.lower(): name
    for name in (
        "customJWTAuthorizer",
        "authorizerType",
        "discoveryUrl",
        "customClaims",
        "advertisedScopeMapping",
        *LISTS,
        *CLAIM_KEYS,
    )
} | {
    "allowlistedheaders": "requestHeaderAllowlist",  # CDK
    "customclaim": "customClaims",  # Terraform has a block for each
    "hostingenvironment": "hostingEnvironments",
}
MISSPELLED = {
    "allowedaudiences": "allowedAudience",
    "allowedclient": "allowedClients",
    "allowedclientids": "allowedClients",
    "allowedscope": "allowedScopes",
}
"""Names that people write and no language has."""

_KEY = regex(
    r"(?<![\w.$])[\"']?(?P<name>custom_?jwt_?authorizer|authorizer_?type|discovery_?url"
    r"|allowed_?(?:audiences?|client_?ids|clients?|scopes?)|custom_?claims?|advertised_?scope_?mapping|hosting_?environments?"
    r"|workload_?identities|request_?header_?allowlist|allowlisted_?headers|inbound_?token_?claim_?(?:name|value_?type)"
    r"|claim_?match_?operator|match_?value_?string(?:_?list)?)[\"']?[ \t]{0,40}(?P<separator>\??:|=>?(?!=)|(?=[{(]))",
    re.I,
)
_CALL = regex(
    r"\busing_?(?P<name>jwt|oauth|cognito|iam|aws_?iam|custom_?jwt|no_?authorization)[ \t]{0,9}\(", re.I
)
_CLAIM_CALL = regex(r"\bwith_?string_?(?P<array>array_?)?value[ \t]{0,9}\(", re.I)
_BY_NAME = regex(r"\s{0,200}[A-Za-z_]\w{0,60}\s{0,9}=(?!=)")
_WITHOUT_TOKENS = {"iam": "AWS_IAM", "awsiam": "AWS_IAM", "noauthorization": "NONE"}
_IN_QUOTES = regex(r"\s{0,200}[fFrR]{0,2}[\"'`]")
_EMPTY = regex(r"\s{0,40}\[\s{0,40}\]")
_BLOCK = regex(r"(?:\n[ \t]{1,80}[^\s:#][^\n:]{0,255}:[^\n]{0,255}){1,200}")
_ORDER = {
    "jwt": ("discoveryUrl", "allowedClients", "allowedAudience", "allowedScopes"),
    "oauth": ("discoveryUrl", "allowedClients", "allowedAudience", "allowedScopes"),
    "cognito": ("", "allowedClients", "allowedAudience", "allowedScopes"),
}
"""The arguments of CDK's functions, by position."""
COGNITO_URL = "https://cognito-idp.${region}.amazonaws.com/${userPoolId}/.well-known/openid-configuration"
"""The discovery URL that CDK builds of a user pool."""


class Event(NamedTuple):
    """A key with its value, or the beginning of an authorizer."""

    start: int
    name: str
    value: Value | None
    form: Form
    spelling: str = ""


def has_settings(text: str) -> bool:
    """Whether a text names a setting of an authorizer."""
    return _KEY.search(text) is not None or _CALL.search(text) is not None


def find_keys(text: str, names: dict[str, str]) -> Iterator[Event]:
    """The settings that have a name before them.

    Args:
        text: without comments.
        names: the strings that the text assigns to names.
    """
    position = 0
    for match in _KEY.finditer(text):
        plain = match["name"].replace("_", "").lower()
        name = _KEYS.get(plain) or MISSPELLED.get(plain, "")
        if match.start() < position or not name or match["name"].isupper():
            continue  # inside of the value before it, or a constant
        form = _form(match["name"], match[0], text, match.end())
        value = None if name == "customJWTAuthorizer" else _read(name, form, match, names)
        if value is not None:
            position = value.end
        yield Event(match.start(), name, value, form, match["name"] if plain in MISSPELLED else "")


def _read(name: str, form: Form, match: re.Match[str], names: dict[str, str]) -> Value | None:
    """The value of a key."""
    text, start = match.string, match.end()
    if name == "advertisedScopeMapping":
        return _read_mapping(text, start)
    if name == "customClaims":  # its members are keys of their own
        return Value(is_list=True) if _EMPTY.match(text, start) else None
    is_shorthand = _is_shorthand(match[0], text, match.start())
    if is_shorthand and name in LISTS and text[start : start + 1] not in ("[", '"', "'"):
        return read_words(text, start)
    words = form == "cloudformation" or is_shorthand or _is_yaml(match[0], text, start)
    value = read_value(text, start, names, words=words)
    if value is None or form == "cloudformation" or is_shorthand or value.is_list:
        return value
    # The last property of an object in code looks like a line of YAML.
    is_bare = value.is_complete and not _IN_QUOTES.match(text, start)
    is_name = is_bare and value.text not in names.values()
    must_be_literal = name in LISTS or (name == "discoveryUrl" and "://" not in value.text)
    return value._replace(texts=(), is_complete=False) if is_name and must_be_literal else value


def _form(spelling: str, key: str, text: str, end: int) -> Form:
    if spelling[0].isupper():
        return "cloudformation"
    if "_" in spelling:
        return "terraform"
    is_code = '"' not in key and "'" not in key and not _is_yaml(key, text, end)
    return "cdk" if is_code and ":" in key else "api"


def _is_yaml(key: str, text: str, end: int) -> bool:
    """Whether the value is the rest of a line after a key without quotes, and the line does not end as it would in code."""
    if key.startswith(('"', "'")):
        return False
    line = text[end : end + 2048].partition("\n")[0].strip()
    return (
        key.endswith(":")
        and not line.endswith((",", ";", "{", "(", "[", ")", "}"))
        and not line.startswith(("[", "{", '"', "'", "`"))
    )


def _is_shorthand(key: str, text: str, start: int) -> bool:
    """Whether it is the AWS CLI's shorthand, `discoveryUrl=https://...,allowedClients=a,b`."""
    return (
        key.endswith("=")
        and " " not in key
        and "_" not in key
        and text[start - 1 : start] in ("{", ",", "'", '"', " ")
    )


def _read_mapping(text: str, start: int) -> Value:
    """The keys of `advertisedScopeMapping`, of which only the number matters."""
    opening = text.find("{", start, start + 40)
    if opening >= 0:
        spans = argument_spans(text, opening)
        lines = [
            line for begin, end in spans for line in text[begin:end].splitlines() if re.search(r"[:=]", line)
        ]
        end = spans[-1][1] if spans else opening
        return Value(tuple(line.strip() for line in lines), is_list=True, end=end)
    block = _BLOCK.match(text, start)
    return Value(
        tuple(block[0].strip().splitlines()) if block else (), is_list=True, is_complete=block is not None
    )


def find_calls(text: str, names: dict[str, str]) -> Iterator[Event]:
    """The settings that CDK's functions have by position; the arguments are those of `find_keys`."""
    position = 0
    for match in _CALL.finditer(text):
        if match.start() < position:
            continue
        kind = match["name"].replace("_", "").lower()
        if kind in _WITHOUT_TOKENS:
            yield Event(match.start(), "authorizerType", Value((_WITHOUT_TOKENS[kind],)), "cdk")
            continue
        yield Event(match.start(), "customJWTAuthorizer", None, "cdk")
        if kind == "cognito":
            yield Event(match.start(), "discoveryUrl", Value((COGNITO_URL,), is_complete=False), "cdk")
        spans = argument_spans(text, match.end() - 1)
        position = spans[-1][1] if spans else 0
        for name, (begin, end) in zip(_ORDER.get(kind, ()), spans, strict=False):
            if _BY_NAME.match(text, begin):
                break  # found as a key
            value = read_value(text[begin:end], 0, names, words=False) if name else None
            if value is not None:
                yield Event(begin, name, value, "cdk")
    yield from _claim_calls(text, names)


def _claim_calls(text: str, names: dict[str, str]) -> Iterator[Event]:
    """CDK's functions for the rules on other claims: name, value, operator."""
    position = 0
    for match in _CLAIM_CALL.finditer(text):
        if match.start() < position:
            continue
        spans = argument_spans(text, match.end() - 1)
        position = spans[-1][1] if spans else 0
        is_array = match["array"] is not None
        keys = ["inboundTokenClaimName", "matchValueStringList" if is_array else "matchValueString"]
        values = [read_value(text[begin:end], 0, names, words=False) for begin, end in spans[:3]]
        members = {"inboundTokenClaimValueType": Value(("STRING_ARRAY" if is_array else "STRING",))}
        members |= {
            name: value for name, value in zip([*keys, "claimMatchOperator"], values, strict=False) if value
        }
        members.setdefault("claimMatchOperator", Value(("CONTAINS" if is_array else "EQUALS",)))
        for name, value in members.items():
            yield Event(match.start(), name, value, "cdk")
