"""The AWS login: the line that logs in, the policies of a role, the settings of a profile."""

from __future__ import annotations

import json

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word
from agentcore_probe.regex import regex


def _profile(context: RemedyContext) -> str:
    """The profile as a shell word."""
    return shell_word(context.values.get("profile"), "AWS_PROFILE")


def _credentials(context: RemedyContext) -> Snippets:
    return Snippets((f"aws configure list --profile {_profile(context)}", "aws configure list-profiles"))


def _missing_profile(context: RemedyContext) -> Snippets:
    return Snippets(("aws configure list-profiles", f"aws configure sso --profile {_profile(context)}"))


def _sso(context: RemedyContext) -> Snippets:
    command = "login" if context.values.get("kind") == "console" else "sso login"
    return Snippets((f"aws {command} --profile {_profile(context)}",))


_ASSUMED_ROLE = regex(
    r"arn:(?P<partition>aws[\w-]*):sts::(?P<account>\d{12}):assumed-role/(?P<name>[\w+=,.@-]+)/"
)


def _principal(caller: str) -> dict[str, object]:
    """The part of a trust policy's statement that names a caller.

    The ARN in an error is that of a session; a policy names its role. A role of IAM Identity Center has a path that
    the session's ARN does not show.
    """
    match = _ASSUMED_ROLE.match(caller)
    if match is None:
        return {"Principal": {"AWS": caller}}
    account = f"arn:{match['partition']}:iam::{match['account']}"
    if not match["name"].startswith("AWSReservedSSO_"):
        return {"Principal": {"AWS": f"{account}:role/{match['name']}"}}
    pattern = f"{account}:role/aws-reserved/sso.amazonaws.com/*{match['name']}"
    return {
        "Principal": {"AWS": f"{account}:root"},
        "Condition": {"ArnLike": {"aws:PrincipalArn": pattern}},
    }


def _policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def _role(context: RemedyContext) -> Snippets:
    """Both policies, unless STS said which one lacks the permission; nothing is changed by these lines."""
    values = context.values
    if values.get("kind") == "permission-set":
        return Snippets((f"aws sso login --profile {_profile(context)}",))
    role, caller, lacks = values.get("role"), values.get("caller"), values.get("lacks")
    name = role.rsplit("/", 1)[-1] if role else None
    commands = (
        f"aws iam get-role --role-name {shell_word(name, 'ROLE')} --query Role.AssumeRolePolicyDocument",
    )
    if values.get("kind") == "web-identity" or caller is None or role is None:
        return Snippets(commands)
    fragments = {}
    if lacks != "permission":
        statement = {"Effect": "Allow", **_principal(caller), "Action": "sts:AssumeRole"}
        fragments["trust-policy"] = _policy(statement)
    if lacks != "trust":
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}
        fragments["caller-policy"] = _policy(statement)
    return Snippets(commands, fragments)


def _process(context: RemedyContext) -> Snippets:
    return Snippets((f"aws configure get credential_process --profile {_profile(context)}",))


def _mfa(context: RemedyContext) -> Snippets:
    serial = shell_word(context.values.get("serial"), "MFA_SERIAL")
    session = f"aws sts get-session-token --serial-number {serial} --token-code CODE"
    if context.values.get("role") and not context.values.get(
        "profile"
    ):  # the role is the environment file's own
        return Snippets((session,))
    return Snippets(
        (f'eval "$(aws configure export-credentials --profile {_profile(context)} --format env)"', session)
    )


def _region(context: RemedyContext) -> Snippets:
    return Snippets(
        ("export AWS_REGION=us-east-1", f"aws configure set region us-east-1 --profile {_profile(context)}")
    )


_BUILDERS = {
    "aws-credentials-missing": _credentials,
    "aws-profile-missing": _missing_profile,
    "aws-sso-expired": _sso,
    "aws-role-not-assumed": _role,
    "aws-credential-process-failed": _process,
    "aws-mfa-required": _mfa,
    "aws-region-missing": _region,
}


def _lines(context: RemedyContext, cause: str) -> Snippets:
    return _BUILDERS[cause](context)


BUILDERS: dict[str, RemedyBuilder] = {"aws-login": _lines}
