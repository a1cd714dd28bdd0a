"""IAM's `SimulatePrincipalPolicy`, which moto 5.2.5 lacks: moto's own evaluation of policies, asked without a call."""

from __future__ import annotations

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.evaluation import decision, policies_of
from agentcore_probe.local.services import query_api
from agentcore_probe.local.services.permissions import Permissions

_OPERATION = "SimulatePrincipalPolicy"


def simulation(request: AsgiRequest, permissions: Permissions) -> AsgiResponse | None:
    """The response to a `SimulatePrincipalPolicy`; None for every other request.

    Args:
        request: a request to IAM or another service.
        permissions: checks the signature and the caller's own policies.
    """
    if not query_api.is_for(request, "iam"):
        return None
    asked = query_api.parameters(request)
    if asked.get("Action") != _OPERATION:
        return None
    source = asked.get("PolicySourceArn", "")
    refusal = permissions.refusal(request, _OPERATION, source, "iam")
    if refusal is not None:
        return query_api.refused(refusal)
    policies = policies_of(source)
    if policies is None:
        return query_api.error(404, "NoSuchEntity", f"The entity {source} cannot be found.")
    results = [
        {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": decision(policies, action, resource),
            "MatchedStatements": [],
            "MissingContextValues": [],
        }
        for action in query_api.values(asked, "ActionNames")
        for resource in query_api.values(asked, "ResourceArns") or ["*"]
    ]
    return query_api.answer("iam", _OPERATION, {"EvaluationResults": results, "IsTruncated": False})
