"""How the embedded AgentCore is set up, as its process gets it."""

from __future__ import annotations

from dataclasses import dataclass

from agentcore_probe.local.state import EngineState, PolicyState

LOG_ONLY_PREFIX = "log_only_"
"""What the name of a policy begins with that is only logged."""


@dataclass(frozen=True)
class Setup:
    """How the embedded AgentCore is set up (`LocalSetup`)."""

    runtime_authorizer: str = "jwt"
    """`jwt` or `iam`."""
    gateway_authorizer: str = "jwt"
    """`jwt`, `iam` or `none`."""
    protocol: str = "HTTP"
    """The Runtime's protocol: `HTTP`, `MCP`, `A2A` or `AGUI`."""
    faults: tuple[str, ...] = ()
    """Names of faults (`local.faults.FAULTS`)."""
    identities: bool | None = None
    """Whether there are several callers (`local.callers`)."""
    allowed_ports: tuple[int, ...] | None = None
    """The ports that the endpoint of a session serves; None: sessions have no endpoint."""
    runtimes: int = 1
    """How many Runtimes there are; the first is the one that is probed."""
    gateways: int = 1
    """How many Gateways there are; the first is the one that is probed."""
    harnesses: int = 0
    """How many harnesses there are."""
    cognito: str = "classic"
    """`classic`, or `2026`: app clients whose secrets are in Secrets Manager."""
    policy_mode: str | None = None
    """The mode of the Gateway's policy engine, `ENFORCE` or `LOG_ONLY`; None: there is none, unless `identities` adds one."""
    policies: dict[str, str] | None = None
    """The engine's policies in Cedar by name, with `GATEWAY` for the Gateway's ARN."""
    runtime_target: str | None = None
    """The credential with which the Gateway calls the Runtime (`local.targets.CREDENTIALS`); None: it has tools."""
    workload_binding: bool | None = None
    """Whether the Runtime accepts calls through its Gateway only."""
    passthrough_target: bool | None = None
    """Whether a Gateway without tools also leads to a web service."""
    stack: str | None = None
    """The name of the CloudFormation stack that deployed everything; None: there is no stack."""
    harness: str | None = None
    """`jwt` or `iam`: what the harness that is probed requires; None: there is none."""
    registry: str | None = None
    """`jwt` or `iam`: what the registry requires; None: there is none."""
    login_server: tuple[str, ...] | None = None
    """What the authorization server offers to MCP clients; None: it is like Cognito's before November 2026."""


def engine_of(setup: Setup, gateway: str) -> EngineState:
    """The policy engine of a setup; the name of a policy says whether it is only logged.

    Args:
        setup: with a `policy_mode`.
        gateway: the Gateway's ARN, for `GATEWAY` in the policies.
    """
    policies = [
        PolicyState(
            name,
            text.replace("GATEWAY", gateway),
            "LOG_ONLY" if name.startswith(LOG_ONLY_PREFIX) else "ACTIVE",
        )
        for name, text in (setup.policies or {}).items()
    ]
    return EngineState(str(setup.policy_mode), policies)
