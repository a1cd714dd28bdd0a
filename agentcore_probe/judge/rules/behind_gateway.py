"""A Gateway in front of a Runtime or another HTTP service (docs/agentcore.md sections 11.10 to 11.12)."""

from __future__ import annotations

from agentcore_probe.judge.behind_target import runtime_authorizer, runtime_target
from agentcore_probe.judge.passthrough import is_gateways_own, is_passthrough
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.targets import called_target, path_target
from agentcore_probe.judge.rules.url import is_route_404
from agentcore_probe.model.configuration import DeployedTarget
from agentcore_probe.model.judgement import Confidence

_DOMAIN_HEADER = "x-amzn-bedrock-agentcore-gateway-domain"
_LOGIN_PATHS = ("authorize", "token", "register", "oauth2", "login")
"""Where clients look for an authorization server that a Gateway is not."""


def target_path(case: Case) -> Match | None:
    """The router's 404 behind a target's name: the rest of the path does not fit the target's type."""
    name, rest = path_target(case)
    if case.target != "gateway" or not name or not is_route_404(case) or case.answer.rpc_code is not None:
        return None
    if case.exchange.request.header("mcp-session-id") or name in _LOGIN_PATHS or case.target == "registry":
        return None
    gateway, target = case.gateway, called_target(case)
    if target is None and gateway is not None and gateway.targets is not None:
        if is_passthrough(case):
            return Match("target-unknown", "probable", {"tool": "", "target": name})
        return None  # the path names no target
    wanted = f"/{name}/{_suffix(target)}" if target is not None and target.type is not None else ""
    if wanted == case.address.path or (target is None and not rest):
        return None
    values = {
        "target": name,
        "path": case.address.path,
        "type": (target.type if target else None) or "",
        "wanted": wanted,
    }
    confidence: Confidence = "probable" if wanted else "possible"
    return Match("target-path-wrong", confidence, values)


def another_runtime(case: Case) -> Match | None:
    """The target leads to another Runtime than the one whose configuration was read, and that one does not exist."""
    target, runtime = called_target(case), case.configuration.runtime
    if case.target != "gateway" or case.answer.status != 404 or target is None or runtime is None:
        return None
    if not target.runtime or not runtime.arn or target.runtime == runtime.arn:
        return None
    values = {"target": target.name, "described": target.runtime, "requested": runtime.arn}
    return Match("target-of-another-runtime", "probable", values)


def _suffix(target: DeployedTarget) -> str:
    """What follows a target's name: `invocations` for a Runtime, nothing where the endpoint has a path of its own."""
    if target.type == "AGENTCORE_RUNTIME":
        return "invocations"
    endpoint = (target.endpoint or "").partition("://")[2]
    return "" if "/" in endpoint.rstrip("/") else "…"


def outbound_credential(case: Case) -> Match | None:
    """The Runtime behind the Gateway refuses the Gateway itself: its role, its provider's token, or their kind."""
    name, target = path_target(case)[0], called_target(case)
    if case.target != "gateway" or not name or case.answer.status not in (401, 403):
        return None
    if _is_never_let_in(case):
        return None
    credential = target.credentials[0] if target is not None and len(target.credentials) == 1 else ""
    kind = _refused_kind(case, credential)
    if kind is None:
        return None
    values = {"kind": kind, "target": name, "credential": credential, "message": case.answer.message}
    confidence: Confidence = "probable" if credential else "possible"
    if kind == "mismatch" and _is_contradicted(case, credential):
        confidence = "proven"
    return Match("outbound-credential-refused", confidence, values)


def _is_never_let_in(case: Case) -> bool:
    """Whether the Gateway's own authorizer takes another kind of credential, so that nothing behind it was asked."""
    authorizer = case.configuration.authorizer("gateway")
    never_taken = {"CUSTOM_JWT": "sigv4", "AWS_IAM": "bearer"}.get(authorizer.type) if authorizer else None
    return never_taken is not None and case.auth in (never_taken, "none")


def _refused_kind(case: Case, credential: str) -> str | None:
    answer = case.answer
    passes_signature_on = credential == "JWT_PASSTHROUGH" and case.auth == "sigv4"
    if answer.message_matches(r"authorization method mismatch"):
        return None if passes_signature_on else "mismatch"
    if credential == "OAUTH" and (
        case.is_of_runtime_behind or answer.message_matches(r"oauth authorization failed")
    ):
        return "token"
    names_action = answer.message_matches(r"not authorized to perform: bedrock-agentcore:InvokeAgentRuntime")
    is_roles = credential == "GATEWAY_IAM_ROLE" or (not credential and case.auth == "bearer")
    return "role" if names_action and is_roles else None


def _is_contradicted(case: Case, credential: str) -> bool:
    """Whether the deployed Runtime takes another kind of credential than the target sends."""
    target = called_target(case)
    is_runtimes = target is not None and target == runtime_target(case.configuration)
    authorizer = runtime_authorizer(case.configuration) if is_runtimes else None
    sends_token = credential in ("OAUTH", "JWT_PASSTHROUGH")
    is_known = authorizer is not None and bool(credential)
    return is_known and authorizer is not None and sends_token is not (authorizer.type == "CUSTOM_JWT")


def service_behind(case: Case) -> Match | None:
    """The service behind a passthrough target answers with an error, as far as its answer differs from the Gateway's own."""
    target, status = called_target(case), case.answer.status
    if not is_passthrough(case) or status is None or status < 400 or is_gateways_own(case):
        return None
    name = target.name if target is not None else path_target(case)[0]
    values = {"target": name, "status": str(status), "message": case.answer.message}
    return Match("service-behind-target", "probable" if target is not None else "possible", values)


def caller_credentials(case: Case) -> Match | None:
    """A target that forwards the caller's IAM credentials, and the service behind it does not know them."""
    target, answer = called_target(case), case.answer
    if case.target != "gateway" or answer.status != 403 or case.auth != "sigv4":
        return None
    if not answer.message_matches(r"security token included in the request is invalid"):
        return None
    forwards = target is not None and "CALLER_IAM_CREDENTIALS" in target.credentials
    if not forwards and (target is not None or not path_target(case)[0]):
        return None
    values = {"target": path_target(case)[0], "message": answer.message}
    return Match("caller-credentials-not-forwarded", "probable" if forwards else "possible", values)


def unknown_domain(case: Case) -> Match | None:
    """The request chooses a domain that the Gateway does not have. The form of the answer is not known."""
    domain = case.exchange.request.header(_DOMAIN_HEADER)
    gateway, status = case.gateway, case.answer.status
    if case.target != "gateway" or domain is None or status is None or not 400 <= status < 500:
        return None
    known = gateway.domains if gateway is not None else None
    names_domain = case.answer.message_matches(r"domain")
    if known is not None and domain in known:
        return None
    if known is None and not names_domain:
        return None
    values = {"domain": domain, "known": ", ".join(known or ()), "message": case.answer.message}
    return Match("domain-not-configured", "probable" if known and names_domain else "possible", values)


RULES: tuple[Rule, ...] = (outbound_credential, caller_credentials, unknown_domain, service_behind)
"""Apart from `target_path`, which comes before the rules of the URL."""
