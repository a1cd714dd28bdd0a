"""The settings of a run that are not AWS's own, and where each comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agentcore_probe.access import redaction
from agentcore_probe.access.aws import Aws
from agentcore_probe.access.pace import PER_SECOND
from agentcore_probe.access.protocol import gateway_url
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import SECRET_KEYS, Identity, SecretReference
from agentcore_probe.model.plan import OriginKind, PlannedValue
from agentcore_probe.probes.budget import request_limit
from agentcore_probe.probes.known import Known


def file_values(
    environment: Environment, known: Known, aws: Aws, problems: Mapping[str, str]
) -> Iterator[PlannedValue]:
    """The settings of targets, login and limits.

    Args:
        environment: as its file says.
        known: what is known of what is deployed.
        aws: knows the data plane's host.
        problems: why secrets cannot be read, by what they are called.
    """
    yield from _runtime(environment, known)
    yield from _gateway(environment, known, aws)
    if environment.identity is not None:
        yield from _identity(environment.identity, environment, problems)
    for name, caller in (environment.identities or {}).items():
        is_embedded = environment.local is not None
        who = caller.role_arn or caller.username or caller.client_id or caller.flow
        yield _of_file("identities", name, who, embedded=is_embedded)
    limits = environment.limits
    for key, value, default in (
        ("requests", limits.requests, request_limit(environment)),
        ("requests_per_second", limits.requests_per_second, PER_SECOND),
        ("seconds", limits.seconds if "seconds" in limits.model_fields_set else None, limits.seconds),
    ):
        yield _of_file("limits", key, value, default=f"{default:g}")


def _runtime(environment: Environment, known: Known) -> Iterator[PlannedValue]:
    runtime, deployed = environment.runtime, known.configuration.runtime
    if runtime is None:
        return
    is_embedded = environment.local is not None
    yield _of_file("runtime", "arn", runtime.arn, embedded=is_embedded)
    is_set = "qualifier" in runtime.model_fields_set
    yield _of_file("runtime", "qualifier", runtime.qualifier if is_set else None, default=runtime.qualifier)
    payload = None if runtime.payload is None else redaction.text(json.dumps(runtime.payload))
    yield _of_file("runtime", "payload", payload)
    if deployed is not None and deployed.protocol:
        yield _known("runtime.protocol", deployed.protocol, environment)
    else:
        yield _of_file("runtime", "protocol", runtime.protocol, default="HTTP", origin="assumed")


def _gateway(environment: Environment, known: Known, aws: Aws) -> Iterator[PlannedValue]:
    gateway, deployed = environment.gateway, known.configuration.gateway
    if gateway is None:
        return
    if gateway.url:
        url = redaction.text(gateway.url)
        yield _of_file("gateway", "url", url, embedded=environment.local is not None)
    else:
        yield _of_file("gateway", "id", gateway.id)
        if deployed is not None and deployed.url:
            yield _known("gateway.url", deployed.url, environment)
        else:
            built = gateway_url(environment, known.configuration, aws)
            yield PlannedValue(key="gateway.url", value=built, origin="assumed")
    yield _of_file("gateway", "tool", gateway.tool.name if gateway.tool else None)


def _identity(
    identity: Identity, environment: Environment, problems: Mapping[str, str]
) -> Iterator[PlannedValue]:
    is_embedded = environment.local is not None
    is_set = "flow" in identity.model_fields_set
    yield _of_file("identity", "flow", identity.flow if is_set else None, default=identity.flow)
    url = redaction.text(identity.discovery_url) if identity.discovery_url else None
    yield _of_file("identity", "discovery_url", url, origin="deployed", embedded=is_embedded)
    yield _of_file("identity", "client_id", identity.client_id, origin="deployed", embedded=is_embedded)
    if identity.username is not None:
        yield _of_file("identity", "username", identity.username, embedded=is_embedded)
    if identity.scope is not None:
        yield _of_file("identity", "scope", identity.scope)
    for key in SECRET_KEYS:
        label = key.replace("_", " ")
        reference: SecretReference | None = getattr(identity, key)
        if reference is not None:
            value = reference.source if label in problems else f"{reference.source} {reference.name}"
            value = "embedded" if reference.source == "embedded" else value
            yield _of_file("identity", key, value, embedded=is_embedded).model_copy(
                update={"problem": problems.get(label)}
            )


def _of_file(  # noqa: PLR0913  (keyword arguments)
    table: str,
    key: str,
    value: Any,
    *,
    default: str | None = None,
    origin: OriginKind = "default",
    embedded: bool = False,
) -> PlannedValue:
    """A value of the file; without one, `default` and `origin`."""
    id = f"{table}.{key}"
    if value is None:
        return PlannedValue(key=id, value=default, origin=origin)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if embedded:
        return PlannedValue(key=id, value=text, origin="embedded")
    return PlannedValue(key=id, value=text, origin="file", where=f"{table}.{key}")


def _known(key: str, value: str, environment: Environment) -> PlannedValue:
    origin: OriginKind = "embedded" if environment.local is not None else "record"
    return PlannedValue(key=key, value=value, origin=origin)
