"""What a drafted file says in comments of the Runtime, the Gateway and the issuer, and where it was read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agentcore_probe.environments.comments import abbreviated, one_line, toml_text
from agentcore_probe.model.configuration import (
    Authorizer,
    Configuration,
    GatewayConfiguration,
    RuntimeConfiguration,
)
from agentcore_probe.model.environment import RuntimeTarget
from agentcore_probe.model.inventory import Resource
from agentcore_probe.regex import regex

_UNKNOWN = "unknown authorizer"
_AUTHORIZERS = {
    "CUSTOM_JWT": "requires a JWT",
    "AWS_IAM": "requires a SigV4 signature (IAM)",
    "NONE": "accepts every caller: there is no authorizer",
    "AUTHENTICATE_ONLY": "accepts every caller that it can identify (AUTHENTICATE_ONLY)",
}
_HARMLESS = regex(
    r"(?:^|[_-])(?:ping|echo|health|status|version|list|get|search|describe|read|find|lookup)", re.I
)
"""Names of tools that probably change nothing."""
_SEARCH = "x_amz_bedrock_agentcore_search"
"""The Gateway's own tool with semantic search (docs/agentcore.md section 4)."""


def runtime_comments(
    runtime: RuntimeConfiguration | None, target: RuntimeTarget, deployed: Configuration
) -> Iterator[str]:
    """The sentences about the Runtime."""
    if runtime is None:
        yield _UNKNOWN
        return
    yield from _authorizer(runtime.authorizer, runtime.unreadable, "GetAgentRuntime")
    facts = [
        runtime.status
        and runtime.status != "READY"
        and f"status {runtime.status}: {runtime.failure_reason or ''}",
        runtime.protocol and f"protocol {runtime.protocol}",
        runtime.network_mode and f"network mode {runtime.network_mode}",
    ]
    if any(facts):
        yield "; ".join(fact for fact in facts if fact)
    if runtime.endpoints and target.qualifier not in [endpoint.name for endpoint in runtime.endpoints]:
        yield f"There is no endpoint {target.qualifier} (ListAgentRuntimeEndpoints)."
    yield from _policies(deployed, {"": target.arn, " of the endpoint": f"{target.arn}/"})


def gateway_comments(gateway: GatewayConfiguration | None, deployed: Configuration) -> Iterator[str]:
    """The sentences about the Gateway."""
    if gateway is None:
        yield _UNKNOWN
        return
    yield from _authorizer(gateway.authorizer, gateway.unreadable, "GetGateway")
    if gateway.status and gateway.status != "READY":
        yield f"status {gateway.status}: {' '.join(gateway.status_reasons)}"
    if gateway.interceptors:
        yield "An interceptor may change or refuse every call."
    if gateway.policy_engine:
        name = (gateway.policy_engine_arn or "").rsplit("/", 1)[-1]
        yield f"policy engine {name}, mode {gateway.policy_engine}"
    if gateway.targets:
        shown = [
            f"{target.name} ({', '.join(filter(None, (target.type, target.status)))})"
            for target in gateway.targets
        ]
        yield f"targets: {abbreviated(shown)}"
    if gateway.domains:
        yield f"own domains: {abbreviated(gateway.domains)}"
    if gateway.arn:
        yield from _policies(deployed, {"": gateway.arn})


def harness_comments(harnesses: Sequence[Resource]) -> Iterator[str]:
    """The sentences about the harnesses whose agent is the Runtime."""
    for harness in harnesses:
        takes = _AUTHORIZERS.get(harness.authorizer or "", _UNKNOWN)
        yield (
            f"This is the Runtime behind the harness {harness.name}, which {takes}. "
            f"Call the harness itself with: agentcore-probe ask {harness.arn}"
        )
        yield f'To probe it too, add [harness] with arn = "{harness.arn}".'


def own_harness_comments(deployed: Configuration) -> Iterator[str]:
    """The sentences about the harness that the file describes."""
    harness = deployed.harness
    if harness is not None and harness.authorizer is not None:
        yield f"It {_AUTHORIZERS[harness.authorizer.type]}."
    if harness is not None and harness.status not in (None, "READY"):
        yield f"Its status is {harness.status}."
    yield "A call that it may accept is made with invoke = true only: its agent then runs once, and costs tokens."


def issuer_comments(discovery_url: str, deployed: Configuration) -> Iterator[str]:
    """The sentences about the issuer and what its tokens need."""
    for target in ("runtime", "gateway", "harness", "registry"):
        authorizer = deployed.authorizer(target)
        rules = authorizer.jwt if authorizer else None
        if rules is None or rules.discovery_url != discovery_url:
            continue
        needs = {
            "client": rules.allowed_clients,
            "audience": rules.allowed_audience,
            "scope": rules.allowed_scopes,
            "claim": [claim.name for claim in rules.custom_claims],
        }
        texts = [f"{kind} {abbreviated(list(values))}" for kind, values in needs.items() if values]
        name = target.capitalize() if target in ("runtime", "gateway") else target
        yield f"The {name} requires: {'; '.join(texts) or 'a token of the issuer'}"
    issuer = next((one for one in deployed.issuers if one.discovery_url == discovery_url), None)
    if issuer is not None and issuer.unreadable:
        yield f"The issuer's documents could not be read from here: {issuer.unreadable}"
    elif issuer is not None:
        yield f"issuer {issuer.issuer}; token endpoint {issuer.token_endpoint or 'none'} (discovery document)"


def tool_line(gateway: GatewayConfiguration | None, targets: Sequence[Mapping[str, Any]]) -> str:
    """A commented-out line that calls a tool, one that seems harmless if there is one."""
    for target in targets:
        for name, schema in _tools(target):
            if _HARMLESS.search(name):
                arguments = dict.fromkeys(_required(schema), "...")
                return _tool(f"{target.get('name')}___{name}", arguments, "seems harmless: check it")
    if gateway is not None and gateway.search_type == "SEMANTIC":
        return _tool(_SEARCH, {"query": "hello"}, "the Gateway's own search for tools")
    name = next((target.name for target in (gateway.targets if gateway else None) or ()), "TARGET")
    return _tool(f"{name}___TOOL", {}, "one harmless call; without it, tools are only listed")


def _tool(name: str, arguments: Mapping[str, str], why: str) -> str:
    values = ", ".join(f"{toml_text(key)} = {toml_text(value)}" for key, value in arguments.items())
    inline = f"{{ {values} }}" if values else "{}"
    return one_line(f"# tool = {{ name = {toml_text(name)}, arguments = {inline} }}  # {why}")


def _tools(target: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tools in the schema of a target with a Lambda function."""
    settings = (target.get("targetConfiguration") or {}).get("mcp") or {}
    for tool in ((settings.get("lambda") or {}).get("toolSchema") or {}).get("inlinePayload") or ():
        yield str(tool.get("name", "")), tool.get("inputSchema") or {}


def _required(schema: Mapping[str, Any]) -> list[str]:
    return [str(name) for name in schema.get("required") or ()]


def _authorizer(authorizer: Authorizer | None, unreadable: str | None, operation: str) -> Iterator[str]:
    if unreadable:
        yield f"could not be read: {unreadable}"
    elif authorizer is None:
        yield _UNKNOWN
    else:
        yield f"authorizer {authorizer.type}: {_AUTHORIZERS[authorizer.type]} ({operation})"
        binding = authorizer.jwt.workload_binding if authorizer.jwt else ()
        if binding:
            yield f"Only these workloads may call, so a direct call is meant to fail: {abbreviated(binding)}"


def _policies(deployed: Configuration, beginnings: Mapping[str, str]) -> Iterator[str]:
    """The resource policies: an ARN that ends with `/` means what is below it."""
    for name, beginning in beginnings.items():
        for policy in deployed.policies or ():
            is_meant = (
                policy.resource.startswith(beginning)
                if beginning.endswith("/")
                else policy.resource == beginning
            )
            if is_meant and policy.unreadable:
                yield f"resource policy{name}: could not be read ({policy.unreadable})"
            elif is_meant and policy.document:
                yield f"resource policy{name}: {_effects(policy.document)} (GetResourcePolicy)"


def _effects(document: str) -> str:
    """What a policy says, in short."""
    try:
        statements = json.loads(document).get("Statement") or []
        found = statements if isinstance(statements, list) else [statements]
        return abbreviated([f"{one.get('Effect')} {_principals(one.get('Principal'))}" for one in found])
    except (ValueError, AttributeError, RecursionError):
        return "there is one"


def _principals(principal: object) -> str:
    if isinstance(principal, dict):
        values = [value for one in principal.values() for value in (one if isinstance(one, list) else [one])]
        return abbreviated([str(value) for value in values])
    return "everybody" if principal == "*" else "some"
