"""The implementation checklist. Each item is a check of the deployed configuration or of an observation."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agentcore_probe.judge.configuration import requires_missing_audience
from agentcore_probe.judge.deployed import resource_policies
from agentcore_probe.model.configuration import Authorizer, Configuration
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import ChecklistItem, Finding
from agentcore_probe.model.methods import caller_of
from agentcore_probe.model.record import RunRecord

_OF_POLICIES = ("resource-policy-denied", "vpc-endpoint-policy")
"""Causes of a predicted refusal of a token that the authorizer's rules accept."""
_Findings = dict[str, Finding]
_Item = Callable[[RunRecord, _Findings], ChecklistItem]


def checklist(record: RunRecord, findings: Iterable[Finding]) -> tuple[ChecklistItem, ...]:
    """Every item that applies, in reading order."""
    by_method = {finding.method: finding for finding in findings}
    items = (item(record, by_method) for item in _ITEMS)
    return tuple(
        item
        for item in items
        if not _is_for_another_authorizer(item.id, record)
        and (item.id != "resource-policies" or _has_policies(record))
        and not (item.id == "runtime-jwt-works" and _is_closed_to_direct_calls(by_method))
    )


def _is_for_another_authorizer(id: str, record: RunRecord) -> bool:
    """Whether an item is about JWTs, but no deployed authorizer reads them."""
    targets = {
        "runtime-jwt-works": ("runtime",),
        "gateway-jwt-works": ("gateway",),
        "oauth-settings": ("runtime", "gateway"),
        "shared-issuer": ("runtime", "gateway"),
    }.get(id, ())
    authorizers = [record.configuration.authorizer(target) for target in targets]
    return bool(targets) and all(
        authorizer is not None and authorizer.type != "CUSTOM_JWT" for authorizer in authorizers
    )


def _identity_provider(record: RunRecord, _: _Findings) -> ChecklistItem:
    """A token was obtained, or the app client was read."""
    client = record.configuration.client
    client_was_read = client is not None and client.unreadable is None
    logins = [
        exchange
        for exchange in record.exchanges
        if exchange.step in ("login", "token") and caller_of(exchange.id) is None
    ]
    proof = tuple(exchange.id for exchange in logins)
    if client_was_read:
        proof = (*proof, "cognito-idp:DescribeUserPoolClient")
    done: bool | None = None
    if record.token is not None or client_was_read:
        done = True
    elif logins:
        done = False
    values = {"client": (client.client_id if client else None) or "unknown"}
    return ChecklistItem(id="identity-provider", done=done, proof=proof, values=values)


def _authorizer_item(target: str) -> _Item:
    def item(record: RunRecord, _: _Findings) -> ChecklistItem:
        configuration = record.configuration
        part = configuration.runtime if target == "runtime" else configuration.gateway
        authorizer = part.authorizer if part else None
        operation = "GetAgentRuntime" if target == "runtime" else "GetGateway"
        return ChecklistItem(
            id=f"{target}-authorizer",
            done=_can_work(authorizer, configuration, record.token),
            proof=(f"bedrock-agentcore-control:{operation}",) if authorizer else (),
            values={"authorizer": authorizer.type if authorizer else "unknown"},
        )

    return item


def _can_work(
    authorizer: Authorizer | None, configuration: Configuration, token: TokenFacts | None
) -> bool | None:
    """Whether an authorizer can work as deployed; None if that is not known.

    One for JWTs needs a rule, and an issuer with keys.
    """
    if authorizer is None:
        return None
    if authorizer.type != "CUSTOM_JWT":
        return authorizer.type == "AWS_IAM"
    issuer = configuration.issuer_of(authorizer.jwt)
    if authorizer.jwt is None or not authorizer.jwt.has_rule:
        return False
    if requires_missing_audience(authorizer, token):
        return False
    if issuer is None or issuer.unreadable is not None:
        return None
    return bool(issuer.issuer and issuer.keys)


def _shared_issuer(record: RunRecord, findings: _Findings) -> ChecklistItem:
    """Gateway and Runtime trust one issuer, by the deployed rules or by one token that both accepted."""
    rows = [findings.get("gateway-jwt"), findings.get("runtime-jwt")]
    if all(row is not None and row.observed == "accepted" for row in rows):
        proof = tuple(id for row in rows if row for id in row.diagnosis.evidence[:1])
        return ChecklistItem(id="shared-issuer", done=True, proof=proof)
    configuration = record.configuration
    urls = [
        part.authorizer.jwt.discovery_url
        for part in (configuration.runtime, configuration.gateway)
        if part and part.authorizer and part.authorizer.jwt
    ]
    if len(urls) < 2:
        return ChecklistItem(id="shared-issuer", done=None)
    proof = ("bedrock-agentcore-control:GetAgentRuntime", "bedrock-agentcore-control:GetGateway")
    return ChecklistItem(id="shared-issuer", done=urls[0] == urls[1], proof=proof)


def _jwt_item(target: str) -> _Item:
    def item(_: RunRecord, findings: _Findings) -> ChecklistItem:
        row = findings.get(f"{target}-jwt")
        if row is not None and row.reason == "gateway-without-mcp":
            row = findings.get("gateway-to-runtime-jwt", row)
        # What the Runtime behind the Gateway decided is not the Gateway's decision.
        observed = row.observed if row and "by" not in row.diagnosis.values else None
        done = {"accepted": True, "refused": False}.get(observed or "")
        proof = row.diagnosis.evidence if row and done is not None else ()
        return ChecklistItem(id=f"{target}-jwt-works", done=done, proof=proof)

    return item


def _is_closed_to_direct_calls(findings: _Findings) -> bool:
    """Whether the Runtime is bound to its Gateway, and the run calls it through the Gateway, too."""
    row = findings.get("runtime-jwt")
    return (
        row is not None and row.diagnosis.cause == "workload-binding" and "gateway-to-runtime-jwt" in findings
    )


def _oauth_settings(_: RunRecord, findings: _Findings) -> ChecklistItem:
    """The token that the identity provider issues meets the rules of every JWT authorizer."""
    rows = [findings[method] for method in ("gateway-jwt", "runtime-jwt") if method in findings]
    decided = [row.predicted.decision for row in rows if row.predicted.decision is not None]
    others = (*_OF_POLICIES, "workload-binding") if _is_closed_to_direct_calls(findings) else _OF_POLICIES
    failed = [
        row for row in rows if row.predicted.decision == "refused" and row.predicted.cause not in others
    ]
    done = None if not decided else not failed
    values = {"causes": ", ".join(sorted({row.predicted.cause for row in failed})) or "none"}
    proof = ("token", "authorizerConfiguration") if decided else ()
    return ChecklistItem(id="oauth-settings", done=done, proof=proof, values=values)


def _targets_ready(record: RunRecord, _: _Findings) -> ChecklistItem:
    gateway = record.configuration.gateway
    targets = gateway.targets if gateway else None
    if targets is None:
        return ChecklistItem(id="targets-ready", done=None, values={"waiting": "none"})
    waiting = [target for target in targets if target.status not in (None, "READY")]
    return ChecklistItem(
        id="targets-ready",
        done=not waiting,
        proof=("bedrock-agentcore-control:ListGatewayTargets",),
        values={"waiting": ", ".join(f"{target.name} {target.status}" for target in waiting) or "none"},
    )


def _resource_policies(record: RunRecord, _: _Findings) -> ChecklistItem:
    """Every resource policy was read, and lets in nobody whom its author may not have meant."""
    policies = record.configuration.policies or ()
    if any(policy.unreadable is not None for policy in policies):
        return ChecklistItem(id="resource-policies", done=None)
    risks = list(resource_policies.check(record.configuration, record.environment))
    proof = ("bedrock-agentcore-control:GetResourcePolicy",)
    return ChecklistItem(id="resource-policies", done=not risks, proof=proof)


def _has_policies(record: RunRecord) -> bool:
    """Whether there is a resource policy to speak of."""
    policies = record.configuration.policies or ()
    return bool(record.configuration.other_judges) and any(policy.document for policy in policies)


def _all_methods(_: RunRecord, findings: _Findings) -> ChecklistItem:
    """Every access method that applies was tried."""
    applicable = [row for row in findings.values() if row.outcome != "not-applicable"]
    tried = [row for row in applicable if row.observed is not None]
    return ChecklistItem(
        id="all-methods-tried",
        done=len(tried) == len(applicable) if applicable else None,
        proof=tuple(id for row in tried for id in row.diagnosis.evidence[:1]),
        values={"tried": str(len(tried)), "all": str(len(applicable))},
    )


_ITEMS: tuple[_Item, ...] = (
    _identity_provider,
    _authorizer_item("runtime"),
    _authorizer_item("gateway"),
    _shared_issuer,
    _jwt_item("gateway"),
    _jwt_item("runtime"),
    _oauth_settings,
    _targets_ready,
    _resource_policies,
    _all_methods,
)
