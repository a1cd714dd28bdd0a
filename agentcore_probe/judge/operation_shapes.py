"""The 2xx of a Runtime's operations that answer in a form of their own (docs/agentcore.md sections 11.1 to 11.3 and 11.6).

What an agent answers to an invocation has any form; a page in front of these operations has not theirs.
"""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.a2a import is_card

_SOCKETS = ("ws", "ws/shells")
_CARD = "invocations/.well-known/agent-card.json"
_COMMAND_EVENTS = frozenset({"contentStart", "contentDelta", "contentStop", "chunk"})


def shows_operation(case: Case) -> bool | None:
    """Whether a 2xx is the operation's own answer; None where it may have any form.

    Args:
        case: an exchange with a status of 2xx.
    """
    response = case.exchange.response
    suffix = case.address.suffix.strip("/")
    if case.service != "runtime" or response is None:
        return None
    if suffix in _SOCKETS:
        return False  # only a 101 opens a WebSocket
    if suffix == _CARD:
        return None if not response.body or response.cut else is_card(response.body)
    if suffix == "commands":
        if any(_COMMAND_EVENTS & value.keys() for value in case.answer.objects):
            return True
        # AWS answers with something else: the door is open, and the answer unknown.
        return None if case.answer.from_aws and not case.is_control else False
    return None
