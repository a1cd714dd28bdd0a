"""Goes through every field of a record, by the types of the model.

A word of a `Literal`, a number, a truth value and a time stay. Any other text keeps its public words, and names become
pseudonyms. `HANDLERS` has the fields for which that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from agentcore_probe.model import configuration as deployed
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.environment import (
    Environment,
    Expectation,
    GatewayTarget,
    LocalSetup,
    PassthroughCall,
    RuntimeTarget,
    ToolCall,
)
from agentcore_probe.model.exchange import Change, Exchange, Request, Response, TokenFacts
from agentcore_probe.model.forgeries import CONTROL_IDS, UNTRIED_EXPIRED_REASONS, UNTRIED_REASONS
from agentcore_probe.model.identity import Identity, NamedIdentity, SecretReference
from agentcore_probe.model.methods import caller_of, way_in, way_of
from agentcore_probe.model.policy_engine import (
    OTHER_TOOLS,
    REASONS,
    DeployedPolicy,
    PolicyPrediction,
    ToolPrediction,
)
from agentcore_probe.model.record import OMITTED, AwsLogin, CallerRecord, Observation, Provenance, RunRecord
from agentcore_probe.sharing import client_urls, content, fields
from agentcore_probe.sharing.patterns import is_of_client
from agentcore_probe.sharing.pseudonyms import Pseudonyms

Handler = Callable[[Any, Pseudonyms], Any]
"""Makes the shared value of a field, as JSON, from the field's own value."""

_RECENT = timedelta(hours=1)
"""An endpoint's update is recent where it may explain why a call failed."""


def share_model(model: Frozen, pseudonyms: Pseudonyms) -> dict[str, Any]:
    """The fields of a model, and of the models in it, for readers outside; fields that are None are omitted."""
    shared: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value is None:
            continue
        handler = HANDLERS.get((type(model), name))
        value = (
            handler(value, pseudonyms) if handler else _share(value, _literals(field.annotation), pseudonyms)
        )
        if value is not None:
            shared[field.alias or name] = value
    return _share_times(model, shared) if isinstance(model, RunRecord) else shared


def _share(value: Any, literals: frozenset[Any], pseudonyms: Pseudonyms) -> Any:
    if isinstance(value, Frozen):
        return share_model(value, pseudonyms)
    if isinstance(value, str):
        return value if value in literals else pseudonyms.share_text(value)
    if isinstance(value, dict):
        return {
            pseudonyms.share_text(key): _share(member, literals, pseudonyms) for key, member in value.items()
        }
    if isinstance(value, list | tuple):
        return [_share(item, literals, pseudonyms) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _literals(annotation: Any) -> frozenset[Any]:
    """The words that a type allows."""
    if get_origin(annotation) is Literal:
        return frozenset(get_args(annotation))
    return frozenset[Any]().union(*map(_literals, get_args(annotation)))


def _keep(value: Any, _: Pseudonyms) -> Any:
    return value


def _omit(_: Any, __: Pseudonyms) -> Any:
    return None


def _empty(_: Any, __: Pseudonyms) -> Any:
    return {}


def _root_path(_: Any, __: Pseudonyms) -> Any:
    return "/"


def _omitted_text(_: Any, __: Pseudonyms) -> Any:
    return OMITTED


def _name(value: str, pseudonyms: Pseudonyms) -> str:
    """A pseudonym, also for a name that is too short or too common to be replaced elsewhere."""
    return value if pseudonyms.is_public_word(value) else pseudonyms.pseudonym("name", value)


def _domain(value: str, pseudonyms: Pseudonyms) -> str:
    """A user pool's domain: a prefix, or a host."""
    return pseudonyms.pseudonym("host" if "." in value else "name", value)


def _url_patterns(values: tuple[str, ...], pseudonyms: Pseudonyms) -> list[str]:
    """Those of known clients stay, since they decide whether such a client gets in; of others, the words that are public."""
    return [value if is_of_client(value) else pseudonyms.share_text(value) for value in values]


def _role_arn(value: str, pseudonyms: Pseudonyms) -> str:
    """Without the role's path."""
    prefix, account, resource = value.split(":")[:4], value.split(":")[4], value.rsplit("/", 1)[-1]
    shared = (pseudonyms.pseudonym("account", account), f"role/{_name(resource, pseudonyms)}")
    return ":".join([*prefix, *shared])


def _environment_name(value: str, pseudonyms: Pseudonyms) -> str:
    return value if value in fields.BUILTIN_ENVIRONMENTS else pseudonyms.pseudonym("name", value)


def _secret_name(value: str, pseudonyms: Pseudonyms) -> str:
    return value if value == "embedded" else pseudonyms.pseudonym("name", value)


def _secret_arguments(value: tuple[str, ...], _: Pseudonyms) -> list[str]:
    return [OMITTED] if value else []


def _tool(value: str, pseudonyms: Pseudonyms) -> str:
    return value if value.startswith("x_amz_") else pseudonyms.pseudonym("name", value)


def _step(value: str, pseudonyms: Pseudonyms) -> str:
    """A step is the probe's own, but for the name of a tool after `tools/call`."""
    step, separator, detail = value.partition(" ")
    if step in ("forged:", "control:"):
        return value  # with the id of a row of the probe's own tables
    if separator and step == "tools/call":
        return f"{step} {_tool(detail, pseudonyms)}"
    return pseudonyms.share_text(value)


def _expectations(value: dict[str, Expectation], pseudonyms: Pseudonyms) -> dict[str, Any]:
    return {method: share_model(expectation, pseudonyms) for method, expectation in value.items()}


def _policy_facts(value: Any, pseudonyms: Pseudonyms) -> dict[str, Any] | None:
    """What policies predict; left out where a record has something else there."""
    try:
        return share_model(PolicyPrediction.model_validate(value), pseudonyms)
    except ValidationError:
        return None


def _reason(value: str, _: Pseudonyms) -> str | None:
    return value if value in REASONS else None


def _names(values: tuple[str, ...], pseudonyms: Pseudonyms) -> list[str]:
    return [_name(value, pseudonyms) for value in values]


def _claims(values: tuple[str, ...], pseudonyms: Pseudonyms) -> list[str]:
    return [fields.share_claim(value, pseudonyms) for value in values]


def _tool_or_others(value: str, pseudonyms: Pseudonyms) -> str:
    return value if value == OTHER_TOOLS else _tool(value, pseudonyms)


def _facts(value: dict[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    tools = {"tools": [_tool(str(tool), pseudonyms) for tool in value["tools"]]} if "tools" in value else {}
    untried = {"untried": _untried(value["untried"])} if isinstance(value.get("untried"), dict) else {}
    policy = {"policy": _policy_facts(value["policy"], pseudonyms)} if "policy" in value else {}
    others = {name: fact for name, fact in value.items() if name not in ("untried", "policy")}
    shared: dict[str, Any] = _share(others, frozenset(), pseudonyms)
    return {**shared, **tools, **untried, **policy}


def _untried(value: dict[str, Any]) -> dict[str, str]:
    """The controls that were not sent, with their reasons: ids of this program, so others are left out."""
    reasons = {*UNTRIED_REASONS, *UNTRIED_EXPIRED_REASONS}
    return {
        control: reason
        for control, reason in value.items()
        if control in CONTROL_IDS and isinstance(reason, str) and reason in reasons
    }


def _login_values(value: dict[str, str], pseudonyms: Pseudonyms) -> dict[str, str]:
    """Without the other profiles and the process; the rest has names, or words of this program."""
    kept = {name: text for name, text in value.items() if name not in ("profiles", "named-by", "command")}
    return {
        name: text
        if name in ("kind", "lacks", "problem")
        else _name(text, pseudonyms)
        if name in ("profile", "session")
        else pseudonyms.share_text(text)
        for name, text in kept.items()
    }


def _way(value: str, pseudonyms: Pseudonyms) -> str:
    """The id of an access method or an exchange, with a pseudonym for the further caller in it."""
    caller = caller_of(value)
    return value if caller is None else way_in(_caller(caller, pseudonyms), way_of(value))


def _ways(values: tuple[str, ...], pseudonyms: Pseudonyms) -> list[str]:
    return [_way(value, pseudonyms) for value in values]


def _caller(value: str, pseudonyms: Pseudonyms) -> str:
    """A pseudonym also for a name that is a public word, since the names of callers are people's own."""
    return pseudonyms.pseudonym("name", value)


def _callers(value: dict[str, NamedIdentity], pseudonyms: Pseudonyms) -> dict[str, Any]:
    return {_caller(name, pseudonyms): share_model(caller, pseudonyms) for name, caller in value.items()}


def _claim(value: str, pseudonyms: Pseudonyms) -> str:
    return fields.share_claim(value, pseudonyms)


def _redirect_uris(values: tuple[str, ...], pseudonyms: Pseudonyms) -> list[str]:
    return [client_urls.share_redirect_uri(value, pseudonyms) for value in values]


def _headers(value: dict[str, str], pseudonyms: Pseudonyms) -> dict[str, str]:
    return content.share_headers(value, pseudonyms)


def _token(value: TokenFacts, pseudonyms: Pseudonyms) -> dict[str, Any]:
    facts = value.model_dump(mode="json", exclude_none=True)
    shared = fields.share_token(facts, pseudonyms) or {}
    if value.unparsable is not None:
        shared["unparsable"] = pseudonyms.share_text(value.unparsable)
    return shared


def _request_body(value: str, pseudonyms: Pseudonyms) -> str:
    """The outline of JSON; a form or a command line is the probe's own, with names replaced."""
    is_json = value.lstrip()[:1] in ("{", "[", '"')
    return content.outline(value, pseudonyms) if is_json else pseudonyms.share_text(value)


def _response(value: Response, pseudonyms: Pseudonyms) -> dict[str, Any]:
    facts = {
        name: _share(getattr(value, name), _literals(field.annotation), pseudonyms)
        for name, field in type(value).model_fields.items()
        if name not in ("headers", "body") and getattr(value, name) is not None
    }
    return {
        **facts,
        "headers": _headers(value.headers, pseudonyms),
        "body": _response_body(value, pseudonyms),
    }


def _response_body(response: Response, pseudonyms: Pseudonyms) -> str:
    """The outline of an accepted response, which is an agent's words; the text of a refusal."""
    status, body = response.status, response.body
    if status is None:  # output of the `aws` command
        is_json = body.lstrip()[:1] in ("{", "[")
        return content.outline(body, pseudonyms) if is_json else pseudonyms.share_text(body)
    is_success = 200 <= status < 300
    return content.outline(body, pseudonyms) if is_success else content.share_refusal(body, pseudonyms)


def _share_times(record: RunRecord, shared: dict[str, Any]) -> dict[str, Any]:
    """Without what links two records of one endpoint: its version, and when it was updated long ago."""
    started = record.provenance.started
    endpoints = ((shared.get("configuration") or {}).get("runtime") or {}).get("endpoints") or ()
    for endpoint in endpoints:
        updated = endpoint.get("last_updated_at")
        if updated is not None:
            endpoint["last_updated_at"] = _coarse(datetime.fromisoformat(updated), started)
        versions = sorted({endpoint[key] for key in ("live_version", "target_version") if key in endpoint})
        for key in ("live_version", "target_version"):
            if key in endpoint:
                endpoint[key] = str(versions.index(endpoint[key]) + 1)
    return shared


def _coarse(updated: datetime, started: datetime | None) -> str:
    """The minute of a recent update, else the first day of the year of the run's start, or before it."""
    if started is not None and abs(started - updated) < _RECENT:
        return updated.replace(second=0, microsecond=0).isoformat()
    year = started.year - 1 if started is not None else 2000
    return datetime(year, 1, 1, tzinfo=updated.tzinfo).isoformat()


HANDLERS: dict[tuple[type[Frozen], str], Handler] = {
    (RunRecord, "format"): _keep,
    (RunRecord, "token"): _token,
    (Environment, "name"): _environment_name,
    (Environment, "profile"): _name,
    (Environment, "role_arn"): _role_arn,
    (Environment, "external_id"): _omit,
    (Environment, "mfa_serial"): _omit,
    (Environment, "source_profile"): _name,
    (Environment, "record"): _omit,
    (Environment, "expect"): _expectations,
    (Environment, "identities"): _callers,
    (NamedIdentity, "flow"): _keep,
    (NamedIdentity, "username"): _name,
    (NamedIdentity, "expect"): _keep,
    (NamedIdentity, "role_arn"): _role_arn,
    (NamedIdentity, "external_id"): _omit,
    (CallerRecord, "name"): _caller,
    (CallerRecord, "token"): _token,
    (Expectation, "reason"): _omitted_text,
    (RuntimeTarget, "qualifier"): _name,
    (RuntimeTarget, "payload"): _empty,
    (GatewayTarget, "runtime_target"): _name,
    (PassthroughCall, "target"): _name,
    (PassthroughCall, "path"): _root_path,
    (PassthroughCall, "body"): _empty,
    (ToolCall, "name"): _tool,
    (ToolCall, "arguments"): _empty,
    (Identity, "flow"): _keep,
    (Identity, "username"): _name,
    (SecretReference, "name"): _secret_name,
    (SecretReference, "key"): _omitted_text,
    (SecretReference, "arguments"): _secret_arguments,
    (LocalSetup, "faults"): _keep,
    (LocalSetup, "stack"): _omit,
    (Provenance, "tool"): _keep,
    (Provenance, "versions"): _keep,
    (Provenance, "only"): _keep,
    (Provenance, "run"): _omitted_text,
    (Provenance, "revision"): _omit,
    (Provenance, "command"): _omit,
    (deployed.Advertised, "target"): _keep,
    (AwsLogin, "cause"): _keep,
    (AwsLogin, "values"): _login_values,
    (Observation, "method"): _way,
    (Observation, "exchanges"): _ways,
    (Observation, "facts"): _facts,
    (Observation, "not_tried"): _keep,
    (Observation, "not_applicable"): _keep,
    (Exchange, "id"): _way,
    (Exchange, "step"): _step,
    (Exchange, "forged"): _keep,
    (Exchange, "control"): _keep,
    (Exchange, "purpose"): _keep,
    (Exchange, "token"): _token,
    (Exchange, "response"): _response,
    (Request, "headers"): _headers,
    (Request, "body"): _request_body,
    (Change, "of"): _way,
    (Change, "factor"): _keep,
    (deployed.ClientConfiguration, "callback_urls"): _redirect_uris,
    (deployed.CustomClaim, "name"): _claim,
    (deployed.Endpoint, "name"): _name,
    (deployed.RuntimeConfiguration, "allowed_ports"): _keep,
    (deployed.DeployedTarget, "name"): _name,
    (deployed.DeployedTarget, "qualifier"): _name,
    (DeployedPolicy, "name"): _name,
    (DeployedPolicy, "text"): _omitted_text,
    (ToolPrediction, "tool"): _tool_or_others,
    (ToolPrediction, "by"): _names,
    (ToolPrediction, "why"): _reason,
    (PolicyPrediction, "why"): _reason,
    (PolicyPrediction, "unknown"): _names,
    (PolicyPrediction, "lacks"): _claims,
    (GatewayTarget, "policy_session"): _omitted_text,
    (LocalSetup, "policies"): _empty,
    (deployed.GatewayConfiguration, "workload_identity"): _name,
    (deployed.GatewayConfiguration, "runtime_target"): _name,
    (deployed.GatewayConfiguration, "role"): _role_arn,
    (deployed.UserPool, "domain"): _domain,
    (deployed.ClientMetadataPolicy, "id"): _name,
    (deployed.ClientMetadataPolicy, "name"): _name,
    (deployed.ClientMetadataPolicy, "url_patterns"): _url_patterns,
}
"""Model and field -> what its shared value is made by. `_keep` is for what this package itself wrote."""
