"""Who this machine is for AWS: where credentials, profile and region come from, and whether STS accepts them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from agentcore_probe.access.aws_session import PROFILE_VARIABLES, REGION_VARIABLES
from agentcore_probe.access.machine import first_set
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown, warning
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.environments.load import place_of
from agentcore_probe.errors import ExitCode
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.judgement import Diagnosis
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.record import AwsLogin
from agentcore_probe.report.messages import messages

_SOURCES = {
    "env": "the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "explicit": "the embedded AgentCore",
    "shared-credentials-file": "the shared credentials file",
    "config-file": "the AWS config file",
    "assume-role": "a role that is assumed",
    "assume-role-with-web-identity": "a role assumed with a web identity",
    "sso": "IAM Identity Center (SSO)",
    "login": "the console's session (aws login)",
    "custom-process": "the profile's credential_process",
    "container-role": "the container's role",
    "iam-role": "the instance's role (IMDS)",
}
"""botocore's names of the places that credentials come from (`Credentials.method`)."""


def _lines(subject: Subject) -> Iterator[Line]:
    yield _profile(subject)
    if subject.environment.role_arn is not None:
        yield ok("login-role", f"a run assumes {subject.environment.role_arn} (role_arn)")
    yield _region(subject)
    yield from _credentials(subject)


def _profile(subject: Subject) -> Line:
    if subject.is_embedded:
        return ok("login-profile", "no profile: the embedded AgentCore has an account of its own")
    profile = subject.environment.profile
    if profile is not None:
        return ok("login-profile", f"profile {profile} ({place_of(subject.environment.name, subject.root)})")
    if variable := first_set(PROFILE_VARIABLES):
        return ok("login-profile", f"profile {os.environ[variable]} ({variable})")
    return ok("login-profile", "no profile is named, so AWS uses default")


def _region(subject: Subject) -> Line:
    region = subject.aws.region
    if region is None:
        line = problem if subject.is_named else warning
        return line("login-region", "no AWS region is set", "Set it:", "export AWS_REGION=us-east-1")
    return ok("login-region", f"region {region} ({_region_source(subject)})")


def _region_source(subject: Subject) -> str:
    """Where `Aws.region` takes it from, in the order in which it looks."""
    environment = subject.environment
    if subject.is_embedded:
        return "the embedded AgentCore"
    if environment.region is not None:
        return place_of(environment.name, subject.root)
    if environment.runtime is not None:
        return "the Runtime's ARN"
    return first_set(REGION_VARIABLES) or "the AWS config file"


def _credentials(subject: Subject) -> Iterator[Line]:
    login = subject.aws.login_problem
    if login is not None:
        yield _login_line("login-credentials", login, subject)
        return
    credentials = subject.aws.session.get_credentials()
    method = getattr(credentials, "method", None) or "unknown"
    yield ok("login-credentials", f"credentials from {_SOURCES.get(method, method)}")
    if subject.aws.region is None:
        return
    arn, refused = subject.aws.caller()
    if refused is not None:
        yield _login_line("login-caller", refused, subject)
    elif arn is None:
        yield unknown("login-caller", "STS did not answer, so it is not known who this is")
    else:
        yield ok("login-caller", f"you are {arn} (sts:GetCallerIdentity)")
    yield from _roles(subject)


def _roles(subject: Subject) -> Iterator[Line]:
    """The roles of further callers, assumed as a run does."""
    for name, aws in subject.roles.items():
        login = aws.login_problem
        arn, refused = aws.caller() if login is None else (None, login)
        if refused is not None:
            yield _login_line(f"login-{name}-role", refused, subject, f"[identities.{name}]: ")
        elif arn is None:
            yield unknown(f"login-{name}-role", f"[identities.{name}]: STS did not answer")
        else:
            yield ok(f"login-{name}-role", f"[identities.{name}] is {arn}")


def _login_line(id: str, login: AwsLogin, subject: Subject, whose: str = "") -> Line:
    """The cause of a failed login, its fix, and the lines to paste. Without an environment, nothing needs it yet."""
    text = messages(DEFAULT)
    case = Case(Exchange(id="aws-login", step="aws login", request=Request()))
    diagnosis = Diagnosis(cause=login.cause, confidence="proven", values=login.values)
    commands = remedy(diagnosis, case, subject.environment, None).commands
    line = problem if subject.is_named or login.cause != "aws-credentials-missing" else warning
    if CAUSES[login.cause].group == "arrival":
        line = unknown
    if login == AwsLogin(cause="aws-credentials-missing"):
        return line(
            id,
            "no AWS credentials were found",
            "Log in with IAM Identity Center (first line), or enter access keys (second line):",
            "aws configure sso\naws configure",
        )
    return line(
        id,
        whose + text.cause(login.cause, login.values).rstrip("."),
        text.cause(f"{login.cause}.fix", login.values),
        "\n".join(commands),
    )


CHECK = Check(30, "AWS login", "login", _lines, ExitCode.NO_IDENTITY)
