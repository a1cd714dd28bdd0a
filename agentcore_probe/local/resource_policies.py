"""The resource policies of the embedded Runtime, its endpoints and the Gateway, and whom they let in.

A Deny that applies refuses everybody whom it is about. A caller with a token also needs an Allow for everyone, where there is
a policy with Allows; for a signed call within one account, the caller's own policies are enough (docs/agentcore.md section 6.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

Document = dict[str, Any]
EVERYONE = "*"


def applying(policies: dict[str, Document], resource: str) -> list[Document]:
    """The policies that decide about a call: of the resource and, for a Runtime, of its endpoints.

    Args:
        policies: by the ARN of their resource.
        resource: the ARN of what is called.
    """
    return [
        document
        for arn, document in policies.items()
        if arn == resource or arn.startswith(f"{resource}/runtime-endpoint/")
    ]


def denies(documents: Iterable[Document], caller: str, action: str) -> bool:
    """Whether a policy denies an action by a Deny.

    Args:
        documents: the policies.
        caller: the ARN of a role or user; `*` for a caller with a token.
        action: the IAM action, with its prefix.
    """
    return any(_matching("Deny", document, caller, action) for document in documents)


def refuses_token(documents: Iterable[Document], action: str) -> bool:
    """Whether the policies refuse a caller with a token.

    Args:
        documents: the policies.
        action: the IAM action, with its prefix.
    """
    documents = list(documents)
    if denies(documents, EVERYONE, action):
        return True
    return any(
        _has_allow(document) and not _matching("Allow", document, EVERYONE, action) for document in documents
    )


def _has_allow(document: Document) -> bool:
    return any(statement["Effect"] == "Allow" for statement in document["Statement"])


def _matching(effect: str, document: Document, caller: str, action: str) -> bool:
    return any(
        statement["Effect"] == effect
        and any(fnmatchcase(action, pattern) for pattern in _listed(statement["Action"]))
        and caller in _principals(statement, caller)
        and _meets_condition(statement, caller)
        for statement in document["Statement"]
    )


def _principals(statement: Document, caller: str) -> Iterator[str]:
    """Whom a statement is about; everyone includes the caller."""
    principal = statement["Principal"]
    for name in _listed(principal["AWS"] if isinstance(principal, dict) else principal):
        yield caller if name == EVERYONE else name


def _meets_condition(statement: Document, caller: str) -> bool:
    """Whether the caller meets a condition about its ARN, which a caller with a token does not have."""
    for operator, keys in statement.get("Condition", {}).items():
        is_listed = caller in _listed(keys["aws:PrincipalArn"])
        if is_listed == (operator == "ArnNotEquals"):
            return False
    return True


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
