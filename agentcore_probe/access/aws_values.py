"""Settings of AWS that are in effect, and where each comes from: the file, a variable, a profile, or AWS's default."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError

from agentcore_probe.access import redaction
from agentcore_probe.access.aws_session import PROFILE_VARIABLES, REGION_VARIABLES
from agentcore_probe.access.machine import ca_bundle_of, first_set, route
from agentcore_probe.access.planned import PlannedAws
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.plan import OriginKind, PlannedValue

_SWITCHES = (
    ("fips", "use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
    ("dual-stack", "use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
)
SERVICES = ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts")
"""The services whose base URL a run may use."""


def aws_values(environment: Environment, aws: PlannedAws) -> Iterator[PlannedValue]:
    """Region, profile, credentials, base URLs.

    Args:
        environment: what would be probed.
        aws: its access to AWS.
    """
    config = _profile_section(aws)
    yield _region(environment, aws)
    yield _profile(environment, aws)
    yield _credentials(aws)
    for key, name, variable in _SWITCHES:
        if value := os.environ.get(variable):
            yield PlannedValue(key=key, value=value, origin="variable", where=variable)
        elif name in config:
            yield PlannedValue(key=key, value=str(config[name]), origin="profile", where=aws.profile_name)
    if aws.region is not None:
        for service in SERVICES:
            yield _endpoint(environment, aws, service, config)


def machine_values(urls: Mapping[str, str], aws: PlannedAws) -> Iterator[PlannedValue]:
    """The proxy of each host, and the trusted authorities.

    Args:
        urls: a URL of each host, by the host.
        aws: its profile may name authorities.
    """
    yield from _proxies(urls)
    name, path = ca_bundle_of(aws.ca_bundle)
    if path:
        origin: OriginKind = "variable" if name in os.environ else "profile"
        where = name if origin == "variable" else aws.profile_name
        yield PlannedValue(key="ca-bundle", value=path, origin=origin, where=where)
    else:
        yield PlannedValue(key="ca-bundle", origin="default")


def _proxies(urls: Mapping[str, str]) -> Iterator[PlannedValue]:
    """The proxy of all hosts, or of each that has one."""
    proxies: dict[str, PlannedValue] = {}
    for host, url in urls.items():
        try:
            path = route(url, None)
        except InputError as error:
            yield PlannedValue(key="proxy", origin="variable", problem=error.line())
            return
        if path.proxy is not None:
            where = path.proxy_from or ""
            proxies[host] = PlannedValue(key="proxy", value=path.proxy, origin="variable", where=where)
    if not proxies:
        yield PlannedValue(key="proxy", origin="default")
    elif len(proxies) == len(urls) and len(set(proxies.values())) == 1:
        yield next(iter(proxies.values()))
    else:
        for host, named in proxies.items():
            yield named.model_copy(update={"key": f"proxy.{host}"})


def _profile_section(aws: PlannedAws) -> Mapping[str, Any]:
    try:
        config: Mapping[str, Any] = aws.files.full_config
    except BotoCoreError:
        return {}
    section: Mapping[str, Any] = config.get("profiles", {}).get(aws.profile_name, {})
    return section


def _region(environment: Environment, aws: PlannedAws) -> PlannedValue:
    if environment.region is not None:
        origin: OriginKind = "embedded" if environment.local is not None else "file"
        return PlannedValue(key="region", value=environment.region, origin=origin, where="region")
    if environment.runtime is not None:
        return PlannedValue(key="region", value=environment.runtime.region, origin="arn")
    if aws.region is None:
        return PlannedValue(key="region", origin="default", problem="no AWS region")
    variable = first_set(REGION_VARIABLES)
    if variable is not None:
        return PlannedValue(key="region", value=aws.region, origin="variable", where=variable)
    return PlannedValue(key="region", value=aws.region, origin="profile", where=aws.profile_name)


def _profile(environment: Environment, aws: PlannedAws) -> PlannedValue:
    if environment.profile is not None:
        return PlannedValue(key="profile", value=environment.profile, origin="file", where="profile")
    variable = first_set(PROFILE_VARIABLES)
    if variable is not None:
        return PlannedValue(key="profile", value=aws.profile_name, origin="variable", where=variable)
    return PlannedValue(key="profile", value=aws.profile_name, origin="default")


def _credentials(aws: PlannedAws) -> PlannedValue:
    source = aws.source
    if source.kind == "embedded":
        return PlannedValue(key="credentials", value="embedded", origin="embedded")
    if source.kind in ("variables", "container"):
        return PlannedValue(key="credentials", value=source.kind, origin="variable", where=source.where)
    if source.kind == "role" and not source.where:
        return PlannedValue(key="credentials", value=source.kind, origin="file", where="role_arn")
    if source.kind in ("instance", "none"):
        return PlannedValue(key="credentials", value=source.kind, origin="machine")
    return PlannedValue(key="credentials", value=source.kind, origin="profile", where=source.where)


def _endpoint(
    environment: Environment, aws: PlannedAws, service: str, config: Mapping[str, Any]
) -> PlannedValue:
    key = f"endpoint.{service}"
    value = redaction.text(aws.base_url(service))
    if service in environment.endpoints:
        origin: OriginKind = "embedded" if environment.local is not None else "file"
        return PlannedValue(key=key, value=value, origin=origin, where=f"endpoints.{service}")
    id = aws.client(service).meta.service_model.service_id.replace(" ", "_")
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() != "true":
        for variable in (f"AWS_ENDPOINT_URL_{id.upper()}", "AWS_ENDPOINT_URL"):
            if os.environ.get(variable, "").rstrip("/") == value:
                return PlannedValue(key=key, value=value, origin="variable", where=variable)
    if value in _endpoints_of_profile(aws, config, id.lower()):
        return PlannedValue(key=key, value=value, origin="profile", where=aws.profile_name)
    return PlannedValue(key=key, value=value, origin="aws")


def _endpoints_of_profile(aws: PlannedAws, config: Mapping[str, Any], id: str) -> set[str]:
    """The URLs that a profile names for the service `id`, and for every service."""
    services = aws.files.full_config.get("services", {}).get(str(config.get("services")), {})
    section = services.get(id, {})
    named = (section.get("endpoint_url") if isinstance(section, dict) else None, config.get("endpoint_url"))
    return {str(url).rstrip("/") for url in named if url}
