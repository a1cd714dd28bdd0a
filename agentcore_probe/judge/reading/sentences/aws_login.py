"""What SDKs and the AWS CLI say when they have no AWS credentials or no region: they sent nothing to AgentCore.

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
_credentials = partial(Sentence, sender="client", cause="aws-credentials-missing")
_region = partial(Sentence, sender="client", cause="aws-region-missing")

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
        pattern=r"profile [`'\"](?P<profile>[^`'\"\n]{1,200})[`'\"] was not defined",
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
_FOUND_AND_REFUSED = (
    Sentence(
        literal="refresh cached credentials",
        pattern=r"refresh cached credentials[^\n]{0,400}(?P<message>ExpiredToken\w*: [^\n]{0,200})",
        example="get identity: get credentials: failed to refresh cached credentials, operation error STS: AssumeRole, ExpiredToken: The security token included in the request is expired",
        sender="client",
        cause="aws-token-expired",
    ),
    Sentence(
        literal="refresh cached credentials",
        pattern=r"refresh cached credentials[^\n]{0,400}(?P<message>InvalidClientTokenId: [^\n]{0,200})",
        example="failed to refresh cached credentials, operation error STS: AssumeRole, InvalidClientTokenId: The security token included in the request is invalid.",
        sender="client",
        cause="aws-key-unknown",
    ),
    Sentence(  # mcp-proxy-for-aws
        literal="your aws session token has expired",
        example="MCP error -32001: Your AWS session token has expired",
        sender="client",
        cause="aws-token-expired",
    ),
)
_NONE = (
    _credentials(
        literal="unable to locate credentials",
        example='Unable to locate credentials. You can configure credentials by running "aws configure".',
    ),
    _credentials(
        literal="unable to locate authorization token", example="Unable to locate authorization token"
    ),
    _credentials(literal="nocredentialserror", example="botocore.exceptions.NoCredentialsError"),
    _credentials(
        literal="partial credentials found in",
        pattern=r"(?P<detail>Partial credentials found in [\w-]{1,50}, missing: [\w ]{1,100})",
        example="Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
    ),
    _credentials(
        literal="could not load credentials from any providers",
        example="CredentialsProviderError: Could not load credentials from any providers",
    ),
    _credentials(literal="credential is missing", example="Error: Credential is missing"),
    _credentials(
        literal="missing credentials in config",
        example="CredentialsError: Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1",
    ),
    _credentials(
        literal="no ec2 imds role found",
        example="no EC2 IMDS role found, operation error ec2imds: GetMetadata",
    ),
    _credentials(
        literal="failed to refresh cached credentials",
        example="failed to refresh cached credentials, no EC2 IMDS role found",
    ),
    _credentials(
        literal="nocredentialproviders",
        example="NoCredentialProviders: no valid providers in chain. Deprecated.",
    ),
    _credentials(literal="no valid credential sources", example="Error: No valid credential sources found"),
    _credentials(
        literal="unable to load ",
        pattern=r"Unable to load (?:AWS )?credentials from any(?: of the)? provider",
        example="Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain",
    ),
    _credentials(
        literal="failed to resolve ",
        pattern=r"Failed to resolve (?:AWS )?(?:credentials|bearer token)",
        example="Amazon.Runtime.AmazonClientException: Failed to resolve bearer token in DefaultAWSTokenIdentityResolver",
    ),
    _credentials(
        literal="unable to get iam security credentials",
        example="Unable to get IAM security credentials from EC2 Instance Metadata Service.",
    ),
    _credentials(
        literal="in chain provided credentials",
        pattern=r"no providers? in chain provided credentials",
        example="DispatchFailure: no providers in chain provided credentials",
    ),
    _credentials(
        literal="credentials provider was not enabled",
        example="the credential provider was not enabled: no credentials provider was not enabled",
    ),
    _credentials(  # Rust
        literal="the credential provider was not enabled",
        example="the credential provider was not enabled: no providers in chain provided credentials",
    ),
    _credentials(  # PHP
        literal="error retrieving credentials from the instance profile metadata",
        example="Aws\\Exception\\CredentialsException: Error retrieving credentials from the instance profile metadata service. (cURL error 28)",
    ),
    _credentials(  # Ruby
        literal="unable to sign request without credentials set",
        example="Aws::Errors::MissingCredentialsError: unable to sign request without credentials set",
    ),
    _credentials(  # C++
        literal="could not find any credentials to",
        example="Could not find any credentials to sign the request",
    ),
    _credentials(  # Amplify
        literal="credentials should not be empty",
        example="NoCredentials: Credentials should not be empty.",
    ),
    _credentials(  # CDK
        literal="but no credentials have been configured",
        example="Need to perform AWS calls for account 123456789012, but no credentials have been configured",
    ),
    _credentials(  # CDK
        literal="unable to resolve aws account to use",
        example="Unable to resolve AWS account to use. It must be either configured when you define your CDK Stack, or through the environment",
    ),
    _credentials(
        literal="error when retrieving credentials from",
        pattern=r"Error when retrieving credentials from (?!custom-process)[\w-]+",
        example="Error when retrieving credentials from container-role: Error retrieving metadata",
    ),
)
_REGIONS = (
    _region(
        literal="you must specify a region",
        example='You must specify a region. You can also configure your region by running "aws configure".',
    ),
    _region(literal="noregionerror", example="botocore.exceptions.NoRegionError"),
    _region(
        literal="region is missing", pattern=r"(?<!\w)Region is missing", example="Error: Region is missing"
    ),
    _region(literal="missing region", example="Invalid Configuration: Missing Region"),
    _region(
        literal="an aws region is required",
        pattern=r"an AWS region is required, but was not found",
        example="MissingRegion: an AWS region is required, but was not found",
    ),
    _region(
        literal="unable to load region from any of the providers",
        example="Unable to load region from any of the providers in the chain",
    ),
    _region(
        literal="no regionendpoint or serviceurl configured",
        example="No RegionEndpoint or ServiceURL configured",
    ),
)

SENTENCES: tuple[Sentence, ...] = (
    *_PROFILES,
    *_ASSUME_ROLE,
    *_IDENTITY_CENTER,
    *_PROCESS,
    *_FOUND_AND_REFUSED,
    *_NONE,
    *_REGIONS,
)
