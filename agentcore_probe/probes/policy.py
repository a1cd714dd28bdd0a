"""The Gateway's tools under its policy engine: what the policies predict for a caller, then the list and the named calls."""

from __future__ import annotations

from collections.abc import Sequence

from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.policy.cedar import Principal, principals_of_role, principals_of_token
from agentcore_probe.judge.policy.tools import predict_tools
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.mcp import Conversation, newest_version
from agentcore_probe.probes.preconditions import needs_aws, needs_token

SESSION_HEADER = "x-amzn-bedrock-agentcore-policy-session-id"
"""What temporal policies count a caller's requests by."""


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """The tools of a bearer token's caller."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    # Policies compare claims that name a person, so the prediction is made here: a record has these masked.
    claims = unverified_facts(tokens.access.reveal()).claims
    principals = principals_of_token(claims) if _authorizer(context) == "CUSTOM_JWT" else ()
    return _probe(context, transport, BearerCaller(tokens.access), principals)


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """The tools of an IAM principal."""
    if (missing := needs_aws(context)) is not None:
        return missing
    arn = context.aws.caller()[0] if _authorizer(context) == "AWS_IAM" else None
    return _probe(context, transport, SigningCaller(context.aws), principals_of_role(arn) if arn else ())


def _authorizer(context: ProbeContext) -> str | None:
    authorizer = context.configuration.authorizer("gateway")
    return authorizer.type if authorizer else None


def _probe(
    context: ProbeContext, transport: Transport, caller: Caller, principals: Sequence[Principal]
) -> Result:
    url, target, deployed = context.gateway_url, context.environment.gateway, context.configuration.gateway
    assert url is not None  # run_probe has checked that there is a Gateway
    if deployed is not None and deployed.policy_engine is None and deployed.arn and not deployed.unreadable:
        return Result(not_applicable="no-policy-engine")
    calls = target.called_tools if target is not None else ()
    prediction = predict_tools(deployed, principals, calls)
    session = target.policy_session if target is not None else None
    conversation = Conversation(
        transport,
        url,
        caller,
        newest_version(deployed.supported_versions if deployed else None),
        {SESSION_HEADER: session} if session else None,
        max_pages=context.max_pages,
    )
    if conversation.open():
        conversation.list_tools()
        for call in calls:
            conversation.call_tool(call)
    policy = prediction.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return Result({**conversation.facts, "policy": policy})
