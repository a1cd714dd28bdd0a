"""The two entrances of every environment: the Gateway's MCP endpoint and the Runtime's invocations."""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance, FixedPrediction

ENTRANCES = (
    Entrance(id="gateway-mcp", target="gateway", actions=("InvokeGateway",), effect="none"),
    Entrance(id="runtime-invocations", target="runtime", actions=("InvokeAgentRuntime",), effect="session"),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="gateway-jwt",
        target="gateway",
        entrance="gateway-mcp",
        auth="jwt",
        probe="gateway:jwt",
        for_callers=True,
        counterparts=("gateway-sigv4",),
        usage="gateway-curl",
    ),
    AccessMethod(
        id="runtime-jwt",
        target="runtime",
        entrance="runtime-invocations",
        auth="jwt",
        probe="runtime:jwt",
        for_callers=True,
        counterparts=("runtime-sigv4",),
        usage="runtime-curl",
    ),
    AccessMethod(
        id="runtime-sigv4",
        target="runtime",
        entrance="runtime-invocations",
        auth="sigv4",
        probe="runtime:sigv4",
        for_callers=True,
        counterparts=("runtime-jwt", "runtime-jwt-id-token"),
        usage="runtime-aws",
    ),
    AccessMethod(
        id="runtime-cli",
        target="runtime",
        entrance="runtime-invocations",
        auth="sigv4",
        probe="aws_cli:cli",
        counterparts=("runtime-jwt", "runtime-jwt-id-token"),
        usage="runtime-aws",
    ),
    AccessMethod(
        id="gateway-sigv4",
        target="gateway",
        entrance="gateway-mcp",
        auth="sigv4",
        probe="gateway:sigv4",
        for_callers=True,
        counterparts=("gateway-jwt", "gateway-jwt-id-token"),
        usage="gateway-signed",
    ),
    AccessMethod(
        id="runtime-jwt-raw-arn",
        target="runtime",
        entrance="runtime-invocations",
        auth="jwt",
        probe="runtime:jwt_raw_arn",
        fixed_prediction=FixedPrediction(
            decision="undecided", cause="arn-not-encoded", detail="/runtimes/arn:…"
        ),
        counterparts=("runtime-jwt", "runtime-sigv4", "runtime-jwt-id-token"),
    ),
    AccessMethod(
        id="gateway-anonymous",
        target="gateway",
        entrance="gateway-mcp",
        auth="none",
        probe="gateway:anonymous",
        control=True,
        counterparts=("gateway-jwt", "gateway-sigv4", "gateway-jwt-id-token"),
    ),
    AccessMethod(
        id="runtime-anonymous",
        target="runtime",
        entrance="runtime-invocations",
        auth="none",
        probe="runtime:anonymous",
        control=True,
        counterparts=("runtime-jwt", "runtime-sigv4", "runtime-jwt-id-token"),
    ),
    AccessMethod(
        id="gateway-jwt-forged",
        target="gateway",
        entrance="gateway-mcp",
        auth="forged-jwt",
        probe="gateway:forged",
        control=True,
        counterparts=("gateway-jwt",),
    ),
    AccessMethod(
        id="runtime-jwt-forged",
        target="runtime",
        entrance="runtime-invocations",
        auth="forged-jwt",
        probe="runtime:forged",
        control=True,
        counterparts=("runtime-jwt",),
    ),
    AccessMethod(
        id="gateway-jwt-id-token",
        target="gateway",
        entrance="gateway-mcp",
        auth="id-token",
        probe="gateway:id_token",
        counterparts=("gateway-jwt",),
    ),
    AccessMethod(
        id="runtime-jwt-id-token",
        target="runtime",
        entrance="runtime-invocations",
        auth="id-token",
        probe="runtime:id_token",
        counterparts=("runtime-jwt",),
    ),
)
