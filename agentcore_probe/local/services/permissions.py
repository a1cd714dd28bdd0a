"""Checks the signature and the IAM permissions of a signed request."""

from __future__ import annotations

import re

from agentcore_probe.local import resource_policies
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.error_responses import EXPIRED
from agentcore_probe.local.sigv4_authorizer import SignedRequestRefused, verify
from agentcore_probe.local.asgi import AsgiRequest
from agentcore_probe.local.state import REGION, State

SERVICE = "bedrock-agentcore"
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")


def access_key_of(request: AsgiRequest) -> str | None:
    """The access key id that a signed request names; None for a request that is not signed."""
    match = _CREDENTIAL.search(request.headers.get("authorization", ""))
    return match[1] if match else None


class Permissions:
    """Checks the signature and the IAM permissions of a signed request."""

    def __init__(self, state: State, backend: MotoBackend) -> None:
        self._state = state
        self._backend = backend

    def signer(self, request: AsgiRequest) -> str:
        """The ARN of the user who signed `request`; "" for a request that is not signed."""
        key = access_key_of(request)
        return self._backend.arn_of(key) if key is not None else ""

    def refusal(
        self, request: AsgiRequest, action: str, resource: str, service: str = SERVICE
    ) -> SignedRequestRefused | None:
        """Why a signed request is refused, or None.

        Args:
            request: the signed request.
            action: the IAM action, without the service.
            resource: the ARN of the resource, or `*`.
            service: the signing name, with which the IAM action begins.
        """
        in_query = request.parameter("X-Amz-Security-Token") if request.is_presigned else None
        if self._state.has_expired(in_query or request.headers.get("x-amz-security-token")):
            return SignedRequestRefused("ExpiredTokenException", EXPIRED)
        try:
            key = verify(request, service, REGION, self._backend.credentials_of, self._state.now)
        except SignedRequestRefused as error:
            return error
        reason = f"because no identity-based policy allows the {service}:{action} action"
        if self._is_denied_by_resource(key, f"{service}:{action}", resource):
            reason = "with an explicit deny in a resource-based policy"
        elif "vpc-endpoint-denies" in self._state.service_faults and action.startswith("Invoke"):
            reason = f"because no VPC endpoint policy allows the {service}:{action} action"
        elif self._backend.is_permitted(key, f"{service}:{action}", resource):
            return None
        return SignedRequestRefused(
            "AccessDeniedException",
            f"User: {self._backend.arn_of(key)} is not authorized to perform: {service}:{action} "
            f"on resource: {resource} {reason}",
        )

    def refuses_token(self, action: str, resource: str) -> bool:
        """Whether the resource policies refuse a caller with a token whom the authorizer accepts.

        Args:
            action: the IAM action, without the service.
            resource: the ARN of the Runtime or Gateway.
        """
        documents = resource_policies.applying(self._state.policies, resource)
        return resource_policies.refuses_token(documents, f"{SERVICE}:{action}")

    def _is_denied_by_resource(self, key: str, action: str, resource: str) -> bool:
        """Whether the resource's policy denies the role or user who signed the request."""
        caller = self._backend.role_of(key) or self._backend.arn_of(key)
        documents = resource_policies.applying(self._state.policies, resource)
        return resource_policies.denies(documents, caller, action)
