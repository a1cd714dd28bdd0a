"""Every fact of a situation that may explain a result, or that is worth naming beside it.

ARNs, ids, addresses and times are not facts: they differ between any two accounts. What is not listed here and is not such
a name is compared by its value, so that a field of a later version is not overlooked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from agentcore_probe.judge.comparing.authorizer_facts import authorizer_facts, issuer_facts
from agentcore_probe.judge.comparing.fact import Fact, as_value, at, given, members, plain, putting, reading
from agentcore_probe.judge.comparing.situation import Situation
from agentcore_probe.judge.comparing.token_facts import token_facts
from agentcore_probe.model.methods import Target
from agentcore_probe.model.token import MARGIN_SECONDS

_NAMES = frozenset({
    "arn", "id", "url", "client_id", "secret_arn", "described_arn", "policy_engine_arn", "domains",
    "name", "region", "profile", "source_profile", "mfa_serial", "external_id", "discovery_url", "username", "local",
    "record", "language", "endpoints", "callback_urls", "redirect_uri",
})  # fmt: skip
"""Fields that hold names, or say where something is and who reads it."""

_WORDS = {"require_mmdsv2": "requireMMDSV2", "tools": "tools"}
"""Fields whose name in the AWS API is not that of the record in camel case."""


def facts_of(situation: Situation, other: Situation) -> dict[str, Fact]:
    """The facts of a situation by their ids, in reading order.

    Args:
        situation: the one whose facts these are.
        other: the one that it is compared with; it decides how finely facts are distinguished.
    """
    facts = (
        *_targets(situation, other),
        *issuer_facts(situation, other),
        *token_facts(situation, other),
        *_client(situation, other),
        *_policies(situation),
        *_file(situation, other),
        *_run(situation, other),
    )
    return {fact.id: fact for fact in facts}


def _targets(situation: Situation, other: Situation) -> Iterator[Fact]:
    for target in get_args(Target):
        if not all(side["environment"].get(target) for side in (situation, other)):
            continue  # a file without it
        path = ("configuration", target)
        parts = at(situation, path), at(other, path)
        reasons = [_why_unknown(part) for part in parts]
        yield Fact(
            id=f"{target}.read",
            shown=reading(reasons[0]),
            raw=reasons[0],
            put=putting(path),
        )
        if any(reasons):
            continue
        yield from authorizer_facts(situation, other, target)
        if target == "runtime":
            yield from _endpoints(situation)
        elif target == "gateway":
            yield _tool_sources(situation)
        handled = {"authorizer", "endpoints", "targets", "unreadable"}
        for field in dict.fromkeys(key for part in parts for key in part or ()):
            if field not in handled | _NAMES:
                yield plain(f"{target}.{_camel_case(field)}", situation, (*path, field))


def _why_unknown(part: dict[str, Any] | None) -> str | None:
    """Why a target's configuration is not known; None where it is."""
    return "-" if part is None else part.get("unreadable")


def _endpoints(situation: Situation) -> Iterator[Fact]:
    """The endpoint that is called, by its state; the others by their names."""
    path = ("configuration", "runtime", "endpoints")
    found = at(situation, path)
    called = at(situation, ("environment", "runtime", "qualifier"))
    states = None if found is None else {endpoint["name"]: _state(endpoint) for endpoint in found}
    own = None if states is None else states.get(called, "")
    yield Fact(id="runtime.endpoint", shown=as_value(own), raw=own, put=putting(path))
    others = None if states is None else {name: "" for name in states if name != called}
    yield members("runtime.otherEndpoints", path, others)


def _state(endpoint: dict[str, Any]) -> str:
    live, target = endpoint.get("live_version"), endpoint.get("target_version")
    behind = f", version {live} instead of {target}" if target not in (None, live) else ""
    return f"{endpoint.get('status') or '-'}{behind}"


def _tool_sources(situation: Situation) -> Fact:
    path = ("configuration", "gateway", "targets")
    found = at(situation, path)
    properties = ("status", "type", "listing_mode", "credentials")
    sources = {
        source["name"]: ", ".join(as_value(source[name]).text for name in properties if source.get(name))
        for source in found or ()
    }
    return members("gateway.targets", path, None if found is None else sources)


def _client(situation: Situation, other: Situation) -> Iterator[Fact]:
    path = ("configuration", "client")
    parts = at(situation, path), at(other, path)
    reasons = [_why_unknown(part) for part in parts]
    yield Fact(id="client.read", shown=reading(reasons[0]), raw=reasons[0], put=putting(path))
    if not any(reasons):
        for field in dict.fromkeys(key for part in parts for key in part or ()):
            if field not in _NAMES:
                yield plain(f"client.{_camel_case(field)}", situation, (*path, field))


def _policies(situation: Situation) -> Iterator[Fact]:
    """The resource policies, by what they are of."""
    path = ("configuration", "policies")
    found = {_resource(policy["resource"]): policy for policy in at(situation, path) or ()}
    for resource in ("runtime", "endpoint", "gateway"):
        policy = found.get(resource, {})
        document = policy.get("document")
        if document is None:
            reason = policy.get("unreadable") or ""
            yield Fact(id=f"policy.{resource}", shown=as_value(reason), raw=reason, put=putting(path))
        else:
            shown = as_value(_statements(document))
            yield Fact(id=f"policy.{resource}", shown=shown, raw=_parsed(document), put=putting(path))


def _resource(arn: str) -> str:
    if "/runtime-endpoint/" in arn:
        return "endpoint"
    return "gateway" if ":gateway/" in arn else "runtime"


def _statements(document: str) -> str:
    """What a policy says, in short: `Deny bedrock-agentcore:InvokeAgentRuntime`."""
    policy = _parsed(document)
    found = policy.get("Statement") if isinstance(policy, dict) else None
    statements = found if isinstance(found, list) else [found]
    texts = [
        f"{statement.get('Effect')} {as_value(statement.get('Action') or statement.get('NotAction')).text}"
        for statement in statements
        if isinstance(statement, dict)
    ]
    return "; ".join(texts) or document


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _file(situation: Situation, other: Situation) -> Iterator[Fact]:
    """The environment file, table by table."""
    files = situation["environment"], other["environment"]
    for field in dict.fromkeys(key for file in files for key in file):
        path = ("environment", field)
        if field in (*get_args(Target), "identity", "limits", "expect"):
            tables = [file.get(field) or {} for file in files]
            if field not in {"limits", "expect"}:
                yield given(f"file.{field}", situation, path)
            for key in dict.fromkeys(key for table in tables for key in table):
                if key not in _NAMES and (all(tables) or field in ("limits", "expect")):
                    yield _setting(f"file.{field}.{key}", situation, (*path, key))
        elif field == "identities":
            callers = {name: _wishes(caller) for name, caller in (at(situation, path) or {}).items()}
            yield members("file.identities", path, callers)
        elif field == "role_arn":
            yield given(f"file.{field}", situation, path)
        elif field not in _NAMES:
            yield plain(f"file.{field}", situation, path)


_REFERENCES = frozenset({"source", "name"})


def _setting(id: str, situation: Situation, path: tuple[str, ...]) -> Fact:
    """A key of the file; of a secret's reference and an expectation, what matters of it."""
    value = at(situation, path)
    if isinstance(value, dict) and value.keys() >= _REFERENCES:
        return given(id, situation, path)
    if isinstance(value, dict) and "decision" in value:
        return Fact(id=id, shown=as_value(value["decision"]), raw=value["decision"], put=putting(path))
    return plain(id, situation, path)


def _wishes(caller: dict[str, Any]) -> str:
    """What is wanted of a further caller."""
    wanted = caller.get("expect")
    if isinstance(wanted, dict):
        return ", ".join(f"{method}: {decision}" for method, decision in sorted(wanted.items()))
    return str(wanted or "")


def _run(situation: Situation, other: Situation) -> Iterator[Fact]:
    """The machine and the AWS principal of the run, and the tools that it saw."""
    ahead = situation["run"]["clock"]
    seconds = f"{ahead:+.0f} s" if abs(ahead) >= MARGIN_SECONDS else ""
    yield Fact(id="run.clock", shown=as_value(seconds), raw=seconds, put=putting(("run", "clock")))
    for name in ("caller", "awsLogin", "aws"):
        yield plain(f"run.{name}", situation, ("run", name))
    if situation["tools"] and other["tools"]:  # else a call that listed them failed, or there is no Gateway
        yield members("run.tools", ("tools",), dict.fromkeys(situation["tools"], ""))


def _camel_case(field: str) -> str:
    first, *others = field.split("_")
    return _WORDS.get(field, first + "".join(map(str.capitalize, others)))
