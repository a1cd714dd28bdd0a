"""What AWS charges for a request (docs/agentcore.md section 13). Prices differ by region and change, so none is here."""

from __future__ import annotations

from typing import Literal, get_args

from agentcore_probe.model.exchange import Purpose
from agentcore_probe.model.login_chain import CHALLENGE

Cost = Literal["agent", "model-tokens", "gateway-operation", "tool", "login", "secret", "none", "unknown"]
"""What is charged, each with a text `plan-cost-ID` in the catalogues:

- `agent`: a session of the Runtime, from its start until its idle timeout, and what the agent uses;
- `model-tokens`: up to 16 tokens of a harness's model, with what the harness itself puts before the prompt;
- `gateway-operation`: an operation of the Gateway;
- `tool`: what the called tool uses;
- `login`: a sign-in of a user, or a token of a machine client;
- `secret`: a call of Secrets Manager or of Parameter Store;
- `none`: no charge is listed;
- `unknown`: it is not documented whether it is charged.
"""

ORDER: tuple[Cost, ...] = get_args(Cost)
"""The costs, those that matter most first."""

REFUSED: tuple[Cost, ...] = ("unknown",)
"""A call that the authorizer refuses: the price list neither names nor excludes it."""

_GATEWAY: dict[str, tuple[Cost, ...]] = {
    "tools/list": ("gateway-operation",),
    "tools/call": ("gateway-operation", "tool"),
}
"""An accepted call of a Gateway by its step; the price list does not name the others."""
_WITHOUT_COMMAND = ("command",)
"""Steps of a Runtime that start nothing, since the request is invalid on purpose."""
_OTHERS: dict[Purpose, tuple[Cost, ...]] = {
    "runtime": ("agent",),
    "harness": ("model-tokens", "agent"),
    "registry": ("unknown",),
    "login": ("login",),
    "token": ("login",),
    "authorization": ("none",),
    "discovery": ("none",),
    "jwks": ("none",),
}
_READS: dict[str, tuple[Cost, ...]] = {
    "secretsmanager:GetSecretValue": ("secret",),
    "ssm:GetParameter": ("secret",),
}
"""Reads by their AWS action; no charge is listed for the others."""


def costs(purpose: Purpose | None, step: str) -> tuple[Cost, ...]:
    """What a request costs that is accepted; a call without a credential is meant to be refused.

    Args:
        purpose: what it is for.
        step: as in its exchange; for a read, the AWS action.
    """
    if step == CHALLENGE:
        return REFUSED
    if purpose == "gateway":
        return _GATEWAY.get(step.split(maxsplit=1)[0], ("unknown",))
    if purpose == "runtime" and step in _WITHOUT_COMMAND:
        return ("none",)
    if purpose == "read":
        return _READS.get(step, ("none",))
    return _OTHERS.get(purpose, ("unknown",)) if purpose is not None else ("unknown",)
