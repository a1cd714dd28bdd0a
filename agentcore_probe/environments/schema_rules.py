"""What the environment file's schema says beyond the types: URLs, and keys that exclude or require each other.

`environments.consistency` checks the same for a file; `tests/environments/test_schema.py` compares both.
"""

from __future__ import annotations

import re
from typing import Any

from agentcore_probe.environments.callers import LOGIN_KEYS
from agentcore_probe.environments.consistency import CREDENTIAL_KEYS, TARGET_NAME
from agentcore_probe.flows import FLOWS
from agentcore_probe.model.environment import PASSTHROUGH_PATH
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.methods import WAYS_IN

_PORT = r"(:([0-9]{0,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"


def _any_case(pattern: str) -> str:
    """The pattern for letters of both cases: JSON Schema has no flags."""
    return re.sub(r"[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", pattern)


_SECRET = rf"[?&#]([A-Za-z0-9_]*[_-])?({_any_case(CREDENTIAL_KEYS)})="
"""A parameter of a URL that holds a credential."""


def _url_pattern() -> str:
    https, http = _any_case("https"), _any_case("http")
    loopback = "|".join(
        rf"\[{re.escape(name)}\]" if ":" in name else _any_case(re.escape(name)) for name in LOOPBACK
    )
    host = rf"({https}://([^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])|{http}://({loopback}))"
    return rf"^(?![^?]*@)(?!.*{_SECRET}){host}{_PORT}([/?#]\S*)?$"


URL = {"type": "string", "pattern": _url_pattern()}
"""https anywhere, plain http to this machine; no credentials."""
_SLASH, _DOT = "(/|%2[Ff])", r"(\.|%2[Ee])"
PASSTHROUGH = {
    "target": TARGET_NAME.pattern,
    "path": rf"(?!.*{_SECRET})(?![^?]*{_SLASH}{_DOT}{{1,2}}({_SLASH}|\?|$)){PASSTHROUGH_PATH.pattern}",
}
"""The patterns of `[gateway.passthrough]` by key: a path has no segment that is . or .., and no credential."""


def _has(*keys: str) -> dict[str, Any]:
    return {"required": list(keys)}


def _has_none_of(*keys: str) -> dict[str, Any]:
    return {"not": {"anyOf": [_has(key) for key in keys]}}


_COMPLETE_GATEWAY = {"properties": {"gateway": {"anyOf": [_has("id"), _has("url")]}}}

KINDS = [
    {
        **_has("record"),
        **_has_none_of(
            "runtime", "gateway", "harness", "registry", "identity", "identities", "local", "endpoints"
        ),
    },
    {
        **_has("local"),
        **_has_none_of("record", "runtime", "registry", "identity", "endpoints"),
        "anyOf": [_has_none_of("harness"), {"properties": {"local": _has("harness")}}],
    },
    {
        **_has_none_of("record", "local"),
        "anyOf": [_has("runtime"), _has("gateway"), _has("harness"), _has("registry")],
        **_COMPLETE_GATEWAY,
    },
]
"""A file replays a record, starts the embedded AgentCore, or names what is deployed."""


def _kind_of_caller(kind: str) -> dict[str, Any]:
    """What `[identities.NAME]` may have where it has a role, or a login; in a `[local]` file, it may have neither."""
    known = WAYS_IN[kind] if kind == "role" else [way for ways in WAYS_IN.values() for way in ways]
    methods = {"properties": {"expect": {"propertyNames": {"enum": [*known]}}}}
    if kind == "role":
        return {**_has("role_arn"), **_has_none_of(*LOGIN_KEYS, "flow"), **methods}
    return {**_has_none_of("role_arn", "external_id"), **methods}


KINDS_OF_CALLERS = [_kind_of_caller(kind) for kind in WAYS_IN]
"""A caller has a login or a role. Which keys its login needs is checked in a run: some come from `[identity]`."""


def flow_rules() -> list[dict[str, Any]]:
    """For each login flow the keys that it needs; without `flow`, those of the default."""
    return [
        {
            "if": {"properties": {"flow": {"const": flow.id}}, **({} if is_default else _has("flow"))},
            "then": _has(*flow.required_keys),
        }
        for flow in FLOWS.values()
        for is_default in (flow.id == "user-password",)
    ]
