"""Members of answers that the installed botocore does not know yet: its parsers drop them without a word.

Cognito returns `ClientSecretArn` instead of `ClientSecret`. botocore has it since 1.44.8; with an older one, an app
client whose secret is in Secrets Manager would look like one without a secret.
"""

from __future__ import annotations

import json
from typing import Any

_MEMBERS = {"DescribeUserPoolClient": ("UserPoolClient", "ClientSecretArn")}
"""Where an operation's answer has a member that is read here."""


def add_newer_members(http_response: Any, parsed: Any, model: Any, **_: object) -> None:
    """An `after-call` handler of botocore: completes the parsed answer from the text of the answer.

    Args:
        http_response: the answer as it came.
        parsed: what botocore made of it; changed in place.
        model: the operation's.
    """
    if model.name not in _MEMBERS or not isinstance(parsed, dict):
        return
    part, member = _MEMBERS[model.name]
    try:
        value = json.loads(http_response.content)[part][member]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(parsed.get(part), dict) and isinstance(value, str):
        parsed[part].setdefault(member, value)
