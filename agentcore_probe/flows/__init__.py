"""How a bearer token is obtained: one file for each login flow, and the registry of them.

Pure: a flow describes its requests, and `access.identity` sends them. A flow is a module here that
defines `FLOW`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from agentcore_probe.flows.flow import LoginFacts, LoginFlow
from agentcore_probe.modules import declared


def _read_flows() -> dict[str, LoginFlow]:
    flows: list[LoginFlow] = list(declared(sys.modules[__name__], "FLOW").values())
    return {flow.id: flow for flow in sorted(flows, key=lambda flow: flow.preference)}


FLOWS: Mapping[str, LoginFlow] = _read_flows()
"""Every flow by its id, in the order in which `discover` prefers them."""


def choose_flow(facts: LoginFacts) -> LoginFlow:
    """The first flow that the app client is known to allow, else the first that it may allow."""
    allowed = {id: flow.is_allowed(facts) for id, flow in FLOWS.items()}
    known = [id for id, answer in allowed.items() if answer]
    possible = [id for id, answer in allowed.items() if answer is None]
    return FLOWS[(known or possible)[0]]
