"""Signed requests: who signed, and may they?"""

from __future__ import annotations

import re

from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.error_responses import EXPIRED
from agentcore_probe.local.sigv4_authorizer import BadSignature, verify
from agentcore_probe.local.asgi import AsgiRequest
from agentcore_probe.local.state import REGION, State

SERVICE = "bedrock-agentcore"


class Permissions:
    """Signed requests: who signed, and may they?"""

    def __init__(self, state: State, backend: MotoBackend) -> None:
        self._state = state
        self._backend = backend

    def signer(self, request: AsgiRequest) -> str:
        """The ARN of whoever signed `request`; "" for a key that nobody has."""
        found = re.search(r"Credential=([^/,\s]+)/", request.headers.get("authorization", ""))
        return self._backend.arn_of(found[1]) if found else ""

    def refuse(self, request: AsgiRequest, action: str, resource: str) -> BadSignature | None:
        """Why the signed `request` may not do `action` on `resource`, or None."""
        if self._state.has_expired(request.headers.get("x-amz-security-token")):
            return BadSignature("ExpiredTokenException", EXPIRED)
        try:
            key = verify(request, SERVICE, REGION, self._backend.secret_of, self._state.now)
        except BadSignature as error:
            return error
        caller = self._backend.permits(key, f"bedrock-agentcore:{action}", resource)
        if caller is None:
            return None
        return BadSignature(
            "AccessDeniedException",
            f"User: {caller} is not authorized to perform: bedrock-agentcore:{action} on resource: {resource} "
            f"because no identity-based policy allows the bedrock-agentcore:{action} action",
        )
