"""Finds what is wrong or risky in the deployed configuration, without a call (docs/agentcore.md section 6)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.flows import FLOWS
from agentcore_probe.judge.behind_target import runtime_target
from agentcore_probe.judge.deployed import check_deployed
from agentcore_probe.judge.token_rules import without_keys
from agentcore_probe.model.configuration import ANOTHER_RESOURCE, Authorizer, Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.providers import find_provider


def check_configuration(
    configuration: Configuration, environment: Environment, token: TokenFacts | None = None
) -> tuple[ConfigurationFinding, ...]:
    """Every finding: the Runtime's, the Gateway's, the login's, then those of what is beside the authorizers.

    Args:
        configuration: what is deployed, as far as it was read.
        environment: how it is to be used.
        token: the access token of the environment's login, if there is one.
    """
    return (
        *_check_identity(configuration, environment),
        *_check_authorizers(configuration, token),
        *_check_runtime(configuration),
        *_check_headers(configuration, environment),
        *_check_gateway(configuration),
        *_check_runtime_target(configuration),
        *_check_issuers(configuration),
        *_check_login(configuration, environment.identity),
        *check_deployed(configuration, environment),
    )


def _check_identity(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """Answers of the control plane about another resource than the environment names."""
    runtime, gateway = configuration.runtime, configuration.gateway
    for target, part, requested, described in (
        ("runtime", runtime, environment.runtime and environment.runtime.arn, runtime and runtime.arn),
        ("gateway", gateway, environment.gateway and environment.gateway.id, gateway and gateway.id),
    ):
        is_marked = part is not None and part.unreadable == ANOTHER_RESOURCE
        if is_marked or (requested and described and requested != described):
            reported = (part.described_arn if part else None) or described or "-"
            own = (
                (runtime and runtime.arn)
                if target == "runtime"
                else (gateway and (gateway.arn or gateway.id))
            )
            values = {"target": target, "requested": requested or own or "-", "described": reported}
            yield ConfigurationFinding(id=ANOTHER_RESOURCE, severity="error", values=values, owner="you")


def _check_authorizers(
    configuration: Configuration, token: TokenFacts | None
) -> Iterator[ConfigurationFinding]:
    for name, part in (("runtime", configuration.runtime), ("gateway", configuration.gateway)):
        authorizer = part.authorizer if part else None
        if authorizer is None or authorizer.jwt is None:
            continue
        if not authorizer.jwt.has_rule:
            yield ConfigurationFinding(
                id="authorizer-without-rule", severity="error", values={"target": name}
            )
        if requires_missing_audience(authorizer, token):
            values = {"target": name, "audience": ", ".join(authorizer.jwt.allowed_audience)}
            yield ConfigurationFinding(id="audience-with-cognito", severity="error", values=values)


def requires_missing_audience(authorizer: Authorizer, token: TokenFacts | None) -> bool:
    """Whether the rules require an `aud`, which the provider's access tokens (Cognito's) do not have by default."""
    rules = authorizer.jwt
    if rules is None or not rules.allowed_audience:
        return False
    if find_provider(rules.discovery_url).access_tokens_have_audience:
        return False
    return token is None or "aud" not in token.claims


def _check_runtime(configuration: Configuration) -> Iterator[ConfigurationFinding]:
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
        live, target = endpoint.live_version, endpoint.target_version
        if live and target and live != target:
            values = {"endpoint": endpoint.name, "live": live, "target": target}
            yield ConfigurationFinding(id="version-behind", severity="warning", values=values)


def _check_headers(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """The Runtime removes Authorization unless it is on the allowlist (docs/agentcore.md section 1.3)."""
    runtime, target = configuration.runtime, environment.runtime
    if runtime is None or runtime.unreadable or target is None or not target.forwards_authorization:
        return
    if "authorization" not in {name.lower() for name in runtime.header_allowlist or ()}:
        yield ConfigurationFinding(id="authorization-stripped", severity="error")


def _check_gateway(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    gateway = configuration.gateway
    if gateway is None or gateway.unreadable:
        return
    kind = gateway.authorizer.type if gateway.authorizer else None
    if kind == "NONE" and not gateway.is_guarded and not gateway.leaves_it_to_runtimes:
        yield ConfigurationFinding(id="gateway-open", severity="error")
    if kind == "AUTHENTICATE_ONLY" and not gateway.is_guarded:
        yield ConfigurationFinding(id="gateway-authenticate-only", severity="warning")
    if gateway.status not in (None, "READY"):
        yield ConfigurationFinding(
            id="gateway-not-ready", severity="error", values={"status": str(gateway.status)}
        )
    for target in gateway.targets or ():
        if target.status not in (None, "READY"):
            values = {"name": target.name, "status": str(target.status)}
            yield ConfigurationFinding(id="target-not-ready", severity="error", values=values)


def _check_runtime_target(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    """A target that the file names for its Runtime, and that leads to another one."""
    target, runtime = runtime_target(configuration), configuration.runtime
    if target is None or runtime is None or not target.runtime or not runtime.arn:
        return
    if target.runtime != runtime.arn:
        values = {"name": target.name, "described": target.runtime, "requested": runtime.arn}
        yield ConfigurationFinding(id="target-of-another-runtime", severity="error", values=values)


def _check_issuers(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    urls = [
        part.authorizer.jwt.discovery_url
        for part in (configuration.runtime, configuration.gateway)
        if part and part.authorizer and part.authorizer.jwt
    ]
    if len(urls) == 2 and urls[0] != urls[1]:
        values = {"runtime": urls[0], "gateway": urls[1]}
        yield ConfigurationFinding(id="issuers-differ", severity="warning", values=values)
    for issuer in configuration.issuers:
        if issuer.unreadable_keys is not None:
            values = {"url": issuer.discovery_url, "why": issuer.unreadable_keys}
            yield ConfigurationFinding(id="issuer-without-keys", severity="error", values=values)
        elif issuer.unreadable is not None:
            values = {"url": issuer.discovery_url, "why": issuer.unreadable}
            yield ConfigurationFinding(id="issuer-unreadable", severity="warning", values=values)
        elif (why := without_keys(issuer)) is not None:
            values = {"url": issuer.discovery_url, "why": why}
            yield ConfigurationFinding(id="issuer-without-keys", severity="warning", values=values)


def _check_login(configuration: Configuration, identity: Identity | None) -> Iterator[ConfigurationFinding]:
    """Settings with which this environment's login cannot succeed; a flow of a later version has no checks."""
    flow = FLOWS.get(identity.flow) if identity else None
    if flow is not None and identity is not None:
        yield from flow.check_settings(identity, configuration)
