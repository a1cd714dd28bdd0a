"""The resource: "No endpoint or agent found with qualifier", and a status other than READY."""

from __future__ import annotations

import re
from datetime import timedelta

from agentcore_probe.judge.factors import differ_only_in
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.configuration import Endpoint
from agentcore_probe.model.judgement import Check

PROPAGATION = timedelta(minutes=5)
"""How long the data plane may lag behind READY (docs/agentcore.md section 3.2)."""

_NOT_FOUND_CODES = {-32004, -32051, -32501}


def is_resource_404(case: Case) -> bool:
    """Whether the service reports that the Runtime or its endpoint does not exist, in any protocol."""
    answer = case.answer
    if case.service != "runtime":
        return False
    if case.code in _NOT_FOUND_CODES:
        return True
    is_named = answer.is_type("ResourceNotFound") or answer.message_matches(r"no endpoint or agent found")
    return is_named and answer.status in (404, None)


def not_found(case: Case) -> Match | None:
    """The Runtime or its endpoint was not found: by its region, then by its ARN, then by what is deployed."""
    if not is_resource_404(case):
        return None
    if case.target == "harness":
        return _harness_not_found(case)
    address = case.address
    quoted = re.search(r"qualifier '([^']*)'", case.answer.message)
    qualifier = address.qualifier or (quoted[1] if quoted else "") or "DEFAULT"
    arn_region = _arn_region(case)
    values = {
        "qualifier": qualifier,
        "identifier": address.identifier or "",
        "host-region": address.region or "",
        "arn-region": arn_region or "",
    }
    if address.region and arn_region and address.region != arn_region:
        return Match("region-mismatch", values=values)
    if address.double_encoded:
        return Match("arn-double-encoded", values=values)
    if address.wrong_kind:
        return Match("arn-kind-wrong", values=values)
    are_known = bool(address.region and arn_region)
    region = Check(
        id="region-mismatch",
        passed=True if are_known else None,
        detail=f"host {address.region}, ARN {arn_region}" if are_known else "",
    )
    match = _by_deployed(case, qualifier)
    return Match(match.cause, match.confidence, values, (region, *match.checks))


def _harness_not_found(case: Case) -> Match:
    """A harness or its endpoint does not exist, according to the control plane if that says so."""
    harness = case.configuration.harness
    if harness is not None and harness.status not in (None, "READY"):
        return Match("resource-not-ready", values={"status": harness.status or ""})
    is_gone = harness is not None and harness.unreadable == "ResourceNotFoundException"
    return Match("runtime-not-found", "probable" if is_gone else "possible", {"target": "harness"})


def _arn_region(case: Case) -> str | None:
    """The region of the Runtime: that of its ARN, or of the deployed Runtime if its id is in the path."""
    runtime, address = case.configuration.runtime, case.address
    if address.arn_region or runtime is None or not runtime.arn or address.is_arn or not address.identifier:
        return address.arn_region
    return runtime.arn.split(":")[3] if runtime.arn.endswith(f"/{address.identifier}") else None


def _other_qualifier_fails_too(case: Case) -> bool:
    """Whether the run tried another qualifier, and the Runtime was not found either."""
    return any(
        differ_only_in("qualifier", case.exchange, other) and is_resource_404(Case(other))
        for other in case.related
    )


def _by_deployed(case: Case, qualifier: str) -> Match:
    """What is missing, according to the control plane; without it, only a guess by the qualifier."""
    runtime = case.configuration.runtime
    if runtime is not None and runtime.unreadable == "ResourceNotFoundException":
        return Match("runtime-not-found")
    if runtime is None or runtime.unreadable:
        is_custom = qualifier != "DEFAULT" and not _other_qualifier_fails_too(case)
        return Match("qualifier-not-found" if is_custom else "runtime-not-found", "possible")
    if case.names_another:
        return Match("runtime-not-found")
    if runtime.status not in (None, "READY"):
        return Match("resource-not-ready")
    return _by_endpoints(case, runtime.endpoints, qualifier)


def _by_endpoints(case: Case, endpoints: tuple[Endpoint, ...] | None, qualifier: str) -> Match:
    if endpoints is None:
        cause = "qualifier-not-found" if qualifier != "DEFAULT" else "endpoint-propagating"
        return Match(cause, "possible")
    endpoint = next((endpoint for endpoint in endpoints if endpoint.name == qualifier), None)
    if endpoint is None:
        return Match("qualifier-not-found")
    exists = (Check(id="qualifier-not-found", passed=True, detail=qualifier),)
    if endpoint.status not in (None, "READY"):
        return Match("resource-not-ready", checks=exists)
    if _is_new(endpoint, case):
        return Match("endpoint-propagating", checks=exists)
    # The control plane has everything, so one of the two planes is out of date.
    cause = "runtime-not-found" if endpoint.last_updated_at else "endpoint-propagating"
    return Match(cause, "possible", checks=exists)


def _is_new(endpoint: Endpoint, case: Case) -> bool:
    if endpoint.last_updated_at is None or case.now is None:
        return False
    age = case.now - endpoint.last_updated_at
    return timedelta(0) <= age < PROPAGATION


def not_ready(case: Case) -> Match | None:
    """A target fails while it is created, changed or removed."""
    status = case.answer.status
    if status is None or status < 400 or status in (401, 403, 429):
        return None
    configuration = case.configuration
    parts = {
        "runtime": configuration.runtime,
        "gateway": configuration.gateway,
        "harness": configuration.harness,
        "registry": configuration.registry,
    }
    part = parts.get(case.target)
    state = part.status if part is not None else None
    if state in (None, "READY"):
        return None
    return Match("resource-not-ready", values={"status": str(state)})


RULES: tuple[Rule, ...] = (not_found,)
