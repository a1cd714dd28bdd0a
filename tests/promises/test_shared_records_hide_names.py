"""Promise 29: with `--share`, no name of any field of a record is in the shared record.

The test goes through the types of the model and plants names in every field. A field that a later version adds
fails here until `DECISIONS` says how it is handled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from agentcore_probe.model.identity import NamedIdentity
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.record_versions import SCHEMA
from agentcore_probe.sharing import replace_record_names
from tests.promises.figures import FIGURES

MARKS = (
    "Zqmarkperson Zqmarkfamily",
    "zqmark_group_eu",
    "ZQMARK-90871",
    "zqmark-vm-17",
    "zqmarkrole",
    "ZqmarkNotFoundException",
    "zqmark@zqmark.example",
    "https://zqmark.example.net:8443/zqmarkpath?zqmark=zqmark",
    "9988776655",
)
"""A person, a group, a ticket, a host without a dot, a role, an error type, a mail address, a URL, a number."""
MARK = re.compile(":8443|9988776655|zqmark|zqazqa", re.I)

DECISIONS: dict[str, str] = {
    "RunRecord": "format=own environment provenance configuration token exchanges observations identities",
    "CallerRecord": "name=caller kind token principal=session aws_login observations",
    "Environment": "name region=own profile role_arn=role external_id=name mfa_serial=serial source_profile language record "
    "runtime gateway harness registry entrances=own identity identities=callers local limits endpoints=services expect=methods",
    "RuntimeTarget": "arn=arn qualifier=name payload protocol forwards_authorization",
    "GatewayTarget": "id=gateway url tool tools policy_session runtime_target passthrough only_way_in",
    "HarnessTarget": "arn=harness qualifier=name invoke",
    "RegistryTarget": "id=registry url",
    "PassthroughCall": "target path=path method body",
    "ToolCall": "name arguments",
    "Identity": "flow=own client_id client_secret token_endpoint_auth_method username password scope audience resource "
    "redirect_uri=redirect refresh_token subject_token subject_token_type actor_token actor_token_type "
    "requested_token_type token expired_token discovery_url",
    "NamedIdentity": "flow=own client_id client_secret token_endpoint_auth_method username password scope audience resource "
    "redirect_uri=redirect refresh_token subject_token subject_token_type actor_token actor_token_type "
    "requested_token_type token expired_token discovery_url role_arn=role external_id=name expect=own",
    "SecretReference": "source name key arguments",
    "LocalSetup": "runtime_authorizer gateway_authorizer protocol faults=own runtimes=own gateways=own harnesses=own cognito "
    "stack=name identities policy_mode policies runtime_target workload_binding passthrough_target allowed_ports=own harness registry "
    "login_server",
    "Limits": "seconds body_bytes login_seconds requests_per_second requests",
    "Expectation": "decision reason until",
    "Provenance": "source run started ended caller account tool=own versions=own revision aws_login clock_offset only=own command notes",
    "AwsLogin": "cause=own values=login",
    "Configuration": "runtime gateway client issuers policies endpoint_policies other_judges advertised harness registry "
    "user_pools",
    "Advertised": "target=own discovery_url scopes",
    "RuntimeConfiguration": "arn status failure_reason protocol network_mode authorizer endpoints require_mmdsv2 "
    "header_allowlist allowed_ports=own unreadable described_arn",
    "Authorizer": "type jwt",
    "JwtAuthorizer": "discovery_url allowed_clients allowed_audience allowed_scopes advertised_scopes custom_claims workload_binding",
    "CustomClaim": "name operator values",
    "Endpoint": "name status last_updated_at live_version target_version",
    "GatewayConfiguration": "id arn url status status_reasons authorizer supported_versions search_type sessions "
    "streaming interceptors policy_engine policy_engine_arn engine targets domains exception_level unreadable described_arn "
    "speaks_mcp workload_identity role=role runtime_target",
    "PolicyEngine": "status key_arn policies unreadable texts_unreadable",
    "DeployedPolicy": "name status mode text",
    "HarnessConfiguration": "arn status failure_reason authorizer runtime max_iterations max_tokens allowed_tools unreadable described_arn",
    "RegistryConfiguration": "id arn status status_reason authorizer former unreadable described_arn",
    "DeployedTarget": "name status status_reasons listing_mode type endpoint runtime qualifier credentials",
    "ClientConfiguration": "client_id auth_flows has_secret secret_arn oauth_flows oauth_enabled oauth_scopes callback_urls unreadable",
    "UserPool": "id domain tier registers registers_openly registered_scopes client_metadata_policies policies_unreadable unreadable",
    "ClientMetadataPolicy": "id name client_id url_patterns",
    "ResourcePolicy": "resource document unreadable",
    "EndpointPolicy": "id target document unreadable",
    "Issuer": "discovery_url issuer jwks_uri token_endpoint registration_endpoint keys unreadable",
    "TokenFacts": "header claims unparsable",
    "Exchange": "id=own step request response fault token timings forged=own change control=own phase purpose=own "
    "phase peer via_proxy attempts",
    "Request": "method url headers auth at body",
    "Response": "status headers body cut",
    "Fault": "kind detail",
    "Timings": "resolve connect tls first_byte rest",
    "Change": "of=own factor=own before after",
    "Observation": "method=own decision exchanges=own facts not_tried=own not_applicable=own",
}
"""The fields whose handling is decided. `own`: this package writes the value, and no name can be in it; the other
words choose a value that the model accepts. Numbers, truth values, times and the words of a `Literal` stay."""

SHAPED = {
    "arn": "arn:aws:bedrock-agentcore:us-east-1:998877665544:runtime/zqmarkruntime-ZqaZqaZqa1",
    "role": "arn:aws:iam::998877665544:role/zqmarkpath/zqmarkrole",
    "session": "arn:aws:sts::998877665544:assumed-role/zqmarkrole/zqmarksession",
    "caller": "zqmarkcaller",
    "serial": "arn:aws:iam::998877665544:mfa/zqmarkdevice",
    "name": "zqmarkendpoint",
    "harness": "arn:aws:bedrock-agentcore:us-east-1:998877665544:harness/zqmarkharness-ZqaZqaZqa1",
    "registry": "zqmarkregist",
    "gateway": "zqmarkgateway-zqazqazqa1",
    "redirect": "http://localhost:8443/zqmarkpath",
    "path": "/zqmarkpath",
}
LOGIN_VALUES = (
    "profile",
    "profiles",
    "named-by",
    "session",
    "start-url",
    "role",
    "caller",
    "serial",
    "command",
    "detail",
)
"""The values of a failed AWS login that contain names."""
BODIES = (
    " ".join(MARKS),
    json.dumps({mark: {"message": mark, mark: [mark]} for mark in MARKS}),
    json.dumps({"__type": "ZqmarkDeniedException", "message": " ".join(MARKS), "code": 9988776655}),
    json.dumps(
        {
            "jsonrpc": "2.0",
            "id": "zqmark",
            "error": {"code": -32001, "message": " ".join(MARKS), "data": MARKS},
        }
    ),
    json.dumps(
        {
            "result": {
                "tools": [{"name": "zqmark___zqmark", "description": "zqmark"}],
                "content": [{"text": "zqmark"}],
            }
        }
    ),
    json.dumps(
        {
            "status": "zqmark",
            "type": "zqmark",
            "scope": "zqmark",
            "method": "zqmark",
            "version": "zqmark",
            "message": "\u7a7azqmark",
        }
    ),
    "".join(
        f"event: {mark}\ndata: {json.dumps({'error': {'message': mark}})}\n: {mark}\n\n" for mark in MARKS
    ),
    f"<Error><Code>ZqmarkDenied</Code><Message>{' '.join(MARKS)}</Message></Error>",
    f"<html><title>{' '.join(MARKS)}</title></html>",
    f"grant_type=client_credentials&scope={'+'.join(MARKS)}",
    f"An error occurred (ZqmarkException) when calling the InvokeAgentRuntime operation: {' '.join(MARKS)}",
)
HEADERS = ("www-authenticate", "location", "via", "server", "host", "x-zqmark", "cookie", "user-agent", "x-amzn-errortype",
           "content-type", "authorization", "retry-after", "proxy-authenticate", "x-amz-target", "allow")  # fmt: skip


def models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Every model below `model`, by name."""
    result = {model.__name__: model}
    for field in model.model_fields.values():
        for kind in parts(field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__name__ not in result:
                result |= models(kind)
    return result


def parts(annotation: Any) -> Iterator[Any]:
    """The types in a type."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from parts(argument)


def decisions(model: str) -> dict[str, str]:
    """The decided fields of a model, each with its handling."""
    fields = (entry.partition("=") for entry in DECISIONS[model].split())
    return {name: handling for name, _, handling in fields}


class Planter:
    """Makes a record with names in every field.

    Args:
        number: chooses among bodies, statuses and the arguments of unions.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.planted = 0

    def model(self, model: type[BaseModel]) -> Any:
        handling = decisions(model.__name__)
        values = {
            name: self.field(model.__name__, name, handling[name], field.annotation)
            for name, field in model.model_fields.items()
        }
        aliases = {name: field.alias or name for name, field in model.model_fields.items()}
        return model.model_validate({aliases[name]: value for name, value in values.items()})

    def field(self, model: str, name: str, handling: str, annotation: Any) -> Any:
        if handling == "own":
            return self.own(name, annotation)
        if handling in ("services", "methods"):
            key = "bedrock-agentcore" if handling == "services" else "runtime-jwt"
            return {key: self.value(get_args(annotation)[1])}
        if handling == "callers":
            self.planted += 1
            return {SHAPED["caller"]: self.model(NamedIdentity)}
        if handling == "login":
            self.planted += len(LOGIN_VALUES)
            return dict.fromkeys(LOGIN_VALUES, MARKS[self.number % len(MARKS)])
        if handling:
            self.planted += 1
            return SHAPED[handling]
        if name == "body" and model != "PassthroughCall":
            self.planted += 1
            return BODIES[self.number % len(BODIES)]
        if name == "headers":
            self.planted += len(HEADERS)
            return {header: " ".join(MARKS) for header in HEADERS}
        if (model, name) == ("Response", "status"):
            return (401, 200, None)[self.number % 3]
        if (model, name) == ("Exchange", "step"):
            self.planted += 1
            return ("tools/call zqmark___zqmarktool", "tools/call list", " ".join(MARKS))[self.number % 3]
        return self.value(annotation)

    @staticmethod
    def own(name: str, annotation: Any) -> Any:
        own = {
            "format": SCHEMA,
            "region": "us-east-1",
            "method": f"{SHAPED['caller']}:runtime-jwt",
            "id": f"{SHAPED['caller']}:runtime-jwt/1",
            "expect": {"runtime-jwt": "refused"},
            "allowed_ports": [8000] if int in parts(annotation) else ["8000"],
        }
        if name in own:
            return own[name]
        if dict in parts_origins(annotation):
            return {"own": "own"}
        return (
            [own["id"] if name == "exchanges" else "own"]
            if tuple in parts_origins(annotation)
            else _first_word(annotation)
        )

    def value(self, annotation: Any) -> Any:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Literal:
            return arguments[self.number % len(arguments)]
        if origin is tuple:
            return [self.value(arguments[0]) for _ in range(2)]
        if origin is dict:
            self.planted += len(MARKS)
            return {mark: self.value(arguments[1]) for mark in MARKS}
        if arguments:  # a union
            return self.value(next(argument for argument in arguments if argument is not NoneType))
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.model(annotation)
        if annotation in (datetime, date):
            return "2026-11-29T20:28:26Z" if annotation is datetime else "2026-11-29"
        if annotation in (int, float, bool):
            return True if annotation is bool else 20
        assert annotation in (str, Any), annotation
        self.planted += 1
        text = " ".join(MARKS)
        return (
            [text, {text: text}] if annotation is Any and self.number % 2 else MARKS[self.number % len(MARKS)]
        )


def parts_origins(annotation: Any) -> set[Any]:
    return {get_origin(part) or part for part in parts(annotation)}


def _first_word(annotation: Any) -> Any:
    words = [word for part in parts(annotation) if get_origin(part) is Literal for word in get_args(part)]
    return words[0] if words else 1 if annotation is int else "own"


@pytest.mark.parametrize("model", models(RunRecord).values(), ids=models(RunRecord))
def test_the_handling_of_every_field_is_decided(model: type[BaseModel]) -> None:
    """A new field is added to `DECISIONS`, and to `sharing.walk.HANDLERS` where its words are not to be filtered."""
    assert model.__name__ in DECISIONS, f"decide how the fields of {model.__name__} are shared"
    assert set(model.model_fields) - set(decisions(model.__name__)) == set()


@pytest.mark.parametrize("number", range(33))
def test_no_name_of_any_field_is_shared(number: int) -> None:
    """In texts, keys, bodies of every form, headers, claims and nested values."""
    planter = Planter(number)
    record = planter.model(RunRecord)
    before = json.dumps(record.facts(), ensure_ascii=False)
    shared = json.dumps(replace_record_names(record).facts(), ensure_ascii=False)
    hits = [shared[max(hit.start() - 60, 0) : hit.end() + 20] for hit in MARK.finditer(shared)]
    FIGURES["names planted in records, each in a field"] += planter.planted
    FIGURES["names found in shared records"] += len(hits)
    assert len(MARK.findall(before)) > 500
    assert hits == []


def test_nothing_links_two_shared_records_of_one_endpoint() -> None:
    """The time of an old update, versions, the revision of the checkout."""
    record = Planter(0).model(RunRecord)
    facts = record.facts()
    facts["provenance"] |= {"started": "2026-11-29T20:28:26Z", "revision": "0a1b2c3"}
    facts["configuration"]["runtime"]["endpoints"] = [
        {
            "name": "DEFAULT",
            "last_updated_at": "2026-03-04T05:06:07Z",
            "live_version": "41",
            "target_version": "42",
        },
        {
            "name": "DEFAULT",
            "last_updated_at": "2026-11-29T20:25:31Z",
            "live_version": "42",
            "target_version": "42",
        },
    ]
    shared = replace_record_names(RunRecord.model_validate(facts)).facts()
    old, recent = shared["configuration"]["runtime"]["endpoints"]
    assert (old["last_updated_at"], recent["last_updated_at"]) == (
        "2025-01-01T00:00:00Z",
        "2026-11-29T20:25:00Z",
    )
    assert [(row["live_version"], row["target_version"]) for row in (old, recent)] == [("1", "2"), ("1", "1")]
    assert "revision" not in shared["provenance"]
