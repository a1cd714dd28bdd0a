"""Which probe asks which access method's question. The rows themselves are in `model.methods`."""

from __future__ import annotations

from collections.abc import Callable

from agentcore_probe.access.transport import Transport
from agentcore_probe.model.methods import METHODS, AccessMethod
from agentcore_probe.probes import aws_cli, gateway, runtime
from agentcore_probe.probes.scene import Result, Scene

Probe = Callable[[Scene, Transport], Result]

PROBES: dict[str, Probe] = {
    "gateway-jwt": gateway.jwt,
    "runtime-jwt": runtime.jwt,
    "runtime-sigv4": runtime.sigv4,
    "runtime-cli": aws_cli.cli,
    "gateway-sigv4": gateway.sigv4,
    "runtime-jwt-raw-arn": runtime.jwt_raw_arn,
    "gateway-anonymous": gateway.anonymous,
    "runtime-anonymous": runtime.anonymous,
}


def ask(method: AccessMethod, scene: Scene, transport: Transport) -> Result:
    """Asks one method's question, where the environment names its target."""
    if method.target == "runtime" and scene.environment.runtime is None:
        return Result(not_applicable="no-runtime")
    if method.target == "gateway" and scene.gateway_url is None:
        return Result(not_applicable="no-gateway")
    return PROBES[method.id](scene, transport)


def chosen(only: str | None) -> tuple[AccessMethod, ...]:
    """The methods of a run: all, or the one that was asked for with what it needs as its twin."""
    if only is None:
        return METHODS
    wanted = next(method for method in METHODS if method.id == only)
    return tuple(
        method
        for method in METHODS
        if method is wanted
        or (wanted.control and method.target == wanted.target and method.auth in ("jwt", "sigv4"))
    )
