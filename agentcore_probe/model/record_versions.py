"""Versions of the record's format, and how a record of an earlier version becomes one of the current version.

A new field with a default does not change the version. A renamed or removed one, or a value with another meaning, does:
it raises `VERSION` and adds a step to `_STEPS`. tests/model/records/ has a record of each version.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from agentcore_probe.regex import regex

VERSION = 2
"""The version that this program writes."""

NAME = "agentcore-probe/record/"
"""The value of a record's key `schema`, without the version."""

SCHEMA = f"{NAME}{VERSION}"

_SCHEMA = regex(rf"{re.escape(NAME)}([1-9]\d{{0,5}})")


def version_of(content: Mapping[str, Any]) -> int | None:
    """The version of a record; None if this is not a record.

    Args:
        content: the JSON object of a `record.json`.
    """
    schema = content.get("schema")
    match = _SCHEMA.fullmatch(schema) if isinstance(schema, str) else None
    return int(match[1]) if match else None


def upgraded(content: dict[str, Any]) -> dict[str, Any]:
    """The same record in the current version; the argument stays as it is.

    Args:
        content: the JSON object of a record with a version that is not newer than this program.
    """
    version = version_of(content)
    if version is None or version >= VERSION:
        return content
    result = {key: _copied(value) for key, value in content.items()}
    for step in _STEPS[version - 1 :]:
        step(result)
    result["schema"] = SCHEMA
    return result


def digest_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal of a record's facts as canonical JSON (UTF-8, sorted keys, no spaces).

    Args:
        facts: the record without its digest and its judgement.
    """
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _from_1_to_2(record: dict[str, Any]) -> None:
    """Replaces ids that have had a new name since: of a reason, and of a forgery that exists for each type of key."""
    for observation in _objects(record.get("observations")):
        if observation.get("not_tried") == "no-aws-credentials":
            observation["not_tried"] = "aws-credentials-missing"
    for exchange in _objects(record.get("exchanges")):
        if exchange.get("forged") == "foreign-key":
            exchange["forged"] = "foreign-key-rsa"


def _copied(value: Any) -> Any:
    """A copy of a list and of its objects, which is what the steps change."""
    return (
        [{**item} if isinstance(item, dict) else item for item in value] if isinstance(value, list) else value
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    """The JSON objects in a list; anything else is for the record's own types to refuse."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


_STEPS: tuple[Callable[[dict[str, Any]], None], ...] = (_from_1_to_2,)
"""The step from each version to the next, beginning with the first."""
