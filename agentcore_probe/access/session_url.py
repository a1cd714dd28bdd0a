"""The URL of a session, as it comes with an accepted invocation: whatever in its query lets somebody in must not be written.

The form of the URL is not documented (docs/agentcore.md section 11.4), so every long value counts as a credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from agentcore_probe.model.exchange import SESSION_ENDPOINT_HEADER, SESSION_HEADER
from agentcore_probe.secret import register

_SHORTEST = 16
"""Characters of the shortest credential; a shorter value is a name, such as that of an endpoint."""


def session_url(answer: Mapping[str, str], request: Mapping[str, str]) -> str | None:
    """The URL that an answer names, after its credentials were registered; None where it names none.

    Args:
        answer: its headers.
        request: the headers of the request, of which one has the session's id, which is shown.
    """
    url = answer.get(SESSION_ENDPOINT_HEADER)
    if not url:
        return None
    try:
        values = parse_qsl(urlsplit(url).query)
    except ValueError:
        return url
    for _, value in values:
        is_name = value == request.get(SESSION_HEADER) or value.startswith("arn:")
        if len(value) >= _SHORTEST and not is_name:
            register(value, "session credential")
    return url
