"""The resource: "No endpoint or agent found with qualifier", and states other than READY."""

from __future__ import annotations

import re
from datetime import timedelta

from agentcore_probe.judge.factors import differ_only_in
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.configuration import Endpoint, RuntimeConfiguration
from agentcore_probe.model.judgement import Check, Confidence

PROPAGATION = timedelta(minutes=5)
"""How long the data plane may lag behind READY (docs/agentcore.md section 3.2)."""

_NOT_FOUND_CODES = {-32004, -32051, -32501}


def is_resource_404(case: Case) -> bool:
    """Whether the service says that the Runtime or its endpoint is not there, in any protocol."""
    answer = case.answer
    if case.service != "runtime":
        return False
    if case.code in _NOT_FOUND_CODES:
        return True
    named = answer.is_type("ResourceNotFound") or answer.message_matches(r"no endpoint or agent found")
    return named and answer.status in (404, None)


def not_found(case: Case) -> Match | None:
    """Region first, then what the control plane says, then the qualifier, then the Runtime."""
    if not is_resource_404(case):
        return None
    address = case.address
    named = re.search(r"qualifier '([^']*)'", case.answer.message)
    qualifier = address.qualifier or (named[1] if named else "") or "DEFAULT"
    wanted = _arn_region(case)
    values = {
        "qualifier": qualifier,
        "identifier": address.identifier or "",
        "host-region": address.region or "-",
        "arn-region": wanted or "-",
    }
    if address.region and wanted and address.region != wanted:
        return Match("region-mismatch", values=values)
    if address.double_encoded:
        return Match("arn-double-encoded", values=values)
    if address.wrong_kind:
        return Match("arn-kind-wrong", values=values)
    region = Check(
        id="region-mismatch",
        passed=True if address.region and wanted else None,
        detail=f"host {values['host-region']}, ARN {values['arn-region']}",
    )
    cause, confidence, checks = _deployed(case, qualifier)
    return Match(cause, confidence, values, (region, *checks))


def _arn_region(case: Case) -> str | None:
    """The region of the Runtime: its ARN's, or that of the deployed one whose id stands in the path."""
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


def _deployed(case: Case, qualifier: str) -> tuple[str, Confidence, tuple[Check, ...]]:
    runtime = case.configuration.runtime
    if runtime is None or (runtime.unreadable and runtime.unreadable != "ResourceNotFoundException"):
        asked = qualifier != "DEFAULT" and not _other_qualifier_fails_too(case)
        named = "qualifier-not-found" if asked else "runtime-not-found"
        return named, "possible", ()
    if runtime.unreadable:
        return "runtime-not-found", "probable", ()
    if case.names_another:
        return "runtime-not-found", "probable", ()
    if runtime.status not in (None, "READY"):
        return "resource-not-ready", "probable", ()
    return _endpoint(case, runtime, qualifier)


def _endpoint(
    case: Case, runtime: RuntimeConfiguration, qualifier: str
) -> tuple[str, Confidence, tuple[Check, ...]]:
    if runtime.endpoints is None:
        return ("qualifier-not-found" if qualifier != "DEFAULT" else "endpoint-propagating"), "possible", ()
    found = next((each for each in runtime.endpoints if each.name == qualifier), None)
    if found is None:
        return "qualifier-not-found", "probable", ()
    there = Check(id="qualifier-not-found", passed=True, detail=qualifier)
    if found.status not in (None, "READY"):
        return "resource-not-ready", "probable", (there,)
    if _fresh(found, case):
        return "endpoint-propagating", "probable", (there,)
    # Everything is said to be there: one of the two planes is behind.
    cause = "runtime-not-found" if found.last_updated_at else "endpoint-propagating"
    return cause, "possible", (there,)


def _fresh(endpoint: Endpoint, case: Case) -> bool:
    if endpoint.last_updated_at is None or case.now is None:
        return False
    age = case.now - endpoint.last_updated_at
    return timedelta(0) <= age < PROPAGATION


def not_ready(case: Case) -> Match | None:
    """A Gateway or Runtime that is being made, changed or removed and answers with a failure."""
    status = case.answer.status
    if status is None or status < 400 or status in (401, 403, 429):
        return None
    runtime, gateway = case.configuration.runtime, case.configuration.gateway
    state = runtime.status if case.service == "runtime" and runtime else None
    if case.service == "gateway" and gateway:
        state = gateway.status
    if state in (None, "READY"):
        return None
    return Match("resource-not-ready", values={"status": str(state)})


RULES: tuple[Rule, ...] = (not_found,)
