"""A policy document -> statements, in the grammar of IAM's JSON policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Effect = Literal["Allow", "Deny"]


@dataclass(frozen=True)
class Statement:
    """One statement, with the place where it is."""

    policy: str
    """What a person calls the policy: `policy Invoke`, `the resource policy of ARN`."""
    number: int
    effect: Effect
    sid: str = ""
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    principal: Any = None
    not_principal: Any = None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Values by condition key, by operator."""

    @property
    def name(self) -> str:
        """`statement Invoke of policy X`, or by its number."""
        return f"statement {self.sid or self.number} of {self.policy}"


class InvalidPolicy(ValueError):
    """The document is not a policy."""


def read_policy(document: str | Mapping[str, Any], policy: str) -> tuple[Statement, ...]:
    """The statements of a document.

    Args:
        document: JSON, or as botocore has decoded it.
        policy: what to call it.

    Raises:
        InvalidPolicy: it is not a policy.
    """
    try:
        value = json.loads(document) if isinstance(document, str) else document
        found = value.get("Statement", [])
        items = [found] if isinstance(found, Mapping) else list(found)
        if value.get("Version") != _WITH_VARIABLES:
            items = [_without_variables(item) for item in items]
        return tuple(_statement(item, policy, number) for number, item in enumerate(items, start=1))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise InvalidPolicy(str(error)) from None


def _statement(item: Mapping[str, Any], policy: str, number: int) -> Statement:
    effect = item["Effect"]
    if effect not in ("Allow", "Deny"):
        raise InvalidPolicy(f"effect {effect!r}")
    if not item.keys() & {"Action", "NotAction"}:
        raise InvalidPolicy("no action")
    return Statement(
        policy=policy,
        number=number,
        effect=effect,
        sid=str(item.get("Sid", "")),
        actions=_texts(item, "Action"),
        not_actions=_texts(item, "NotAction"),
        resources=_texts(item, "Resource"),
        not_resources=_texts(item, "NotResource"),
        principal=item.get("Principal"),
        not_principal=item.get("NotPrincipal"),
        conditions={
            str(operator): {str(key): _values(values) for key, values in keys.items()}
            for operator, keys in (item.get("Condition") or {}).items()
        },
    )


_WITH_VARIABLES = "2012-10-17"
"""The version of policies with variables; in an earlier one, or without a version, `${aws:username}` is these characters
(IAM user guide, JSON policy elements: Version)."""


def _without_variables(value: Any) -> Any:
    """The value with texts that no longer have the form of a variable, and match nothing that exists."""
    if isinstance(value, str):
        return value.replace("${", "$\u2060{")
    if isinstance(value, list):
        return [_without_variables(one) for one in value]
    return (
        {key: _without_variables(one) for key, one in value.items()} if isinstance(value, Mapping) else value
    )


def _texts(item: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    return _values(item[name]) if name in item else None


def _values(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)
