"""The policies of an identity, read from moto's IAM over a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.iam_policies import read_identity
from agentcore_probe.access.reads import MAX_PAGES, NotedReads
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret
from tests.access.servers import http_answer, recording

ACCOUNT = "123456789012"


def document(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def reads_of() -> Iterator[Any]:
    """Reads with the keys of a user who may read IAM; there are a role and a user with policies of every kind."""
    from moto.iam.models import iam_backends
    from moto.server import ThreadedMotoServer

    iam: Any = iam_backends[ACCOUNT]["aws"]
    managed = iam.create_policy("", "/", document("s3:Get*"), "t-managed", {})
    boundary = iam.create_policy("", "/", document("bedrock-agentcore:*"), "t-boundary", {})
    iam.create_role("t-role", document("sts:AssumeRole"), "/team/", boundary.arn, "", [], "3600")
    iam.put_role_policy("t-role", "inline", document("bedrock-agentcore:Invoke*"))
    iam.attach_role_policy(managed.arn, "t-role")
    iam.create_user("us-east-1", "t-user")
    iam.create_group("t-group")
    iam.add_user_to_group("t-group", "t-user")
    iam.put_group_policy("t-group", "of-group", document("s3:*"))
    iam.attach_group_policy(managed.arn, "t-group")
    for number in range(3):
        iam.put_user_policy("t-user", f"inline-{number}", document("ec2:*"))
    iam.put_user_policy("t-user", "reads-iam", document("iam:*"))
    key = iam.create_access_key("t-user")
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = Environment(name="t", region="us-east-1", endpoints={"iam": f"http://{host}:{port}"})
    keys = AwsKeys(key.access_key_id, Secret(key.secret_access_key, "aws secret key"))
    yield lambda: NotedReads(Aws(environment, keys))
    server.stop()
    iam.delete_access_key(key.access_key_id, "t-user")


def test_a_role_with_inline_and_managed_policies_and_a_boundary(reads_of: Any) -> None:
    """Its ARN has the path; each document is named by its policy."""
    found = read_identity("role", "t-role", reads_of())
    assert found.arn == f"arn:aws:iam::{ACCOUNT}:role/team/t-role"
    assert {name: policy["Statement"][0]["Action"] for name, policy in found.identity.documents.items()} == {
        "policy inline of role t-role": "bedrock-agentcore:Invoke*",
        f"policy arn:aws:iam::{ACCOUNT}:policy/t-managed": "s3:Get*",
    }
    assert found.boundary is not None
    assert [policy["Statement"][0]["Action"] for policy in found.boundary.documents.values()] == [
        "bedrock-agentcore:*"
    ]
    assert (found.identity.failed, found.boundary.failed) == ((), ())


def test_a_user_with_the_policies_of_its_groups(reads_of: Any) -> None:
    """It has no boundary."""
    found = read_identity("user", "t-user", reads_of())
    assert sorted(found.identity.documents) == [
        f"policy arn:aws:iam::{ACCOUNT}:policy/t-managed",
        "policy inline-0 of user t-user",
        "policy inline-1 of user t-user",
        "policy inline-2 of user t-user",
        "policy of-group of group t-group",
        "policy reads-iam of user t-user",
    ]
    assert (found.boundary, found.identity.failed) == (None, ())


def test_an_identity_that_does_not_exist(reads_of: Any) -> None:
    """IAM says so."""
    assert not read_identity("role", "t-nobody", reads_of()).exists


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            http_answer(
                b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
                status="403 Forbidden",
            ),
            "AccessDenied",
        ),
        (http_answer(b"<a><GetRoleResult/></a>", "Content-Type: text/xml"), "unexpected-answer"),
    ],
)
def test_what_cannot_be_read_is_not_empty(answer: bytes, reason: str) -> None:
    """Each read that failed is noted, also where a proxy answers in place of IAM."""
    with recording([], answer) as url:
        environment = Environment(name="t", region="us-east-1", endpoints={"iam": url.rstrip("/")})
        aws = Aws(environment, AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key")))
        found = read_identity("role", "x", NotedReads(aws))
    assert (found.arn, found.exists) == (None, True)
    assert reason in {note.reason for note in found.identity.failed}


def test_lists_that_do_not_end_are_incomplete() -> None:
    """Each page names a next one: what was not listed may deny, so that it counts as unread."""
    page = """<R xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><{0}Result>{1}<IsTruncated>true</IsTruncated>
    <Marker>m</Marker></{0}Result></R>"""
    names = page.format("ListRolePolicies", "<PolicyNames/>")
    attached = page.format("ListAttachedRolePolicies", "<AttachedPolicies/>")
    role = "<R><GetRoleResult><Role><Arn>arn:aws:iam::123456789012:role/r</Arn></Role></GetRoleResult></R>"
    answers = [role, *[names] * MAX_PAGES, attached]
    xml = [http_answer(text.encode(), "Content-Type: text/xml") for text in answers]
    requests: list[bytes] = []
    with recording(requests, *xml) as url:
        environment = Environment(name="t", region="us-east-1", endpoints={"iam": url.rstrip("/")})
        found = read_identity(
            "role", "r", NotedReads(Aws(environment, AwsKeys("k", Secret("s" * 20, "key"))))
        )
    assert len(requests) == 1 + 2 * MAX_PAGES
    assert {(note.operation, note.reason) for note in found.identity.failed} == {
        ("list_role_policies", "incomplete-list"),
        ("list_attached_role_policies", "incomplete-list"),
    }


def test_a_managed_policy_without_a_document_is_unread() -> None:
    """Answers of another form, as a proxy gives them."""
    attached = """<R><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyArn>arn:aws:iam::aws:policy/P</PolicyArn>
    </member></AttachedPolicies></ListAttachedRolePoliciesResult></R>"""
    role = "<R><GetRoleResult><Role><Arn>arn:aws:iam::123456789012:role/r</Arn></Role></GetRoleResult></R>"
    answers = [role, *(f"<R><{name}Result/></R>" for name in ("ListRolePolicies", "GetPolicy"))]
    answers.insert(2, attached)
    xml = [http_answer(text.encode(), "Content-Type: text/xml") for text in answers]
    with recording([], *xml) as url:
        environment = Environment(name="t", region="us-east-1", endpoints={"iam": url.rstrip("/")})
        found = read_identity(
            "role", "r", NotedReads(Aws(environment, AwsKeys("k", Secret("s" * 20, "key"))))
        )
    assert [(note.operation, note.reason) for note in found.identity.failed] == [
        ("get_policy", "unexpected-answer")
    ]
