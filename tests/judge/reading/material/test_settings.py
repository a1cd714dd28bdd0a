"""Settings of authorizers in every language in which people write them."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.reading.material.settings import AuthorizerSettings, find_settings
from tests.timing import is_linear

POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
SUB = "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}/.well-known/openid-configuration"
TEMPLATE = "https://cognito-idp.${region}.amazonaws.com/${poolId}/.well-known/openid-configuration"

API = f'{{"customJWTAuthorizer": {{"discoveryUrl": "{POOL}", "allowedClients": ["a", "b"], "allowedAudience": []}}}}'
GET_RUNTIME = (
    '{"agentRuntimeArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/a-ABCDEFGHIJ", '
    f'"authorizerConfiguration": {API}, "requestHeaderConfiguration": {{"requestHeaderAllowlist": ["X-A"]}}}}'
)
COMMAND = (
    "aws bedrock-agentcore-control create-gateway --name g --authorizer-type CUSTOM_JWT \\\n"
    '  --authorizer-configuration \'{"customJWTAuthorizer":{"discoveryUrl":"https://x.auth0.com/.well-known/openid-configuration",'
    '"allowedClients":["abc"]}}\''
)
ESCAPED = '--authorizer-configuration "{\\"customJWTAuthorizer\\":{\\"discoveryUrl\\":\\"https://a/.well-known/openid-configuration\\"}}"'
SHORTHAND = (
    "aws bedrock-agentcore-control update-agent-runtime --authorizer-configuration "
    "customJWTAuthorizer={discoveryUrl=https://x.okta.com/.well-known/openid-configuration,allowedClients=abc,def,allowedAudience=[api]}"
)

TEMPLATE_YAML = f"""
  AgentRuntime:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AuthorizerConfiguration:
        CustomJWTAuthorizer:
          DiscoveryUrl: !Sub {SUB}
          AllowedClients:
            - !Ref Client   # the web client
            - 1abcdef
          AllowedAudience: [ "x", y ]
          # AllowedScopes: [old]
          CustomClaims:
            - InboundTokenClaimName: cognito:groups
              InboundTokenClaimValueType: STRING_ARRAY
              AuthorizingClaimMatchValue:
                ClaimMatchOperator: CONTAINS
                ClaimMatchValue:
                  MatchValueString: admin
            - InboundTokenClaimName: tenant
              InboundTokenClaimValueType: STRING
              AuthorizingClaimMatchValue:
                ClaimMatchOperator: EQUALS
                ClaimMatchValue:
                  MatchValueString: t-1
          AllowedWorkloadConfiguration:
            HostingEnvironments:
              - Arn: arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/g-abcdefghij
"""
TEMPLATE_JSON = (
    '{"Type": "AWS::BedrockAgentCore::Gateway", "Properties": {"AuthorizerType": "CUSTOM_JWT", "AuthorizerConfiguration": '
    f'{{"CustomJWTAuthorizer": {{"DiscoveryUrl": {{"Fn::Sub": "{SUB}"}}, "AllowedClients": [{{"Ref": "Client"}}]}}}}}}}}'
)
USING_JWT = f"""
const discoveryUrl = `{TEMPLATE}`;
new agentcore.Runtime(this, 'R', {{
  authorizerConfiguration: agentcore.RuntimeAuthorizerConfiguration.usingJWT(
    discoveryUrl,
    [clientId, "m2m"],  // users and machines
    undefined,
    ["read", "write"],
    [agentcore.RuntimeCustomClaim.withStringArrayValue('cognito:groups', ['a', 'b'], agentcore.CustomClaimOperator.CONTAINS_ANY),
     agentcore.RuntimeCustomClaim.withStringValue('tenant', 't-1')],
  ),
}});
"""
USING_CUSTOM_JWT = """
authorizerConfiguration: GatewayAuthorizer.usingCustomJwt({
  discoveryUrl: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0/.well-known/openid-configuration',
  allowedClients: ['c-1'],
  allowedAudiences: ['api://a'],
}),
"""
CFN_RUNTIME = f"""
new bedrockagentcore.CfnRuntime(this, 'R', {{
  authorizerConfiguration: {{
    customJwtAuthorizer: {{ discoveryUrl: '{POOL}', allowedClients: [client.userPoolClientId] }},
  }},
}});
"""
PYTHON_CDK = """
authorizer = agentcore.RuntimeAuthorizerConfiguration.using_jwt(
    "https://dev.okta.com/oauth2/default", allowed_clients=["0oa1"], allowed_audience=[self.audience],
)
"""
BOTO3 = """
DISCOVERY_URL = "https://a.auth0.com/.well-known/openid-configuration"
control.create_agent_runtime(
    agentRuntimeName="a",
    authorizerConfiguration={"customJWTAuthorizer": {"discoveryUrl": DISCOVERY_URL, "allowedClients": [client_id]}},
)
"""
TERRAFORM = """
resource "aws_bedrockagentcore_gateway" "main" {
  authorizer_type = "CUSTOM_JWT"
  authorizer_configuration {
    custom_jwt_authorizer {
      discovery_url   = "https://accounts.google.com/.well-known/openid-configuration"
      # allowed_clients = ["old"]
      allowed_clients = [
        aws_cognito_user_pool_client.a.id,
      ]
      allowed_audience = ["api://x"]
      custom_claim {
        inbound_token_claim_name       = "roles"
        inbound_token_claim_value_type = "STRING_ARRAY"
        authorizing_claim_match_value {
          claim_match_operator = "CONTAINS"
          claim_match_value { match_value_string = "a b" }
        }
      }
    }
  }
}
"""
PLAN = """
  + authorizer_configuration {
      + custom_jwt_authorizer {
          + allowed_clients  = [
              + "3abc",
            ]
          + discovery_url    = "https://x.us.auth0.com/.well-known/openid-configuration"
        }
    }
"""
TOOLKIT = f"""
authorizer_configuration:
  customJWTAuthorizer:
    discoveryUrl: {POOL}
    allowedClients:
    - 1example23456789
"""


def facts(settings: AuthorizerSettings) -> dict[str, Any]:
    """What the tests compare; a value that is not complete ends with `...`."""
    lists = {
        name: [*value.texts, *([] if value.is_complete else ["..."])]
        for name, value in settings.values.items()
    }
    claims = [{name: " ".join(value.texts) for name, value in claim.items()} for claim in settings.claims]
    return {
        "form": settings.form,
        "target": settings.target,
        "type": settings.authorizer_type,
        **lists,
        "claims": claims,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (API, {"form": "api", "target": "", "discoveryUrl": [POOL], "allowedClients": ["a", "b"], "allowedAudience": []}),
        (GET_RUNTIME, {"target": "runtime", "discoveryUrl": [POOL], "allowedAudience": [], "requestHeaderAllowlist": ["X-A"]}),
        (COMMAND, {"form": "api", "target": "gateway", "allowedClients": ["abc"]}),
        (ESCAPED, {"form": "api", "discoveryUrl": ["https://a/.well-known/openid-configuration"]}),
        (SHORTHAND, {"target": "runtime", "allowedClients": ["abc", "def"], "allowedAudience": ["api"]}),
        (
            TEMPLATE_YAML,
            {
                "form": "cloudformation",
                "target": "runtime",
                "discoveryUrl": [SUB, "..."],
                "allowedClients": ["1abcdef", "..."],
                "allowedAudience": ["x", "y"],
                "hostingEnvironments": ["arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/g-abcdefghij"],
            },
        ),
        (TEMPLATE_JSON, {"target": "gateway", "type": "CUSTOM_JWT", "discoveryUrl": [SUB, "..."], "allowedClients": ["..."]}),
        (
            USING_JWT,
            {
                "form": "cdk",
                "target": "runtime",
                "discoveryUrl": [TEMPLATE, "..."],
                "allowedClients": ["m2m", "..."],
                "allowedScopes": ["read", "write"],
            },
        ),
        (USING_CUSTOM_JWT, {"form": "cdk", "target": "gateway", "allowedClients": ["c-1"]}),
        (CFN_RUNTIME, {"form": "cdk", "target": "runtime", "discoveryUrl": [POOL], "allowedClients": ["..."]}),
        (
            PYTHON_CDK,
            {
                "target": "runtime",
                "discoveryUrl": ["https://dev.okta.com/oauth2/default"],
                "allowedClients": ["0oa1"],
                "allowedAudience": ["..."],
            },
        ),
        (BOTO3, {"discoveryUrl": ["https://a.auth0.com/.well-known/openid-configuration"], "allowedClients": ["..."]}),
        (
            TERRAFORM,
            {
                "form": "terraform",
                "target": "gateway",
                "type": "CUSTOM_JWT",
                "discoveryUrl": ["https://accounts.google.com/.well-known/openid-configuration"],
                "allowedClients": ["..."],
                "allowedAudience": ["api://x"],
            },
        ),
        (PLAN, {"form": "terraform", "allowedClients": ["3abc"]}),
        (TOOLKIT, {"discoveryUrl": [POOL], "allowedClients": ["1example23456789"]}),
        ("AllowedClients: []", {"form": "cloudformation", "allowedClients": []}),
        ("allowed_scopes = [local.scope]", {"form": "terraform", "allowedScopes": ["..."]}),
        ("RuntimeAuthorizerConfiguration.usingCognito(pool, [client], ['aud1'])", {"allowedAudience": ["aud1"]}),
        ("GatewayAuthorizer.usingAwsIam()", {"form": "cdk", "target": "gateway", "type": "AWS_IAM"}),
        ("'allowedClients': client_ids,\n'discoveryUrl': url\n}", {"discoveryUrl": ["..."], "allowedClients": ["..."]}),
        ("allowedClients: props.clients,\ndiscoveryUrl: props.url\n}", {"discoveryUrl": ["..."], "allowedClients": ["..."]}),
        ("discoveryUrl: string;\nallowedClients?: string[];", {"discoveryUrl": ["..."], "allowedClients": ["..."]}),
        ("'allowedAudience': None, 'allowedClients': ['x']", {"allowedClients": ["x"]}),
    ],
)  # fmt: skip
def test_settings_are_read_in_every_language(text: str, expected: dict[str, Any]) -> None:
    """What is filled in later stays unknown; a commented line is not a setting."""
    (settings,) = find_settings(text)
    read = facts(settings)
    assert {name: read.get(name) for name in expected} == expected
    known = {"form", "target", "type", "claims", *expected}
    assert not [name for name in read if name not in known and name not in ("discoveryUrl", "allowedClients")]


def test_rules_on_other_claims_are_read() -> None:
    """Each with its name, type, operator and value, whatever the order."""
    (template,), (cdk,), (terraform,) = map(find_settings, (TEMPLATE_YAML, USING_JWT, TERRAFORM))
    assert [claim.text for claim in template.claims[1].values()] == ["tenant", "STRING", "EQUALS", "t-1"]
    assert cdk.claims[0]["matchValueStringList"].texts == ("a", "b")
    assert cdk.claims[0]["claimMatchOperator"].text == "CONTAINS_ANY"
    assert cdk.claims[1]["matchValueString"].text == "t-1"
    assert terraform.claims[0]["matchValueString"].text == "a b"
    authorizer = template.authorizer
    assert authorizer is not None
    assert authorizer.jwt is not None
    assert [(rule.name, rule.operator, rule.values) for rule in authorizer.jwt.custom_claims] == [
        ("cognito:groups", "CONTAINS", ("admin",)),
        ("tenant", "EQUALS", ("t-1",)),
    ]


def test_only_known_values_become_rules() -> None:
    """A token is not compared with a list of which a part is filled in later."""
    (settings,) = find_settings(TEMPLATE_YAML)
    authorizer = settings.authorizer
    assert authorizer is not None
    assert authorizer.jwt is not None
    assert authorizer.jwt.allowed_clients == ()
    assert authorizer.jwt.allowed_audience == ("x", "y")
    assert authorizer.jwt.discovery_url == ""
    assert settings.discovery_url == SUB


def test_two_authorizers_are_kept_apart() -> None:
    """Each block is one."""
    first, second = find_settings(API + "\n" + API.replace('"a", "b"', '"c"'))
    assert first.known("allowedClients") == ("a", "b")
    assert second.known("allowedClients") == ("c",)


def test_the_size_of_a_mapping_is_counted() -> None:
    """In JSON and in YAML."""
    (settings,) = find_settings('"allowedScopes": ["a"], "advertisedScopeMapping": {"a": "b", "c": "d"}')
    assert settings.mapping_size == 2
    (settings,) = find_settings(
        "AllowedScopes: [a]\nAdvertisedScopeMapping:\n  a: b\n  c: d\n  e: f\nOther: x\n"
    )
    assert settings.mapping_size == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "I set the discovery url and the allowed clients",
        '{"client_id": "a", "aud": "b"}',
        "const x = { allowed: [] }",
    ],
)
def test_other_texts_have_no_settings(text: str) -> None:
    """A setting has a name and a value."""
    assert find_settings(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "customJWTAuthorizer={",
        '"allowedClients": [',
        "usingJWT(",
        'discoveryUrl: "',
        "allowedClients:\n- a\n- ",
        "advertisedScopeMapping: {",
        '"',
        'x = "',
        "allowedClients=a,",
        "withStringValue('a', ",
        "AdvertisedScopeMapping:\n a: b\n",
        "{{{{[[[[((((",
        "discovery_url = ${",
    ],
)  # fmt: skip
def test_reading_takes_linear_time(text: str) -> None:
    """100 KB of a hostile text."""
    assert is_linear(find_settings, text * (100_000 // len(text)))
