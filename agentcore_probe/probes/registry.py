"""Which probe asks which access method's question. The rows themselves are in `model.methods`."""

from __future__ import annotations

from collections.abc import Callable

from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.prediction import intended
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.methods import METHODS, AccessMethod
from agentcore_probe.probes import aws_cli, gateway, runtime
from agentcore_probe.probes.context import ProbeContext, Result

Probe = Callable[[ProbeContext, Transport], Result]

PROBES: dict[str, Probe] = {
    "gateway-jwt": gateway.jwt,
    "runtime-jwt": runtime.jwt,
    "runtime-sigv4": runtime.sigv4,
    "runtime-cli": aws_cli.cli,
    "gateway-sigv4": gateway.sigv4,
    "runtime-jwt-raw-arn": runtime.jwt_raw_arn,
    "gateway-anonymous": gateway.anonymous,
    "runtime-anonymous": runtime.anonymous,
    "gateway-jwt-forged": gateway.forged,
    "runtime-jwt-forged": runtime.forged,
    "gateway-jwt-id-token": gateway.id_token,
    "runtime-jwt-id-token": runtime.id_token,
}


def run_probe(method: AccessMethod, context: ProbeContext, transport: Transport) -> Result:
    """Asks one method's question, where the environment names its target."""
    if method.target == "runtime" and context.environment.runtime is None:
        return Result(not_applicable="no-runtime")
    if method.target == "gateway" and context.gateway_url is None:
        return Result(not_applicable="no-gateway")
    if method.auth in ("forged-jwt", "id-token") and _takes_no_jwt(method, context):
        return Result(not_applicable="no-jwt-authorizer")
    return PROBES[method.id](context, transport)


def _takes_no_jwt(method: AccessMethod, context: ProbeContext) -> bool:
    """Whether the deployed authorizer looks at no token: then a bad one shows nothing."""
    authorizer = context.configuration.authorizer(method.target)
    return authorizer is not None and authorizer.type != "CUSTOM_JWT"


def select_methods(only: str | None, configuration: Configuration) -> tuple[AccessMethod, ...]:
    """The methods of a run: all, or the one asked for, with its counterparts where it may be refused."""
    if only is None:
        return METHODS
    wanted = next(method for method in METHODS if method.id == only)
    needed = () if intended(wanted, configuration) == "accepted" else wanted.counterparts
    return tuple(method for method in METHODS if method is wanted or method.id in needed)
