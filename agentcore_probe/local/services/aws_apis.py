"""The AWS APIs of the account beside AgentCore: moto's, and what moto cannot do.

Cognito, IAM, STS, Secrets Manager and SSM are moto's. A request names its service in its signature or, for Cognito's
unsigned operations, in `X-Amz-Target`.
"""

from __future__ import annotations

import html
import re

import anyio
import anyio.to_thread

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import aws_error
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.services import query_api, stacks
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.services.simulator import simulation
from agentcore_probe.local.services.stacks import StackService
from agentcore_probe.local.services.trust import assume_role_refusal
from agentcore_probe.local.services.user_pool import NewerUserPool, client_metadata_response

COGNITO_TARGET = "AWSCognitoIdentityProviderService."
"""What `X-Amz-Target` begins with in a request to Cognito."""
_XML_ERROR = re.compile(rb"<Code>(\w+)</Code><Message>([^<]*)</Message>")


class AwsApis:
    """Responds to requests to AWS APIs.

    Args:
        backend: the account.
        permissions: checks signatures and policies where moto does not.
        stacks: CloudFormation.
        newer_pool: the user pool's settings of 2026; None for those that moto knows.
    """

    def __init__(
        self,
        backend: MotoBackend,
        permissions: Permissions,
        stacks: StackService,
        newer_pool: NewerUserPool | None,
    ) -> None:
        self._backend = backend
        self._permissions = permissions
        self._stacks = stacks
        self._newer_pool = newer_pool
        # moto runs one request at a time, so that more threads would only wait for its lock.
        self._limiter = anyio.CapacityLimiter(1)

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response of the API to which `request` is sent."""
        if query_api.is_for(request, stacks.SERVICE):
            return self._stacks.respond(request)
        if query_api.is_for(request, "ec2"):
            from agentcore_probe.local.services import vpc_endpoints  # reads a model of 4 MB

            return vpc_endpoints.respond(request, self._permissions)
        own = assume_role_refusal(request, self._permissions) or simulation(request, self._permissions)
        target = request.headers.get("x-amz-target", "")
        if own is None and target.startswith(COGNITO_TARGET):
            operation = target.removeprefix(COGNITO_TARGET)
            own = client_metadata_response(request, operation, self._newer_pool)
        if own is not None:
            return own
        response = await anyio.to_thread.run_sync(self._backend.forward, request, limiter=self._limiter)
        # moto refuses a bad signature or a missing permission in XML; APIs with a target do so in JSON.
        response = _xml_error_to_json(response) if target else response
        if self._newer_pool is None or not target.startswith(COGNITO_TARGET):
            return response
        return self._newer_pool.with_newer_fields(target.removeprefix(COGNITO_TARGET), response)


def _xml_error_to_json(response: AsgiResponse) -> AsgiResponse:
    match = _XML_ERROR.search(response.body) if response.status == 403 else None
    if match is None:
        return response
    error_type = match[1].decode().removesuffix("Exception") + "Exception"
    return aws_error(400, error_type, html.unescape(match[2].decode()))
