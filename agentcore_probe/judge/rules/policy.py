"""Judges beside the authorizer: the Gateway's policy engine, and the binding of a Runtime to its Gateway.

They are known by their own words (`judge.judges`); the configuration says why (docs/agentcore.md sections 4.3, 9).
"""

from __future__ import annotations

import re

from agentcore_probe.judge.behind_target import names_gateway
from agentcore_probe.judge.judges import CONSENT_REQUIRED, judged_text, lacks_policy_session, verdict
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.targets import SEPARATOR, called_target, tool_name
from agentcore_probe.model.aws_shapes import FORWARDING
from agentcore_probe.model.judgement import Confidence
from agentcore_probe.model.stream import json_objects
from agentcore_probe.regex import regex

_REASON = regex(r"policy enforcement[^\[\n]{0,9}\[(?P<reason>[^\n\"]{1,400})", re.I)
"""The reason in brackets, which may have brackets itself, or be cut."""
_DENYING_POLICY = regex(r"denied due to (?P<policy>[\w-]{1,128})", re.I)


def judged(case: Case) -> Match | None:
    """A refusal or a fault of a judge that names itself."""
    if case.answer.from_aws is False or case.service not in ("gateway", "runtime"):
        return None
    judgement = verdict(case)
    if judgement is None:
        return None
    judge, words = judgement
    if judge.cause == "workload-binding":
        return _binding(case)
    values = {"tool": tool_name(case), "message": judged_text(case)[:1_000]}
    if judge.cause == "policy-evaluation-failed":
        return Match(judge.cause, values={**values, "step": (words["step"] or "").strip()})
    stated = _REASON.search(judged_text(case))
    reason = (stated["reason"].rpartition("]")[0] or stated["reason"]).strip() if stated else ""
    policy = _DENYING_POLICY.search(reason)
    values |= {"reason": reason, "policy": policy["policy"] if policy else ""}
    if re.search(r"no policy applies", reason, re.I):
        values["kind"] = "default"
    elif policy:
        values["kind"] = "forbid"
    return Match("policy-denied", "probable", values)


def _binding(case: Case) -> Match:
    """The Runtime's binding refused: a direct call, or one whose Gateway passes the caller's token on."""
    runtime = case.configuration.runtime
    rules = runtime.authorizer.jwt if runtime and runtime.authorizer else None
    wanted = {"wanted": ", ".join(rules.workload_binding)} if rules and rules.workload_binding else {}
    target = called_target(case)
    if case.service != "gateway" and case.address.host_kind != "gateway":
        return Match("workload-binding", "proven" if wanted else "probable", wanted)
    passes_on = target is not None and "JWT_PASSTHROUGH" in target.credentials
    if target is not None and target.credentials and not passes_on:
        # The Gateway adds its own token, so the binding lists another one.
        confidence: Confidence = "proven" if names_gateway(case.configuration) is False else "probable"
        return Match("workload-binding", confidence, {**wanted, "through": target.name})
    values = {**wanted, "target": target.name if target else ""}
    return Match("binding-with-passthrough", "proven" if passes_on else "probable", values)


def consent_required(case: Case) -> Match | None:
    """MCP's "URL elicitation required": the user has to log in at the service behind the tool."""
    if case.answer.rpc_code != CONSENT_REQUIRED or case.service not in ("gateway", "runtime"):
        return None
    values = {"tool": tool_name(case), "message": case.answer.message, "url": _consent_url(case)}
    return Match("consent-required", values=values)


def _consent_url(case: Case) -> str:
    response = case.exchange.response
    for message in json_objects(response.body) if response else ():
        error = message.get("error")
        data = error.get("data") if isinstance(error, dict) else None
        elicitations = data.get("elicitations") if isinstance(data, dict) else None
        for elicitation in elicitations if isinstance(elicitations, list) else ():
            if isinstance(elicitation, dict) and isinstance(elicitation.get("url"), str):
                return str(elicitation["url"]).partition("?")[0]
    return ""


def session_missing(case: Case) -> Match | None:
    """A temporal policy needs a session id that the caller chooses. The form of the error is not known."""
    if not lacks_policy_session(case):
        return None
    return Match("policy-session-missing", "probable", {"message": case.answer.message})


def hides_tools(case: Case) -> Match | None:
    """`tools/list` lacks all tools of a target that is ready, under a policy engine that enforces."""
    gateway, result = case.gateway, case.answer.result or {}
    tools = result.get("tools")
    if case.service != "gateway" or case.answer.status != 200 or not isinstance(tools, list):
        return None
    if gateway is None or gateway.policy_engine != "ENFORCE" or result.get("nextCursor") or case.is_control:
        return None
    if case.exchange.request.fields.get("params"):
        return None  # a later page
    names = [str(tool.get("name", "")) for tool in tools if isinstance(tool, dict)]
    own = [name for name in names if SEPARATOR in name]
    hidden = [
        target.name
        for target in gateway.targets or ()
        if target.status in (None, "READY")
        and target.type not in FORWARDING
        and not any(name.startswith(target.name + SEPARATOR) for name in own)
    ]
    if own and not hidden:
        return None
    values = {"listed": "some" if own else "no", "target": ", ".join(hidden)}
    return Match("policy-hides-tools", "possible" if own or gateway.targets is None else "probable", values)


RULES: tuple[Rule, ...] = (judged, consent_required, session_missing)
"""Those that come before the credential's: a refusal in their words is not the authorizer's."""
