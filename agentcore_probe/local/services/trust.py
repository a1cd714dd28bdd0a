"""Whether a role's trust policy lets a caller assume it: moto 5.2.5 does not decide this in every case.

moto gives credentials for roles that do not exist and to callers who send no external id, and fails at a role that
trusts a service only.
"""

from __future__ import annotations

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.policies import CALLER_ROLES, ROLES, Role
from agentcore_probe.local.resources import role_arn
from agentcore_probe.local.services import query_api
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import ACCOUNT


def assume_role_refusal(request: AsgiRequest, permissions: Permissions) -> AsgiResponse | None:
    """Why STS refuses an `AssumeRole`; None for one that it grants, and for every other request.

    Args:
        request: a request to STS, IAM or Cognito.
        permissions: checks its signature and the caller's own policies.
    """
    if not query_api.is_for(request, "sts"):
        return None
    asked = query_api.parameters(request)
    if asked.get("Action") != "AssumeRole":
        return None
    wanted = asked.get("RoleArn", "")
    refusal = permissions.refusal(request, "AssumeRole", wanted, "sts")
    if refusal is not None:
        return query_api.refused(refusal)
    caller = permissions.signer(request)
    role = next((role for role in (*ROLES, *CALLER_ROLES) if role_arn(role.name) == wanted), None)
    if role is not None and _trusts(role, caller, asked.get("ExternalId")):
        return None
    message = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {wanted}"
    return query_api.error(403, "AccessDenied", message)


def _trusts(role: Role, caller: str, external_id: str | None) -> bool:
    trusted = {caller, f"arn:aws:iam::{ACCOUNT}:root", "*"}
    required = (role.condition or {}).get("StringEquals", {}).get("sts:ExternalId")
    return role.principal.get("AWS") in trusted and required in (None, external_id)
