"""Where AWS credentials would come from, read from variables and files alone: nothing is called, nothing is run.

The order is botocore's (botocore.credentials.create_credential_resolver).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import botocore.session
from botocore.exceptions import BotoCoreError

from agentcore_probe.access.aws_login import program_name
from agentcore_probe.access.aws_session import profile_name
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.plan import LoginCall

SourceKind = Literal[
    "embedded", "variables", "keys", "role", "web-identity", "sso", "console", "process", "container", "instance", "none"
]  # fmt: skip
"""`keys`: static ones in the user's files; `console`: a session of `aws login`."""

_Section = Mapping[str, Any]
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_CONTAINER = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


@dataclass(frozen=True)
class AwsSource:
    """The first source of credentials that is configured."""

    kind: SourceKind
    where: str = ""
    """The variable, or the profile; empty for the role of an environment file."""
    calls: tuple[LoginCall, ...] = ()
    """What is called or run to get them, in order."""


def find_source(core: botocore.session.Session, environment: Environment) -> AwsSource:
    """The source that botocore would use first.

    Args:
        core: the session that reads the user's files.
        environment: its role, and its profile, which comes before the variables with keys.
    """
    try:
        profiles: Mapping[str, _Section] = core.full_config.get("profiles", {})
    except BotoCoreError:
        return AwsSource("none")
    profile = environment.source_profile if environment.role_arn else None
    source = _first(profile or environment.profile, profile_name(core), profiles)
    if environment.role_arn is None or source.kind == "none":
        return source
    call = LoginCall(action="sts:AssumeRole", of=environment.role_arn, mfa=environment.mfa_serial is not None)
    return AwsSource("role", calls=(*source.calls, call))


def _first(named: str | None, current: str, profiles: Mapping[str, _Section]) -> AwsSource:
    """The source of a profile; keys in variables come before a profile that the environment does not name."""
    if os.environ.get("AWS_ACCESS_KEY_ID") and named is None:
        return AwsSource("variables", "AWS_ACCESS_KEY_ID")
    return _of_profile(named or current, profiles, frozenset())


def _of_profile(name: str, profiles: Mapping[str, _Section], seen: frozenset[str]) -> AwsSource:
    section = profiles.get(name, {})
    if "role_arn" in section and name not in seen:
        return _role(name, section, profiles, seen | {name})
    if os.environ.get("AWS_ROLE_ARN") and os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        call = LoginCall(action=_WEB_IDENTITY, of=os.environ["AWS_ROLE_ARN"])
        return AwsSource("web-identity", "AWS_WEB_IDENTITY_TOKEN_FILE", (call,))
    if "sso_session" in section or "sso_start_url" in section:
        session = str(section.get("sso_session") or section.get("sso_start_url"))
        role = "/".join(str(section.get(key, "?")) for key in ("sso_account_id", "sso_role_name"))
        call = LoginCall(action="sso:GetRoleCredentials", of=f"{role} ({session})", profile=name)
        return AwsSource("sso", name, (call,))
    if "aws_access_key_id" in section:
        return AwsSource("keys", name)
    if "login_session" in section:
        call = LoginCall(action="signin:CreateOAuth2Token", of=str(section["login_session"]), profile=name)
        return AwsSource("console", name, (call,))
    if "credential_process" in section:
        call = LoginCall(action="process", of=program_name(str(section["credential_process"])), profile=name)
        return AwsSource("process", name, (call,))
    return _of_machine()


def _role(name: str, section: _Section, profiles: Mapping[str, _Section], seen: frozenset[str]) -> AwsSource:
    arn = str(section["role_arn"])
    if "web_identity_token_file" in section:
        return AwsSource("web-identity", name, (LoginCall(action=_WEB_IDENTITY, of=arn, profile=name),))
    if section.get("credential_source") == "Environment":
        first = AwsSource("variables", "AWS_ACCESS_KEY_ID")
    elif "credential_source" in section:
        first = _of_machine()
    else:
        first = _of_profile(str(section.get("source_profile", "")), profiles, seen)
    call = LoginCall(action="sts:AssumeRole", of=arn, profile=name, mfa="mfa_serial" in section)
    return AwsSource("role", name, (*first.calls, call))


def _of_machine() -> AwsSource:
    """The container's credentials, else those of the instance, where the variables do not exclude them."""
    variable = next((name for name in _CONTAINER if os.environ.get(name)), None)
    if variable is not None:
        of = os.environ[variable] if variable == _CONTAINER[0] else f"169.254.170.2{os.environ[variable]}"
        return AwsSource("container", variable, (LoginCall(action="container", of=of),))
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "false").lower() == "true":
        return AwsSource("none")
    return AwsSource("instance", calls=(LoginCall(action="instance", of="169.254.169.254"),))
