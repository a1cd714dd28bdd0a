"""The rows about the documents of a login: each cell of their decision table, by documents that are really served."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator

import pytest

from agentcore_probe.judge.conclusions import conclude
from agentcore_probe.judge.findings import findings_of
from agentcore_probe.judge.judge import judge
from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.judge.oauth_metadata import is_issuer_silent
from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.configuration import Authorizer, Configuration, GatewayConfiguration
from agentcore_probe.model.environment import Environment, Expectation
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from tests.probes.login_site import METADATA, NOT_FOUND, OPENID, RFC_8414, ROW, LoginSite, Reply

Change = Callable[[LoginSite], None]


@pytest.fixture(scope="module")
def server() -> Iterator[LoginSite]:
    with LoginSite() as running:
        yield running


@pytest.fixture
def site(server: LoginSite) -> LoginSite:
    server.reset()
    return server


def cell(record: RunRecord) -> tuple[str | None, str, str]:
    """What was observed, the outcome, and the cause; else the reason."""
    finding = finding_of(record)
    cause = finding.diagnosis.cause
    return finding.observed, finding.outcome, finding.reason or "none" if cause == "none" else cause


def finding_of(record: RunRecord) -> Finding:
    (finding,) = findings_of(record)
    return finding


def replies(**changes: Callable[[LoginSite], Reply]) -> Change:
    """Other replies, by the names of their places."""
    places = {
        "call": "/mcp",
        "metadata": METADATA,
        "path_form": f"{METADATA}/mcp",
        "openid": OPENID,
        "rfc8414": RFC_8414,
    }

    def change(site: LoginSite) -> None:
        site.replies.update({places[name]: reply(site) for name, reply in changes.items()})

    return change


def _missing(_: LoginSite) -> Reply:
    return NOT_FOUND


def _denied(_: LoginSite) -> Reply:
    return Reply(403, '{"message": "Forbidden"}')


def _page(_: LoginSite) -> Reply:
    return Reply(200, "<html>Sign in</html>", {"Content-Type": "text/html"})


GOOD = ("accepted", "as-expected", "none")
CELLS: dict[str, tuple[Change, tuple[str, str, str]]] = {
    "as documented": (replies(), GOOD),
    "only at the place with the path": (
        replies(metadata=_missing, path_form=LoginSite.metadata),
        GOOD,
    ),
    "both documents of the issuer": (replies(rfc8414=LoginSite.server), GOOD),
    "RFC 8414 only": (replies(openid=_missing, rfc8414=LoginSite.server), GOOD),
    "no list of PKCE methods": (
        replies(openid=lambda site: site.server(code_challenge_methods_supported=None)),
        GOOD,
    ),
    "a resource without the path": (replies(metadata=lambda site: site.metadata(resource=site.origin)), GOOD),
    "a 401 without a challenge": (
        replies(call=lambda site: site.challenge(None)),
        ("accepted", "unexpected", "no-challenge"),
    ),
    "a challenge without an address": (
        replies(call=lambda site: site.challenge("Bearer")),
        ("accepted", "unexpected", "no-challenge"),
    ),
    "a refusal that begins no login": (
        replies(call=_denied),
        ("accepted", "unexpected", "oauth-metadata-missing"),
    ),
    "a renamed challenge": (
        replies(
            call=lambda site: site.challenge(
                f'Bearer resource_metadata="{site.origin}{METADATA}"', "x-amzn-Remapped-WWW-Authenticate"
            )
        ),
        ("accepted", "unexpected", "challenge-header-renamed"),
    ),
    "a relative address": (
        replies(call=lambda site: site.challenge(f'Bearer resource_metadata="{METADATA}"')),
        ("accepted", "unexpected", "oauth-metadata-missing"),
    ),
    "no metadata": (replies(metadata=_missing), ("undecided", "unexpected", "oauth-metadata-missing")),
    "metadata for nobody": (
        replies(metadata=_denied, path_form=_denied),
        ("refused", "unexpected", "oauth-metadata-missing"),
    ),
    "a page in place of metadata": (
        replies(metadata=_page),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "metadata without a server": (
        replies(metadata=lambda site: site.metadata(authorization_servers=[])),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "the resource of another host": (
        replies(metadata=lambda site: site.metadata(resource="https://gw.example.org/mcp")),
        ("accepted", "unexpected", "resource-mismatch"),
    ),
    "the resource of another path": (
        replies(metadata=lambda site: site.metadata(resource=f"{site.origin}/mcp/tools")),
        ("accepted", "unexpected", "resource-mismatch"),
    ),
    "no metadata of the server": (
        replies(openid=_missing),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "a page in place of the server's metadata": (
        replies(openid=_page),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "metadata without resource": (
        replies(metadata=lambda site: site.metadata(resource=None)),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "a resource that is no text": (
        replies(metadata=lambda site: site.metadata(resource=7)),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "a relative server first": (
        replies(metadata=lambda site: site.metadata(authorization_servers=["/tenant", site.issuer])),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "a server that is no text": (
        replies(metadata=lambda site: site.metadata(authorization_servers=[site.issuer, 7])),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "scopes of the resource that are no list": (
        replies(metadata=lambda site: site.metadata(scopes_supported="openid")),
        ("undecided", "unexpected", "oauth-metadata-missing"),
    ),
    "malformed metadata, then whole metadata": (
        replies(metadata=_page, path_form=LoginSite.metadata),
        GOOD,
    ),
    "a server without issuer": (
        replies(openid=lambda site: site.server(issuer=None)),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "an issuer that is no text": (
        replies(openid=lambda site: site.server(issuer=[site.issuer])),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "a relative login page": (
        replies(openid=lambda site: site.server(authorization_endpoint="/authorize")),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "a login page that is a script": (
        replies(openid=lambda site: site.server(authorization_endpoint="javascript:alert(1)")),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "a login page that is a file": (
        replies(openid=lambda site: site.server(authorization_endpoint="file:///login")),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "PKCE methods that are no list": (
        replies(openid=lambda site: site.server(code_challenge_methods_supported="S256")),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "a malformed document where clients look first": (
        replies(rfc8414=lambda site: site.server(token_endpoint=None)),
        GOOD,
    ),
    "a malformed document, then none": (
        replies(rfc8414=lambda site: site.server(token_endpoint=None), openid=_missing),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "a target that is not there": (
        replies(call=_missing),
        ("accepted", "unexpected", "unexplained"),
    ),
    "a redirect in place of a challenge": (
        replies(call=lambda site: Reply(302, "", {"Location": f"{site.origin}/login"})),
        ("accepted", "unexpected", "unexplained"),
    ),
    "a server without endpoints": (
        replies(openid=lambda site: site.server(token_endpoint=None)),
        ("undecided", "unexpected", "authorization-server-metadata-missing"),
    ),
    "another issuer": (
        replies(openid=lambda site: site.server(issuer="https://sts.example.org/tenant")),
        ("accepted", "unexpected", "metadata-issuer-mismatch"),
    ),
    "an issuer with a slash": (
        replies(openid=lambda site: site.server(issuer=f"{site.issuer}/")),
        ("accepted", "unexpected", "metadata-issuer-mismatch"),
    ),
    "another issuer where clients look first": (
        replies(rfc8414=lambda site: site.server(issuer=site.origin)),
        ("accepted", "unexpected", "metadata-issuer-mismatch"),
    ),
    "PKCE without S256": (
        replies(openid=lambda site: site.server(code_challenge_methods_supported=["plain"])),
        ("accepted", "unexpected", "pkce-not-advertised"),
    ),
    "a target for everybody": (
        replies(
            call=lambda _: Reply(
                200,
                '{"jsonrpc": "2.0", "id": 1, "result": {"protocolVersion": "2025-11-25", "capabilities": {},'
                ' "serverInfo": {"name": "x", "version": "1"}}}',
            )
        ),
        ("undecided", "unexpected", "open-endpoint"),
    ),
    "a target that is busy": (
        replies(
            call=lambda _: Reply(
                429, '{"message": "Rate exceeded"}', {"x-amzn-errortype": "ThrottlingException"}
            )
        ),
        ("undecided", "error", "throttled"),
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_each_cell_of_the_table(site: LoginSite, name: str) -> None:
    """With an authorizer for JWTs, the documents are meant to be served; a fault has its own cause."""
    change, expected = CELLS[name]
    change(site)
    assert cell(site.walked()) == expected


@pytest.mark.parametrize("name", CELLS)
def test_without_the_configuration_the_documents_say_it(site: LoginSite, name: str) -> None:
    """Whoever announces a login is meant to have one."""
    change, expected = CELLS[name]
    change(site)
    assert cell(site.walked(authorizer=None)) == expected


@pytest.mark.parametrize("name", CELLS)
def test_row_and_chain_agree(site: LoginSite, name: str) -> None:
    """A row is as expected only where the usual client passes the steps of the documents, and is so where every client does."""
    change, (_, outcome, _) = CELLS[name]
    change(site)
    record = site.walked()
    (chain,) = login_chains(record)
    steps = chain.steps[:4]
    if steps[0].reason == "no-login-needed":
        assert outcome == "unexpected"
        return
    if outcome == "as-expected":
        assert {step.result for step in steps} <= {"passed", "warning"}
    else:
        assert {step.result for step in steps} != {"passed"}
    failed = [step.values for step in steps if step.result == "failed"]
    values = finding_of(record).diagnosis.values
    malformed = [{name: one[name] for name in ("url", "members")} for one in failed if "members" in one]
    assert malformed == (
        [{"url": values["url"], "members": values["members"]}] if "members" in values else []
    )


@pytest.mark.parametrize(
    ("reply", "path", "members"),
    [
        ({"metadata": lambda site: site.metadata(resource=None)}, METADATA, "resource"),
        ({"metadata": _page}, METADATA, "resource, authorization_servers"),
        ({"metadata": _missing, "path_form": _page}, f"{METADATA}/mcp", "resource, authorization_servers"),
        ({"openid": lambda site: site.server(token_endpoint=None)}, OPENID, "token_endpoint"),
        ({"openid": _missing, "rfc8414": lambda site: site.server(issuer=None)}, RFC_8414, "issuer"),
    ],
)
def test_a_malformed_document_is_not_reported_as_absent(
    site: LoginSite, reply: dict[str, Callable[[LoginSite], Reply]], path: str, members: str
) -> None:
    """The row names the address that answered 200, and the members; the addresses without a document say less."""
    replies(**reply)(site)
    diagnosis = finding_of(site.walked()).diagnosis
    assert diagnosis.values == {
        "kind": "malformed",
        "status": "200",
        "url": f"{site.origin}{path}",
        "members": members,
    }
    for language in LANGUAGES:
        assert members in messages(language)(f"cause-{diagnosis.cause}.why", diagnosis.values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_in_place_of_a_challenge_is_named(site: LoginSite, language: str) -> None:
    """All documents can be read, so that these are not what is wrong."""
    site.replies["/mcp"] = _denied(site)
    diagnosis = finding_of(site.walked()).diagnosis
    assert "403" in messages(language)(f"cause-{diagnosis.cause}", diagnosis.values)


def test_without_the_configuration_nothing_is_expected_of_others(site: LoginSite) -> None:
    """Whoever announces none may have an authorizer for signatures."""
    site.replies = {"/mcp": _denied(site)}
    finding = finding_of(site.walked(authorizer=None))
    assert (finding.outcome, finding.reason) == ("not-testable", "no-prediction")


def test_a_server_that_cannot_be_read_from_here_is_no_failure(site: LoginSite) -> None:
    """Clients may be in another network; what is wrong before it still counts."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    private = f"http://127.0.0.1:{port}/tenant"
    site.replies[METADATA] = site.metadata(authorization_servers=[private])
    record = site.walked()
    assert is_issuer_silent(record.exchanges)
    finding = finding_of(record)
    assert (finding.observed, finding.outcome, finding.reason) == (
        "undecided",
        "not-testable",
        "issuer-not-readable",
    )
    assert judge(record).verdict == "inconclusive"
    site.replies[METADATA] = site.metadata(
        authorization_servers=[private], resource="https://gw.example.org/mcp"
    )
    assert cell(site.walked()) == ("undecided", "unexpected", "resource-mismatch")


def test_a_target_that_does_not_answer_is_not_judged(site: LoginSite) -> None:
    """The run could not find out."""
    site.replies["/mcp"] = Reply(503, "")
    assert cell(site.walked())[:2] == ("undecided", "error")


def test_what_the_file_expects_is_compared_alone(site: LoginSite) -> None:
    """Its author knows that this client is the only one."""
    site.replies[METADATA] = NOT_FOUND
    record = site.walked()
    expect = {ROW: Expectation(decision="undecided", reason="clients have their own configuration")}
    environment = record.environment.model_copy(update={"expect": expect})
    assert finding_of(record.model_copy(update={"environment": environment})).outcome == "as-expected"


def test_the_policy_of_an_endpoint_keeps_everyone_from_the_documents(site: LoginSite) -> None:
    """Predicted from the policy, and named where only the answer shows it."""
    row = method("runtime-oauth-metadata")
    assert row is not None
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-AbCdEfGh12"

    def deployed(action: str) -> Configuration:
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": f"bedrock-agentcore:{action}",
            "Resource": "*",
        }
        document = f'{{"Version": "2012-10-17", "Statement": [{str(statement).replace(chr(39), chr(34))}]}}'
        facts = {
            "runtime": {
                "agentRuntimeArn": arn,
                "authorizerConfiguration": {
                    "customJWTAuthorizer": {
                        "discoveryUrl": "https://idp.example.org/.well-known/openid-configuration"
                    }
                },
            },
            "otherJudges": True,
            "endpointPolicies": [{"target": "runtime", "vpcEndpointId": "vpce-1", "policy": document}],
        }
        return from_facts(facts)

    refused = predict(row, deployed("InvokeAgentRuntime"), None, None)
    assert (refused.decision, refused.cause) == ("refused", "vpc-endpoint-policy")
    assert predict(row, deployed("GetRuntimeProtectedResourceMetadata"), None, None).decision == "accepted"

    for path in (METADATA, f"{METADATA}/mcp"):
        site.replies[path] = Reply(403, "")
    record = site.walked()
    host = "vpce-0123456789abcdef0-abcdefgh.gateway.bedrock-agentcore.us-east-1.vpce.amazonaws.com"
    moved = json.dumps(record.model_dump(mode="json", exclude={"format"})).replace(
        site.origin, f"https://{host}"
    )
    assert cell(RunRecord.model_validate_json(moved)) == ("refused", "unexpected", "vpc-endpoint-policy")


@pytest.mark.parametrize("kind", ["AWS_IAM", "NONE", "AUTHENTICATE_ONLY"])
def test_nothing_is_predicted_of_other_authorizers(kind: str) -> None:
    """Nobody logs in there."""
    row = method(ROW)
    assert row is not None
    authorizer = Authorizer(type=kind)  # type: ignore[arg-type]
    configuration = Configuration(gateway=GatewayConfiguration(authorizer=authorizer))
    assert predict(row, configuration, None, None).decision is None
    assert intended(row, configuration) is None


def test_a_served_document_is_nobody_who_was_let_in(site: LoginSite) -> None:
    """Claims about anonymous calls, and the Gateway as the only way in, are about callers."""
    record = site.walked()
    claims = {claim.claim: claim for claim in conclude(record, findings_of(record))}
    assert claims["anonymous-refused"].shown is None
    expect = {ROW: Expectation(decision="accepted", reason="it has a login")}
    environment = Environment(name="t", gateway=record.environment.gateway, expect=expect)
    open_gateway = Configuration(gateway=GatewayConfiguration(authorizer=Authorizer(type="NONE")))
    changed = record.model_copy(update={"environment": environment, "configuration": open_gateway})
    assert "gateway-open" in {problem.id for problem in judge(changed).configuration}
    assert judge(changed).verdict == "not-verified"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_those_of_documents(site: LoginSite, language: str) -> None:
    """They are served; nobody is accepted."""
    texts = messages(language)
    record = site.walked()
    (row,) = View(record, judge(record), texts).rows()
    assert texts("decision-served") in row["result"]
    assert row["expected"] == texts("decision-served")
    assert row["explanation"] == texts("fine-documents")
    site.replies["/mcp"] = _denied(site)
    faulty = site.walked()
    (row,) = View(faulty, judge(faulty), texts).rows()
    assert row["result"] == texts("result-faulty", result=texts("decision-served"))
