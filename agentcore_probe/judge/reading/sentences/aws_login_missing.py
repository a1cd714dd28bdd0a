"""What SDKs and the AWS CLI say when they found no AWS credentials, no valid ones, or no region.

A sentence of `aws_login` in the same text has the reason.
"""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence

_credentials = partial(Sentence, sender="client", cause="aws-credentials-missing")
_region = partial(Sentence, sender="client", cause="aws-region-missing")

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

SENTENCES: tuple[Sentence, ...] = (*_FOUND_AND_REFUSED, *_NONE, *_REGIONS)
