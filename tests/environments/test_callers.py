"""`[identities.NAME]`: what is inherited, who is the caller of the rows, and clear errors."""

from __future__ import annotations

import pytest

from agentcore_probe.environments.load import parse
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment

BASE = """
[gateway]
id = "my-gateway-abcdefghij"
"""
IDENTITY = """
[identity]
client_id = "shared"
scope = "gateway/invoke"
username = "probe"
password = { env = "PROBE_PASSWORD" }
"""
ADMIN = """
[identities.admin]
username = "admin"
password = { env = "PROBE_ADMIN_PASSWORD" }
"""
AUDITOR = """
[identities.auditor]
role_arn = "arn:aws:iam::123456789012:role/auditor"
external_id = "probe"
expect = { gateway-sigv4 = "accepted", runtime-sigv4 = "refused" }
"""


def read(text: str) -> Environment:
    return parse(text.encode(), name="x", where="environments/x.toml")


def test_a_caller_inherits_the_client_but_never_the_user_or_a_secret() -> None:
    """What it leaves out of flow, client, scopes and issuer comes from `[identity]`."""
    environment = read(BASE + IDENTITY + 'client_secret = { env = "S" }\n' + ADMIN + "[identities.other]\n")
    assert environment.identities is not None
    admin, other = environment.identities["admin"], environment.identities["other"]
    assert (admin.client_id, admin.scope, admin.username) == ("shared", "gateway/invoke", "admin")
    assert admin.client_secret is None
    assert (other.username, other.password) == (None, None)


def test_a_role_inherits_nothing() -> None:
    """It does not log in."""
    environment = read(BASE + IDENTITY + AUDITOR)
    assert environment.identities is not None
    auditor = environment.identities["auditor"]
    assert (auditor.client_id, auditor.scope) == (None, None)
    assert (auditor.wanted("gateway-sigv4"), auditor.wanted("runtime-sigv4")) == ("accepted", "refused")


def test_without_identity_the_first_caller_with_a_token_is_the_caller_of_the_rows() -> None:
    """A role has no token."""
    environment = read(BASE + AUDITOR + ADMIN)
    assert environment.identity is not None
    assert environment.identity.username == "admin"
    assert type(environment.identity).__name__ == "Identity"
    assert read(BASE + AUDITOR).identity is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("usernam = 'x'", "[identities.admin] usernam: unknown key 'usernam'. Did you mean 'username'?"),
        ("client_secret = 'x'", "[identities.admin] client_secret: a secret is never written"),
        (
            "token = { enw = 'X' }",
            "[identities.admin] token: is not a reference to a secret. Did you mean 'env'?",
        ),
        ("expect = 'acepted'", "[identities.admin] expect: 'acepted' is not 'accepted' or 'refused'"),
        ("expect = 3", "[identities.admin] expect: 3 is not 'accepted' or 'refused'"),
        (
            "expect = { gateway-jvt = 'refused' }",
            "[identities.admin] expect: unknown access method 'gateway-jvt'. Did you mean 'gateway-jwt'?",
        ),
        (
            "expect = { gateway-sigv4 = 'refused' }",
            "A caller with a token has: gateway-jwt, runtime-jwt",
        ),
        ("flow = 'usr'", "[identities.admin] flow: unknown flow 'usr'"),
        ("external_id = 'abc'", "[identities.admin]: external_id has no meaning without role_arn"),
        ("expired_token = { env = 'X' }", "[identities.admin]: expired_token is a control"),
        ("role_arn = 'x'", "[identities.admin] role_arn: 'x' is not the ARN of an IAM role"),
        (
            "role_arn = 'arn:aws:iam::123456789012:role/a'",
            "[identities.admin]: role_arn and username exclude each other",
        ),
        ("[identities.'a b']", "identities: invalid name 'a b'"),
        ("[identities.a]\nexpect = { runtime-jwt = 'x' }", "[identities.a] expect: 'x' is not"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, line: str) -> None:
    """File, table, key, what is wrong, and the nearest name."""
    with pytest.raises(EnvironmentFileError) as caught:
        read(BASE + ADMIN + text)
    assert line in caught.value.line()
    assert caught.value.line().startswith("environments/x.toml, ")


def test_a_file_for_the_embedded_agentcore_says_only_what_is_wanted() -> None:
    """The embedded AgentCore has its own callers."""
    read("[local]\nidentities = true\n[identities.admin]\nexpect = 'accepted'")
    with pytest.raises(EnvironmentFileError, match="has one caller"):
        read("[local]\n[identities.admin]\nexpect = 'accepted'")
    with pytest.raises(EnvironmentFileError, match="fills in username by itself"):
        read("[local]\nidentities = true\n[identities.admin]\nusername = 'x'")


def test_two_callers_with_one_login_are_an_error() -> None:
    """A person would log in once, and both would be called as whoever that was."""
    callers = "".join(f'[identities.{name}]\nflow = "authorization-code"\nclient_id = "c"\n' for name in "ab")
    with pytest.raises(EnvironmentFileError, match=r"logs in exactly as \[identities.a\]") as error:
        read(BASE + callers)
    assert error.value.where == "environments/x.toml, [identities.b]"
    assert read(BASE + callers + 'username = "b"\n').identities is not None
