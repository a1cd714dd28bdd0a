"""The login reaches STS as everything else reaches its host: with this machine's authorities, through its proxy."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from agentcore_probe.access.aws import Aws
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from tests.access.servers import http_answer, recording, sending, serving
from tests.access.test_aws_role import session_of

ROLE = "arn:aws:iam::123456789012:role/probe"
KEYS = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret-of-base\n"


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The file of a private authority, and the URL of an STS with a certificate of it."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.endswith("CA_BUNDLE") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    ca, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(file)
    (tmp_path / "config").write_text(
        f"[profile base]\n{KEYS}[profile trusting]\nca_bundle = {file}\n{KEYS}"
        f"[profile wrong]\nca_bundle = /nonexistent/ca.pem\n{KEYS}"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with serving(sending(session_of(1)), context) as url:
        yield file, url


def login(sts: str, profile: str) -> str | None:
    """The cause for which the role is not assumed."""
    endpoints = {"sts": sts} if sts else {}
    where = Environment(name="t", region="us-east-1", profile=profile, role_arn=ROLE, endpoints=endpoints)
    problem = Aws(where).login_problem
    return problem.cause if problem else None


@pytest.mark.parametrize(
    ("variable", "profile", "cause"),
    [
        (None, "base", "tls-failure"),
        (None, "trusting", None),
        ("AWS_CA_BUNDLE", "base", None),
        ("REQUESTS_CA_BUNDLE", "base", None),
        ("CURL_CA_BUNDLE", "base", None),
        ("AWS_CA_BUNDLE", "wrong", None),
    ],
)
def test_a_private_authority_is_trusted_where_a_variable_or_the_profile_names_it(
    authority: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    profile: str,
    cause: str | None,
) -> None:
    """The same variables as for every other request, in the same order."""
    file, sts = authority
    if variable is not None:
        monkeypatch.setenv(variable, str(file))
    assert login(sts, profile) == cause


@pytest.mark.parametrize(
    ("variable", "where"), [("AWS_CA_BUNDLE", "AWS_CA_BUNDLE"), (None, "ca_bundle of the AWS profile")]
)
def test_an_authority_that_does_not_exist_is_named(
    authority: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, variable: str | None, where: str
) -> None:
    """It is a mistake on this machine, and no failure of the network or the login."""
    if variable is not None:
        monkeypatch.setenv(variable, "/nonexistent/ca.pem")
    with pytest.raises(InputError, match=f"{where}: no such file: /nonexistent/ca.pem"):
        login(authority[1], "wrong")


def test_the_login_goes_through_the_proxy_of_the_machine(
    authority: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless NO_PROXY has the host."""
    requests: list[bytes] = []
    with recording(requests, http_answer(b"", status="403 Forbidden")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        assert login("", "base") == "connect-failure"
        assert requests[0].startswith(b"CONNECT sts.us-east-1.amazonaws.com:443 ")
        del requests[:]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert login(authority[1], "trusting") is None
        assert requests == []
