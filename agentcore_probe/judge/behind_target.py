"""What must happen behind a Gateway's target: the Gateway calls with another credential than it was called with.

The Gateway's authorizer comes first; then the kind of the target's credential, the Runtime's authorizer and its binding
(docs/agentcore.md section 11.10). What is behind a passthrough target is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from agentcore_probe.model.configuration import (
    Authorizer,
    Configuration,
    DeployedTarget,
    GatewayConfiguration,
)
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.judgement import Check, Prediction
from agentcore_probe.model.methods import AccessMethod
from agentcore_probe.model.methods.through_gateway import PASSTHROUGH, TO_RUNTIME

_PASSES_TOKEN_ON = "JWT_PASSTHROUGH"  # noqa: S105  (a credential type, no secret)
_SIGNS = ("GATEWAY_IAM_ROLE", "CALLER_IAM_CREDENTIALS")
INVOKES = ("InvokeAgentRuntime",)
"""What the Gateway's role, or a caller whose credentials it forwards, needs at the Runtime."""
SENDS_TOKEN = ("OAUTH", _PASSES_TOKEN_ON)
"""The outbound credentials that are tokens."""


def is_behind_target(method: AccessMethod) -> bool:
    """Whether a method's calls go on to another service than the Gateway."""
    return method.entrance in (TO_RUNTIME, PASSTHROUGH)


def predict_behind(
    method: AccessMethod,
    configuration: Configuration,
    own: Prediction,
    by_rules: Callable[[Authorizer], Prediction],
) -> Prediction:
    """The decision of a call that the Gateway forwards.

    Args:
        method: a method for which `is_behind_target`.
        configuration: what is deployed.
        own: what the Gateway's own authorizer must decide.
        by_rules: what a JWT authorizer must decide about the caller's token.
    """
    if own.decision != "accepted":
        return own
    target, authorizer = runtime_target(configuration), runtime_authorizer(configuration)
    if method.entrance != TO_RUNTIME or target is None or authorizer is None or len(target.credentials) != 1:
        return Prediction(decision=None, because=own.because)
    credential = target.credentials[0]
    fits = _fits(credential, authorizer)
    because = (*own.because, Check(id="target-credential", passed=fits, detail=credential))
    if fits is None:
        return Prediction(decision=None, because=because)
    if credential == _PASSES_TOKEN_ON and method.auth == "none":
        return Prediction(decision="refused", cause="credential-missing", because=because)
    if not fits:
        return Prediction(decision="refused", cause="outbound-credential-refused", because=because)
    if credential in _SIGNS:
        return Prediction(decision="accepted", cause=own.cause, because=because)
    if _binding_of(authorizer) and (credential == _PASSES_TOKEN_ON or names_gateway(configuration) is False):
        passes_on = credential == _PASSES_TOKEN_ON
        cause = "binding-with-passthrough" if passes_on else "workload-binding"
        return Prediction(decision="refused", cause=cause, because=because)
    if credential == _PASSES_TOKEN_ON and method.auth == "jwt":
        behind = by_rules(authorizer)
        return Prediction(
            decision=behind.decision, cause=behind.cause, because=(*because, *behind.because[1:])
        )
    if credential == _PASSES_TOKEN_ON and method.auth == "forged-jwt":
        return Prediction(decision="refused", cause="signature-invalid", because=because)
    return Prediction(decision=None, because=because)  # the credential provider's token is not known


def auth_behind(method: AccessMethod, configuration: Configuration) -> Literal["jwt", "sigv4"] | None:
    """How the Gateway calls the Runtime behind a method, about which the Runtime's resource policy then decides.

    Returns:
        None where the call does not go to a known Runtime, or its credential is not known.
    """
    target = runtime_target(configuration)
    is_known = target is not None and runtime_authorizer(configuration) is not None
    if method.entrance != TO_RUNTIME or target is None or not is_known or not target.credentials:
        return None
    return "sigv4" if set(target.credentials) <= set(_SIGNS) else "jwt"


def signer_behind(configuration: Configuration, caller: str | None) -> str | None:
    """The ARN of the principal that signs that call; None where it is not known.

    Args:
        configuration: what is deployed.
        caller: the ARN of the principal that signs the call of the Gateway.
    """
    target, gateway = runtime_target(configuration), configuration.gateway
    is_callers = target is not None and target.credentials == ("CALLER_IAM_CREDENTIALS",)
    return caller if is_callers else gateway.role if gateway is not None else None


def intended_behind(method: AccessMethod, configuration: Configuration) -> Decision | None:
    """What a call through a Gateway without an authorizer is meant to get, where the Runtime behind it decides."""
    target = runtime_target(configuration)
    passes_on = target is not None and target.credentials == (_PASSES_TOKEN_ON,)
    if method.entrance != TO_RUNTIME or not passes_on:
        return None
    return "accepted" if method.auth == "jwt" else "refused"


def runtime_target(configuration: Configuration) -> DeployedTarget | None:
    """The target that leads to the environment's Runtime; None where nothing is known of it."""
    gateway = configuration.gateway
    name = gateway.runtime_target if gateway is not None else None
    return gateway.target(name) if gateway is not None and name is not None else None


def runtime_authorizer(configuration: Configuration) -> Authorizer | None:
    """The authorizer of the Runtime behind that target; None where the target leads to another Runtime."""
    target, runtime = runtime_target(configuration), configuration.runtime
    is_same = target is not None and runtime is not None and target.runtime == runtime.arn
    return runtime.authorizer if is_same and runtime is not None else None


def names_gateway(configuration: Configuration) -> bool | None:
    """Whether the Runtime's binding lists the Gateway; None where that is not known."""
    runtime, gateway = configuration.runtime, configuration.gateway
    authorizer = runtime.authorizer if runtime is not None else None
    if gateway is None or authorizer is None or not _binding_of(authorizer):
        return None
    return _is_listed(gateway, _binding_of(authorizer))


def _is_listed(gateway: GatewayConfiguration, binding: tuple[str, ...]) -> bool | None:
    if gateway.arn in binding or gateway.workload_identity in binding:
        return True
    return None if gateway.arn is None or gateway.workload_identity is None else False


def _binding_of(authorizer: Authorizer) -> tuple[str, ...]:
    return authorizer.jwt.workload_binding if authorizer.jwt is not None else ()


def _fits(credential: str, authorizer: Authorizer) -> bool | None:
    """Whether the Runtime's authorizer takes this kind of credential; None for one that is newer than this program."""
    if credential not in (*_SIGNS, *SENDS_TOKEN):
        return None
    return (credential in SENDS_TOKEN) is (authorizer.type == "CUSTOM_JWT")
