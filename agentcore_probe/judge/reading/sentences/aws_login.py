"""What SDKs and the AWS CLI say of a login that gave no AWS credentials, with its reason: they sent nothing to AgentCore.

The most specific first: an SDK puts the reason into a sentence of its own, inside its frame.
"""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence

_profile = partial(Sentence, sender="client", cause="aws-profile-missing")
_mfa = partial(Sentence, sender="client", cause="aws-mfa-required")
_role = partial(Sentence, sender="client", cause="aws-role-not-assumed")
_sso = partial(Sentence, sender="client", cause="aws-sso-expired")
_console = partial(_sso, values=(("kind", "console"),))
_process = partial(Sentence, sender="client", cause="aws-credential-process-failed")

_PROFILES = (
    _profile(  # botocore and the AWS CLI
        literal="the config profile (",
        pattern=r"The config profile \((?P<profile>[^)\n]{1,200})\) could not be found",
        example="The config profile (staging) could not be found",
    ),
    _profile(  # Go
        literal="failed to get shared config profile",
        pattern=r"failed to get shared config profile, (?P<profile>[\w.@/-]{1,200})",
        example="failed to get shared config profile, staging",
    ),
    _profile(  # .NET
        literal="unable to find the ",
        pattern=r"Unable to find the [\"'](?P<profile>[^\"'\n]{1,200})[\"'] profile",
        example='Unable to find the "staging" profile.',
    ),
    _profile(  # Rust
        literal=" was not defined",
        pattern=r"profile [`'\"]?(?P<profile>[^`'\"\s]{1,200})[`'\"]? was not defined",
        example="could not load profile: profile `staging` was not defined",
    ),
    _profile(  # JavaScript
        literal="could not resolve credentials using profile",
        pattern=r"Could not resolve credentials using profile: \[(?P<profile>[^\]\n]{1,200})\]",
        example="CredentialsProviderError: Could not resolve credentials using profile: [staging] in configuration/credentials file(s).",
    ),
    _profile(  # Java
        literal="profile file contained no credentials for profile",
        pattern=r"Profile file contained no credentials for profile '(?P<profile>[^'\n]{1,200})'",
        example="ProfileCredentialsProvider(profileName=staging): Profile file contained no credentials for profile 'staging': ProfileFile(sections=[])",
    ),
    _profile(  # PHP
        literal="not found in credentials file",
        pattern=r"'(?P<profile>[^'\n]{1,200})' not found in credentials file",
        example="Error retrieving credentials: 'staging' not found in credentials file",
    ),
    _profile(  # Ruby
        literal="nosuchprofileerror",
        pattern=r"NoSuchProfileError(?:\)|:)?[^\n]{0,40}? ?Profile `(?P<profile>[^`'\n]{1,200})[`'] not found",
        example="Aws::Errors::NoSuchProfileError: Profile `staging' not found in /home/ana/.aws/credentials",
    ),
    _profile(  # Go, version 1
        literal="failed to get profile, ",
        pattern=r"failed to get profile, (?P<profile>[\w.@/-]{1,200})",
        example="SharedConfigProfileNotExistsError: failed to get profile, staging",
    ),
    _profile(  # Terraform
        literal="failed to get shared configuration profile",
        pattern=r"failed to get shared configuration profile, (?P<profile>[\w.@/-]{1,200})",
        example="failed to get shared configuration profile, staging.",
    ),
)
_ASSUME_ROLE = (
    _mfa(
        literal="multifactorauthentication failed",
        example="MultiFactorAuthentication failed with invalid MFA one time pass code.",
    ),
    _mfa(
        literal="enter mfa code for",
        pattern=r"Enter MFA code for (?P<serial>arn:[^:\s]{1,20}:iam::\d{12}:[\w/+=,.@-]{1,200})",
        example="Enter MFA code for arn:aws:iam::123456789012:mfa/ana:",
    ),
    _mfa(
        literal="requires multi-factor authentication",
        pattern=r"Profile (?P<profile>\S{1,200}) requires multi-factor authentication, but no MFA code callback",
        example="CredentialsProviderError: Profile staging requires multi-factor authentication, but no MFA code callback was provided.",
    ),
    _mfa(
        literal="assume role with mfa enabled",
        pattern=r"assume role with MFA enabled, but AssumeRoleTokenProvider",
        example="assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.",
    ),
    _mfa(
        literal="mfa token required",
        pattern=r"Cannot refresh credentials: MFA token required",
        example="Cannot refresh credentials: MFA token required.",
    ),
    _role(
        literal="is not authorized to perform: sts:",
        pattern=r"(?:User: (?P<caller>arn:\S{1,300}) )?is not authorized to perform: sts:(?:AssumeRole|TagSession)(?:WithSAML)?"
        r" on resource: (?P<role>arn:[\w:/+=,.@-]{1,300})",
        example="User: arn:aws:iam::123456789012:user/ana is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deploy",
    ),
    _role(
        literal="not authorized to perform sts:assumerolewithwebidentity",
        example="Not authorized to perform sts:AssumeRoleWithWebIdentity",
        values=(("kind", "web-identity"),),
    ),
    _role(
        literal="not authorized to perform: sts:assumerolewithwebidentity",
        example="AccessDenied: Not authorized to perform: sts:AssumeRoleWithWebIdentity",
        values=(("kind", "web-identity"),),
    ),
    _role(
        literal="when calling the assumerolewithwebidentity operation",
        pattern=r"\(\w{1,60}\) when calling the AssumeRoleWithWebIdentity operation(?!: \w* ?\w* ?expired)",
        example="An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: No OpenIDConnect provider found in your account",
        values=(("kind", "web-identity"),),
    ),
    _role(
        literal="(forbiddenexception) when calling the getrolecredentials operation",
        example="An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No access",
        values=(("kind", "permission-set"),),
    ),
    _role(
        literal="forbiddenexception: no access",
        pattern=r"GetRoleCredentials,[^\n]{0,200} ForbiddenException: No access",
        example="operation error SSO: GetRoleCredentials, https response error StatusCode: 403, RequestID: 5f2a, ForbiddenException: No access",
        values=(("kind", "permission-set"),),
    ),
)
_IDENTITY_CENTER = (
    _sso(
        literal="associated with",
        pattern=r"SSO session (?:token )?associated with (?:this )?profile(?:[= ]\(?(?P<profile>[\w.@-]{1,200})\)?)? (?:has expired|was not found)",
        example="The SSO session associated with this profile has expired or is otherwise invalid.",
    ),
    _sso(
        literal="error loading sso token", example="Error loading SSO Token: Token for staging does not exist"
    ),
    _sso(literal="token has expired and refresh failed", example="Token has expired and refresh failed"),
    _sso(
        literal="error when retrieving token from sso",
        example="Error when retrieving token from sso: Token has expired and refresh failed",
    ),
    _sso(literal="ssotokenloaderror", example="botocore.exceptions.SSOTokenLoadError"),
    _sso(literal="unauthorizedssotokenerror", example="botocore.exceptions.UnauthorizedSSOTokenError"),
    _sso(
        literal="to refresh this sso session",
        pattern=r"To refresh this SSO session,? run '?aws sso login",
        example="To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    ),
    _sso(
        literal="failed to read cached sso token file",
        example="failed to read cached SSO token file, open /root/.aws/sso/cache/9.json: no such file or directory",
    ),
    _sso(
        literal="cached sso token",
        pattern=r"cached SSO token (?:is )?expired",
        example="cached SSO token is expired, or not present, and cannot be refreshed",
    ),
    _sso(
        literal="refresh cached sso token failed",
        example="refresh cached SSO token failed, unable to refresh SSO token",
    ),
    _sso(
        literal="getrolecredentials,",
        pattern=r"\bSSO(?: OIDC)?: GetRoleCredentials,",
        example="operation error SSO: GetRoleCredentials, https response error StatusCode: 401",
    ),
    _sso(
        literal="createtoken,",
        pattern=r"\bSSO(?: OIDC)?: CreateToken,",
        example="operation error SSO OIDC: CreateToken, https response error StatusCode: 400",
    ),
    _sso(
        literal="calling the getrolecredentials operation",
        example="An error occurred (UnauthorizedException) when calling the GetRoleCredentials operation: Session token not found or invalid",
    ),
    _sso(
        literal="calling the createtoken operation",
        example="An error occurred (InvalidGrantException) when calling the CreateToken operation:",
    ),
    _sso(
        literal="access token",
        pattern=r"(?:No|Unable to load|expired) access token\b(?=[^\n]{0,80}\bsso\b)",
        example="No access token found for the SSO session staging",
    ),
    _sso(
        literal="sso token",
        pattern=r"(?:No|Unable to load|expired) (?:cached )?SSO token\b",
        example="Unable to load SSO token",
    ),
    _console(
        literal="please reauthenticate using 'aws login'",
        example="Your session has expired. Please reauthenticate using 'aws login'.",
    ),
    _console(
        literal="error loading login session token",
        example="Error loading login session token: Token does not exist",
    ),
)
_PROCESS = (
    _process(
        literal="error when retrieving credentials from custom-process",
        example="Error when retrieving credentials from custom-process: command not found",
    ),
    _process(
        literal="error in credential_process",
        example="ProcessProviderExecutionError: error in credential_process",
    ),
    _process(
        literal="failed to refresh process-based credentials",
        example="Failed to refresh process-based credentials.",
    ),
    _process(
        literal="credential_process returned",
        pattern=r"Profile (?P<profile>\S{1,200}) credential_process returned",
        example="Profile staging credential_process returned invalid JSON.",
    ),
)

SENTENCES: tuple[Sentence, ...] = (
    *_PROFILES,
    *_ASSUME_ROLE,
    *_IDENTITY_CENTER,
    *_PROCESS,
)
