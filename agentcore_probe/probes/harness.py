"""The access methods of a harness. A call that is accepted runs its agent, so it is made only if the file says so.

Whoever must be refused gets the smallest prompt, too: an invalid request could be refused for its content, and would not
show that a harness is open. Nothing is repeated.
"""

from __future__ import annotations

import json

from agentcore_probe.access.event_stream import CONTENT_TYPE
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import harness_url, smallest_prompt
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import HarnessTarget
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.single_call import send_signed, send_with_token

NOT_INVOKED = "harness-not-invoked"
"""Why a call that may be accepted was not made."""


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """The call with a bearer token."""
    if _may_run_agent(context, "CUSTOM_JWT"):
        return Result(not_applicable=NOT_INVOKED)
    return send_with_token(context, transport, _invocation(context))


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """The call with a signature."""
    if _may_run_agent(context, "AWS_IAM"):
        return Result(not_applicable=NOT_INVOKED)
    return send_signed(context, transport, _invocation(context))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """The call without a credential."""
    return send_anonymous(context, transport, _controlled(context))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """The call with a forged token."""
    return send_forged(context, transport, _controlled(context))


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget(
        "harness", lambda step: _invocation(context, step or "invoke"), lambda: (), is_pair=True
    )


def _may_run_agent(context: ProbeContext, authorizer_type: str) -> bool:
    """Whether a genuine call might be accepted, and the file does not allow it.

    Args:
        context: the run's shared facts.
        authorizer_type: the one that accepts such a call.
    """
    authorizer = context.configuration.authorizer("harness")
    is_refused = authorizer is not None and authorizer.type != authorizer_type
    return not is_refused and not _target(context).invoke


def _invocation(context: ProbeContext, step: str = "invoke") -> Outgoing:
    harness = _target(context)
    return Outgoing(
        step,
        harness_url(context.aws.base_url("bedrock-agentcore", harness.region), harness),
        headers={
            "Content-Type": "application/json",
            "Accept": CONTENT_TYPE,
            SESSION_HEADER: context.session,
        },
        body=json.dumps(smallest_prompt()).encode(),
    )


def _target(context: ProbeContext) -> HarnessTarget:
    assert context.environment.harness is not None  # run_probe has checked that there is a harness
    return context.environment.harness
