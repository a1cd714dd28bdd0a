"""Who answers in place of AgentCore is found by headers, hosts and sentences; AgentCore's own words are never theirs."""

from __future__ import annotations

import json

import pytest

from agentcore_probe.judge.reading.answer import read
from agentcore_probe.judge.reading.operations import OPERATIONS, sender_by_action, sender_by_operation
from agentcore_probe.judge.reading.senders import SENDERS, sender_by_headers, sender_by_host
from agentcore_probe.model.exchange import Response


@pytest.mark.parametrize(
    ("header", "value", "name"),
    [
        ("x-amz-apigw-id", "a=", "Amazon API Gateway"),
        ("apigw-requestid", "a=", "Amazon API Gateway"),
        ("x-amzn-remapped-date", "x", "Amazon API Gateway"),
        ("x-amzn-waf-action", "challenge", "AWS WAF"),
        ("server", "CloudFront", "Amazon CloudFront"),
        ("x-amz-cf-id", "a==", "Amazon CloudFront"),
        ("server", "awselb/2.0", "Elastic Load Balancing"),
        ("server", "AmazonS3", "Amazon S3"),
        ("x-okta-request-id", "x", "Okta"),
        ("server", "Zscaler/6.2", "Zscaler"),
        ("via", "1.1 proxy01 (squid/5.7)", "Squid"),
        ("x-bluecoat-via", "x", "Symantec (Blue Coat)"),
        ("server", "Forcepoint Proxy", "Forcepoint"),
        ("cf-ray", "8b-FRA", "Cloudflare"),
        ("x-vercel-id", "fra1::x", "Vercel"),
        ("server", "kong/3.4", "Kong"),
        ("server", "istio-envoy", "Envoy"),
        ("server", "nginx/1.25.3", "nginx"),
        ("server", "openresty", "nginx"),
        ("server", "Microsoft-IIS/10.0", "Microsoft IIS"),
    ],
)
def test_a_sender_is_known_by_its_headers(header: str, value: str, name: str) -> None:
    """In any case of the name, and without marks of AWS in between."""
    sender = sender_by_headers({header: value})
    assert sender is not None
    assert sender.name == name
    answer = read(Response(status=403, headers={header.title(): value}, body="{}"))
    assert (answer.sender, answer.from_aws) == (sender, False)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a1b2.execute-api.eu-central-1.amazonaws.com", "Amazon API Gateway"),
        ("abc.lambda-url.us-east-1.on.aws", "Lambda (function URL)"),
        ("d111.cloudfront.net", "Amazon CloudFront"),
        ("login.microsoftonline.com", "Microsoft Entra ID"),
        ("acme.okta.com", "Okta"),
        ("acme.eu.auth0.com", "Auth0"),
        ("bucket.s3.eu-west-1.amazonaws.com", "Amazon S3"),
        ("bedrock-agentcore.us-east-1.amazonaws.com", None),
        ("gw-a.gateway.bedrock-agentcore.us-east-1.amazonaws.com", None),
        ("execute-api.acme.example", None),
        ("", None),
    ],
)
def test_a_sender_is_known_by_its_host(host: str, name: str | None) -> None:
    """AgentCore's hosts are nobody else's."""
    sender = sender_by_host(host)
    assert (sender.name if sender else None) == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<html><head><title>502 Bad Gateway</title></head><center>nginx/1.25</center></html>", "nginx"),
        ("<HTML><TITLE>ERROR: The request could not be satisfied</TITLE></HTML>", "Amazon CloudFront"),
        ("<!DOCTYPE html><title>Attention Required! | Cloudflare</title>", "Cloudflare"),
        ("upstream connect error or disconnect/reset before headers. reset reason: x", "Envoy"),
        ('{"message": "Endpoint request timed out"}', "Amazon API Gateway"),
        ('{"message": "no Route matched with those values"}', "Kong"),
        ('{"message": "We use nginx and Zscaler"}', None),
        ("<html><h1>403 Forbidden</h1></html>", None),
        ("", None),
    ],
)
def test_a_sender_is_known_by_its_words(body: str, name: str | None) -> None:
    """Without any header; a product that a message merely mentions has not written it."""
    sender = read(Response(status=503, body=body)).sender
    assert (sender.name if sender else None) == name


def test_an_agent_may_write_of_a_product() -> None:
    """A text of its own inside a 2xx is not a page of that product."""
    assert read(Response(status=200, body="no healthy upstream is what Envoy says")).sender is None


def test_agentcores_own_words_are_agentcores_whoever_passed_them_on() -> None:
    """API Gateway adds its headers to the answers of what is behind it."""
    body = json.dumps({"message": "Claim 'client_id' value mismatch with configuration."})
    answer = read(Response(status=401, headers={"x-amz-apigw-id": "a="}, body=body))
    assert (answer.sender, answer.from_aws, answer.is_agentcores_sentence) == (None, True, True)


def test_a_handshake_needs_no_marks() -> None:
    """Whether a 101 has AWS's headers is not known (docs/agentcore.md section 11.1)."""
    assert read(Response(status=101, headers={"Server": "nginx", "Upgrade": "websocket"})).from_aws is None


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("ConverseStream", "Amazon Bedrock"),
        ("GetResourceOauth2Token", "AgentCore Identity"),
        ("CompleteResourceTokenAuth", "AgentCore Identity"),
        ("CreateAgentRuntime", "AgentCore control plane"),
        ("AssumeRoleWithWebIdentity", "AWS STS"),
        ("InvokeAgentRuntime", None),
        ("InvokeAgentRuntimeCommand", None),
        ("StopRuntimeSession", None),
        ("InvokeHarness", None),
        ("InvokeGateway", None),
        ("", None),
    ],
)
def test_an_operation_shows_whose_api_it_is(operation: str, name: str | None) -> None:
    """Those of the data plane are nobody else's."""
    sender = sender_by_operation(operation)
    assert (sender.name if sender else None) == name


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("X is not authorized to perform: bedrock:InvokeModel on resource: y", "Amazon Bedrock"),
        ("X is not authorized to perform: ecr:DescribeImages on resource: y", "AWS ecr"),
        ("X is not authorized to perform: bedrock-agentcore:CreateGateway", "AgentCore control plane"),
        ("X is not authorized to perform: bedrock-agentcore:InvokeAgentRuntimeCommand", None),
        ("Access denied", None),
    ],
)
def test_an_action_shows_whose_api_it_is(message: str, name: str | None) -> None:
    """IAM names it in its refusals."""
    sender = sender_by_action(message)
    assert (sender.name if sender else None) == name


def test_the_rows_are_in_the_form_in_which_they_are_compared() -> None:
    """Lower case, and every row can be recognized by something."""
    assert OPERATIONS
    for sender in SENDERS:
        words = (
            *sender.headers,
            *sender.servers,
            *sender.pages,
            *sender.sentences,
            *sender.messages,
            *sender.usual_messages,
        )
        assert all(word == word.lower() for word in words), sender.name
        assert words or sender.hosts, sender.name
