"""What SDKs and the AWS CLI say when they have no credentials: sentences, and the cause that each means.

They are clients' own words, so no request was sent to AgentCore. To add one, add a row.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class LoginMessage(NamedTuple):
    """A cause, and the values that the sentence names."""

    cause: str
    values: dict[str, str]


_SENTENCES: tuple[tuple[str, str], ...] = (
    # botocore and the AWS CLI; Go; .NET; Rust; JavaScript
    ("aws-profile-missing", r"The config profile \((?P<profile>[^)\n]{1,200})\) could not be found"),
    ("aws-profile-missing", r"failed to get shared config profile, (?P<profile>[\w.@/-]{1,200})"),
    ("aws-profile-missing", r"Unable to find the [\"'](?P<profile>[^\"'\n]{1,200})[\"'] profile"),
    ("aws-profile-missing", r"profile [`'\"](?P<profile>[^`'\"\n]{1,200})[`'\"] was not defined"),
    ("aws-profile-missing", r"Could not resolve credentials using profile: \[(?P<profile>[^\]\n]{1,200})\]"),
    # Assume role, before the SDKs' own frames around it
    ("aws-mfa-required", r"MultiFactorAuthentication failed"),
    ("aws-mfa-required", r"Enter MFA code for (?P<serial>arn:[^:\s]{1,20}:iam::\d{12}:[\w/+=,.@-]{1,200})"),
    (
        "aws-mfa-required",
        r"Profile (?P<profile>\S{1,200}) requires multi-factor authentication, but no MFA code callback",
    ),
    ("aws-mfa-required", r"assume role with MFA enabled, but AssumeRoleTokenProvider"),
    ("aws-mfa-required", r"Cannot refresh credentials: MFA token required"),
    (
        "aws-role-not-assumed",
        r"(?:User: (?P<caller>arn:\S{1,300}) )?is not authorized to perform: sts:(?:AssumeRole|TagSession)(?:WithSAML)?"
        r" on resource: (?P<role>arn:[\w:/+=,.@-]{1,300})",
    ),
    (
        "aws-role-not-assumed",
        r"(?:[Nn]ot authorized to perform:? sts:|\(\w{1,60}\) when calling the )(?P<kind>AssumeRoleWithWebIdentity)\b"
        r"(?! operation: \w* ?\w* ?[Ee]xpired)",
    ),
    # IAM Identity Center
    (
        "aws-role-not-assumed",
        r"\(ForbiddenException\) when calling the (?P<kind>GetRoleCredentials) operation",
    ),
    ("aws-role-not-assumed", r"(?P<kind>GetRoleCredentials),[^\n]{0,200} ForbiddenException: No access"),
    (
        "aws-sso-expired",
        r"SSO session (?:token )?associated with (?:this )?profile(?:[= ]\(?(?P<profile>[\w.@-]{1,200})\)?)? (?:has expired|was not found)",
    ),
    ("aws-sso-expired", r"Error loading SSO Token"),
    ("aws-sso-expired", r"Token has expired and refresh failed|Error when retrieving token from sso"),
    ("aws-sso-expired", r"SSOTokenLoadError|UnauthorizedSSOTokenError"),
    ("aws-sso-expired", r"To refresh this SSO session,? run '?aws sso login"),
    (
        "aws-sso-expired",
        r"failed to read cached SSO token file|cached SSO token (?:is )?expired|refresh cached SSO token failed",
    ),
    ("aws-sso-expired", r"\bSSO(?: OIDC)?: (?:GetRoleCredentials|CreateToken),"),
    ("aws-sso-expired", r"calling the (?:GetRoleCredentials|CreateToken) operation"),
    ("aws-sso-expired", r"(?:No|Unable to load|expired) (?:access token|SSO token|cached SSO token)\b"),
    (
        "aws-sso-expired",
        r"Please reauthenticate using '(?P<kind>aws login)'|Error loading login session token",
    ),
    # A process
    ("aws-credential-process-failed", r"Error when retrieving credentials from custom-process"),
    ("aws-credential-process-failed", r"error in credential_process"),
    ("aws-credential-process-failed", r"Failed to refresh process-based credentials"),
    ("aws-credential-process-failed", r"Profile (?P<profile>\S{1,200}) credential_process returned"),
    # Credentials that were found and have expired
    (
        "aws-token-expired",
        r"refresh cached credentials[^\n]{0,400}(?P<message>ExpiredToken\w*: [^\n]{0,200})",
    ),
    (
        "aws-key-unknown",
        r"refresh cached credentials[^\n]{0,400}(?P<message>InvalidClientTokenId: [^\n]{0,200})",
    ),
    # None at all
    ("aws-credentials-missing", r"Unable to locate (?:credentials|authorization token)|NoCredentialsError"),
    (
        "aws-credentials-missing",
        r"(?P<detail>Partial credentials found in [\w-]{1,50}, missing: [\w ]{1,100})",
    ),
    (
        "aws-credentials-missing",
        r"Could not load credentials from any providers|Missing credentials in config",
    ),
    (
        "aws-credentials-missing",
        r"no EC2 IMDS role found|failed to refresh cached credentials|NoCredentialProviders",
    ),
    ("aws-credentials-missing", r"Unable to load (?:AWS )?credentials from any(?: of the)? provider"),
    ("aws-credentials-missing", r"Failed to resolve (?:AWS )?(?:credentials|bearer token)"),
    ("aws-credentials-missing", r"Unable to get IAM security credentials from EC2 Instance Metadata Service"),
    (
        "aws-credentials-missing",
        r"no providers? in chain provided credentials|credentials provider was not enabled",
    ),
    ("aws-credentials-missing", r"Error when retrieving credentials from (?!custom-process)[\w-]+"),
    # A region
    ("aws-region-missing", r"You must specify a region|NoRegionError|(?<!\w)Region is missing"),
    ("aws-region-missing", r"Missing [Rr]egion|an AWS region is required, but was not found"),
    ("aws-region-missing", r"Unable to load region from any of the providers"),
    ("aws-region-missing", r"No RegionEndpoint or ServiceURL configured"),
)
"""Cause and pattern, the most specific first: an SDK puts the reason into a sentence of its own. The names of the groups
are those of the cause's values."""
_PATTERNS = tuple((cause, re.compile(pattern)) for cause, pattern in _SENTENCES)
_KINDS = {
    "GetRoleCredentials": "permission-set",
    "AssumeRoleWithWebIdentity": "web-identity",
    "aws login": "console",
}
_MAX_TEXT = 100_000


def find_login_message(text: str) -> LoginMessage | None:
    """The first sentence that `text` contains, by the order of the table.

    Args:
        text: what was pasted, or the output of the `aws` command.
    """
    text = text[:_MAX_TEXT]
    for cause, pattern in _PATTERNS:
        match = pattern.search(text)
        if match is not None:
            values = {name: _KINDS.get(value, value) for name, value in match.groupdict().items() if value}
            return LoginMessage(cause, values)
    return None
