"""What a probe needs before it can send anything: a token, an ID token, or AWS credentials."""

from __future__ import annotations

from agentcore_probe.access.aws import region_of
from agentcore_probe.flows.flow import NoTokens, Tokens
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result


def needs_token(context: ProbeContext) -> Tokens | Result:
    """The tokens, or the result of a probe that cannot run without them."""
    if context.tokens is None:
        return Result(not_tried="no-identity")
    if isinstance(context.tokens, NoTokens):
        return Result(not_tried=context.tokens.reason, exchange=context.tokens.exchange)
    return context.tokens


def needs_aws(context: ProbeContext) -> Result | None:
    """The result of a probe that cannot run without AWS credentials and a region to sign for, or None with both."""
    if (problem := context.aws.login_problem) is not None:
        return Result(not_tried=problem.cause)
    # A Runtime's ARN names the region, and so does AWS's own host of a Gateway.
    if context.aws.region is None and region_of(context.gateway_url or "") is None:
        return Result(not_tried="aws-region-missing")
    return None


def id_token_caller(context: ProbeContext) -> BearerCaller | Result:
    """The caller who sends the login's ID token, or the result of a probe without one."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    return Result(not_applicable="no-id-token") if tokens.id is None else BearerCaller(tokens.id)
