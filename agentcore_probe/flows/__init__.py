"""How a bearer token is obtained: one file for each login flow, and the registry of them.

Pure: a flow describes its requests, and `access.identity` sends them. To add a flow, write its file
and register it here.
"""

from __future__ import annotations

from collections.abc import Mapping

from agentcore_probe.flows.client_credentials import ClientCredentials
from agentcore_probe.flows.flow import LoginFacts, LoginFlow
from agentcore_probe.flows.token import SuppliedToken
from agentcore_probe.flows.user_password import UserPassword

_ALL: tuple[LoginFlow, ...] = (UserPassword(), ClientCredentials(), SuppliedToken())

FLOWS: Mapping[str, LoginFlow] = {flow.id: flow for flow in _ALL}
"""Every flow by its id, in the order in which `discover` prefers them."""


def choose_flow(facts: LoginFacts) -> LoginFlow:
    """The first flow that the app client is known to allow, else the first that it may allow."""
    allowed = {id: flow.is_allowed(facts) for id, flow in FLOWS.items()}
    known = [id for id, answer in allowed.items() if answer]
    possible = [id for id, answer in allowed.items() if answer is None]
    return FLOWS[(known or possible)[0]]
