"""Step 8: the target's authorizer accepts the token."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.authorization import mapped_clients
from agentcore_probe.judge.login_chain.reasons import Caution
from agentcore_probe.judge.login_chain.scopes import allowed, asked
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.judge.token_rules import claim_matches, texts
from agentcore_probe.model.configuration import JwtAuthorizer
from agentcore_probe.model.login_chain import StepId

_STEP: StepId = "call"


def stops(attempt: Attempt) -> Iterator[Stop]:
    """Which rule of the authorizer does not fit the token that the client gets, or may not fit it.

    Args:
        attempt: the client's login.
    """
    runtime = attempt.situation.configuration.runtime
    protocol = runtime.protocol if runtime is not None and attempt.situation.target == "runtime" else None
    if protocol not in (None, "MCP"):
        yield fails(_STEP, "protocol-not-mcp", "target", attempt.evidence, protocol=protocol)
    rules = attempt.situation.rules
    if rules is None:
        yield not_established(_STEP, "authorizer-unread", None, attempt.evidence)
        return
    yield from _issuer(attempt, rules)
    if rules.workload_binding:
        values = {"wanted": ", ".join(rules.workload_binding)}
        yield fails(_STEP, "workload-binding", "target", attempt.evidence, **values)
    if rules.allowed_clients:
        yield from _client(attempt, rules.allowed_clients)
    if rules.allowed_audience:
        yield from _audience(attempt, rules.allowed_audience)
    if rules.allowed_scopes:
        yield from _scope(attempt, rules)
    yield from _custom_claims(attempt, rules)


def warnings(attempt: Attempt) -> Iterator[Caution]:
    """What may still go wrong although the authorizer accepts the token."""
    gateway = attempt.situation.configuration.gateway
    if attempt.situation.target == "gateway" and gateway is not None and gateway.is_guarded:
        yield "warning-policies"


def _issuer(attempt: Attempt, rules: JwtAuthorizer) -> Iterator[Stop]:
    """The issuer that the metadata leads to must be the one that the authorizer trusts."""
    trusted = attempt.situation.configuration.issuer_of(rules)
    found = attempt.server.document.text("issuer") or attempt.server.issuer
    if trusted is not None and trusted.issuer is not None and trusted.issuer != found:
        values = {"found": found, "wanted": trusted.issuer}
        yield fails(_STEP, "issuer-mismatch", "target", attempt.evidence, **values)


def _client(attempt: Attempt, wanted: tuple[str, ...]) -> Iterator[Stop]:
    provider, evidence = attempt.server.provider, attempt.evidence
    if not provider.access_tokens_have_client_id and "client_id" not in (attempt.situation.claims or {}):
        yield fails(_STEP, "client-claim-missing", "target", evidence, provider=provider.id)
        return
    listed = ", ".join(wanted)
    if attempt.id_kind == "registered":
        yield fails(_STEP, "registered-client-not-allowed", "target", evidence, allowed=listed)
    elif attempt.id_kind == "document":
        yield from _document_client(attempt, wanted)
    elif attempt.id_kind == "typed" and attempt.situation.client_id not in (None, *wanted):
        values = {"client": attempt.situation.client_id, "allowed": listed}
        yield fails(_STEP, "client-not-allowed", "target", evidence, **values)


def _document_client(attempt: Attempt, wanted: tuple[str, ...]) -> Iterator[Stop]:
    """Which id the token names: at Cognito, that is not documented (docs/agentcore.md section 5.1)."""
    url, pool = attempt.client.client_metadata_url or "", attempt.pool
    possible = {url}
    is_cognito = attempt.server.provider.id == "cognito"
    if is_cognito and pool is not None and pool.client_metadata_policies is not None:
        possible |= set(mapped_clients(pool, url))
    values = {"client": url, "allowed": ", ".join(wanted)}
    if is_cognito and pool is None:
        yield not_established(_STEP, "cimd-token-client-unknown", "target", attempt.evidence, **values)
    elif possible.isdisjoint(wanted):
        yield fails(_STEP, "client-not-allowed", "target", attempt.evidence, **values)
    elif not possible <= set(wanted):
        yield not_established(_STEP, "cimd-token-client-unknown", "target", attempt.evidence, **values)


def _audience(attempt: Attempt, wanted: tuple[str, ...]) -> Iterator[Stop]:
    provider, values = attempt.server.provider, {"wanted": ", ".join(wanted)}
    resource = attempt.resource.resource if attempt.client.sends_resource else None
    sets_audience = provider.mcp_login.resource_sets_audience
    if not set(wanted).isdisjoint(texts((attempt.situation.claims or {}).get("aud"))):
        return
    if resource in wanted and sets_audience:
        return
    is_known = sets_audience is not None or attempt.client.sends_resource is False
    if provider.access_tokens_have_audience or not is_known:
        yield not_established(_STEP, "audience-unknown", "target", attempt.evidence, **values)
    else:
        found = resource if sets_audience else None
        yield fails(_STEP, "audience-not-allowed", "target", attempt.evidence, found=found, **values)


def _scope(attempt: Attempt, rules: JwtAuthorizer) -> Iterator[Stop]:
    wanted = set(rules.allowed_scopes)
    # A scope may be advertised by another name than the one that the token has.
    shown = wanted | {rules.advertised_scopes.get(scope, scope) for scope in wanted}
    scopes = asked(attempt)
    # A request without scopes gets all that the provider lets the client have.
    granted = _granted_without_request(attempt) if scopes == () else scopes
    values = {"wanted": " ".join(rules.allowed_scopes), "asked": " ".join(scopes or ())}
    if granted is None:
        yield not_established(_STEP, "scope-unknown", "target", attempt.evidence, **values)
    elif shown.isdisjoint(granted):
        yield fails(_STEP, "scope-missing", "target", attempt.evidence, **values)


def _granted_without_request(attempt: Attempt) -> tuple[str, ...] | None:
    """All scopes that the client may have; None where that is not known. Other providers than Cognito need not list them."""
    is_known = attempt.id_kind == "typed" or (attempt.id_kind == "registered" and attempt.pool is not None)
    return allowed(attempt) if is_known else None


def _custom_claims(attempt: Attempt, rules: JwtAuthorizer) -> Iterator[Stop]:
    """A rule that the run's own token meets is taken to be met by another of the same provider."""
    for rule in rules.custom_claims:
        if not claim_matches(attempt.situation.claims or {}, rule):
            yield not_established(_STEP, "custom-claim-unknown", "target", attempt.evidence, claim=rule.name)
