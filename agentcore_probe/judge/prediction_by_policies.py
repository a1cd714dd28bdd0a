"""A prediction by the authorizer, with what the resource policies behind it say of the same call."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.endpoint_policies import judge_by_endpoints
from agentcore_probe.judge.resource_policies import EVERYONE, PolicyVerdict, judge_by_policies, with_prefix
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.judgement import Check, Prediction
from agentcore_probe.model.methods import ENTRANCES, AccessMethod, entrance_of

_CAUSES = {"vpc-endpoint-policy": "vpc-endpoint-policy", "resource-policy": "resource-policy-denied"}
_ASKS_POLICIES = ("CUSTOM_JWT", "AWS_IAM")
"""The authorizers of which it is documented that resource policies decide beside them (docs/agentcore.md section 6.1)."""


_OF_EVERY_RUN = frozenset(
    action for entrance in ENTRANCES if not entrance.on_request for action in entrance.actions
)
"""The actions without which the genuine calls of every run are refused, too."""


def with_policies(
    prediction: Prediction,
    method: AccessMethod,
    configuration: Configuration,
    caller: str | None,
    *,
    is_direct: bool = True,
) -> Prediction:
    """The prediction, unless a policy refuses the call, or may do so.

    The caller's own policies are not read. So a signed call of an entrance on request is not predicted to be accepted: each
    entrance has an action of its own, which these policies may lack.

    Args:
        prediction: by the authorizer alone.
        method: the access method.
        configuration: what is deployed.
        caller: the ARN of the principal that signs the call; None where it is not known.
        is_direct: whether this machine sends the call: a Gateway's goes through none of this network's VPC endpoints.
    """
    if prediction.decision != "accepted":
        return prediction
    for judge, found in _verdicts(method, configuration, caller):
        if judge == "vpc-endpoint-policy" and not is_direct:
            continue
        passed = {"open": True, "unknown": None}.get(found.verdict, False)
        if passed:
            continue
        check = Check(id=judge, passed=passed, detail=", ".join((found.action, *found.by)))
        because = (*prediction.because, check)
        if passed is None:
            return Prediction(decision=None, because=because)
        return Prediction(decision="refused", cause=_CAUSES[judge], because=because)
    if configuration.other_judges and _needs_own_permission(method, configuration):
        actions = ", ".join(map(with_prefix, entrance_of(method).actions))
        check = Check(id="identity-policy", passed=None, detail=actions)
        return Prediction(decision=None, because=(*prediction.because, check))
    return prediction


def denies_on_purpose(method: AccessMethod, configuration: Configuration, caller: str | None) -> bool:
    """Whether a Deny of a resource policy is meant for a genuine call.

    Its author wants this caller to be refused, or this entrance to be closed. A Deny of every invocation, for everyone, is a
    mistake instead: nobody can call the agent.

    Args:
        method: the access method.
        configuration: what is deployed.
        caller: the ARN of the principal that signs the call; None where it is not known.
    """
    if not _is_genuine(method, configuration) or not _is_denied(method, configuration, caller):
        return False
    is_for_all = method.auth == "jwt" or _is_denied(method, configuration, None)
    return entrance_of(method).on_request or not is_for_all


def _is_denied(method: AccessMethod, configuration: Configuration, caller: str | None) -> bool:
    found = _verdict(method, configuration, caller)
    return found is not None and found.verdict == "denied"


def _verdicts(
    method: AccessMethod, configuration: Configuration, caller: str | None
) -> Iterator[tuple[str, PolicyVerdict]]:
    """What each kind of policy says, in the order in which a call meets them."""
    if not configuration.other_judges:
        return
    principal = caller if method.auth == "sigv4" else EVERYONE
    actions = entrance_of(method).actions
    found = judge_by_endpoints(configuration, method.target, actions, principal)
    if found is not None:
        yield "vpc-endpoint-policy", found
    found = _verdict(method, configuration, caller)
    if found is not None:
        yield "resource-policy", found


def _verdict(method: AccessMethod, configuration: Configuration, caller: str | None) -> PolicyVerdict | None:
    authorizer = configuration.authorizer(method.target)
    if not configuration.other_judges or authorizer is None or authorizer.type not in _ASKS_POLICIES:
        return None
    principal = caller if method.auth == "sigv4" else EVERYONE
    return judge_by_policies(configuration, method.target, entrance_of(method).actions, principal)


def _is_genuine(method: AccessMethod, configuration: Configuration) -> bool:
    """Whether a call has the kind of credential that the authorizer reads."""
    authorizer = configuration.authorizer(method.target)
    kind = {"jwt": "CUSTOM_JWT", "sigv4": "AWS_IAM"}.get(method.auth)
    return authorizer is not None and authorizer.type == kind


def _needs_own_permission(method: AccessMethod, configuration: Configuration) -> bool:
    """Whether a signed call goes through an entrance with an action of its own."""
    has_own_action = not set(entrance_of(method).actions) <= _OF_EVERY_RUN
    return has_own_action and method.auth == "sigv4" and _is_genuine(method, configuration)
