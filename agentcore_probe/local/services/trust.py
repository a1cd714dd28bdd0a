"""Whether a role's trust policy lets a caller assume it: moto 5.2.5 does not decide this in every case.

moto gives credentials for roles that do not exist and to callers who send no external id, and fails at a role that
trusts a service only.
"""

from __future__ import annotations

import html
from urllib.parse import parse_qsl

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import QUERY_CODES, query_error
from agentcore_probe.local.policies import CALLER_ROLES, ROLES, Role
from agentcore_probe.local.resources import role_arn
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import ACCOUNT


def assume_role_refusal(request: AsgiRequest, permissions: Permissions) -> AsgiResponse | None:
    """Why STS refuses an `AssumeRole`; None for one that it grants, and for every other request.

    Args:
        request: a request to STS, IAM or Cognito.
        permissions: checks its signature and the caller's own policies.
    """
    if "/sts/aws4_request" not in request.headers.get("authorization", ""):
        return None
    asked = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    if asked.get("Action") != "AssumeRole":
        return None
    wanted = asked.get("RoleArn", "")
    refusal = permissions.refusal(request, "AssumeRole", wanted, "sts")
    if refusal is not None:
        code = QUERY_CODES.get(refusal.error_type, refusal.error_type)
        return query_error(403, code, html.escape(refusal.message))
    caller = permissions.signer(request)
    role = next((role for role in (*ROLES, *CALLER_ROLES) if role_arn(role.name) == wanted), None)
    if role is not None and _trusts(role, caller, asked.get("ExternalId")):
        return None
    message = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {wanted}"
    return query_error(403, "AccessDenied", html.escape(message))


def _trusts(role: Role, caller: str, external_id: str | None) -> bool:
    trusted = {caller, f"arn:aws:iam::{ACCOUNT}:root", "*"}
    required = (role.condition or {}).get("StringEquals", {}).get("sts:ExternalId")
    return role.principal.get("AWS") in trusted and required in (None, external_id)
