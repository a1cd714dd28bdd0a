"""Signed requests: who signed, and may they?"""

from __future__ import annotations

import re

from agentcore_probe.local.moto_backend import Cloud
from agentcore_probe.local.error_responses import EXPIRED
from agentcore_probe.local.sigv4_authorizer import BadSignature, verify
from agentcore_probe.local.asgi import Call
from agentcore_probe.local.state import REGION, World

SERVICE = "bedrock-agentcore"


class Permissions:
    """Signed requests: who signed, and may they?"""

    def __init__(self, world: World, cloud: Cloud) -> None:
        self._world = world
        self._cloud = cloud

    def signer(self, call: Call) -> str:
        """The ARN of whoever signed `call`; "" for a key that nobody has."""
        found = re.search(r"Credential=([^/,\s]+)/", call.headers.get("authorization", ""))
        return self._cloud.arn_of(found[1]) if found else ""

    def refuse(self, call: Call, action: str, resource: str) -> BadSignature | None:
        """Why the signed `call` may not do `action` on `resource`, or None."""
        if self._world.has_expired(call.headers.get("x-amz-security-token")):
            return BadSignature("ExpiredTokenException", EXPIRED)
        try:
            key = verify(call, SERVICE, REGION, self._cloud.secret_of, self._world.now)
        except BadSignature as error:
            return error
        caller = self._cloud.permits(key, f"bedrock-agentcore:{action}", resource)
        if caller is None:
            return None
        return BadSignature(
            "AccessDeniedException",
            f"User: {caller} is not authorized to perform: bedrock-agentcore:{action} on resource: {resource} "
            f"because no identity-based policy allows the bedrock-agentcore:{action} action",
        )
