"""What is wrong or risky in the deployed configuration, seen without a call (agentcore-facts section 6)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.configuration import Authorizer, Configuration
from agentcore_probe.model.judgement import ConfigurationFinding


def inspect(configuration: Configuration) -> tuple[ConfigurationFinding, ...]:
    """Every finding, the Runtime's before the Gateway's."""
    return (
        *_authorizers(configuration),
        *_runtime(configuration),
        *_gateway(configuration),
        *_issuers(configuration),
    )


def _authorizers(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    for name, part in (("runtime", configuration.runtime), ("gateway", configuration.gateway)):
        authorizer = part.authorizer if part else None
        if authorizer is None or authorizer.jwt is None:
            continue
        if not authorizer.jwt.has_rule:
            yield ConfigurationFinding(
                id="authorizer-without-rule", severity="error", values={"target": name}
            )
        if authorizer.jwt.allowed_audience and _is_cognito(authorizer):
            values = {"target": name, "audience": ", ".join(authorizer.jwt.allowed_audience)}
            yield ConfigurationFinding(id="audience-with-cognito", severity="error", values=values)


def _is_cognito(authorizer: Authorizer) -> bool:
    """Cognito's discovery URLs name the user pool: `/REGION_POOL/.well-known/`."""
    url = authorizer.jwt.discovery_url if authorizer.jwt else ""
    parts = url.split("/.well-known/")[0].rsplit("/", 1)
    pool = parts[-1]
    return "cognito-idp." in url or (len(parts) == 2 and "_" in pool and pool.split("_")[0].count("-") >= 2)


def _runtime(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    runtime = configuration.runtime
    if runtime is None or runtime.unreadable:
        return
    if runtime.require_mmdsv2 is False:
        yield ConfigurationFinding(id="mmdsv2-off", severity="error")
    if runtime.status not in (None, "READY"):
        yield ConfigurationFinding(
            id="runtime-not-ready", severity="error", values={"status": str(runtime.status)}
        )
    for endpoint in runtime.endpoints or ():
        live, wanted = endpoint.live_version, endpoint.target_version
        if live and wanted and live != wanted:
            values = {"endpoint": endpoint.name, "live": live, "target": wanted}
            yield ConfigurationFinding(id="version-behind", severity="warning", values=values)


def _gateway(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    gateway = configuration.gateway
    if gateway is None or gateway.unreadable:
        return
    kind = gateway.authorizer.type if gateway.authorizer else None
    guarded = bool(gateway.interceptors or gateway.policy_engine == "ENFORCE")
    if kind == "NONE" and not guarded:
        yield ConfigurationFinding(id="gateway-open", severity="error")
    if kind == "AUTHENTICATE_ONLY" and not guarded:
        yield ConfigurationFinding(id="gateway-authenticate-only", severity="warning")
    if gateway.status not in (None, "READY"):
        yield ConfigurationFinding(
            id="gateway-not-ready", severity="error", values={"status": str(gateway.status)}
        )
    for target in gateway.targets or ():
        if target.status not in (None, "READY"):
            values = {"name": target.name, "status": str(target.status)}
            yield ConfigurationFinding(id="target-not-ready", severity="error", values=values)


def _issuers(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    urls = [
        part.authorizer.jwt.discovery_url
        for part in (configuration.runtime, configuration.gateway)
        if part and part.authorizer and part.authorizer.jwt
    ]
    if len(urls) == 2 and urls[0] != urls[1]:
        values = {"runtime": urls[0], "gateway": urls[1]}
        yield ConfigurationFinding(id="issuers-differ", severity="warning", values=values)
    for issuer in configuration.issuers:
        if issuer.unreadable is not None:
            values = {"url": issuer.discovery_url, "why": issuer.unreadable}
            yield ConfigurationFinding(id="issuer-unreadable", severity="warning", values=values)
