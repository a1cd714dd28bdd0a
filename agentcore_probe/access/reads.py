"""Reads of AWS: what they need of `Aws`, pages, and a note of each read that was not answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from agentcore_probe.access.aws import Aws

MAX_PAGES = 50
"""The longest list that is read."""
INCOMPLETE = "incomplete-list"
"""The reason where a list has more pages, or has no items at the place of items."""
_CONTINUATIONS = {"cloudformation": "NextToken", "cognito-idp": "NextToken", "iam": "Marker"}
"""The field that continues a list, in answer and request, where it is not `nextToken`."""
_DENIED = {
    *("AccessDeniedException", "AccessDenied", "UnauthorizedOperation"),
    *("UnauthorizedException", "NotAuthorizedException"),
}
"""The error codes of a missing permission."""
MISSING = frozenset({"ResourceNotFoundException", "ValidationException"})
"""The error codes where nothing has an id; AgentCore refuses the form of some that do not exist."""
_ACTION_PREFIXES = {
    "bedrock-agentcore-control": "bedrock-agentcore",
    "agent-registry-control": "agent-registry",
}
"""The prefixes of IAM actions that differ from boto3's name of the service (docs/agentcore.md section 6)."""

_WORDS = {"cimd": "CIMD"}
"""Words of the client's methods that the API writes otherwise than with one capital letter."""


class Reads(Protocol):
    """Whoever reads AWS, as `Aws.read` does."""

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """The answer and None, or None and the reason why there is none."""


@dataclass(frozen=True)
class FailedRead:
    """A read that was not answered."""

    service: str
    operation: str
    """The client's method: `get_agent_runtime`."""
    arguments: dict[str, Any]
    reason: str
    """The service's error code, botocore's error name, or the cause of the login's problem."""

    @property
    def is_denied(self) -> bool:
        """Whether a permission is missing."""
        return self.reason in _DENIED

    @property
    def is_missing(self) -> bool:
        """Whether nothing has this id."""
        return self.reason in MISSING

    @property
    def is_without_policy(self) -> bool:
        """Whether it is about a resource that has no resource policy."""
        return self.operation == "get_resource_policy" and self.reason == "ResourceNotFoundException"

    @property
    def action(self) -> str:
        """The IAM action that allows it: `bedrock-agentcore:GetAgentRuntime`."""
        words = (_WORDS.get(word, word.capitalize()) for word in self.operation.split("_"))
        return action_of(self.service, "".join(words))


def action_of(service: str, operation: str) -> str:
    """The IAM action of an operation.

    Args:
        service: as boto3 names it.
        operation: as the service's API names it.
    """
    return f"{_ACTION_PREFIXES.get(service, service)}:{operation}"


class NotedReads:
    """Reads AWS and keeps a note of each read that was not answered.

    Args:
        aws: reads.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._failed: list[FailedRead] = []

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """As `Aws.read`."""
        answer, reason = self._aws.read(service, operation, region, **arguments)
        if reason is not None:
            self.note(service, operation, arguments, reason)
        return answer, reason

    def note(self, service: str, operation: str, arguments: dict[str, Any], reason: str) -> None:
        """Notes a read whose answer does not serve; of two notes about a read, the first counts.

        Args:
            service: as boto3 names it.
            operation: the client's method.
            arguments: of the operation.
            reason: why.
        """
        self._failed.append(FailedRead(service, operation, arguments, reason))

    @property
    def failed(self) -> tuple[FailedRead, ...]:
        """The notes, in the order of their operations; of equal ones the first."""
        notes = {(note.operation, str(note.arguments)): note for note in reversed(self._failed)}
        return tuple(notes[key] for key in sorted(notes))


def pages(
    reads: Reads,
    service: str,
    operation: str,
    key: str,
    *,
    region: str | None = None,
    **arguments: Any,
) -> list[dict[str, Any]] | None:
    """All items of a paged list, or None where a page cannot be read or there are too many, which is noted.

    Args:
        reads: reads the pages.
        service: as boto3 names it.
        operation: the client's method.
        key: of the items in an answer.
        region: instead of the environment's.
        **arguments: of the operation.
    """
    items: list[dict[str, Any]] = []
    try:
        for answer in _answers(reads, service, operation, region, arguments):
            if answer is None:
                return None
            items += _items(answer.get(key, []))
    except _IncompleteError:
        if isinstance(reads, NotedReads):
            reads.note(service, operation, arguments, INCOMPLETE)
        return None
    return items


class _IncompleteError(Exception):
    """A list has more pages than are read, or something else at its place."""


def _items(page: Any) -> list[dict[str, Any]]:
    if not isinstance(page, list):
        raise _IncompleteError
    return [item for item in page if isinstance(item, dict)]


def _answers(
    reads: Reads, service: str, operation: str, region: str | None, arguments: dict[str, Any]
) -> Iterator[dict[str, Any] | None]:
    """The pages; None for one that cannot be read.

    Raises:
        _IncompleteError: there are too many.
    """
    name, continuation = _CONTINUATIONS.get(service, "nextToken"), dict[str, Any]()
    for _ in range(MAX_PAGES):
        answer, _reason = reads.read(service, operation, region, **arguments, **continuation)
        yield answer
        following = (answer or {}).get(name)
        if not following:
            return
        continuation = {name: following}
    raise _IncompleteError
