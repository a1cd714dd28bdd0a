"""Material without an exchange: what it is, and the first thing that is wrong with it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from agentcore_probe.commands.material_lines import material_lines
from agentcore_probe.errors import RecordError
from agentcore_probe.judge.explain import explain
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Explanation
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages
from tests.judge.reading.material.test_finders import ARN, ENCODED, URL, jwt

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 3600
POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"
DISCOVERY = f"{POOL}/.well-known/openid-configuration"
COGNITO = {
    "iss": POOL,
    "client_id": "c1",
    "token_use": "access",
    "scope": "s/read",
    "username": "bob",
    "exp": LATER,
}
COGNITO_ID = {
    "iss": POOL,
    "aud": "c1",
    "token_use": "id",
    "cognito:username": "bob",
    "email": "bob@example.com",
    "exp": LATER,
}
AUTH0 = {
    "iss": "https://acme.us.auth0.com/",
    "aud": ["https://api.acme.dev"],
    "azp": "a1",
    "scope": "openid",
    "exp": LATER,
}
OKTA = {
    "iss": "https://acme.okta.com/oauth2/default",
    "aud": "api://default",
    "cid": "0oa1",
    "sub": "0oa1",
    "scp": ["r"],
    "exp": LATER,
}
ENTRA = {
    "iss": "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0",
    "aud": "11111111-2222-3333-4444-555555555555",
    "azp": "22222222-2222-3333-4444-555555555555",
    "scp": "Agent.Invoke",
    "exp": LATER,
}
KEYCLOAK = {
    "iss": "https://sso.example.com/realms/main",
    "aud": "account",
    "azp": "k1",
    "typ": "Bearer",
    "scope": "email",
    "exp": LATER,
}


def explained(text: str, token: TokenFacts | None = None) -> Explanation:
    """The explanation at a fixed time."""
    return explain(text, where="t", token=token, now=NOW)


def settings(url: str = DISCOVERY, **rules: Any) -> str:
    """An authorizer's settings as the API has them."""
    return json.dumps({"customJWTAuthorizer": {"discoveryUrl": url, **rules}})


def lines(explanation: Explanation, language: str = "en") -> list[str]:
    """What it is, as text."""
    return list(material_lines(explanation.material, messages(language)))


def fix(explanation: Explanation) -> str:
    """The text of the fix."""
    return messages("en").cause(f"{explanation.diagnosis.cause}.fix", explanation.diagnosis.values)


CALL = (
    f"curl -X POST '{URL}' -H 'Content-Type: application/json' -d '{{}}' -H \"Authorization: Bearer $TOKEN\""
)
COMMAND = f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {ARN}"
CLAIM = {
    "inboundTokenClaimName": "tenant",
    "inboundTokenClaimValueType": "STRING",
    "authorizingClaimMatchValue": {
        "claimMatchOperator": "EQUALS",
        "claimMatchValue": {"matchValueString": "t-1"},
    },
}


def claim(**changes: Any) -> dict[str, Any]:
    """A rule on a claim with other parts; an operator or value of None is left out."""
    match = {
        "claimMatchOperator": changes.pop("operator", "EQUALS"),
        "claimMatchValue": changes.pop("value", {"matchValueString": "t-1"}),
    }
    return {**CLAIM, "authorizingClaimMatchValue": match, **changes}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        # tokens
        (jwt(COGNITO), "none"),
        (json.dumps(COGNITO), "none"),
        (jwt(AUTH0), "none"),
        (jwt({**COGNITO, "exp": LATER - 7200}), "token-expired"),
        (jwt({**COGNITO, "exp": LATER - 3570}), "token-near-expiry"),
        (jwt({**COGNITO, "nbf": LATER}), "token-not-yet-valid"),
        (jwt(COGNITO_ID), "id-token-sent"),
        (jwt({**COGNITO_ID, "exp": 1}), "token-expired"),
        # ARNs
        (ARN, "none"),
        (f"{ARN}/runtime-endpoint/prod", "none"),
        (ENCODED, "none"),
        (ENCODED.replace("%", "%25"), "arn-double-encoded"),
        (ARN.removesuffix("-ABCDEFGHIJ"), "arn-kind-wrong"),
        (ARN.replace("123456789012", "<account>"), "arn-kind-wrong"),
        # URLs
        (URL, "none"),
        (URL.removesuffix("?qualifier=DEFAULT"), "none"),
        (URL.replace(ENCODED, ARN), "arn-not-encoded"),
        (URL.replace(ENCODED, ARN).partition("/invocations")[0], "arn-not-encoded"),
        (URL.replace("%", "%25"), "arn-double-encoded"),
        (URL.replace(ENCODED, "<ARN>"), "arn-blank-or-padded"),
        (URL.replace(ENCODED, "undefined"), "arn-blank-or-padded"),
        (URL.replace("%3Aruntime%2F", "%3Aharness%2F"), "arn-kind-wrong"),
        (URL.replace("123456789012", "1234"), "arn-kind-wrong"),
        (URL.replace("bedrock-agentcore.", "bedrock-agentcore-control."), "wrong-host"),
        (URL.replace("https://", "http://"), "wrong-host"),
        (URL.replace("/invocations", "/invoke"), "path-wrong"),
        (URL.replace("/runtimes/", "/accounts/123456789012/runtimes/"), "path-wrong"),
        (URL.replace("agentcore.us-east-1", "agentcore.eu-west-1"), "region-mismatch"),
        (URL.replace(ENCODED, "my_agent-ABCDEFGHIJ"), "account-id-missing"),
        (URL.replace(ENCODED, "my_agent-ABCDEFGHIJ").replace("?", "?accountId=123456789012&"), "none"),
        (f"{URL}&access_token=abcdefgh12345678", "token-in-url"),
        ("https://bedrock-agentcore.us-east-1.amazonaws.com/registry/abcdefghijkl/mcp", "registry-moved"),
        ("https://agent-registry.us-east-1.api.aws/registry/abcdefghijkl/mcp", "none"),
        ("https://g-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp", "none"),
        ("https://g-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/target/invocations", "none"),
        ("https://g-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com", "path-wrong"),
        (URL.replace("https", "wss").replace("invocations", "ws"), "none"),
        (DISCOVERY, "none"),
        ('url = f"https://bedrock-agentcore.{region}.amazonaws.com/runtimes/{arn}/invocations"', "none"),
        ("fetch(`https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${arn}/invocations`)", "none"),
        ("fetch(`https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${arn}/invoke`)", "path-wrong"),
        # requests without answer
        (CALL, "none"),
        (CALL.replace(ENCODED, ARN), "arn-not-encoded"),
        (CALL.replace("-X POST", "").replace("-d '{}'", ""), "path-wrong"),
        (CALL.replace("Bearer $TOKEN", "$TOKEN"), "bearer-prefix-missing"),
        (CALL.replace('"Authorization: Bearer $TOKEN"', "'Authorization: Bearer $TOKEN'"), "bearer-placeholder"),
        (CALL.replace("$TOKEN", "undefined"), "bearer-placeholder"),
        (CALL.partition(' -H "Auth')[0], "credential-missing"),
        (CALL.partition(' -H "Auth')[0] + " --aws-sigv4 aws:amz:us-east-1:bedrock-agentcore", "none"),
        (CALL.replace("$TOKEN", jwt(COGNITO)), "none"),
        (CALL.replace("$TOKEN", jwt(COGNITO_ID)), "id-token-sent"),
        (CALL.replace("$TOKEN", jwt({**COGNITO, "exp": 1})), "token-expired"),
        (CALL.replace("'{}'", '\'{"jsonrpc":"2.0","id":1,"method":"tools/list"}\''), "accept-header"),
        (f"{CALL} -H 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id: short'", "session-id-length"),
        (f"{CALL} -H 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id: {'a' * 36}'", "none"),
        (f'{CALL} -H "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id: $ID"', "none"),
        (f"curl '{URL.partition('?')[0]}/.well-known/oauth-protected-resource'", "none"),
        (COMMAND, "none"),
        (f"{COMMAND} --region eu-west-1", "region-mismatch"),
        (f"{COMMAND} --runtime-session-id abc", "session-id-length"),
        (f"{COMMAND}/runtime-endpoint/prod", "arn-kind-wrong"),
        (f"http POST {URL} prompt=hi", "credential-missing"),
        # settings
        (settings(allowedClients=["c1"]), "none"),
        (settings(), "authorizer-config-invalid"),
        (settings(allowedClients=[]), "authorizer-config-invalid"),
        (settings(POOL, allowedClients=["c1"]), "authorizer-config-invalid"),
        (settings("https://x.auth.us-east-1.amazoncognito.com/.well-known/openid-configuration", allowedClients=["c"]), "authorizer-config-invalid"),
        (settings(f"{DISCOVERY}/", allowedClients=["c1"]), "authorizer-config-invalid"),
        (settings("https://idp.example.com/.well-known/oauth-authorization-server/tenant", allowedScopes=["r"]), "none"),
        (settings(allowedScopes=["read write"]), "authorizer-config-invalid"),
        (settings(customClaims=[CLAIM]), "none"),
        (settings(customClaims=[]), "authorizer-config-invalid"),
        (settings(customClaims=[claim(inboundTokenClaimName="a b")]), "authorizer-config-invalid"),
        (settings(customClaims=[claim(value={"matchValueString": "a/b"})]), "authorizer-config-invalid"),
        (settings(customClaims=[claim(operator="IN")]), "authorizer-config-invalid"),
        (settings(customClaims=[claim(operator="CONTAINS")]), "authorizer-config-invalid"),
        (settings(customClaims=[claim(inboundTokenClaimValueType="NUMBER")]), "authorizer-config-invalid"),
        (settings(customClaims=[claim(value={"matchValueStringList": ["a"]})]), "authorizer-config-invalid"),
        (settings(customClaims=[CLAIM, claim(inboundTokenClaimName="https://acme.dev/roles")]), "none"),
        (settings(allowedClients=["c1"], allowedWorkloadConfiguration={"workloadIdentities": [f"w-{n}" for n in range(11)]}), "authorizer-config-invalid"),
        (settings(allowedScopes=["r"], advertisedScopeMapping={f"s{n}": "x" for n in range(51)}), "authorizer-config-invalid"),
        (settings(allowedAudience=["c1"]), "audience-not-allowed"),
        (settings("https://acme.us.auth0.com/.well-known/openid-configuration", allowedClients=["a1"]), "client-not-allowed"),
        (settings("https://acme.us.auth0.com/.well-known/openid-configuration", allowedAudience=["a1"]), "none"),
        (settings("https://acme.okta.com/oauth2/default/.well-known/openid-configuration", allowedClients=["a1"]), "client-not-allowed"),
        (settings(f"{ENTRA['iss']}/.well-known/openid-configuration", allowedClients=["a1"]), "client-not-allowed"),
        (settings("https://idp.example.com/.well-known/openid-configuration", allowedClients=["a1"]), "none"),
        ('{"authorizerType": "JWT", ' + settings(allowedClients=["c1"])[1:], "authorizer-config-invalid"),
        ('{"authorizerType": "AWS_IAM", ' + settings(allowedClients=["c1"])[1:], "authorizer-config-invalid"),
        ("CustomJWTAuthorizer:\n  DiscoveryUrl: !Sub https://cognito-idp.${R}.amazonaws.com/${P}/.well-known/openid-configuration\n  AllowedClients: [!Ref C]\n", "none"),
        ('custom_jwt_authorizer {\n  discovery_url = local.url\n  allowed_audiences = ["a"]\n}', "authorizer-config-invalid"),
        ("RuntimeAuthorizerConfiguration.usingCognito(pool, [client])", "none"),
        ("RuntimeAuthorizerConfiguration.usingCognito(pool, undefined, ['c1'])", "audience-not-allowed"),
    ],
)  # fmt: skip
def test_material_has_a_cause(text: str, cause: str) -> None:
    """The one that the service would name first; `none` where nothing is wrong."""
    explanation = explained(text)
    assert (explanation.diagnosis.cause, explanation.decision) == (cause, "undecided")
    assert explanation.material
    assert all(line.strip() for language in LANGUAGES for line in lines(explanation, language))


@pytest.mark.parametrize(
    ("claims", "rules", "cause", "fixes"),
    [
        (COGNITO, {"allowedClients": ["c1"]}, "none", ""),
        (COGNITO, {"allowedClients": ["other"]}, "client-not-allowed", "Add the client to allowedClients"),
        (COGNITO, {"allowedAudience": ["c1"]}, "audience-not-allowed", "Use allowedClients instead"),
        (COGNITO, {"allowedScopes": ["s/write"]}, "scope-missing", "client_credentials"),
        (COGNITO_ID, {"allowedClients": ["c1"]}, "id-token-sent", "access_token"),
        (COGNITO_ID, {"allowedAudience": ["c1"]}, "none", ""),
        (AUTH0, {"allowedClients": ["a1"]}, "client-not-allowed", "RFC 9068"),
        (AUTH0, {"allowedAudience": ["other"]}, "audience-not-allowed", "parameter audience"),
        ({**AUTH0, "client_id": "a1"}, {"allowedClients": ["b"]}, "client-not-allowed", "Add the client to allowedClients"),
        (OKTA, {"allowedClients": ["0oa1"]}, "client-not-allowed", "customClaims rule on cid"),
        (OKTA, {"allowedScopes": ["r"]}, "none", ""),
        (ENTRA, {"allowedClients": [ENTRA["azp"]]}, "client-not-allowed", "on azp (2.0) or appid (1.0)"),
        (ENTRA, {"allowedAudience": ["api://x"]}, "audience-not-allowed", "/.default"),
        (KEYCLOAK, {"allowedClients": ["k1"]}, "client-not-allowed", "protocol mapper"),
        (KEYCLOAK, {"allowedAudience": ["api"]}, "audience-not-allowed", "audience mapper"),
        (COGNITO, {"customClaims": [CLAIM]}, "custom-claim-mismatch", "pre-token-generation"),
        (AUTH0, {"customClaims": [CLAIM]}, "custom-claim-mismatch", "Action"),
    ],
)  # fmt: skip
def test_a_token_and_rules_are_judged_together(
    claims: dict[str, Any], rules: dict[str, Any], cause: str, fixes: str
) -> None:
    """In whatever order they are pasted; the fix is that of the token's own provider."""
    document = f"{str(claims['iss']).rstrip('/')}/.well-known/openid-configuration"
    for text in (
        f"{jwt(claims)}\n{settings(document, **rules)}",
        f"{settings(document, **rules)}\n{json.dumps(claims)}",
    ):
        explanation = explained(text)
        never = cause == "none" and explanation.diagnosis.values.get("form") == "settings"
        assert explanation.diagnosis.cause == cause or never
        assert fixes in fix(explanation)
        assert "cognito" not in str(
            explanation.diagnosis.remedy and explanation.diagnosis.remedy.commands
        ) or claims in (COGNITO, COGNITO_ID)


@pytest.mark.parametrize(
    ("claims", "document", "cause"),
    [
        (COGNITO, DISCOVERY.replace("AbCdEfGhI", "Other1234"), "issuer-mismatch"),
        (AUTH0, "https://acme.us.auth0.com/.well-known/openid-configuration", "none"),
        (AUTH0, "https://other.us.auth0.com/.well-known/openid-configuration", "issuer-mismatch"),
        (OKTA, "https://acme.okta.com/.well-known/openid-configuration", "issuer-mismatch"),
        (OKTA, "https://acme.okta.com/.well-known/oauth-authorization-server/oauth2/default", "none"),
        (ENTRA, "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/.well-known/openid-configuration", "issuer-mismatch"),
        (ENTRA, "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration", "none"),
    ],
)  # fmt: skip
def test_the_issuer_must_be_that_of_the_discovery_url(
    claims: dict[str, Any], document: str, cause: str
) -> None:
    """As far as the URL shows it: Entra has another issuer for each version of tokens."""
    rules = {"allowedScopes": [str(claims.get("scope") or claims.get("scp")).strip("[]'")]}
    explanation = explained(f"{jwt(claims)}\n{settings(document, **rules)}")
    assert explanation.diagnosis.cause == cause
    assert ("requestedAccessTokenVersion" in fix(explanation)) == (claims == ENTRA and cause != "none")


def test_what_is_filled_in_later_refuses_no_token() -> None:
    """A list with a name in it may have the client."""
    text = f'{jwt(COGNITO)}\ncustom_jwt_authorizer {{\n  discovery_url = "{DISCOVERY}"\n  allowed_clients = [aws_client.a.id]\n}}'
    assert explained(text).diagnosis.cause == "none"


def test_of_the_tokens_of_a_login_the_access_token_is_judged() -> None:
    """The ID token beside it is described."""
    answer = {
        "AuthenticationResult": {
            "IdToken": jwt(COGNITO_ID),
            "AccessToken": jwt(COGNITO),
            "TokenType": "Bearer",
        }
    }
    explanation = explained(json.dumps(answer))
    assert explanation.diagnosis.cause == "none"
    assert [fact.values["kind"] for fact in explanation.material if fact.id == "token"] == ["access", "id"]


def test_an_encrypted_token_is_named_as_such() -> None:
    """Auth0 issues one where no audience is requested."""
    explanation = explained(
        ".".join(["eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0", "", *(["aXYtb2YtYS10b2tlbg"] * 3)])
    )
    assert explanation.diagnosis.cause == "token-malformed"
    assert "audience" in fix(explanation)


def test_a_signed_request_does_not_fit_a_jwt_authorizer() -> None:
    """And a token does not fit an IAM one."""
    assert explained(f"{COMMAND}\n{settings(allowedClients=['c1'])}").diagnosis.cause == "sigv4-on-jwt"
    assert explained(f"{CALL}\nRuntimeAuthorizerConfiguration.usingIAM()").diagnosis.cause == "bearer-on-iam"


def test_everything_that_is_wrong_is_listed() -> None:
    """The first as the cause, the others as facts."""
    text = CALL.replace(ENCODED, ARN).replace("$TOKEN", jwt({**COGNITO, "exp": 1}))
    explanation = explained(f"{text} -H 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id: short'")
    wrong = {fact.id for fact in explanation.material if fact.is_wrong}
    assert explanation.diagnosis.cause == "arn-not-encoded"
    assert {"cause-token-expired", "cause-session-id-length"} <= wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (jwt(COGNITO), "Access token of Amazon Cognito"),
        (jwt(COGNITO), "Caller: a user"),
        (jwt({**COGNITO, "exp": LATER - 7200}), "1 h ago"),
        (jwt(OKTA), "Caller: the client itself, without a user"),
        (jwt(OKTA), "Client (cid): 0oa1"),
        (jwt(COGNITO_ID), "ID token of Amazon Cognito"),
        (jwt(COGNITO, {"alg": "HS256"}), "Signed with HS256"),
        (jwt({"iss": "https://token.actions.githubusercontent.com", "sub": "repo:a/b", "exp": LATER}), "Token (JWT)"),
        (ARN, "Region us-east-1, account 123456789012"),
        (ARN, URL),
        (f"{ARN}/runtime-endpoint/prod", URL.replace("DEFAULT", "prod")),
        (ARN.replace("runtime/", "harness/"), "/harnesses/invoke?harnessArn=arn%3Aaws"),
        ("arn:aws:bedrock-agentcore:eu-west-1:123456789012:gateway/g-abcdefghij", "https://g-abcdefghij.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp"),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI", DISCOVERY),
        (settings(allowedClients=["c1"]), "allowedClients: c1"),
        ("AllowedClients: []", "AllowedClients is empty"),
        ("allowed_clients = []", "allowed_clients is empty"),
        (settings(allowedClients=["c1"])[:-1] + ', "requestHeaderAllowlist": ["X-A"]}', "does not name Authorization"),
    ],
)  # fmt: skip
def test_material_is_described(text: str, expected: str) -> None:
    """What it is, and how to call it."""
    assert expected in "\n".join(lines(explained(text)))


def test_what_can_be_called_has_the_lines_that_call_it() -> None:
    """A call, and the command that tests every access method."""
    remedy = explained(ARN).diagnosis.remedy
    assert remedy is not None
    assert URL in remedy.commands[0]
    assert f"discover NAME --runtime {ARN}" in remedy.commands[1]
    assert remedy.recheck == f"agentcore-probe ask {ARN}"


def test_each_of_several_arns_is_described_in_full() -> None:
    """What they have in common is said of each."""
    gateway = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/g-abcdefghij"
    ids = [fact.id for fact in explained(f"{ARN}\n{gateway}").material]
    assert ids == ["arn", "arn-place", "host", "invocation-url"] * 2


def test_a_token_beside_the_text_is_judged_with_it() -> None:
    """As `--token-env` gives it; alone, with settings, with an exchange."""
    token = TokenFacts(header={"alg": "RS256"}, claims=COGNITO)
    assert explained("", token).diagnosis.cause == "none"
    assert explained(settings(allowedClients=["x"]), token).diagnosis.cause == "client-not-allowed"
    refusal = 'HTTP/1.1 401 Unauthorized\nx-amzn-requestid: 1\n\n{"message": "Invalid audience"}'
    assert explained(refusal, TokenFacts(claims={**COGNITO, "exp": 1})).diagnosis.cause != "none"


def test_an_exchange_is_explained_as_one() -> None:
    """Whatever material it contains."""
    explanation = explained(f"{CALL}\nHTTP/2 401\nx-amzn-requestid: 1\n\n{{}}")
    assert explanation.material == ()
    assert explanation.decision == "refused"


def test_an_empty_text_stays_an_error() -> None:
    """As without any material."""
    with pytest.raises(RecordError):
        explained("")


GATEWAY = "https://g-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"

SECRETS = {
    "person": "bob@example.com",
    "name": "bob",
    "signature": "c2lnbmF0dXJlLW9mLWEtdG9rZW4",
    "query": "abcdefgh12345678",
}


@pytest.mark.parametrize(
    "text",
    [
        jwt(COGNITO_ID),
        json.dumps(COGNITO_ID),
        jwt(COGNITO),
        CALL.replace("$TOKEN", jwt(COGNITO_ID)),
        f"{URL}&access_token={SECRETS['query']}",
        f"curl '{URL}&token={SECRETS['query']}' -X POST",
        f"{jwt(COGNITO)}\n{settings(allowedClients=['x'])}",
        URL.replace("?", f"?token={jwt(COGNITO)}&"),
        f'curl "{GATEWAY}?access_token={SECRETS["query"]}"',
        f'curl "{GATEWAY}?x=Bearer%20{SECRETS["query"]}"',
    ],
)
def test_nothing_secret_or_personal_is_shown(text: str) -> None:
    """Neither a credential nor who the user is."""
    explanation = explained(text)
    shown = json.dumps(explanation.as_json()) + "\n".join(lines(explanation))
    assert not [name for name, secret in SECRETS.items() if secret in shown]
    assert jwt(COGNITO).split(".")[1] not in shown


@pytest.mark.parametrize("text", [settings(allowedClients=["c1"]), jwt(COGNITO), ARN, URL, CALL])
def test_a_long_text_is_explained_in_time(text: str) -> None:
    """100 KB: 0.3 s of a processor that does nothing else, and twice that beside other tests."""
    long = f"{text}\n" + "some words of a log, a: b, c = d\n" * 3_000
    assert any(_seconds(long) < 0.6 for _ in range(3))


def _seconds(text: str) -> float:
    start = time.process_time()
    explained(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("clients", "is_changed"), [([ENTRA["azp"]], True), ([ENTRA["azp"], "b"], False), (["b"], False)]
)
def test_the_same_client_is_allowed_by_the_claim_that_names_it(clients: list[str], is_changed: bool) -> None:
    """Only where this admits exactly who was meant: one client, and the token's own."""
    document = f"{ENTRA['iss']}/.well-known/openid-configuration"
    text = f"{jwt(ENTRA)}\n{settings(document, allowedClients=clients)}"
    remedy = explained(text).diagnosis.remedy
    assert remedy is not None
    assert ('InboundTokenClaimName: "azp"' in remedy.fragments.get("cloudformation", "")) == is_changed
    assert any("del(.allowedClients)" in command for command in remedy.commands) == is_changed


@pytest.mark.parametrize(
    ("audience", "cause"),
    [
        ("00000003-0000-0000-c000-000000000000", "signature-invalid"),
        ("https://graph.microsoft.com", "signature-invalid"),
        ("api://orders", "none"),
    ],
)
def test_a_token_for_microsoft_graph_is_for_nobody_else(audience: str, cause: str) -> None:
    """Its signature cannot be checked by others."""
    assert explained(jwt({**ENTRA, "aud": audience, "exp": LATER})).diagnosis.cause == cause


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_without_a_public_key_is_for_no_authorizer(algorithm: str) -> None:
    """The line about its algorithm is not contradicted by the conclusion."""
    explanation = explained(jwt({**COGNITO, "exp": LATER}, {"alg": algorithm}))
    assert explanation.diagnosis.cause == "signature-invalid"
    assert explanation.diagnosis.values["part"] == "algorithm"
