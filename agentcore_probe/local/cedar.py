"""Evaluates Cedar policies as the embedded Gateway's policy engine does (docs/local.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DENIED_BY_DEFAULT = "No policy applies to the request (denied by default)."


@dataclass(frozen=True)
class Caller:
    """The principal of a request."""

    type: str
    id: str
    claims: Mapping[str, Any]
    """Of its token; empty for an IAM caller."""

    @property
    def uid(self) -> str:
        """The principal in Cedar's syntax."""
        return _quoted(self.type, self.id)

    def entity(self) -> dict[str, Any]:
        """The principal's entity: every claim is a tag, a text as it is, anything else as JSON without spaces."""
        tags = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in self.claims.items()
            if value is not None
        }
        uid = {"type": self.type, "id": self.id}
        return {"uid": uid, "attrs": {"id": self.id}, "tags": tags, "parents": []}


class PolicySet:
    """The policies that are enforced, by their ids.

    Args:
        policies: id and Cedar text of each.
        gateway: the Gateway's ARN.
    """

    def __init__(self, policies: Iterable[tuple[str, str]], gateway: str) -> None:
        self._ids, texts = [], []
        for id, text in policies:
            self._ids.append(id)
            texts.append(text)
        self._text = "\n".join(texts)
        self._gateway = gateway

    def denial(self, caller: Caller, tool: str, arguments: Mapping[str, Any]) -> str | None:
        """Why a call is denied, in the service's words; None for one that is permitted.

        Args:
            caller: the principal.
            tool: the tool's name with its target.
            arguments: of the call.
        """
        import cedarpy

        request = {**self._request(caller, tool), "context": {"input": _without_fractions(arguments)}}
        result = cedarpy.is_authorized(request, self._text, self._entities(caller, tool))
        if result.allowed:
            return None
        places = sorted(int(id.removeprefix("policy")) for id in result.diagnostics.reasons)
        return f"Policy evaluation denied due to {self._ids[places[0]]}" if places else DENIED_BY_DEFAULT

    def is_listed(self, caller: Caller, tool: str) -> bool:
        """Whether a tool is in the list: unless it is denied whatever its arguments are."""
        import cedarpy

        result = cedarpy.is_authorized_partial(
            self._request(caller, tool), self._text, self._entities(caller, tool)
        )
        return bool(result.decision != cedarpy.Decision.Deny)

    def _request(self, caller: Caller, tool: str) -> dict[str, Any]:
        return {
            "principal": caller.uid,
            "action": _quoted("AgentCore::Action", tool),
            "resource": _quoted("AgentCore::Gateway", self._gateway),
        }

    def _entities(self, caller: Caller, tool: str) -> list[dict[str, Any]]:
        return [
            caller.entity(),
            _group("AgentCore::Action", tool, "CallTool"),
            _group("AgentCore::Action", "CallTool", "Mcp"),
            _group("AgentCore::Action", "Mcp"),
            _group("AgentCore::Gateway", self._gateway),
        ]


def is_cedar(text: str) -> bool:
    """Whether a statement is Cedar's, and not one of another language."""
    import cedarpy

    try:
        return len(cedarpy.PolicySet.from_str(text)) == 1
    except ValueError:
        return False


def _quoted(type: str, id: str) -> str:
    return f"{type}::{json.dumps(id, ensure_ascii=False)}"


def _group(type: str, id: str, *parents: str) -> dict[str, Any]:
    above = [{"type": type, "id": parent} for parent in parents]
    return {"uid": {"type": type, "id": id}, "attrs": {}, "parents": above}


def _without_fractions(value: Any) -> Any:
    """JSON in Cedar's values: a fraction is a decimal, and null is left out."""
    if isinstance(value, dict):
        return {name: _without_fractions(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_without_fractions(item) for item in value if item is not None]
    return {"__extn": {"fn": "decimal", "arg": f"{value:.4f}"}} if isinstance(value, float) else value
