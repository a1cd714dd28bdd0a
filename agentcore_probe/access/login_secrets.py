"""The credentials in the answers of a login: all of them are registered before anything is kept."""

from __future__ import annotations

import re
from typing import Any

from agentcore_probe.access import redaction
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.regex import regex
from agentcore_probe.secret import register

_CREDENTIAL = regex(r"token|session|device_?(?:group_?)?key|secret|password|assertion|device_?code", re.I)
_NOT_CREDENTIAL = regex(r"type|endpoint|uri|url", re.I)
_LABELS = {"accesstoken": "token", "idtoken": "id token", "refreshtoken": "refresh token"}
_MAX_DEPTH = 10


def register_credentials(answer: Any, depth: int = _MAX_DEPTH) -> int:
    """Registers every credential in a login's answer, such as a refresh token, and returns their number.

    Args:
        answer: JSON data.
        depth: how many levels of it are read.
    """
    count = 0
    for name, value in answer.items() if isinstance(answer, dict) else ():
        if isinstance(value, dict) and depth > 0:
            count += register_credentials(value, depth - 1)
        elif isinstance(value, str) and _CREDENTIAL.search(name) and not _NOT_CREDENTIAL.search(name):
            register(value, _LABELS.get(name.replace("_", "").lower(), "credential of the login"))
            count += 1
    return count


def redacted(exchange: Exchange) -> Exchange:
    """The exchange without the credentials that were registered after it was made."""
    request, response = exchange.request, exchange.response
    clean: dict[str, Any] = {
        "request": request.model_copy(update={"url": redaction.text(request.url)}),
    }
    if response is not None:
        parts = {"headers": redaction.headers(response.headers), "body": redaction.text(response.body)}
        clean["response"] = response.model_copy(update=parts)
    return exchange.model_copy(update=clean)
