"""Environment -> TOML: the file that says what a command line said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agentcore_probe.environments.comments import toml_text
from agentcore_probe.environments.load import parse
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import SecretReference
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.regex import regex

_FACTS = {"region", "profile", "role_arn", "external_id", "mfa_serial", "source_profile", "language"}
"""The keys above the first table."""
_BARE_KEY = regex(r"[A-Za-z0-9_-]+")


def environment_text(environment: Environment) -> str:
    """The text of the file of an environment with a Runtime or a Gateway; reading it gives the same environment again.

    Args:
        environment: its secrets are references.

    Raises:
        EnvironmentFileError: it cannot be written as a file.
    """
    text = "\n\n".join(_tables(environment)) + "\n"
    parse(text.encode(), name=environment.name, where="the environment file, as it would be written")
    return text


def _tables(environment: Environment) -> Iterator[str]:
    facts = environment.model_dump(mode="json", include=_FACTS, exclude_none=True)
    if facts["language"] == DEFAULT:
        del facts["language"]
    if facts:
        yield _lines(facts)
    for name in ("runtime", "gateway", "limits"):
        part = getattr(environment, name)
        values = part.model_dump(mode="json", exclude_defaults=True, exclude_none=True) if part else {}
        if values:
            yield f"[{name}]\n{_lines(values)}"
    identity = environment.identity
    if identity is not None and identity.token is not None:
        yield f"[identity]\n{_lines({'flow': identity.flow, 'token': _reference(identity.token)})}"
    if environment.endpoints:
        yield f"[endpoints]\n{_lines(environment.endpoints)}"


def _reference(secret: SecretReference) -> dict[str, Any]:
    """A reference to a secret as files have it."""
    is_command = secret.source == "command"
    return {secret.source: [secret.name, *secret.arguments] if is_command else secret.name}


def _lines(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{_key(key)} = {_value(value)}" for key, value in values.items())


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml_text(key)


def _value(value: Any) -> str:
    """A value in TOML, which has no null: a member without a value is left out."""
    if isinstance(value, dict):
        members = (f"{_key(key)} = {_value(member)}" for key, member in value.items() if member is not None)
        return f"{{ {', '.join(members)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_value(member) for member in value if member is not None)}]"
    return toml_text(value) if isinstance(value, str) else json.dumps(value)
