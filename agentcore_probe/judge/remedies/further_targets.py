"""A correct call of a harness or a registry, and how its authorizer is read. What to change there is the owner's decision."""

from __future__ import annotations

import shlex
from urllib.parse import parse_qs, urlsplit

from agentcore_probe.judge.remedies import authorizer, calls, resources
from agentcore_probe.judge.remedies.context import RemedyContext, Snippets, shell_word
from agentcore_probe.model.arn import read_arn
from agentcore_probe.snippets import HARNESS_HEADERS, LIST_TOOLS, PROMPT, bearer_call, signed_call

TARGETS = ("harness", "registry")
_ADDRESS_OF_HARNESS = (
    '"https://bedrock-agentcore.$AWS_REGION.amazonaws.com/harnesses/invoke?harnessArn='
    '$(jq -rn --arg arn "$HARNESS_ARN" \'$arn|@uri\')"'
)
"""Where the call is not known: an answer alone names a harness in its words, and never a registry."""
_CALLS = calls.BUILDERS.keys()
_READS = authorizer.BUILDERS.keys() | resources.BUILDERS.keys()


def snippets(context: RemedyContext, kind: str, cause: str) -> Snippets | None:
    """The lines for one of these targets; None where those of the kind are about no target in particular.

    Args:
        context: the environment's values.
        kind: of the remedy, as in the table of causes.
        cause: what is wrong.
    """
    if kind in _CALLS:
        return Snippets((_call(context, cause),))
    return Snippets((_read(context),)) if kind in _READS else None


def _call(context: RemedyContext, cause: str) -> str:
    is_harness = context.case.target == "harness"
    called = context.case.exchange.request.url
    url = shlex.quote(called) if called else _ADDRESS_OF_HARNESS
    body = PROMPT if is_harness else LIST_TOOLS
    headers = {"headers": HARNESS_HEADERS} if is_harness else {}
    if context.takes_signature and cause != "sigv4-on-jwt":
        service = "bedrock-agentcore" if is_harness else "agent-registry"
        return signed_call(url, context.region or "$AWS_REGION", body, service=service, **headers)
    return bearer_call(url, body, **headers)


def _read(context: RemedyContext) -> str:
    region = context.region_option
    if context.case.target == "harness":
        harness = context.environment.harness if context.environment else None
        id = shell_word(harness.id if harness else _id_in_query(context), "HARNESS_ID")
        return f"{context.control} get-harness --harness-id {id} {context.control_plane_options}"
    registry = context.environment.registry if context.environment else None
    id = shell_word(registry.id if registry else _id_in_path(context), "REGISTRY_ID")
    endpoint = context.endpoint_option("agent-registry-control")
    return f"{context.aws} agent-registry-control get-registry --registry-id {id} {region}{endpoint}"


def _id_in_query(context: RemedyContext) -> str | None:
    query = parse_qs(urlsplit(context.case.exchange.request.url).query)
    arn = read_arn(query.get("harnessArn", [""])[0])
    return arn.id if arn.kind == "harness" else None


def _id_in_path(context: RemedyContext) -> str | None:
    parts = urlsplit(context.case.exchange.request.url).path.split("/")
    return parts[2] if len(parts) > 3 and parts[1] == "registry" else None
