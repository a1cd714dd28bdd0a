"""An AWS login that fails: each cause, found through a run with real files, processes and servers on this machine."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.tokens import SSOTokenProvider

from agentcore_probe import api
from agentcore_probe.errors import NoIdentityError, UnreachableError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.record import AwsLogin, RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from agentcore_probe.sharing import share_record
from tests.access.servers import http_answer, json_answer, recording
from tests.conftest import log_in
from tests.probes.test_run import environment

ROLE = "arn:aws:iam::123456789012:role/probe"
MFA = "arn:aws:iam::123456789012:mfa/kim"
BASE = "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret-of-base\n"
ASSUMED = f"{BASE}[profile p]\nrole_arn = {ROLE}\nsource_profile = base\n"
SSO = (
    "[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = us-east-1\n"
    "[profile p]\nsso_session = acme\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n"
)


def sts_error(code: str, message: str) -> bytes:
    """An error of STS, which speaks the query protocol."""
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return http_answer(body.encode(), "Content-Type: text/xml", status="403 Forbidden")


def sso_token(expires: str, **more: str) -> str:
    """A token in the cache of `aws sso login`."""
    return json.dumps({"accessToken": "cached-access-token", "expiresAt": expires, **more})


@dataclass(frozen=True)
class Login:
    """A machine on which the AWS login fails, and what a run must say."""

    cause: str
    config: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, bytes] = field(default_factory=dict)
    """The answer of a service, by the end of its variable `AWS_ENDPOINT_URL_...`."""
    cached: str = ""
    profile: str | None = "p"
    words: str = ""
    """In the lines and fragments of the remedy, or in its text."""


PROCESS = f"[profile p]\ncredential_process = {sys.executable} -c "
DENIED = f"User: arn:aws:sts::111122223333:assumed-role/ci/run-7 is not authorized to perform: sts:AssumeRole on resource: {ROLE}"

LOGINS = {
    "no profile": Login(
        "aws-profile-missing",
        BASE,
        {"profile": "p", "profiles": "base"},
        words="aws configure sso --profile p",
    ),
    "no profile of the variable": Login(
        "aws-profile-missing",
        BASE,
        {"profile": "other", "profiles": "base"},
        {"AWS_PROFILE": "other"},
        profile=None,
        words="aws configure sso --profile other",
    ),
    "no source profile": Login(
        "aws-profile-missing",
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = gone\n",
        {"profile": "gone", "named-by": "p"},
    ),
    "nothing": Login("aws-credentials-missing", profile=None, words="aws configure list"),
    "an empty profile": Login(
        "aws-credentials-missing", "[profile p]\nregion = us-east-1\n", {"profile": "p"}
    ),
    "half a key": Login(
        "aws-credentials-missing",
        variables={"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"},
        values={"detail": "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"},
        profile=None,
    ),
    "never logged in": Login(
        "aws-sso-expired",
        SSO,
        {"profile": "p", "session": "acme", "start-url": "https://acme.awsapps.com/start"},
        words="aws sso login --profile p",
    ),
    "the session of a source profile is over": Login(
        "aws-sso-expired",
        SSO.replace("[profile p]", "[profile sso]")
        + f"[profile p]\nrole_arn = {ROLE}\nsource_profile = sso\n",
        {"profile": "sso"},
        cached=sso_token("2020-01-01T00:00:00Z"),
        words="aws sso login --profile sso",
    ),
    "the refresh fails": Login(
        "aws-sso-expired",
        SSO,
        {"profile": "p"},
        answers={"SSO_OIDC": json_answer({"error": "invalid_grant"}, status="400 Bad Request")},
        cached=sso_token(
            "2020-01-01T00:00:00Z",
            refreshToken="cached-refresh-token",
            clientId="c",
            clientSecret="cached-client-secret",
            registrationExpiresAt="2099-01-01T00:00:00Z",
        ),
    ),
    "the permission set is not assigned": Login(
        "aws-role-not-assumed",
        SSO,
        {"role": "ReadOnly", "account": "123456789012", "kind": "permission-set"},
        answers={
            "SSO": json_answer(
                {"__type": "ForbiddenException", "message": "No access"}, status="403 Forbidden"
            )
        },
        cached=sso_token("2099-01-01T00:00:00Z"),
    ),
    "a role that is not assumed": Login(
        "aws-role-not-assumed",
        ASSUMED,
        {"role": ROLE, "caller": "arn:aws:sts::111122223333:assumed-role/ci/run-7"},
        answers={"STS": sts_error("AccessDenied", DENIED)},
        words='"AWS": "arn:aws:iam::111122223333:role/ci"',
    ),
    "a caller without the permission": Login(
        "aws-role-not-assumed",
        ASSUMED,
        {"lacks": "permission"},
        answers={
            "STS": sts_error(
                "AccessDenied", f"{DENIED} because no identity-based policy allows the sts:AssumeRole action"
            )
        },
        words=f'"Resource": "{ROLE}"',
    ),
    "a web identity": Login(
        "aws-role-not-assumed",
        f"[profile p]\nrole_arn = {ROLE}\nweb_identity_token_file = TOKEN_FILE\n",
        {"role": ROLE, "kind": "web-identity"},
        answers={"STS": sts_error("InvalidIdentityToken", "No OpenIDConnect provider found in your account")},
    ),
    "a role with expired keys": Login(
        "aws-token-expired",
        ASSUMED,
        answers={"STS": sts_error("ExpiredToken", "The security token included in the request is expired")},
    ),
    "a clock that is late": Login(
        "aws-clock-skew",
        ASSUMED,
        answers={
            "STS": sts_error("SignatureDoesNotMatch", "Signature expired: 20260701T100000Z is now earlier")
        },
    ),
    "a process that fails": Login(
        "aws-credential-process-failed",
        f"{PROCESS}\"import sys; sys.exit('secret-of-stderr')\"\n",
        {"profile": "p", "command": Path(sys.executable).name},
        words="aws configure get credential_process --profile p",
    ),
    "a process that prints something else": Login(
        "aws-credential-process-failed", f'{PROCESS}"print(1 + 1, chr(123))"\n', {"problem": "output"}
    ),
    "a process that does not exist": Login(
        "aws-credential-process-failed",
        "[profile p]\ncredential_process = /nonexistent/vault --token secret-of-argument\n",
        {"command": "vault", "problem": "not-started"},
    ),
    "a process that is quoted as a whole": Login(
        "aws-credential-process-failed",
        '[profile p]\ncredential_process = "/nonexistent/vault --token secret-of-argument"\n',
        {"profile": "p"},
    ),
    "a process with a variable in front": Login(
        "aws-credential-process-failed",
        "[profile p]\ncredential_process = TOKEN=secret-of-variable /nonexistent/vault\n",
        {"profile": "p"},
    ),
    "a web identity without its file": Login(
        "aws-credentials-missing",
        "[default]\ncredential_process = /nonexistent/vault\n",
        {"detail": "No such file or directory: /nonexistent/token"},
        {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token"},
        profile=None,
    ),
    "variables that have expired": Login(
        "aws-token-expired",
        variables={
            "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret-of-variable",
            "AWS_SESSION_TOKEN": "secret-of-session",
            "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z",
        },
        profile=None,
    ),
    "an MFA code without a terminal": Login(
        "aws-mfa-required",
        ASSUMED.replace("source_profile", f"mfa_serial = {MFA}\nsource_profile"),
        {"profile": "p", "serial": MFA},
        words="aws configure export-credentials --profile p",
    ),
}
"""By name."""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Prepares a machine for a login: its home folder, variables and servers."""
    import os

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(sys, "stdin", None)

    with ExitStack() as servers:

        def prepare(login: Login) -> None:
            folder = tmp_path / ".aws" / "sso" / "cache"
            folder.mkdir(parents=True)
            # botocore reads HOME once, at its import.
            monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(folder))
            (tmp_path / "token").write_text("web-identity-token")
            config = login.config.replace("TOKEN_FILE", str(tmp_path / "token"))
            (tmp_path / ".aws" / "config").write_text(config)
            if login.cached:
                (folder / f"{hashlib.sha1(b'acme', usedforsecurity=False).hexdigest()}.json").write_text(
                    login.cached
                )
            for name, value in login.variables.items():
                monkeypatch.setenv(name, value)
            for service, answer in login.answers.items():
                url = servers.enter_context(recording([], answer))
                monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", url)

        yield prepare


def observe(where: Environment, only: str | None = "runtime-sigv4") -> RunRecord:
    return api.observe(where, only=only, experiments=False, controls="few")


def by_variable(where: Environment) -> Environment:
    """An environment whose STS is that of the variable."""
    endpoints = {name: url for name, url in where.endpoints.items() if name != "sts"}
    return where.model_copy(update={"endpoints": endpoints})


def problem_of(record: RunRecord) -> AwsLogin:
    assert record.provenance.aws_login is not None
    return record.provenance.aws_login


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_that_fails_has_its_cause(agentcore: Mapping[str, Any], machine: Any, name: str) -> None:
    """With its values and its remedy; no secret is in the record, and no class name is shown."""
    login = LOGINS[name]
    machine(login)
    record = observe(by_variable(environment(agentcore, profile=login.profile)))
    problem = problem_of(record)
    assert (problem.cause, {**problem.values, **login.values}) == (login.cause, problem.values)
    observation = record.observation("runtime-sigv4")
    assert observation is not None
    assert (observation.not_tried, observation.exchanges) == (login.cause, ())
    view = View(record, api.judge(record), messages("en"))
    first = view.root_causes()[0]
    assert first["id"] == login.cause
    assert login.words in "\n".join([*first["commands"], *(part["text"] for part in first["fragments"])])
    assert view.aws_login is not None
    assert view.unreadable() == []
    sentences = "\n".join(
        [view.aws_login, first["why"], first["fix"], *(row["explanation"] for row in view.rows())]
    )
    assert "Error" not in sentences
    assert "not known" not in sentences
    assert "secret-of" not in record.model_dump_json()
    with pytest.raises(NoIdentityError) as error:
        api.exit_code(record, api.judge(record))
    assert error.value.line().startswith("environment t: AWS credentials: ")


def test_rows_with_a_token_run_without_aws_credentials(
    agentcore: Mapping[str, Any], machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page and the shared record say why the others were not tried."""
    machine(LOGINS["never logged in"])
    monkeypatch.setenv("T_TOKEN", log_in(agentcore)["AccessToken"])
    token = Identity(flow="token", token=SecretReference(source="env", name="T_TOKEN"))
    record = observe(environment(agentcore, profile="p", identity=token), None)
    judgement = api.judge(record)
    assert api.exit_code(record, judgement) == 1
    accepted = {row.method for row in judgement.findings if row.observed == "accepted"}
    untried = {row.method for row in judgement.findings if row.reason == "aws-sso-expired"}
    assert {"gateway-jwt", "runtime-jwt"} <= accepted
    assert {"gateway-sigv4", "runtime-sigv4"} <= untried
    assert record.configuration.runtime is not None
    assert record.configuration.runtime.unreadable == "aws-sso-expired"
    shared = problem_of(share_record(record))
    assert shared.cause == "aws-sso-expired"
    assert "acme" not in json.dumps(shared.values)


def test_keys_that_sts_does_not_accept_are_still_sent(agentcore: Mapping[str, Any], machine: Any) -> None:
    """The rows' own answers are the evidence; the problem of the login is named beside them."""
    unknown = sts_error("InvalidClientTokenId", "The security token included in the request is invalid")
    machine(Login("", BASE, answers={"STS": unknown}))
    record = observe(by_variable(environment(agentcore, profile="base")))
    assert problem_of(record).cause == "aws-key-unknown"
    assert record.of(next(row for row in record.observations if row.method == "runtime-sigv4"))


def test_a_service_that_does_not_answer_is_no_fault_of_the_login(
    agentcore: Mapping[str, Any], machine: Any
) -> None:
    """The network is named, and exit code 4."""
    machine(Login("", ASSUMED, variables={"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}))
    record = observe(by_variable(environment(agentcore, profile="p")))
    assert problem_of(record).cause == "connect-failure"
    assert problem_of(record).values["host"] == "127.0.0.1"
    with pytest.raises(UnreachableError, match=r"AWS credentials: Could not connect to 127\.0\.0\.1"):
        api.exit_code(record, api.judge(record))


def test_a_secret_in_aws_needs_the_login(agentcore: Mapping[str, Any], machine: Any) -> None:
    """The same line, and nothing is sent."""
    machine(LOGINS["never logged in"])
    token = Identity(flow="token", token=SecretReference(source="ssm", name="/probe/token"))
    with pytest.raises(NoIdentityError, match="AWS credentials: .* Log in: aws sso login --profile p"):
        observe(environment(agentcore, profile="p", identity=token), None)
