"""The URL: what is in the path, and at which host (docs/agentcore.md sections 1.1 and 3)."""

from __future__ import annotations

from datetime import UTC, datetime

from agentcore_probe.judge.passthrough import is_gateways_own, is_passthrough
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.judgement import Check

_END_OF_PREVIEW = datetime(2026, 10, 30, tzinfo=UTC)
"""When the registry left the namespace of its preview (docs/agentcore.md section 11.16)."""
_SUFFIXES = {
    "POST": ("invocations", "invocations/", "stopruntimesession", "commands"),
    "GET": (
        "invocations/.well-known/oauth-protected-resource",
        "invocations/.well-known/agent-card.json",
        "ws",
        "ws/shells",
    ),
    "DELETE": ("invocations", "invocations/"),
}
"""HTTP method -> the paths after the identifier that exist (docs/agentcore.md section 1.1)."""


def _may_be_wrong_url(case: Case) -> bool:
    """Whether the response may come from a URL that does not exist."""
    return case.service == "runtime" and (case.answer.status in (400, 403, 404, 405) or is_route_404(case))


def is_path(suffix: str, method: str) -> bool:
    """Whether the data plane has this path after the identifier, for the HTTP method."""
    return suffix in _SUFFIXES.get(method, ())


def begins_path(suffix: str) -> bool:
    """Whether a path of the data plane goes on after this, which is none itself for any HTTP method."""
    known = {path for paths in _SUFFIXES.values() for path in paths}
    return suffix not in known and any(path.startswith(suffix) for path in known)


def is_route_404(case: Case) -> bool:
    """Whether a 404 is the router's: no resource is named in it (docs/agentcore.md section 3.1)."""
    answer = case.answer
    if is_named_route_404(case):
        return answer.status in (None, 400, 403, 404)
    if answer.status != 404 or (is_passthrough(case) and not is_gateways_own(case)):
        return False  # the service behind a passthrough target has its own paths
    return not (
        answer.is_type("ResourceNotFound")
        or answer.message_matches(r"qualifier", r"no endpoint or agent", r"no target found")
    )


def is_named_route_404(case: Case) -> bool:
    """Whether the router says in its own words that it has no such path, whatever the status."""
    answer = case.answer
    return answer.is_type("UnknownOperation") or answer.message_matches(r"^invalid api path\.?$")


def identifier(case: Case) -> Match | None:
    """An identifier that cannot be a Runtime's: blank, padded, encoded twice, another kind of ARN."""
    if not _may_be_wrong_url(case):
        return None
    address = case.address
    values = {"identifier": address.identifier or "", "path": address.path}
    if address.double_encoded:
        return Match("arn-double-encoded", values=values)
    if address.blank_or_padded and case.answer.status in (400, 404):
        return Match("arn-blank-or-padded", values=values)
    if address.wrong_kind and case.answer.status in (400, 404):
        return Match("arn-kind-wrong", values=values)
    return None


def raw_arn(case: Case) -> Match | None:
    """The ARN's own `/` adds a path segment, and no route matches, whatever the credential."""
    address = case.address
    if not (address.raw_slash and is_route_404(case) and case.service == "runtime"):
        return None
    checks = (
        Check(id="arn-double-encoded", passed=True, detail=address.path),
        Check(id="arn-blank-or-padded", passed=True, detail=address.identifier or ""),
        Check(id="runtime-not-found", passed=True, detail="HTTP 404"),
    )
    return Match("arn-not-encoded", values={"identifier": address.identifier or ""}, checks=checks)


def wrong_host(case: Case) -> Match | None:
    """A data-plane path at the control-plane host, or the reverse."""
    address = case.address
    if not _may_be_wrong_url(case) or address.host_kind not in ("control", "data", "aws"):
        return None
    on_control_path = address.suffix.startswith(("runtime-endpoints", "versions")) or (
        address.suffix == "" and address.path.startswith("/runtimes/")
    )
    is_data_call_elsewhere = address.host_kind in ("control", "aws") and address.on_data_path
    is_control_call_at_data = (
        address.host_kind == "data" and on_control_path and case.exchange.request.method != "POST"
    )
    if is_data_call_elsewhere or is_control_call_at_data:
        return Match("wrong-host", values={"host": address.host})
    return None


def path(case: Case) -> Match | None:
    """Another suffix, prefix or HTTP method than POST /runtimes/{id}/invocations."""
    if case.service != "runtime" or not (is_route_404(case) or case.answer.status == 405):
        return None
    address, method = case.address, case.exchange.request.method.upper()
    if not address.path:
        return Match("path-wrong") if is_named_route_404(case) else None
    if address.identifier is not None and is_path(address.suffix, method):
        # The path is a documented one: only the router's own words outweigh that.
        values = {"path": address.path, "method": method}
        return Match("path-wrong", "possible", values) if is_named_route_404(case) else None
    return Match("path-wrong", values={"path": address.path, "method": method})


def former_registry(case: Case) -> Match | None:
    """The registry at the address of its preview, which ended on 2026-10-30."""
    is_unknown_path = case.target == "registry" and case.address.host_kind != "registry"
    if is_unknown_path and is_named_route_404(case):
        values = {"host": case.address.host, "region": case.address.region or "unknown"}
        return Match("registry-moved", "possible", values)
    if not (case.address.is_former_registry or case.answer.operation == "SearchRegistryRecords"):
        return None
    has_ended = case.now is None or case.now >= _END_OF_PREVIEW
    if not has_ended or not (case.is_error or case.exchange.fault):
        return None
    values = {"host": case.address.host, "region": case.address.region or ""}
    return Match("registry-moved", "probable" if case.now else "possible", values)


def gateway_path(case: Case) -> Match | None:
    """A Gateway serves MCP at its own path only."""
    if case.service != "gateway" or not is_route_404(case):
        return None
    if case.exchange.request.header("mcp-session-id") or case.answer.rpc_code is not None:
        return None
    deployed = case.gateway.url if case.gateway else None
    path = case.address.path.rstrip("/")
    if path == "/mcp" or (deployed and deployed.rstrip("/").endswith(path) and path):
        return None
    if path.endswith("/invocations"):
        return None
    return Match("path-wrong", values={"path": case.address.path, "method": case.exchange.request.method})


def account_id(case: Case) -> Match | None:
    """A URL with an id instead of the ARN needs `accountId`, too."""
    if case.service != "runtime" or case.answer.status != 400:
        return None
    address, values = case.address, {"identifier": case.address.identifier or ""}
    has_bare_id = address.identifier is not None and not address.is_arn and not address.blank_or_padded
    if case.answer.message_matches(r"account.?id") and (has_bare_id or not address.path):
        return Match("account-id-missing", values=values)
    if has_bare_id and not address.account and not case.answer.message:
        return Match("account-id-missing", "possible", values)
    return None


def decoded_on_the_way(case: Case) -> Match | None:
    """An encoded ARN gets the router's 404, as an unencoded one does: something decoded the path on the way.

    Proven by the form with an id and `accountId`, which has no slash to decode.
    """
    address, method = case.address, case.exchange.request.method.upper()
    is_documented = address.is_arn and not address.raw_slash and not address.double_encoded
    if case.service != "runtime" or not is_route_404(case) or not is_documented or case.names_another:
        return None
    if "/" not in address.bare or not (case.is_command or is_path(address.suffix, method)):
        return None
    related = [Case(other, case.configuration) for other in case.related if other.id != case.exchange.id]
    related = [other for other in related if _is_same_runtime(case, other)]
    by_id = [other for other in related if not other.address.is_arn and other.address.account]
    raw = [other for other in related if other.address.raw_slash and is_route_404(other)]
    runtime = case.configuration.runtime
    is_ready = runtime is not None and runtime.status == "READY" and not runtime.unreadable
    passed = next((other for other in by_id if _passed_the_router(other)), None)
    if passed is not None:
        return Match("arn-decoded-on-the-way", "proven", _on_the_way(case), evidence=(passed.exchange.id,))
    if not raw or not is_ready or any(_passed_the_router(other) for other in related):
        return None
    return Match("arn-decoded-on-the-way", "probable", _on_the_way(case), evidence=(raw[0].exchange.id,))


def _is_same_runtime(case: Case, other: Case) -> bool:
    """Whether both are calls of one Runtime at one host, whether it is named by its ARN or its id."""
    arn = case.address.bare.split("/runtime-endpoint/")[0]
    is_call = other.service == "runtime" and other.address.identifier and not other.address.blank_or_padded
    same_host = case.is_command or other.address.host == case.address.host
    return bool(is_call) and same_host and not other.address.names_another(arn)


def _passed_the_router(case: Case) -> bool:
    return case.answer.status is not None and case.answer.from_aws is not False and not is_route_404(case)


def _on_the_way(case: Case) -> dict[str, str]:
    response = case.exchange.response
    server = (response.header("server") or response.header("via") or "") if response else ""
    return {"server": server, "identifier": case.address.bare}


RULES: tuple[Rule, ...] = (
    former_registry,
    wrong_host,
    identifier,
    raw_arn,
    decoded_on_the_way,
    gateway_path,
    account_id,
    path,
)
