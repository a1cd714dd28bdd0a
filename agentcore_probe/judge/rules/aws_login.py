"""The AWS login: a client that says itself that it has no credentials, and sent nothing."""

from __future__ import annotations

from agentcore_probe.judge.reading.aws_login import find_login_message
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule


def no_credentials(case: Case) -> Match | None:
    """A client's own words, which have neither a status nor headers, and are not JSON."""
    response = case.exchange.response
    if response is None or response.status is not None or response.headers:
        return None
    if response.body.lstrip().startswith("{"):
        return None  # a service's answer, or an agent that has no credentials of its own
    message = find_login_message(response.body)
    return Match(message.cause, values=message.values) if message else None


RULES: tuple[Rule, ...] = (no_credentials,)
