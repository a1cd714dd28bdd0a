"""The endpoint of a session: one GET of the URL that came with an accepted invocation of the same run."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.partitions import partition_of, region_in_host
from agentcore_probe.model.plan import UNKNOWN_SESSION
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous
from agentcore_probe.probes.preconditions import needs_aws, needs_token
from agentcore_probe.regex import regex

_STEP = "session endpoint"
_HOST = regex(
    r"(?:[\w-]{1,63}\.){1,4}bedrock-agentcore[a-z-]{0,20}\.(?P<region>[a-z0-9-]{1,30})\.(?P<domain>[a-z0-9.-]{1,60})"
)
"""A host below AgentCore's own names. Below the names of other services, customers of AWS have hosts."""
_FUNCTIONS = "on.aws"
"""Another domain of AWS's services."""


@dataclass(frozen=True)
class _Endpoint:
    """Where the session is served."""

    url: str

    def request(self, step: str = _STEP) -> Outgoing:
        """A GET without a credential: an application hardly does anything at one."""
        return Outgoing(step, self.url, method="GET", headers={"Accept": "*/*"})


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """With a bearer token."""
    tokens = needs_token(context)
    endpoint = _endpoint(context)
    if isinstance(endpoint, Result):
        return endpoint
    if isinstance(tokens, Result):
        return tokens
    transport.send(BearerCaller(tokens.access).equip(endpoint.request()))
    return Result()


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """With a signature."""
    endpoint = _endpoint(context)
    if isinstance(endpoint, Result):
        return endpoint
    missing = needs_aws(context)
    if missing is not None:
        return missing
    transport.send(SigningCaller(context.aws).equip(endpoint.request()))
    return Result()


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """Without a credential."""
    endpoint = _endpoint(context)
    if isinstance(endpoint, Result):
        return endpoint
    target = ControlledTarget(
        "runtime-session-endpoint", lambda step: endpoint.request(step or _STEP), lambda: (), is_pair=True
    )
    return send_anonymous(context, transport, target)


def _endpoint(context: ProbeContext) -> _Endpoint | Result:
    """The endpoint of the session that an accepted invocation has begun, or why there is none."""
    runtime = context.configuration.runtime
    if runtime is None or not runtime.allowed_ports:
        return Result(not_applicable="no-session-ports")
    invocation = context.gate.wait_for_invocation("runtime")
    answered = [
        exchange
        for exchange in invocation
        if (response := exchange.response) is not None and (response.status or 0) < HTTPStatus.BAD_REQUEST
    ]
    if not answered:
        return Result(not_tried="no-accepted-invocation")
    urls = [url for exchange in answered if (url := context.gate.session_url(exchange))]
    if not urls:
        return Result(not_tried="no-session-endpoint")
    if not is_own(urls[0], context.runtime_base):
        return Result(not_tried="foreign-session-endpoint")
    return _Endpoint(urls[0])


def is_own(url: str, data_plane: str) -> bool:
    """Whether a credential may be sent there: to AgentCore's own hosts in the same region, or from this machine to itself.

    The form of the host is not documented, but it is named by the service, and a wrong one must not get a token.

    Args:
        url: in the answer to an invocation.
        data_plane: the base URL that was invoked.
    """
    try:
        called, own = urlsplit(url), urlsplit(data_plane).hostname or ""
        host = called.hostname or ""
    except ValueError:
        return False
    if url == UNKNOWN_SESSION:
        return True  # a plan's, which sends nothing
    if own in LOOPBACK:
        return host in LOOPBACK
    match = _HOST.fullmatch(host)
    if called.scheme != "https" or match is None or match["region"] != region_in_host(own):
        return False
    partition = partition_of(match["region"])
    return match["domain"] in (partition.domain, partition.dual_stack_domain, _FUNCTIONS)
