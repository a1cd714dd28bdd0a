"""Runs the probe of an access method. The methods, and which function probes each, are in `model.methods`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.behind_target import intended_behind
from agentcore_probe.judge.prediction import intended
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.methods import (
    METHODS,
    AccessMethod,
    counterparts_of,
    entrance_of,
    entrances_of,
    is_public,
)
from agentcore_probe.model.methods.through_gateway import PASSTHROUGH, TO_RUNTIME
from agentcore_probe.probes.context import ProbeContext, Result

Probe = Callable[[ProbeContext, Transport], Result]


def resolve_probe(reference: str) -> Probe:
    """The function of this package that `reference` names, as `module:function`.

    Raises:
        ImportError: the module does not exist.
        AttributeError: the module has no such function.
    """
    module, _, function = reference.partition(":")
    probe: Probe = getattr(import_module(f"{__package__}.{module}"), function)
    return probe


PROBES: dict[str, Probe] = {method.id: resolve_probe(method.probe) for method in METHODS}
"""The probe of each method, by the method's id."""


def run_probe(method: AccessMethod, context: ProbeContext, transport: Transport) -> Result:
    """Sends the requests of one method, if the environment names its target.

    Args:
        method: the access method.
        context: the run's shared facts.
        transport: sends the requests and keeps the exchanges.
    """
    if method.target == "runtime" and context.environment.runtime is None:
        return Result(not_applicable="no-runtime")
    if method.target == "gateway" and context.gateway_url is None:
        is_missing = context.environment.gateway is None
        return Result(not_applicable="no-gateway") if is_missing else Result(not_tried="gateway-url-unknown")
    if (reason := _lacks_way(method, context)) is not None:
        return reason
    if method.target == "harness" and context.environment.harness is None:
        return Result(not_applicable="no-harness")
    if method.target == "registry" and context.environment.registry is None:
        return Result(not_applicable="no-registry")
    if tests_tokens_in_vain(method, context.configuration):
        return Result(not_applicable="no-jwt-authorizer")
    if context.environment.identity is None and is_for_signatures(method, context.configuration):
        return Result(not_applicable="no-token-for-iam")
    return PROBES[method.id](context, transport)


def _lacks_way(method: AccessMethod, context: ProbeContext) -> Result | None:
    """The result of a call for which the Gateway has no address: MCP, or a target."""
    gateway = context.configuration.gateway
    is_of_mcp = method.entrance == "gateway-mcp" or (method.target == "gateway" and is_public(method))
    if is_of_mcp and gateway is not None and gateway.speaks_mcp is False:
        return Result(not_applicable="gateway-without-mcp")
    if method.entrance == TO_RUNTIME and context.runtime_target is None:
        is_known = gateway is not None and gateway.targets is not None
        return (
            Result(not_applicable="no-runtime-target")
            if is_known
            else Result(not_tried="runtime-target-unknown")
        )
    target = context.environment.gateway
    if method.entrance == PASSTHROUGH and (target is None or target.passthrough is None):
        return Result(not_applicable="no-passthrough")
    return None


def tests_tokens_in_vain(method: AccessMethod, configuration: Configuration) -> bool:
    """Whether a method sends a bad token to a target whose deployed authorizer checks none: that proves nothing.

    Args:
        method: the access method.
        configuration: what is deployed.
    """
    authorizer = configuration.authorizer(method.target)
    is_test_of_tokens = method.auth in ("forged-jwt", "id-token")
    if intended_behind(method, configuration) is not None:
        return False  # the Runtime behind the Gateway checks them
    return is_test_of_tokens and authorizer is not None and authorizer.type != "CUSTOM_JWT"


def select_methods(
    only: str | None, configuration: Configuration, entrances: tuple[str, ...] | None = None
) -> tuple[AccessMethod, ...]:
    """The methods of a run.

    Args:
        only: the id of the one method to run, or None for all. Its counterparts are run, too, if it may be
            refused: without an accepted one, a refusal proves nothing.
        configuration: what is deployed.
        entrances: those that the environment file asks for.
    """
    asked = {entrance.id for entrance in entrances_of(entrances)}
    if only is None:
        return tuple(method for method in METHODS if method.entrance in asked)
    target = next(method for method in METHODS if method.id == only)
    counterparts = () if intended(target, configuration) == "accepted" else counterparts_of(target)
    beside = entrance_of(target).beside
    return tuple(
        method
        for method in METHODS
        if method is target
        or method.id in beside
        or (method.id in counterparts and method.entrance in {target.entrance, *asked})
    )


def is_for_signatures(method: AccessMethod, configuration: Configuration) -> bool:
    """Whether a method sends a token to a target whose deployed authorizer requires a signature.

    Such a call is refused; an environment that is called by IAM only need not have a token to show it.

    Args:
        method: the access method.
        configuration: what is deployed.
    """
    authorizer = configuration.authorizer(method.target)
    return method.auth == "jwt" and authorizer is not None and authorizer.type == "AWS_IAM"
